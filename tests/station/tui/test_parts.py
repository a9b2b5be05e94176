"""The parts of the screens: figures, bars, drawings, the watch, starting an engine."""

import os
import sqlite3
import sys
import threading
from datetime import timedelta
from importlib.metadata import entry_points
from importlib.resources import as_file
from pathlib import Path
from typing import Any

import pytest

from station import procedure as p
from station.bench_file import items_of, read_bench_file
from station.errors import StationError, StoreFailed
from station.metrology.rounding import Notation, scale
from station.records import claims
from station.records.store import Store
from station.roles import role_words
from station.run import entries as e
from station.run.journal import Row
from station.run.live import LiveView
from station.run.plan import PlannedObservation
from station.run.state import RunState, fold_all
from station.tui.parts import numbers
from station.tui.parts.cells import cell
from station.tui.parts.lookout import Lookout
from station.tui.parts.observed import observed_as
from station.tui.parts.words import (
    VERDICT,
    Standing,
    duration,
    point_name,
    progress_bar,
    title_of,
    verdict_word,
    whole_verdict,
)
from station.tui.run.hookup import draw
from station.tui.run.look import Planned, RunLooks, course_of, looked
from station.tui.run.point import account
from station.tui.run.points import rows_of
from station.tui.run.present import high_voltage, measured_now
from station.tui.run.readings import fitted, last, summed_up
from station.tui.run.row import COLUMNS, ItemHeading, error_bar
from station.tui.runs.watch import FIRST_READS, RunSeen, RunsWatch, RunWatch
from station.tui.start.launch import Order, command, start_logged
from tests.station.certificate.gauges import PRESSURES, Gauges, observation, point
from tests.station.tui.journals import (
    BEGAN,
    ENGINE,
    TEMPERATURE,
    SteppingClock,
    StillWall,
    begin,
    begun,
    measured,
    planned,
)
from tests.station.tui.screens import ENGLISH, speech

EN, VI = Notation.EN, Notation.VI


def test_points_of_one_nominal_value_are_told_apart() -> None:
    plain = planned(1)[0]
    aside = plain.model_copy(update={"label": "left front"})
    assert title_of(plain, 40, ENGLISH) == plain.title
    assert title_of(aside, 40, ENGLISH) == f"left front: {plain.title}"
    assert title_of(aside, 40, speech("vi")).startswith("trước bên trái: ")
    assert point_name(aside, ENGLISH) == point_name(plain, ENGLISH).replace(" (", ", left front (")


def test_a_title_without_room_is_its_symbol() -> None:
    plain = planned(1)[0].model_copy(update={"symbol": "U DC"})
    assert title_of(plain, 10, ENGLISH) == "DC voltage"
    assert title_of(plain, 9, ENGLISH) == title_of(plain, 10, speech("vi")) == "U DC"
    aside = plain.model_copy(update={"label": "left front"})
    assert title_of(aside, 9, ENGLISH) == "left front: U DC"


def titles_of(name: str) -> list[tuple[Planned, ...]]:
    """Return the tests of each bench that a procedure is proved on, as planned."""
    procedure = p.find_procedure(name)
    assert procedure.proof is not None
    found = []
    for folder in (procedure.proof.bench, *procedure.proof.further.values()):
        with as_file(folder) as path:
            file, _ = read_bench_file(path / "bench.toml")
        found.append(tuple(_planned_test(test) for test in procedure.tests(items_of(file))))
    return found


def _planned_test(test: p.Test[Any]) -> Planned:
    return planned(1)[0].model_copy(
        update={"test": test.name, "title": test.title, "symbol": test.symbol}
    )


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("name", sorted(e.name for e in entry_points(group="station.procedures")))
def test_tests_of_a_procedure_are_told_apart_in_eighty_cells(name: str, language: str) -> None:
    say, width = speech(language), COLUMNS[0].narrow
    for tests in titles_of(name):
        shown = {
            test.test: cell(f" {title_of(test, width - 2, say)}", width).plain for test in tests
        }
        assert len(set(shown.values())) == len(shown), shown


