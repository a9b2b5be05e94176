"""Hand tools for lengths, and gauge blocks."""
