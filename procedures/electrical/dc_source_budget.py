"""Models and budgets of a source of direct voltage or current against a reference multimeter."""

from collections.abc import Sequence
from decimal import Decimal
from math import fsum

from drivers.capabilities import Reading
from station.evidence import StandardValue
from station.metrology.inputs import constant, digital_step, normal, readings, rectangular
from station.metrology.uncertainty import Budget

THERMAL_EMF_VOLTS = 0.5e-6
"""Half-width (V) left by copper leads after settling: this laboratory's allowance."""

INPUT_OHMS = 1e9
"""The least input resistance (Ω) that a reference multimeter may have up to 20 V: the method's
condition. A 3458A has more than 10 GΩ (from memory, unverified)."""

LEAKAGE_AMPERES = 1e-10
"""Half-width (A) of what leaks past the meter: 1 V over 10 GΩ of leads, this laboratory's
allowance."""

METER_IN_MINUTES = 1e-6
"""Half-width of the meter's change between two readings some minutes apart, of the reading: this
laboratory's allowance (twice the 24-hour accuracy of a 3458A at 10 V, 0.5 ppm)."""

CONTACT_OHMS = 1e-4
"""Half-width (Ω) of what lies between the output's terminal and the meter's lead, through which
the load's current flows: this laboratory's allowance for leads stacked on one terminal."""

OF_CONNECTION = "laboratory's allowance for leads, thermal EMF, loading and leakage"


def error_of_output(
    unit: str,
    setting: float,
    taken: Sequence[Reading],
    standard: StandardValue,
    *,
    connection: float,
) -> Budget:
    """Return the budget of E = setting - actual output, in `unit`.

    The value that a source is set to is its indication, so that its error is what it says less
    what it gives (VIM 4.16); a source that gives too much has a negative one. The setting has no
    uncertainty: its step is part of the error at this setting.

    Args:
        unit: V or A.
        setting: what the source was set to.
        taken: readings of the meter, in the order they were taken.
        standard: the quantity, where the meter indicates the mean of `taken`.
        connection: half-width of what the connection may do.
    """
    slope, mean = standard.slope, mean_of(taken)
    return Budget(
        "error of output",
        unit,
        lambda setting, measured, scatter, resolution, drift, connection: (
            setting - (measured + slope * (scatter + resolution) + drift + connection)
        ),
        constant("setting", setting, source="as set"),
        normal(
            "measured",
            standard.actual,
            standard_uncertainty=standard.standard_uncertainty,
            dof=standard.dof,
            source=standard.certificate,
        ),
        readings(
            "scatter",
            [each.value - mean for each in taken],
            source=f"{len(taken)} readings of the meter, about their mean",
        ),
        digital_step(
            "resolution", step=last_digit(taken), source="last digit that the meter sends"
        ),
        rectangular("drift", half_width=standard.drift_half_width, source=standard.drift_source),
        rectangular("connection", half_width=connection, source=OF_CONNECTION),
    )


def change_by_load(
    free: Sequence[Reading],
    loaded: Sequence[Reading],
    standard: StandardValue,
    *,
    amperes: float,
) -> Budget:
    """Return the budget of the change of a voltage (V) by a load: loaded less unloaded.

    One meter reads both within minutes on one range, so that its certificate counts by its slope
    alone; what is left is what it may change meanwhile.

    Args:
        free: readings without a load, in the order they were taken.
        loaded: readings with it.
        standard: the voltage, where the meter indicates the mean of `free`.
        amperes: current (A) in the load.
    """
    slope, volts = standard.slope, abs(standard.actual)
    return Budget(
        "change of output by load",
        "V",
        lambda loaded, free, resolution, meter, contact: (
            slope * (loaded - free + resolution) + meter + contact
        ),
        readings("loaded", [r.value for r in loaded], source=f"{len(loaded)} readings with a load"),
        readings("free", [r.value for r in free], source=f"{len(free)} readings without"),
        digital_step(
            "resolution",
            step=max(last_digit(free), last_digit(loaded)) * 2**0.5,
            source="last digit that the meter sends, of two readings",
        ),
        rectangular(
            "meter",
            half_width=METER_IN_MINUTES * volts + THERMAL_EMF_VOLTS,
            source="laboratory's allowance for the meter and thermal EMF within minutes",
        ),
        rectangular(
            "contact",
            half_width=CONTACT_OHMS * amperes,
            source="laboratory's allowance for the contact at a terminal that carries the load",
        ),
    )


def voltage_connection(volts: float, output_ohms: float) -> float:
    """Return the half-width (V) of what leads and meter do to a voltage `volts` (V).

    Args:
        volts: of the output.
        output_ohms: resistance (Ω) of the output.
    """
    return THERMAL_EMF_VOLTS + abs(volts) * output_ohms / INPUT_OHMS


def mean_of(taken: Sequence[Reading]) -> float:
    """Return the mean of readings, in their unit."""
    return fsum(each.value for each in taken) / len(taken)


def last_digit(taken: Sequence[Reading]) -> float:
    """Return what one more in the last digit of the raw texts is, in the unit of the values.

    The texts may be in another unit than the values (mV): their quotient says which.
    """
    step = 0.0
    for each in taken:
        said = Decimal(each.raw)
        exponent = said.as_tuple().exponent
        if not isinstance(exponent, int):
            raise TypeError(f"a reading without a number: {each.raw}")
        unit = each.value / float(said) if said else 0.0
        step = max(step, 10.0**exponent * abs(unit))
    return step
