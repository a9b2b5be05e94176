"""Verifies the whole store: every journal's chain, every kept file, every certificate's ground.

What it finds and what it cannot find is told in docs/records.md.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product

from pydantic import ValidationError

from station.errors import Phrase, StationError
from station.records.about import adopted_by
from station.records.chain import GENESIS, chain_fault
from station.records.dialects import SQLITE
from station.records.schema import APPEND_ONLY
from station.records.store import CertificateIssued, RunListed, Store, item_of
from station.records.uses import StandardUsed, all_uses, is_index_of
from station.run.entries import ENTRY, Resumed, RunBegun


@dataclass(frozen=True, slots=True)
class Audit:
    """What was looked at and what is wrong."""

    runs: int
    entries: int
    documents: int
    certificates: int
    faults: tuple[Phrase, ...]


@dataclass
class _Seen:
    """What was found so far; `heads` are the hashes of each journal's rows."""

    runs: Sequence[RunListed] = ()
    uses: Mapping[str, tuple[StandardUsed, ...]] | None = None
    certificates: Sequence[CertificateIssued] = ()
    documents: frozenset[str] = frozenset()
    heads: dict[str, list[str]] = field(default_factory=dict)
    faults: list[Phrase] = field(default_factory=list)

    @contextmanager
    def looking_at(self, what: Phrase) -> Iterator[None]:
        """Take what goes wrong in the block as a fault: the rest is looked at all the same."""
        try:
            yield
        except StationError as error:
            self.faults.append(Phrase(error.text, **error.values))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            fault = Phrase(
                "{what}: a value is not of the kind that was written ({error}).",
                what=what,
                error=str(error),
            )
            self.faults.append(fault)


def audit(store: Store) -> Audit:
    """Look at everything; one fault a run is named, the first in its chain."""
    seen = _Seen()
    with seen.looking_at(Phrase("The database")):
        seen.faults += _database_faults(store)
    with seen.looking_at(Phrase("The kept files")):
        seen.documents = frozenset(store.document_digests())
    with seen.looking_at(Phrase("The index of standards")):
        seen.uses = all_uses(store)
    with seen.looking_at(Phrase("The index of runs")):
        seen.runs = store.runs()
    for run in seen.runs:
        with seen.looking_at(_of_run(run)):
            seen.faults += _journal_faults(store, run, seen)
    with seen.looking_at(Phrase("The journals")):
        strange = (store.runs_with_entries() | set(seen.uses or ())) - seen.heads.keys()
        for name in sorted(map(str, strange)):
            seen.faults.append(
                Phrase("Run {run}: has entries or standards and is not in the index.", run=name)
            )
    with seen.looking_at(Phrase("The index of certificates")):
        seen.certificates = store.certificates()
    with seen.looking_at(Phrase("The register")):
        seen.faults += _register_faults(store, seen)
    for digest in sorted(seen.documents, key=str):
        with seen.looking_at(Phrase("Document {digest}", digest=digest)):
            store.document(digest)
    for certificate in seen.certificates:
        with seen.looking_at(_of_certificate(certificate)):
            seen.faults += _certificate_faults(store, certificate, seen)
    entries = sum(map(len, seen.heads.values()))
    return Audit(
        len(seen.heads),
        entries,
        len(seen.documents),
        len(seen.certificates),
        tuple({str(fault): fault for fault in seen.faults}.values()),
    )


def _of_run(run: RunListed) -> Phrase:
    return Phrase("Run {run}", run=run.id)


def _of_certificate(kept: CertificateIssued) -> Phrase:
    return Phrase("Certificate {number}", number=kept.number)


def _database_faults(store: Store) -> Iterator[Phrase]:
    """Yield where a file is not sound, and which tables no longer refuse changes."""
    with store.transaction("look at the database") as connection:
        if store.dialect == SQLITE:
            for said in connection.exec_driver_sql("PRAGMA integrity_check").scalars():
                if said != "ok":
                    yield Phrase("The database is not sound: {said}.", said=said)
            triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            wanted = dict(_triggers())
        else:
            triggers = "SELECT tgname, '' FROM pg_trigger WHERE tgenabled <> 'D'"
            wanted = {f"{table}_append_only": "" for table in APPEND_ONLY}
        found = {row[0]: row[1] for row in connection.exec_driver_sql(triggers)}
    for name, definition in wanted.items():
        if found.get(name) != definition:
            yield Phrase(
                "Trigger {name}: is not there as it was made, so changes are not refused.",
                name=name,
            )


