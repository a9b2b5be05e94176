"""Checks between calibrations: baselines that stand, what is judged against them, what is due."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from station.cli.main import main
from station.clock import day_of
from station.errors import BadInput, Refused
from station.metrology.control_chart import BaselineFault, RunRule
from station.records.audit import audit
from station.records.store import Store, open_store
from station.register import book
from station.register import entries as e
from station.register.equipment import read_one
from station.register.equipment_checks import (
    Chosen,
    accept_baseline,
    baseline_of,
    checks_due,
    line_at,
    plan_check,
)
from station.register.equipment_control import Checked, ControlLine, control_lines, trial
from station.run.entries import Aborted
from tests.station.stores import Place
from tests.station.tui.equipment import (
    CHECKED,
    CHECKED_SERIAL,
    WALL,
    checked,
    entered,
    weekly,
)
from tests.station.tui.results import NOW

PLACE = {"procedure": "dmm", "point": "dc-voltage/10/+10"}
TODAY = day_of(NOW)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "s.db")) as opened:
        yield opened


def chart(store: Store) -> ControlLine:
    return line_at(control_lines(store, read_one(store, CHECKED)), "")


def accepted(store: Store, *, reason: str = "", **chosen: object) -> e.BaselineAccepted:
    """Accept a baseline; return it."""
    equipment = read_one(store, CHECKED)
    which = Chosen(**chosen)  # type: ignore[arg-type]
    entry = baseline_of(equipment, chart(store), which, reason, "chi")
    book.act(store, WALL, accept_baseline(entry))
    return entry


def test_what_is_measured_later_does_not_move_the_limits(store: Store) -> None:
    checked(store, 20)
    before = chart(store)
    assert before.baseline is None
    assert before.judged == 20
    kept = accepted(store, reason="The values hang together.")
    assert kept.runs == tuple(each.run for each in before.values)
    # From now on it drifts, 8 µV a week.
    weekly(store, [120e-6 + 8e-6 * week for week in range(10)], until=NOW + timedelta(weeks=10))
    after = chart(store)
    assert after.baseline == kept
    assert after.limits == before.limits
    assert (len(after.based), after.judged) == (20, 20)
    assert after.signals[0].index > 20
    assert RunRule.BEYOND_3S in {signal.rule for signal in after.signals}


def test_rules_begin_anew_after_the_baseline(store: Store) -> None:
    checked(store, 20)
    kept = accepted(store, reason="So.")
    high = kept.centre + 1.5 * kept.standard_deviation
    weekly(store, [high] * 3, until=NOW + timedelta(weeks=3))
    assert chart(store).signals == ()
    weekly(store, [high], until=NOW + timedelta(weeks=4))
    assert [s.rule for s in chart(store).signals] == [RunRule.FOUR_OF_FIVE_BEYOND_1S]
    plan = e.CheckPlanned(by="b", equipment=CHECKED, every_days=7, rules=e.Rules.ACTION, **PLACE)
    book.act(store, WALL, plan_check(plan))
    assert chart(store).signals == ()


def test_another_baseline_needs_a_day_and_a_reason(store: Store) -> None:
    checked(store, 24)
    since = chart(store).values[2].on
    accepted(store, until=chart(store).values[21].on, reason="The values hang together.")
    with pytest.raises(BadInput, match="Say from which day on"):
        accepted(store, reason="Moved.")
    with pytest.raises(Refused, match="needs a reason"):
        accepted(store, since=since)
    second = accepted(store, since=since, reason="The leads were changed.")
    equipment = read_one(store, CHECKED)
    assert equipment.baselines == (second,)
    assert [type(entry) for _, entry in equipment.log].count(e.BaselineAccepted) == 2
    assert chart(store).judged == 24


def test_a_doubtful_baseline_needs_a_reason(store: Store) -> None:
    checked(store, 5)
    with pytest.raises(Refused, match="fewer points than a baseline needs"):
        accepted(store)
    assert accepted(store, reason="A beginning.").doubts == ("fewer points than a baseline needs",)


def test_a_run_with_a_known_cause_is_left_out(store: Store) -> None:
    checked(store, 24, last=90e-6)
    spoilt = chart(store).values[-1].run
    assert BaselineFault.OUT_OF_CONTROL in chart(store).faults
    with pytest.raises(BadInput, match="No such run measured it there: 2026"):
        accepted(store, without=[spoilt, "2026"], reason="x")
    kept = accepted(store, without=[spoilt], reason="The last one: a loose lead.")
    assert spoilt not in kept.runs
    assert len(kept.runs) == 23


@pytest.mark.parametrize("days", [(1, 2, 3), (1,), ()])
def test_equal_or_few_values_make_no_baseline(store: Store, days: tuple[int, ...]) -> None:
    checked(store, 2)
    point = chart(store).point
    values = [Checked(date(2026, 1, day), f"r{day}", 1e-6, 1e-7) for day in days]
    line = trial("dmm", point, values, date.min)
    assert line.limits is None
    with pytest.raises(BadInput, match="make no limits"):
        baseline_of(read_one(store, CHECKED), line, Chosen(), "", "chi")


def test_an_adjustment_ends_a_baseline(store: Store) -> None:
    checked(store, 20)
    kept = accepted(store, reason="So.")
    done = e.Serviced(
        by="b", equipment=CHECKED, what=e.ServiceKind.ADJUSTMENT, on=kept.last + timedelta(days=1)
    )
    book.act(store, WALL, lambda _: [done])
    assert chart(store).changed
    weekly(store, [2e-6, 3e-6, 1e-6], until=NOW + timedelta(weeks=3))
    again = accepted(store, since=kept.first, reason="After the adjustment.")
    assert len(again.runs) == 3
    assert not chart(store).changed


def test_simulated_measurements_never_mix_with_real_ones(store: Store) -> None:
    entered(store, CHECKED, CHECKED_SERIAL)
    weekly(store, [5e-3, 6e-3, 4e-3], simulated=True)
    assert accepted(store, reason="To try it out.").simulated
    assert chart(store).judged == 3
    weekly(store, [1e-6, 3e-6, 2e-6], until=NOW + timedelta(weeks=4))
    real = chart(store)
    assert (len(real.values), real.simulated, real.baseline) == (3, False, None)
    kept = accepted(store, reason="A beginning.")
    assert kept.centre == pytest.approx(2e-6)
    assert {each.simulated for each in read_one(store, CHECKED).baselines} == {True, False}


def decided(store: Store, entry: e.Reviewed | e.Issued | e.Withdrawn) -> list[str]:
    """Write what is decided of a run's results; return the runs that count afterwards."""
    book.act(store, WALL, lambda _: [entry])
    return [each.run for each in chart(store).values]


