"""The error of a meter's indication and its uncertainty budget (EURAMET cg-15)."""

from collections.abc import Sequence

from station.metrology.inputs import Input, digital_step, normal, readings, rectangular
from station.metrology.uncertainty import Budget
from station.procedure import Point, StandardValue

THERMAL_EMF_VOLTS = 0.5e-6
"""Half-width (V) left by copper leads after settling: this laboratory's allowance."""

TWO_WIRE_OHMS = 0.1
"""Half-width (Ω) of what two leads add beyond the calibrator's terminals: the same."""

OPEN_FARADS = 5e-12
"""Half-width (F) of what an open reading does not take off: leads moved, terminals closed, and a
scale not quite straight over the 100 pF or so that leads and terminals have: the same."""

LOADED_BELOW_VOLTS = 0.33
"""Below it (V) a calibrator's output has 50 Ω (5522A; from memory, unverified)."""

DC_LOADING = 50.0 / 10e6
"""What 50 Ω loses into 10 MΩ, of the value; into a meter of more ohms it loses less."""

AC_LOADING = 50.0 / 1e6
"""What 50 Ω loses into the meter's 1 MΩ (from memory, unverified), of the value."""


def dc_connection(point: Point) -> float:
    """Return the half-width (V) of thermal EMF and loading at a direct voltage."""
    return THERMAL_EMF_VOLTS + _loading(point, DC_LOADING)


def ac_connection(point: Point) -> float:
    """Return the half-width (V) of loading at an alternating voltage."""
    return _loading(point, AC_LOADING)


def _loading(point: Point, share: float) -> float:
    return share * abs(point.nominal) if abs(point.nominal) < LOADED_BELOW_VOLTS else 0.0


def two_wire_connection(point: Point) -> float:
    """Return the half-width (Ω) of two leads."""
    return TWO_WIRE_OHMS


def open_connection(point: Point) -> float:
    """Return the half-width (F) of what an open reading does not take off."""
    return OPEN_FARADS


def no_allowance(point: Point) -> float:
    """Return 0: four wires, or a current, which is the same everywhere."""
    return 0.0


def error_of_indication(
    unit: str,
    connection: float,
    resolution: float,
    indications: Sequence[float],
    applied: StandardValue,
) -> Budget:
    """Return the budget of E = indication - applied, in `unit`.

    The step of the display is kept beside the scatter of the readings: where the scatter
    already contains it, U is a little too large, never too small (EURAMET cg-15, 5).
    """
    return Budget(
        "error of indication",
        unit,
        lambda indication, resolution, connection, applied, drift: (
            indication + resolution + connection - (applied + drift)
        ),
        _indication(indications, resolution),
        digital_step("resolution", step=resolution, source="display, half a digit"),
        rectangular(
            "connection",
            half_width=connection,
            source="laboratory's allowance for leads, thermal EMF and loading",
        ),
        normal(
            "applied",
            applied.actual,
            standard_uncertainty=applied.standard_uncertainty,
            dof=applied.dof,
            source=applied.certificate,
        ),
        rectangular("drift", half_width=applied.drift_half_width, source=applied.drift_source),
    )


def error_of_zeroed_indication(
    unit: str,
    connection: float,
    resolution: float,
    indications: Sequence[float],
    open_indications: Sequence[float],
    applied: StandardValue,
) -> Budget:
    """Return the budget of E = (indication - open indication) - applied, in `unit`.

    The meter is calibrated as it is specified: what it shows with open leads is taken off, as
    its Zero function does it. The display's step is in both readings.
    """
    return Budget(
        "error of indication",
        unit,
        lambda indication, resolution, zero, zero_resolution, connection, applied, drift: (
            (indication + resolution) - (zero + zero_resolution) + connection - (applied + drift)
        ),
        _indication(indications, resolution),
        digital_step("resolution", step=resolution, source="display, half a digit"),
        _indication(open_indications, resolution, "zero"),
        digital_step("zero_resolution", step=resolution, source="display, half a digit"),
        rectangular(
            "connection",
            half_width=connection,
            source="laboratory's allowance for leads and terminals, open and connected",
        ),
        normal(
            "applied",
            applied.actual,
            standard_uncertainty=applied.standard_uncertainty,
            dof=applied.dof,
            source=applied.certificate,
        ),
        rectangular("drift", half_width=applied.drift_half_width, source=applied.drift_source),
    )


def _indication(indications: Sequence[float], resolution: float, name: str = "indication") -> Input:
    """Return the mean of the readings; a single one may have flickered by a digit."""
    if len(indications) == 1:
        source = "single reading; laboratory's allowance of one digit for what was not repeated"
        return rectangular(name, value=indications[0], half_width=resolution, source=source)
    return readings(name, indications, source=f"{len(indications)} readings, this run")
