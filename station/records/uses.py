"""Which runs used which standard: an index beside the journals, so that it is answered at once.

What it says stands in the first entry of each journal; `station audit` compares the two. The ids
of the points are kept once a list, because most runs of a method have the same.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from station.errors import Phrase, Tampered
from station.records.schema import CERTIFICATE, ENTRY, POINT_LIST, RUN, STANDARD_USE
from station.records.store import Store, aware

if TYPE_CHECKING:
    from station.run.entries import RunBegun

Points = Mapping[str, tuple[str, ...]]
"""Role of an item → ids of its points."""


@dataclass(frozen=True, slots=True)
class StandardUsed:
    """A standard as a run used it; `document` is the digest of its certificate's file."""

    role: str
    serial: str
    title: str
    certificate: str
    document: str
    points: Points


@dataclass(frozen=True, slots=True)
class Touched:
    """A run that used a standard, and which certificates stand on it, by role of the item."""

    run: str
    begun: datetime
    procedure: str
    item: str
    used: StandardUsed
    certificates: Mapping[str, tuple[str, ...]]


def uses_of(begun: "RunBegun") -> tuple[StandardUsed, ...]:
    """Return what the first entry of a journal says of the standards.

    A point that does not say on whose certificates it rests counts for all of them.
    """
    found = []
    for bound in begun.instruments:
        if bound.certificate_digest is None:
            continue
        points: dict[str, list[str]] = {}
        for point in begun.points:
            if not point.standards or bound.role in point.standards:
                points.setdefault(point.dut, []).append(point.id)
        found.append(
            StandardUsed(
                role=bound.role,
                serial=bound.serial,
                title=bound.title,
                certificate=bound.certificate or "",
                document=bound.certificate_digest,
                points={dut: tuple(ids) for dut, ids in points.items()},
            )
        )
    return tuple(found)


def is_index_of(begun: "RunBegun", indexed: Sequence[StandardUsed]) -> bool:
    """Tell whether the index says of a run what the first entry of its journal says."""
    return sorted(uses_of(begun), key=lambda used: used.role) == list(indexed)


def enter_uses(connection: Connection, begun: "RunBegun") -> None:
    """Enter the standards of a new run, in the transaction of its first entry."""
    for used in uses_of(begun):
        body, digest = _list(used.points)
        # Two benches may begin runs with the same points at once.
        connection.execute(
            sa.text(
                "INSERT INTO point_list (digest, body) VALUES (:digest, :body) "
                "ON CONFLICT (digest) DO NOTHING"
            ),
            {"digest": digest, "body": body},
        )
        connection.execute(
            sa.insert(STANDARD_USE).values(
                run=begun.run,
                role=used.role,
                serial=used.serial,
                title=used.title,
                certificate=used.certificate,
                document=used.document,
                points=digest,
            )
        )


def all_uses(store: Store) -> dict[str, tuple[StandardUsed, ...]]:
    """Return the whole index: run → the standards it used, in order of role."""
    c = STANDARD_USE.c
    with store.transaction("read the index of standards") as connection:
        lists = _lists(connection)
        rows = connection.execute(sa.select(c.run, *_USED).order_by(c.role)).all()
    found: dict[str, list[StandardUsed]] = {}
    for run, *use in rows:
        found.setdefault(run, []).append(_used(use, lists))
    return {run: tuple(used) for run, used in found.items()}


def touched_by(store: Store, serials: Sequence[str], since: datetime | None) -> list[Touched]:
    """Return the runs that used a standard with one of the serials, by when they began.

    With `since`, only those that went on at or after it: also a run that began before.
    """
    c, issued = STANDARD_USE.c, CERTIFICATE.c
    query = (
        sa.select(RUN.c.id, RUN.c.begun, RUN.c.procedure, RUN.c.item)
        .add_columns(issued.dut, issued.number, *_USED)
        .join(RUN, RUN.c.id == c.run)
        .outerjoin(CERTIFICATE, issued.run == c.run)
        .where(c.serial.in_(serials))
        .order_by(RUN.c.begun, RUN.c.id, c.role, issued.number)
    )
    if since is not None:
        query = query.where(_went_on(since.astimezone(UTC)))
    found: list[Touched] = []
    # A standard is mostly used in the same way: the few different uses are made once.
    uses: dict[Sequence[str], StandardUsed] = {}
    last: tuple[str, str] | None = None
    with store.transaction("look up a standard") as connection:
        for row in connection.execute(query):
            run, begun, procedure, item, dut, number, role = row[:7]
            if last != (last := (run, role)):
                use = row[6:]
                if use not in uses:
                    uses[use] = _used(use, _lists(connection, use[-1:]))
                numbers: dict[str, tuple[str, ...]] = {}
                found.append(Touched(run, aware(begun), procedure, item, uses[use], numbers))
            if number is not None:
                numbers[dut] = (*numbers.get(dut, ()), number)
    return found


def _went_on(since: datetime) -> sa.ColumnElement[bool]:
    """Tell whether the last entry of a run was written at or after an instant of UTC."""
    e = ENTRY.c
    last = sa.select(e.at).where(e.run == RUN.c.id).order_by(e.seq.desc()).limit(1)
    # Instants of entries are ISO 8601 in UTC, so their texts are in order.
    return (RUN.c.begun >= since) | (last.scalar_subquery() >= since.isoformat())


def _list(points: Points) -> tuple[str, str]:
    body = json.dumps(points, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return body, hashlib.sha256(body.encode()).hexdigest()


def _lists(connection: Connection, which: Collection[str] | None = None) -> dict[str, Points]:
    """Return lists of points by their digest: those that are named, or all."""
    query = sa.select(POINT_LIST)
    if which is not None:
        query = query.where(POINT_LIST.c.digest.in_(which))
    rows = connection.execute(query).all()
    for digest, body in rows:
        if hashlib.sha256(str(body).encode()).hexdigest() != digest:
            raise Tampered(
                "The list of points {digest} is not what was written. {audit}",
                digest=digest,
                audit=_AUDIT,
            )
    return {
        digest: {dut: tuple(ids) for dut, ids in json.loads(body).items()} for digest, body in rows
    }


_AUDIT = Phrase("Run `station audit` and restore the store from a backup.")

_USED = tuple(
    STANDARD_USE.c[name]
    for name in ("role", "serial", "title", "certificate", "document", "points")
)


def _used(use: Sequence[str], lists: Mapping[str, Points]) -> StandardUsed:
    role, serial, title, certificate, document, points = use
    if points not in lists:
        raise Tampered("The list of points {points} is gone. {audit}", points=points, audit=_AUDIT)
    return StandardUsed(role, serial, title, certificate, document, lists[points])
