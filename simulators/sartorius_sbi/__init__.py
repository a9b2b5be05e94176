"""Sartorius balances with SBI."""
