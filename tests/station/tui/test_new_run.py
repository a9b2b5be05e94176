"""A new run: what is offered, what hinders it, what a scanner does, and the engine that starts."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from station.bench_file import read_bench_file
from station.errors import StoreFailed
from station.records import claims
from station.records.store import Store
from station.tui.app import StationConsole
from station.tui.parts.chooser import Chooser
from station.tui.parts.fields import Entry, Go
from station.tui.parts.keys import offered
from station.tui.run.screen import RunScreen
from station.tui.runs.screen import RunsScreen
from station.tui.settings import Memory, Settings
from station.tui.start.checks import Checks
from station.tui.start.fitting import best, fits
from station.tui.start.launch import Launch, Order, Started
from station.tui.start.ready import Ready, items_there, readiness, scanned
from station.tui.start.screen import StartScreen
from tests.station.register.people import PASSWORD, REVIEWER, TECHNICIAN, enter
from tests.station.tui.journals import StillWall, begin
from tests.station.tui.screens import ENGLISH, compare, desk, speech, text_of
from tests.station.tui.waiting import until

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "station/demo/bench.toml"
CALIPER = ROOT / "procedures/length/benches/caliper/bench.toml"
GAUGES = ROOT / "procedures/pressure/benches/pressure-gauge/bench.toml"
RUN = "20260302-0a1b2c"
TAB = ("tab",)


class Begun:
    """An engine that has begun its run."""

    run = RUN
    failure = None


class Failed:
    """An engine that ended before it had a run."""

    run = None
    failure = "The standard is overdue."


def no_engine(order: Order, url: str) -> Started:
    raise AssertionError(order)


def on_start(
    store: Store,
    act: Callable[[Pilot[None], StartScreen], Awaitable[None]],
    *,
    bench: Path = DEMO,
    launch: Launch = no_engine,
    language: str = "en",
    size: tuple[int, int] = (100, 30),
) -> None:
    async def whole() -> None:
        memory = Memory(settings=Settings(bench=str(bench)))
        app = StationConsole(desk(store, speech(language), memory=memory, launch=launch))
        async with app.run_test(size=size) as pilot:
            await app.switch_mode("start")
            screen = app.screen
            assert isinstance(screen, StartScreen)
            await checked(pilot, screen)
            await act(pilot, screen)

    asyncio.run(whole())


async def checked(pilot: Pilot[None], screen: StartScreen) -> None:
    await until(pilot, lambda: screen._ready is not None)
    await pilot.pause()


async def go(pilot: Pilot[None], screen: StartScreen) -> None:
    """Press Enter on the line that starts."""
    screen.query_one(Go).focus()
    await pilot.press("enter")


@pytest.mark.parametrize(
    ("pressed", "simulated", "real_time"),
    [
        pytest.param((), True, False, id="at once"),
        pytest.param((*TAB * 6, "space"), True, True, id="in real time"),
    ],
)
def test_a_run_is_started_as_it_was_asked_for_and_opened(
    store: Store, pressed: tuple[str, ...], *, simulated: bool, real_time: bool
) -> None:
    asked: list[tuple[Order, str]] = []

    def launch(order: Order, url: str) -> Started:
        asked.append((order, url))
        begin(store, RUN)
        return Begun()  # type: ignore[return-value]  # all that the screen looks at

    async def act(pilot: Pilot[None], screen: StartScreen) -> None:
        await pilot.press(*pressed)
        await checked(pilot, screen)
        await go(pilot, screen)
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))
        await pilot.press("q")
        assert isinstance(pilot.app.screen, RunsScreen)

    on_start(store, act, launch=launch)
    order = Order("dmm", DEMO, simulated, "Operator A", real_time, language="en")
    assert asked == [(order, "s.db")]


@pytest.mark.parametrize("field", range(8))
def test_enter_starts_nothing_but_on_the_line_that_starts(store: Store, field: int) -> None:
    started: list[Order] = []

    def launch(order: Order, url: str) -> Started:
        started.append(order)
        raise StoreFailed("Started.")

    async def act(pilot: Pilot[None], screen: StartScreen) -> None:
        await checked(pilot, screen)
        await pilot.press(*TAB * field, "enter", "escape")
        await pilot.pause()
        assert not started
        await go(pilot, screen)
        await until(pilot, lambda: len(started) == 1)

    on_start(store, act, launch=launch)


def test_what_a_key_does_is_in_the_palette_also_while_something_is_typed(store: Store) -> None:
    async def act(pilot: Pilot[None], screen: StartScreen) -> None:
        there = {binding.action for _, binding in offered(screen)}
        assert there >= {"check", "keys", "help", "leave"}

    on_start(store, act)


def test_the_arrows_go_from_field_to_field_also_out_of_the_line(store: Store) -> None:
    async def act(pilot: Pilot[None], screen: StartScreen) -> None:
        await pilot.press("down", "down", "down", "space")
        assert isinstance(pilot.app.screen, Chooser)
        assert "Procedure" in text_of(pilot)
        await pilot.press("escape", "up", "space")
        assert "Bench file" in text_of(pilot)

    on_start(store, act)


def test_settings_that_cannot_be_kept_keep_nobody_from_working(
    store: Store, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    memory = Memory(tmp_path / "file" / "console.toml", Settings())

    async def whole() -> None:
        app = StationConsole(desk(store, memory=memory))
        async with app.run_test(size=(100, 30)) as pilot:
            await app.switch_mode("start")
            screen = app.screen
            assert isinstance(screen, StartScreen)
            await checked(pilot, screen)
            shown = text_of(pilot)
            assert "cannot be kept" in shown
            assert "ready: 69 points" in shown

    asyncio.run(whole())


@pytest.mark.parametrize("language", ["en", "vi"])
def test_what_is_refused_is_not_started_and_says_what_to_do(
    store: Store, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = DEMO.read_text(encoding="utf-8").splitlines()
    without = [line for line in lines if not line.startswith("certificate")]
    (tmp_path / "bench.toml").write_text("\n".join(without), encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    async def act(pilot: Pilot[None], screen: StartScreen) -> None:
        await pilot.press(*TAB * 5, "space")
        await checked(pilot, screen)
        await go(pilot, screen)
        await pilot.pause()
        compare(f"start-refused-{language}", text_of(pilot))

    on_start(store, act, bench=Path("bench.toml"), size=(80, 24), language=language)


def test_two_enters_start_one_engine(store: Store) -> None:
    started: list[Order] = []

    def launch(order: Order, url: str) -> Started:
        started.append(order)
        begin(store, RUN)
        return Begun()  # type: ignore[return-value]  # all that the screen looks at

    async def act(pilot: Pilot[None], screen: StartScreen) -> None:
        screen.send()
        screen.send()
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))

    on_start(store, act, launch=launch)
    assert len(started) == 1


def test_what_was_checked_is_not_what_was_changed_since(store: Store) -> None:
    async def act(pilot: Pilot[None], screen: StartScreen) -> None:
        screen.take_ticks()
        screen.send()
        assert "It is still being checked." in str(screen.query_one("#notice", Static).content)
        await checked(pilot, screen)

    on_start(store, act)


def test_a_number_that_is_not_confirmed_is_looked_up_before_a_start(store: Store) -> None:
    async def act(pilot: Pilot[None], screen: StartScreen) -> None:
        await pilot.press(*"XX1")
        await go(pilot, screen)
        await until(pilot, lambda: "✗ No bench file here has an item XX1." in text_of(pilot))

    on_start(store, act)


def test_a_number_that_was_found_is_not_looked_up_again(store: Store, tmp_path: Path) -> None:
    other = copied(tmp_path, "MY9")

    async def act(pilot: Pilot[None], screen: StartScreen) -> None:
        await pilot.press(*"DMM-007", "enter")
        await until(pilot, lambda: "✓ DMM-007 is " in text_of(pilot))
        assert screen.query_one("#scan", Entry).value == ""
        assert screen.focused is screen.query_one(Go)
        screen.open(other)
        await until(pilot, lambda: screen._order.bench == other)
        assert "✓ DMM-007 is " not in text_of(pilot)

    on_start(store, act, bench=tmp_path / "bench.toml")


def test_the_next_scan_takes_the_place_of_one_that_nobody_has(store: Store) -> None:
    async def act(pilot: Pilot[None], screen: StartScreen) -> None:
        await pilot.press(*"XX-9", "enter")
        await until(pilot, lambda: "✗ No bench file here has an item XX-9." in text_of(pilot))
        await pilot.press(*"DMM-007", "enter")
        await until(pilot, lambda: "✓ DMM-007 is " in text_of(pilot))
        await pilot.press("up", "up", "space")
        await until(pilot, lambda: "✓ DMM-007 is " not in text_of(pilot))

    on_start(store, act)


def test_the_checklist_is_scrolled_from_any_field(store: Store) -> None:
    async def act(pilot: Pilot[None], screen: StartScreen) -> None:
        checks = screen.query_one(Checks)
        await pilot.press("pagedown")
        assert checks.scroll_offset.y > 0
        await pilot.press("pageup")
        assert checks.scroll_offset.y == 0

    on_start(store, act, size=(80, 24))


@pytest.mark.parametrize("at_once", [True, False], ids=["no engine", "the engine ended"])
def test_what_cannot_be_started_says_why_and_can_be_tried_again(
    store: Store, *, at_once: bool
) -> None:
    asked: list[Order] = []

    def launch(order: Order, url: str) -> Started:
        asked.append(order)
        if at_once:
            raise StoreFailed("The standard is overdue.")
        return Failed()  # type: ignore[return-value]  # all that the screen looks at

    async def act(pilot: Pilot[None], screen: StartScreen) -> None:
        for _ in range(2):
            await go(pilot, screen)
            await until(pilot, lambda: "✗ The standard is overdue." in text_of(pilot))

    on_start(store, act, launch=launch)
    assert len(asked) == 2
    assert asked[0] == asked[1]


@pytest.mark.parametrize(
    ("bench", "used", "offered"),
    [
        pytest.param(DEMO, "thermometer", "dmm", id="dmm"),
        pytest.param(GAUGES, "", "pressure-gauge", id="gauges"),
        pytest.param(CALIPER, "dmm", "caliper", id="caliper"),
    ],
)
def test_the_procedure_that_fits_the_bench_is_offered(bench: Path, used: str, offered: str) -> None:
    found = fits(read_bench_file(bench)[0], ENGLISH)
    assert best(found, used) == offered
    fitting = [fit.name for fit in found if not fit.why_not]
    assert [fit.name for fit in found][: len(fitting)] == fitting
    assert all(fit.why_not for fit in found[len(fitting) :])


def test_where_nothing_fits_it_is_what_was_used_last() -> None:
    assert best((), "thermometer") == "thermometer"


def test_the_others_say_why_they_are_not_for_this_bench(store: Store) -> None:
    async def act(pilot: Pilot[None], screen: StartScreen) -> None:
        await pilot.press(*TAB * 3, "space")
        await pilot.pause()
        assert isinstance(pilot.app.screen, Chooser)
        await pilot.press("down")
        await pilot.pause()
        assert "balance" in text_of(pilot)
        why = next(fit.why_not for fit in screen._fits if fit.name == "balance")
        assert f"✗ {why.split()[0]}" in text_of(pilot)
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, Chooser), "it cannot be taken"
        await pilot.press("escape")
        assert screen._order.procedure == "dmm"

    on_start(store, act)


def test_a_decision_rule_is_chosen(store: Store) -> None:
    async def act(pilot: Pilot[None], screen: StartScreen) -> None:
        await pilot.press(*TAB * 4, "space", *"simple", "enter")
        await checked(pilot, screen)
        assert screen._order.rule == "simple-acceptance"
        assert "Simple acceptance, ILAC-G8" in text_of(pilot)

    on_start(store, act)


def test_a_scanner_confirms_the_item_and_only_the_second_enter_starts(store: Store) -> None:
    started: list[Order] = []

    def launch(order: Order, url: str) -> Started:
        started.append(order)
        begin(store, RUN)
        return Begun()  # type: ignore[return-value]  # all that the screen looks at

    async def act(pilot: Pilot[None], screen: StartScreen) -> None:
        await pilot.press(*"MY53220419", "enter")
        await until(pilot, lambda: "✓ MY53220419 is dut of bench.toml" in text_of(pilot))
        assert not started
        await pilot.press("enter")
        await until(pilot, lambda: bool(started))

    on_start(store, act, launch=launch)


def test_an_item_that_no_bench_file_has_is_told(store: Store) -> None:
    async def act(pilot: Pilot[None], screen: StartScreen) -> None:
        await pilot.press(*"XX1", "enter")
        await until(pilot, lambda: "✗ No bench file here has an item XX1." in text_of(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "✗ No bench file here has an item XX1." in text_of(pilot))

    on_start(store, act)


def copied(folder: Path, serial: str) -> Path:
    """A second bench file beside the demonstration's, for another item."""
    for path in DEMO.parent.glob("*.toml"):
        (folder / path.name).write_bytes(path.read_bytes())
    other = folder / "other.toml"
    text = DEMO.read_text(encoding="utf-8")
    text = text.replace("MY53220419", serial).replace("DMM-007", "DMM-008")
    other.write_text(text, encoding="utf-8")
    return other


