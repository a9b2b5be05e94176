import math

import GTC
import pytest
from GTC import reporting, ureal
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from station.metrology.coverage import Coverage, CoverageReason, student_factor, truncated
from station.metrology.errors import BudgetError
from station.metrology.expansion import arcsine_factor, trapezoidal_factor
from station.metrology.functions import (
    absolute,
    acos,
    asin,
    atan,
    atan2,
    cos,
    exp,
    log,
    log10,
    sin,
    sqrt,
    tan,
)
from station.metrology.inputs import (
    Distribution,
    arcsine,
    asymmetric,
    confidence_interval,
    constant,
    difference_of_digital_steps,
    digital_step,
    dof_from_doubt,
    expanded,
    hysteresis,
    inexact_rectangular,
    normal,
    readings,
    rectangular,
    relative,
    trapezoidal,
    triangular,
)
from station.metrology.uncertainty import Budget


def of(name, value=1.0, u=0.1, dof=math.inf):
    return normal(name, value, standard_uncertainty=u, dof=dof, source="test")


def total(a, b, c):
    return a + b - c


@pytest.mark.parametrize(
    ("quantity", "u", "dof"),
    [
        (constant("x", 2.0, source="s"), 0.0, math.inf),
        (of("x", u=0.2, dof=7), 0.2, 7),
        (expanded("x", 1.0, expanded_uncertainty=0.3, k=3.0, source="s"), 0.1, math.inf),
        (rectangular("x", half_width=math.sqrt(3.0), source="s"), 1.0, math.inf),
        (triangular("x", half_width=math.sqrt(6.0), source="s"), 1.0, math.inf),
        (arcsine("x", half_width=math.sqrt(2.0), source="s"), 1.0, math.inf),
        (trapezoidal("x", half_width=1.0, top_ratio=1.0, source="s"), 3**-0.5, math.inf),
        (trapezoidal("x", half_width=1.0, top_ratio=0.0, source="s"), 6**-0.5, math.inf),
        (digital_step("x", step=1.0, source="s"), 12**-0.5, math.inf),
        (readings("x", [1.0, 2.0, 3.0, 4.0], source="s"), math.sqrt(5 / 12), 3),
        (difference_of_digital_steps("x", step=1.0, source="s"), 6**-0.5, math.inf),
        (hysteresis("x", difference=1.0, source="s"), 12**-0.5, math.inf),
        (asymmetric("x", 1.0, below=0.0, above=2.0, source="s"), 3**-0.5, math.inf),
        (
            inexact_rectangular("x", half_width=1.0, limit_doubt=0.5, source="s"),
            math.sqrt(1 / 3 + 0.25 / 9),
            math.inf,
        ),
        (relative("x", -20.0, relative_uncertainty=0.01, dof=7, source="s"), 0.2, 7),
        (
            confidence_interval("x", 0.0, half_width=0.01, probability=0.95, dof=5, source="H.1"),
            3.89e-3,  # GUM H.1.3.2: 0.01 µm / 2.57
            5,
        ),
    ],
    ids=lambda case: getattr(getattr(case, "distribution", None), "value", None),
)
def test_standard_uncertainty_of_each_distribution(quantity, u, dof):
    exact = 1e-3 if quantity.source == "H.1" else 1e-12
    assert quantity.standard_uncertainty == pytest.approx(u, rel=exact)
    assert quantity.dof == dof


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: of("x", value=math.nan), "not a finite number"),
        (lambda: of("x", u=-0.1), "negative"),
        (lambda: of("x", u=math.inf), "not finite"),
        (lambda: of("x", dof=0), "degrees of freedom"),
        (lambda: of("x", dof=math.nan), "degrees of freedom"),
        (lambda: constant("x", 1.0, source=""), "source"),
        (lambda: rectangular("x", half_width=-1.0, source="s"), "negative"),
        (lambda: trapezoidal("x", half_width=1.0, top_ratio=1.1, source="s"), "0 … 1"),
        (lambda: expanded("x", 1.0, expanded_uncertainty=1.0, k=0.0, source="s"), "factor"),
        (lambda: readings("x", [1.0], source="s"), "at least two"),
        (lambda: asymmetric("x", 1.0, below=-0.1, above=0.1, source="s"), "distances"),
        (lambda: hysteresis("x", difference=-1.0, source="s"), "negative"),
        (
            lambda: inexact_rectangular("x", half_width=1.0, limit_doubt=1.1, source="s"),
            "half-width",
        ),
        (lambda: relative("x", 0.0, relative_uncertainty=0.1, source="s"), "estimate of 0"),
        (
            lambda: confidence_interval("x", 0.0, half_width=1.0, probability=1.0, source="s"),
            "confidence",
        ),
        (lambda: dof_from_doubt(-0.1), "doubt"),
        (lambda: readings("x", [1.0, math.nan], source="s"), "not a finite"),
    ],
)
def test_an_impossible_input_is_refused(build, words):
    with pytest.raises(BudgetError, match=words):
        build()


