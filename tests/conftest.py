"""What holds for all tests."""

from hypothesis import HealthCheck, settings

# A busy machine is slow at drawing examples: that says nothing of what is tested.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")
