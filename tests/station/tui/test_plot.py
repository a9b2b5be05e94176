"""The chart of a run: every value in its place, every line with its name."""

import pytest

from station.run.live import Approaching, LiveView
from station.tui.run.chart import picture
from station.tui.run.plot import GUARD, LIMIT, Line, Plot
from station.tui.run.present import Shown
from tests.station.tui.journals import planned
from tests.station.tui.screens import ENGLISH, speech

LINES = (Line(-9.0, "-9", "lower", "─", LIMIT), Line(9.0, "+9", "upper", "─", LIMIT))


def drawn(*values: float, height: int = 13, accepted: tuple[float, float] | None = None) -> str:
    return Plot(values, (-9.0, 9.0), LINES, accepted).draw(60, height).plain


def row_of(text: str, mark: str) -> int:
    return next(row for row, line in enumerate(text.split("\n")) if mark in line)


@pytest.mark.parametrize("height", [6, 9, 13, 30])
def test_a_drawing_has_the_size_that_it_was_given(height: int) -> None:
    lines = drawn(1.0, -4.0, 8.0, height=height).split("\n")
    assert len(lines) == height
    assert max(map(len, lines)) <= 60


@pytest.mark.parametrize("height", [3, 4])
def test_too_little_room_is_left_empty(height: int) -> None:
    assert drawn(1.0, height=height) == ""


PLACES = [
    pytest.param(11.0, "above", id="beyond the upper limit"),
    pytest.param(0.0, "between", id="in the middle"),
    pytest.param(-11.0, "below", id="beyond the lower limit"),
    pytest.param(1e9, "▲", id="far above"),
    pytest.param(-1e9, "▼", id="far below"),
]


@pytest.mark.parametrize(("value", "place"), PLACES)
def test_a_value_is_on_its_side_of_the_limits(value: float, place: str) -> None:
    text = drawn(value)
    upper, lower = row_of(text, "upper"), row_of(text, "lower")
    marks = [row for row, line in enumerate(text.split("\n")) if set(line) & set("▀▄▲▼")]
    assert len(marks) == 1
    places = {
        "above": marks[0] < upper,
        "between": upper < marks[0] < lower,
        "below": marks[0] > lower,
        "▲": marks[0] == 0 and "▲" in text,
        "▼": "▼" in text and marks[0] > lower,
    }
    assert places[place]


def test_the_greater_value_is_never_drawn_lower() -> None:
    values = [-9.0 + 0.45 * n for n in range(41)]
    rows = [
        2 * row_of(text, "▀" if "▀" in text else "▄") + ("▄" in text)
        for text in (Plot((y,), (-9.0, 9.0), LINES).draw(60, 25).plain for y in values)
    ]
    assert rows == sorted(rows, reverse=True)
    assert len(set(rows)) > 30


def test_two_values_in_one_cell_are_both_seen() -> None:
    pairs = [(apart, apart + 0.8) for apart in (0.0, 0.4, 0.8, 1.2)]
    drawings = [Plot(pair * 200, (-9.0, 9.0), LINES).draw(60, 13).plain for pair in pairs]
    assert any("█" in text for text in drawings)


def test_guard_bands_are_shaded() -> None:
    text = drawn(0.0, accepted=(-6.0, 6.0))
    assert text.count("░") > 2 * 40
    assert "░" not in drawn(0.0)


def test_limits_at_one_place_are_drawn() -> None:
    zero = (Line(0.0, "0", "limit", "─", LIMIT),)
    assert "limit" in Plot((1.0, -1.0), (0.0, 0.0), zero).draw(60, 13).plain


def test_readings_are_drawn_from_nominal_with_their_mean() -> None:
    point = planned(1)[0]
    shown = Shown(point, tuple(point.nominal + e for e in (1e-6, 3e-6)), (-5e-6, 5e-6))
    made = picture(shown, LiveView(), speech("vi"))
    assert made is not None
    assert made.plot is not None
    assert made.plot.limits == pytest.approx((-7.0, 7.0))
    assert made.plot.values == pytest.approx((1.0, 3.0))
    assert made.words.startswith("trung bình +2 µV = +29 % ")
    assert "s = 1,4 µV" in made.words
    assert [line.style for line in made.plot.lines].count(GUARD) == 2


def test_readings_of_a_result_are_drawn_as_the_errors_that_the_table_tells() -> None:
    point = planned(1)[0]
    raw = tuple(point.nominal + e for e in (8e-6, 12e-6))
    made = picture(Shown(point, raw, error=2e-6), LiveView(), ENGLISH)
    assert made is not None
    assert made.plot is not None
    assert made.plot.values == pytest.approx((0.0, 4.0), abs=1e-9)
    assert made.words.startswith("mean +2 µV")
    assert made.title.endswith("Error / µV")
    now = picture(Shown(point, raw), LiveView(), ENGLISH)
    assert now is not None
    assert now.title.endswith("Error, uncorrected / µV")


def test_what_comes_to_rest_is_drawn_from_where_it_is_now() -> None:
    seen = Approaching(values=(20.0, 20.02, 20.015), within=0.01, unit="°C")
    made = picture(Shown(), LiveView(waiting="It rests.", seconds_left=60, approach=seen), ENGLISH)
    assert made is not None
    assert made.plot is not None
    assert made.title.startswith("It rests.")
    assert made.plot.values[-1] == 0.0
    low, high = made.plot.limits
    assert high == -low
    assert made.plot.values[0] / high == pytest.approx(-1.5)


def test_there_may_be_nothing_to_draw() -> None:
    assert picture(Shown(), LiveView(waiting="It settles.", seconds_left=60.0), ENGLISH) is None
