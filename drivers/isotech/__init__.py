"""Drivers of Isothermal Technology instruments."""
