"""A checkpoint: how long every chain is and how it ends, to be kept where nobody reaches both.

A hash chain shows that nothing in a store was changed; that the whole store was replaced by
another one, or cut at its end, only somebody can tell who kept its heads elsewhere. A checkpoint
is canonical JSON (sorted keys, no spaces, UTF-8) in an envelope with its SHA-256:

    {"checkpoint":{…},"sha256":"…"}

Chains grow, so a later store still fulfils an earlier checkpoint.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from station.errors import BadInput, Phrase, Refused, Tampered
from station.records.chain import GENESIS
from station.records.schema import CERTIFICATE, ENTRY, REGISTER
from station.records.store import Store

LARGEST = 64 * 2**20
"""Bytes of the largest checkpoint that is read: some 500 000 runs."""

_Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Head(_Frozen):
    """How many entries a chain has, and the hash of the last one."""

    length: int = Field(ge=0)
    head: _Hash


class Papers(_Frozen):
    """The digests of an issued certificate's two files."""

    pdf: _Hash
    xml: _Hash


class Checkpoint(_Frozen):
    """The state of a store; `last` is the instant of the newest entry of all ("" where none is)."""

    version: int = 1
    last: str
    register_head: Head = Field(alias="register")
    runs: Mapping[str, Head]
    certificates: Mapping[str, Papers]


class _Envelope(_Frozen):
    checkpoint: Checkpoint
    sha256: _Hash


@dataclass(frozen=True, slots=True)
class Compared:
    """What a store says to a checkpoint; `faults` are empty where it fulfils it."""

    last: str
    runs: int
    certificates: int
    faults: tuple[Phrase, ...]


def checkpoint(store: Store, *, run: str | None = None) -> Checkpoint:
    """Return the checkpoint of a store as it is now, or of `run` and its certificates alone.

    Raises:
        Tampered: the end of a chain is nothing that was ever written.
    """
    e, c = ENTRY.c, CERTIFICATE.c
    runs = _ends(e.run, run)
    papers = sa.select(c.number, c.pdf, c.xml).where(sa.true() if run is None else c.run == run)
    with store.long_transaction("read the heads of the chains") as connection:
        heads = connection.execute(runs).all()
        last = connection.execute(
            sa.select(REGISTER).order_by(REGISTER.c.seq.desc()).limit(1)
        ).first()
        issued = connection.execute(papers).all()
    at = [row.at for row in heads] + ([last.at] if last is not None and run is None else [])
    length, head = (last.seq + 1, last.hash) if last is not None else (0, GENESIS)
    try:
        return Checkpoint(
            last=max(at, default=""),
            register=Head(length=length, head=head),
            runs={row.run: Head(length=row.seq + 1, head=row.hash) for row in heads},
            certificates={row.number: Papers(pdf=row.pdf, xml=row.xml) for row in issued},
        )
    except (TypeError, ValidationError) as error:
        raise Tampered(
            "The end of a chain is not what was written. Run `station audit`."
        ) from error


def _ends(run: sa.Column[str], only: str | None) -> sa.Select[tuple[str, int, str, str]]:
    """Select the last entry of every run, or of `only`."""
    e = ENTRY.c
    ends = sa.select(e.run, sa.func.max(e.seq).label("seq")).group_by(e.run)
    ends = ends if only is None else ends.where(run == only)
    end = ends.subquery()
    joined = (e.run == end.c.run) & (e.seq == end.c.seq)
    return sa.select(e.run, e.seq, e.hash, e.at).join(end, joined).order_by(e.run)


def written(made: Checkpoint) -> bytes:
    """Return a checkpoint as its file holds it."""
    inner = made.model_dump(mode="json", by_alias=True)
    digest = hashlib.sha256(_canonical(inner)).hexdigest()
    return _canonical({"checkpoint": inner, "sha256": digest}) + b"\n"


def parse(content: bytes, *, name: str) -> Checkpoint:
    """Return the checkpoint that a file holds; `name` is what messages call it.

    Raises:
        BadInput: it is none.
        Refused: its SHA-256 is another.
    """
    if len(content) > LARGEST:
        raise BadInput(
            "{name}: larger than {size} MiB; this is no checkpoint.", name=name, size=LARGEST >> 20
        )
    try:
        envelope = _Envelope.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or Phrase("the file")
        raise BadInput(
            "{name}: no checkpoint: {where}: {fault}.",
            name=name,
            where=where,
            fault=first["msg"].lower(),
        ) from error
    found = envelope.checkpoint
    if found.version != 1:
        raise BadInput(
            "{name}: of version {version}. Use the newer program.", name=name, version=found.version
        )
    inner = found.model_dump(mode="json", by_alias=True)
    if hashlib.sha256(_canonical(inner)).hexdigest() != envelope.sha256:
        raise Refused("{name}: its SHA-256 is not what it states: the file was changed.", name=name)
    return found


def compare(store: Store, kept: Checkpoint) -> Compared:
    """Tell whether a store goes on from where it was when the checkpoint was made."""
    try:
        faults = tuple(_faults(store, kept))
    except Tampered as error:
        faults = (Phrase(error.text, **error.values),)
    return Compared(kept.last, len(kept.runs), len(kept.certificates), faults)


def _faults(store: Store, kept: Checkpoint) -> Iterator[Phrase]:
    now = checkpoint(store)
    with store.transaction("compare with a checkpoint") as connection:
        for run, then in kept.runs.items():
            yield from _run_faults(connection, run, then, now.runs.get(run))
        yield from _register_faults(connection, kept.register_head, now.register_head)
    for number, papers in kept.certificates.items():
        if number not in now.certificates:
            yield Phrase("Certificate {number}: was issued and is gone.", number=number)
        elif now.certificates[number] != papers:
            yield Phrase(
                "Certificate {number}: its files are others than they were: it was replaced.",
                number=number,
            )


def _run_faults(
    connection: sa.Connection, run: str, then: Head, there: Head | None
) -> Iterator[Phrase]:
    if there is None:
        yield Phrase(
            "Run {run}: was there with {count} entries and is gone.", run=run, count=then.length
        )
    elif there.length < then.length:
        yield Phrase(
            "Run {run}: had {count} entries and has {now}: it was cut.",
            run=run,
            count=then.length,
            now=there.length,
        )
    elif there != then:
        last, c = then.length - 1, ENTRY.c
        at = sa.select(c.hash).where(c.run == run, c.seq == last)
        if connection.execute(at).scalar() != then.head:
            yield Phrase(
                "Run {run}: entry {last} is another one: it was replaced.", run=run, last=last
            )


def _register_faults(connection: sa.Connection, then: Head, there: Head) -> Iterator[Phrase]:
    if there.length < then.length:
        yield Phrase(
            "The register had {count} entries and has {now}: it was cut.",
            count=then.length,
            now=there.length,
        )
    elif then.length:
        last, c = then.length - 1, REGISTER.c
        at = sa.select(c.hash).where(c.seq == last)
        if connection.execute(at).scalar() != then.head:
            yield Phrase("The register: entry {last} is another one: it was replaced.", last=last)


def _canonical(value: object) -> bytes:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()
