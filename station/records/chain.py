"""Chains of hashes: a row states the hash of the one before it, so none is changed unseen."""

import hashlib

from station.errors import Phrase

GENESIS = "0" * 64
"""What stands as "the hash before" in the first row of a chain."""

REGISTER = "register"
"""The chain of the laboratory's register; every other chain is called like its run."""

Columns = tuple[int, str, str, str, str, str]
"""Number, instant, kind, body, hash before, hash."""


def row_hash(chain: str, seq: int, at: str, kind: str, body: str, previous: str) -> str:
    """Return the hexadecimal SHA-256 over all columns of a row.

    The columns are joined by a newline, which none of the first four can contain.
    """
    joined = "\n".join((chain, str(seq), at, kind, previous, body))
    return hashlib.sha256(joined.encode()).hexdigest()


def chain_fault(chain: str, expected: int, previous: str | None, columns: Columns) -> Phrase | None:
    """Return what is wrong with a row, or None; `previous` None leaves that link unchecked."""
    seq, at, kind, body, before, digest = columns
    name = Phrase("The register") if chain == REGISTER else Phrase("Run {chain}", chain=chain)
    if seq != expected:
        return Phrase(
            "{name}: entry {expected} is missing (found {seq}).",
            name=name,
            expected=expected,
            seq=seq,
        )
    if previous is not None and before != previous:
        return Phrase(
            "{name}: entry {seq} does not follow the entry before it.", name=name, seq=seq
        )
    if row_hash(chain, seq, at, kind, body, before) != digest:
        return Phrase(
            "{name}: entry {seq} ({kind}) is not what was written.", name=name, seq=seq, kind=kind
        )
    return None
