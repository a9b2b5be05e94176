"""The figures of DKD-R 6-1 and the budgets made of them.

No published example of DKD-R 6-1 or EURAMET cg-17 was found with all its inputs and results: what
is compared here was worked out by hand from the formulas.
"""

import math
from typing import Any

import pytest

from procedures.pressure import gauge_budget as b
from station.evidence import Room, StandardValue
from station.metrology.physics.pressure import Gas

# A gauge of 100 units in sequence A: zero, middle, full scale. The zero creeps, up and down differ
# by 4 in the middle, the second cycle is 1 higher there, screwing on again makes 3.
SIX = {
    1: (0.0, 50.0, 100.0),
    2: (1.0, 54.0, 100.5),
    3: (1.0, 52.0, 101.0),
    4: (1.5, 55.0, 101.5),
    5: (0.5, 53.5, 102.5),
    6: (2.5, 57.5, 102.0),
}
THREE = {number: SIX[number] for number in (1, 2, 3)}
TWO = {number: SIX[number] for number in (1, 2)}


@pytest.mark.parametrize(
    ("readings", "zero", "again", "anew", "wide"),
    [
        # f0: 2.5 - 0.5 of M5 and M6.  b': (101 - 1) - 100 = 0 and (52 - 1) - 50 = 1 up,
        # (55 - 1.5) - (54 - 1) = 0.5 down.  b: (53.5 - 0.5) - 50 = 3 up, (57.5 - 2.5) - 53 = 2.
        # h: (4 + 3 + 4)/3.
        pytest.param(SIX, 2.0, 1.0, 3.0, 11.0 / 3.0, id="A"),
        pytest.param(THREE, 1.0, 1.0, None, 4.0, id="B"),
        pytest.param(TWO, 1.0, None, None, 4.0, id="C"),
    ],
)
def test_figures_of_the_sequences(
    readings: Any, zero: float, again: float | None, anew: float | None, wide: float
) -> None:
    assert b.zero_deviation(readings) == zero
    assert b.repeatability(readings) == again
    assert b.reproducibility(readings) == anew
    assert b.hysteresis_at(readings, 1) == pytest.approx(wide, rel=1e-14)


def test_the_mean_error_gives_up_and_down_one_weight_each() -> None:
    deviations = {1: (0.0, 1.0), 2: (0.0, 4.0), 3: (0.0, 3.0)}
    assert b.mean_error(deviations, 1) == 0.5 * (2.0 + 4.0)


def test_hysteresis_is_the_mean_of_widths() -> None:
    """Each pair counts with its absolute value: +4 and -2 do not make it 1."""
    readings = {1: (0.0, 5.0), 2: (0.0, 9.0), 3: (0.0, 6.0), 4: (0.0, 4.0)}
    assert b.hysteresis_at(readings, 1) == 3.0


LEVEL = b.Line(Gas.DRY_AIR, 0.0, 0.0, 9.80665, 0.0)
EXACT = StandardValue(500_000.0, 0.0, "certificate", 0.0, "stability")
SHARP = b.Spread(1e-9, pointer=False, zero_deviation=0.0, repeatability=0.0, reproducibility=0.0,
                 hysteresis=0.0)  # fmt: skip


def budget(**changes: Any) -> Any:
    given: dict[str, Any] = {
        "deviation": 120.0,
        "pressure": 500_000.0,
        "standard": EXACT,
        "unsteadiness": 0.0,
        "spread": SHARP,
        "line": LEVEL,
        "room": Room(20.0, 50.0, 101_325.0),
        "ammeter": 0.0,
        "temperature_effect": (0.0, "item's details"),
        "reference_celsius": 20.0,
    }
    return b.error_of_indication(**{**given, **changes})


def test_the_error_is_gauge_minus_standard() -> None:
    standard = StandardValue(500_030.0, 0.0, "certificate", 0.0, "stability")
    assert budget(standard=standard).evaluate().value == pytest.approx(90.0)


ROOT_3 = math.sqrt(3.0)


