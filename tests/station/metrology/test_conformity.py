import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.metrology.conformity import (
    GUARDED_BINARY,
    GUARDED_NON_BINARY,
    RULES,
    SIMPLE_ACCEPTANCE,
    Limits,
    Verdict,
    conformance_probability,
    decide,
)
from station.metrology.errors import InvalidNumber

ORDER = [Verdict.PASS, Verdict.CONDITIONAL_PASS, Verdict.CONDITIONAL_FAIL, Verdict.FAIL]


def test_rules_are_found_by_name():
    assert RULES["guarded-non-binary"] is GUARDED_NON_BINARY
    assert all(rule.name == name for name, rule in RULES.items())


@pytest.mark.parametrize(
    ("error", "limits", "expected"),
    [
        (0.2, Limits(-0.3, 0.3), Verdict.PASS),  # 0.3 - 0.1 is 0.19999999999999998 in binary
        (0.3, Limits(-0.3, 0.3), Verdict.CONDITIONAL_PASS),
        (0.4, Limits(-0.3, 0.3), Verdict.CONDITIONAL_FAIL),
        (0.4000001, Limits(-0.3, 0.3), Verdict.FAIL),
        (1e9, Limits(lower=5.0), Verdict.PASS),
        (5.05, Limits(lower=5.0), Verdict.CONDITIONAL_PASS),
        (0.0, Limits(-0.1, 0.1), Verdict.NOT_ASSESSABLE),
        (5.0, Limits(-0.05, 0.1), Verdict.NOT_ASSESSABLE),
    ],
)
def test_guarded_non_binary(error, limits, expected):
    decision = decide(GUARDED_NON_BINARY, error, 0.1, limits)
    assert decision.verdict is expected
    assert (decision.probability_of_false_decision is None) == (expected is Verdict.NOT_ASSESSABLE)


def test_the_acceptance_interval_is_the_tolerance_less_the_guard_band():
    decision = decide(GUARDED_BINARY, 0.0, 0.5, Limits(-2.0, 3.0))
    assert (decision.acceptance_lower, decision.acceptance_upper) == (-1.5, 2.5)
    assert decision.guard_band == 0.5
    assert decide(GUARDED_BINARY, 0.0, 0.5, Limits(upper=3.0)).acceptance_lower == -math.inf


@pytest.mark.parametrize(
    ("rule", "error", "risk"),
    [
        (SIMPLE_ACCEPTANCE, 1.0, 0.5),  # on the limit: as likely in as out
        (GUARDED_BINARY, 0.8, 0.02275),  # on the acceptance limit, w = U = 2u: Φ(-2)
        (GUARDED_BINARY, 0.81, 0.97128),  # rejected, yet it conforms: Φ(1.9)
        (GUARDED_NON_BINARY, 1.2, 0.02275),  # conditional fail at T + U: Φ(-2)
    ],
)
def test_specific_risk_of_each_verdict(rule, error, risk):
    decision = decide(rule, error, 0.2, Limits(-1.0, 1.0))
    assert decision.probability_of_false_decision == pytest.approx(risk, abs=1e-5)


def test_few_degrees_of_freedom_raise_the_risk():
    normal = decide(GUARDED_BINARY, 0.8, 0.2, Limits(-1.0, 1.0))
    student = decide(GUARDED_BINARY, 0.8, 0.2, Limits(-1.0, 1.0), standard_uncertainty=0.1, dof=4.0)
    assert student.probability_of_false_decision > normal.probability_of_false_decision
    # t with four degrees of freedom at -2: 0.0581 (table)
    assert student.probability_of_false_decision == pytest.approx(0.0581, abs=1e-4)


def test_without_uncertainty_the_limits_decide_alone():
    assert conformance_probability(1.0, 0.0, Limits(-1.0, 1.0)) == 1.0
    assert conformance_probability(1.1, 0.0, Limits(-1.0, 1.0)) == 0.0


@pytest.mark.parametrize(
    ("error", "expanded", "u"), [(math.nan, 1.0, 0.5), (0.0, -1.0, 0.5), (0.0, 1.0, math.inf)]
)
def test_impossible_numbers_are_refused(error, expanded, u):
    with pytest.raises(InvalidNumber):
        decide(SIMPLE_ACCEPTANCE, error, expanded, Limits(-1.0, 1.0), standard_uncertainty=u)


@pytest.mark.parametrize(("lower", "upper"), [(1.0, -1.0), (math.nan, 1.0), (0.0, math.nan)])
def test_impossible_limits_are_refused(lower, upper):
    with pytest.raises(InvalidNumber):
        Limits(lower, upper)


@given(
    st.sampled_from(list(RULES.values())),
    st.floats(0.0, 0.4),
    st.floats(0.0, 3.0),
    st.floats(0.0, 3.0),
)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_a_larger_error_never_gets_a_better_verdict(rule, uncertainty, one, other):
    small, large = sorted((one, other))
    limits = Limits(-1.0, 1.0)
    better = decide(rule, small, uncertainty, limits).verdict
    worse = decide(rule, large, uncertainty, limits).verdict
    assert ORDER.index(better) <= ORDER.index(worse)
