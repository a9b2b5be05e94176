"""What every simulated multimeter is: inputs, ranges, errors, noise, pace; and how it listens."""
