"""A new run: what it needs, and its engine started."""
