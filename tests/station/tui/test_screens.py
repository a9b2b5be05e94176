"""The screens as an operator sees them, in two languages and two sizes."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.errors import LinkLost, ReplyTimeout
from station.records import claims
from station.records.store import Store
from station.run import entries as e
from station.run.journal import Journal
from station.run.live import Approaching, LiveView
from station.run.plan import Phase
from station.run.said import said
from station.tui.app import StationConsole
from station.tui.run.point import PointScreen
from station.tui.run.points import PointsTable
from station.tui.themes import PLAIN
from tests.station.certificate.gauges import PRESSURES, Gauges, observation
from tests.station.tui.journals import (
    CONNECT,
    DOUBTED,
    ENGINE,
    LONG_REVIEW,
    READ,
    REVIEW,
    SUSPICION,
    TEMPERATURE,
    SteppingClock,
    StillWall,
    beat,
    begin,
    measured,
    planned,
)
from tests.station.tui.screens import compare, desk, open_run, poll, speech, text_of

RUN = "20260302-0a1b2c"
SMALL, LARGE = (80, 24), (120, 40)


def measuring(store: Store) -> None:
    journal = begin(store, RUN, points=20)
    for number in range(12):
        journal.append(measured(number))
    voided = planned(20)[3].id
    journal.append(
        e.Voided(point=voided, phase=Phase.AS_FOUND, reason="lead was loose", by="Operator B")
    )
    readings = tuple(reading.value for reading in measured(3, share=0.4).readings[:3])
    beat(store, RUN, LiveView(point=voided, readings=readings).model_dump_json())


def wiring(store: Store) -> None:
    begin(store, RUN, simulated=False).append(CONNECT)


def high_voltage(store: Store) -> None:
    begin(store, RUN).append(CONNECT.model_copy(update={"highest_volts": 1000.0}))


def kilovolt(store: Store) -> None:
    journal = begin(store, RUN)
    journal.append(e.EnvironmentRead(celsius=22.6, humidity=44.0, source="Operator A"))
    journal.append(e.MadeSafe(instruments=("calibrator",), failures=()))
    for number in range(4):
        journal.append(measured(number))
    readings = tuple(reading.value for reading in measured(4).readings)
    beat(store, RUN, LiveView(point=planned()[4].id, readings=readings).model_dump_json())


def settling(store: Store) -> None:
    journal = begin(store, RUN)
    journal.append(e.MadeSafe(instruments=("calibrator",), failures=()))
    for number in range(5):
        journal.append(measured(number))
    values = tuple(1.0 + 0.4 * 0.8**n - 0.004 * (n % 3) for n in range(24))
    view = LiveView(
        point=planned()[5].id,
        waiting="The reference thermometer comes to rest.",
        seconds_left=13200.0,
        at_most=True,
        approach=Approaching(values=values, within=0.01, unit="K"),
    )
    beat(store, RUN, view.model_dump_json())


def killed(store: Store) -> None:
    journal = begin(store, RUN, simulated=False)
    journal.append(e.EnvironmentRead(celsius=23.4, humidity=71.0, source="Operator A"))
    journal.append(e.MadeSafe(instruments=("calibrator",), failures=()))
    journal.append(measured(0))
    claims.beat(store, RUN, ENGINE, StillWall().at.timestamp() - 5.1, None)


def asking(store: Store) -> None:
    begin(store, RUN).append(TEMPERATURE)


def paused(store: Store) -> None:
    journal = begin(store, RUN)
    journal.append(measured(0))
    journal.append(e.PausedByPerson(by="Operator B"))


def faulted(store: Store) -> None:
    journal = begin(store, RUN)
    fault = ReplyTimeout("dut", "READ?", "VI_ERROR_TMO", "Check power, cable and address")
    live = LinkLost("calibrator", "STBY", "closed")
    journal.append(e.Faulted(error="ReplyTimeout", message=str(fault), wire=(), said=said(fault)))
    journal.append(
        e.MadeSafe(instruments=("calibrator",), failures=(str(live),), said=(said(live),))
    )
    claims.end_live(store, RUN, ENGINE)


def silent(store: Store) -> None:
    journal = begin(store, RUN)
    journal.append(measured(0))
    claims.beat(store, RUN, ENGINE, StillWall().at.timestamp() - 5.1, None)


def adjusted(store: Store) -> None:
    journal = begin(store, RUN)
    for number in range(10):
        journal.append(measured(number))
    overloaded = planned()[2].id
    for entry in (
        e.Decided(phase=Phase.AS_FOUND, verdict="fail"),
        e.AdjustBegun(by="Operator A"),
        e.AdjustDone(by="Operator A"),
        measured(0, phase=Phase.AS_LEFT, share=0.05),
        e.Overloaded(point=overloaded, phase=Phase.AS_LEFT, reply="9.9E+37", wire=(), seconds=3.0),
    ):
        journal.append(entry)


def finished(store: Store) -> None:
    journal = begin(store, RUN)
    for number in range(10):
        journal.append(measured(number, share=0.3))
    journal.append(e.Decided(phase=Phase.AS_FOUND, verdict="pass"))
    journal.append(e.Finished(verdict="pass"))
    claims.end_live(store, RUN, ENGINE)


def gauges(store: Store, *, legal: bool = False) -> Journal:
    """Begin a run of three pressure gauges on one manifold."""
    begun = Gauges(legal=legal).begun().model_copy(update={"run": RUN})
    journal = Journal.begin(store, begun, SteppingClock())
    beat(store, RUN)
    return journal


def observing(store: Store) -> None:
    journal = gauges(store)
    for pressure in PRESSURES[:3]:
        journal.append(Gauges().observed(pressure))
    view = LiveView(
        point=observation(PRESSURES[3]).id,
        waiting="Wait for the pressure to settle.",
        seconds_left=42.0,
        shown={"controller": 600012.0, "dut": 602500.0, "dut-2": 618700.0, "dut-3": 596100.0},
    )
    beat(store, RUN, view.model_dump_json())


def several(store: Store) -> None:
    journal = gauges(store, legal=True)
    for entry in Gauges(legal=True, refused="dut-2").entries()[1:8]:
        journal.append(entry)
    journal.append(e.Decided(phase=Phase.AS_FOUND, verdict="fail", dut="dut-2"))
    for pressure in PRESSURES:
        journal.append(Gauges().observed(pressure))
    journal.append(e.Removed(dut="dut-3", reason="it leaks", by="Operator B"))
    for entry in Gauges().results("dut"):
        journal.append(entry)


def reading(store: Store) -> None:
    journal = gauges(store)
    journal.append(Gauges().observed(PRESSURES[0]))
    journal.append(Gauges().observed(PRESSURES[1]))
    journal.append(READ)
    view = LiveView(point=observation(PRESSURES[2]).id, shown={"controller": 400012.0})
    beat(store, RUN, view.model_dump_json())


def second_look(store: Store) -> None:
    gauges(store).append(DOUBTED)


def review(store: Store) -> None:
    gauges(store).append(REVIEW)


def long_review(store: Store) -> None:
    gauges(store).append(LONG_REVIEW)


def suspicion(store: Store) -> None:
    gauges(store).append(SUSPICION)


SITUATIONS = (
    measuring,
    wiring,
    high_voltage,
    kilovolt,
    asking,
    paused,
    faulted,
    silent,
    killed,
    settling,
    adjusted,
    finished,
    observing,
    several,
    reading,
    second_look,
    review,
    long_review,
    suspicion,
)


SHOWN = [
    pytest.param(each, size, language, id=f"{each.__name__}-{size[0]}-{language}")
    for each in SITUATIONS
    for size, language in ((SMALL, "en"), (LARGE, "vi"))
]


@pytest.mark.parametrize(("happened", "size", "language"), SHOWN)
def test_run_screen(
    store: Store, happened: Callable[[Store], None], size: tuple[int, int], language: str
) -> None:
    happened(store)

    async def look() -> str:
        app = StationConsole(desk(store, speech(language)))
        async with app.run_test(size=size) as pilot:
            await open_run(pilot, RUN)
            return text_of(pilot)

    compare(f"run-{happened.__name__}-{size[0]}-{language}", asyncio.run(look()))


@pytest.mark.parametrize("happened", [kilovolt, killed, settling, high_voltage])
def test_a_plain_run_has_no_colour(store: Store, happened: Callable[[Store], None]) -> None:
    happened(store)

    async def look() -> None:
        app = StationConsole(desk(store))
        async with app.run_test(size=LARGE) as pilot:
            app.theme = PLAIN
            await open_run(pilot, RUN)
            for segment in (
                one for strip in app.screen._compositor.render_strips() for one in strip
            ):
                for colour in (segment.style.color, segment.style.bgcolor) if segment.style else ():
                    assert colour is None or colour.is_default

    asyncio.run(look())


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_runs_screen(store: Store, size: tuple[int, int], language: str) -> None:
    for number, happened in enumerate((finished, asking, silent, measuring)):
        run = f"{RUN[:-1]}{number}"
        journal = begin(store, run, simulated=number % 2 == 0)
        if happened is finished:
            journal.append(e.Decided(phase=Phase.AS_FOUND, verdict="fail"))
            journal.append(e.Finished(verdict="fail"))
        elif happened is silent:
            journal.append(measured(0))
            claims.end_live(store, run, ENGINE)
        elif happened is asking:
            journal.append(TEMPERATURE)
        else:
            for point in range(4):
                journal.append(measured(point))

    async def look() -> str:
        app = StationConsole(desk(store, speech(language)))
        async with app.run_test(size=size) as pilot:
            await poll(pilot)
            return text_of(pilot)

    compare(f"runs-{size[0]}-{language}", asyncio.run(look()))


@pytest.mark.parametrize("language", ["en", "vi"])
def test_what_a_point_rests_on(store: Store, language: str) -> None:
    measuring(store)

    async def look() -> str:
        app = StationConsole(desk(store, speech(language)))
        async with app.run_test(size=(100, 60)) as pilot:
            screen = await open_run(pilot, RUN)
            screen.query_one(PointsTable).move_cursor(3)
            await pilot.press("enter")
            await pilot.pause()
            assert isinstance(app.screen, PointScreen)
            return text_of(pilot)

    compare(f"point-{language}", asyncio.run(look()))


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_help_of_the_runs(store: Store, language: str) -> None:
    async def look() -> str:
        app = StationConsole(desk(store, speech(language)))
        async with app.run_test(size=SMALL) as pilot:
            await poll(pilot)
            await pilot.press("question_mark")
            await pilot.pause()
            return text_of(pilot)

    compare(f"help-runs-{language}", asyncio.run(look()))


def test_every_text_of_the_screens_is_translated() -> None:
    from babel.messages.extract import extract_from_dir

    import station.tui

    say = speech("vi")
    folder = Path(station.tui.__file__).parent
    keywords = {"N_": None, "say": None, "_say": None}
    found = list(extract_from_dir(folder, keywords=keywords))
    assert len(found) > 60
    untranslated = {text for _, _, text, _, _ in found if say(text) == text} - {"E ± U", "U"}
    assert not untranslated