@pytest.mark.parametrize(
    ("value", "unit", "notation", "shown"),
    [
        (0.1, "V", EN, "100 mV"),
        (-1000.0, "V", EN, "−1000 V"),
        (0.00019, "V", VI, "190 µV"),
        (1.02, "V", VI, "1,02 V"),
        (23.5, "°C", EN, "23.5 °C"),
        (0.0, "V", EN, "0 V"),
        (-2.2e-6, "1", EN, "−2.2 × 10⁻⁶"),
        (0.0, "m", EN, "0 mm"),
        (0.025, "m", VI, "25 mm"),
        (-0.0, "kg", EN, "0 g"),
    ],
)
def test_quantity(value: float, unit: str, notation: Notation, shown: str) -> None:
    assert numbers.quantity(value, unit, notation) == shown


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (1040.0, "+.3g", "+1040"),
        (-1040.0, ".2g", "−1000"),
        (0.00404, ".1e", "0.0040"),
        (1.369e-5, ".4g", "1.369 × 10⁻⁵"),
        (2e6, "+.3g", "+2 × 10⁶"),
        (0.0, "+.4g", "0"),
        (-0.0, "+.4g", "0"),
    ],
)
def test_a_power_of_ten_stands_only_for_many_digits(value: float, form: str, shown: str) -> None:
    assert numbers.plain(value, EN, form) == shown


def test_scatter_has_a_unit_of_its_own() -> None:
    point = planned(1)[0].model_copy(update={"unit": "Hz", "lower": -1.0, "upper": 1.0})
    assert "s = 42 µHz" in summed_up([1e-3, 1e-3 + 5.94e-5], point, ENGLISH)


@pytest.mark.parametrize(
    ("value", "uncertainty", "shown"),
    [
        (1.47e-6, 1.26e-6, ("+1.5 µV", "1.3 µV")),
        (-0.0021, 0.0996, ("0 mV", "100 mV")),
        (0.36e-3, 0.0720e-3, ("+360 µV", "72 µV")),
        (0.0, 5.0e-7, ("0 nV", "500 nV")),
    ],
)
def test_error_and_uncertainty_are_equally_fine(
    value: float, uncertainty: float, shown: tuple[str, str]
) -> None:
    assert numbers.with_uncertainty(value, uncertainty, "V", EN) == shown


@pytest.mark.parametrize(
    ("lower", "upper", "shown"),
    [(-35e-6, 35e-6, "±35 µV"), (-1e-3, 2e-3, "−1…+2 mV"), (0.0, 0.5, "0…+500 mV")],
)
def test_limits(lower: float, upper: float, shown: str) -> None:
    assert numbers.limits(lower, upper, "V", EN) == shown


@pytest.mark.parametrize(
    ("share", "bar"),
    [
        (0.0, "    │░     ─●─     ░│    "),
        (0.9, "    │░            ─●│─   "),
        (1.3, "    │░             ░│─●──"),
        (-1.9, "◀   │░             ░│    "),
    ],
)
def test_error_bar(share: float, bar: str) -> None:
    assert error_bar(measured(2, share=share), 25) == bar


def test_error_bar_without_room() -> None:
    assert error_bar(measured(2), 0) == ""


@pytest.mark.parametrize("width", range(4, 30))
@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_cut_verdict_reads_as_no_other(language: str, width: int) -> None:
    say = speech(language)
    words = {verdict: verdict_word(verdict, say) for verdict in VERDICT}
    shown = {
        verdict: cell(whole_verdict(word, width), width).plain.strip()
        for verdict, word in words.items()
    }
    assert len(set(shown.values())) == len(shown)
    passed = words["pass"].split()[1].casefold()
    for verdict, text in shown.items():
        if verdict != "pass" and text != words[verdict]:
            assert passed not in text.casefold()


def test_every_verdict_has_its_word() -> None:
    from station.metrology.conformity import Verdict

    assert set(VERDICT) == {verdict.value for verdict in Verdict}


@pytest.mark.parametrize(("done", "bar"), [(0, "░░░░"), (3, "█░░░"), (9, "███░"), (10, "████")])
def test_only_a_finished_run_fills_the_bar(done: int, bar: str) -> None:
    assert progress_bar(done, 10, 4) == bar


def test_duration() -> None:
    assert duration(3725.4) == "1:02:05"


def test_hookup_between_three_instruments() -> None:
    wires = [
        e.WireDrawn(from_end="calibrator NORMAL HI", to_end="dut HI", colour="red"),
        e.WireDrawn(from_end="calibrator NORMAL LO", to_end="dut LO", colour="black"),
        e.WireDrawn(from_end="clock 10 MHz OUT", to_end="counter REF", colour=""),
    ]
    assert draw(wires, str).plain.split("\n") == [
        "┌─calibrator─┐                 ┌─dut─┐",
        "│  NORMAL HI ○────── red ──────○ HI  │",
        "│  NORMAL LO ○───── black ─────○ LO  │",
        "└────────────┘                 └─────┘",
        "┌─clock──────┐          ┌─counter─┐",
        "│ 10 MHz OUT ○──────────○ REF     │",
        "└────────────┘          └─────────┘",
    ]


