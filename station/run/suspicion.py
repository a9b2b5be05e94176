"""What looks like a usual mistake in the readings of a point, and whose readings they are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from station.evidence import Evidence, Taken
from station.procedure import Point, Test

Evidenced = Callable[[tuple[Taken, ...]], Evidence]
"""The evidence in which some readings are those of the point."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """An English sentence, and the items whose readings make for it; none named: all, or none."""

    text: str
    duts: tuple[str, ...] = ()


def suspected(
    test: Test[Any],
    point: Point,
    evidenced: Evidenced,
    taken: tuple[Taken, ...],
    items: Sequence[str],
) -> Suspicion | None:
    """Return what is suspicious about the readings `taken` at `point`, or None."""
    if test.suspicion is None:
        return None
    text = test.suspicion(point, evidenced(taken))
    if not text:
        return None
    read = [dut for dut in items if any(_role(each) == dut for each in taken)]
    if len(read) < 2:
        return Suspicion(text)
    whose = tuple(
        dut
        for dut in read
        # As if no other item had been read: the standards' readings stay.
        if test.suspicion(point, evidenced(_without({*read} - {dut}, taken))) == text
    )
    return Suspicion(text, whose if len(whose) < len(read) else ())


def _without(duts: set[str], taken: tuple[Taken, ...]) -> tuple[Taken, ...]:
    return tuple(each for each in taken if _role(each) not in duts)


def _role(taken: Taken) -> str:
    return taken.of.partition("/")[0]
