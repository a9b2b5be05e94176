"""The simulated Keysight 33500B waveform generators."""
