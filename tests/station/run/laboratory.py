"""A small laboratory for tests of runs: the demonstration's bench, a few points of `dmm`."""

import dataclasses
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, TextIO

from drivers.link.recording import Recording
from procedures.electrical.dmm import PROCEDURE
from station.bench_file import BenchFile, parse_standard
from station.errors import Phrase
from station.files import parse_toml
from station.procedure import Items, Procedure, Test
from station.records.store import Store, open_store
from station.run import journal
from station.run.carry_out import Session, begin, resume
from station.run.journal import Row
from station.run.operator import Operator, ScriptedOperator
from station.run.setup import Setup
from station.run.state import RunState, fold_all

FEW = (
    "dc-voltage/1 V/1 V",
    "dc-voltage/10 V/-10 V",
    "ac-voltage/1 V/1 V/1 kHz",
    "resistance-4w/1 kΩ/1 kΩ",
)


def few_points(ids: Iterable[str] = FEW) -> Procedure:
    """The real procedure with only the named points."""
    wanted = set(ids)

    def tests(items: Items) -> tuple[Test[Any], ...]:
        kept = (
            dataclasses.replace(test, points=tuple(p for p in test.points if p.id in wanted))
            for test in PROCEDURE.tests(items)
        )
        return tuple(test for test in kept if test.points)

    return dataclasses.replace(PROCEDURE, tests=tests)


def bench(**changes: Any) -> BenchFile:
    """The demonstration's bench file, some of its [simulation] keys changed."""
    content = (files("station") / "demo" / "bench.toml").read_bytes()
    file = parse_toml(content, BenchFile, name="bench.toml")
    world = file.simulation.model_copy(update=changes)
    return file.model_copy(update={"simulation": world})


def certificate(change: Callable[[str], str] = str) -> bytes:
    """The demonstration's certificate file, its text changed."""
    text = (files("station") / "demo" / "calibrator-certificate.toml").read_text("utf-8")
    return change(text).encode()


def script() -> ScriptedOperator:
    """A scripted operator who finds it 23.1 °C and 52 %."""
    return ScriptedOperator("tester", {"°C": 23.1, "%": 52.0})


@dataclass
class Laboratory:
    """One store, and runs on it."""

    folder: Path
    procedure: Procedure = field(default_factory=few_points)
    file: BenchFile = field(default_factory=bench)
    certificate: bytes = field(default_factory=certificate)
    rule: str = "guarded-non-binary"
    stop: threading.Event = field(default_factory=threading.Event)
    run: str = ""
    record: TextIO | None = None
    replay: Recording | None = None
    store_url: str = ""
    say: Callable[[Phrase], None] = lambda text: None

    @property
    def url(self) -> str:
        return self.store_url or str(self.folder / "station.db")

    def setup(self) -> Setup:
        standard = parse_standard("calibrator", self.certificate, name="certificate")
        return Setup(
            procedure=self.procedure,
            bench=self.file,
            bench_content=b"",
            standards={"calibrator": (standard, self.certificate)},
            simulate=self.replay is None,
            real_time=False,
            rule=self.rule,
            by="tester",
            record=self.record,
            replay=self.replay,
        )

    def begin(
        self,
        *,
        watch: Callable[[Row, RunState], None] = lambda row, state: None,
        operator: Operator | None = None,
        open_: Callable[[str], Store] = open_store,
    ) -> RunState:
        with open_(self.url) as store:
            session = Session(store, operator or script(), watch, self.stop, say=self.say)
            return begin(self.setup(), session, lambda run: setattr(self, "run", run))

    def resume(
        self,
        *,
        watch: Callable[[Row, RunState], None] = lambda row, state: None,
        operator: Operator | None = None,
        open_: Callable[[str], Store] = open_store,
    ) -> RunState:
        with open_(self.url) as store:
            session = Session(store, operator or script(), watch, self.stop, say=self.say)
            return resume(self.setup(), session, self.run)

    def rows(self) -> list[Row]:
        with open_store(self.url) as store:
            return list(journal.read(store, self.run))

    def state(self) -> RunState:
        return fold_all(self.rows())
