"""Everything that can be said before power: each check with its finding and its way out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, get_args, get_type_hints

from drivers import capabilities as c
from drivers.capabilities import Instrument, Offers
from station.bench import DUTS
from station.errors import CapabilityMissing, OutOfCalibration, OutOfReach, Phrase, Refused, joined
from station.locale import N_
from station.metrology.errors import MetrologyError
from station.procedure import Point, Procedure, StandardUse, StandardValue, Test, Use
from station.register.entries import OverrideDecided
from station.register.equipment_bench import OF_CERTIFICATE, Registered
from station.register.equipment_standing import Against
from station.roles import role_phrase
from station.run.standards import Standard

PROPORTION = 10.0
"""How many times its stability a standard may deviate before its certificate is doubted."""


UNITS: Mapping[type, str] = {
    c.DcVoltageSource: "V", c.DcVoltmeter: "V", c.AcVoltageSource: "V", c.AcVoltmeter: "V",
    c.DcCurrentSource: "A", c.DcAmmeter: "A", c.AcCurrentSource: "A", c.AcAmmeter: "A",
    c.CapacitanceSource: "F", c.CapacitanceMeter: "F",
    c.ResistanceSource: "Ω", c.Ohmmeter: "Ω", c.ResistanceThermometerReadout: "Ω",
    c.FrequencySource: "Hz", c.FrequencyMeter: "Hz", c.ReferencedFrequencyMeter: "Hz",
    c.TemperatureSource: "°C",
    c.Thermometer: "°C", c.PressureSource: "Pa", c.PressureGauge: "Pa", c.Barometer: "Pa",
    c.Hygrometer: "%", c.Balance: "kg", c.LengthIndicator: "m",
}  # fmt: skip
"""Unit of a capability's reach; points in another unit say nothing of it."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, in the reader's words; `refusal` is None where all is well."""

    subject: Phrase
    finding: Phrase
    refusal: Refused | None = None


def preflight(
    procedure: Procedure,
    tests: Sequence[Test[Any]],
    instruments: Mapping[str, Instrument],
    standards: Mapping[str, Standard],
    duts: Sequence[str],
    on: date,
    registered: Mapping[str, Registered] = MappingProxyType({}),
) -> list[Check]:
    """Check roles, capabilities, reaches, standards and points; no instrument is touched."""
    checks: list[Check] = []
    asked = {test.name: _asked(test, duts) for test in tests}
    titles = {test.name: test.title for test in tests}
    for role in sorted({role for roles in asked.values() for role in roles}):
        wanted = {name: roles[role] for name, roles in asked.items() if role in roles}
        checks += _role_checks(procedure, role, wanted, titles, instruments)
    uses = [(test, use) for test in tests for use in test.standards]
    for role in sorted({use.role for _, use in uses}):
        checks += _standard_checks(role, standards.get(role), registered.get(role), on)
    for test in tests:
        for point in (*test.observations, *test.points):
            checks += _point_checks(test, point, asked[test.name], instruments)
    for test, use in uses:
        if use.role in standards:
            known = registered.get(use.role)
            decided = None if known is None else known.plausible_by_decision(on)
            checks.append(_certified_points(test, use, standards[use.role], on, decided))
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
    if more:
        text = N_("{first} (and {more} more: `station check`)")
        raise type(first)(text, first=first, more=more)
    raise first


def _asked(test: Test[Any], duts: Sequence[str]) -> dict[str, type]:
    """Return role → capability that a test asks of it."""
    asked: dict[str, type] = {}
    for role, hint in get_type_hints(test.roles).items():
        if role == DUTS:
            _, capability = get_args(hint)
            asked |= dict.fromkeys(duts, capability)
        else:
            asked[role] = hint
    return asked


def _absent(procedure: Procedure, role: str, instruments: Mapping[str, Instrument]) -> Check:
    return Check(
        role_phrase(role),
        Phrase("not on the bench"),
        CapabilityMissing(
            "Procedure {procedure} needs an instrument in the role {role!r}; the bench has "
            "{roles}. Add [instruments.{role}].",
            procedure=procedure.name,
            role=role,
            roles=tuple(sorted(instruments)) or Phrase("none"),
        ),
    )


def _role_checks(
    procedure: Procedure,
    role: str,
    wanted: Mapping[str, type],
    titles: Mapping[str, str],
    instruments: Mapping[str, Instrument],
) -> Iterator[Check]:
    instrument = instruments.get(role)
    if instrument is None:
        yield _absent(procedure, role, instruments)
        return
    able = [
        test
        for test, capability in wanted.items()
        if isinstance(instrument, capability) and capability in _offers(instrument)
    ]
    if able:
        tests = (Phrase(title) for title in dict.fromkeys(titles[test] for test in able))
        yield Check(role_phrase(role), Phrase("can do {tests}", tests=joined(tests, "; ")))
    missing = {capability: test for test, capability in wanted.items() if test not in able}
    for capability, test in missing.items():
        yield Check(
            role_phrase(role),
            Phrase("no {capability}", capability=capability.__name__),
            CapabilityMissing(
                "{role}: {instrument} is no {capability}, which test {test!r} needs. Put another "
                "instrument in this role.",
                role=role,
                instrument=type(instrument).__name__,
                capability=capability.__name__,
                test=test,
            ),
        )


def _point(test: Test[Any], point: Point) -> Phrase:
    """Return a point as the test's title and what the id says besides it."""
    return Phrase(
        "{title}: {text}", title=Phrase(test.title), text=point.id.removeprefix(f"{test.name}/")
    )


