"""Drivers of Fluke instruments."""