def test_a_scanner_goes_to_the_bench_file_that_has_the_item(store: Store, tmp_path: Path) -> None:
    other = copied(tmp_path, "MY99999999")

    async def act(pilot: Pilot[None], screen: StartScreen) -> None:
        await pilot.press(*"MY99999999", "enter")
        await until(pilot, lambda: screen._order.bench == other)
        await checked(pilot, screen)
        assert "MY99999999" in text_of(pilot)

    on_start(store, act, bench=tmp_path / "bench.toml")


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("MY53220419", "bench.toml"),
        (" my53220419 ", "bench.toml"),
        ("DMM-007", "bench.toml"),
        ("dmm-008", "other.toml"),
        ("MY9", "other.toml"),
        ("", None),
        ("nothing", None),
    ],
)
def test_what_a_scanner_reads_is_found(tmp_path: Path, text: str, file: str | None) -> None:
    other = copied(tmp_path, "MY9")
    bench = tmp_path / "bench.toml"
    there = items_there([bench, other, tmp_path / "no.toml"])
    found = scanned(text, there, bench)
    assert (found.bench.name if found else None) == file


def test_the_bench_at_hand_comes_first(tmp_path: Path) -> None:
    other = copied(tmp_path, "MY53220419")
    there = items_there([tmp_path / "bench.toml", other])
    found = scanned("MY53220419", there, other)
    assert found is not None
    assert found.bench == other


