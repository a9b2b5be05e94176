"""The simulated Fluke 5522A multi-product calibrator."""
