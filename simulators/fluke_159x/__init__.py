"""The simulated Fluke 1594A and 1595A Super-Thermometers."""
