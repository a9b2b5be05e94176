"""What looks like a usual mistake while gauges are read on a manifold."""

from collections.abc import Sequence

from procedures.pressure.details import Details
from station.locale import N_

CLOSED = N_(
    "A gauge shows next to nothing while the pressure is on: is its valve closed, or its hose on "
    "another port?"
)
UNIT = N_("A reading fits another unit: look at the unit on the gauge and in the bench file.")
SLIPPED = N_("The decimal point of a reading seems to have slipped: read the gauge again.")
STUCK = N_(
    "A gauge has not moved since the pressure before: tap a dial lightly, and read it again."
)
BACKWARDS = N_(
    "A gauge went the other way than the pressure: were two gauges taken for each other?"
)
MOVING = N_("The pressure changed while the gauges were read: wait longer, and look for leaks.")
FAR = N_("A gauge is far from its limits: read it again, and look at its range.")

ON, NOTHING = 0.2, 0.05
"""Of full scale: a pressure that is on, a reading that is next to nothing."""

FITS = 0.03
"""How nearly a ratio must be that of two units, relative."""

OTHER_UNITS = (14.5037738, 6.89475729, 100.0, 1000.0, 0.980665, 1e5, 1e4)
"""bar or MPa against psi, kPa, mbar, kgf/cm², Pa; the other way round too."""

SLIPS = (10.0, 0.1)

TIMES_LIMIT = 5.0
"""Beyond so many times the limit an error is more likely a mistake."""

MOVED = 0.1
"""Of full scale: a change of the pressure that every pointer follows."""

UNSTEADY = 0.1
"""Of the limit: how far the pressure may change while the gauges are read."""


def suspicion(
    details: Details, pressure: float, reading: float, before: tuple[float, float] | None
) -> str:
    """Return what a reading of one gauge looks like, an English sentence; "" mostly.

    Args:
        details: of the gauge.
        pressure: that the standard indicates (Pa).
        reading: of the gauge (Pa).
        before: pressure and reading (Pa) of the pressure before, where there is one.
    """
    full_scale, limit = abs(details.full_scale_pascals), details.limit(pressure)
    if abs(reading - pressure) > TIMES_LIMIT * limit + details.step_pascals:
        return _of_ratio(pressure, reading, full_scale)
    if before is not None:
        pressed, moved = pressure - before[0], reading - before[1]
        if abs(pressed) > MOVED * full_scale and abs(moved) < 0.1 * abs(pressed):
            return STUCK
        if pressed * moved < 0.0 and abs(moved) > limit + details.step_pascals:
            return BACKWARDS
    return ""


def _of_ratio(pressure: float, reading: float, full_scale: float) -> str:
    if abs(pressure) < ON * full_scale:
        return FAR
    if abs(reading) < NOTHING * full_scale and not _is_one_of(SLIPS, reading / pressure):
        return UNIT if _is_other_unit(reading / pressure) else CLOSED
    if _is_one_of(SLIPS, reading / pressure):
        return SLIPPED
    return UNIT if _is_other_unit(reading / pressure) else FAR


def _is_other_unit(ratio: float) -> bool:
    return _is_one_of(OTHER_UNITS, ratio) or (ratio != 0.0 and _is_one_of(OTHER_UNITS, 1.0 / ratio))


def _is_one_of(known: Sequence[float], ratio: float) -> bool:
    return any(abs(ratio / each - 1.0) <= FITS for each in known)


def unsteady(limit: float, change: float) -> str:
    """Return that the pressure changed too much (Pa) while the gauges were read, or ""."""
    return MOVING if abs(change) > UNSTEADY * limit else ""
