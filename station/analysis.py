"""Reading a record store for analysis, in a notebook or a program of one's own.

    from station.analysis import Point, columns, open_records

    with open_records("station.db") as records:
        for run in records.runs(procedure="dmm"):
            for point in run.points:
                print(run.id, point.point, point.error, point.expanded_uncertainty, point.verdict)
        arrays = columns(records.runs(), Point)      # name of a field → numpy array

Nothing can be written through it. Everything is a frozen record with values in the SI unit that
the record names; the chain of each journal is verified as it is read. What is here keeps its
names: what is added later has a default.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from station.analysis_records import (
    Conclusion,
    Contribution,
    Environment,
    Inspection,
    Point,
    Reading,
    Run,
)
from station.errors import BadInput, StoreFailed
from station.records import dialects
from station.records.store import HEAD, RunListed, Store
from station.run import entries as e
from station.run import journal
from station.run.state import RunState, fold_all

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from station.run.plan import PlannedPoint

__all__ = [
    "Conclusion",
    "Contribution",
    "Environment",
    "Inspection",
    "Point",
    "Reading",
    "Records",
    "Run",
    "columns",
    "open_records",
]


class Records:
    """An open store, to be read and never written."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def runs(
        self, *, procedure: str | None = None, since: date | None = None, until: date | None = None
    ) -> Iterator[Run]:
        """Yield the runs, the oldest first, one at a time.

        Args:
            procedure: only those of this procedure.
            since: first day on which they began (UTC).
            until: last day on which they began (UTC).

        Raises:
            Tampered: a journal is not what was written.
        """
        for listed in reversed(self._store.runs()):
            day = listed.begun.astimezone(UTC).date()
            if procedure in (None, listed.procedure) and _between(since, day, until):
                yield self._read(listed)

    def run(self, id_: str) -> Run:
        """Return the one run whose id is, or begins with, `id_`.

        Raises:
            BadInput: there is none, or several.
            Tampered: its journal is not what was written.
        """
        return self._read(self._store.find_run(id_))

    def _read(self, listed: RunListed) -> Run:
        rows = list(journal.read(self._store, listed.id))
        state = fold_all(rows)
        begun = state.begun
        if begun is None:
            raise BadInput(
                "Run {run} has no first entry. `station audit` says more.", run=listed.id
            )
        return Run(
            id=listed.id,
            begun=listed.begun,
            procedure=begun.procedure,
            revision=begun.revision,
            bench=begun.bench,
            item=listed.item,
            operator=begun.operator,
            rule=begun.rule,
            status=state.status.value,
            simulated=begun.simulated,
            points=tuple(_points(state, begun)),
            observed=tuple(_observed(state, begun)),
            conclusions=tuple(_conclusions(state, begun)),
            inspections=tuple(_inspections(state, begun)),
            environment=tuple(_environment(rows, begun)),
        )


@contextmanager
def open_records(url: str) -> Iterator[Records]:
    """Yield the records of the store at `url`, a file name or a database address.

    Raises:
        BadInput: there is no store.
        StoreFailed: it cannot be read, or another version of this program wrote it.
    """
    engine, shown = _read_only(url)
    store = Store(engine, shown)
    try:
        with store.transaction("look at its version") as connection:
            there = sa.inspect(connection).has_table("alembic_version")
            version = (
                connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
                if there
                else None
            )
        if version != HEAD:
            raise StoreFailed(
                "The record store {store} is of version {version}, this program of {known}. "
                "`station runs` brings an older one up to date; a newer one needs a newer "
                "program.",
                store=shown,
                version=version,
                known=HEAD,
            )
        yield Records(store)
    finally:
        store.close()


def columns(
    runs: Iterable[Run],
    of: type[Point | Reading | Contribution | Conclusion | Inspection | Environment],
) -> "dict[str, Any]":
    """Return records of one kind as numpy arrays, by the name of their field.

    Numbers are float64 with NaN where there is none, instants datetime64[us] in UTC, answers
    bool, the rest texts. All arrays have the same length, in the order of the runs.
    """
    rows = list(rows_of(runs, of))
    return {name: _array([getattr(row, name) for row in rows]) for name in names_of(of)}


def names_of(kind: type[Any]) -> tuple[str, ...]:
    """Return the names of a record's fields, without those that hold further records."""
    return tuple(f.name for f in fields(kind) if f.name not in _NESTED)


_NESTED = {
    "readings", "budget", "points", "observed", "conclusions", "inspections", "environment"
}  # fmt: skip
_OF_RUN = {
    Point: "points",
    Reading: "readings",
    Conclusion: "conclusions",
    Inspection: "inspections",
    Environment: "environment",
}


def rows_of(runs: Iterable[Run], of: type[Any]) -> Iterator[Any]:
    """Yield the records of one kind of some runs."""
    for run in runs:
        if of is Run:
            yield run
        elif of is Contribution:
            yield from (line for point in run.points for line in point.budget)
        else:
            yield from getattr(run, _OF_RUN[of])


