"""Drivers of Mettler-Toledo instruments."""
