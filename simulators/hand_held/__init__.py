"""A hand-held multimeter without an interface: a switch to be turned, a display to be read."""
