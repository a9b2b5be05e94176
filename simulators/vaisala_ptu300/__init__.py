"""The simulated Vaisala PTU300 combined pressure, humidity and temperature transmitter."""
