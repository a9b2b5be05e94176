"""The model and the budget of a pressure gauge's error, after DKD-R 6-1.

DKD-R 6-1 (2014), formulas from memory, unverified: E = p_gauge - p_standard, the mean of going up
and going down; zero deviation f0, repeatability b', reproducibility b and hysteresis h are widths
of rectangular distributions. The same figures serve for readings in any unit; a budget is in Pa.

`Readings` are those of one gauge: series 1 … 6 → its readings from zero up the scale, whichever way
the series went. Instead of readings, deviations from the standard may be taken: where the pressures
of two series differ a little, their difference is then not that of the gauge.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from station.evidence import Room, StandardValue
from station.metrology.inputs import (
    Input,
    constant,
    difference_of_digital_steps,
    digital_step,
    hysteresis,
    normal,
    rectangular,
)
from station.metrology.physics.pressure import Gas, gas_density, head_correction
from station.metrology.uncertainty import Budget

Readings = Mapping[int, Sequence[float]]

DKD = "DKD-R 6-1 (from memory, unverified)"
ALLOWANCE = "this laboratory's allowance"

UPS, DOWNS = (1, 3, 5), (2, 4, 6)
REPEATED = ((1, 3), (2, 4))
"""Series that repeat each other without the gauge being touched."""

RECLAMPED = ((1, 5), (2, 6))
"""Series that repeat each other with the gauge screwed on anew between them."""

ZERO_PAIRS = ((1, 2), (3, 4), (5, 6))

PARALLAX = 0.2
"""Half-width of what the eye makes of a pointer, in steps of what can be told apart."""

ROOM_CELSIUS, ROOM_PASCALS = 1.0, 5e3
"""Half-widths of what the gas in the hoses may differ from the room (°C), and of the atmospheric
pressure where it was not read (Pa)."""

ORDINARY_PASCALS = 100e3
"""Atmospheric pressure (Pa) where it was not read: all it does is to change the density of air."""


def mean_error(deviations: Readings, place: int) -> float:
    """Return the mean of going up and going down at a place of the scale, each with one weight."""
    ups = [deviations[series][place] for series in UPS if series in deviations]
    downs = [deviations[series][place] for series in DOWNS if series in deviations]
    return 0.5 * (fmean(ups) + fmean(downs))


def zero_deviation(readings: Readings) -> float:
    """Return f0 = max |x_2,0 - x_1,0|, …: how far it comes back from zero."""
    pairs = [pair for pair in ZERO_PAIRS if set(pair) <= set(readings)]
    return max(abs(readings[down][0] - readings[up][0]) for up, down in pairs)


def repeatability(readings: Readings) -> float | None:
    """Return b', the larger of up and down: max_j |(x_3,j - x_3,0) - (x_1,j - x_1,0)|.

    None: no series was repeated (sequence C).
    """
    return _greatest_change(readings, REPEATED)


def reproducibility(readings: Readings) -> float | None:
    """Return b, the larger of up and down: max_j |(x_5,j - x_5,0) - (x_1,j - x_1,0)|.

    None: the gauge was not screwed on anew (sequences B and C).
    """
    return _greatest_change(readings, RECLAMPED)


def hysteresis_at(readings: Readings, place: int) -> float:
    """Return h_j: the mean, over the pairs of series, of |down - up| at a place of the scale."""
    pairs = [pair for pair in ZERO_PAIRS if set(pair) <= set(readings)]
    return fmean(abs(readings[down][place] - readings[up][place]) for up, down in pairs)


def _greatest_change(readings: Readings, pairs: Sequence[tuple[int, int]]) -> float | None:
    changes = [
        abs((later - readings[second][0]) - (earlier - readings[first][0]))
        for first, second in pairs
        if first in readings and second in readings
        for earlier, later in zip(readings[first], readings[second], strict=True)
    ]
    return max(changes, default=None)


@dataclass(frozen=True, slots=True)
class Spread:
    """What one gauge's readings scatter by (Pa).

    Attributes:
        resolution: smallest step that can be told apart.
        pointer: whether it is a pointer, at which an eye may look askew.
        zero_deviation: f0.
        repeatability: b'; None: no series was repeated.
        reproducibility: b; None: it was not screwed on anew.
        hysteresis: h at the pressure.
    """

    resolution: float
    pointer: bool
    zero_deviation: float
    repeatability: float | None
    reproducibility: float | None
    hysteresis: float


@dataclass(frozen=True, slots=True)
class Line:
    """The hose between standard and gauge.

    Attributes:
        gas: in it.
        below: height (m) of the standard's reference level above that of the gauge.
        below_half_width: how well that is known (m).
        gravity: local (m/s²).
        gravity_half_width: how well that is known (m/s²).
    """

    gas: Gas
    below: float
    below_half_width: float
    gravity: float
    gravity_half_width: float


def error_of_indication(
    *,
    deviation: float,
    pressure: float,
    standard: StandardValue,
    unsteadiness: float,
    spread: Spread,
    line: Line,
    room: Room,
    ammeter: float,
    temperature_effect: tuple[float, str],
    reference_celsius: float,
) -> Budget:
    """Return the budget of a gauge's error (Pa) at one pressure, at its reference temperature.

    Args:
        deviation: mean of up and down, gauge minus what the standard indicated (Pa).
        pressure: mean that the standard indicated (Pa).
        standard: what its certificate says of an indication near `pressure`.
        unsteadiness: greatest change of the standard's indication while gauges were read (Pa).
        spread: of the gauge's readings.
        line: between standard and gauge.
        room: as it is.
        ammeter: limit (Pa) of what the ammeter adds that reads a transmitter.
        temperature_effect: its limit at the pressure (Pa/K), and where that comes from.
        reference_celsius: temperature (°C) at which the gauge's limits hold.
    """
    kelvin = abs(room.celsius - reference_celsius) + ROOM_CELSIUS
    per_kelvin, effect = temperature_effect
    return Budget(
        "error of indication",
        "Pa",
        _error,
        constant("indication", pressure + deviation, source="mean of the series up and down"),
        *_of_the_gauge(spread),
        rectangular(
            "ammeter",
            half_width=ammeter,
            source="the ammeter's limits, item's details" if ammeter else "none: it shows pressure",
        ),
        rectangular(
            "temperature",
            half_width=per_kelvin * kelvin,
            source=f"{effect}; {kelvin:.2g} K off {reference_celsius:g} °C",
        ),
        *_of_the_standard(pressure, standard, unsteadiness),
        *_of_the_line(line, pressure, room),
    )


def _error(
    indication: Any,
    resolution: Any,
    zero_resolution: Any,
    parallax: Any,
    zero_deviation: Any,
    repeatability: Any,
    reproducibility: Any,
    hysteresis: Any,
    ammeter: Any,
    temperature: Any,
    standard: Any,
    drift: Any,
    steadiness: Any,
    density: Any,
    gravity: Any,
    below: Any,
) -> Any:
    gauge = indication + resolution + zero_resolution + parallax + zero_deviation
    gauge = gauge + repeatability + reproducibility + hysteresis + ammeter + temperature
    return gauge - (standard + drift + steadiness + head_correction(density, gravity, below))


def _of_the_gauge(spread: Spread) -> tuple[Input, ...]:
    again = spread.repeatability
    return (
        digital_step("resolution", step=spread.resolution, source=f"{DKD}: r/(2√3)"),
        digital_step("zero_resolution", step=spread.resolution, source=f"{DKD}: r/(2√3), at zero"),
        rectangular(
            "parallax",
            half_width=PARALLAX * spread.resolution if spread.pointer else 0.0,
            source=f"{PARALLAX:g} of the resolution where there is a pointer, {ALLOWANCE}",
        ),
        hysteresis(
            "zero_deviation", difference=spread.zero_deviation, source=f"{DKD}: f0/(2√3)"
        ),
        hysteresis(
            "repeatability",
            difference=spread.resolution if again is None else again,
            source=f"{DKD}: b'/(2√3)" if again is not None
            else f"no series is repeated: one resolution, {ALLOWANCE}",
        ),
        hysteresis(
            "reproducibility",
            difference=spread.reproducibility or 0.0,
            source=f"{DKD}: b/(2√3)" if spread.reproducibility is not None
            else "not screwed on anew: of this mounting",
        ),
        hysteresis("hysteresis", difference=spread.hysteresis, source=f"{DKD}: h/(2√3)"),
    )  # fmt: skip


def _of_the_standard(
    pressure: float, standard: StandardValue, unsteadiness: float
) -> tuple[Input, ...]:
    return (
        normal(
            "standard",
            standard.actual,
            standard_uncertainty=standard.standard_uncertainty,
            dof=standard.dof,
            source=standard.certificate,
        ),
        rectangular("drift", half_width=standard.drift_half_width, source=standard.drift_source),
        rectangular(
            "steadiness",
            half_width=abs(standard.slope) * unsteadiness,
            source="greatest change of the standard's indication while gauges were read, this run",
        ),
    )


def head_pascals(line: Line, pressure: float, room: Room) -> float:
    """Return by how much (Pa) the pressure at the gauge is more than at the standard.

    Args:
        line: between them.
        pressure: at the standard (Pa, gauge).
        room: as it is.
    """
    inside, outside = _densities(line, pressure, room)
    return float(head_correction(inside - outside, line.gravity, line.below))


def _densities(line: Line, pressure: float, room: Room) -> tuple[float, float]:
    """Return the densities (kg/m³) of the gas in the line and of the air outside it."""
    air = ORDINARY_PASCALS if room.pascals is None else room.pascals
    inside = gas_density(line.gas, max(pressure + air, 0.0), room.celsius)
    return inside, gas_density(Gas.DRY_AIR, air, room.celsius)


def _of_the_line(line: Line, pressure: float, room: Room) -> tuple[Input, ...]:
    in_line, outside = _densities(line, pressure, room)
    uncertain = ROOM_CELSIUS / (room.celsius + 273.15)
    uncertain += ROOM_PASCALS / ORDINARY_PASCALS if room.pascals is None else 0.0
    return (
        rectangular(
            "density",
            value=in_line - outside,
            half_width=uncertain * (in_line + outside),
            source=f"ideal gas at {room.celsius:g} °C less the air outside, EURAMET cg-17",
        ),
        rectangular(
            "gravity",
            value=line.gravity,
            half_width=line.gravity_half_width,
            source="item's details",
        ),
        rectangular(
            "below",
            value=line.below,
            half_width=line.below_half_width,
            source="difference of the reference levels, item's details",
        ),
    )


def difference_of_up_and_down(
    *, up: float, down: float, pairs: int, resolution: float, pointer: bool, unsteadiness: float
) -> Budget:
    """Return the budget of the hysteresis (Pa) at one pressure: down minus up.

    Args:
        up: mean deviation from the standard going up (Pa).
        down: the same going down.
        pairs: of series that were averaged.
        resolution: smallest step that can be told apart (Pa).
        pointer: whether it is a pointer, at which an eye may look askew.
        unsteadiness: greatest change of the standard's indication while gauges were read (Pa).
    """
    source = f"mean of {pairs} series, gauge minus standard"
    return Budget(
        "hysteresis",
        "Pa",
        lambda down, up, resolution, parallax, steadiness: (
            down - up + resolution + parallax + steadiness
        ),
        constant("down", down, source=source),
        constant("up", up, source=source),
        difference_of_digital_steps("resolution", step=resolution, source="two readings, q/√6"),
        difference_of_digital_steps(
            "parallax",
            step=2.0 * PARALLAX * resolution if pointer else 0.0,
            source=f"{PARALLAX:g} of the resolution at either pointer, {ALLOWANCE}",
        ),
        difference_of_digital_steps(
            "steadiness",
            step=2.0 * unsteadiness,
            source="greatest change of the standard's indication while gauges were read, this run",
        ),
    )
