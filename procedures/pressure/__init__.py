"""Calibrations of pressure-measuring instruments."""
