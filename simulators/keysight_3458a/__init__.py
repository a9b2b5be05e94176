"""The simulated HP / Agilent / Keysight 3458A multimeter."""
