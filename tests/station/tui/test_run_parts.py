"""The budget beside the readings, the wire dialogue, and notes, as the run screen shows them."""

import asyncio
import hashlib
from pathlib import Path

import pytest
from textual.widgets import Input

from station.metrology.rounding import Notation
from station.records.store import Store
from station.run import entries as e
from station.run.inbox import COMMAND, Note
from station.run.journal import Row
from station.run.live import LiveView, PutOff
from station.run.plan import Phase
from station.run.state import RunState, fold, fold_all
from station.tui.app import StationConsole
from station.tui.run.budget import budget
from station.tui.run.exchanges import Line, WireWatch
from station.tui.run.look import course_of, looked
from station.tui.run.points import changed
from station.tui.run.strip import Terminals, strip, terminals
from station.tui.run.wire import WireScreen, found
from station.tui.runs.watch import RunSeen
from tests.station.tui.journals import BEGAN, beat, begin, begun, measured, planned
from tests.station.tui.screens import ENGLISH, desk, open_run, poll, speech, text_of

RUN = "20260302-aa0001"
POINT = planned(1)[0]
SAFE = e.MadeSafe(instruments=("calibrator",), failures=())
UNSAFE = e.MadeSafe(instruments=("calibrator",), failures=("calibrator: no reply",))
FOUND_PHASE = Phase.AS_FOUND


def folded(*entries: e.Entry, **changes: object) -> RunState:
    first = begun("r").model_copy(update=changes)
    rows = (Row(n, BEGAN, each, "", "") for n, each in enumerate((first, *entries)))
    return fold_all(rows)


REAL = {"in_process": False}
OUTPUTS = [
    pytest.param((), True, None, id="nothing was done yet"),
    pytest.param((SAFE,), True, Terminals.STANDBY, id="before the first point"),
    pytest.param((SAFE, measured(0)), True, Terminals.LIVE, id="between two points"),
    pytest.param((SAFE, measured(0)), False, Terminals.UNKNOWN, id="killed"),
    pytest.param((SAFE, measured(0), SAFE), False, Terminals.STANDBY, id="killed in standby"),
    pytest.param(
        (SAFE, measured(0), SAFE, e.PausedByPerson(by="B")), True, Terminals.STANDBY, id="paused"
    ),
    pytest.param(
        (SAFE, e.PausedByPerson(by="B"), e.WentOn(by="B")), True, Terminals.LIVE, id="went on"
    ),
    pytest.param((measured(0), UNSAFE), False, Terminals.MAY_BE_LIVE, id="could not be put off"),
    pytest.param(
        (SAFE, measured(0), e.Resumed(operator="B", software="1", reason="r")),
        True,
        None,
        id="taken up again",
    ),
]


@pytest.mark.parametrize(("entries", "alive", "known"), OUTPUTS)
def test_what_is_known_of_the_outputs(
    entries: tuple[e.Entry, ...], *, alive: bool, known: Terminals | None
) -> None:
    assert terminals(RunSeen(folded(*entries, **REAL), alive, LiveView())) is known


def test_a_simulated_bench_ends_with_its_engine() -> None:
    state = folded(SAFE, measured(0), in_process=True)
    assert terminals(RunSeen(state, False, LiveView())) is Terminals.ENDED


def test_an_engine_that_is_quiet_tells_nothing_any_more() -> None:
    state = folded(SAFE, measured(0), **REAL)
    assert terminals(RunSeen(state, True, LiveView(), quiet=True)) is Terminals.UNKNOWN


@pytest.mark.parametrize(
    ("failures", "known", "said"),
    [
        ((), Terminals.PUT_OFF, "outputs: the guardian put them to standby"),
        (("calibrator: no reply",), Terminals.MAY_BE_LIVE, "OUTPUTS MAY BE LIVE"),
    ],
)
@pytest.mark.parametrize("alive", [True, False])
def test_what_a_guardian_did_is_told_at_once(
    *, failures: tuple[str, ...], known: Terminals, said: str, alive: bool
) -> None:
    state = folded(SAFE, measured(0), **REAL)
    word = PutOff(instruments=("calibrator",), failures=failures)
    seen = RunSeen(state, alive, LiveView(guardian=word))
    assert terminals(seen) is known
    assert state.begun is not None
    assert said in strip(looked(seen, course_of(state.begun)), speech("en")).plain


def line(*entries: e.Entry, language: str = "en") -> str:
    state = folded(*entries, **REAL)
    assert state.begun is not None
    look = looked(RunSeen(state, True, LiveView()), course_of(state.begun))
    return strip(look, speech(language)).plain


READ = e.EnvironmentRead(celsius=23.4, humidity=71.0, pascals=101300.0, source="Operator A")


def test_ambient_conditions_are_told_with_their_limits_and_whoever_read_them() -> None:
    assert line(READ) == ("23.4 °C (18…28)    ✗ 71 %RH (20…70)    1013 hPa   15:00 by Operator A")
    assert "23,4 °C" in line(READ, language="vi")
    assert line() == ""


