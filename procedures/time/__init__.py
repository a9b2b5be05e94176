"""Procedures of time and frequency."""
