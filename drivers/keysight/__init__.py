"""Drivers of HP, Agilent and Keysight instruments."""
