"""Equipment: when it is due, what its certificates say and said, whether it drifts, who used it."""
