"""Temperature."""
