"""The simulated Sartorius balances with SBI."""
