"""From a certificate down to bytes and up to the SI: everything that its numbers came from.

ISO/IEC 17025:2017, 6.5 (metrological traceability) and 7.5.1 (technical records).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from station.errors import StationError, Tampered
from station.locale import N_
from station.records.about import OF_CERTIFICATES, certificate_numbered, read_row, register_rows
from station.records.store import CertificateIssued, Store
from station.register import entries as r
from station.register.state import Row as RegisterRow
from station.run import entries as e
from station.run import journal
from station.run.journal import Row
from station.run.plan import BoundInstrument, Phase, PlannedPoint
from station.run.state import Outcome, RunState, fold_all

CARRIED_OUT = N_("carried it out")


@dataclass(frozen=True, slots=True)
class TracedStandard:
    """A standard in its role; `lost` says why its certificate's file cannot be shown."""

    bound: BoundInstrument
    lost: StationError | None


@dataclass(frozen=True, slots=True)
class TracedRow:
    """What was written down at one place: entry `seq` of the journal, with its hash."""

    seq: int
    at: datetime
    hash: str
    entry: e.Measured | e.Overloaded | e.Observed


@dataclass(frozen=True, slots=True)
class TracedPoint:
    """A result on the certificate, what it was evaluated from, and on whose certificates."""

    planned: PlannedPoint
    phase: Phase
    result: TracedRow
    observations: tuple[TracedRow, ...]
    standards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything behind one certificate; `people` says who did what, `life` what became of it."""

    certificate: CertificateIssued
    begun: e.RunBegun
    resumed: tuple[e.Resumed, ...]
    people: Mapping[str, tuple[str, ...]]
    life: tuple[RegisterRow, ...]
    standards: Mapping[str, TracedStandard]
    points: tuple[TracedPoint, ...]


def trace(store: Store, number: str) -> Trace:
    """Return everything behind the certificate `number`.

    Raises:
        BadInput: there is none.
        Tampered: its journal is not the one that it was computed from.
    """
    certificate = certificate_numbered(store, number)
    rows = list(journal.read(store, certificate.run))[: certificate.entries]
    state = fold_all(rows)
    if state.begun is None or not rows or rows[-1].hash != certificate.head:
        raise Tampered(
            "Certificate {number}: the journal of run {run} is not the one it was issued "
            "from. Run `station audit` and restore the store from a backup.",
            number=number,
            run=certificate.run,
        )
    life = life_of(store, certificate)
    return Trace(
        certificate=certificate,
        begun=state.begun,
        resumed=tuple(row.entry for row in rows if isinstance(row.entry, e.Resumed)),
        people=_people(certificate, rows, life),
        life=life,
        standards={
            bound.role: TracedStandard(bound, _lost(store, bound))
            for bound in state.begun.instruments
            if bound.certificate_digest is not None
        },
        points=tuple(_points(state, rows, certificate.dut)),
    )


def life_of(store: Store, certificate: CertificateIssued) -> tuple[RegisterRow, ...]:
    """Return what the register says of a certificate, of its item, and of what amends it."""
    naming = (certificate.run, certificate.number)
    rows = [read_row(columns) for columns in register_rows(store, OF_CERTIFICATES, naming)]
    return tuple(row for row in rows if is_about(row.entry, certificate))


def is_about(entry: r.Entry, certificate: CertificateIssued) -> bool:
    """Tell whether a row of the register is about a certificate, its item, or what amends it."""
    if isinstance(entry, r.Reviewed | r.Approved | r.Issued):
        if (entry.run, entry.dut) == (certificate.run, certificate.dut):
            return True
        return isinstance(entry, r.Issued) and entry.amends == certificate.number
    return isinstance(entry, r.Withdrawn) and entry.number == certificate.number


def standing(rows: Iterable[Row], state: RunState) -> dict[tuple[Phase, str], Row]:
    """Return the rows of the outcomes and observations that are not void, by (phase, id)."""
    found: dict[tuple[Phase, str], Row] = {}
    for row in rows:
        if isinstance(row.entry, e.Measured | e.Overloaded | e.Observed):
            key = (row.entry.phase, row.entry.point)
            if key in state.results or key in state.observed:
                found[key] = row
    return found


def standards_of(
    planned: PlannedPoint, outcome: Outcome, bound: Sequence[BoundInstrument]
) -> tuple[str, ...]:
    """Return the roles on whose certificates a result rests.

    Runs from before that was written down name the certificates in their budgets; where those
    name none either, every standard counts.
    """
    certified = {b.role: b.certificate or "" for b in bound if b.certificate_digest is not None}
    stated = tuple(role for role in certified if role in planned.standards)
    budget = outcome.budget if isinstance(outcome, e.Measured) else ()
    named = tuple(
        role
        for role, number in certified.items()
        if number and any(number in line.source for line in budget)
    )
    return stated or named or tuple(certified)


def _points(state: RunState, rows: Sequence[Row], dut: str) -> Iterable[TracedPoint]:
    assert state.begun is not None
    written = standing(rows, state)
    for phase in Phase:
        for planned in state.points:
            outcome = state.results.get((phase, planned.id))
            if planned.dut != dut or outcome is None:
                continue
            observed = [written[phase, id_] for id_ in planned.rests_on if (phase, id_) in written]
            yield TracedPoint(
                planned=planned,
                phase=phase,
                result=_traced(written[phase, planned.id]),
                observations=tuple(map(_traced, observed)),
                standards=standards_of(planned, outcome, state.begun.instruments),
            )


def _traced(row: Row) -> TracedRow:
    assert isinstance(row.entry, e.Measured | e.Overloaded | e.Observed)
    return TracedRow(row.seq, row.at, row.hash, row.entry)


def _lost(store: Store, bound: BoundInstrument) -> StationError | None:
    assert bound.certificate_digest is not None
    try:
        store.document(bound.certificate_digest)
    except StationError as error:
        return error
    return None


def _people(
    certificate: CertificateIssued, rows: Sequence[Row], life: Sequence[RegisterRow]
) -> dict[str, tuple[str, ...]]:
    """Return who did what, in the order they first did something."""
    did: dict[str, dict[str, None]] = {}
    for row in rows:
        entry = row.entry
        if isinstance(entry, e.RunBegun | e.Resumed):
            did.setdefault(entry.operator, {})[CARRIED_OUT] = None
        elif by := getattr(entry, "by", ""):
            did.setdefault(by, {})[entry.kind] = None
    for lived in life:
        if by := getattr(lived.entry, "by", ""):
            did.setdefault(by, {})[lived.entry.kind] = None
    did.setdefault(certificate.issued_by, {})["issued"] = None
    return {person: tuple(what) for person, what in did.items()}
