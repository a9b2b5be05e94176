"""Test loads: how many, how large, and of which weights of a set 1-2-2*-5."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from math import floor, log10

from station.metrology.rounding import setting_scale

MILLIGRAM = Decimal("1e-6")
"""The smallest weight of a set (kg)."""

_PIECES = ((), (1,), (2,), (2, 1), (2, 2), (5,), (5, 1), (5, 2), (5, 2, 1), (5, 2, 2))
"""Weights of a decade that make 0, 1, … 9."""

GRIDS = (5.0, 2.0, 1.0, 0.5, 0.2, 0.1)
"""What loads are rounded to, in tenths of the capacity's decade; coarse ones need fewer weights."""

CAPACITY_DIGITS = 3
"""Significant digits to which a capacity is loaded: the rest would need many small weights."""


def weights_of(kilograms: float) -> tuple[float, ...]:
    """Return the nominal values (kg) of the weights that make a load, the greatest first.

    Of each decade at most one 5, two 2 and one 1 are used. Fractions of a milligram are left out.
    """
    figures = str(round(Decimal(repr(kilograms)) / MILLIGRAM))
    return tuple(
        float(Decimal(piece).scaleb(len(figures) - 1 - place) * MILLIGRAM)
        for place, figure in enumerate(figures)
        for piece in _PIECES[int(figure)]
    )


def marked(weights: Sequence[float]) -> tuple[float, ...]:
    """Return the nominal values of which a second, marked weight is among `weights`."""
    return tuple(one for one, other in pairwise(weights) if one == other)


def unmarked(weights: Sequence[float]) -> tuple[float, ...]:
    """Return the nominal values of the weights without a mark."""
    return tuple(dict.fromkeys(weights))


def greatest_load(capacity: float) -> float:
    """Return the capacity (kg), rounded down to a few significant digits."""
    exact = Decimal(repr(capacity))
    place = Decimal(1).scaleb(exact.adjusted() - CAPACITY_DIGITS + 1)
    return float(exact // place * place)


def even_loads(capacity: float, number: int) -> tuple[float, ...]:
    """Return `number` different loads (kg), about evenly over the range, up to the capacity."""
    top = greatest_load(capacity)
    decade = 10.0 ** (floor(log10(top)) - 1)
    for grid in GRIDS:
        step = grid * decade
        loads = [_multiple(step, top * place / number) for place in range(1, number)]
        if len({0.0, *loads, top}) == number + 1 and max(loads, default=0.0) < top:
            return (*loads, top)
    step = GRIDS[-1] * decade
    return (*(_multiple(step, top * place / number) for place in range(1, number)), top)


def filled(loads: Iterable[float], number: int, step: float) -> tuple[float, ...]:
    """Return `loads` (kg) in rising order, with middles of the widest gaps until there are enough.

    Args:
        loads: that are needed.
        number: of loads, at least.
        step: what a middle is rounded to (kg).
    """
    found = sorted(set(loads))
    while len(found) < number:
        low, high = max(pairwise(found), key=lambda pair: pair[1] - pair[0])
        middle = _tidy(0.5 * (low + high), low, high, step)
        if not low < middle < high:
            break
        found = sorted({*found, middle})
    return tuple(found)


def said(kilograms: float) -> str:
    """Return a load as it is said at a bench, e.g. "150 g", "20 kg"."""
    chosen = setting_scale("kg", abs(kilograms))
    return f"{float(chosen.apply(kilograms)):.7g} {chosen.unit}"


def _tidy(middle: float, low: float, high: float, step: float) -> float:
    """Return a round load near the middle of a gap, a multiple of `step`."""
    size = 10.0 ** floor(log10(high - low))
    for grid in (size, size / 2.0, size / 10.0):
        load = _multiple(grid, middle)
        if grid >= step and low < load < high:
            return load
    return _multiple(step, middle)


def _multiple(step: float, load: float) -> float:
    """Return the multiple of `step` that is nearest to `load`, with no digits of a binary form."""
    return float(f"{round(load / step) * step:.9g}")
