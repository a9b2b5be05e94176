"""The simulated Keysight Truevolt digital multimeters."""
