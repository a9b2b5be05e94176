"""The demonstration: a simulated bench, its standard's certificate, an order."""
