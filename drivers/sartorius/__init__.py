"""Drivers of Sartorius instruments."""
