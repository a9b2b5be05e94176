"""What the indications of a balance give away: a wrong weight, unit or zero, a tare, unrest."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from procedures.mass.balance_loads import weights_of
from station.locale import N_

OTHER_UNIT = N_("The indication fits another unit: check which unit the balance shows.")
NOTHING_ON = N_(
    "Next to nothing is indicated: either the load is not on the pan, or the balance was tared "
    "with the load on it."
)
NOT_TARED = N_("The indication includes the load that was to be tared: tare the balance with it.")
NOT_ZEROED = N_("The empty pan does not show zero: set it to zero, and look whether it is clean.")
WRONG_WEIGHT = N_(
    "The indication fits other weights of the set: a weight is missing, or one of another nominal "
    "value was put on."
)
FAR_OFF = N_(
    "The indication is far from the load: check weights, zero and level, and that nothing touches "
    "the pan."
)
UNSTEADY = N_(
    "The indications of one load differ widely: close the doors, keep draughts and vibration away, "
    "and wait until the indication is steady."
)
NOT_FOLLOWING = N_(
    "The indication did not change with the small weights that were added: check that nothing "
    "touches the pan, and that these weights were put on it."
)

FAR = 10.0
"""Of the limit of the error: beyond, hardly any balance in use would be."""

NEAR = 3.0
"""Of the limit of the error: how near an explanation must come."""

UNITS = (1e3, 1e-3, 1e6, 1e-6, 1.0 / 0.45359237, 1.0 / 28.349523125e-3, 5e3, 5.0)
"""Number shown over number expected where the unit is another prefix of the gram, pound (per kg),
ounce (per kg), or carat of 0.2 g (per kg and per g)."""

UNIT_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Expected:
    """What should be indicated.

    Attributes:
        load: kg.
        tare: load (kg) that should be tared.
        limit: of the error, at least d (kg).
        capacity: kg.
    """

    load: float
    tare: float
    limit: float
    capacity: float


def suspicion(indications: Sequence[float], expected: Expected) -> str:
    """Return what the indications (kg) look like, an English sentence; "" where they look right."""
    off = [shown - expected.load for shown in indications]
    worst = max(off, key=abs, default=0.0)
    if abs(worst) > FAR * expected.limit:
        return _explained(expected.load + worst, worst, expected)
    if not expected.load and abs(worst) > NEAR * expected.limit:
        return NOT_ZEROED
    if max(off) - min(off) > FAR * expected.limit / 2.0:
        return UNSTEADY
    return ""


def _explained(shown: float, off: float, expected: Expected) -> str:
    near = NEAR * expected.limit
    if not expected.load:
        return NOT_ZEROED
    if expected.tare and abs(off - expected.tare) <= near:
        return NOT_TARED
    if abs(shown) <= near:
        return NOTHING_ON
    if any(abs(shown / (expected.load * unit) - 1.0) <= UNIT_SHARE for unit in UNITS):
        return OTHER_UNIT
    return WRONG_WEIGHT if _is_other_weight(off, expected, near) else FAR_OFF


def _is_other_weight(off: float, expected: Expected, near: float) -> bool:
    """Tell whether one weight too few, too many or exchanged for another explains it."""
    others = [0.0, *(figure * 10.0**decade for decade in range(-6, 3) for figure in (1, 2, 5))]
    others = [each for each in others if each <= 2.0 * expected.capacity]
    used = (0.0, *weights_of(expected.load), *weights_of(expected.tare))
    return any(
        new != old and abs(new - old - off) <= min(near, 0.2 * abs(off))
        for new, old in product(others, used)
    )