@pytest.mark.parametrize(
    ("inputs", "correlations", "words"),
    [
        ("ab", {}, "without an input: c"),
        ("abcd", {}, "does not use: d"),
        ("abb", {}, "more than once: b"),
        ("abc", {("a", "z"): 0.5}, "'z'"),
        ("abc", {("a", "a"): 0.5}, "two different"),
        ("abc", {("a", "b"): 1.5}, "-1 … 1"),
        ("abc", {("a", "b"): math.nan}, "-1 … 1"),
        ("abc", {("a", "b"): 0.5, ("b", "a"): 0.5}, "twice"),
        ("abc", {("a", "b"): 0.9, ("b", "c"): 0.9, ("a", "c"): -0.9}, "semidefinite"),
    ],
)
def test_an_inconsistent_budget_is_refused(inputs, correlations, words):
    with pytest.raises(BudgetError, match=words):
        Budget("y", "V", total, *map(of, inputs), correlations=correlations)


def test_a_model_with_variable_arguments_is_refused():
    with pytest.raises(BudgetError, match="each of its arguments"):
        Budget("y", "V", lambda *x: sum(x), of("x"))


@pytest.mark.parametrize(
    "model", [lambda x: sqrt(x - 2.0), lambda x: 1.0 / (x - x), lambda x: math.inf * x]
)
def test_a_model_without_a_finite_value_is_refused(model):
    with pytest.raises(BudgetError):
        Budget("y", "V", model, of("x")).evaluate()


def test_a_bound_method_may_be_the_model():
    class Bridge:
        ratio = 2.0

        def resistance(self, r):
            return self.ratio * r

    assert Budget("R", "Ω", Bridge().resistance, of("r", 3.0)).evaluate().value == 6.0


def test_sensitivities_are_derivatives():
    result = Budget("y", "V", lambda x, z: exp(x) * z, of("x", 0.5, 0.2), of("z", 3.0)).evaluate()
    x, z = result.contributions
    assert x.sensitivity == pytest.approx(3.0 * math.exp(0.5), rel=1e-6)
    assert z.sensitivity == pytest.approx(math.exp(0.5), rel=1e-12)
    assert x.share + z.share == pytest.approx(1.0)


def test_a_tiny_uncertainty_beside_a_large_estimate_is_not_lost():
    result = Budget(
        "y", "Hz", lambda f, df: f + df, of("f", 1e7, 1e-6), constant("df", 0.0, source="s")
    ).evaluate()
    assert result.standard_uncertainty == pytest.approx(1e-6, rel=1e-9)
    assert result.contributions[1].sensitivity is None


def test_correlation_adds_linearly_or_cancels():
    both = (of("a", u=0.3), of("b", u=0.3), of("c", u=0.0))
    same = Budget("y", "V", total, *both, correlations={("a", "b"): 1.0}).evaluate()
    assert same.standard_uncertainty == pytest.approx(0.6)
    opposite = Budget("y", "V", total, *both, correlations={("b", "a"): -1.0}).evaluate()
    assert opposite.standard_uncertainty == pytest.approx(0.0, abs=1e-9)


