"""Drivers of Mitutoyo instruments."""
