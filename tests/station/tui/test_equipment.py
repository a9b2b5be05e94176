"""The screens of equipment: how it stands, its drift, control charts."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from station.clock import day_of
from station.records.store import Store, open_store
from station.register import book
from station.register import entries as e
from station.tui.app import StationConsole
from station.tui.equipment.charts import control
from station.tui.equipment.head import head
from station.tui.equipment.known import KnownWatch, known
from station.tui.equipment.plot import Level, Mark, Plot, form_of
from station.tui.equipment.screen import EquipmentScreen
from station.tui.equipment.seen import EquipmentWatch, Standing, narrowed
from station.tui.equipment.values import value_lines
from station.tui.equipment.views import log, values
from station.tui.equipment.words import by_keys
from tests.station.tui.equipment import (
    CHECKED,
    STANDARD,
    WALL,
    at_desk,
    certified,
    checked,
    drifting,
    entered,
    laboratory,
    on_equipment,
    opened,
)
from tests.station.tui.results import NOW
from tests.station.tui.screens import ENGLISH, compare, desk, text_of
from tests.station.tui.waiting import settled, until

SIZES = {"80": (80, 24), "120": (120, 40)}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A laboratory with equipment of many standings; nobody writes into it."""
    with open_store(str(tmp_path_factory.mktemp("equipment") / "s.db")) as store:
        laboratory(store)
        checked(store, last=70e-6, based=20)
        yield store


# -- the list --------------------------------------------------------------------------------


def test_what_may_not_be_used_stands_first_then_what_is_due(whole: Store) -> None:
    lines = EquipmentWatch(whole, WALL).look()
    assert [(line.equipment.entered.equipment, line.how) for line in lines] == [
        ("CAL-5", Standing.NONE),
        ("CAL-2", Standing.OVERDUE),
        (CHECKED, Standing.OUT),
        ("CAL-4", Standing.WAITS),
        ("CAL-6", Standing.BAD),
        ("CAL-3", Standing.SOON),
        (STANDARD, Standing.GOOD),
    ]
    assert lines[1].days == (date(2026, 10, 1) - day_of(NOW)).days
    assert lines[2].due == date(2026, 11, 28)


@pytest.mark.parametrize(
    ("done", "how"),
    [
        ("damage", Standing.DAMAGED),
        ("repair", Standing.REPAIRED),
        ("adjustment", Standing.ADJUSTED),
        ("maintenance", Standing.GOOD),
    ],
)
def test_a_letter_for_what_happened(store: Store, done: str, how: Standing) -> None:
    drifting(store)
    watch = EquipmentWatch(store, WALL)
    before = watch.look()
    assert watch.look() is before
    entry = e.Serviced(by="a", equipment=STANDARD, what=e.ServiceKind(done), on=date(2026, 11, 1))
    book.act(store, WALL, lambda _: [entry])
    assert [line.how for line in watch.look()] == [how]


@pytest.mark.parametrize(
    ("wanted", "count"), [("", 7), ("cal-2", 1), ("overdue", 1), ("room 2", 2), ("nothing", 0)]
)
def test_typing_narrows(whole: Store, wanted: str, count: int) -> None:
    assert len(narrowed(EquipmentWatch(whole, WALL).look(), wanted, ENGLISH)) == count


@pytest.mark.parametrize(("size", "language"), [("80", "en"), ("120", "vi")])
def test_the_list(whole: Store, size: str, language: str) -> None:
    async def act(pilot: Pilot[None], screen: EquipmentScreen) -> None:
        compare(f"equipment-{size}-{language}", await settled(pilot, text_of))
        await pilot.press("slash", *"nothing")
        await pilot.pause()
        assert screen._listing.shown == ()
        await pilot.press("escape")
        await pilot.pause()
        assert len(screen._listing.shown) == 7

    on_equipment(at_desk(whole, language), act, SIZES[size])