def _offers(instrument: Instrument) -> Offers:
    offers: Offers = getattr(instrument, "offers", {})
    return offers


def _point_checks(
    test: Test[Any],
    point: Point,
    asked: Mapping[str, type],
    instruments: Mapping[str, Instrument],
) -> Iterator[Check]:
    for role, capability in asked.items():
        instrument = instruments.get(role)
        reach = _offers(instrument).get(capability) if instrument else None
        if reach is None or UNITS.get(capability) != test.unit:
            continue
        beyond = point.nominal not in reach.amplitude or (
            reach.hertz is not None and point.hertz is not None and point.hertz not in reach.hertz
        )
        if beyond:
            at = "" if point.hertz is None else Phrase(" at {hertz:g} Hz", hertz=point.hertz)
            yield Check(
                _point(test, point),
                Phrase("beyond {role}", role=role_phrase(role)),
                OutOfReach(
                    "Point {point}: {nominal:g} {unit}{at} is beyond the reach of {role} "
                    "({instrument}: {low:g} to {high:g} {unit}). Use another instrument.",
                    point=point.id,
                    nominal=point.nominal,
                    unit=test.unit,
                    at=at,
                    role=role,
                    instrument=type(instrument).__name__,
                    low=reach.amplitude.low,
                    high=reach.amplitude.high,
                ),
            )


def _standard_checks(
    role: str, standard: Standard | None, registered: Registered | None, on: date
) -> list[Check]:
    """Check what the register says of a standard, and its certificate."""
    found = [] if registered is None else registered.against(on)
    checks = [_standing_check(role, each) for each in found]
    certificate = _certificate_check(role, standard, on)
    # What the register has said is not said again, and not refused where it was decided.
    said = any(each.obstacle in OF_CERTIFICATE for each in found)
    return checks if said and certificate.refusal is not None else [*checks, certificate]


def _standing_check(role: str, against: Against) -> Check:
    decided = against.override
    if decided is not None:
        return Check(
            role_phrase(role),
            Phrase(
                "{obstacle}; {by} allows it until {until}: {reason}",
                obstacle=against.obstacle,
                by=decided.by,
                until=decided.until,
                reason=decided.reason,
            ),
        )
    refusal = OutOfCalibration("{role}: {why}", role=role, why=against.why)
    return Check(role_phrase(role), Phrase("{obstacle}", obstacle=against.obstacle), refusal)


