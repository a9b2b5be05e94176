"""What all tests of the station may ask for."""

from tests.station.stores import empty_place, place, postgresql

__all__ = ["empty_place", "place", "postgresql"]
