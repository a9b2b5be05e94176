"""How readings of a frequency scatter over different averaging times: the Allan deviation.

NIST Special Publication 1065 (Riley, Handbook of Frequency Stability Analysis), 5.2.4.
"""

from collections.abc import Sequence
from itertools import accumulate
from math import fsum, sqrt

from station.metrology.errors import BudgetError


def allan_deviation(relative: Sequence[float], group: int) -> float:
    """Return the overlapping Allan deviation (1) at `group` times the averaging time of a reading.

    The readings follow each other without dead time, or with little.

    Args:
        relative: readings as parts of the nominal frequency, shape `(reading,)`.
        group: how many readings are averaged.

    Raises:
        BudgetError: fewer than two whole groups.
    """
    n = len(relative)
    if group < 1 or 2 * group > n:
        raise BudgetError(f"{n} readings have no two groups of {group}")
    # Readings near 1 lose digits when they are summed: only their differences count.
    first = relative[0]
    phases = [0.0, *accumulate(each - first for each in relative)]
    means = [(phases[i + group] - phases[i]) / group for i in range(n - group + 1)]
    steps = [means[i + group] - means[i] for i in range(len(means) - group)]
    return sqrt(fsum(step * step for step in steps) / (2 * len(steps)))


def doubt(deviation: float, readings: int, group: int) -> float:
    """Return u of an Allan deviation (1): s/√(2ν), ν that of the groups (GUM E.4.3).

    Overlapping groups know a little more, so that this is no less than it is.

    Args:
        deviation: found with groups.
        readings: how many there are.
        group: how many are averaged.
    """
    return deviation / sqrt(2.0 * max(readings / group - 1.0, 1.0))
