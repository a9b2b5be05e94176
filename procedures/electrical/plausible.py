"""What readings of an electrical quantity look like where somebody made a usual mistake."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean

from station.locale import N_

NEAR = 0.1
"""What counts as the same value or as nothing, of the nominal value: this laboratory's choice."""

TIMES_BEYOND = 10.0
"""How many times its limit of error an item may be off and still be the right one."""

CREEP = 0.2
"""How much of its limit readings may move one way from the first to the last."""

FEWEST_TO_CREEP = 4
"""Fewer readings go one way by chance too often."""

SWAPPED = N_("The polarity is wrong: are the leads swapped?")
NOTHING = N_("Next to nothing is indicated: are the terminals the right ones, and the fuse whole?")
THOUSAND = N_("It is off by a power of ten: look at the range and the unit.")
FAR = N_("It is far off: is this the right item, on the right range?")
CREEPING = N_("The readings creep all one way: has it settled, is it warm?")


def suspicion(nominal: float, limit: float, values: Sequence[float]) -> str:
    """Return what is suspicious about readings of what should be `nominal`; mostly nothing.

    Args:
        nominal: value that is set, in the unit of the readings.
        limit: greatest error that is allowed (half-width, same unit).
        values: readings in the order they were taken.
    """
    mean, size = fmean(values), abs(nominal)
    if abs(mean - nominal) > NEAR * size + TIMES_BEYOND * limit:
        if abs(mean + nominal) < NEAR * size:
            return SWAPPED
        powers = (10.0**power for power in (-3, -2, -1, 1, 2, 3))
        if any(abs(mean / power - nominal) < NEAR * size for power in powers):
            return THOUSAND
        if abs(mean) < NEAR * size:
            return NOTHING
        return FAR
    steps = [later - earlier for earlier, later in pairwise(values)]
    one_way = all(step > 0.0 for step in steps) or all(step < 0.0 for step in steps)
    many = len(values) >= FEWEST_TO_CREEP
    if many and one_way and abs(values[-1] - values[0]) > CREEP * limit:
        return CREEPING
    return ""
