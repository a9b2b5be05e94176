"""Additel digital pressure gauges."""
