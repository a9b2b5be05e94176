"""Temperature and relative humidity of air."""
