"""True errors: what an instrument does wrong, known to tests and never to a procedure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from simulators.errors import UnknownName
from simulators.physics.functions import Function

SECONDS_A_YEAR = 365.25 * 86400.0
# Shares of the published 1-year specification.  Each share is drawn uniformly within ± itself.
# Their sum, five kelvin from the reference temperature, stays inside the specification.
GAIN_SHARE = 0.5
OFFSET_SHARE = 0.5
LINEARITY_SHARE = 0.1
SHARE_PER_KELVIN = 0.03
SHARE_PER_YEAR = 0.1
CUBIC_PEAK = 2.598  # brings u − u³ to 1 at its maximum

SETTABLE = ("times", "gain_ppm", "offset_ppm_of_range")
Errors = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class TrueError:
    """The systematic errors of one range.

    Attributes:
        gain: relative error at the reference temperature (1).
        offset: error at zero, in the unit of the range.
        linearity: greatest deviation from the straight line, in the unit of the range.
        full_scale: of the range, in its unit.
        per_kelvin: change of gain with temperature (1/K).
        per_second: change of gain with time (1/s).
    """

    gain: float
    offset: float
    linearity: float
    full_scale: float
    per_kelvin: float = 0.0
    per_second: float = 0.0

    def of(self, value: float, *, kelvin: float = 0.0, seconds: float = 0.0) -> float:
        """Return the error at `value`, `kelvin` off the reference temperature, after `seconds`."""
        gain = self.gain + self.per_kelvin * kelvin + self.per_second * seconds
        part = value / self.full_scale
        return gain * value + self.offset + self.linearity * CUBIC_PEAK * (part - part**3)


def drawn(
    source: np.random.Generator, *, relative: float, floor: float, full_scale: float
) -> TrueError:
    """Draw the errors of a range specified as ±(`relative` · value + `floor`)."""
    gain, offset, linearity, kelvin, year = source.uniform(-1.0, 1.0, 5).tolist()
    return TrueError(
        gain=GAIN_SHARE * relative * gain,
        offset=OFFSET_SHARE * floor * offset,
        linearity=LINEARITY_SHARE * floor * linearity,
        full_scale=full_scale,
        per_kelvin=SHARE_PER_KELVIN * relative * kelvin,
        per_second=SHARE_PER_YEAR * relative * year / SECONDS_A_YEAR,
    )


def with_settings(error: TrueError, settings: Mapping[str, float]) -> TrueError:
    """Return `error` with what a test has set by hand; a range set by hand is a straight line.

    `times` makes what was drawn so many times as large, which keeps the ranges different.
    """
    times, gain_ppm, offset_ppm = (settings.get(name) for name in SETTABLE)
    if times is not None:
        error = replace(
            error,
            gain=times * error.gain,
            offset=times * error.offset,
            linearity=times * error.linearity,
        )
    if offset_ppm is None and gain_ppm is None:
        return error
    return replace(
        error,
        gain=error.gain if gain_ppm is None else gain_ppm * 1e-6,
        offset=error.offset if offset_ppm is None else offset_ppm * 1e-6 * error.full_scale,
        linearity=0.0,
    )


def check(errors: Errors) -> None:
    """Refuse names of functions and of errors that nobody knows.

    Raises:
        UnknownName: naming the nearest known one.
    """
    for function, settings in errors.items():
        if function not in tuple(Function):
            raise UnknownName("function", function, tuple(Function))
        known = SETTABLE[:2] if function == Function.FREQUENCY else SETTABLE
        for key in settings:
            if key not in known:
                raise UnknownName(f"error of {function}", key, known)
