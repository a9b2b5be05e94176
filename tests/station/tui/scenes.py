"""The console's screens in a day of a laboratory, from simulated runs.

Clocks and ids are fixed, so that the same program shows the same.
"""

import os
import random
import tempfile
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, chdir, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from importlib.resources import as_file, files
from pathlib import Path
from unittest.mock import patch

from textual.pilot import Pilot

from station.bench_file import BenchFile, read_bench_file, read_standards
from station.procedure import find_procedure
from station.records import claims
from station.records.store import Store, open_store
from station.register import book
from station.register.entries import Authorised
from station.register.lives import Stage
from station.run import journal
from station.run.carry_out import Session, begin
from station.run.entries import Measured, Prompted, RunBegun
from station.run.journal import Row
from station.run.live import LiveView
from station.run.operator import ScriptedOperator
from station.run.setup import Setup
from station.tui.app import StationConsole
from station.tui.desk import Desk
from station.tui.settings import Memory, Settings
from station.tui.sign_in import begin_session
from tests.station.register import people
from tests.station.tui import equipment
from tests.station.tui.journals import ENGINE, StillWall
from tests.station.tui.results import decided
from tests.station.tui.screens import speech, text_of
from tests.station.tui.waiting import until

SIZE = (120, 36)
LANGUAGES = ("en", "vi")
DAY = datetime(2026, 11, 2, 8, 0, tzinfo=timezone(timedelta(hours=7)))
NOW = DAY + timedelta(hours=5)
BENCH = "bench.toml"

# -- runs -----------------------------------------------------------------------------------


def carried_out(store: Store, procedure: str, folder: Path, begins: datetime, seed: int) -> str:
    """Carry a whole run out on the bench of a folder; return its id."""
    file, content = read_bench_file(folder / BENCH)
    world = file.simulation.model_copy(update={"start": begins, "seed": seed})
    file = file.model_copy(update={"simulation": world})
    setup = Setup(
        procedure=find_procedure(procedure),
        bench=file,
        bench_content=content,
        standards=read_standards(file, folder),
        simulate=True,
        real_time=False,
        rule="guarded-non-binary",
        by=people.TECHNICIAN,
    )
    begun: list[str] = []
    session = Session(store, operator_of(file), lambda *_: None, threading.Event())
    begin(setup, session, begun.append)
    return begun[0]


def authorise(store: Store, procedure: str) -> None:
    """Authorise everybody who works for a procedure."""
    workers = [login for login, roles in people.ROLES.items() if people.WORKERS.intersection(roles)]
    entries = [
        Authorised(
            by=people.ADMINISTRATOR,
            login=login,
            procedure=procedure,
            since=people.SINCE,
            until=people.UNTIL,
        )
        for login in workers
    ]
    book.act(store, StillWall(NOW), lambda _: entries)


def operator_of(file: BenchFile) -> ScriptedOperator:
    world = file.simulation
    air = {
        "°C": world.ambient_celsius,
        "%": world.humidity_percent,
        "hPa": world.pressure_pascals / 100.0,
    }
    return ScriptedOperator(people.TECHNICIAN, air)


def as_it_stood(source: Store, run: str, store: Store, until_row: int, live: LiveView) -> None:
    """Bring the first rows of a run's journal into another store, its engine alive."""
    rows = list(journal.read(source, run))[:until_row]
    columns = list(source.entries(run))[:until_row]
    begun = rows[0].entry
    assert isinstance(begun, RunBegun)
    store.add_run(begun, rows[0].at, columns[0])
    for each in columns[1:]:
        assert store.add_entry(run, *each)
    for digest in source.document_digests():
        store.keep(source.document(digest), name=digest, media_type="application/toml")
    at = NOW.timestamp() - 1.0
    assert claims.take(store, run, ENGINE, [], at, 5.0) is None
    assert claims.beat(store, run, ENGINE, at, live.model_dump_json())


def numbers_of(rows: list[Row], kind: type) -> list[int]:
    """The numbers of the rows of one kind."""
    return [number for number, row in enumerate(rows) if isinstance(row.entry, kind)]


def measuring(source: Store, run: str, store: Store, points: int) -> None:
    """The run in the middle of a point: six of its readings are taken."""
    rows = list(journal.read(source, run))
    number = numbers_of(rows, Measured)[points]
    entry = rows[number].entry
    assert isinstance(entry, Measured)
    readings = tuple(reading.value for reading in entry.readings[:6])
    as_it_stood(source, run, store, number, LiveView(point=entry.point, readings=readings))


