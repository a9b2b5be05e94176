"""The simulated Fluke 8845A and 8846A digital multimeters."""
