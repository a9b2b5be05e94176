"""What the engine costs a point: one reading, budget, verdict, durable journal entry."""

import dataclasses
import sqlite3
import statistics
import tempfile
import threading
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from benchmarks.measure import Line, seconds_each
from procedures.electrical import dmm
from station.bench_file import BenchFile, parse_standard
from station.clock import SystemClock
from station.files import parse_toml
from station.procedure import (
    Attendant,
    Evaluation,
    Evidence,
    Items,
    Point,
    Procedure,
    Taken,
    Test,
)
from station.records.store import open_store
from station.run.carry_out import Session, begin
from station.run.entries import Measured
from station.run.journal import Row
from station.run.operator import ScriptedOperator
from station.run.setup import Setup
from station.run.state import RunState

POINTS = 200
ROUNDS = 5


def _many_points() -> Procedure:
    """The procedure's 10 V range, one point two hundred times, one reading each."""

    def tests(items: Items) -> tuple[Test[Any], ...]:
        test = dmm.tests(items)[0]
        base = next(p for p in test.points if p.id == "dc-voltage/10 V/10 V")

        def measure(point: Point, roles: Any, attendant: Attendant) -> Iterator[Taken]:
            yield next(iter(test.measure(base, roles, attendant)))

        def evaluate(point: Point, evidence: Evidence) -> Evaluation:
            twice = {base.id: evidence.readings[point.id] * 2}
            return test.evaluate(base, dataclasses.replace(evidence, readings=twice))

        return (
            dataclasses.replace(
                test,
                points=tuple(dataclasses.replace(base, id=f"{n}") for n in range(POINTS)),
                measure=measure,
                evaluate=evaluate,
                tolerance=lambda point: test.tolerance(base),
                suspicion=None,
            ),
        )

    return dataclasses.replace(dmm.PROCEDURE, tests=tests)


def engine_point() -> Line:
    with tempfile.TemporaryDirectory() as folder:
        rounds = [_seconds_a_point(Path(folder) / f"{n}.db") for n in range(ROUNDS)]
        commit = _bare_commit(Path(folder))
    peer = "bare SQLite FULL commit"
    each = statistics.median(rounds)
    return Line("engine, one point of one reading", each, peer, commit, "≤ 1 ms")


def _seconds_a_point(store_path: Path) -> float:
    """Carry a whole run out and return the mean time (s) from one journalled point to the next."""
    demo = files("station") / "demo"
    content = (demo / "bench.toml").read_bytes()
    certificate = (demo / "calibrator-certificate.toml").read_bytes()
    standard = parse_standard("calibrator", certificate, name="demo")
    setup = Setup(
        procedure=_many_points(),
        bench=parse_toml(content, BenchFile, name="bench.toml"),
        bench_content=content,
        standards={"calibrator": (standard, certificate)},
        simulate=True,
        real_time=False,
        rule="guarded-non-binary",
        by="bench",
    )
    wall = SystemClock()
    at: list[float] = []

    def watch(row: Row, state: RunState) -> None:
        if isinstance(row.entry, Measured):
            at.append(wall.monotonic())

    with open_store(str(store_path)) as store:
        operator = ScriptedOperator("bench", {"°C": 23.0, "%": 50.0})
        begin(setup, Session(store, operator, watch, threading.Event()), lambda run: None)
    return (at[-1] - at[0]) / (len(at) - 1)


def _bare_commit(folder: Path) -> float:
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE t (a TEXT)")
    text = "x" * 2500
    try:
        return seconds_each(
            lambda: connection.execute("INSERT INTO t VALUES (?)", (text,)), times=300
        )
    finally:
        connection.close()


BENCHMARKS = (engine_point,)