def test_a_register_without_equipment_says_what_to_do(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "equipment.toml"
    plate = 'id = "CAL-1"\ntitle = "Calibrator"\nmaker = "Fluke"\ntype = "5522A"\nserial = "1"'
    file.write_text(f"[equipment]\n{plate}\n", "utf-8")

    async def shown() -> None:
        app = StationConsole(desk(store))
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.press("5")
            await until(pilot, lambda: "What to do first" in text_of(pilot))
            await pilot.press("n")
            pilot.app.screen.query_one("#path", Input).value = str(file)
            await pilot.press("enter")
            await until(pilot, lambda: "Entered: CAL-1." in text_of(pilot))
            await until(pilot, lambda: "1 of 1" in text_of(pilot))

    asyncio.run(shown())


# -- drift and control -----------------------------------------------------------------------


def test_the_drift_is_told_and_predicted(whole: Store) -> None:
    line = known(at_desk(whole), STANDARD).values[1].told
    assert line.place.nominal == 10.0
    assert [each.value - 10.0 for each in line.calibrations] == pytest.approx(
        [10e-6, 21e-6, 29e-6, 41e-6], abs=1e-9
    )
    assert line.a_year == pytest.approx(10e-6, rel=0.05)
    assert line.history is not None
    assert line.history.is_significant
    assert line.predicted is not None
    assert line.predicted.value - 10.0 == pytest.approx(42.5e-6, abs=2e-6)


def test_what_is_older_than_an_adjustment_makes_no_line(whole: Store) -> None:
    papers = sorted(known(at_desk(whole), STANDARD).papers.values(), key=lambda each: each.date)
    line = value_lines(papers, date(2024, 12, 1), day_of(NOW))[0]
    assert len(line.calibrations) == 4
    assert line.history is None
    assert line.predicted is None
    line = value_lines(papers, date(2024, 1, 1), day_of(NOW))[0]
    assert line.history is not None
    assert len(line.history.calibrations) == 3


def test_of_two_certificates_of_a_day_the_one_accepted_last_counts(store: Store) -> None:
    drifting(store)
    certified(store, STANDARD, "V26.0418", date(2026, 9, 1), 50e-6)
    line = known(at_desk(store), STANDARD).values[1].told
    assert len(line.calibrations) == 4
    assert line.calibrations[-1].value - 10.0 == pytest.approx(50e-6, abs=1e-9)


def test_the_log_tells_baselines_and_plans(whole: Store) -> None:
    plan, baseline, _ = (row[-1][0] for row in log(known(at_desk(whole), CHECKED), ENGLISH).rows)
    assert plan == "every 14 days  dc-voltage/10/+10  dmm"
    assert baseline == (
        "+118 µV  s 10.5 µV  dc-voltage/10/+10  20 measurements, 2026-06-06 to 2026-10-17  "
        "Looked at."
    )


def test_a_chart_tells_its_range_and_what_of_its_baseline_counts_no_more(store: Store) -> None:
    checked(store, 24, based=20)
    seen = known(at_desk(store), CHECKED)
    (line,) = seen.control
    point = line.point.model_copy(update={"nominal": 0.0, "range": 0.1})
    lines = (replace(line, point=point), replace(line, lost=2))
    view = control(replace(seen, control=lines), ENGLISH)
    assert [[text for text, _ in row[1:4]] for row in view.rows] == [
        ["0 V", "100 mV", "24"],
        ["10 V", "10 V", "24"],
    ]
    assert "2 of them count no more: l accepts another one" in view.below(1, 118, 12).plain
    # Nothing above the drawing is broken: it has no more lines than there is room for.
    assert len(view.below(1, 60, 12).plain.split("\n")) == 12
    assert max(map(len, view.below(1, 60, 12).plain.split("\n"))) <= 60


DAYS = [date(2026, 1, 1) + timedelta(days=100 * n) for n in range(3)]


def test_a_plot_is_read_without_colour() -> None:
    marks = [Mark(day, float(n), half=0.5) for n, day in enumerate(DAYS[:2])]
    marks.append(Mark(DAYS[2], 2.0, half=0.5, sign="◇", bar="┊"))
    drawn = Plot(tuple(marks), (Level(0.0, "zero", "┈"),)).draw(50, 10, lambda y: f"{y:+.1f}")
    compare("plot", f"{drawn.plain}\n")


def test_a_plot_without_room_is_not_drawn() -> None:
    marks = (Mark(DAYS[0], 1.0),)
    assert Plot(marks).draw(20, 10, str).plain == ""
    assert Plot(marks).draw(60, 4, str).plain == ""
    assert Plot(()).draw(60, 10, str).plain == ""


@pytest.mark.parametrize(
    ("largest", "spread", "form"),
    [
        pytest.param(188e-6, 110e-6, "+.3g", id="wide"),
        # Around −1.78 µV with ±3 s = 8.64 nV: −1.77, −1.78, −1.79 would be told of every line.
        pytest.param(-1.79, 0.02, "+.4g", id="narrow"),
        pytest.param(1.0, 1e-15, "+.9g", id="at the end of all digits"),
        pytest.param(0.0, 0.0, "+.3g", id="nothing"),
    ],
)
def test_as_many_digits_as_tell_values_apart(largest: float, spread: float, form: str) -> None:
    assert form_of(largest, spread) == form


# -- the page --------------------------------------------------------------------------------

PAGES = {"values": 0, "certificates": 1, "control": 2, "log": 4}


@pytest.mark.parametrize(
    ("name", "page", "size", "language"),
    [
        (STANDARD, "values", "80", "en"),
        (STANDARD, "values", "120", "vi"),
        ("CAL-4", "certificates", "80", "vi"),
        (CHECKED, "control", "80", "en"),
        (STANDARD, "log", "120", "en"),
    ],
)
def test_the_page(whole: Store, name: str, page: str, size: str, language: str) -> None:
    async def act(pilot: Pilot[None], _: EquipmentScreen) -> None:
        await opened(pilot, name)
        await pilot.press(*["right"] * PAGES[page], "down")
        await pilot.pause()
        await pilot.pause()
        compare(f"equipment-{page}-{size}-{language}", await settled(pilot, text_of))

    on_equipment(at_desk(whole, language), act, SIZES[size])


def test_a_certificate_that_waits_shows_its_values_beside_those_in_use(whole: Store) -> None:
    async def act(pilot: Pilot[None], _: EquipmentScreen) -> None:
        await opened(pilot, "CAL-4")
        await pilot.press("down", "down", "down")
        await pilot.pause()
        compare("equipment-waiting-80-en", await settled(pilot, text_of))

    on_equipment(at_desk(whole), act, SIZES["80"])


def test_of_a_first_certificate_that_waits_the_values_are_seen(store: Store) -> None:
    entered(store, "CAL-4", "400")
    certified(store, "CAL-4", "V26.4", date(2026, 1, 1), serial="400", accepted=False)
    seen = known(at_desk(store), "CAL-4")
    rows = [[text for text, _ in row] for row in values(seen, ENGLISH).rows]
    assert [row[:4] for row in rows] == [
        ["W DC voltage", "1 V", "+2.5 µV", "4.0 µV"],
        ["W DC voltage", "10 V", "+20 µV", "20 µV"],
    ]
    drawn = values(seen, ENGLISH).below(1, 78, 12).plain
    assert "V26.4 waits: a accepts it, x puts it aside" in drawn
    assert drawn.count("W") == 1
    assert "●" not in drawn


@pytest.mark.parametrize("language", ["en", "vi"])
def test_what_stands_against_it_names_keys_and_no_commands(whole: Store, language: str) -> None:
    sits = at_desk(whole, language)
    heads = {n: head(known(sits, f"CAL-{n}"), sits.say).plain for n in (2, 4, 5, 6)}
    key = sits.say("key {key}")
    for number, letter in {2: "o", 4: "a", 5: "n", 6: "a"}.items():
        assert key.format(key=letter) in heads[number]
    assert "`" not in "".join(heads.values())


def test_a_command_that_has_no_key_stays() -> None:
    text = "Enter it: `station equipment add`, then `station equipment accept CAL-1`."
    assert by_keys(text, ENGLISH) == "Enter it: `station equipment add`, then key a."


def test_what_is_known_is_read_once(whole: Store) -> None:
    watch = KnownWatch(at_desk(whole), STANDARD)
    assert watch.look() is watch.look()