def test_live_outputs_are_told_in_unmistakable_words() -> None:
    four = tuple(measured(n) for n in range(4))
    assert line(SAFE, *four[:1]) == " ● OUTPUTS LIVE "
    assert line(SAFE, *four) == " ⚠ OUTPUTS LIVE · HIGH VOLTAGE "
    assert line(*four, SAFE, e.PausedByPerson(by="B")) == "outputs in standby"


def test_only_what_changed_is_written_again() -> None:
    before = folded(measured(0), measured(1))
    assert changed(before, before) == set()
    after = folded(measured(0), measured(1), measured(2))
    assert {planned()[2].id} <= changed(before, after)
    void = e.Voided(point=POINT.id, phase=FOUND_PHASE, reason="r", by="B")
    gone = fold(before, Row(3, BEGAN, void, "", ""))
    assert changed(before, gone) == {POINT.id}


def test_a_budget_is_bars_the_greatest_first() -> None:
    text = budget(measured(0), POINT, 60, ENGLISH).plain
    head, *lines = text.splitlines()
    assert head.startswith("Error ")
    shares = [float(line.partition("%")[0].split()[-1]) for line in lines]
    assert shares == sorted(shares, reverse=True)
    longest = [line.count("█") for line in lines]
    assert longest == sorted(longest, reverse=True)
    assert longest[0] > 0
    assert max(map(len, lines)) <= 60


def test_numbers_of_a_budget_have_a_decimal_comma_in_vietnamese() -> None:
    assert speech("vi").notation is Notation.VI
    first = budget(measured(0), POINT, 60, speech("vi")).plain.splitlines()[0]
    assert "," in first
    assert "." not in first


def exchange(sent: str, received: str | None, fault: str = "") -> e.WireExchange:
    return e.WireExchange(instrument="dut", sent=sent, received=received, at=1.5, fault=fault)


FOUND = [
    pytest.param("conf", True, id="sent"),
    pytest.param("1.0e", True, id="received, in small letters"),
    pytest.param("dut", True, id="instrument"),
    pytest.param("100 mv", True, id="point"),
    pytest.param("noise", False, id="nothing"),
]


@pytest.mark.parametrize(("wanted", "has"), FOUND)
def test_a_line_is_found_by_any_of_its_texts(wanted: str, has: bool) -> None:
    line = Line(exchange("CONF:VOLT", "+1.0E0"), POINT)
    assert found(line, wanted, speech("en")) is has


def wired(store: Store) -> None:
    journal = begin(store, RUN)
    wire = (exchange("CONF:VOLT:DC 10", None), exchange("READ?\n", "+1.0E+0"))
    journal.append(measured(0).model_copy(update={"wire": wire}))
    journal.append(
        e.Faulted(error="Timeout", message="m", wire=(exchange("READ?", None, "no reply"),))
    )


def test_the_wires_are_followed_and_read_once(store: Store) -> None:
    wired(store)
    watch = WireWatch(store, RUN)
    assert [line.point for line in watch.look()] == [POINT, POINT, None]
    assert len(watch.look()) == 3


def test_what_goes_over_the_wires_now_is_there_once(store: Store) -> None:
    journal = begin(store, RUN)
    second = planned(2)[1]
    wire = tuple(exchange(f"VOLT {n}", None) for n in range(4))
    watch = WireWatch(store, RUN)
    seen = []
    journal.append(measured(0).model_copy(update={"wire": wire[:2]}))
    # Still of the point before, then of the present one, in two overlapping looks.
    for view in (
        LiveView(point=POINT.id, wire=wire[:2]),
        LiveView(point=second.id, wire=wire[2:3]),
        LiveView(point=second.id, wire=wire[2:]),
    ):
        beat(store, RUN, view.model_dump_json())
        seen.append([(line.exchange.sent, line.point) for line in watch.look()])
    journal.append(measured(1).model_copy(update={"wire": wire[2:]}))
    seen.append([(line.exchange.sent, line.point) for line in watch.look()])
    texts = [(f"VOLT {n}", POINT if n < 2 else second) for n in range(4)]
    assert seen == [texts[:2], texts[:3], texts, texts]


def trace(store: Store, *pressed: str) -> str:
    shown = ""

    async def whole() -> None:
        nonlocal shown
        app = StationConsole(desk(store))
        async with app.run_test(size=(120, 20)) as pilot:
            await open_run(pilot, RUN)
            await pilot.press("w")
            await pilot.pause()
            screen = app.screen
            assert isinstance(screen, WireScreen)
            screen.poll()
            await pilot.pause()
            await pilot.press(*pressed)
            await pilot.pause()
            shown = text_of(pilot)

    asyncio.run(whole())
    return shown


