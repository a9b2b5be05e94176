import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.metrology.conformity import (
    CONFORMANCE_95,
    GUARDED_BINARY,
    GUARDED_NON_BINARY,
    GUARDED_REJECTION,
    ISO_14253_1,
    METHOD_6,
    ROOT_DIFFERENCE,
    RULES,
    SIMPLE_ACCEPTANCE,
    Limits,
    Rule,
    Side,
    Verdict,
    Zones,
    capability_index,
    conformance_probability,
    decide,
    limiting_value,
)
from station.metrology.errors import InvalidNumber
from station.metrology.guard_band import (
    Method6,
    MultipleOfUncertainty,
    RecommendedPractice10,
    RootDifferenceOfSquares,
    TargetGlobalRisk,
    TargetSpecificRisk,
    formula,
    parameters,
)
from station.metrology.risk import Population, global_risk

ORDER = [Verdict.PASS, Verdict.CONDITIONAL_PASS, Verdict.CONDITIONAL_FAIL, Verdict.FAIL]


def test_rules_are_found_by_name():
    assert RULES["guarded-non-binary"] is GUARDED_NON_BINARY
    assert all(rule.name == name for name, rule in RULES.items())
    assert len(RULES) == 8


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


# U = 0.2 and T = ±1: TUR 5; U = 0.5: TUR 2.
@pytest.mark.parametrize(
    ("rule", "expanded", "guard"),
    [
        (SIMPLE_ACCEPTANCE, 0.2, 0.0),
        (ISO_14253_1, 0.2, 0.166),
        (CONFORMANCE_95, 0.2, 0.1644854),
        (ROOT_DIFFERENCE, 0.5, 1.0 - 0.8660254),
        (METHOD_6, 0.5, 1.0 - 0.8591773),
        (METHOD_6, 0.2, 0.0),
        (Rule("rp-10", 1, RecommendedPractice10(), Zones.ACCEPTANCE, "RP-10"), 0.5, 0.25),
        (METHOD_6, 0.0, 0.0),
    ],
)
def test_guard_band_of_each_rule(rule, expanded, guard):
    decision = decide(rule, 0.0, expanded, Limits(-1.0, 1.0))
    assert decision.guard_band == pytest.approx(guard, abs=1e-7)
    assert decision.acceptance_upper == pytest.approx(1.0 - guard, abs=1e-7)
    assert decision.verdict is Verdict.PASS


TARGET = Rule("pfa-1", 1, TargetGlobalRisk(0.01, 0.90), Zones.ACCEPTANCE, "Z540.3-2006, 5.3")


def test_a_target_of_global_risk_is_met_wherever_the_limits_lie():
    for limits in (Limits(-1.0, 1.0), Limits(4.0, 6.0)):
        middle = 0.5 * (limits.lower + limits.upper)
        found = decide(TARGET, middle, 0.5, limits)
        acceptance = Limits(found.acceptance_lower, found.acceptance_upper)
        spread = Population.of_reliability(0.90, 1.0).standard_deviation
        risk = global_risk(Population(middle, spread), 0.25, limits, acceptance)
        assert risk.false_accept == pytest.approx(0.01, rel=1e-9)
    assert decide(TARGET, 0.0, 0.0, Limits(-1.0, 1.0)).guard_band == 0.0


@pytest.mark.parametrize("dof", [math.inf, 4.0])
def test_a_target_of_specific_risk_is_met_at_the_acceptance_limit(dof):
    limits = Limits(upper=1.0)
    edge = decide(CONFORMANCE_95, 0.0, 0.2, limits, dof=dof).acceptance_upper
    at_edge = decide(CONFORMANCE_95, edge, 0.2, limits, dof=dof)
    assert at_edge.verdict is Verdict.PASS
    assert at_edge.probability_of_false_decision == pytest.approx(0.05, rel=1e-9)


