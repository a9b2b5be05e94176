"""The command line, one module a noun. Heavy imports happen inside the commands."""
