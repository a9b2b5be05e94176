"""The simulated Fluke 287 and 289 handheld multimeters."""
