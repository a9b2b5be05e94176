"""What counted results amount to."""

import dataclasses

import pytest

from station.metrology.conformity import Verdict
from station.metrology.limits import Limits
from station.validation.finding import ALLOWANCE, Finding, Study, assessed
from station.validation.trial import Found, Trial

CLAIM = 0.9545

GOOD = Found(
    test="dc-voltage",
    range=10.0,
    point="a",
    error=1.0,
    expanded_uncertainty=2.0,
    truth=0.0,
    limits=Limits(-5.0, 5.0),
    verdict=Verdict.PASS,
    false_probability=0.01,
)
BAD = dataclasses.replace(GOOD, truth=5.0, point="b")
OTHER = dataclasses.replace(GOOD, test="resistance", range=1e3)


def study(missed: int, total: int, *, planned: int | None = None) -> Study:
    """One result a trial, of which `missed` were not covered."""
    trials = [Trial(n, (BAD if n < missed else GOOD,), ()) for n in range(total)]
    return assessed(trials, claim=CLAIM, planned=planned or total)


def test_of_a_result() -> None:
    assert GOOD.ratio == 0.5
    assert BAD.ratio == 2.0


FALSE = [
    pytest.param(Verdict.PASS, 0.0, False, id="accepted, inside"),
    pytest.param(Verdict.CONDITIONAL_PASS, 6.0, True, id="accepted, outside"),
    pytest.param(Verdict.CONDITIONAL_FAIL, 0.0, True, id="rejected, inside"),
    pytest.param(Verdict.FAIL, -6.0, False, id="rejected, outside"),
    pytest.param(Verdict.PASS, 5.0, False, id="accepted, on the limit"),
]


@pytest.mark.parametrize(("verdict", "truth", "false"), FALSE)
def test_a_verdict_is_false(verdict: Verdict, truth: float, *, false: bool) -> None:
    assert dataclasses.replace(GOOD, verdict=verdict, truth=truth).is_false is false


FINDINGS = [
    pytest.param(0, 300, Finding.CAUTIOUS, id="all covered, many"),
    pytest.param(0, 10, Finding.COMPATIBLE, id="all covered, few"),
    pytest.param(14, 300, Finding.COMPATIBLE, id="as claimed"),
    pytest.param(210, 3000, Finding.APPROXIMATE, id="93 %, surely below the claim"),
    pytest.param(21, 300, Finding.COMPATIBLE, id="93 %, perhaps by chance"),
    pytest.param(60, 300, Finding.TOO_LOW, id="80 %"),
    pytest.param(10, 10, Finding.TOO_LOW, id="none covered"),
]


@pytest.mark.parametrize(("missed", "total", "finding"), FINDINGS)
def test_coverage_is_held_against_the_claim(missed: int, total: int, finding: Finding) -> None:
    found = study(missed, total)
    assert {group.finding for group in found.groups} == {finding}
    assert found.proved is (finding is not Finding.TOO_LOW)


def test_an_interval_beyond_the_limits_covers_and_proves_nothing() -> None:
    wide = dataclasses.replace(GOOD, expanded_uncertainty=5.1)
    trials = [Trial(n, (wide, OTHER), ()) for n in range(30)]
    found = assessed(trials, claim=CLAIM, planned=30)
    assert [group.test for group in found.too_wide] == ["dc-voltage", "dc-voltage"]
    assert found.groups[1].mean_width == pytest.approx(1.02)
    assert not found.too_low
    assert not found.proved


def test_without_a_limit_no_interval_is_too_wide() -> None:
    open_ended = dataclasses.replace(GOOD, limits=Limits(upper=1.0))
    assert open_ended.width == 0.0
    assert assessed([Trial(1, (open_ended,), ())], claim=CLAIM, planned=1).proved


def test_the_allowance_is_what_s9_leaves_at_its_limit() -> None:
    """A rectangular term and normal ones of 0.3 of it, k = p·√3, integrated."""
    import numpy as np
    from scipy.special import ndtr

    end = CLAIM * 3**0.5 * (1.0 + 0.3**2) ** 0.5
    x = np.linspace(-(3**0.5), 3**0.5, 200_001)
    covers = float(np.mean(ndtr((end - x) / 0.3) - ndtr((-end - x) / 0.3)))
    assert pytest.approx(covers, abs=1e-3) == CLAIM - ALLOWANCE


def test_groups_are_all_then_functions_then_ranges() -> None:
    trial = Trial(7, (GOOD, OTHER, BAD), ("c",))
    found = assessed([trial], claim=CLAIM, planned=2)
    assert [(g.test, g.range, g.covered.successes, g.covered.total) for g in found.groups] == [
        ("", None, 2, 3),
        ("dc-voltage", None, 1, 2),
        ("resistance", None, 1, 1),
        ("dc-voltage", 10.0, 1, 2),
        ("resistance", 1e3, 1, 1),
    ]
    everything = found.groups[0]
    assert everything.mean_ratio == pytest.approx(1.0)
    assert (everything.worst.point, everything.worst_trial) == ("b", 7)
    assert found.overloaded == 1
    assert not found.complete


def test_false_decisions_are_counted_beside_what_was_predicted() -> None:
    wrong = dataclasses.replace(GOOD, truth=6.0, false_probability=0.3)
    (only,) = assessed([Trial(1, (GOOD, wrong), ())], claim=CLAIM, planned=1).decisions
    assert (only.verdict, only.count, only.false) == (Verdict.PASS, 2, 1)
    assert only.predicted == pytest.approx(0.31)
    assert only.scatter == pytest.approx((0.01 * 0.99 + 0.3 * 0.7) ** 0.5)


def test_nothing_found_amounts_to_nothing() -> None:
    found = assessed([], claim=CLAIM, planned=5)
    assert found.groups == ()
    assert not found.complete