def asking(source: Store, run: str, store: Store, prompt: int) -> None:
    """The run at a question that has a drawing."""
    rows = list(journal.read(source, run))
    drawn = [n for n in numbers_of(rows, Prompted) if getattr(rows[n].entry, "wires", ())]
    as_it_stood(source, run, store, drawn[prompt] + 1, LiveView())


@dataclass
class Laboratory:
    """What the pictures show: the store, and runs by what they are good for."""

    store: Store
    equipment: Store
    runs: dict[str, str] = field(default_factory=dict)


@contextmanager
def laboratory() -> Iterator[Laboratory]:
    """A day in a laboratory: finished runs, one being measured, one that asks for its wires."""
    numbers = random.Random(7)
    with ExitStack() as opened:
        give = opened.enter_context
        place = give(tempfile.TemporaryDirectory())
        give(chdir(place))
        give(patch.dict(os.environ, {"XDG_RUNTIME_DIR": place}))
        # A day of its own: whoever would look at the real clock sees this one.
        give(patch("secrets.token_hex", lambda size: numbers.randbytes(size).hex()))
        give(patch("station.run.beginning.software_digest", lambda: "0" * 64))
        give(patch.object(people, "SystemClock", lambda: StillWall(NOW)))
        source = give(open_store("whole.db"))
        store = give(open_store("station.db"))
        equipped = give(open_store("equipment/station.db"))
        equipment.laboratory(equipped)
        equipment.checked(equipped, last=60e-6, based=20)
        for each in (store, equipped):
            people.enter(each)
        for procedure in ("pressure-gauge", "balance"):
            authorise(store, procedure)
        shown = Laboratory(store, equipped)
        demo = give(as_file(files("station") / "demo"))
        gauges = Path(str(files("procedures") / "pressure" / "benches" / "pressure-gauge"))
        balance = Path(str(files("procedures") / "mass" / "benches" / "balance"))
        hours = [DAY + timedelta(hours=hour) for hour in range(5)]
        shown.runs["issued"] = carried_out(store, "dmm", demo, hours[0], 7)
        shown.runs["gauges"] = carried_out(store, "pressure-gauge", gauges, hours[1], 3)
        shown.runs["balance"] = carried_out(store, "balance", balance, hours[2], 5)
        shown.runs["asking"] = carried_out(source, "dmm", demo, hours[3], 12)
        shown.runs["measuring"] = carried_out(source, "dmm", demo, hours[4], 18)
        asking(source, shown.runs["asking"], store, prompt=2)
        measuring(source, shown.runs["measuring"], store, points=36)
        decided(store, shown.runs["issued"], Stage.ISSUED, StillWall(NOW))
        for name in (BENCH, "calibrator-certificate.toml"):
            Path(name).write_bytes((demo / name).read_bytes())
        yield shown


# -- scenes ---------------------------------------------------------------------------------

Scene = Callable[[Pilot[None], Laboratory], Awaitable[None]]


async def seen(pilot: Pilot[None], *texts: str) -> None:
    """Wait until all texts are on the screen, and nothing is being drawn."""
    await until(pilot, lambda: all(text in text_of(pilot) for text in texts))
    await pilot.pause()


async def runs(pilot: Pilot[None], shown: Laboratory) -> None:
    await seen(pilot, *shown.runs.values(), "69/69")


async def opened(pilot: Pilot[None], shown: Laboratory, run: str) -> None:
    await runs(pilot, shown)
    ids = [listed.id for listed in shown.store.runs()]
    await pilot.press(*["down"] * ids.index(shown.runs[run]), "enter")
    await seen(pilot, "█")


async def run(pilot: Pilot[None], shown: Laboratory) -> None:
    await opened(pilot, shown, "measuring")
    await seen(pilot, "36/69")


async def run_asking(pilot: Pilot[None], shown: Laboratory) -> None:
    await opened(pilot, shown, "asking")
    await seen(pilot, "┌─")


async def point(pilot: Pilot[None], shown: Laboratory) -> None:
    await run(pilot, shown)
    await pilot.press("up", "up", "enter")
    await pilot.pause()


async def wire(pilot: Pilot[None], shown: Laboratory) -> None:
    await run(pilot, shown)
    await pilot.press("w")
    await seen(pilot, "READ?")