def _read_only(url: str) -> tuple[sa.Engine, str]:
    """Return an engine that cannot write, and how its address may be shown."""
    if "://" not in url:
        return _sqlite(Path(url)), url
    parsed = dialects.parsed(url)
    if parsed.get_backend_name() == dialects.SQLITE:
        return _sqlite(Path(parsed.database or "")), url
    try:
        engine = dialects.make_engine(parsed, durable=True)
    except (ArgumentError, ImportError) as error:
        raise BadInput(
            "{store} cannot be opened: {error}.", store=dialects.shown(parsed), error=error
        ) from error
    return engine.execution_options(postgresql_readonly=True), dialects.shown(parsed)


def _sqlite(path: Path) -> sa.Engine:
    if not path.is_file():
        raise BadInput("There is no record store at {path}. Check the name.", path=path)
    address = f"{path.resolve().as_uri()}?mode=ro"
    return sa.create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=sa.NullPool
    )


def _between(since: date | None, day: date, until: date | None) -> bool:
    return (since is None or day >= since) and (until is None or day <= until)


def _points(state: RunState, begun: e.RunBegun) -> Iterator[Point]:
    planned = {point.id: point for point in begun.points}
    for (phase, id_), outcome in state.results.items():
        point, at = planned[id_], state.measured_at[phase, id_]
        yield _point(begun.run, point, outcome, at)


def _point(run: str, planned: "PlannedPoint", outcome: Any, at: datetime) -> Point:
    measured = outcome if isinstance(outcome, e.Measured) else None
    place = (run, outcome.phase.value, planned.id)
    return Point(
        run=run,
        dut=planned.dut,
        phase=outcome.phase.value,
        point=planned.id,
        test=planned.test,
        at=at,
        unit=planned.unit,
        nominal=planned.nominal,
        range=planned.range,
        range_unit=planned.range_unit,
        hertz=planned.hertz,
        reference=measured.reference if measured else None,
        indication=measured.indication if measured else None,
        error=measured.error if measured else None,
        standard_uncertainty=measured.standard_uncertainty if measured else None,
        dof=measured.dof if measured else None,
        coverage_factor=measured.coverage_factor if measured else None,
        expanded_uncertainty=measured.expanded_uncertainty if measured else None,
        lower=planned.lower,
        upper=planned.upper,
        verdict=measured.verdict if measured else "fail",
        readings=tuple(_readings(place, planned.unit, measured)) if measured else (),
        budget=tuple(_budget(planned, place, measured)) if measured else (),
    )


def _readings(
    place: tuple[str, str, str], unit: str, outcome: e.Measured | e.Observed
) -> Iterator[Reading]:
    run, phase, point = place
    for number, taken in enumerate(outcome.readings, start=1):
        yield Reading(run, phase, point, number, taken.of, taken.value, unit, taken.raw)


def _budget(
    planned: "PlannedPoint", place: tuple[str, str, str], measured: e.Measured
) -> Iterator[Contribution]:
    run, phase, point = place
    for line in measured.budget:
        yield Contribution(
            run=run, dut=planned.dut, phase=phase, point=point, unit=planned.unit, **dict(line)
        )


def _observed(state: RunState, begun: e.RunBegun) -> Iterator[Reading]:
    planned = {one.id: one for one in begun.observations}
    for (phase, id_), observed in state.observed.items():
        unit = planned[id_].unit if id_ in planned else ""
        yield from _readings((begun.run, phase.value, id_), unit, observed)


def _conclusions(state: RunState, begun: e.RunBegun) -> Iterator[Conclusion]:
    for (phase, test, dut), concluded in state.conclusions.items():
        for drawn in concluded.conclusions:
            yield Conclusion(begun.run, dut, phase.value, test, **dict(drawn))


def _inspections(state: RunState, begun: e.RunBegun) -> Iterator[Inspection]:
    for each in state.inspected.values():
        yield Inspection(begun.run, **each.model_dump(exclude={"kind"}))


def _environment(rows: Iterable[journal.Row], begun: e.RunBegun) -> Iterator[Environment]:
    for row in rows:
        if isinstance(row.entry, e.EnvironmentRead):
            yield Environment(begun.run, row.at, **row.entry.model_dump(exclude={"kind"}))


def _array(values: list[Any]) -> "NDArray[np.generic]":
    import numpy as np

    if any(isinstance(value, datetime) for value in values):
        naive = [value.astimezone(UTC).replace(tzinfo=None) for value in values]
        return np.array(naive, dtype="datetime64[us]")
    if values and all(isinstance(value, bool) for value in values):
        return np.array(values, dtype=np.bool_)
    if all(value is None or isinstance(value, int | float) for value in values):
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return np.array(values, dtype=np.str_)
