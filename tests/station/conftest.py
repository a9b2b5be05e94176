"""What all tests of the station may ask for."""

from tests.station.stores import place, postgresql

__all__ = ["place", "postgresql"]
