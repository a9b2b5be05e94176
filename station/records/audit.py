"""Verifies the whole store: every journal's chain, every kept file, every certificate's ground."""

from collections.abc import Iterator
from dataclasses import dataclass

from station.errors import StationError
from station.records.store import Store
from station.run.entries import ENTRY
from station.run.journal import GENESIS, chain_fault


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
    for run in store.runs():
        heads[run.id] = []
        faults += _journal_faults(store, run.id, heads[run.id])
    for run_id in store.runs_with_entries() - set(heads):
        faults.append(f"Run {run_id}: has entries and is not in the index.")
    digests = store.document_digests()
    faults += _document_faults(store, digests)
    certificates = store.certificates()
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


def _journal_faults(store: Store, run: str, hashes: list[str]) -> Iterator[str]:
    previous = GENESIS
    for expected, columns in enumerate(store.entries(run)):
        fault = chain_fault(run, expected, previous, columns)
        if fault is None:
            # The chain holds, so this is what was written; it must also be readable.
            ENTRY.validate_json(columns[3])
        else:
            yield fault
            return
        previous = columns[5]
        hashes.append(previous)
    if not hashes:
        yield f"Run {run}: its journal is empty."


def _document_faults(store: Store, digests: list[str]) -> Iterator[str]:
    for digest in digests:
        try:
            store.document(digest)
        except StationError as error:
            yield str(error)
