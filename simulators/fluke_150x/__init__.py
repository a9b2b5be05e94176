"""The simulated Fluke (Hart) 1502A and 1504 thermometer readouts."""
