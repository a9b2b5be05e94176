"""Carrying a procedure out: journal, plan, preflight, engine, operator, guardian."""
