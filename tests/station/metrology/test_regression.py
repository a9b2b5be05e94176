"""Fits: published cases, NIST StRD by the number of certified digits, and what must hold always."""

import json
import math
import random
from fractions import Fraction
from pathlib import Path

import pytest

from station.metrology.errors import FitError, OutOfFit
from station.metrology.inputs import mean_and_variance
from station.metrology.least_squares import Spread, least_squares
from station.metrology.regression import fit_both_axes, fit_polynomial
from station.metrology.type_a import lag_one_autocorrelation

HERE = Path(__file__)
EXAMPLES = {
    entry["id"]: entry
    for entry in json.loads(HERE.with_name("worked-examples.json").read_text(encoding="utf-8"))
}
POLYNOMIALS = {
    entry["id"]: entry
    for entry in json.loads(HERE.with_name("strd-polynomials.json").read_text(encoding="utf-8"))
}


# The digits below were measured where numpy's longdouble has 64 bits of mantissa (x86-64).
def digits(found, certified):
    """Return how many certified digits were reached (NIST calls it LRE), 15 at most."""
    if found == certified:
        return 15.0
    return min(15.0, -math.log10(abs(found - certified) / abs(certified)))


def quam_a5(raw):
    line = fit_polynomial(raw["c"], raw["A"])
    (intercept, slope), covariance = line.in_powers_of_x()
    read = raw["A0"]
    found = line.inverse(
        math.fsum(read) / len(read), standard_uncertainty=line.scatter / math.sqrt(len(read))
    )
    return {
        "intercept": intercept,
        "slope": slope,
        "u_intercept": math.sqrt(covariance[0][0]),
        "u_slope": math.sqrt(covariance[1][1]),
        "r": covariance[0][1] / math.sqrt(covariance[0][0] * covariance[1][1]),
        "c0": found.value,
        "u_c0": found.standard_uncertainty,
    }


def natrella(raw):
    line = fit_polynomial(raw["x"], raw["y"])
    (intercept, slope), covariance = line.in_powers_of_x()
    return {
        "intercept": intercept,
        "slope": slope,
        "var_intercept": covariance[0][0],
        "var_slope": covariance[1][1],
        "s": line.scatter,
        "var_mean_1200": line.at(1200.0).standard_uncertainty ** 2,
        "var_new_750": line.at(750.0, readings=1).standard_uncertainty ** 2,
    }


def norris(raw):
    line = fit_polynomial(raw["x"], raw["y"])
    (b0, b1), covariance = line.in_powers_of_x()
    return {
        "b0": b0,
        "b1": b1,
        "u_b0": math.sqrt(covariance[0][0]),
        "u_b1": math.sqrt(covariance[1][1]),
        "s": line.scatter,
    }


def no_intercept(raw):
    line = fit_polynomial(raw["x"], raw["y"], through_origin=True)
    powers, covariance = line.in_powers_of_x()
    return {"b1": powers[1], "u_b1": math.sqrt(covariance[1][1]), "s": line.scatter}


def longley(raw):
    y, *columns = zip(*raw["rows"], strict=True)
    fit = least_squares([[1.0] * len(y), *columns], y)
    return {"b": fit.coefficients, "s": fit.unit_standard_deviation}


def univariate(raw):
    values = raw.get("x")
    if values is None:  # the rule in words: a first value, then two that alternate
        first = 1e7 if "10000000" in raw["rule"] else 1.0
        values = [first + 0.2] + [first + 0.1, first + 0.3] * 500
    mean, variance = mean_and_variance(values)
    return {"mean": mean, "s": math.sqrt(variance), "r1": lag_one_autocorrelation(values)}


def one_way(raw):
    """Fit a mean for each instrument: the analysis of variance as a regression."""
    y = [value for group in raw.values() for value in group]
    columns = [[float(name == each) for name, group in raw.items() for _ in group] for each in raw]
    means = least_squares(columns, y)
    total = least_squares([[1.0] * len(y)], y)
    between = total.chi_squared - means.chi_squared
    s = means.unit_standard_deviation
    return {
        "SS_between": between,
        "SS_within": means.chi_squared,
        "F": between / (len(raw) - 1) / s**2,
        "s": s,
    }


