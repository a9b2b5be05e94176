"""The certificate of one item as a value: what is printed and what a machine reads are one.

Composed of the journal and the order alone. Content: ISO/IEC 17025:2017, 7.8; layout of the
certificates after ĐLVN practice (Thông tư 24/2013/TT-BKHCN, Art. 38-41; its successor
54/2025/TT-BKHCN was not seen, so its forms are not followed).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from station.certificate.acts import NOBODY, Acts, amendment
from station.certificate.details import Detail, details
from station.certificate.figures import ONE, Figure, show
from station.certificate.house import PLAIN, House
from station.certificate.item import alone, phases
from station.certificate.item import verdict as verdict_of
from station.certificate.kinds import TITLES, Kind, conclusion, kind_of
from station.certificate.results import Section, sections
from station.certificate.sittings import Program, named, operators, programs, sittings
from station.certificate.texts import Languages, Text, same, say
from station.certificate.validity import refuse_past, validity
from station.certificate.wording import Note, notes
from station.clock import ZONE, day_of
from station.errors import Phrase, Refused
from station.locale import N_
from station.metrology.conformity import RULES, Rule, Verdict
from station.metrology.rounding import Scaled
from station.run.entries import Inspected, Resumed, RunBegun
from station.run.plan import BoundInstrument, Order, Organisation
from station.run.rule import is_of
from station.run.state import RunState, Status

COUNTRY = "VN"
"""Where the laboratory is."""

HECTOPASCAL = Scaled("hPa", 2)


@dataclass(frozen=True, slots=True)
class Item:
    """What was calibrated or verified."""

    title: Text
    maker: str
    model: str
    serial: str
    firmware: str
    asset: str
    condition: str
    details: tuple[Detail, ...]


@dataclass(frozen=True, slots=True)
class Environment:
    """Lowest and highest of the conditions under which it was measured: °C, % humidity, hPa.

    The pressure's exact figures are in Pa; it is None where nobody read it. `remark` says what
    the figures are worth.
    """

    celsius: tuple[Figure, Figure]
    humidity: tuple[Figure, Figure]
    pressure: tuple[Figure, Figure] | None
    remark: Text


@dataclass(frozen=True, slots=True)
class Verified:
    """By which document an item was verified, in which operation, and what was inspected."""

    document: Text
    operation: Text
    inspections: tuple[Inspected, ...]


@dataclass(frozen=True, slots=True)
class Software:
    """Every program that took part, and the procedure with the SHA-256 of what it says."""

    programs: tuple[Program, ...]
    procedure: str
    revision: int
    procedure_digest: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where in the record the numbers come from."""

    run: str
    entries: int
    head: str


@dataclass(frozen=True, slots=True)
class Document:
    """One certificate. Texts are bilingual; figures are exact and as printed."""

    number: str
    kind: Kind
    title: Text
    subject: Text
    simulated: bool
    laboratory: Organisation
    order: Order
    item: Item
    performed_from: date
    performed_to: date
    issued: datetime
    place: Text
    method: Text
    operators: tuple[str, ...]
    issued_by: str
    environment: Environment
    standards: tuple[BoundInstrument, ...]
    verified: Verified | None
    sections: tuple[Section, ...]
    verdict: Verdict
    conclusion: Text
    rule: Rule
    coverage_probability: Decimal
    notes: tuple[Note, ...]
    software: Software
    origin: Origin
    acts: Acts
    house: House
    languages: Languages


def compose(
    run: RunState,
    dut: str,
    *,
    resumed: Sequence[Resumed],
    number: str,
    issued: datetime,
    issued_by: str,
    order: Order,
    laboratory: Organisation,
    head: str,
    acts: Acts = NOBODY,
    house: House = PLAIN,
    languages: Languages = Languages.BOTH,
) -> Document:
    """Return the certificate that a finished run amounts to for the item in the role `dut`.

    `resumed` are the entries with which it was taken up again; `issued_by` authorises it at the
    instant `issued` (ISO/IEC 17025:2017, 7.8.2.1 o); `head` is the hash of the journal's last
    entry; `acts` is what people did with the results since, and their names; `house` are the
    laboratory's own texts and pictures; `languages` is what is printed, the XML has both.

    Raises:
        BadInput: the run has no such item.
        Refused: the run is not finished, was judged by a rule this version does not know or the
            order does not name, was performed before the item was received, or is a verification
            where the order is for a test; or nothing was done with the item.
    """
    state = finished(run, dut)
    begun, kind = begun_of(state), kind_of(state, order)
    verdict = verdict_of(state, phases(state)[-1])
    rule = _rule(begun, order)
    parts = sections(state, tested=kind is Kind.TEST)
    sat = named(sittings(begun, resumed), acts.names)
    performed = _performed(state)
    _received_before(order, min(performed), begun)
    refuse_past(order, max(performed))
    return Document(
        number=number,
        kind=kind,
        title=say(TITLES[kind]),
        subject=say(begun.operation if begun.verification else begun.title),
        simulated=begun.simulated,
        laboratory=laboratory,
        order=order,
        item=_item(begun, order),
        performed_from=min(performed),
        performed_to=max(performed),
        issued=issued.astimezone(ZONE).replace(microsecond=0),
        place=same(_place(begun, laboratory, house)),
        method=say(begun.method),
        operators=operators(sat),
        issued_by=acts.name(issued_by),
        environment=_environment(state, acts),
        standards=tuple(i for i in begun.instruments if i.role != begun.dut or i.item is not None),
        verified=_verified(state, begun),
        sections=parts,
        verdict=verdict,
        conclusion=conclusion(kind, verdict),
        rule=rule,
        coverage_probability=Decimal(repr(begun.coverage_probability)),
        notes=(
            *amendment(acts),
            *validity(order, kind),
            *house.worded(
                notes(
                    state,
                    rule=rule,
                    sections=parts,
                    sittings=sat,
                    issued_by=acts.name(issued_by),
                    kind=kind,
                    languages=languages,
                    names=acts.names,
                )
            ),
        ),
        software=Software(programs(sat), begun.procedure, begun.revision, begun.procedure_digest),
        origin=Origin(begun.run, state.length, head),
        acts=acts.by_name(),
        house=house,
        languages=languages,
    )