@pytest.mark.parametrize(
    ("role", "english", "vietnamese"),
    [
        ("calibrator", "calibrator", "bộ hiệu chuẩn"),
        ("dut-2", "dut-2", "PTĐ-2"),
        ("dut-x", "dut-x", "dut-x"),
        ("pass", "pass", "pass"),
        ("", "", ""),
    ],
)
def test_a_role_is_told_in_words_where_it_has_some(
    role: str, english: str, vietnamese: str
) -> None:
    assert role_words(role, ENGLISH) == english
    assert role_words(role, speech("vi")) == vietnamese


def test_an_instrument_that_is_wired_to_several_is_drawn_once() -> None:
    wires = [
        e.WireDrawn(from_end="controller OUT", to_end="dut PORT", colour=""),
        e.WireDrawn(from_end="controller OUT", to_end="dut-2 PORT", colour=""),
    ]
    assert draw(wires, str).plain.split("\n") == [
        "┌─controller─┐          ┌─dut───┐",
        "│        OUT ○──────────○ PORT  │",
        "│            │          ├─dut-2─┤",
        "│        OUT ○──────────○ PORT  │",
        "└────────────┘          └───────┘",
    ]


@pytest.mark.parametrize(
    ("shares", "shown"),
    [
        pytest.param((), "", id="no reading yet"),
        pytest.param((0.5,), "mean +3.5 µV = +50 % of the limit   n = 1", id="half"),
        pytest.param(
            (-1.0, -1.4), "mean −8.4 µV = −120 % of the limit   s = 2 µV   n = 2", id="beyond"
        ),
    ],
)
def test_mean_as_a_share_of_the_limit(shares: tuple[float, ...], shown: str) -> None:
    point = planned(1)[0]
    assert summed_up([share * point.upper for share in shares], point, ENGLISH) == shown


def test_no_share_of_a_limit_of_zero() -> None:
    point = planned(1)[0].model_copy(update={"lower": 0.0})
    assert summed_up([1e-6], point, ENGLISH) == "mean +1 µV   n = 1"


@pytest.mark.parametrize(
    ("width", "shown"),
    [(30, "+1  −2.25  +3.5  µV"), (18, "…  −2.25  +3.5  µV"), (11, "…  +3.5  µV")],
)
def test_as_many_readings_as_fit(width: int, shown: str) -> None:
    unit = scale("V", planned(1)[0].upper)
    assert last(unit, [1e-6, -2.25e-6, 3.5e-6], width, ENGLISH) == shown


def test_an_observation_says_whose_each_reading_is() -> None:
    planned = observation(PRESSURES[1])
    text = account(Gauges(voided=True).state(), planned, ENGLISH).plain
    assert "+200                   200000.0  controller" in text
    assert text.count("■ as found") == 2
    assert "VOID, by Operator A: rò áp suất" in text


@pytest.mark.parametrize(
    ("id_", "words"),
    [
        ("pressure/up/200000", "rising"),
        ("M3 down/1.5 bar", "M3 falling"),
        ("eccentricity/100 g/left front", "off centre, left front"),
        ("empty pan again", "empty pan again"),
        ("outside/25 mm/reading", ""),
    ],
)
def test_an_observation_is_told_in_words_or_not_at_all(id_: str, words: str) -> None:
    assert observed_as(id_, ENGLISH) == words


def test_a_result_names_the_observations_it_rests_on() -> None:
    text = account(Gauges().state(), point("dut", PRESSURES[1]), ENGLISH).plain
    assert text.endswith("Rests on\n      Pressure 200 kPa, rising\n")
    assert "Readings" not in text


def test_rows_of_several_items_stand_under_their_headings() -> None:
    begun = Gauges().begun()
    rows = rows_of(begun, course_of(begun))
    headings = [row.dut for row in rows if isinstance(row, ItemHeading)]
    assert headings == ["dut", "dut-2", "dut-3"]
    count = len(PRESSURES)
    assert [type(row) for row in rows[: count + 1]] == [PlannedObservation] * count + [ItemHeading]
    assert len(rows) == count + 3 * (count + 1)


def test_one_item_has_observations_before_the_points_of_their_test() -> None:
    begun = Gauges().begun()
    before = begun.points[0].model_copy(update={"id": "zero", "test": "zero"})
    one = begun.model_copy(update={"duts": ("dut",), "points": (before, *begun.points[:6])})
    ids = [row.id for row in rows_of(one, course_of(one)) if not isinstance(row, ItemHeading)]
    assert ids[:2] == ["zero", "pressure/up/0"]
    assert ids[-1] == "dut/1e+06"


