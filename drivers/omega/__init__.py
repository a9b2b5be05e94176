"""Drivers of Omega instruments."""
