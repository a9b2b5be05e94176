"""Drivers of Druck instruments."""