@pytest.mark.parametrize(
    ("error", "verdict"),
    [(1.1, Verdict.PASS), (1.2, Verdict.PASS), (1.21, Verdict.FAIL), (-1.21, Verdict.FAIL)],
)
def test_guarded_rejection_fails_only_beyond_the_guard_band(error, verdict):
    decision = decide(GUARDED_REJECTION, error, 0.2, Limits(-1.0, 1.0))
    assert decision.verdict is verdict
    assert decision.acceptance_upper == pytest.approx(1.2)
    # A guard band wider than the tolerance still rejects what is clearly outside.
    assert decide(GUARDED_REJECTION, 9.0, 3.0, Limits(-1.0, 1.0)).verdict is Verdict.FAIL


def test_a_speed_that_is_rejected_with_certainty():
    # JCGM 106:2012, 8.3.3: 100 km/h, u = 2 % of the reading, 99.9 %: 107 km/h.
    speed = limiting_value(100.0, lambda v: 0.02 * v, 0.999, side=Side.UPPER)
    assert speed == pytest.approx(106.587609, rel=1e-8)
    rule = Rule("speeding", 1, TargetSpecificRisk(0.001), Zones.REJECTION, "JCGM 106:2012, 8.3.3")
    for reading, verdict in ((106.58, Verdict.PASS), (106.59, Verdict.FAIL)):
        u = 0.02 * reading
        found = decide(rule, reading, 2.0 * u, Limits(upper=100.0), standard_uncertainty=u)
        assert found.verdict is verdict
    assert limiting_value(100.0, lambda v: 3.0, 0.5, side=Side.LOWER) == 100.0
    assert limiting_value(100.0, lambda v: 3.0, 0.97725, side=Side.LOWER) == pytest.approx(
        94.0, abs=1e-4
    )


def test_capability_index():
    assert capability_index(Limits(-1.0, 1.0), 0.125) == 4.0


@pytest.mark.parametrize(
    "act",
    [
        lambda: MultipleOfUncertainty(-1.0),
        lambda: TargetSpecificRisk(0.6),
        lambda: TargetGlobalRisk(0.02, 1.0),
        lambda: decide(METHOD_6, 0.0, 0.1, Limits(upper=1.0)),
        lambda: capability_index(Limits(-1.0, 1.0), 0.0),
        lambda: limiting_value(100.0, lambda v: v, 0.999, side=Side.UPPER),
        lambda: limiting_value(100.0, lambda v: 1.0, 0.3, side=Side.UPPER),
    ],
)
def test_rules_without_a_meaning_are_refused(act):
    with pytest.raises(InvalidNumber):
        act()


@pytest.mark.parametrize("rule", [METHOD_6, ROOT_DIFFERENCE], ids=lambda rule: rule.name)
@pytest.mark.parametrize("error", [0.0, 5.0])
def test_a_formula_of_tur_leaves_nothing_below_one(rule, error):
    decision = decide(rule, error, 2.5, Limits(-1.0, 1.0))
    assert decision.verdict is Verdict.NOT_ASSESSABLE
    assert decision.acceptance_lower == decision.acceptance_upper == 0.0


@pytest.mark.parametrize(
    ("band", "numbers", "text"),
    [
        (MultipleOfUncertainty(0.0), {"multiplier": 0.0}, "w = 0"),
        (MultipleOfUncertainty(1.0), {"multiplier": 1.0}, "w = U"),
        (MultipleOfUncertainty(0.83), {"multiplier": 0.83}, "w = 0.83·U"),
        (TargetSpecificRisk(0.05), {"probability": 0.05}, "w = z(0.95)·u"),
        (
            TargetGlobalRisk(0.02, 0.9),
            {"probability": 0.02, "reliability": 0.9},
            "PFA(w) ≤ 0.02; R = 0.9",
        ),
        (RootDifferenceOfSquares(), {}, "A/T = √(1 - 1/TUR²)"),
        (RecommendedPractice10(), {}, "A/T = 1.25 - 1/TUR ≤ 1"),
        (Method6(), {}, "A/T = 1 - M/TUR; M = 1.04 - exp(0.38·ln TUR - 0.54) ≥ 0"),
    ],
)
def test_a_guard_band_tells_its_formula_and_its_numbers(band, numbers, text):
    assert parameters(band) == numbers
    assert formula(band) == text


