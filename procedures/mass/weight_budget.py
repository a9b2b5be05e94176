"""The model and the budget of a substitution weighing.

OIML R 111-1:2004, annex C: m_ct = m_cr·(1 + C) + ΔI with C = (ρ_a - 1.2)·(1/ρ_t - 1/ρ_r); its
contributions by C.6 (from memory, unverified). Masses are conventional ones, in kilograms.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import stdev
from typing import Any

from station.errors import BadInput
from station.evidence import Room, StandardValue
from station.metrology.inputs import (
    Input,
    difference_of_digital_steps,
    normal,
    readings,
    rectangular,
)
from station.metrology.physics.air_density import air_density_budget
from station.metrology.physics.mass import (
    CONVENTIONAL_AIR_DENSITY,
    aba_difference,
    abba_difference,
    buoyancy_correction,
)
from station.metrology.type_a import Scatter, pooled_readings
from station.metrology.uncertainty import Budget

ROOM_CELSIUS = 0.5
ROOM_HUMIDITY = 0.05
ROOM_PASCALS = 100.0
"""Half-widths (°C, 0 … 1, Pa) of what the air at the pan may differ from the room's reading."""

ALLOWANCE = "this laboratory's allowance"

UNLIKE = 3.0
"""Times the known scatter, beyond which cycles are not those that it was found from: chance alone
does that once in 400 runs of two cycles, and in 8000 of three."""


@dataclass(frozen=True, slots=True)
class Comparator:
    """What the comparator adds.

    Attributes:
        division: scale interval d (kg).
        eccentricity: half-width (kg) of what the place on the pan does to a difference.
        sensitivity: limit of the relative error of a small indicated difference.
    """

    division: float
    eccentricity: float
    sensitivity: float


def differences(reference: Sequence[float], test: Sequence[float]) -> tuple[float, ...]:
    """Return the differences test - reference of all cycles, in the unit of the readings.

    Two readings of the reference a cycle; two of the weight under test: ABBA, or one: ABA.

    Args:
        reference: readings of the reference weight in the order they were taken.
        test: readings of the weight under test, likewise.
    """
    pairs = list(zip(reference[::2], reference[1::2], strict=True))
    if len(test) == len(pairs):
        return tuple(aba_difference(a, b, c) for (a, c), b in zip(pairs, test, strict=True))
    tested = zip(test[::2], test[1::2], strict=True)
    return tuple(abba_difference(a, b, c, d) for (a, d), (b, c) in zip(pairs, tested, strict=True))


def are_unlike(values: Sequence[float], known: Scatter) -> bool:
    """Tell whether cycles scatter as the records of the comparator do not let expect."""
    return stdev(values) > UNLIKE * known.standard_deviation


def difference(values: Sequence[float], known: Scatter | None, *, cycles: str) -> Input:
    """Return the mean difference, with the known scatter of one cycle if there is one.

    OIML R 111-1, C.6.1 (from memory, unverified); EA-4/02 M:2022, S2: s_p/√n. Without it, or where
    it does not hold for these cycles, their own scatter, which few cycles tell poorly: their
    degrees of freedom say so.

    Args:
        values: differences of the cycles (kg).
        known: pooled scatter of the difference of one cycle (kg).
        cycles: how it was weighed, e.g. "4 cycles ABBA".
    """
    if known is None:
        return readings("difference", values, source=f"{cycles}, this run")
    if are_unlike(values, known):
        source = f"{cycles}, this run: beyond this laboratory's records of the comparator"
        return readings("difference", values, source=source)
    source = f"{cycles}, s pooled from this laboratory's records"
    return pooled_readings("difference", values, known, source=source)


def air_density_input(room: Room) -> Input:
    """Return the density of the air (kg/m³), named "air", with its uncertainty.

    Args:
        room: with its pressure.
    """
    assert room.pascals is not None  # the procedure's environment limits ask for it
    budget = air_density_budget(
        pascal=rectangular("pascal", value=room.pascals, half_width=ROOM_PASCALS, source=ALLOWANCE),
        t_celsius=rectangular(
            "t_celsius", value=room.celsius, half_width=ROOM_CELSIUS, source=ALLOWANCE
        ),
        relative_humidity=rectangular(
            "relative_humidity",
            value=room.humidity / 100.0,
            half_width=ROOM_HUMIDITY,
            source=ALLOWANCE,
        ),
    )
    result = budget.evaluate()
    return normal(
        "air",
        result.value,
        standard_uncertainty=result.standard_uncertainty,
        source=(
            f"CIPM-2007 at {room.celsius:g} °C ± {ROOM_CELSIUS:g} °C, {room.humidity:g} % ± "
            f"{100 * ROOM_HUMIDITY:g} %, {room.pascals:g} Pa ± {ROOM_PASCALS:g} Pa, "
            f"{ALLOWANCE}"
        ),
    )


