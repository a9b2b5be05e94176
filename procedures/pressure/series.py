"""Which pressures are gone for, in which order and after which rests: the sequences of DKD-R 6-1.

DKD-R 6-1 (2014): A for a target uncertainty below 0.1 % of the span, B up to 0.6 %, C above; their
series, preloads and waits are from memory, unverified.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from procedures.pressure.details import Details, Kind, Sequence

POINTS = {Sequence.A: 9, Sequence.B: 9, Sequence.C: 5}
SERIES = {Sequence.A: (1, 2, 3, 4, 5, 6), Sequence.B: (1, 2, 3), Sequence.C: (1, 2)}
PRELOADS = {Sequence.A: 3, Sequence.B: 2, Sequence.C: 1}

AFTER_RECLAMPING = (5, 6)
"""Series of sequence A that are taken when the gauges were taken off and screwed on again."""

REST_SECONDS = 30.0
"""At each pressure, also between the ends of a preload."""

TOP_SECONDS = {Kind.DIAL: 300.0, Kind.DIGITAL: 120.0, Kind.TRANSMITTER: 120.0}
"""At the upper limit before going down: longer for a Bourdon tube."""

BELOW_A, BELOW_B = 0.1, 0.6
"""Of the span (%): below the first sequence A is asked for, up to the second B."""


@dataclass(frozen=True, slots=True)
class Step:
    """One pressure of one series.

    Attributes:
        series: 1 … 6; the odd ones go up, the even ones down.
        place: 0 at zero, counted up the scale.
        pascals: to go for.
        before: pressure (Pa) that is stood at before; None: nobody knows, as before a preload.
        preloads: to the upper limit and back to zero, before.
        rest: at the pressure before it is read (s).
    """

    series: int
    place: int
    pascals: float
    before: float | None
    preloads: int
    rest: float

    @property
    def goes_up(self) -> bool:
        """Whether the series goes up the scale."""
        return self.series % 2 == 1


def sequence_of(details: Details) -> Sequence:
    """Return the sequence that an item asks for: the one named, else the one that fits it."""
    if details.sequence is not None:
        return details.sequence
    if details.limit_of_span < BELOW_A:
        return Sequence.A
    return Sequence.B if details.limit_of_span <= BELOW_B else Sequence.C


def pressures(full_scale: float, points: int) -> tuple[float, ...]:
    """Return `points` pressures from zero to `full_scale` (Pa), evenly distributed."""
    # Of a vacuum gauge the first would be -0: it is told as "0 bar".
    return (0.0, *(full_scale * place / (points - 1) for place in range(1, points)))


def steps(sequence: Sequence, levels: tuple[float, ...], kind: Kind) -> Iterator[Step]:
    """Yield the steps of all series in the order in which they are taken.

    Args:
        sequence: of DKD-R 6-1.
        levels: pressures (Pa), from zero up the scale.
        kind: of the gauges; a Bourdon tube rests longer.
    """
    top = len(levels) - 1
    before: float | None = None
    for series in SERIES[sequence]:
        fresh = series in (1, AFTER_RECLAMPING[0])
        up = series % 2 == 1
        for place in range(top + 1) if up else range(top, -1, -1):
            first = place == (0 if up else top)
            preloads = (PRELOADS[sequence] if series == 1 else 1) if fresh and first else 0
            rest = TOP_SECONDS[kind] if first and not up else REST_SECONDS
            known = None if preloads else before
            yield Step(series, place, levels[place], known, preloads, rest)
            before = levels[place]