def test_simultaneous_readings_are_one_type_a_term():
    # Mean of x_k + 2 z_k over five sets: the same u and ν as one type A evaluation (GUM H.2).
    x, z = [1.0, 2.0, 4.0, 3.0, 1.0], [2.0, 1.0, 5.0, 2.0, 3.0]
    mean_x, mean_z = sum(x) / 5, sum(z) / 5
    r = sum((p - mean_x) * (q - mean_z) for p, q in zip(x, z, strict=True)) / math.sqrt(
        sum((p - mean_x) ** 2 for p in x) * sum((q - mean_z) ** 2 for q in z)
    )
    budget = Budget(
        "y",
        "V",
        lambda x, z: x + 2.0 * z,
        readings("x", x, source="s"),
        readings("z", z, source="s"),
        correlations={("x", "z"): r},
    )
    direct = readings("y", [p + 2.0 * q for p, q in zip(x, z, strict=True)], source="s")
    result = budget.evaluate()
    assert result.standard_uncertainty == pytest.approx(direct.standard_uncertainty, rel=1e-9)
    assert result.dof == pytest.approx(4.0)


def test_correlated_inputs_with_different_dof_are_refused():
    budget = Budget(
        "y", "V", total, of("a", dof=4), of("b"), of("c"), correlations={("a", "b"): 0.5}
    )
    with pytest.raises(BudgetError, match="different degrees of freedom"):
        budget.evaluate()


def test_a_correlation_of_zero_is_none():
    inputs = (of("a", dof=4), rectangular("b", half_width=9.0, source="s"), of("c"))
    stated = Budget("y", "V", total, *inputs, correlations={("a", "b"): 0.0}).evaluate()
    assert stated == Budget("y", "V", total, *inputs).evaluate()
    assert stated.coverage_reason is CoverageReason.DOMINANT_RECTANGULAR


def test_the_budget_keeps_its_own_correlations():
    stated = {("a", "b"): 1.0}
    budget = Budget("y", "V", total, of("a"), of("b"), of("c", u=0.0), correlations=stated)
    stated["a", "b"] = -1.0
    assert budget.evaluate().standard_uncertainty == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("others", "reason"),
    [(0.29, CoverageReason.DOMINANT_RECTANGULAR), (0.31, CoverageReason.NORMAL)],
)
def test_a_dominant_rectangular_term_sets_k(others, reason):
    dominant = rectangular("a", half_width=math.sqrt(3.0), source="s")
    result = Budget("y", "V", lambda a, b: a + b, dominant, of("b", u=others)).evaluate()
    assert result.coverage_reason is reason
    expected = 0.9545 * math.sqrt(3.0) if reason is not CoverageReason.NORMAL else 2.0
    assert result.k == pytest.approx(expected, abs=1e-5)


def test_limits_in_doubt_do_not_dominate():
    uncertain = rectangular("a", half_width=1.0, dof=8, source="s")
    result = Budget("y", "V", lambda a: a, uncertain).evaluate()
    assert result.coverage_reason is CoverageReason.STUDENT


@pytest.mark.parametrize(
    ("dof", "expected"),
    [(16.75, 16.0), (16.999, 17.0), (4.0, 4.0), (3.99, 3.0), (0.5, 0.5), (math.inf, math.inf)],
)
def test_truncation(dof, expected):
    assert truncated(dof) == expected


def test_fixed_factor_says_what_it_covers():
    result = Budget("y", "V", lambda x: x, of("x", dof=10)).evaluate(Coverage.fixed(2.284))
    assert result.coverage_reason is CoverageReason.FIXED
    assert result.coverage_probability == pytest.approx(0.9545, abs=1e-4)


@pytest.mark.parametrize("coverage", [(0.95, 2.0), (None, None), (1.0, None), (None, -2.0)])
def test_an_impossible_coverage_is_refused(coverage):
    with pytest.raises(BudgetError):
        Coverage(*coverage)


def test_constants_alone_have_no_uncertainty():
    result = Budget("y", "V", lambda x: 2 * x, constant("x", 1.0, source="s")).evaluate()
    assert (result.value, result.expanded_uncertainty, result.dof) == (2.0, 0.0, math.inf)
    assert result.contributions[0].distribution is Distribution.CONSTANT


def test_asymmetric_limits_move_the_estimate_to_their_middle():
    quantity = asymmetric("x", 10.0, below=1.0, above=3.0, source="s")
    assert (quantity.value, quantity.half_width) == (11.0, 2.0)
    assert dof_from_doubt(0.0) == math.inf


TWO_WIDE = (
    rectangular("a", half_width=2.5 * math.sqrt(3.0), source="s"),
    rectangular("b", half_width=math.sqrt(3.0), source="s"),
)


