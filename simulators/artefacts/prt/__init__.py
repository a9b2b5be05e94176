"""Passive resistance thermometers."""
