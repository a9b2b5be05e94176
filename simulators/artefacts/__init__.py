"""What is calibrated or measured and has no interface: weights, blocks, thermometers, gauges."""
