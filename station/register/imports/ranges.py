"""Points of a certificate sorted into the ranges of the standard.

A foreign certificate knows neither the maker's stability nor the ends of the ranges: both belong
to the standard and are taken from its certificate before, or from the mapping.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from station.register.imports.mapping import TableMapping
from station.register.imports.points import Stated
from station.register.toml_text import Tree

KEPT = (
    "low", "high", "hertz_low", "hertz_high", "stability", "nonlinearity", "between_frequencies",
    "hertz_nonlinearity",
)  # fmt: skip
"""What a range keeps from the certificate before."""


def ranges(points: Sequence[Stated], said: TableMapping | None, before: Tree | None) -> list[Tree]:
    """Return the ranges of one quantity, as in a certificate file.

    Args:
        points: of one table.
        said: the mapping, whose stability goes before.
        before: the table of the same quantity and unit in the certificate before.
    """
    known: list[Tree] = [] if before is None else list(before["range"])
    made = []
    for group in _groups(points, known):
        old = _around(group, known)
        made.append({**_frame(group, old, said), "points": [_entry(point) for point in group]})
    return made


def _groups(points: Sequence[Stated], known: Sequence[Tree]) -> list[list[Stated]]:
    """Return the points by the range they were measured in, else by the ranges known before."""

    def key(point: Stated) -> tuple[int, Decimal]:
        if point.span is not None:
            return (0, point.span.copy_abs())
        old = _around([point], known)
        return (-1, Decimal(0)) if old is None else (known.index(old), Decimal(1))

    return [list(group) for _, group in groupby(sorted(points, key=key), key)]


def _around(group: Sequence[Stated], known: Sequence[Tree]) -> Tree | None:
    """Return the narrowest range that all points of a group belong to."""

    def holds(old: Mapping[str, Any], point: Stated) -> bool:
        low, high = old.get("hertz_low", 0), old.get("hertz_high")
        in_band = point.hertz is None or (
            low <= point.hertz and (high is None or point.hertz <= high)
        )
        return in_band and bool(old["low"] <= point.nominal <= old["high"])

    found = [old for old in known if all(holds(old, point) for point in group)]
    return min(found, key=lambda old: old["high"] - old["low"], default=None)


def _frame(group: Sequence[Stated], old: Tree | None, said: TableMapping | None) -> Tree:
    nominals = [point.nominal for point in group]
    frame: Tree = {"low": min(nominals), "high": max(nominals)}
    if old is not None:
        frame |= {key: old[key] for key in KEPT if key in old}
    if said is not None and said.stability:
        frame["stability"] = [each.model_dump() for each in said.stability]
    return frame


def _entry(point: Stated) -> Tree:
    entry: Tree = {
        "nominal": point.nominal,
        "deviation": point.deviation,
        "U": point.U,
        "k": point.k,
    }
    return entry if point.hertz is None else {**entry, "hertz": point.hertz}
