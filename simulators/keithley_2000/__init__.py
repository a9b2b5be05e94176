"""The simulated Keithley 2000 digital multimeter."""
