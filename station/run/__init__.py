"""Carrying a procedure out: journal, plan, preflight, engine, operator, guardian."""

DEFAULT_RULE = "guarded-non-binary"
"""The laboratory's decision rule, where an order names none."""
