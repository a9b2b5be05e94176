"""The simulated HP, Agilent and Keysight 34401A digital multimeter."""
