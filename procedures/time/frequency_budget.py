"""Models and budgets of frequencies against a rubidium reference."""

from collections.abc import Sequence
from math import fsum, pi, sqrt

from station.evidence import StandardValue
from station.metrology.inputs import Input, constant, digital_step, normal, rectangular
from station.metrology.type_a import inflation, is_autocorrelated, lag_one_autocorrelation, scatter
from station.metrology.uncertainty import Budget

REFERENCE_HERTZ = 10e6
"""What a reference gives (Hz)."""

AFTER_LOCK = 2e-11
"""Half-width of what is left, an hour after its lock, of a rubidium standard's approach to its
frequency, and of what the room does to it: this laboratory's allowance."""

COUNTER_SECONDS = 100e-12
"""Half-width (s) of what the interpolators and the trigger of a counter add to a gate: its
single-shot resolution (100 ps of a 53220A, 20 ps of a 53230A; from memory, unverified)."""

NOISE_VOLTS = 1e-3
"""Noise (V r.m.s.) of signal and input at the trigger of the counter: this laboratory's
allowance."""


def mean_frequency(name: str, values: Sequence[float], *, source: str) -> Input:
    """State the mean of readings (Hz) in the order they were taken, which may hang together.

    Where the lag-1 autocorrelation r is significant, u = s/√n·√((1 + r)/(1 - r)); where so few
    independent readings are left that their mean is no better than one, u = s, and ν = 1
    (GUM 4.2.7; NIST/SEMATECH e-Handbook 1.3.3.1). A random walk is of this kind: averaging does
    not help, as its Allan deviation shows.

    Args:
        name: the model's argument.
        values: readings (Hz), shape `(reading,)`.
        source: the run they come from.

    Raises:
        BudgetError: fewer than two readings, or one is not finite.
    """
    n, mean, s = len(values), fsum(values) / len(values), scatter(values).standard_deviation
    factor = inflation(lag_one_autocorrelation(values)) if is_autocorrelated(values) else 1.0
    independent = n / factor**2
    if independent < 2.0:
        return normal(name, mean, standard_uncertainty=s, dof=1.0, source=source)
    u = s / sqrt(independent)
    return normal(name, mean, standard_uncertainty=u, dof=independent - 1.0, source=source)


def error_of_counter(
    values: Sequence[float],
    standard: StandardValue,
    *,
    resolution: float,
    resolution_source: str,
) -> Budget:
    """Return the budget of E = indicated - reference frequency (Hz), a counter's error.

    A counter whose time base is fast counts too little: the relative error of the time base is
    -E over the frequency.

    Args:
        values: readings of the counter (Hz), in the order they were taken.
        standard: frequency of the reference.
        resolution: smallest step of one reading (Hz).
        resolution_source: where that comes from.
    """
    return Budget(
        "error of indication",
        "Hz",
        lambda indicated, resolution, reference, drift, after_lock: (
            indicated + resolution - (reference + drift + after_lock)
        ),
        mean_frequency("indicated", values, source=_readings(values)),
        digital_step("resolution", step=resolution, source=resolution_source),
        *_of_reference(standard),
    )


def error_of_generator(
    setting: float,
    values: Sequence[float],
    standard: StandardValue,
    *,
    volts: float,
    gate_seconds: float,
) -> Budget:
    """Return the budget of E = setting - actual frequency (Hz), a generator's error.

    The setting is what it indicates (VIM 4.16), so that one that is fast has a negative error.
    The counter follows the reference, whose error all of its readings have.

    Args:
        setting: frequency that the generator was set to (Hz).
        values: readings of the counter (Hz), in the order they were taken.
        standard: frequency of the reference.
        volts: amplitude of the signal (V r.m.s.).
        gate_seconds: of one reading (s).
    """
    slew = 2.0 * pi * setting * sqrt(2.0) * volts
    trigger = sqrt(2.0) * NOISE_VOLTS / slew / gate_seconds * setting / sqrt(len(values))
    return Budget(
        "error of output",
        "Hz",
        lambda setting, indicated, trigger, counter, reference, drift, after_lock: (
            setting
            - (indicated + trigger + counter) * (reference + drift + after_lock) / REFERENCE_HERTZ
        ),
        constant("setting", setting, source="as set"),
        mean_frequency("indicated", values, source=_readings(values)),
        normal(
            "trigger",
            0.0,
            standard_uncertainty=trigger,
            source="√2·noise/slew rate of either end of a gate, laboratory's allowance of 1 mV",
        ),
        rectangular(
            "counter",
            half_width=COUNTER_SECONDS / gate_seconds * setting,
            source="100 ps of a gate: interpolators and trigger (from memory, unverified)",
        ),
        *_of_reference(standard),
    )


def _readings(values: Sequence[float]) -> str:
    return f"{len(values)} readings of the counter, this run; autocorrelation counted"


def _of_reference(standard: StandardValue) -> tuple[Input, Input, Input]:
    return (
        normal(
            "reference",
            standard.actual,
            standard_uncertainty=standard.standard_uncertainty,
            dof=standard.dof,
            source=standard.certificate,
        ),
        rectangular("drift", half_width=standard.drift_half_width, source=standard.drift_source),
        rectangular(
            "after_lock",
            half_width=AFTER_LOCK * REFERENCE_HERTZ,
            source="laboratory's allowance: settling after the lock, temperature of the room",
        ),
    )
