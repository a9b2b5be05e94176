"""The simulated Mettler-Toledo balances with MT-SICS."""