EVERY = pytest.mark.parametrize("rule", [*RULES.values(), TARGET], ids=lambda rule: rule.name)
ERRORS = st.floats(-3.0, 3.0)
UNCERTAINTIES = st.floats(0.0, 1.5)
"""To beyond the tolerance ±1, where most rules leave nothing of it."""

EXAMPLES = settings(max_examples=60, deadline=None, derandomize=True)


@EVERY
@given(uncertainty=UNCERTAINTIES, one=ERRORS, other=ERRORS)
@EXAMPLES
def test_a_larger_error_never_gets_a_better_verdict(rule, uncertainty, one, other):
    small, large = sorted((one, other), key=abs)
    verdicts = [
        decide(rule, error, uncertainty, Limits(-1.0, 1.0)).verdict for error in (small, large)
    ]
    if Verdict.NOT_ASSESSABLE in verdicts:
        # It depends on the uncertainty alone.
        assert verdicts[0] is verdicts[1]
    else:
        assert ORDER.index(verdicts[0]) <= ORDER.index(verdicts[1])


@EVERY
@given(uncertainty=UNCERTAINTIES, error=ERRORS)
@EXAMPLES
def test_the_sign_of_an_error_does_not_matter(rule, uncertainty, error):
    one, other = (decide(rule, e, uncertainty, Limits(-1.0, 1.0)) for e in (error, -error))
    assert one.verdict is other.verdict
    assert one.probability_of_false_decision == pytest.approx(
        other.probability_of_false_decision, abs=1e-12
    )


@EVERY
@given(uncertainty=UNCERTAINTIES, error=ERRORS, power=st.integers(-30, 30))
@EXAMPLES
def test_another_unit_changes_no_verdict_and_scales_the_limits(rule, uncertainty, error, power):
    # Powers of two are exact in binary, so that nothing but the scale differs.
    factor = 2.0**power
    one = decide(rule, error, uncertainty, Limits(-1.0, 1.0))
    scaled = decide(rule, factor * error, factor * uncertainty, Limits(-factor, factor))
    assert scaled.verdict is one.verdict
    for name in ("guard_band", "acceptance_lower", "acceptance_upper"):
        number = factor * getattr(one, name)
        assert getattr(scaled, name) == pytest.approx(number, rel=1e-9, abs=1e-9 * factor)


@EVERY
@given(uncertainty=UNCERTAINTIES, error=ERRORS)
@EXAMPLES
def test_no_guard_band_is_negative_and_no_risk_beyond_its_bounds(rule, uncertainty, error):
    decision = decide(rule, error, uncertainty, Limits(-1.0, 1.0))
    assert decision.guard_band >= 0.0
    risk = decision.probability_of_false_decision
    assert (risk is None) == (decision.verdict is Verdict.NOT_ASSESSABLE)
    assert risk is None or 0.0 <= risk <= 1.0


@pytest.mark.parametrize(("value", "u"), [(0.0, -0.1), (0.0, math.nan), (math.nan, 0.1)])
def test_a_probability_of_impossible_numbers_is_refused(value, u):
    with pytest.raises(InvalidNumber, match="finite"):
        conformance_probability(value, u, Limits(-1.0, 1.0))


def test_the_stated_risk_counts_both_limits():
    # T = ±1 with u = 0.5: on the acceptance limit the far limit adds 0.9 % to the 5 %.
    edge = decide(CONFORMANCE_95, 0.0, 1.0, Limits(-1.0, 1.0)).acceptance_upper
    at_edge = decide(CONFORMANCE_95, edge, 1.0, Limits(-1.0, 1.0))
    assert at_edge.verdict is Verdict.PASS
    assert at_edge.probability_of_false_decision == pytest.approx(0.0592577, abs=1e-7)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_without_a_requirement_nothing_passes(rule):
    with pytest.raises(InvalidNumber, match=r"requirement|both limits"):
        decide(rule, 0.0, 0.1, Limits())
