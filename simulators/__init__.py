"""The simulated bench: physics, and front panels that speak the real instruments' languages."""
