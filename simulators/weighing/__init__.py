"""Balances: the force on a pan becomes an indication."""
