"""All runs of the store, live."""
