"""Mettler-Toledo balances with MT-SICS."""