@pytest.mark.parametrize(
    ("others", "reason"), [(0.9, CoverageReason.TWO_RECTANGULAR), (0.97, CoverageReason.NORMAL)]
)
def test_two_dominant_rectangular_terms_make_a_trapezoid(others, reason):
    # Beside √(2.5² + 1) = 2.69, 0.35 of it is 0.942.
    inputs = (*TWO_WIDE, of("c", u=others))
    result = Budget("y", "V", lambda a, b, c: a - b + c, *inputs).evaluate(Coverage(0.95))
    assert result.coverage_reason is reason
    if reason is CoverageReason.TWO_RECTANGULAR:
        beta = (2.5 - 1.0) / (2.5 + 1.0)
        expected = (1.0 - math.sqrt(0.05 * (1.0 - beta**2))) / math.sqrt((1.0 + beta**2) / 6.0)
        assert result.k == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("probability", "k"), [(0.95, 1.80), (0.9545, 1.82)])
def test_the_trapezoid_of_a_block_calibrator(probability, k):
    # EA-4/02, S11: edge parameter 0.43, printed k = 1.81.
    assert trapezoidal_factor(probability, 0.43) == pytest.approx(k, abs=0.005)


@pytest.mark.parametrize("beta", [0.0, 0.3, 0.9, 0.98, 1.0])
def test_the_trapezoidal_factor_covers_what_it_says(beta):
    # Sum of two rectangular quantities: the trapezoid's own area between ±k·u.
    half = trapezoidal_factor(0.95, beta) * math.sqrt((1.0 + beta**2) / 6.0)
    height = 1.0 / (1.0 + beta)
    inside = 2.0 * height * min(half, beta)
    if half > beta:
        inside = 1.0 - (1.0 - half) ** 2 / (1.0 - beta) * height
    assert inside == pytest.approx(0.95, rel=1e-12)


def test_a_dominant_arcsine_term_sets_k():
    cyclic = arcsine("a", half_width=math.sqrt(2.0), source="s")
    result = Budget("y", "V", lambda a, b: a + b, cyclic, of("b", u=0.1)).evaluate(Coverage(0.95))
    assert result.coverage_reason is CoverageReason.DOMINANT_ARCSINE
    assert result.k == pytest.approx(arcsine_factor(0.95, 0.1))
    alone = Budget("y", "V", lambda a: a, cyclic).evaluate(Coverage(0.95))
    assert alone.k == arcsine_factor(0.95) == pytest.approx(1.40986, abs=1e-5)
    # Inside ±k·u of an arcsine distribution lies p: asin(k·u/a)·2/π.
    assert 2.0 / math.pi * math.asin(alone.k / math.sqrt(2.0)) == pytest.approx(0.95)


@pytest.mark.parametrize(
    ("model", "at", "slope"),
    [
        (lambda x: abs(x) + x, 3.0, 2.0),  # drops the imaginary part of one of two ways
        (lambda x: abs(x), -3.0, -1.0),
        (lambda x: math.sin(x), 0.5, math.cos(0.5)),  # takes no complex number
        (lambda x: x * x if x > 0 else -x, 2.0, 4.0),
        (lambda x: max(x, 1.0), 3.0, 1.0),
        (lambda x: abs(x), 0.0, 0.0),
        (lambda x: absolute(x) * x, -3.0, 6.0),
        (lambda x: atan2(x, 2.0), 1.0, 0.4),
        (lambda x: atan2(2.0, x), 1.0, -0.4),
        (lambda x: sqrt(log(x)) * cos(x), 2.0, -0.882001),
        (lambda x: asin(x) + acos(x) + atan(x) + tan(x) + log10(x), 0.5, 2.967035),
    ],
)
def test_every_kind_of_model_has_its_slope(model, at, slope):
    (line,) = Budget("y", "V", model, of("x", at, 0.01)).evaluate().contributions
    assert line.sensitivity == pytest.approx(slope, rel=1e-4)


def test_a_slope_that_two_inputs_hide_from_each_other_is_found():
    result = Budget("y", "V", lambda a, b: abs(a) - abs(b), of("a"), of("b")).evaluate()
    assert [line.sensitivity for line in result.contributions] == pytest.approx([1.0, -1.0])


