"""Drivers of Keithley instruments."""
