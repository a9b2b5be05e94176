"""Calibration methods: points as data and a few small functions."""