def _triggers() -> Iterator[tuple[str, str]]:
    """Yield the triggers of a file that refuse changes, as the migrations make them."""
    for table, verb in product(APPEND_ONLY, ("UPDATE", "DELETE")):
        name = f"{table}_no_{verb.lower()}"
        yield (
            name,
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        )


def _journal_faults(store: Store, run: RunListed, seen: _Seen) -> Iterator[Phrase]:
    previous = GENESIS
    hashes = seen.heads.setdefault(run.id, [])
    for expected, columns in enumerate(store.entries(run.id)):
        fault = chain_fault(run.id, expected, previous, columns)
        if fault is not None:
            yield fault
            return
        # The chain holds, so this is what was written; it must also be readable.
        try:
            entry = ENTRY.validate_json(columns[3])
        except ValidationError:
            yield Phrase(
                "{run}: entry {expected} is of a kind this program does not know.",
                run=_of_run(run),
                expected=expected,
            )
            return
        if isinstance(entry, RunBegun) != (expected == 0):
            yield Phrase(
                "{run}: entry {expected} is not where a run begins.",
                run=_of_run(run),
                expected=expected,
            )
            return
        if isinstance(entry, RunBegun):
            yield from _index_faults(run, entry, columns[1], seen)
        if isinstance(entry, RunBegun | Resumed):
            named = (entry.bench_digest, *(each.certificate_digest for each in entry.instruments))
            yield from _missing(_of_run(run), named, seen)
        previous = columns[5]
        hashes.append(previous)
    if not hashes:
        yield Phrase("{run}: its journal is empty.", run=_of_run(run))


def _index_faults(run: RunListed, begun: RunBegun, at: str, seen: _Seen) -> Iterator[Phrase]:
    """Yield where the indexes do not say of a run what the first entry of its journal says."""
    told = (begun.run, at, begun.procedure, begun.bench, item_of(begun))
    if (run.id, run.begun.isoformat(), run.procedure, run.bench, run.item) != told:
        yield Phrase(
            "{run}: the index of runs does not say what its journal says.", run=_of_run(run)
        )
    if seen.uses is not None and not is_index_of(begun, seen.uses.get(run.id, ())):
        yield Phrase(
            "{run}: the index of standards does not say what its journal says.", run=_of_run(run)
        )


def _missing(what: Phrase, named: Iterable[str | None], seen: _Seen) -> Iterator[Phrase]:
    """Yield the documents that are named and not kept."""
    for digest in named:
        if digest and digest not in seen.documents:
            yield Phrase("{what}: document {digest} is missing.", what=what, digest=digest)


def _register_faults(store: Store, seen: _Seen) -> Iterator[Phrase]:
    from station.register.book import read
    from station.register.lives import index_faults

    register = read(store)
    yield from index_faults(register, seen.certificates)
    said = {each.number: each.record for of in register.items.values() for each in of.issued}
    for id_, equipment in register.equipment.items():
        for entered in equipment.certificates:
            named = (entered.document, entered.original)
            what = Phrase("Equipment {id}, certificate {number}", id=id_, number=entered.number)
            yield from _missing(what, named, seen)
    for kept in seen.certificates:
        # Registers from before it was written down do not say it.
        if said.get(kept.number, "") not in ("", kept.digest):
            yield Phrase(
                "{certificate}: when it was issued, and what it rests on, is not what the register "
                "says.",
                certificate=_of_certificate(kept),
            )


def _certificate_faults(store: Store, kept: CertificateIssued, seen: _Seen) -> Iterator[Phrase]:
    chain = seen.heads.get(kept.run, [])
    known = len(chain) >= kept.entries > 0
    if not known or chain[kept.entries - 1] != kept.head:
        yield Phrase(
            "{certificate}: the journal of run {run} is not the one it was computed from.",
            certificate=_of_certificate(kept),
            run=kept.run,
        )
    named = (kept.pdf, kept.xml, *adopted_by(kept))
    yield from _missing(_of_certificate(kept), named, seen)
    if kept.xml in seen.documents and str(kept.head).encode() not in store.document(kept.xml):
        yield Phrase(
            "{certificate}: its XML does not state the journal that the index says.",
            certificate=_of_certificate(kept),
        )
