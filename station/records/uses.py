"""Which runs used which standard: an index beside the journals, so that it is answered at once.

What it says stands in the first entry of each journal; `station audit` compares the two. The ids
of the points are kept once a list, because most runs of a method have the same.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from station.records.schema import CERTIFICATE, POINT_LIST, RUN, STANDARD_USE
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
    with store.transaction("read the index of standards") as connection:
        lists = _lists(connection)
        rows = connection.execute(sa.select(STANDARD_USE).order_by(STANDARD_USE.c.role)).all()
    found: dict[str, list[StandardUsed]] = {}
    for row in rows:
        found.setdefault(row.run, []).append(_used(row, lists))
    return {run: tuple(used) for run, used in found.items()}


def touched_by(store: Store, serials: Sequence[str], since: datetime | None) -> list[Touched]:
    """Return the runs begun at or after `since` that used a standard with one of the serials."""
    query = (
        sa.select(STANDARD_USE, RUN.c.begun, RUN.c.procedure, RUN.c.item)
        .join(RUN, RUN.c.id == STANDARD_USE.c.run)
        .where(STANDARD_USE.c.serial.in_(serials))
        .order_by(RUN.c.begun, RUN.c.id, STANDARD_USE.c.role)
    )
    if since is not None:
        query = query.where(RUN.c.begun >= since.astimezone(UTC))
    concerned = sa.select(STANDARD_USE.c.run).where(STANDARD_USE.c.serial.in_(serials))
    c = CERTIFICATE.c
    numbers = sa.select(c.run, c.dut, c.number).where(c.run.in_(concerned)).order_by(c.number)
    with store.transaction("look up a standard") as connection:
        lists = _lists(connection)
        rows = connection.execute(query).all()
        issued: dict[str, dict[str, tuple[str, ...]]] = {}
        for run, dut, number in connection.execute(numbers):
            of = issued.setdefault(run, {})
            of[dut] = (*of.get(dut, ()), number)
    return [
        Touched(
            run=row.run,
            begun=aware(row.begun),
            procedure=row.procedure,
            item=row.item,
            used=_used(row, lists),
            certificates=issued.get(row.run, {}),
        )
        for row in rows
    ]


def _list(points: Points) -> tuple[str, str]:
    body = json.dumps(points, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return body, hashlib.sha256(body.encode()).hexdigest()


def _lists(connection: Connection) -> dict[str, Points]:
    rows = connection.execute(sa.select(POINT_LIST))
    return {
        row.digest: {dut: tuple(ids) for dut, ids in json.loads(row.body).items()} for row in rows
    }


def _used(row: sa.Row[tuple[object, ...]], lists: Mapping[str, Points]) -> StandardUsed:
    return StandardUsed(
        row.role, row.serial, row.title, row.certificate, row.document, lists[row.points]
    )
