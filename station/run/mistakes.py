"""Mistakes that people make when they write a reading down, for the scripted operator."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum

from station.errors import BadInput
from station.run.second_look import OVERLOADED


class Mistake(Enum):
    """What is entered instead of what is seen.

    All but the last two are answered rightly at the second look. A misreading by one division no
    check can see: it stays, unless it is noticed when the point's readings are reviewed.
    """

    TRANSPOSED = "transposed digits"
    SLIPPED_POINT = "slipped point"
    WRONG_SIGN = "wrong sign"
    ROUNDED = "one decimal too few"
    MISREAD_BY_A_DIVISION = "misread by a division"
    CORRECTED = "misread by a division, noticed in the review"


def made(mistake: Mistake, seen: str, resolution: float | None) -> str:
    """Return what is entered instead of `seen`.

    Raises:
        BadInput: this reading cannot be mistaken so.
    """
    entered = seen if seen == OVERLOADED else _MADE[mistake](seen, resolution)
    if entered == seen:
        raise BadInput(
            "The reading {seen} has no {mistake}: arm that at another reading.",
            seen=seen,
            mistake=mistake,
        )
    return entered


def _transposed(seen: str, resolution: float | None) -> str:
    for first in range(len(seen)):
        for second in range(first + 1, min(first + 3, len(seen))):
            between = seen[first + 1 : second]
            pair = seen[first] + seen[second]
            if pair.isdecimal() and seen[first] != seen[second] and between in ("", "."):
                return seen[:first] + seen[second] + between + seen[first] + seen[second + 1 :]
    return seen


def _slipped(seen: str, resolution: float | None) -> str:
    return f"{Decimal(seen).scaleb(1):f}"


def _negated(seen: str, resolution: float | None) -> str:
    return seen[1:] if seen.startswith("-") else f"-{seen}"


def _rounded(seen: str, resolution: float | None) -> str:
    return seen[:-1].rstrip(".") if "." in seen else seen


def _a_division_on(seen: str, resolution: float | None) -> str:
    if resolution is None:
        return seen
    places = len(seen.partition(".")[2])
    return f"{Decimal(seen) + Decimal(repr(resolution)):.{places}f}"


_MADE: Mapping[Mistake, Callable[[str, float | None], str]] = {
    Mistake.TRANSPOSED: _transposed,
    Mistake.SLIPPED_POINT: _slipped,
    Mistake.WRONG_SIGN: _negated,
    Mistake.ROUNDED: _rounded,
    Mistake.MISREAD_BY_A_DIVISION: _a_division_on,
    Mistake.CORRECTED: _a_division_on,
}