@pytest.mark.parametrize("u", [1e-12, 1e-6, 1e-3, 0.3])
def test_slopes_are_exact_however_small_the_uncertainty(u):
    result = Budget("y", "V", lambda x: exp(3.0 * x) / x, of("x", 1.7, u)).evaluate()
    expected = math.exp(5.1) * (3.0 / 1.7 - 1.0 / 1.7**2)
    assert result.contributions[0].sensitivity == pytest.approx(expected, rel=1e-13)


numbers = st.floats(0.5, 2.0)
doubts = st.floats(1e-3, 0.1)
dofs = st.one_of(st.integers(1, 60).map(float), st.just(math.inf))
rows = st.lists(st.tuples(numbers, doubts, dofs), min_size=4, max_size=4)


def ratio(a, b, c, d):
    return a * b + 2.0 * c * d - a * d


def curved(a, b, c, d):
    return sqrt(a) * exp(-b / (1.0 + c)) + log(a + d) * sin(b * d) / cos(0.3 * c) - a**3 / d


MODELS = {
    # ours, and the same with GTC's functions
    "ratio": (ratio, ratio),
    "curved": (
        curved,
        lambda a, b, c, d: (
            GTC.sqrt(a) * GTC.exp(-b / (1.0 + c))
            + GTC.log(a + d) * GTC.sin(b * d) / GTC.cos(0.3 * c)
            - a**3 / d
        ),
    ),
    "angles": (
        lambda a, b, c, d: atan(a * b) + asin(0.3 * c) * acos(0.2 * d) + tan(0.4 * a) * log10(b),
        lambda a, b, c, d: (
            GTC.atan(a * b)
            + GTC.asin(0.3 * c) * GTC.acos(0.2 * d)
            + GTC.tan(0.4 * a) * GTC.log10(b)
        ),
    ),
}


def budget_of(row, order=(0, 1, 2, 3), scale=1.0):
    inputs = [of("abcd"[i], scale * row[i][0], scale * row[i][1], row[i][2]) for i in order]
    return Budget("y", "V", ratio, *inputs)


@pytest.mark.parametrize("name", MODELS)
@given(row=rows)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_agrees_with_gtc(name, row):
    ours, theirs = MODELS[name]
    y = theirs(*[ureal(*each) for each in row])
    inputs = [of("abcd"[i], *row[i]) for i in range(4)]
    result = Budget("y", "V", ours, *inputs).evaluate()
    assert result.value == pytest.approx(y.x, rel=1e-12, abs=1e-14)
    assert result.standard_uncertainty == pytest.approx(y.u, rel=1e-9)
    if math.isfinite(y.df):
        assert result.dof == pytest.approx(y.df, rel=1e-9)
        if y.df < 1e4:  # GTC takes very many degrees of freedom for infinite
            k = reporting.k_factor(truncated(y.df), 95.45)
            assert result.k == pytest.approx(k, rel=1e-5)
    else:
        assert math.isinf(result.dof)


@given(rows, st.floats(-0.9, 0.9))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_correlated_inputs_agree_with_gtc(row, r):
    a, b, c, d = (ureal(x, u, independent=False) for x, u, _ in row)
    GTC.set_correlation(r, a, b)
    y = MODELS["curved"][1](a, b, c, d)
    inputs = [of("abcd"[i], *row[i][:2]) for i in range(4)]
    result = Budget("y", "V", curved, *inputs, correlations={("b", "a"): r}).evaluate()
    assert result.value == pytest.approx(y.x, rel=1e-12, abs=1e-14)
    # Both subtract what correlation takes away; what is left of a large sum has fewer digits.
    largest = max(line.contribution for line in result.contributions)
    assert result.standard_uncertainty == pytest.approx(y.u, rel=1e-9, abs=1e-10 * largest)


@given(rows, st.lists(st.floats(-1.0, 1.0), min_size=6, max_size=6))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_the_uncertainty_is_never_negative_or_undefined(row, coefficients):
    pairs = [("a", "b"), ("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"), ("c", "d")]
    inputs = [of("abcd"[i], *row[i][:2]) for i in range(4)]
    correlations = dict(zip(pairs, coefficients, strict=True))
    try:
        budget = Budget("y", "V", ratio, *inputs, correlations=correlations)
    except BudgetError as refused:
        assert "semidefinite" in str(refused)  # noqa: PT017  (random coefficients may contradict)
        return
    result = budget.evaluate()
    assert 0.0 <= result.expanded_uncertainty < math.inf
    assert 0.0 <= result.standard_uncertainty