@pytest.mark.parametrize(
    ("width", "shown"),
    [(40, "dut 1 kPa  dut-2 2 kPa  dut-3 3 kPa"), (22, "dut 1 kPa  dut-2 2 kPa\ndut-3 3 kPa")],
)
def test_readings_of_an_observation_fill_two_lines(width: int, shown: str) -> None:
    assert fitted(["dut 1 kPa", "dut-2 2 kPa", "dut-3 3 kPa"], width) == shown


def test_what_does_not_fit_two_lines_is_left_out() -> None:
    assert fitted(["dut 1 kPa", "dut-2 2 kPa", "dut-3 3 kPa"], 12) == "dut 1 kPa\ndut-2 2 kPa …"


# -- the point that is measured ------------------------------------------------------------


def _state(*entries: e.Entry) -> RunState:
    return fold_all(
        Row(seq=number, at=BEGAN, entry=entry, previous="", hash="")
        for number, entry in enumerate((begun("r1"), *entries))
    )


FOUR = tuple(measured(number) for number in range(4))
KILOVOLT, AC = planned()[4].id, planned()[5].id


@pytest.mark.parametrize(
    ("entries", "live", "warned"),
    [
        pytest.param((), "", False, id="100 mV"),
        pytest.param(FOUR, KILOVOLT, True, id="1000 V"),
        pytest.param(FOUR, planned()[3].id, True, id="1000 V before its first reading"),
        pytest.param((*FOUR, measured(4)), KILOVOLT, False, id="1000 V is over"),
        pytest.param((*FOUR, e.PausedByPerson(by="B")), KILOVOLT, False, id="standby"),
        pytest.param((*FOUR, TEMPERATURE), KILOVOLT, False, id="a question is open"),
        pytest.param(FOUR, AC, False, id="another point is measured"),
    ],
)
def test_high_voltage_is_warned_of(
    entries: tuple[e.Entry, ...], live: str, *, warned: bool
) -> None:
    state = _state(*entries)
    assert state.begun is not None
    look = looked(RunSeen(state, True, LiveView(point=live)), course_of(state.begun))
    assert high_voltage(measured_now(look)) is warned


def test_ohms_are_not_volts() -> None:
    assert not high_voltage(planned()[8])


# -- watching ----------------------------------------------------------------------------


def test_each_row_is_read_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = begin(store, "r1")
    journal.append(measured(0))
    asked: list[int] = []
    entries = store.entries

    def counted(run: str, after: int = -1) -> object:
        asked.append(after)
        return entries(run, after)

    monkeypatch.setattr(store, "entries", counted)
    watch = RunWatch(store, "r1", StillWall())
    assert watch.look().state.done == 1
    journal.append(measured(1))
    assert watch.look().state.done == 2
    watch.look()
    assert asked == [-1, 1, 2]


def test_an_entry_of_a_newer_program_is_said(store: Store) -> None:
    begin(store, "r1")
    store.add_entry("r1", 1, "2026-03-02T08:00:00+00:00", "dreamt", "{}", "", "")
    with pytest.raises(StationError, match="entry 1"):
        RunWatch(store, "r1", StillWall()).look()


def test_ended_runs_are_not_read_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(store, "r1").append(e.Aborted(by="Operator A", reason=""))
    watch = RunsWatch(store, StillWall())
    (line,) = watch.look()
    assert line.standing is Standing.ABORTED
    monkeypatch.setattr(store, "entries", None)
    assert watch.look() == (line,)


def test_a_run_falls_silent_without_a_new_entry(store: Store) -> None:
    begin(store, "r1")
    wall = StillWall()
    watch = RunsWatch(store, wall)
    assert [line.standing for line in watch.look()] == [Standing.RUNNING]
    wall.at += timedelta(seconds=6)
    assert [line.standing for line in watch.look()] == [Standing.SILENT]


def test_a_wait_is_told_without_a_new_entry(store: Store) -> None:
    begin(store, "r1")
    looks = RunLooks(RunWatch(store, "r1", StillWall()).look)
    least = looks.look().time_left.least
    longer = LiveView(waiting="warm-up", seconds_left=least + 60.0).model_dump_json()
    claims.beat(store, "r1", ENGINE, StillWall().at.timestamp(), longer)
    assert looks.look().time_left.least == least + 60.0