EVALUATED = {
    "QUAM-A5-cal": quam_a5,
    "NATRELLA-5.4.1": natrella,
    "STRD-NumAcc1": univariate,
    "STRD-NumAcc2": univariate,
    "STRD-NumAcc4": univariate,
    "STRD-Lew": univariate,
    "STRD-Norris": norris,
    "STRD-NoInt2": no_intercept,
    "STRD-Longley": longley,
    "STRD-SiRstv": one_way,
}

CASES = [(name, key) for name in EVALUATED for key in EXAMPLES[name]["expected"]]


def test_every_example_of_these_kinds_is_evaluated():
    kinds = {name for name, each in EXAMPLES.items() if each["category"] in ("regression", "strd")}
    assert set(EVALUATED) == kinds


@pytest.mark.parametrize(("name", "key"), CASES, ids=[f"{name}-{key}" for name, key in CASES])
def test_published(name, key):
    entry = EXAMPLES[name]
    found = EVALUATED[name](entry["raw_data"])[key]
    assert found == pytest.approx(entry["expected"][key], abs=entry["tolerance"][key])


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("STRD-NumAcc1", 15.0),
        ("STRD-NumAcc2", 13.5),
        ("STRD-NumAcc4", 8.0),  # 10000000.2 is not a binary number: s has no more
        ("STRD-Lew", 14.0),
        ("STRD-Norris", 12.5),
        ("STRD-NoInt2", 14.0),
        ("STRD-Longley", 14.0),
        ("STRD-SiRstv", 12.0),
    ],
)
def test_certified_digits(name, least):
    entry = EXAMPLES[name]
    found = EVALUATED[name](entry["raw_data"])
    for key, certified in entry["expected"].items():
        pairs = zip(found[key], certified, strict=True) if key == "b" else [(found[key], certified)]
        assert min(digits(*pair) for pair in pairs) >= least, key


@pytest.mark.parametrize(
    ("name", "least", "least_u"),
    [
        ("Filip", 13.5, 13.5),  # a quotient of 1e15 between singular values in powers of x
        ("Pontius", 12.5, 13.5),
        ("Wampler1", 15.0, None),
        ("Wampler2", 12.5, None),
        ("Wampler3", 14.0, 14.0),
        ("Wampler4", 14.0, 14.0),
    ],
)
def test_certified_digits_of_polynomials(name, least, least_u):
    entry = POLYNOMIALS[name]
    curve = fit_polynomial(entry["x"], entry["y"], degree=entry["degree"])
    powers, covariance = curve.in_powers_of_x()
    assert min(map(digits, powers, entry["b"])) >= least
    uncertainties = [math.sqrt(row[i]) for i, row in enumerate(covariance)]
    if least_u is None:  # the points lie on the curve
        assert max(uncertainties) < 1e-9
    else:
        assert min(map(digits, uncertainties, entry["u"])) >= least_u


def test_thermometer_of_gum_h3():
    # JCGM 100:2008, table H.6 and H.3.3, H.3.4; entered by hand, checked by recomputation.
    t = [21.521, 22.012, 22.512, 23.003, 23.507, 23.999, 24.513, 25.002, 25.503, 26.010, 26.511]
    b = [171, 169, 166, 159, 164, 165, 156, 157, 159, 161, 160]
    line = fit_polynomial([each - 20.0 for each in t], [-each / 1000 for each in b])
    (y1, y2), covariance = line.in_powers_of_x()
    assert (round(y1, 4), round(y2, 5)) == (-0.1712, 0.00218)
    assert [round(math.sqrt(covariance[i][i]), 4 + i) for i in (0, 1)] == [0.0029, 0.00067]
    r = covariance[0][1] / math.sqrt(covariance[0][0] * covariance[1][1])
    assert round(r, 3) == -0.930
    assert round(line.scatter, 4) == 0.0035
    predicted = line.at(10.0, extrapolate=True)
    assert (round(predicted.value, 4), round(predicted.standard_uncertainty, 4)) == (
        -0.1494,
        0.0041,
    )
    assert predicted.dof == 9.0
    with pytest.raises(OutOfFit, match="nothing is extrapolated"):
        line.at(10.0)