def finished(state: RunState, dut: str) -> RunState:
    """Return what a run that may be certified says of one item.

    Raises:
        BadInput: the run has no such item.
        Refused: it was aborted, is not finished, or nothing was done with the item.
    """
    run = state.begun.run if state.begun else "without a beginning"
    if state.aborted is not None:
        raise Refused(
            "Run {run} was aborted by {by} ({why}): no certificate can be issued for it. "
            "Begin a new run.",
            run=run,
            by=state.aborted.by,
            why=state.aborted.reason or Phrase("no reason"),
        )
    if state.status is not Status.FINISHED:
        raise Refused(
            "Run {run} is not finished ({status}): {done} of {count} points. Take it up "
            "again with `station resume {run}`.",
            run=run,
            status=state.status,
            done=state.done,
            count=len(state.points),
        )
    item = alone(state, dut)
    if not (item.results or item.inspected):
        removed = item.removed.get(dut)
        why: Phrase | str = ""
        if removed:
            why = Phrase(
                ": it was removed by {by} ({reason})", by=removed.by, reason=removed.reason
            )
        raise Refused(
            "Run {run}: {dut} has no result{why}. There is nothing to certify.",
            run=run,
            dut=dut,
            why=why,
        )
    return item


def begun_of(state: RunState) -> RunBegun:
    """Return the first entry of a run that has begun."""
    assert state.begun is not None
    return state.begun


def _place(begun: RunBegun, laboratory: Organisation, house: House) -> str:
    """Return where it was calibrated: a bench may stand elsewhere than the letterhead says."""
    if begun.laboratory is not None and laboratory == house.laboratory:
        return begun.laboratory.address
    return laboratory.address


def _performed(state: RunState) -> list[date]:
    at = list(state.measured_at.values())
    # Where inspections alone were made, the journal's own span is all there is.
    at = at or [at for at in (state.first_at, state.last_at) if at is not None]
    return [day_of(one) for one in at]


def _verified(state: RunState, begun: RunBegun) -> Verified | None:
    if not begun.verification:
        return None
    inspections = tuple(state.inspected.values())
    return Verified(say(begun.verification), say(begun.operation), inspections)


def _received_before(order: Order, performed_from: date, begun: RunBegun) -> None:
    if order.received is not None and order.received > performed_from:
        raise Refused(
            "Order {order}: the item was received on {received}, yet run {run} was performed "
            "from {performed_from} on. Correct `received` in the order file.",
            order=order.number,
            received=order.received,
            run=begun.run,
            performed_from=performed_from,
        )


def _rule(begun: RunBegun, order: Order) -> Rule:
    rule = RULES.get(begun.rule)
    if rule is None or not is_of(rule, begun):
        raise Refused(
            "Run {run} was judged by rule {rule!r}, version {version}, which this version of "
            "the station does not have. Use the version that measured.",
            run=begun.run,
            rule=begun.rule,
            version=begun.rule_version,
        )
    if order.rule not in (None, rule.name):
        raise Refused(
            "Order {order} names the decision rule {agreed!r}, yet run {run} was judged by "
            "{rule!r}. Correct the order file, or measure anew.",
            order=order.number,
            agreed=order.rule,
            run=begun.run,
            rule=rule.name,
        )
    return rule


def _item(begun: RunBegun, order: Order) -> Item:
    dut = next(i for i in begun.instruments if i.role == begun.dut)
    named = dut.item
    return Item(
        same(named.type) if named else say(dut.title),
        named.maker if named else dut.maker,
        named.type if named else dut.stated_model,
        named.serial if named else dut.serial,
        "" if named else dut.firmware,
        order.asset,
        order.condition,
        details(dut.details, begun.points[0].unit if begun.points else ""),
    )


def _environment(state: RunState, acts: Acts) -> Environment:
    reads = state.conditions
    sources = ", ".join(dict.fromkeys(acts.name(read.source) for read in reads))
    pascals = [read.pascals for read in reads if read.pascals is not None]
    return Environment(
        _span([read.celsius for read in reads], ONE),
        _span([read.humidity for read in reads], ONE),
        _span(pascals, HECTOPASCAL) if pascals else None,
        say(
            N_("indication of the room's instrument, noted by {sources}; uncertainty not stated"),
            sources=sources,
        ),
    )


def _span(values: list[float], unit: Scaled) -> tuple[Figure, Figure]:
    tenth = Decimal("0.1").scaleb(unit.exponent)
    low, high = (Decimal(repr(value)).quantize(tenth) for value in (min(values), max(values)))
    return show(low, unit), show(high, unit)
