"""The simulated Hart (Fluke) 7341 calibration bath."""