def test_the_trace_writes_out_what_a_terminal_would_obey(store: Store) -> None:
    wired(store)
    shown = trace(store)
    assert "READ?\\n" in shown
    assert "✗ no reply" in shown
    assert "3 of 3 exchanges" in shown
    assert "■ DC voltage 100 mV (range 100 mV)" in shown
    assert "dc-voltage/" not in shown


def test_the_trace_shows_only_what_is_looked_for(store: Store) -> None:
    wired(store)
    shown = trace(store, "slash", *"conf")
    assert "CONF:VOLT" in shown
    assert "READ?" not in shown
    assert "CONF:VOLT" in trace(store, "slash", *"noise", "escape")


@pytest.mark.parametrize("key", ["escape", "q"])
def test_a_key_leaves_the_trace(store: Store, key: str) -> None:
    wired(store)
    assert "Nominal" in trace(store, key)


def test_what_is_looked_for_may_have_any_letter(store: Store) -> None:
    wired(store)
    assert "0 of 3 exchanges" in trace(store, "slash", *"q?")


def test_a_note_names_what_was_in_its_photo(store: Store, tmp_path: Path) -> None:
    begin(store, RUN)
    photo = tmp_path / "j.jpg"
    photo.write_bytes(b"\xff\xd8 a jack")

    async def whole() -> None:
        app = StationConsole(desk(store))
        async with app.run_test(size=(100, 30)) as pilot:
            await open_run(pilot, RUN)
            await pilot.press("n", *"bent", "tab")
            app.screen.query_one("#path", Input).value = str(photo)
            await pilot.press("enter")
            await pilot.pause()
            await poll(pilot)

    asyncio.run(whole())
    (note,) = (COMMAND.validate_json(body) for _, body in store.inbox(RUN, 0))
    assert isinstance(note, Note)
    assert note.text == "bent"
    assert note.sha256 == hashlib.sha256(b"\xff\xd8 a jack").hexdigest()


def test_notes_and_what_was_left_out_are_on_the_point_s_page(store: Store) -> None:
    journal = begin(store, RUN)
    found = Phase.AS_FOUND
    journal.append(e.Skipped(point=POINT.id, phase=found, reason="no adapter", by="B"))
    journal.append(e.Noted(point=POINT.id, phase=found, text="bent jack", by="C"))

    async def whole() -> str:
        app = StationConsole(desk(store))
        async with app.run_test(size=(100, 30)) as pilot:
            await open_run(pilot, RUN)
            await pilot.press("home")
            table = text_of(pilot)
            await pilot.press("enter")
            await pilot.pause()
            return table + text_of(pilot)

    shown = asyncio.run(whole())
    assert f"✎{POINT.title}" in shown
    assert "skipped" in shown
    assert "LEFT OUT, by B: no adapter" in shown
    assert "C: bent jack" in shown


def test_how_an_item_was_found_is_shown_by_a_key(store: Store) -> None:
    journal = begin(store, RUN)
    journal.append(measured(0))
    journal.append(e.Decided(phase=Phase.AS_FOUND, verdict="fail"))
    journal.append(e.AdjustBegun(by="A"))
    journal.append(e.AdjustDone(by="A"))
    journal.append(measured(0, phase=Phase.AS_LEFT, share=0.05))
    shown: list[str] = []

    async def whole() -> None:
        app = StationConsole(desk(store))
        async with app.run_test(size=(80, 24)) as pilot:
            await open_run(pilot, RUN)
            for key in ("up", "f", "f"):
                await pilot.press(key)
                await pilot.pause()
                shown.append(text_of(pilot))

    asyncio.run(whole())
    left, found, again = shown
    assert "+0.4 µV" in left
    assert "as found: F FAIL" in left
    assert "[f] found/left" in left
    assert "+1.5 µV" in found
    assert "[v]" not in found
    assert "+0.4 µV" in again


def test_an_item_that_was_not_adjusted_is_as_it_was_found(store: Store) -> None:
    begin(store, RUN)

    async def whole() -> str:
        app = StationConsole(desk(store))
        async with app.run_test(size=(80, 24)) as pilot:
            await open_run(pilot, RUN)
            await pilot.press("f")
            await pilot.pause()
            return text_of(pilot)

    assert "was not adjusted" in asyncio.run(whole())


def test_the_chart_of_a_run_that_rests_is_of_the_selected_point(store: Store) -> None:
    journal = begin(store, RUN)
    for number in range(3):
        journal.append(measured(number))
    shown: list[str] = []

    async def whole() -> None:
        app = StationConsole(desk(store))
        async with app.run_test(size=(120, 40)) as pilot:
            await open_run(pilot, RUN)
            await pilot.press("home")
            await pilot.pause()
            shown.append(text_of(pilot))
            journal.append(e.PausedByPerson(by="B"))
            await poll(pilot)
            shown.append(text_of(pilot))

    asyncio.run(whole())
    under_way, paused = (text.partition("s = ")[0].rpartition("mean ")[2] for text in shown)
    assert under_way.startswith("+21.7 µV")
    assert paused.startswith("+1.47 µV")
