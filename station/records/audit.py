"""Verifies the whole store: every journal's chain, every kept file, every certificate's ground."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from station.errors import StationError
from station.records.chain import GENESIS, chain_fault
from station.records.store import CertificateIssued, RunListed, Store, item_of
from station.records.uses import StandardUsed, all_uses, is_index_of
from station.run.entries import ENTRY, RunBegun


@dataclass(frozen=True, slots=True)
class Audit:
    """What was looked at and what is wrong."""

    runs: int
    entries: int
    documents: int
    certificates: int
    faults: tuple[str, ...]


def audit(store: Store) -> Audit:
    """Look at everything; one fault a run is named, the first in its chain."""
    faults: list[str] = []
    heads: dict[str, list[str]] = {}
    uses = all_uses(store)
    for run in store.runs():
        heads[run.id] = []
        try:
            faults += _journal_faults(store, run, uses.get(run.id, ()), heads[run.id])
        except StationError as error:
            faults.append(str(error))
    certificates = store.certificates()
    faults += _register_faults(store, certificates)
    for run_id in store.runs_with_entries() - set(heads):
        faults.append(f"Run {run_id}: has entries and is not in the index.")
    digests = store.document_digests()
    faults += _document_faults(store, digests)
    for certificate in certificates:
        chain = heads.get(certificate.run, [])
        known = len(chain) >= certificate.entries > 0
        if not known or chain[certificate.entries - 1] != certificate.head:
            faults.append(
                f"Certificate {certificate.number}: the journal of run {certificate.run} is not "
                "the one it was computed from."
            )
        for digest in (certificate.pdf, certificate.xml):
            if digest not in digests:
                faults.append(f"Certificate {certificate.number}: document {digest} is missing.")
    entries = sum(len(chain) for chain in heads.values())
    return Audit(len(heads), entries, len(digests), len(certificates), tuple(faults))


def _journal_faults(
    store: Store, run: RunListed, uses: tuple[StandardUsed, ...], hashes: list[str]
) -> Iterator[str]:
    previous = GENESIS
    for expected, columns in enumerate(store.entries(run.id)):
        fault = chain_fault(run.id, expected, previous, columns)
        if fault is not None:
            yield fault
            return
        # The chain holds, so this is what was written; it must also be readable.
        try:
            entry = ENTRY.validate_json(columns[3])
        except ValidationError:
            yield f"Run {run.id}: entry {expected} is of a kind this program does not know."
            return
        if isinstance(entry, RunBegun) and _index(run) != _begun(entry, columns[1]):
            yield f"Run {run.id}: the index of runs does not say what its journal says."
        if isinstance(entry, RunBegun) and not is_index_of(entry, uses):
            yield f"Run {run.id}: the index of standards does not say what its journal says."
        previous = columns[5]
        hashes.append(previous)
    if not hashes:
        yield f"Run {run.id}: its journal is empty."


def _register_faults(store: Store, certificates: Sequence[CertificateIssued]) -> Iterator[str]:
    from station.register.book import read
    from station.register.lives import index_faults

    try:
        yield from index_faults(read(store), certificates)
    except (StationError, ValidationError) as error:
        yield str(error)


def _index(run: RunListed) -> tuple[str, ...]:
    return run.id, run.begun.isoformat(), run.procedure, run.bench, run.item


def _begun(entry: RunBegun, at: str) -> tuple[str, ...]:
    return entry.run, at, entry.procedure, entry.bench, item_of(entry)


def _document_faults(store: Store, digests: list[str]) -> Iterator[str]:
    for digest in digests:
        try:
            store.document(digest)
        except StationError as error:
            yield str(error)
