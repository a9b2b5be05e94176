"""Formulas of temperature, mass, pressure and length: pure functions, each with its source.

Arguments are floats or numpy arrays of one shape, so that a formula is a model for a `Budget`. A
value outside what the source covers raises `OutOfValidity`. What could not be compared with the
source's text says "unverified".
"""