def ready(store: Store, **changes: object) -> Ready:
    order = Order("dmm", DEMO, simulated=True, by="Operator A")
    fields = {name: getattr(order, name) for name in order.__slots__}
    return readiness(desk(store), Order(**{**fields, **changes}))


def test_a_run_that_can_begin_says_how_long_it_takes(store: Store) -> None:
    found = ready(store)
    assert not found.refused
    assert found.points == 69
    assert 600 < found.seconds < 3600


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"procedure": "no-such"}, "There is no procedure 'no-such'"),
        ({"bench": Path("no.toml")}, "no.toml"),
        ({"rule": "no-such"}, "There is no decision rule 'no-such'"),
        ({"by": ""}, "Name the operator"),
        ({"procedure": "caliper"}, "resolution_mm"),
    ],
    ids=["procedure", "bench", "rule", "operator", "another field"],
)
def test_what_hinders_a_run_is_a_line_with_a_way_out(
    store: Store, changes: dict[str, object], why: str
) -> None:
    found = ready(store, **changes)
    assert any(why in line.way_out for line in found.refused), found


@pytest.mark.parametrize(
    ("by", "password", "why"),
    [
        (TECHNICIAN, "", "binh is not signed in"),
        (TECHNICIAN, PASSWORD, ""),
        (REVIEWER, PASSWORD, "has not the role technician"),
    ],
    ids=["no session", "a password for the engine", "no technician"],
)
def test_where_people_are_checked_the_engine_must_be_able_to_prove_who_it_is(
    store: Store,
    by: str,
    password: str,
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("STATION_PASSWORD", password)
    tmp_path.chmod(0o700)
    enter(store)
    found = readiness(desk(store, by=by), Order("dmm", DEMO, simulated=True, by=by))
    assert [why in line.way_out for line in found.refused] == ([True] if why else [])


def test_a_bench_that_another_run_uses_is_refused(store: Store) -> None:
    now = StillWall().at.timestamp()
    claims.take(store, RUN, "engine", ["GPIB0::4::INSTR"], now, 5.0)
    found = ready(store, simulated=False)
    assert any(f"Run {RUN} uses GPIB0::4::INSTR" in line.way_out for line in found.refused)
    assert not ready(store).refused, "a simulated bench is nobody else's"
