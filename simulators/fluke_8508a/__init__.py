"""The simulated Fluke 8508A reference multimeter."""
