"""The bench: what stands there, whether it answers, and talking to one instrument."""
