"""Everything behind a certificate as branches: people, journal, standards up to the SI, points."""

from collections.abc import Iterator
from dataclasses import dataclass

from station.clock import ZONE
from station.records.trace import Trace, TracedPoint, TracedRow
from station.roles import role_words
from station.run.entries import Measured, Overloaded, RunBegun
from station.run.plan import BoundInstrument
from station.run.rule import rule_title
from station.tui.parts import numbers
from station.tui.parts.words import OVERLOAD, PHASE, Speech, point_name, source_of, verdict_word

HASH = 16
"""Letters of a hash that are shown; `station trace` prints it whole."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of the tree and what it rests on; `opened` shows that from the beginning."""

    text: str
    branches: tuple["Branch", ...] = ()
    opened: bool = False


def branches(found: Trace, say: Speech) -> Branch:
    """Return everything behind a certificate."""
    issued = found.certificate
    day = f"{issued.issued.astimezone(ZONE):%Y-%m-%d}"
    title = say("Certificate {number}, issued {day} by {by}").format(
        number=issued.number, day=day, by=issued.issued_by
    )
    points = tuple(_point(each, found, say) for each in found.points)
    counted = say("Points ({count})").format(count=len(points))
    return Branch(
        title,
        (
            _documents(found, say),
            Branch(say("People"), tuple(_people(found, say))),
            _journal(found, say),
            Branch(say("Standards"), tuple(_standards(found, say)), opened=True),
            Branch(counted, points, opened=True),
        ),
        opened=True,
    )


def _documents(found: Trace, say: Speech) -> Branch:
    issued = found.certificate
    return Branch(
        say("Documents"),
        (
            Branch(f"PDF  SHA-256 {issued.pdf[:HASH]}…"),
            Branch(f"XML  SHA-256 {issued.xml[:HASH]}…"),
        ),
    )


def _people(found: Trace, say: Speech) -> Iterator[Branch]:
    for person, did in found.people.items():
        yield Branch(f"{person}: {', '.join(map(say, did))}")


def _journal(found: Trace, say: Speech) -> Branch:
    begun, issued = found.begun, found.certificate
    programs = [(p.software, p.software_digest) for p in found.resumed]
    every = dict.fromkeys([(begun.software, begun.software_digest), *programs])
    entries = say("Run {run}: {count} entries, hash {hash}…").format(
        run=begun.run, count=issued.entries, hash=issued.head[:HASH]
    )
    simulated = f"{say('SIMULATED')} · " if begun.simulated else ""
    return Branch(
        f"{simulated}{entries}",
        (
            Branch(f"{say('Bench')}: {begun.bench}  {_hash(begun.bench_digest)}"),
            Branch(
                f"{say('Procedure')}: {begun.procedure} {begun.revision}  "
                f"{_hash(begun.procedure_digest)}",
                (Branch(f"{say('Method')}: {say(begun.method)}"),),
            ),
            *(Branch(f"{say('Software')}: {name}  {_hash(digest)}") for name, digest in every),
            Branch(f"{say('Decision rule')}: {_rule(begun, say)}"),
        ),
    )


def _rule(begun: RunBegun, say: Speech) -> str:
    return f"{rule_title(begun.rule, say)} ({begun.rule} {begun.rule_version})"


def _hash(digest: str) -> str:
    return f"SHA-256 {digest[:HASH]}…" if digest else "–"


def _standards(found: Trace, say: Speech) -> Iterator[Branch]:
    for role, traced in found.standards.items():
        bound = traced.bound
        lifted = tuple(
            Branch(
                say("! {refusal}, lifted by {by} until {until}: {reason}").format(
                    refusal=each.refusal, by=each.by, until=each.until, reason=each.reason
                )
            )
            for each in found.begun.overrides
            if each.role == role
        )
        file = f"✓ {_hash(bound.certificate_digest or '')}"
        if traced.lost is not None:
            file = f"✗ {traced.lost.told(say)}"
        kept = Branch(f"{say('File')}: {file}")
        stated = _certificate(bound, say, kept)
        yield Branch(
            f"{bound.title}, {bound.serial}  ({role_words(role, say)})",
            (stated, *lifted),
            opened=True,
        )


def _certificate(bound: BoundInstrument, say: Speech, *more: Branch) -> Branch:
    """Return a standard's certificate with what its issuer states: the way to the SI."""
    issuer = bound.certificate_issuer or say("(issuer not stated)")
    until = f"{bound.calibrated} … {bound.due}"
    si = Branch(f"→ {bound.traceability or say('(the issuer states nothing)')}")
    title = f"{say('Certificate')} {bound.certificate}, {issuer}, {until}"
    return Branch(title, (si, *more), opened=bool(more))


def _point(point: TracedPoint, found: Trace, say: Speech) -> Branch:
    entry, planned = point.result.entry, point.planned
    name = f"{say(PHASE[point.phase])}: {point_name(planned, say)}"
    inside: list[Branch] = []
    if isinstance(entry, Measured):
        error, u = numbers.with_uncertainty(
            entry.error, entry.expanded_uncertainty, planned.unit, say.notation
        )
        name += f"  {error}  U {u}  {verdict_word(entry.verdict, say)}"
        lines = tuple(
            Branch(f"{say(line.name)}  {_share(line.share, say)}  {source_of(line, say)}")
            for line in sorted(entry.budget, key=lambda one: -one.share)
        )
        inside.append(Branch(say("Uncertainty budget"), lines))
    elif isinstance(entry, Overloaded):
        name += f"  {say(OVERLOAD)}"
    inside += [_row(row, say) for row in (point.result, *point.observations)]
    inside += [_rests_on(found.standards[role].bound, say) for role in point.standards]
    return Branch(name, tuple(inside))


def _rests_on(bound: BoundInstrument, say: Speech) -> Branch:
    return Branch(f"{bound.title}, {bound.serial}", (_certificate(bound, say),))


def _share(share: float, say: Speech) -> str:
    return f"{_plain(100 * share, say, '.1f')} %"


def _plain(value: float, say: Speech, form: str = ".10g") -> str:
    return numbers.plain(value, say.notation, form)


def _row(row: TracedRow, say: Speech) -> Branch:
    entry = row.entry
    at = f"{row.at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}"
    title = say("Entry {seq} of {at}, hash {hash}…").format(
        seq=row.seq, at=at, hash=row.hash[:HASH]
    )
    readings = () if isinstance(entry, Overloaded) else entry.readings
    return Branch(
        title,
        (
            *(
                Branch(f"{role_words(r.of, say)}: {_plain(r.value, say)}  ← {r.raw}")
                for r in readings
            ),
            Branch(say("{count} exchanges over the wires").format(count=len(entry.wire))),
        ),
    )