def error_of_weight(
    *,
    nominal: float,
    reference: Input,
    drift: Input,
    difference: Input,
    comparator: Comparator,
    magnetism: Input,
    air: Input,
    density: Input,
    reference_density: Input,
    reference_air_density: float = CONVENTIONAL_AIR_DENSITY,
) -> Budget:
    """Return the budget of conventional mass minus nominal value, in the unit of the masses.

    Args:
        nominal: of the weight.
        reference: conventional mass of the reference weight minus `nominal`.
        drift: what the reference may have changed since its calibration.
        difference: mean of what the cycles found.
        comparator: its part, in the same unit.
        magnetism: what it may add.
        air: density of the air now (kg/m³).
        density: of the weight under test (kg/m³).
        reference_density: of the reference weight (kg/m³).
        reference_air_density: of the air (kg/m³) in which the reference was calibrated: what an
            error of its density did then, it undoes now.
    """
    correlation = _correlation(nominal, reference, reference_density, reference_air_density)
    shared = {("reference", "reference_density"): correlation} if correlation else {}
    if shared:
        reference_density = reference_density._replace(dof=reference.dof)
    return Budget(
        "conventional mass minus nominal value",
        "kg",
        _model(nominal),
        reference,
        drift,
        difference,
        rectangular(
            "sensitivity",
            value=1.0,
            half_width=comparator.sensitivity,
            source="of a small difference, OIML R 111-1, C.6.4.2 (from memory, unverified)",
        ),
        difference_of_digital_steps(
            "resolution",
            step=comparator.division,
            source="two indications, OIML R 111-1, C.6.4.3 (from memory, unverified)",
        ),
        rectangular(
            "eccentricity",
            half_width=comparator.eccentricity,
            source="places on the pan, OIML R 111-1, C.6.4.4 (from memory, unverified)",
        ),
        magnetism,
        air,
        density,
        reference_density,
        correlations=shared,
    )


def reference_inputs(value: StandardValue, nominal: float) -> tuple[Input, Input]:
    """Return what the certificate says of the reference weight, as "reference" and "drift".

    Args:
        value: of the reference weight's certificate (kg).
        nominal: of the weight under test (kg).
    """
    reference = normal(
        "reference",
        value.actual - nominal,
        standard_uncertainty=value.standard_uncertainty,
        dof=value.dof,
        source=value.certificate,
    )
    drift = rectangular("drift", half_width=value.drift_half_width, source=value.drift_source)
    return reference, drift


def magnetism_input(half_width: float) -> Input:
    """Return what magnetism may add (kg), named "magnetism"."""
    within = "magnetic properties within the limits of the class are taken to add nothing"
    said = within if half_width == 0.0 else "stated in the bench file"
    source = f"{said}, OIML R 111-1, C.6.4.5 (from memory, unverified)"
    return rectangular("magnetism", half_width=half_width, source=source)


def _model(nominal: float) -> Callable[..., Any]:
    def error(
        reference: Any,
        drift: Any,
        difference: Any,
        sensitivity: Any,
        resolution: Any,
        eccentricity: Any,
        magnetism: Any,
        air: Any,
        density: Any,
        reference_density: Any,
    ) -> Any:
        # Deviations from the nominal value, so that micrograms of a kilogram keep their digits.
        correction = buoyancy_correction(air, density, reference_density)
        deviation = reference + drift
        weighed = sensitivity * difference + resolution + eccentricity + magnetism
        return deviation + (nominal + deviation) * correction + weighed

    return error


def _correlation(
    nominal: float, reference: Input, reference_density: Input, air_at_calibration: float
) -> float:
    """Return r of the reference's conventional mass and its density, from its own calibration.

    Its certified mass contains m·(ρ_a1 - 1.2)/ρ_r, and so m·(ρ_a1 - 1.2)·u(ρ_r)/ρ_r² of its u: the
    term with ρ_a1 in OIML R 111-1, C.6.3.1 (from memory, unverified).

    Raises:
        BadInput: that part is more than all of its u.
    """
    if reference.standard_uncertainty == 0.0:
        return 0.0
    excess = air_at_calibration - CONVENTIONAL_AIR_DENSITY
    density, u = reference_density.value, reference_density.standard_uncertainty
    r = -nominal * excess * u / density**2 / reference.standard_uncertainty
    if abs(r) > 1.0:
        raise BadInput(
            "A reference weight of {density:g} kg/m³ ± {expanded:g} kg/m³ that was calibrated in "
            "air of {air:g} kg/m³ cannot have the U of its certificate. State reference_density "
            "with the U that its certificate has, or correct reference_air_density.",
            density=density,
            expanded=2.0 * u,
            air=air_at_calibration,
        )
    return r
