"""The simulated Keysight E36312A triple-output power supply."""
