"""The characteristic of a resistance thermometer, fitted to what was measured.

Callendar-Van Dusen (IEC 60751:2022) and the deviation functions of ITS-90 are both
R(t) = q·(f₀(t) + Σ pⱼ·fⱼ(t)): linear in q and q·pⱼ. The covariance is that of the points, with
what all of them share (JCGM 102:2011, 6.2), carried through the fit and through pⱼ = (q·pⱼ)/q.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from station.metrology.coefficients import Coefficients
from station.metrology.errors import FitError
from station.metrology.functions import log
from station.metrology.least_squares import Spread, least_squares
from station.metrology.physics.iec60751 import C_PER_CELSIUS4
from station.metrology.physics.its90 import CELSIUS_ZERO_KELVIN, reference_ratio
from station.metrology.physics.its90_deviation import FORMS, Subrange

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

ROUNDS = 4
"""Of a fit whose columns need q: the deviations are 1e-3 at most, each round gains as much."""

FEWEST_FOR_C, FEWEST_BELOW_ZERO, COLDEST_FOR_C = 5, 2, -80.0
"""Points in all, points below 0 °C, and how cold (°C), from which C is fitted.

Its whole term is 0.1 K at -80 °C and less above: there the points say nothing of C, and it is that
of IEC 60751.
"""


@dataclass(frozen=True, slots=True)
class FitPoint:
    """One temperature.

    Attributes:
        celsius: true temperature (°C).
        ohms: resistance (Ω).
        own: u (Ω) that no other point has.
        shared: name → u (Ω) that all points have together, with its sign.
    """

    celsius: float
    ohms: float
    own: float
    shared: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Fitted:
    """The coefficients, and what the points are off the curve (Ω), shape `(point,)`."""

    coefficients: Coefficients
    residuals: tuple[float, ...]


Column = Callable[[float, float], float]
"""fⱼ(t, R/q) with t in °C."""


@dataclass(frozen=True, slots=True)
class Form:
    """Names of q and pⱼ, as certificates call them, and f₀, fⱼ."""

    names: tuple[str, ...]
    columns: tuple[Column, ...]


def callendar_van_dusen(temperatures: Sequence[float]) -> Form:
    """Return R₀, A, B, and C where the temperatures (°C) are many and cold enough."""
    below = [t for t in temperatures if t < 0.0]
    enough = len(below) >= FEWEST_BELOW_ZERO and len(temperatures) >= FEWEST_FOR_C
    if enough and min(below) <= COLDEST_FOR_C:
        return Form(
            ("R0", "A", "B", "C"), (lambda t, w: 1.0, lambda t, w: t, lambda t, w: t * t, _cold)
        )
    return Form(
        ("R0", "A", "B"),
        (
            lambda t, w: 1.0 + C_PER_CELSIUS4 * _cold(t, w),
            lambda t, w: t,
            lambda t, w: t * t,
        ),
    )


def _cold(celsius: float, _: float) -> float:
    return (celsius - 100.0) * celsius**3 if celsius < 0.0 else 0.0


def its90(number: int) -> Form:
    """Return R(273.16 K) and the coefficients of the subrange with that number (ITS-90, table 5).

    Raises:
        FitError: the subrange has a term that is not linear (6).
    """
    subrange = Subrange(number)
    if subrange is Subrange.ZERO_TO_SILVER:
        raise FitError("subrange 6 needs the aluminium point and is not fitted; choose 7")
    form = FORMS[subrange]

    def reference(celsius: float, _: float) -> float:
        return float(reference_ratio(celsius + CELSIUS_ZERO_KELVIN))

    def term(i: int, j: int) -> Column:
        return lambda t, w: float((w - 1.0) ** i * log(w) ** j)

    columns = (reference, *(term(i, j) for i, j in form.powers))
    return Form(("RTPW", *form.names), columns)


def fitted(points: Sequence[FitPoint], form: Form) -> Fitted:
    """Return the coefficients of `form` with their covariance.

    Raises:
        FitError: fewer points than coefficients, or points that do not determine them.
    """
    weights = [(p.own**2 + sum(u * u for u in p.shared.values())) ** 0.5 for p in points]
    ohms = [point.ohms for point in points]
    scale = max(ohms)
    for _ in range(ROUNDS):
        columns = [
            [column(point.celsius, point.ohms / scale) for point in points]
            for column in form.columns
        ]
        found = least_squares(columns, ohms, uncertainties=weights, spread=Spread.STATED)
        scale = found.coefficients[0]
    covariance = _through_fit(columns, weights, points)
    return Fitted(
        _divided(form.names, found.coefficients, covariance),
        tuple(
            point.ohms
            - sum(c * column[i] for c, column in zip(found.coefficients, columns, strict=True))
            for i, point in enumerate(points)
        ),
    )


def _through_fit(
    columns: Sequence[Sequence[float]], weights: Sequence[float], points: Sequence[FitPoint]
) -> "NDArray[float64]":
    """Return P·V·Pᵀ where P takes the resistances to the coefficients, V is their covariance."""
    import numpy as np

    design = np.array(columns).T / np.array(weights)[:, None]
    norms = np.linalg.norm(design, axis=0)
    taking = np.linalg.pinv(design / norms) / norms[:, None] / np.array(weights)[None, :]
    names = sorted({name for point in points for name in point.shared})
    shared = np.array([[point.shared.get(name, 0.0) for name in names] for point in points])
    total = np.diag([point.own**2 for point in points]) + shared @ shared.T
    return np.asarray(taking @ total @ taking.T)


def _divided(
    names: tuple[str, ...], products: Sequence[float], covariance: "NDArray[float64]"
) -> Coefficients:
    """Return q and pⱼ from q and q·pⱼ."""
    import numpy as np

    q = products[0]
    values = (q, *(product / q for product in products[1:]))
    turned = np.eye(len(values)) / q
    turned[0, 0] = 1.0
    turned[1:, 0] = [-value / q for value in values[1:]]
    carried = turned @ covariance @ turned.T
    carried = (carried + carried.T) / 2.0
    return Coefficients(names, values, tuple(tuple(row) for row in carried.tolist()))