async def run_help(pilot: Pilot[None], shown: Laboratory) -> None:
    await run(pilot, shown)
    await pilot.press("question_mark")
    await pilot.pause()


async def palette(pilot: Pilot[None], shown: Laboratory) -> None:
    await run(pilot, shown)
    await pilot.press("ctrl+p")
    await seen(pilot, "(w)")


async def sign_in(pilot: Pilot[None], shown: Laboratory) -> None:
    await runs(pilot, shown)
    app = pilot.app
    assert isinstance(app, StationConsole)
    app.action_sign_in()
    await pilot.pause()
    await pilot.press(*people.APPROVER, "enter", *"password")
    await pilot.pause()


async def start(pilot: Pilot[None], _: Laboratory) -> None:
    await pilot.press("2")
    await seen(pilot, "69", "✓ operator" if language_of(pilot) == "en" else "✓ người đo")


async def bench(pilot: Pilot[None], _: Laboratory) -> None:
    await pilot.press("3")
    await seen(pilot, "fluke-5522a")
    await pilot.press("i")
    await seen(pilot, "FLUKE, 5522A")


async def results(pilot: Pilot[None], _: Laboratory) -> None:
    await pilot.press("4")
    await seen(pilot, "C26.00001", "Mettler")


async def result(pilot: Pilot[None], shown: Laboratory) -> None:
    await results(pilot, shown)
    await pilot.press("enter")
    await seen(pilot, "✓ [a]")


async def paper(pilot: Pilot[None], shown: Laboratory) -> None:
    await results(pilot, shown)
    await pilot.press("end", "enter")
    await seen(pilot, "[v]")
    await pilot.press("v")
    await seen(pilot, "C26.00001")


async def trace(pilot: Pilot[None], shown: Laboratory) -> None:
    await results(pilot, shown)
    await pilot.press("end", "enter")
    await seen(pilot, "[t]")
    await pilot.press("t")
    await seen(pilot, "C26.00001")


async def standards(pilot: Pilot[None], _: Laboratory) -> None:
    await pilot.press("5")
    await seen(pilot, equipment.STANDARD, equipment.CHECKED)


async def known(pilot: Pilot[None], shown: Laboratory, name: str) -> None:
    await standards(pilot, shown)
    await pilot.press("slash", *name, "enter", "enter")
    await seen(pilot, f"{name}   ")


async def standard(pilot: Pilot[None], shown: Laboratory) -> None:
    await known(pilot, shown, equipment.STANDARD)
    await seen(pilot, "20 µV")
    await pilot.press("down")
    await seen(pilot, "◇")


async def control_chart(pilot: Pilot[None], shown: Laboratory) -> None:
    await known(pilot, shown, equipment.CHECKED)
    await pilot.press("right", "right")
    await seen(pilot, "+3 s")


def language_of(pilot: Pilot[None]) -> str:
    app = pilot.app
    assert isinstance(app, StationConsole)
    return app.desk.say.notation.value


SCENES: Mapping[str, Scene] = {
    "runs": runs,
    "run": run,
    "run-asking": run_asking,
    "point": point,
    "wire": wire,
    "start": start,
    "bench": bench,
    "results": results,
    "result": result,
    "certificate": paper,
    "trace": trace,
    "equipment": standards,
    "standard": standard,
    "control-chart": control_chart,
    "help": run_help,
    "palette": palette,
    "sign-in": sign_in,
}

DECIDING = (result, paper, trace)
"""Where the reviewer sits."""

OF_EQUIPMENT = (standards, standard, control_chart)
"""Where the store is the one with much equipment."""


@asynccontextmanager
async def sitting(scene: Scene, shown: Laboratory, language: str) -> AsyncIterator[Pilot[None]]:
    """Somebody sits before one scene, at a terminal of `SIZE`."""
    memory = Memory(settings=Settings(bench=BENCH, language=language))  # type: ignore[arg-type]
    by = people.REVIEWER if scene in DECIDING else people.TECHNICIAN
    store, wall = shown.store, StillWall(NOW)
    if scene in OF_EQUIPMENT:
        store, wall = shown.equipment, equipment.WALL
    told = (store, "station.db", wall, speech(language), by)
    sits = Desk(*told, signed_in=True, memory=memory)
    begin_session(sits, by, people.PASSWORD)
    async with StationConsole(sits).run_test(size=SIZE) as pilot:
        await pilot.pause()
        await scene(pilot, shown)
        yield pilot
