"""Everything that can be said before power: each check with its finding and its way out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, get_type_hints

from drivers.capabilities import Instrument, Offers
from station.errors import CapabilityMissing, OutOfCalibration, OutOfReach, Refused
from station.metrology.errors import MetrologyError
from station.procedure import Point, Procedure, StandardValue, Test
from station.run.standards import Standard

PROPORTION = 10.0
"""How many times its stability a standard may deviate before its certificate is doubted."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `refusal` is None where it is in order."""

    subject: str
    finding: str
    refusal: Refused | None = None


def preflight(
    procedure: Procedure,
    tests: Sequence[Test[Any]],
    instruments: Mapping[str, Instrument],
    standards: Mapping[str, Standard],
    on: date,
) -> list[Check]:
    """Check roles, capabilities, reaches, standards and points; no instrument is touched."""
    checks: list[Check] = []
    for role in sorted(_roles(tests)):
        checks += _role_checks(procedure, role, tests, instruments)
    for role in sorted({test.standard for test in tests}):
        checks.append(_certificate_check(role, standards.get(role), on))
    for test in tests:
        checks += [
            check for point in test.points for check in _point_checks(test, point, instruments)
        ]
        if test.standard in standards:
            checks.append(_certified_points(test, standards[test.standard], on))
    return checks


def refuse_if_any(checks: Sequence[Check]) -> None:
    """Raise the first refusal; the message counts the others.

    Raises:
        Refused: as the first check that is not in order says.
    """
    refusals = [check.refusal for check in checks if check.refusal is not None]
    if not refusals:
        return
    more = len(refusals) - 1
    first = refusals[0]
    raise type(first)(f"{first}" + (f" (and {more} more: `station check`)" if more else ""))


def _roles(tests: Sequence[Test[Any]]) -> set[str]:
    return {field.name for test in tests for field in fields(test.roles)}


def _role_checks(
    procedure: Procedure,
    role: str,
    tests: Sequence[Test[Any]],
    instruments: Mapping[str, Instrument],
) -> Iterator[Check]:
    instrument = instruments.get(role)
    if instrument is None:
        yield Check(
            role,
            "not on the bench",
            CapabilityMissing(
                f"Procedure {procedure.name} needs an instrument in the role {role!r}; the bench "
                f"has {', '.join(sorted(instruments)) or 'none'}. Add [instruments.{role}]."
            ),
        )
        return
    asked = {_capability(test, role): test for test in tests if _uses(test, role)}
    for capability, test in asked.items():
        if isinstance(instrument, capability) and capability in _offers(instrument):
            yield Check(role, f"{capability.__name__} for {test.name}")
        else:
            yield Check(
                role,
                f"no {capability.__name__}",
                CapabilityMissing(
                    f"{role}: {type(instrument).__name__} is no {capability.__name__}, which test "
                    f"{test.name!r} needs. Put another instrument in this role."
                ),
            )


def _uses(test: Test[Any], role: str) -> bool:
    return any(field.name == role for field in fields(test.roles))


def _capability(test: Test[Any], role: str) -> type:
    capability: type = get_type_hints(test.roles)[role]
    return capability


def _offers(instrument: Instrument) -> Offers:
    offers: Offers = getattr(instrument, "offers", {})
    return offers


def _point_checks(
    test: Test[Any], point: Point, instruments: Mapping[str, Instrument]
) -> Iterator[Check]:
    for field in fields(test.roles):
        instrument = instruments.get(field.name)
        reach = _offers(instrument).get(_capability(test, field.name)) if instrument else None
        if reach is None:
            continue
        beyond = point.nominal not in reach.amplitude or (
            reach.hertz is not None and point.hertz is not None and point.hertz not in reach.hertz
        )
        if beyond:
            at = f" at {point.hertz:g} Hz" if point.hertz is not None else ""
            yield Check(
                point.id,
                f"beyond {field.name}",
                OutOfReach(
                    f"Point {point.id}: {point.nominal:g} {test.unit}{at} is beyond the reach of "
                    f"{field.name} ({type(instrument).__name__}: {reach.amplitude.low:g} to "
                    f"{reach.amplitude.high:g} {test.unit}). Use another instrument."
                ),
            )


def _certificate_check(role: str, standard: Standard | None, on: date) -> Check:
    if standard is None:
        return Check(
            role,
            "no certificate",
            OutOfCalibration(
                f"The standard in role {role!r} has no certificate. Name its file in the bench "
                f'file: [instruments.{role}] certificate = "….toml".'
            ),
        )
    certificate = standard.certificate
    if not certificate.is_valid_on(on):
        return Check(
            role,
            "not in calibration",
            OutOfCalibration(
                f"{role}: certificate {certificate.number} of {certificate.date:%Y-%m-%d} was due "
                f"{certificate.due:%Y-%m-%d}; today is {on:%Y-%m-%d}. Have the standard calibrated."
            ),
        )
    return Check(role, f"certificate {certificate.number}, due {certificate.due:%Y-%m-%d}")


def _certified_points(test: Test[Any], standard: Standard, on: date) -> Check:
    number = standard.certificate.number
    for table in standard.certificate.tables:
        if table.quantity == test.name and table.unit != test.unit:
            refusal = OutOfReach(
                f"Certificate {number} states {test.name} in {table.unit}; the procedure takes "
                f"{test.unit}. Write the table in {test.unit}."
            )
            return Check(test.name, f"certified in {table.unit}", refusal)
    for point in test.points:
        try:
            value = standard.at(test.name, point, on)
        except MetrologyError as error:
            return Check(point.id, "not certified", OutOfReach(f"Point {point.id}: {error}"))
        if not plausible(point, value):
            refusal = OutOfReach(
                f"Point {point.id}: certificate {number} states {value.actual:g} {test.unit} ± "
                f"{2 * value.standard_uncertainty:g} (k = 2) where the standard may drift by "
                f"{value.drift_half_width:g}. That is out of proportion: compare with the paper."
            )
            return Check(point.id, "implausible certificate", refusal)
    return Check(test.name, f"{len(test.points)} points certified")


def plausible(point: Point, value: StandardValue) -> bool:
    """Tell whether deviation and uncertainty are of the size that the stability lets expect.

    A slipped digit makes a factor of ten or more, an honest certificate does not.
    """
    u, drift = value.standard_uncertainty, value.drift_half_width
    deviation = abs(value.actual - point.nominal)
    if u <= 0.0:
        return False
    if drift <= 0.0:
        return True
    return 2 * u <= PROPORTION * drift and deviation <= PROPORTION * (2 * u + drift)
