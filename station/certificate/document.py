"""A calibration certificate as a value: what is printed and what a machine reads are one.

Composed of the journal and the order alone. Content: ISO/IEC 17025:2017, 7.8; layout of the
calibration certificate after ĐLVN practice (Thông tư 24/2013/TT-BKHCN, Art. 38-41; its successor
54/2025/TT-BKHCN was not seen, so its forms are not followed).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from station.certificate.figures import Figure, show
from station.certificate.results import Section, sections
from station.certificate.texts import Text, same, say
from station.certificate.wording import Note, notes
from station.errors import Refused
from station.locale import N_
from station.metrology.conformity import RULES, Rule, Verdict
from station.run.entries import BoundInstrument, Order, Organisation, RunBegun
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
    """Lowest and highest of the ambient conditions read: °C and % relative humidity."""

    celsius: tuple[Figure, Figure]
    humidity: tuple[Figure, Figure]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Software:
    """The program that measured: name, version, and the SHA-256 of what decides a result."""

    name: str
    version: str
    digest: str
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
    operator: str
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
    number: str,
    issued: datetime,
    issued_by: str,
    order: Order,
    laboratory: Organisation,
    head: str,
) -> Document:
    """Return the certificate that a finished run amounts to.

    `issued_by` authorises it at the instant `issued` (ISO/IEC 17025:2017, 7.8.2.1 o); `head` is
    the hash of the journal's last entry.

    Raises:
        Refused: the run is not finished, or was judged by a rule this version does not know.
    """
    begun, verdict = _finished(state)
    rule = _rule(begun)
    parts = sections(state)
    return Document(
        number=number,
        title=say(N_("CALIBRATION CERTIFICATE")),
        subject=say(begun.title),
        simulated=begun.simulated,
        laboratory=laboratory,
        order=order,
        item=_item(begun, order),
        performed_from=min(state.measured_at.values()).astimezone(ZONE).date(),
        performed_to=max(state.measured_at.values()).astimezone(ZONE).date(),
        issued=issued.astimezone(ZONE).replace(microsecond=0),
        place=same(laboratory.address),
        method=say(begun.method),
        operator=begun.operator,
        issued_by=issued_by,
        environment=_environment(state),
        standards=tuple(i for i in begun.instruments if i.role != begun.dut),
        sections=parts,
        verdict=verdict,
        rule=rule,
        coverage_probability=Decimal(repr(begun.coverage_probability)),
        notes=notes(state, rule=rule, sections=parts),
        software=_software(begun),
        origin=Origin(begun.run, state.length, head),
    )


def _finished(state: RunState) -> tuple[RunBegun, Verdict]:
    if (
        state.begun is None
        or state.status is not Status.FINISHED
        or state.phase not in state.decisions
    ):
        run = state.begun.run if state.begun else "without a beginning"
        raise Refused(
            f"Run {run} is not finished ({state.status}): {state.done} of {len(state.points)} "
            "points. Take it up again with `station resume`."
        )
    return state.begun, Verdict(state.decisions[state.phase])


def _rule(begun: RunBegun) -> Rule:
    rule = RULES.get(begun.rule)
    if rule is None or str(rule.version) != begun.rule_version:
        raise Refused(
            f"Run {begun.run} was judged by rule {begun.rule!r}, version {begun.rule_version}, "
            "which this version of the station does not have. Use the version that measured."
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
        tuple(dict.fromkeys(read.source for read in state.environment)),
    )


def _software(begun: RunBegun) -> Software:
    name, _, version = begun.software.rpartition(" ")
    return Software(
        name or begun.software,
        version,
        begun.software_digest,
        begun.procedure,
        begun.revision,
        begun.procedure_digest,
    )
