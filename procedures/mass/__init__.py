"""Balances and weights."""