@pytest.mark.parametrize(
    ("changes", "u"),
    [
        pytest.param(
            {"standard": StandardValue(5e5, 12.0, "c", 0.0, "s")}, 12.0, id="standard"
        ),
        pytest.param(
            {"standard": StandardValue(5e5, 0.0, "c", 30.0, "s")}, 30.0 / ROOT_3, id="drift"
        ),
        pytest.param({"unsteadiness": 9.0}, 9.0 / ROOT_3, id="unsteady"),
        pytest.param(
            {"unsteadiness": 9.0, "standard": StandardValue(5e5, 0.0, "c", 0.0, "s", slope=2.0)},
            18.0 / ROOT_3,
            id="unsteady, in the standard's own unit",
        ),
        # r/(2√3) at the pressure and at zero.
        pytest.param(
            {"spread": b.Spread(100.0, False, 0.0, 0.0, 0.0, 0.0)},
            math.sqrt(2.0) * 100.0 / (2.0 * ROOT_3),
            id="display",
        ),
        pytest.param(
            {"spread": b.Spread(100.0, True, 0.0, 0.0, 0.0, 0.0)},
            math.sqrt(2.0 * (50.0**2) / 3.0 + 20.0**2 / 3.0),
            id="pointer",
        ),
        pytest.param(
            {"spread": b.Spread(1e-9, False, 60.0, 0.0, 0.0, 0.0)}, 30.0 / ROOT_3, id="f0"
        ),
        pytest.param(
            {"spread": b.Spread(1e-9, False, 0.0, 60.0, 0.0, 0.0)}, 30.0 / ROOT_3, id="b'"
        ),
        pytest.param(
            {"spread": b.Spread(1e-9, False, 0.0, 0.0, 60.0, 0.0)}, 30.0 / ROOT_3, id="b"
        ),
        pytest.param(
            {"spread": b.Spread(1e-9, False, 0.0, 0.0, 0.0, 60.0)}, 30.0 / ROOT_3, id="h"
        ),
        # Sequence C repeats nothing: one resolution stands for b'.
        pytest.param(
            {"spread": b.Spread(60.0, False, 0.0, None, None, 0.0)},
            math.sqrt(3.0) * 30.0 / ROOT_3,
            id="nothing repeated",
        ),
        pytest.param({"ammeter": 30.0}, 30.0 / ROOT_3, id="ammeter"),
        # 4 K off and 1 K of doubt: 5 K · 200 Pa/K.
        pytest.param(
            {"temperature_effect": (200.0, "maker"), "room": Room(24.0, 50.0, 101_325.0)},
            1000.0 / ROOT_3,
            id="temperature",
        ),
        # 5 bar of gas that was once one atmosphere of air: 500000/(287.05 · 293.15) kg/m³.
        pytest.param(
            {"line": b.Line(Gas.DRY_AIR, 0.0, 0.1, 9.80665, 0.0)},
            500_000.0 / (8.31446261815324 / 28.96546e-3 * 293.15) * 9.80665 * 0.1 / ROOT_3,
            id="height",
        ),
    ],
)  # fmt: skip
def test_each_contribution(changes: dict[str, Any], u: float) -> None:
    result = budget(**changes).evaluate()
    assert result.standard_uncertainty == pytest.approx(u, rel=1e-6)


@pytest.mark.parametrize("below", [1.5, -1.5])
def test_below_the_standard_there_is_more_pressure(below: float) -> None:
    line = b.Line(Gas.DRY_AIR, below, 0.0, 9.80665, 0.0)
    # Both ends see the column of the air outside: 5 bar / (R_s · T) remains.
    head = 500_000.0 * 28.96546e-3 / (8.31446261815324 * 293.15) * 9.80665 * below
    assert budget(line=line).evaluate().value == pytest.approx(120.0 - head, abs=1e-6)
    room = Room(20.0, 50.0, 101_325.0)
    assert b.head_pascals(line, 500_000.0, room) == pytest.approx(head, rel=1e-9)


def test_where_the_atmosphere_was_not_read_the_density_is_less_certain() -> None:
    line = b.Line(Gas.NITROGEN, 2.0, 0.0, 9.80665, 0.0)
    read = budget(line=line).evaluate()
    guessed = budget(line=line, room=Room(20.0, 50.0)).evaluate()
    assert guessed.standard_uncertainty > 3.0 * read.standard_uncertainty
    assert abs(guessed.value - read.value) < guessed.expanded_uncertainty


def test_the_budget_of_hysteresis() -> None:
    result = b.difference_of_up_and_down(
        up=-30.0, down=50.0, pairs=2, resolution=60.0, pointer=True, unsteadiness=5.0
    ).evaluate()
    assert result.value == 80.0
    # Each of two readings: half a resolution, a fifth for the eye, and the standard's change.
    squares = 2.0 * (30.0**2 + 12.0**2 + 5.0**2) / 3.0
    assert result.standard_uncertainty == pytest.approx(math.sqrt(squares), rel=1e-12)
