"""The simulated Fluke (Hart) field metrology wells 9142, 9143 and 9144."""
