"""Who used equipment, when and for how long: what the runs wrote down of it (6.4.13, usage log)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from station.records.schema import ENTRY, RUN, STANDARD_USE
from station.records.store import Store, aware
from station.register import entries as e
from station.register.state import Equipment

OPERATED = ("run-begun", "resumed")
"""Entries of a journal that say who carries it out."""


@dataclass(frozen=True, slots=True)
class Used:
    """A run that used equipment as a standard; `until` is the instant of its last entry."""

    run: str
    begun: datetime
    until: datetime
    procedure: str
    item: str
    people: tuple[str, ...]

    @property
    def hours(self) -> float:
        """From its first entry to its last (h), breaks included."""
        return (self.until - self.begun).total_seconds() / 3600


def usage(store: Store, equipment: Equipment, *, newest: int) -> tuple[int, list[Used]]:
    """Return how many runs used equipment, and the newest of them."""
    u = STANDARD_USE.c
    which = u.serial == equipment.entered.serial
    documents = [c.document for _, c in equipment.log if isinstance(c, e.CertificateEntered)]
    if documents:
        # Another maker's may have the same serial number.
        which &= u.document.in_(documents)
    last = sa.select(ENTRY.c.at).where(ENTRY.c.run == RUN.c.id)
    last = last.order_by(ENTRY.c.seq.desc()).limit(1)
    query = (
        sa.select(RUN.c.id, RUN.c.begun, RUN.c.procedure, RUN.c.item, last.scalar_subquery())
        .where(RUN.c.id.in_(sa.select(u.run).where(which)))
        .order_by(RUN.c.begun.desc(), RUN.c.id.desc())
        .limit(newest)
    )
    with store.transaction("look up the use of equipment") as connection:
        count = connection.execute(
            sa.select(sa.func.count(sa.distinct(u.run))).where(which)
        ).scalar_one()
        rows = connection.execute(query).all()
        people = _people(connection, [row[0] for row in rows])
    return count, [
        Used(run, aware(begun), datetime.fromisoformat(at), procedure, item, people.get(run, ()))
        for run, begun, procedure, item, at in rows
    ]


def _people(connection: sa.Connection, runs: Sequence[str]) -> dict[str, tuple[str, ...]]:
    c = ENTRY.c
    query = sa.select(c.run, c.body).where(c.run.in_(runs), c.kind.in_(OPERATED)).order_by(c.seq)
    found: dict[str, dict[str, None]] = {}
    for run, body in connection.execute(query):
        found.setdefault(run, {})[str(json.loads(body)["operator"])] = None
    return {run: tuple(people) for run, people in found.items()}