PEARSON_X = [0.0, 0.9, 1.8, 2.6, 3.3, 4.4, 5.2, 6.1, 6.5, 7.4]
PEARSON_Y = [5.9, 5.4, 4.4, 4.6, 3.5, 3.7, 2.8, 2.8, 2.4, 1.5]
YORK_X = [1000.0, 1000.0, 500.0, 800.0, 200.0, 80.0, 60.0, 20.0, 1.8, 1.0]
YORK_Y = [1.0, 1.8, 4.0, 8.0, 20.0, 20.0, 70.0, 70.0, 100.0, 500.0]
BOTH = {
    "x_uncertainties": [weight**-0.5 for weight in YORK_X],
    "y_uncertainties": [weight**-0.5 for weight in YORK_Y],
}


def test_pearsons_data_with_yorks_weights():
    # York et al., Am. J. Phys. 72 (2004) 367; entered by hand, checked by recomputation.
    line = fit_both_axes(PEARSON_X, PEARSON_Y, **BOTH)
    (intercept, slope), covariance = line.in_powers_of_x()
    assert intercept == pytest.approx(5.47991022, abs=5e-9)
    assert slope == pytest.approx(-0.480533407, abs=5e-10)
    assert math.sqrt(covariance[0][0]) == pytest.approx(0.29497, abs=5e-6)
    assert math.sqrt(covariance[1][1]) == pytest.approx(0.0579850, abs=5e-8)
    assert line.fit.chi_squared == pytest.approx(11.8663532, abs=5e-8)
    assert math.isinf(line.at(3.0).dof)


def test_a_line_in_both_axes_does_not_care_which_axis_is_which():
    there = fit_both_axes(PEARSON_X, PEARSON_Y, **BOTH).in_powers_of_x()[0]
    back = fit_both_axes(
        PEARSON_Y,
        PEARSON_X,
        x_uncertainties=BOTH["y_uncertainties"],
        y_uncertainties=BOTH["x_uncertainties"],
    ).in_powers_of_x()[0]
    assert back[1] == pytest.approx(1.0 / there[1], rel=1e-9)
    assert back[0] == pytest.approx(-there[0] / there[1], rel=1e-9)


def test_two_points_with_stated_uncertainties_are_a_line():
    line = fit_both_axes(
        [0.0, 1.0], [1.0, 3.0], x_uncertainties=[0.1, 0.1], y_uncertainties=[0.2, 0.2]
    )
    assert line.in_powers_of_x()[0] == pytest.approx((1.0, 2.0))
    assert line.at(0.0).standard_uncertainty == pytest.approx(math.hypot(0.2, 2.0 * 0.1))


@pytest.mark.parametrize("degree", [1, 2, 3])
def test_without_uncertainty_in_x_it_is_the_weighted_fit(degree):
    exact = fit_both_axes(
        PEARSON_X,
        PEARSON_Y,
        x_uncertainties=[0.0] * 10,
        y_uncertainties=BOTH["y_uncertainties"],
        degree=degree,
    )
    weighted = fit_polynomial(
        PEARSON_X,
        PEARSON_Y,
        degree=degree,
        uncertainties=BOTH["y_uncertainties"],
        spread=Spread.STATED,
    )
    assert exact.fit.coefficients == pytest.approx(weighted.fit.coefficients, rel=1e-10)
    assert exact.fit.covariance[1] == pytest.approx(weighted.fit.covariance[1], rel=1e-9)


@pytest.mark.parametrize("degree", [1, 2])
@pytest.mark.parametrize("r", [0.0, 0.7, -0.7])
def test_a_curve_in_both_axes_is_the_nearest(degree, r):
    """No small change of the coefficients brings the points nearer, with the true x set free."""
    x_uncertainties, y_uncertainties = [0.3] * 10, [0.2] * 10

    def distance(curve):
        total = 0.0
        for x, y in zip(PEARSON_X, PEARSON_Y, strict=True):

            def squared(true, x=x, y=y):
                a, b = (x - true) / 0.3, (y - evaluate(curve, true)) / 0.2
                return (a * a - 2 * r * a * b + b * b) / (1 - r * r)

            low, high = x - 2.0, x + 2.0
            for _ in range(200):
                one, other = low + (high - low) / 3, high - (high - low) / 3
                low, high = (low, other) if squared(one) < squared(other) else (one, high)
            total += squared(low)
        return total

    def evaluate(coefficients, x):
        return sum(c * x**j for j, c in enumerate(coefficients))

    fitted = fit_both_axes(
        PEARSON_X,
        PEARSON_Y,
        x_uncertainties=x_uncertainties,
        y_uncertainties=y_uncertainties,
        correlations=[r] * 10,
        degree=degree,
    )
    best = list(fitted.in_powers_of_x()[0])
    nearest = distance(best)
    if degree == 1:
        assert nearest == pytest.approx(fitted.fit.chi_squared, rel=1e-9)
    for j in range(degree + 1):
        for step in (-1e-3, 1e-3):
            moved = best.copy()
            moved[j] += step
            assert distance(moved) > nearest