def _certificate_check(role: str, standard: Standard | None, on: date) -> Check:
    if standard is None:
        return Check(
            role_phrase(role),
            Phrase("no certificate"),
            OutOfCalibration(
                "The standard in role {role!r} has no certificate. Name its file in the bench "
                'file: [instruments.{role}] certificate = "….toml"; "register" takes the one '
                "that the store's register has in use.",
                role=role,
            ),
        )
    certificate = standard.certificate
    if not certificate.is_valid_on(on):
        return Check(
            role_phrase(role),
            Phrase("not in calibration"),
            OutOfCalibration(
                "{role}: certificate {certificate} of {dated:%Y-%m-%d} was due {due:%Y-%m-%d}; "
                "today is {on:%Y-%m-%d}. Have the standard calibrated.",
                role=role,
                certificate=certificate.number,
                dated=certificate.date,
                due=certificate.due,
                on=on,
            ),
        )
    found = Phrase(
        "certificate {number}, due {due}", number=certificate.number, due=certificate.due
    )
    return Check(role_phrase(role), found)


def _certified_points(
    test: Test[Any],
    use: StandardUse,
    standard: Standard,
    on: date,
    decided: OverrideDecided | None,
) -> Check:
    number = standard.certificate.number
    for table in standard.certificate.tables:
        if table.quantity == use.quantity and table.unit != (use.unit or test.unit):
            refusal = OutOfReach(
                "Certificate {number} states {quantity} in {unit}; the procedure takes {wanted}. "
                "Write the table in that.",
                number=number,
                quantity=use.quantity,
                unit=table.unit,
                wanted=use.unit or test.unit,
            )
            return Check(
                Phrase(test.title), Phrase("certified in {unit}", unit=table.unit), refusal
            )
    for point in test.points:
        for value in use.at(point):
            refused = _uncertified(test, point, use, standard, value, on, decided)
            if refused is not None:
                return refused
    count = len(test.points)
    if decided is None:
        return Check(Phrase(test.title), Phrase("{count} points certified", count=count))
    found = Phrase(
        "{count} points certified; implausible or not, {by} allows it until {until}: {reason}",
        count=count,
        by=decided.by,
        until=decided.until,
        reason=decided.reason,
    )
    return Check(Phrase(test.title), found)


def _uncertified(
    test: Test[Any],
    point: Point,
    use: StandardUse,
    standard: Standard,
    value: float,
    on: date,
    decided: OverrideDecided | None,
) -> Check | None:
    try:
        if use.use is Use.READ and not standard.certificate.converts(use.quantity):
            stated = standard.measured(use.quantity, value, on, hertz=point.hertz)
        else:
            stated = standard.at(use.quantity, value, on, hertz=point.hertz)
    except MetrologyError as error:
        return Check(
            _point(test, point),
            Phrase("not certified"),
            OutOfReach("Point {point}: {error}", point=point.id, error=error),
        )
    if decided is not None or plausible(value, stated):
        return None
    refusal = OutOfReach(
        "Point {point}: certificate {certificate} states {actual:g} {unit} ± "
        "{expanded:g} (k = 2) where the standard may drift by {drift:g}. That is out of "
        "proportion: compare with the paper; a reviewer decides `station equipment "
        "override … --lift implausible`.",
        point=point.id,
        certificate=standard.certificate.number,
        actual=stated.actual,
        unit=test.unit,
        expanded=2 * stated.standard_uncertainty,
        drift=stated.drift_half_width,
    )
    return Check(_point(test, point), Phrase("implausible certificate"), refusal)


def plausible(nominal: float, value: StandardValue) -> bool:
    """Tell whether deviation and uncertainty are of the size that the stability lets expect.

    A slipped digit makes a factor of ten or more, an honest certificate does not.
    """
    u, drift = value.standard_uncertainty, value.drift_half_width
    deviation = abs(value.actual - nominal)
    if u <= 0.0:
        return False
    if drift <= 0.0:
        return True
    return 2 * u <= PROPORTION * drift and deviation <= PROPORTION * (2 * u + drift)
