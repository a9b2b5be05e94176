"""A calibration certificate as a value: what is printed and what a machine reads are one.

Composed of the journal and the order alone. Content: ISO/IEC 17025:2017, 7.8; layout of the
calibration certificate after ĐLVN practice (Thông tư 24/2013/TT-BKHCN, Art. 38-41; its successor
54/2025/TT-BKHCN was not seen, so its forms are not followed).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from station.certificate.figures import Figure, show
from station.certificate.results import Section, sections
from station.certificate.sittings import Program, operators, programs, sittings
from station.certificate.texts import Text, same, say
from station.certificate.wording import Note, notes
from station.errors import Refused
from station.locale import N_
from station.metrology.conformity import RULES, Rule, Verdict
from station.run.entries import BoundInstrument, Order, Organisation, Resumed, RunBegun
from station.run.rule import is_of
from station.run.state import RunState, Status

COUNTRY = "VN"
ZONE = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Dates on a certificate are those of the laboratory's country."""


@dataclass(frozen=True, slots=True)
class Item:
    """What was calibrated."""

    title: str
    maker: str
    model: str
    serial: str
    firmware: str
    asset: str
    condition: str


@dataclass(frozen=True, slots=True)
class Environment:
    """Lowest and highest of the ambient conditions read: °C and % relative humidity.

    `remark` says what the figures are worth.
    """

    celsius: tuple[Figure, Figure]
    humidity: tuple[Figure, Figure]
    remark: Text


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
    sections: tuple[Section, ...]
    verdict: Verdict
    rule: Rule
    coverage_probability: Decimal
    notes: tuple[Note, ...]
    software: Software
    origin: Origin


def compose(
    state: RunState,
    *,
    resumed: Sequence[Resumed],
    number: str,
    issued: datetime,
    issued_by: str,
    order: Order,
    laboratory: Organisation,
    head: str,
) -> Document:
    """Return the certificate that a finished run amounts to.

    `resumed` are the entries with which it was taken up again; `issued_by` authorises it at the
    instant `issued` (ISO/IEC 17025:2017, 7.8.2.1 o); `head` is the hash of the journal's last
    entry.

    Raises:
        Refused: the run is not finished, was judged by a rule this version does not know or the
            order does not name, or was performed before the item was received.
    """
    begun, verdict = finished(state)
    rule = _rule(begun, order)
    parts, sat = sections(state), sittings(begun, resumed)
    performed = [at.astimezone(ZONE).date() for at in state.measured_at.values()]
    _received_before(order, min(performed), begun)
    return Document(
        number=number,
        title=say(N_("CALIBRATION CERTIFICATE")),
        subject=say(begun.title),
        simulated=begun.simulated,
        laboratory=laboratory,
        order=order,
        item=_item(begun, order),
        performed_from=min(performed),
        performed_to=max(performed),
        issued=issued.astimezone(ZONE).replace(microsecond=0),
        place=same(laboratory.address),
        method=say(begun.method),
        operators=operators(sat),
        issued_by=issued_by,
        environment=_environment(state),
        standards=tuple(i for i in begun.instruments if i.role != begun.dut),
        sections=parts,
        verdict=verdict,
        rule=rule,
        coverage_probability=Decimal(repr(begun.coverage_probability)),
        notes=notes(state, rule=rule, sections=parts, sittings=sat, issued_by=issued_by),
        software=Software(programs(sat), begun.procedure, begun.revision, begun.procedure_digest),
        origin=Origin(begun.run, state.length, head),
    )


def finished(state: RunState) -> tuple[RunBegun, Verdict]:
    """Return the first entry and the verdict of a run that may be certified.

    Raises:
        Refused: it was aborted, or is not finished.
    """
    run = state.begun.run if state.begun else "without a beginning"
    if state.aborted is not None:
        raise Refused(
            f"Run {run} was aborted by {state.aborted.by} ({state.aborted.reason or 'no reason'}): "
            "no certificate can be issued for it. Begin a new run."
        )
    if (
        state.begun is None
        or state.status is not Status.FINISHED
        or state.phase not in state.decisions
    ):
        raise Refused(
            f"Run {run} is not finished ({state.status}): {state.done} of {len(state.points)} "
            f"points. Take it up again with `station resume {run}`."
        )
    return state.begun, Verdict(state.decisions[state.phase])


def _received_before(order: Order, performed_from: date, begun: RunBegun) -> None:
    if order.received is not None and order.received > performed_from:
        raise Refused(
            f"Order {order.number}: the item was received on {order.received}, yet run {begun.run} "
            f"was performed from {performed_from} on. Correct `received` in the order file."
        )


def _rule(begun: RunBegun, order: Order) -> Rule:
    rule = RULES.get(begun.rule)
    if rule is None or not is_of(rule, begun):
        raise Refused(
            f"Run {begun.run} was judged by rule {begun.rule!r}, version {begun.rule_version}, "
            "which this version of the station does not have. Use the version that measured."
        )
    if order.rule not in (None, rule.name):
        raise Refused(
            f"Order {order.number} names the decision rule {order.rule!r}, yet run {begun.run} was "
            f"judged by {rule.name!r}. Correct the order file, or measure anew."
        )
    return rule


def _item(begun: RunBegun, order: Order) -> Item:
    dut = next(i for i in begun.instruments if i.role == begun.dut)
    return Item(
        dut.title,
        dut.maker,
        dut.stated_model,
        dut.serial,
        dut.firmware,
        order.asset,
        order.condition,
    )


def _environment(state: RunState) -> Environment:
    def span(values: list[float]) -> tuple[Figure, Figure]:
        low, high = (show(Decimal(f"{value:.1f}")) for value in (min(values), max(values)))
        return low, high

    return Environment(
        span([read.celsius for read in state.environment]),
        span([read.humidity for read in state.environment]),
        say(
            N_("indication of the room's instrument, noted by {sources}; uncertainty not stated"),
            sources=", ".join(dict.fromkeys(read.source for read in state.environment)),
        ),
    )