def exact_fit(x, y, weights, degree):
    """Solve the normal equations in fractions: no rounding at all."""
    size = degree + 1
    x, y, weights = ([Fraction(value) for value in each] for each in (x, y, weights))
    rows = [
        [sum(w * a ** (i + j) for w, a in zip(weights, x, strict=True)) for j in range(size)]
        + [sum(w * b * a**i for w, a, b in zip(weights, x, y, strict=True))]
        for i in range(size)
    ]
    for i in range(size):
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for j in range(size):
            if j != i:
                rows[j] = [a - rows[j][i] * b for a, b in zip(rows[j], rows[i], strict=True)]
    return [float(row[-1]) for row in rows]


@pytest.mark.parametrize("degree", [1, 2, 4])
@pytest.mark.parametrize("offset", [0.0, 20.0, 1e6])
def test_coefficients_against_exact_arithmetic(degree, offset):
    generator = random.Random(degree)
    x = [offset + generator.uniform(0.0, 10.0) for _ in range(12)]
    y = [generator.gauss(0.0, 1.0) for _ in x]
    uncertainties = [2.0 ** generator.randint(-3, 3) for _ in x]
    curve = fit_polynomial(x, y, degree=degree, uncertainties=uncertainties)
    expected = exact_fit(x, y, [u**-2 for u in uncertainties], degree)
    assert curve.in_powers_of_x()[0] == pytest.approx(expected, rel=1e-11)


X = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
Y = [0.1, 1.9, 4.2, 5.8, 8.1, 9.9]


@pytest.mark.parametrize("through_origin", [False, True])
def test_scaling_and_order(through_origin):
    curve = fit_polynomial(X, Y, degree=2, through_origin=through_origin)
    order = [3, 0, 5, 1, 4, 2]
    mixed = fit_polynomial(
        [X[i] for i in order],
        [Y[i] for i in order],
        degree=2,
        through_origin=through_origin,
    )
    milli = fit_polynomial(
        [1e3 * x for x in X], [1e6 * y for y in Y], degree=2, through_origin=through_origin
    )
    here = curve.at(2.5, readings=2)
    for other, factor in ((mixed.at(2.5, readings=2), 1.0), (milli.at(2500.0, readings=2), 1e6)):
        assert other.value == pytest.approx(here.value * factor, rel=1e-12)
        uncertainty = other.standard_uncertainty
        assert uncertainty == pytest.approx(here.standard_uncertainty * factor, rel=1e-10)


def test_equal_stated_uncertainties_change_only_the_covariance():
    residual = fit_polynomial(X, Y)
    stated = fit_polynomial(X, Y, uncertainties=[0.2] * 6, spread=Spread.STATED)
    assert stated.fit.coefficients == pytest.approx(residual.fit.coefficients)
    ratio = stated.at(2.0).standard_uncertainty / residual.at(2.0).standard_uncertainty
    assert ratio == pytest.approx(0.2 / residual.scatter)
    assert stated.fit.unit_standard_deviation == pytest.approx(residual.scatter / 0.2)
    assert (residual.dof, stated.dof) == (4.0, math.inf)


def test_what_all_points_share_is_not_reduced_by_the_fit():
    plain, shared = fit_polynomial(X, Y), fit_polynomial(X, Y, common_uncertainty=0.5)
    u = math.hypot(plain.at(2.0).standard_uncertainty, 0.5)
    assert shared.at(2.0).standard_uncertainty == pytest.approx(u)
    assert shared.at(2.0).dof > plain.at(2.0).dof == 4.0
    assert shared.covariance_between(1.0, 4.0) - plain.covariance_between(1.0, 4.0) == (
        pytest.approx(0.25)
    )


