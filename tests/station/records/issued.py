"""A store with one finished run of the demonstration's bench and its certificate."""

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from station.certificate.issue import issue
from station.records.store import open_store
from station.run.setup import Setup
from tests.station.run.laboratory import Laboratory, few_points

POINTS = ("dc-voltage/10 V/5 V", "dc-voltage/10 V/10 V", "resistance-4w/1 kΩ/1 kΩ")
SERIAL = "4872301"
ISSUED_AT = datetime(2026, 11, 3, 3, 4, 5, tzinfo=UTC)


@dataclass
class KeptLaboratory(Laboratory):
    """One that keeps the bench file it works with."""

    def setup(self) -> Setup:
        content = (files("station") / "demo" / "bench.toml").read_bytes()
        return dataclasses.replace(super().setup(), bench_content=content)


@dataclass(frozen=True)
class Certified:
    """Where the store is, which run is in it, and the number of its certificate."""

    url: str
    run: str
    number: str


def certified(folder: Path, url: str = "") -> Certified:
    """Carry a run out and issue its certificate."""
    laboratory = KeptLaboratory(folder, procedure=few_points(POINTS), store_url=url)
    laboratory.begin()
    with open_store(laboratory.url) as store:
        made = issue(
            store, laboratory.run, by="approver", now=ISSUED_AT, order=None, laboratory=None
        )
    return Certified(laboratory.url, laboratory.run, made.number)


def changed(store: Path, copy: Path, *statements: str) -> Path:
    """Copy a store and change it behind the triggers' back."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(store)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    with closing(sqlite3.connect(copy)) as connection, connection:
        found = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = dict(found.fetchall())
        for statement in (*(f"DROP TRIGGER {name}" for name in triggers), *statements):
            connection.execute(statement)
        for trigger in triggers.values():
            connection.execute(trigger)
    return copy