def reviewed(run: str, *, accepted: bool) -> e.Reviewed:
    return e.Reviewed(by="chi", run=run, dut="dut", accepted=accepted, reason="r", head="0" * 64)


def issued(run: str, number: str, amends: str = "") -> e.Issued:
    return e.Issued(
        by="chi", run=run, dut="dut", number=number, pdf="0" * 64, xml="0" * 64, amends=amends
    )


@pytest.mark.parametrize("end", [Aborted(by="binh", reason="smoke"), None], ids=["aborted", "open"])
def test_only_a_finished_run_counts(store: Store, end: Aborted | None) -> None:
    checked(store, 3)
    before = chart(store)
    planned(store, **PLACE)
    weekly(store, [9e-3], until=NOW + timedelta(weeks=1), finished=False, end=end)
    assert chart(store).values == before.values
    assert chart(store).limits == before.limits
    assert due(store) == [before.values[-1].on + timedelta(days=10)]


def test_what_was_returned_or_withdrawn_counts_no_more(store: Store) -> None:
    checked(store, 3)
    runs = [each.run for each in chart(store).values]
    others = runs[1:]
    assert decided(store, reviewed(runs[0], accepted=False)) == others
    assert decided(store, reviewed(runs[0], accepted=True)) == runs
    assert decided(store, issued(runs[0], "C26.00001")) == runs
    gone = e.Withdrawn(by="chi", number="C26.00001", reason="wrong item")
    assert decided(store, gone) == others
    assert decided(store, issued(runs[0], "C26.00002", "C26.00001")) == runs


def test_a_baseline_says_what_of_it_counts_no_more(store: Store) -> None:
    checked(store, 4)
    kept = accepted(store, reason="A beginning.")
    assert chart(store).lost == 0
    decided(store, reviewed(kept.runs[1], accepted=False))
    after = chart(store)
    assert (after.lost, len(after.based), after.baseline) == (1, 3, kept)


