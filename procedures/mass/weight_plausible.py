"""What the readings of a weighing give away: a wrong weight, an exchange, unrest."""

from collections.abc import Sequence
from statistics import median

from procedures.mass.weight_budget import differences
from station.locale import N_

WRONG_WEIGHT = N_(
    "The two weights differ by as much as two nominal values do: a weight of another nominal "
    "value, or none, was put on the pan."
)
FAR_APART = N_(
    "The two weights differ by more than ten times the maximum permissible error: check that both "
    "are those that were asked for, that nothing else lies on the pan and that they are clean."
)
EXCHANGED = N_(
    "In one cycle the difference has the opposite sign: the reference weight and the weight under "
    "test seem to have been exchanged."
)
READING_EXCHANGED = N_(
    "One reading belongs to the other weight, it seems: the weight was not changed before it, or "
    "the wrong one was put on."
)
NOT_LINEAR = N_(
    "The readings of a cycle do not follow a steady drift: close the doors, look for draughts, "
    "change the weights in equal times, and weigh again."
)
NOT_SETTLED = N_(
    "The differences run one way from cycle to cycle: the weights do not have the temperature of "
    "the comparator yet. Wait, and weigh again."
)
SCATTERED = N_(
    "The cycles disagree by more than a third of the maximum permissible error: check for "
    "draughts, vibration and dust, and weigh again."
)

FAR = 10.0
"""Of the maximum permissible error: beyond, no worn weight of the class would be."""

OTHER_NOMINAL = 0.01
"""How near (1) the difference comes to that of two nominal values; M3 weights of 1 g err 1 %."""

NOISES = 6.0
"""Of the comparator's noise: below it nothing is read into differences of readings."""


def suspicion(
    reference: Sequence[float],
    test: Sequence[float],
    *,
    nominal: float,
    limit: float,
    noise: float,
) -> str:
    """Return what the readings look like, an English sentence; "" where they look right.

    Args:
        reference: readings of the reference weight (kg), two a cycle.
        test: readings of the weight under test (kg), two (ABBA) or one (ABA) a cycle.
        nominal: of both weights (kg).
        limit: maximum permissible error (kg).
        noise: of the comparator (kg): its division, or known scatter.
    """
    found = differences(reference, test)
    usual = median(found)
    if abs(usual) > FAR * limit:
        return WRONG_WEIGHT if _is_other_nominal(usual, nominal) else FAR_APART
    unrest = max(limit / 3.0, NOISES * noise)
    if abs(usual) > unrest and any(abs(each + usual) <= unrest for each in found):
        return EXCHANGED
    bends = [abs(each) for each in _bends(reference, test)]
    if max(bends) > unrest:
        # A single wrong reading adds the whole difference, or a third of it.
        parts = (abs(usual), abs(usual) / 3.0)
        explained = abs(usual) > unrest and any(abs(max(bends) - part) < unrest for part in parts)
        return READING_EXCHANGED if explained else NOT_LINEAR
    if max(found) - min(found) > unrest:
        return NOT_SETTLED if _runs_one_way(found) else SCATTERED
    return ""


def _is_other_nominal(found: float, nominal: float) -> bool:
    """Tell whether weights of two of the nominal values 1, 2 and 5 would differ so."""
    for decade in range(-7, 4):
        for figure in (1.0, 2.0, 5.0):
            other = figure * 10.0**decade
            for apart in (other - nominal, nominal - other):
                if apart and abs(found / apart - 1.0) <= OTHER_NOMINAL:
                    return True
    return False


def _bends(reference: Sequence[float], test: Sequence[float]) -> list[float]:
    """Return how far each cycle is from a steady drift, in the unit of the readings.

    ABBA: the step from one B to the other, less a third of that from A to A. ABA has no B to
    spare: the step from A to A, less that of the other cycles.
    """
    steps = [last - first for first, last in zip(reference[::2], reference[1::2], strict=True)]
    if len(test) == len(steps):
        usual = median(steps)
        return [step - usual for step in steps]
    tested = zip(test[::2], test[1::2], strict=True)
    return [(last - first) - step / 3.0 for (first, last), step in zip(tested, steps, strict=True)]


def _runs_one_way(found: Sequence[float]) -> bool:
    rising = sorted(found)
    return len(found) > 2 and list(found) in (rising, rising[::-1])