@given(rows, st.permutations(range(4)))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_the_order_of_inputs_changes_nothing(row, order):
    assert budget_of(row, order).evaluate() == budget_of(row).evaluate()


@given(rows)
@settings(max_examples=50, deadline=None, derandomize=True)
def test_a_change_of_units_scales_the_result(row):
    one, thousand = budget_of(row).evaluate(), budget_of(row, scale=1000.0).evaluate()
    assert thousand.value == pytest.approx(1e6 * one.value, rel=1e-9)
    assert thousand.expanded_uncertainty == pytest.approx(1e6 * one.expanded_uncertainty, rel=1e-6)
    assert thousand.dof == pytest.approx(one.dof, rel=1e-6)


def test_student_factor_has_the_textbook_limit():
    assert student_factor(0.95, 1.0) == pytest.approx(12.706, abs=1e-3)
    assert student_factor(0.95, math.inf) == pytest.approx(1.959964, abs=1e-6)


@pytest.mark.parametrize("rest", [1e-6, 0.01, 0.1, 0.3])
def test_the_arcsine_factor_covers_what_it_says(rest):
    k = arcsine_factor(0.9545, rest)
    end = k * math.hypot(1.0, rest)

    def within(angle):
        at = math.sqrt(2.0) * math.cos(angle)
        above = 0.5 * math.erfc((end - at) / (rest * math.sqrt(2.0)))
        return 1.0 - above - 0.5 * math.erfc((end + at) / (rest * math.sqrt(2.0)))

    edge = math.acos(min(1.0, end / math.sqrt(2.0)))
    covered = quad(within, 0.0, math.pi / 2.0, points=[edge], limit=500, epsabs=1e-10)[0]
    assert covered * 2.0 / math.pi == pytest.approx(0.9545, abs=2e-5)


def nested(a):
    first, _ = [abs(each) for each in (a, -a)]
    return first


def even(a):
    return (lambda x: abs(x))(a)


@pytest.mark.parametrize("model", [nested, even, lambda a: (a**2.0) ** 0.5])
def test_a_slope_that_the_complex_step_may_lose_is_found_by_real_steps(model):
    result = Budget("y", "V", model, of("a", -3.0, 0.1)).evaluate()
    assert result.standard_uncertainty == pytest.approx(0.1, rel=1e-9)


def test_a_root_at_the_end_of_its_domain_has_no_slope():
    with pytest.raises(BudgetError, match="cannot be evaluated at or near"):
        Budget("y", "V", lambda a: a**0.5, of("a", 0.0, 0.1)).evaluate()


@pytest.mark.parametrize("unit", [1e-200, 1e-170, 1e-145, 1e155, 1e200])
def test_no_unit_is_too_small_or_too_large_to_combine(unit):
    inputs = (of("a", 0.0, 3.0 * unit, dof=4), of("b", 0.0, 4.0 * unit))
    result = Budget("y", "V", lambda a, b: a - b, *inputs).evaluate()
    assert result.standard_uncertainty == pytest.approx(5.0 * unit)
    assert result.dof == pytest.approx(4.0 * (25.0 / 9.0) ** 2)
    assert [line.share for line in result.contributions] == pytest.approx([0.36, 0.64])


def test_what_rounding_leaves_of_terms_that_cancel_is_no_uncertainty():
    inputs = tuple(of(name, 0.0, 0.1, dof=5) for name in "abc")
    together = dict.fromkeys((("a", "b"), ("a", "c"), ("b", "c")), 1.0)
    budget = Budget(
        "y", "V", lambda a, b, c: 0.3 * a + 0.6 * b - 0.9 * c, *inputs, correlations=together
    )
    assert budget.evaluate().standard_uncertainty == 0.0


@pytest.mark.parametrize("half_width", [1e-170, 1e200])
def test_inexact_limits_of_any_size(half_width):
    found = inexact_rectangular("x", half_width=half_width, limit_doubt=0.0, source="s")
    assert found.standard_uncertainty == pytest.approx(half_width / math.sqrt(3.0))


@pytest.mark.parametrize("values", [[1e200, -1e200], [1e308] * 3])
def test_readings_beyond_floats_are_refused(values):
    with pytest.raises(BudgetError, match="larger unit"):
        readings("x", values, source="s")