def test_a_point_that_nobody_measured_is_told(store: Store) -> None:
    checked(store, 2)
    lines = control_lines(store, read_one(store, CHECKED))
    with pytest.raises(BadInput, match=r"measured were dmm dc-voltage/10/\+10"):
        line_at(lines, "dc-voltage/10/+9")
    with pytest.raises(BadInput, match="Say which point"):
        line_at([*lines, replace(lines[0], procedure="other")], "")
    with pytest.raises(BadInput, match="No run measured it"):
        line_at([], "")


# -- when checks are due ---------------------------------------------------------------------


def planned(store: Store, **plan: object) -> None:
    entry = e.CheckPlanned.model_validate(
        {"by": "binh", "equipment": CHECKED, "every_days": 10} | plan
    )
    book.act(store, WALL, plan_check(entry))


def due(store: Store) -> list[date]:
    return [each.due for each in checks_due(store, read_one(store, CHECKED))]


def test_a_check_is_due_after_the_last_measurement(store: Store) -> None:
    checked(store, 3)
    planned(store, **PLACE)
    assert due(store) == [TODAY - timedelta(days=7) + timedelta(days=10)]
    weekly(store, [120e-6], until=NOW + timedelta(weeks=2))
    assert due(store) == [TODAY + timedelta(days=7 + 10)]
    planned(store, every_days=None, **PLACE)
    assert due(store) == []
    with pytest.raises(BadInput, match="every 1 to 3660 days"):
        planned(store, every_days=0, **PLACE)
    with pytest.raises(BadInput, match="no such check"):
        planned(store, every_days=None, **PLACE)


def test_the_last_value_out_of_control_is_told_with_the_day(store: Store) -> None:
    checked(store, 24, last=70e-6, based=20)
    (check,) = checks_due(store, read_one(store, CHECKED))
    assert check.signalled == chart(store).signalled == (RunRule.BEYOND_3S,)
    weekly(store, [120e-6], until=NOW + timedelta(weeks=1))
    (check,) = checks_due(store, read_one(store, CHECKED))
    assert check.signalled == chart(store).signalled == ()


def test_a_check_by_hand_is_due_at_once_then_after_each(store: Store) -> None:
    checked(store, 1)
    planned(store)
    assert due(store) == [TODAY]
    done = e.Serviced(
        by="b", equipment=CHECKED, what=e.ServiceKind.CHECK, on=date(2026, 11, 20), passed=True
    )
    book.act(store, WALL, lambda _: [done])
    assert due(store) == [date(2026, 11, 30)]
    book.act(store, WALL, lambda _: [e.EquipmentRetired(by="b", equipment=CHECKED, reason="x")])
    assert due(store) == []


# -- the commands ----------------------------------------------------------------------------


@pytest.fixture
def anywhere(place: Place) -> Iterator[Store]:
    with open_store(place.url) as opened:
        yield opened


def test_by_command(anywhere: Store, capsys: pytest.CaptureFixture[str]) -> None:
    store = anywhere

    def told(*words: str, code: int = 0) -> str:
        assert main(["equipment", *words, "--store", store.url]) == code
        out, wrong = capsys.readouterr()
        return out + wrong

    checked(store, 24, last=70e-6)
    assert "a trial; nobody accepted a baseline" in told("chart", CHECKED)
    days = [each.on.isoformat() for each in chart(store).values]
    assert "A doubtful baseline" in told("baseline", CHECKED, "--until", days[9], code=4)
    said = told("baseline", CHECKED, "--until", days[19], "--by", "chi")
    assert "of 20 measurements" in said
    charted = json.loads(told("chart", CHECKED, "--json"))[0]
    assert [each["in_baseline"] for each in charted["values"]] == [True] * 20 + [False] * 4
    assert charted["values"][-1]["signals"][0] == "1 beyond 3 s"
    assert charted["baseline"]["by"] == "chi"
    assert "accepted by chi" in told("chart", CHECKED)
    told("plan-check", CHECKED, "--every", "30", "--point", PLACE["point"])
    assert read_one(store, CHECKED).checks[0].procedure == "dmm"
    assert "OUT OF CONTROL: 1 beyond 3 s" in told("due", "--within", "36500")
    assert "checked every 30 days" in told("show", CHECKED)
    told("plan-check", CHECKED, "--end", "--point", PLACE["point"])
    assert "intermediate check" not in told("due", "--within", "36500")
    assert "baseline-accepted" in told("history", CHECKED)
    assert audit(store).faults == ()