def test_a_long_list_fills_by_and_by(store: Store) -> None:
    for number in range(FIRST_READS + 2):
        begin(store, f"r{number:02}")
    watch = RunsWatch(store, StillWall())
    first = [line.standing for line in watch.look()]
    assert first == [Standing.RUNNING] * FIRST_READS + [Standing.UNREAD] * 2
    assert {line.standing for line in watch.look()} == {Standing.RUNNING}


def test_a_tampered_run_does_not_hide_the_others(store: Store, tmp_path: Path) -> None:
    begin(store, "r1")
    begin(store, "r2")
    database = sqlite3.connect(tmp_path / "s.db")
    with database:
        database.execute("DROP TRIGGER IF EXISTS entry_no_update")
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute(
            "UPDATE entry SET body = replace(body, '34461A', '34470A') WHERE run = 'r1'"
        )
    database.close()
    lines = {line.id: line.standing for line in RunsWatch(store, StillWall()).look()}
    assert lines == {"r1": Standing.UNREADABLE, "r2": Standing.RUNNING}


@pytest.mark.parametrize(("age", "alive"), [(1.0, True), (5.0, True), (5.5, False)])
def test_an_engine_is_taken_for_dead_after_five_seconds(
    store: Store, age: float, alive: bool
) -> None:
    begin(store, "r1")
    claims.beat(store, "r1", ENGINE, StillWall().at.timestamp() - age, None)
    assert RunWatch(store, "r1", StillWall()).look().alive is alive


# -- the lookout -------------------------------------------------------------------------


def test_a_command_that_fails_is_told_once() -> None:
    told: list[object] = []
    lookout = Lookout(lambda: "seen", told.append, StillWall())

    def fail() -> None:
        raise StoreFailed("locked")

    lookout.send(fail)
    lookout.once()
    lookout.once()
    assert [str(one) for one in told] == ["locked", "seen"]


def test_stopping_sends_what_is_left() -> None:
    sent = threading.Event()
    lookout = Lookout(lambda: None, lambda _: None, StillWall())
    lookout.start()
    lookout.send(sent.set)
    lookout.end()
    assert sent.is_set()


def test_stopping_does_not_wait_for_a_store_that_hangs() -> None:
    hanging, let_go = threading.Event(), threading.Event()

    def hang() -> None:
        hanging.set()
        let_go.wait()

    lookout = Lookout(hang, lambda _: None, StillWall())
    lookout.start()
    hanging.wait()
    lookout.end()
    assert not let_go.is_set()
    let_go.set()


# -- starting an engine ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("simulated", "real_time", "way"),
    [
        (True, False, ("--simulate",)),
        (True, True, ("--simulate", "--real-time")),
        (False, False, ()),
    ],
)
def test_the_command_line_of_an_engine(
    *, simulated: bool, real_time: bool, way: tuple[str, ...]
) -> None:
    order = Order("dmm", Path("bench.toml"), simulated, "Operator A", real_time, language="vi")
    assert command(order) == [
        *(sys.executable, "-m", "station", "run", "dmm", "--bench", "bench.toml"),
        *(*way, "--operator", "inbox"),
        *("--by", "Operator A", "--lang", "vi"),
    ]


def test_an_engine_is_told_its_store_where_nobody_else_reads_it(tmp_path: Path) -> None:
    script = "import os; print(os.environ['STATION_STORE'])"
    started = start_logged(
        [sys.executable, "-c", script], tmp_path, SteppingClock(), {"STATION_STORE": "s.db"}
    )
    started.process.wait()
    assert started.run == "s.db"


def test_an_engine_that_begins_tells_its_run(tmp_path: Path) -> None:
    script = "print('20260302-0a1b2c', flush=True)"
    started = start_logged([sys.executable, "-c", script], tmp_path, SteppingClock())
    started.process.wait()
    assert (started.run, started.failure) == ("20260302-0a1b2c", None)


def test_an_engine_that_fails_tells_why(tmp_path: Path) -> None:
    script = "raise SystemExit('The standard is overdue.')"
    started = start_logged([sys.executable, "-c", script], tmp_path, SteppingClock())
    started.process.wait()
    assert (started.run, started.failure) == (None, "The standard is overdue.")


@pytest.mark.skipif(sys.platform == "win32", reason="process groups are POSIX")
def test_an_engine_does_not_belong_to_the_terminal_of_the_screen(tmp_path: Path) -> None:
    started = start_logged(
        [sys.executable, "-c", "import os; print(os.getsid(0))"], tmp_path, SteppingClock()
    )
    started.process.wait()
    assert started.run == str(started.process.pid) != str(os.getsid(0))


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed, match="could not be started"):
        start_logged([str(tmp_path / "no-python")], tmp_path, SteppingClock())
