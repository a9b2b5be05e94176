"""Several outputs with covariance: GUM H.2, JCGM 102 examples, implicit models, regions."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.metrology.correlation import from_shared_sources
from station.metrology.errors import BudgetError
from station.metrology.functions import atan2, cos, exp, sin, sqrt
from station.metrology.inputs import normal
from station.metrology.multivariate import (
    Estimates,
    ellipsoidal_factor,
    evaluate_together,
    rectangular_factor,
    simulate_together,
    solve,
)
from station.metrology.type_a import simultaneous_readings
from station.metrology.uncertainty import Budget

EXAMPLES = {
    entry["id"]: entry
    for entry in json.loads(
        Path(__file__).with_name("worked-examples.json").read_text(encoding="utf-8")
    )
}


def of(name, value=1.0, u=0.1, dof=math.inf):
    return normal(name, value, standard_uncertainty=u, dof=dof, source="test")


# JCGM 100:2008, table H.2: V in volt, I in ampere, phase in radian, read together.
H2 = {
    "v": (5.007, 4.994, 5.005, 4.990, 4.999),
    "i": (19.663e-3, 19.639e-3, 19.640e-3, 19.685e-3, 19.678e-3),
    "phi": (1.0456, 1.0438, 1.0468, 1.0428, 1.0433),
}


def impedance():
    inputs, correlations = simultaneous_readings(H2, source="GUM, table H.2")
    v, i, phi = inputs
    pair = {("v", "i"): correlations["v", "i"]}
    return (
        Budget("R", "Ω", lambda v, i, phi: v / i * cos(phi), v, i, phi, correlations=correlations),
        Budget("X", "Ω", lambda v, i, phi: v / i * sin(phi), v, i, phi, correlations=correlations),
        Budget("Z", "Ω", lambda v, i: v / i, v, i, correlations=pair),
    )


def test_simultaneous_resistance_and_reactance():
    # Typed from GUM tables H.3 and H.4; that the five rows give all nine figures confirms them.
    found = evaluate_together(*impedance())
    assert found.values == pytest.approx((127.732, 219.847, 254.260), abs=6e-4)
    assert found.standard_uncertainties == pytest.approx((0.071, 0.295, 0.236), abs=6e-4)
    assert found.correlation("R", "X") == pytest.approx(-0.588, abs=6e-4)
    assert found.correlation("R", "Z") == pytest.approx(-0.485, abs=6e-4)
    assert found.correlation("X", "Z") == pytest.approx(0.993, abs=6e-4)


def test_a_result_is_an_input_of_the_next_budget():
    resistance, reactance, modulus = impedance()
    inputs, correlations = evaluate_together(resistance, reactance).as_inputs(source="H.2")
    direct = evaluate_together(modulus)
    again = Budget("Z", "Ω", lambda R, X: sqrt(R * R + X * X), *inputs, correlations=correlations)  # noqa: N803
    result = again.evaluate()
    assert result.value == pytest.approx(direct.values[0], rel=1e-9)
    assert result.standard_uncertainty == pytest.approx(direct.standard_uncertainties[0], rel=1e-6)


def test_magnitude_and_phase():
    entry = EXAMPLES["JCGM102-9.3-x0.001-r0"]
    expected, tolerance = entry["expected"], entry["tolerance"]
    inputs = [of(row["name"], row["value"], row["std_uncertainty"]) for row in entry["inputs"]]
    budgets = (
        Budget("y1", "1", lambda re, im: sqrt(re**2 + im**2), *inputs),
        Budget("y2", "rad", lambda re, im: atan2(im, re), *inputs),
    )
    first_order = evaluate_together(*budgets)
    drawn = simulate_together(*budgets, seed=1, workers=2)
    for prefix, found in (("guf", first_order), ("mcm", drawn)):
        for i, (value, u) in enumerate(
            zip(found.values, found.standard_uncertainties, strict=True), start=1
        ):
            for key, number in ((f"{prefix}_y{i}", value), (f"{prefix}_u{i}", u)):
                # 10⁶ draws know the mean of an angle that scatters by 1.744 rad to 0.0017 rad.
                allowed = max(tolerance[key], 3.0 * u / 1000.0 if prefix == "mcm" else 0.0)
                assert number == pytest.approx(expected[key], abs=allowed), key


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("k_2d", ellipsoidal_factor(0.95, 2)),
        ("k_3d", ellipsoidal_factor(0.95, 3)),
        ("kq_2d_indep", rectangular_factor(0.95, 2)),
    ],
)
def test_factors_of_coverage_regions(key, found):
    entry = EXAMPLES["JCGM102-6.5"]
    assert found == pytest.approx(entry["expected"][key], abs=entry["tolerance"][key])
    assert found == pytest.approx(entry["recomputed"][key], rel=1e-8)


def test_regions_hold_what_they_claim():
    draws = np.random.default_rng(1).standard_normal((2, 200_000))
    inside = (draws**2).sum(axis=0) <= ellipsoidal_factor(0.9, 2) ** 2
    assert inside.mean() == pytest.approx(0.9, abs=0.003)
    in_box = (np.abs(draws) <= rectangular_factor(0.9, 2)).all(axis=0)
    assert in_box.mean() == pytest.approx(0.9, abs=0.003)
    together = np.array([draws[0], 0.8 * draws[0] + 0.6 * draws[1]])
    assert (np.abs(together) <= rectangular_factor(0.9, 2)).all(axis=0).mean() > 0.9


@given(st.lists(st.floats(-2.0, 2.0), min_size=6, max_size=6), st.floats(-0.99, 0.99))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_the_covariance_is_c_u_c_transposed(slopes, r):
    a, b, c, d, e, f = slopes
    inputs = (of("x", 1.0, 0.2), of("y", 2.0, 0.3))
    budgets = (
        Budget("p", "1", lambda x, y: a * x + b * y + c, *inputs, correlations={("x", "y"): r}),
        Budget("q", "1", lambda y, x: d * x + e * y + f, *inputs, correlations={("y", "x"): r}),
    )
    sensitivities = np.array([[a, b], [d, e]])
    u = np.array([[0.04, 0.06 * r], [0.06 * r, 0.09]])
    expected = sensitivities @ u @ sensitivities.T
    found = np.array(evaluate_together(*budgets).covariance)
    assert found == pytest.approx(expected, abs=1e-12)
    for i, budget in enumerate(budgets):
        assert budget.evaluate().standard_uncertainty ** 2 == pytest.approx(found[i, i], abs=1e-12)


def test_inputs_of_one_budget_alone_are_drawn_and_ordered_too():
    shared, own = of("s", 3.0, 0.4), of("o", 1.0, 0.3)
    budgets = (
        Budget("p", "1", lambda s: 2.0 * s, shared),
        Budget("q", "1", lambda o, s: o - s, own, shared),
    )
    exact = evaluate_together(*budgets)
    drawn = simulate_together(*budgets, seed=2, trials=200_000)
    assert exact.correlation("p", "q") == pytest.approx(-0.8)
    assert drawn.correlation("p", "q") == pytest.approx(-0.8, abs=0.005)
    assert drawn.values == pytest.approx(exact.values, abs=0.01)


def test_an_implicit_model_has_the_uncertainty_of_its_explicit_form():
    # y² + x₁·y = x₂, solved by hand: y = (-x₁ + √(x₁² + 4·x₂))/2.
    inputs = (of("x1", 1.0, 0.02), of("x2", 6.0, 0.1))
    found = solve(
        ("y",),
        lambda y, x1, x2: (y * y + x1 * y - x2,),
        inputs,
        start=(1.5,),
        correlations={("x1", "x2"): 0.4},
    )
    explicit = Budget(
        "y",
        "1",
        lambda x1, x2: 0.5 * (-x1 + sqrt(x1 * x1 + 4.0 * x2)),
        *inputs,
        correlations={("x1", "x2"): 0.4},
    ).evaluate()
    assert found.values[0] == pytest.approx(2.0, rel=1e-12)
    assert found.standard_uncertainties[0] == pytest.approx(explicit.standard_uncertainty, rel=1e-7)


def test_an_implicit_model_of_two_quantities():
    found = solve(
        ("p", "q"),
        lambda p, q, a, b: (p + q - a, p - q - b),
        (of("a", 3.0, 0.3), of("b", 1.0, 0.4)),
        start=(0.0, 0.0),
    )
    assert found.values == pytest.approx((2.0, 1.0))
    assert found.covariance[0][1] == pytest.approx((0.09 - 0.16) / 4.0)


def test_common_sources_correlate_inputs():
    # Two resistors compared with one standard, u = 0.1 Ω, each comparison 0.05 Ω (GUM F.1.2.3).
    correlations = from_shared_sources(
        {"r1": {"standard": 0.1, "own 1": 0.05}, "r2": {"standard": 0.1, "own 2": 0.05}}
    )
    assert correlations == {("r1", "r2"): pytest.approx(0.8)}
    opposite = from_shared_sources({"a": {"s": 1.0}, "b": {"s": -2.0}, "c": {"other": 1.0}})
    assert opposite == {("a", "b"): -1.0}
    u = math.sqrt(0.0125)
    correlated = Budget(
        "R", "Ω", lambda r1, r2: r1 + r2, of("r1", u=u), of("r2", u=u), correlations=correlations
    ).evaluate()
    explicit = Budget(
        "R",
        "Ω",
        lambda s, d1, d2: (s + d1) + (s + d2),
        of("s", u=0.1),
        of("d1", u=0.05),
        of("d2", u=0.05),
    ).evaluate()
    assert correlated.standard_uncertainty == pytest.approx(explicit.standard_uncertainty)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda: Estimates(("a",), (1.0,), ((-1.0,),)), "semidefinite"),
        (lambda: Estimates(("a", "b"), (1.0, 1.0), ((1.0, 2.0), (2.0, 1.0))), "semidefinite"),
        (lambda: Estimates(("a", "b"), (1.0, 1.0), ((1.0, 0.5), (0.4, 1.0))), "symmetric"),
        (lambda: Estimates(("a", "b"), (1.0,), ((1.0,),)), "2 × 2"),
        (lambda: Estimates(("a",), (math.nan,), ((1.0,),)), "not finite"),
        (lambda: Estimates(("a",), (1.0,), ((1.0,),)).correlation("a", "z"), "'z'"),
        (lambda: evaluate_together(), "at least one"),
        (
            lambda: evaluate_together(
                Budget("p", "1", lambda x: x, of("x")), Budget("q", "1", lambda x: x, of("x", u=9))
            ),
            "stated differently",
        ),
        (
            lambda: evaluate_together(
                Budget("p", "1", lambda x: x, of("x")), Budget("p", "1", lambda x: x, of("x"))
            ),
            "each once",
        ),
        (lambda: solve(("y",), lambda y, x: (x,), (of("x"),), (1.0,)), "does not determine"),
        (lambda: solve(("y",), lambda y, x: (y * y + x,), (of("x"),), (0.7,)), "no solution"),
        (lambda: ellipsoidal_factor(1.0, 2), "probability"),
        (lambda: rectangular_factor(0.95, 0), "dimensions"),
        (lambda: from_shared_sources({"a": {"s": math.inf}}), "finite"),
        (
            lambda: simultaneous_readings({"a": [1.0, 2.0], "b": [1.0, 2.0, 3.0]}, source="s"),
            "together",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(act, words):
    with pytest.raises(BudgetError, match=words):
        act()


@pytest.mark.parametrize("start", [0.0, 1.0, 5.0, -300.0])
def test_a_solution_at_zero_is_found_from_anywhere(start):
    found = solve(("y",), lambda y, a: (100.0 + y - a,), (of("a", 100.0, 0.1),), (start,))
    assert found.values[0] == pytest.approx(0.0, abs=1e-12)
    assert found.standard_uncertainties[0] == pytest.approx(0.1, rel=1e-9)


@pytest.mark.parametrize("exponential", [math.exp, exp])
def test_a_curved_model_with_its_solution_at_zero(exponential):
    found = solve(("y",), lambda y, a: (exponential(y) - a,), (of("a", 1.0, 0.1),), (1.0,))
    assert found.values[0] == pytest.approx(0.0, abs=1e-9)
    assert found.standard_uncertainties[0] == pytest.approx(0.1, rel=1e-9)


@pytest.mark.parametrize("u", [1e-3, 1e-5, 1e-7])
def test_a_tiny_uncertainty_beside_a_large_estimate_goes_through_an_implicit_model(u):
    found = solve(("y",), lambda y, a: (y - a,), (of("a", 1e7, u),), (1e7,))
    assert found.standard_uncertainties[0] == pytest.approx(u, rel=1e-12)


def test_an_implicit_model_has_as_many_equations_as_quantities():
    with pytest.raises(BudgetError, match="2 equation"):
        solve(("y",), lambda y, a: (y - a, y + a), (of("a"),), (1.0,))
    with pytest.raises(BudgetError, match="first guess"):
        solve(("y",), lambda y, a: (y - a,), (of("a"),), (1.0, 2.0))


@pytest.mark.parametrize("unit", [1e-200, 1.0, 1e200])
def test_a_shared_source_in_any_unit(unit):
    parts = {"a": {"s": 3.0 * unit, "own": 4.0 * unit}, "b": {"s": -unit, "none": 0.0}}
    assert from_shared_sources(parts) == {("a", "b"): pytest.approx(-0.6)}
