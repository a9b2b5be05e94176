"""The bench's screen: who answers, until when it may be used, and who holds it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from drivers.errors import ReplyTimeout, WrongInstrument
from drivers.fluke.f5522a import Fluke5522A
from drivers.keysight.truevolt import Truevolt
from station.bench_file import read_bench_file
from station.errors import BadInput, Refused, StoreFailed
from station.look import Looked
from station.records import claims
from station.records.store import Store
from station.tui.app import StationConsole
from station.tui.bench import door
from station.tui.bench.dialogue import DialogueScreen, SendDialog
from station.tui.bench.door import BenchAt
from station.tui.bench.screen import BenchScreen
from station.tui.bench.seen import Calibrated, Found, asked
from station.tui.bench.talk import Talk, Terminals, is_harmless
from station.tui.settings import Memory, Settings
from tests.station.tui.journals import StillWall
from tests.station.tui.screens import compare, desk, speech, text_of
from tests.station.tui.waiting import until

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "station/demo/bench.toml"
CLIMATE = ROOT / "procedures/climate/benches/thermo-hygrometer/bench.toml"
SIZES = {"80": (80, 24), "120": (120, 40), "200": (200, 60)}


def on_bench(
    store: Store,
    act: Callable[[Pilot[None], BenchScreen], Awaitable[None]],
    path: Path = DEMO,
    *,
    language: str = "en",
    size: tuple[int, int] = (100, 30),
) -> None:
    async def whole() -> None:
        memory = Memory(settings=Settings(bench=str(path)))
        app = StationConsole(desk(store, speech(language), memory=memory))
        async with app.run_test(size=size) as pilot:
            await app.switch_mode("bench")
            screen = app.screen
            assert isinstance(screen, BenchScreen)
            await until(pilot, lambda: bool(screen._seen.instruments))
            await act(pilot, screen)

    asyncio.run(whole())


async def identified(pilot: Pilot[None], screen: BenchScreen) -> None:
    await pilot.press("i")
    await until(pilot, lambda: any(one.found is Found.FOUND for one in screen._seen.instruments))


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("size", SIZES)
def test_the_bench(
    store: Store, size: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in CLIMATE.parent.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.chdir(tmp_path)

    async def act(pilot: Pilot[None], screen: BenchScreen) -> None:
        await identified(pilot, screen)
        await pilot.press("down")
        await pilot.pause()
        compare(f"bench-{size}-{language}", text_of(pilot))

    on_bench(store, act, Path("bench.toml"), language=language, size=SIZES[size])


def at(path: Path = DEMO, *, simulated: bool = True) -> BenchAt:
    return BenchAt(path, read_bench_file(path)[0], simulated)


@pytest.mark.parametrize(
    ("day", "how"),
    [
        ("2026-11-02", Calibrated.IN),
        ("2027-09-01", Calibrated.SOON),
        ("2027-09-14", Calibrated.OUT),
        ("2020-01-01", Calibrated.EARLY),
    ],
)
def test_until_when_a_standard_may_be_used(store: Store, day: str, how: Calibrated) -> None:
    here = at()
    start = here.file.simulation.start
    assert start is not None
    year, month, number = (int(part) for part in day.split("-"))
    world = here.file.simulation.model_copy(
        update={"start": start.replace(year=year, month=month, day=number)}
    )
    moved = replace(here, file=here.file.model_copy(update={"simulation": world}))
    seen = door.describe(desk(store), moved)
    assert [one.calibration.how for one in seen.instruments] == [how, Calibrated.ITEM]


@pytest.mark.parametrize(
    ("simulated", "control", "real"),
    [(True, None, False), (False, None, True), (False, "127.0.0.1:1", False)],
    ids=["in the engine's own process", "real", "served by another process"],
)
def test_instruments_are_called_real_only_where_none_is_simulated(
    store: Store, control: str | None, *, simulated: bool, real: bool
) -> None:
    here = at(simulated=simulated)
    world = here.file.simulation.model_copy(update={"control": control})
    here = replace(here, file=here.file.model_copy(update={"simulation": world}))
    assert here.real is real
    assert door.describe(desk(store), here).simulated is not real


@pytest.mark.parametrize(
    ("looked", "found"),
    [
        (Looked(failure=ReplyTimeout("dut", "*IDN?", "no reply")), Found.ABSENT),
        (Looked(failure=WrongInstrument("dut", "*IDN?", "another")), Found.WRONG),
    ],
    ids=["silent", "another"],
)
def test_what_does_not_answer_rightly(store: Store, looked: Looked, found: Found) -> None:
    one = door.describe(desk(store), at()).instruments[1]
    seen = asked(one, looked)
    assert seen.found is found
    assert seen.trouble is looked.failure


def claim(store: Store, address: str) -> None:
    now = StillWall().at.timestamp()
    assert claims.take(store, "20260302-aaaaaa", "engine", [address], now, 5.0) is None


def test_a_bench_that_a_run_uses_is_not_asked(store: Store) -> None:
    real = at(simulated=False)
    claim(store, "GPIB0::4::INSTR")
    seen = door.describe(desk(store), real)
    assert "Run 20260302-aaaaaa uses GPIB0::4::INSTR" in seen.used
    with pytest.raises(Refused, match="Run 20260302-aaaaaa uses GPIB0::4::INSTR"):
        door.look_all(desk(store), real, seen)


def test_a_run_that_uses_the_bench_is_named_and_forgotten(store: Store) -> None:
    async def act(pilot: Pilot[None], screen: BenchScreen) -> None:
        assert " SIMULATED " in text_of(pilot)
        await pilot.press("s")
        await until(pilot, lambda: not screen._seen.simulated)
        await pilot.pause()
        assert " REAL INSTRUMENTS " in text_of(pilot)
        claim(store, "GPIB0::4::INSTR")
        screen.poll()
        await pilot.pause()
        assert " IN USE  Run 20260302-aaaaaa uses" in text_of(pilot)
        await pilot.press("i")
        await until(pilot, lambda: "✗ Run 20260302-aaaaaa uses GPIB0" in text_of(pilot))
        claims.end_live(store, "20260302-aaaaaa", "engine")
        screen.poll()
        await pilot.pause()
        assert "IN USE" not in text_of(pilot)

    on_bench(store, act)


def test_a_lost_store_is_told_until_it_answers(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> None:
        raise StoreFailed("The store does not answer.")

    async def act(pilot: Pilot[None], screen: BenchScreen) -> None:
        await pilot.press("s")
        await until(pilot, lambda: not screen._seen.simulated)
        with monkeypatch.context() as patch:
            patch.setattr(claims, "user", lost)
            screen.poll()
            await until(pilot, lambda: "✗ The store does not answer." in text_of(pilot))
            assert "✗ STORE LOST" in text_of(pilot).splitlines()[0]
            assert "GPIB0::4::INSTR" in text_of(pilot)
        screen.poll()
        await until(pilot, lambda: "The store does not answer." not in text_of(pilot))
        assert "LOST" not in text_of(pilot)

    on_bench(store, act)


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("*IDN?", True),
        ("SYST:ERR?", True),
        ("READ?;:SYST:ERR?", True),
        ("CALC:AVER? 3", True),
        ("OUTP ON", False),
        ("OUTP ON;*OPC?", False),
        ("*TST?", False),
        (":CAL:ALL?", False),
        ("oper", False),
        ("", False),
        (";", False),
    ],
)
def test_what_only_asks(text: str, harmless: bool) -> None:
    assert is_harmless(text) is harmless


def test_a_question_is_sent_at_once_and_anything_else_after_one(store: Store) -> None:
    async def act(pilot: Pilot[None], screen: BenchScreen) -> None:
        await pilot.press("down", "enter")
        page = pilot.app.screen
        assert isinstance(page, DialogueScreen)
        await until(pilot, lambda: page._talk is not None)
        await pilot.press(*"*IDN?", "enter")
        await until(pilot, lambda: "← Keysight Technologies,34461A" in text_of(pilot))
        await until(pilot, lambda: not page._waiting)
        await pilot.press(*"NONSENSE", "enter")
        assert isinstance(pilot.app.screen, SendDialog)
        await pilot.press("escape")
        assert "NONSENSE" not in text_of(pilot)
        await pilot.press(*"NONSENSE", "enter", "S")
        await until(pilot, lambda: "→ NONSENSE" in text_of(pilot))
        await until(pilot, lambda: not page._waiting)
        await pilot.press(*"SYST:ERR?", "enter")
        await until(pilot, lambda: "← -113" in text_of(pilot))
        await until(pilot, lambda: not page._waiting)
        await pilot.press("escape")
        assert screen.is_current

    on_bench(store, act)


async def talking(pilot: Pilot[None], *keys: str) -> DialogueScreen:
    """Open the dialogue of the instrument that `keys` select."""
    await pilot.press(*keys, "enter")
    page = pilot.app.screen
    assert isinstance(page, DialogueScreen)
    await until(pilot, lambda: page._talk is not None)
    return page


async def said(pilot: Pilot[None], page: DialogueScreen, text: str) -> None:
    await pilot.press(*text, "enter", *([] if is_harmless(text) else ["S"]))
    await until(pilot, lambda: f"→ {text}" in text_of(pilot) and not page._waiting)


def test_errors_that_a_dialogue_left_are_shown_where_the_queue_was_empty(store: Store) -> None:
    async def act(pilot: Pilot[None], screen: BenchScreen) -> None:
        await identified(pilot, screen)
        await pilot.press("down")
        await until(pilot, lambda: "Error queue    ✓ empty" in text_of(pilot))
        page = await talking(pilot)
        await said(pilot, page, "NONSENSE")
        await pilot.press("escape")
        await until(pilot, lambda: '! -113,"Undefined header"' in text_of(pilot))
        assert "✓ empty" not in text_of(pilot)
        assert "✓ found  !1" in text_of(pilot)
        assert "standby" not in text_of(pilot)

    on_bench(store, act)


LEFT = {
    "nothing said": ([], ""),
    "only asked": (["OUT?"], "calibrator: it was only asked; its output is as it was."),
    "made live": (["OUT 100 V, 0 HZ", "OPER"], "calibrator: its output was put to standby."),
    "harmless, as it was": (["FORMAT"], "calibrator: its output was put to standby."),
}


@pytest.mark.parametrize(("texts", "told"), LEFT.values(), ids=LEFT)
def test_whoever_leaves_is_told_what_became_of_the_output(
    store: Store, texts: list[str], told: str
) -> None:
    async def act(pilot: Pilot[None], screen: BenchScreen) -> None:
        page = await talking(pilot)
        for text in texts:
            await said(pilot, page, text)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen and page._talk is None)
        await until(pilot, lambda: told in text_of(pilot))
        if not told:
            assert "calibrator:" not in text_of(pilot)

    on_bench(store, act)


def test_an_output_that_is_left_for_another_section_goes_to_standby_and_says_so(
    store: Store,
) -> None:
    async def act(pilot: Pilot[None], screen: BenchScreen) -> None:
        page = await talking(pilot)
        await said(pilot, page, "OPER")
        await pilot.app.switch_mode("runs")
        await until(pilot, lambda: page._talk is None)
        await pilot.app.switch_mode("bench")
        await until(pilot, lambda: "calibrator: its output was put to standby." in text_of(pilot))

    on_bench(store, act)


def test_a_console_that_is_closed_in_a_dialogue_puts_its_output_to_standby(store: Store) -> None:
    talks: list[Talk] = []

    async def act(pilot: Pilot[None], screen: BenchScreen) -> None:
        page = await talking(pilot)
        assert page._talk is not None
        talks.append(page._talk)
        await said(pilot, page, "OPER")
        pilot.app.exit()

    on_bench(store, act)
    calibrator = talks[0]._instrument
    assert isinstance(calibrator, Fluke5522A)
    assert calibrator.dialogue.ask("OPER?") == "0"


def test_a_live_output_is_off_when_its_dialogue_ends(store: Store) -> None:
    talk = Talk(desk(store), at(), "calibrator")
    talk.send("OPER", answered=False)
    calibrator = talk._instrument
    assert isinstance(calibrator, Fluke5522A)
    calibrator.confirm_operating()
    assert talk.leaving.terminals is Terminals.LEAVING
    left = talk.end()
    assert left.terminals is Terminals.OFF
    assert calibrator.dialogue.ask("OPER?") == "0"


def test_what_has_stopped_answering_is_not_asked_again_by_whoever_leaves(store: Store) -> None:
    talk = Talk(desk(store), at(), "dut")
    meter = talk._instrument
    assert isinstance(meter, Truevolt)
    talk.send("READ", answered=True)
    sent: list[str] = []
    meter.dialogue.trace = lambda exchange: sent.append(exchange.sent)
    left = talk.end()
    assert sent == []
    assert left.looked is not None
    assert isinstance(left.looked.failure, ReplyTimeout)


def test_an_output_that_does_not_obey_is_taken_to_be_live(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_: Fluke5522A) -> None:
        raise ReplyTimeout("calibrator", "STBY", "no reply")

    monkeypatch.setattr(Fluke5522A, "standby", silent)

    async def act(pilot: Pilot[None], screen: BenchScreen) -> None:
        page = await talking(pilot)
        await said(pilot, page, "OPER")
        await pilot.press("escape")
        await until(pilot, lambda: "calibrator: TAKE ITS OUTPUT TO BE LIVE" in text_of(pilot))
        assert "no reply" in text_of(pilot)

    on_bench(store, act, size=(120, 40))


def test_a_dialogue_holds_its_instrument_against_a_run(store: Store) -> None:
    # Nothing answers at the real address here: only the hold is looked at.
    talk = Talk(desk(store), at(simulated=False), "calibrator")
    now = StillWall().at.timestamp()
    holder = claims.take(store, "20260302-bbbbbb", "engine", ["GPIB0::4::INSTR"], now, 5.0)
    assert holder is not None
    assert "GPIB0::4::INSTR" in holder
    talk.end()
    claim(store, "GPIB0::4::INSTR")


def test_a_dialogue_with_an_instrument_in_use_is_refused(store: Store) -> None:
    claim(store, "GPIB0::4::INSTR")
    with pytest.raises(Refused, match="20260302-aaaaaa"):
        Talk(desk(store), at(simulated=False), "calibrator")


def test_another_bench_file_is_chosen(store: Store, tmp_path: Path) -> None:
    async def act(pilot: Pilot[None], screen: BenchScreen) -> None:
        await pilot.press("b")
        pilot.app.screen.query_one(Input).value = str(CLIMATE)
        await pilot.press("enter")
        await until(pilot, lambda: "chamber" in text_of(pilot))
        assert pilot.app.screen is screen

    on_bench(store, act)


def test_a_bench_file_that_is_wrong_is_told(store: Store, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("[bench]\nname = 3\n[instruments.dut]\n")

    async def act(pilot: Pilot[None], screen: BenchScreen) -> None:
        screen.open(wrong)
        await until(pilot, lambda: "wrong.toml" in text_of(pilot))
        assert "✗" in text_of(pilot)

    on_bench(store, act)


def test_a_dialogue_lets_go_while_another_section_is_shown(store: Store) -> None:
    async def act(pilot: Pilot[None], screen: BenchScreen) -> None:
        await pilot.press("enter")
        page = pilot.app.screen
        assert isinstance(page, DialogueScreen)
        await until(pilot, lambda: page._talk is not None)
        await pilot.app.switch_mode("runs")
        await until(pilot, lambda: page._talk is None)
        await pilot.app.switch_mode("bench")
        await until(pilot, lambda: page._talk is not None)

    on_bench(store, act)


def test_an_instrument_that_another_console_speaks_to_is_named_as_such(store: Store) -> None:
    real = at(simulated=False)
    talk = Talk(desk(store), real, "calibrator")
    with pytest.raises(Refused, match="Another console speaks to GPIB0::4::INSTR"):
        Talk(desk(store), real, "calibrator")
    talk.end()
    Talk(desk(store), real, "calibrator").end()


def test_what_is_read_by_hand_has_no_dialogue(store: Store) -> None:
    with pytest.raises(BadInput, match="read by hand"):
        Talk(desk(store), at(CLIMATE), "chamber")
