"""The simulated Keithley DMM6500 digital multimeter."""