def test_two_places_of_a_curve_are_correlated():
    line = fit_polynomial(X, Y)
    (_, _), ((var_a, cov), (_, var_b)) = line.in_powers_of_x()
    expected = var_a + cov * (1.0 + 4.0) + var_b * 1.0 * 4.0
    assert line.covariance_between(1.0, 4.0) == pytest.approx(expected)
    assert line.covariance_between(2.0, 2.0) == pytest.approx(
        line.at(2.0).standard_uncertainty ** 2
    )


@pytest.mark.parametrize("degree", [1, 2, 3])
def test_inverse_undoes_the_curve(degree):
    x = [float(i) for i in range(1, 9)]
    curve = fit_polynomial(x, [each**degree + math.sin(each) / 50 for each in x], degree=degree)
    for place in (1.0, 2.7, 8.0):
        y = curve.at(place).value
        found = curve.inverse(y, standard_uncertainty=0.1)
        assert found.value == pytest.approx(place, rel=1e-12)
        u = math.hypot(0.1, curve.at(place).standard_uncertainty) / curve.slope(place)
        assert found.standard_uncertainty == pytest.approx(u)


def test_a_predicted_value_is_an_input_of_a_budget():
    found = fit_polynomial(X, Y).at(2.0).as_input("correction", source="line of May")
    assert (found.name, found.dof, found.source) == ("correction", 4.0, "line of May")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"x": [1.0, 2.0], "y": [1.0, 2.0]}, "do not determine"),
        ({"x": [1.0, 1.0, 1.0], "y": [1.0, 2.0, 3.0]}, "all points lie at"),
        ({"x": [1.0, 1.0, 2.0, 2.0], "y": Y[:4], "degree": 2}, "depend on each other"),
        ({"x": X, "y": Y[:5]}, "where 5 finite"),
        ({"x": X, "y": [*Y[:5], math.nan]}, "finite"),
        ({"x": [*X[:5], math.inf], "y": Y}, "finite"),
        ({"x": X, "y": Y, "uncertainties": [0.0] * 6}, "not positive"),
        ({"x": X, "y": Y, "spread": Spread.STATED}, "no uncertainties"),
        ({"x": X, "y": Y, "degree": 0}, "degree 0"),
        ({"x": X, "y": Y, "common_uncertainty": -1.0}, "common u"),
    ],
)
def test_what_is_no_fit_is_refused(arguments, words):
    with pytest.raises(FitError, match=words):
        fit_polynomial(**arguments)


@pytest.mark.parametrize(
    ("u_x", "u_y", "correlations", "words"),
    [
        ([-0.1] * 6, [0.1] * 6, None, "negative"),
        ([0.0] * 6, [0.0] * 6, None, "exact along"),
        ([0.1] * 6, [0.1] * 6, [1.1] * 6, "outside -1"),
        ([0.1] * 6, [0.1] * 5, None, "5 number"),
    ],
)
def test_what_is_no_fit_in_both_axes_is_refused(u_x, u_y, correlations, words):
    with pytest.raises(FitError, match=words):
        fit_both_axes(X, Y, x_uncertainties=u_x, y_uncertainties=u_y, correlations=correlations)


def test_what_has_no_inverse_is_refused():
    line = fit_polynomial(X, Y)
    with pytest.raises(OutOfFit, match="does not reach"):
        line.inverse(20.0, standard_uncertainty=0.1)
    with pytest.raises(FitError, match="u\\(y\\)"):
        line.inverse(5.0, standard_uncertainty=-0.1)
    parabola = fit_polynomial([-2.0, -1.0, 0.0, 1.0, 2.0], [4.0, 1.1, 0.0, 0.9, 4.0], degree=2)
    with pytest.raises(FitError, match="turns"):
        parabola.inverse(1.0, standard_uncertainty=0.1)


def test_the_reading_to_come_needs_the_scatter_of_one():
    weighted = fit_polynomial(X, Y, uncertainties=[0.1] * 6)
    with pytest.raises(FitError, match="future reading"):
        weighted.at(2.0, readings=1)
