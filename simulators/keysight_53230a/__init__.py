"""The simulated Keysight 53230A counter."""
