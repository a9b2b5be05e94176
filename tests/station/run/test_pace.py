"""How long a run takes: said before it begins, and by what it has taken so far."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from procedures.electrical.dmm import PROCEDURE as DMM
from procedures.pressure.gauge import PROCEDURE as GAUGE
from station.bench_file import items_of, read_bench_file
from station.procedure import Procedure
from station.run import entries as e
from station.run.beginning import _observations, _plan
from station.run.journal import Row
from station.run.pace import CONNECTING_SECONDS, Left, expected, left
from station.run.plan import Phase
from station.run.state import RunState, fold
from tests.station.tui.journals import begun, measured, planned

SAID = 30.0


def folded(*entries: e.Entry) -> RunState:
    state = RunState()
    for seq, entry in enumerate((begun("r"), *entries)):
        state = fold(state, Row(seq, datetime(2026, 3, 2, tzinfo=UTC), entry, "", ""))
    return state


def took(seconds: Sequence[float], *, phase: Phase = Phase.AS_FOUND) -> list[e.Entry]:
    return [
        measured(number, phase=phase).model_copy(update={"seconds": each})
        for number, each in enumerate(seconds)
    ]


ROOT = Path(__file__).parents[3]
OTHERS = 5 * SAID
"""What is said of the tests after the first, which has five points."""

PACES = [
    pytest.param((), Left(10 * SAID, 10 * SAID), id="nothing yet: what was said"),
    pytest.param((3600.0,), Left(9 * SAID, 9 * SAID), id="a warm-up does not come again"),
    pytest.param((10.0,), Left(4 * 10 + OTHERS, 9 * SAID), id="one quick point proves little"),
    pytest.param((90.0, 15.0), Left(3 * 15 + OTHERS / 2, 3 * 15 + OTHERS), id="its own pace"),
    pytest.param(
        (90.0, 15.0, 60.0, 15.0),
        Left(15 + OTHERS, 30 + OTHERS),
        id="uneven: from median to mean",
    ),
]


@pytest.mark.parametrize(("seconds", "expected"), PACES)
def test_what_is_left_goes_by_what_was_met(seconds: tuple[float, ...], expected: Left) -> None:
    found = left(folded(*took(seconds)))
    assert (found.least, found.most) == pytest.approx((expected.least, expected.most))


def test_after_an_adjustment_the_pace_is_known() -> None:
    state = folded(
        *took([20.0] * 10),
        e.Decided(phase=Phase.AS_FOUND, verdict="fail"),
        e.AdjustBegun(by="A"),
        e.AdjustDone(by="A"),
    )
    assert left(state) == Left(200.0, 200.0)


def test_what_is_left_out_takes_no_time() -> None:
    left_out = [
        e.Skipped(point=point.id, phase=Phase.AS_FOUND, reason="no adapter", by="B")
        for point in planned()[:9]
    ]
    assert left(folded(*left_out)) == Left(SAID, SAID)


def test_a_wait_is_a_part_of_what_is_left_or_more_than_it() -> None:
    assert Left(100.0, 200.0).after(50.0) == Left(100.0, 200.0)
    assert Left(100.0, 200.0).after(3600.0) == Left(3600.0, 3700.0)
    assert Left(100.0, 200.0).after(3600.0, at_most=True) == Left(100.0, 3600.0)


@pytest.mark.parametrize(
    ("procedure", "folder", "hookups"),
    [
        pytest.param(DMM, "station/demo", 3, id="dmm"),
        pytest.param(GAUGE, "procedures/pressure/benches/pressure-gauge", 1, id="pressure-gauge"),
    ],
)
def test_a_run_begins_with_what_was_said_before_it(
    procedure: Procedure, folder: str, hookups: int
) -> None:
    file, _ = read_bench_file(ROOT / folder / "bench.toml")
    tests = procedure.tests(items_of(file))
    before = sum(expected(tests).values())
    run = begun("r").model_copy(
        update={"points": _plan(tests), "observations": _observations(tests)}
    )
    state = fold(RunState(), Row(0, datetime(2026, 3, 2, tzinfo=UTC), run, "", ""))
    assert left(state).most == pytest.approx(before)
    stated = [
        test.seconds
        for test in tests
        for point in (*test.observations, *test.points)
        if not point.rests_on
    ]
    assert before == pytest.approx(sum(stated) + hookups * CONNECTING_SECONDS)
