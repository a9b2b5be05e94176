import json
from pathlib import Path

import pytest

from station.metrology.budget_file import read_budget
from station.metrology.errors import BudgetError
from station.metrology.inputs import constant, normal
from station.metrology.second_order import second_order_uncertainty
from station.metrology.uncertainty import Budget

EXAMPLES = {
    entry["id"]: entry
    for entry in json.loads(
        Path(__file__).with_name("worked-examples.json").read_text(encoding="utf-8")
    )
}


def of(name, value, u):
    return normal(name, value, standard_uncertainty=u, source="test")


@pytest.mark.parametrize(("name", "key"), [("GUM-H1", "u_second_order"), ("JCGM101-9.3", "guf2_u")])
def test_published(name, key):
    budget, _ = read_budget(json.dumps(EXAMPLES[name]))
    found = second_order_uncertainty(budget)
    assert found == pytest.approx(EXAMPLES[name]["recomputed"][key], rel=1e-4)


def test_a_product_of_two_zero_mean_factors():
    inputs = (of("a", 0.0, 0.2), of("b", 0.0, 0.5), constant("c", 3.0, source="test"))
    budget = Budget("y", "V", lambda a, b, c: c * a * b, *inputs)
    assert budget.evaluate().standard_uncertainty == 0.0
    assert second_order_uncertainty(budget) == pytest.approx(3.0 * 0.2 * 0.5, rel=1e-9)


def test_a_square_of_a_normal_quantity_is_exact():
    # var(x²) = 4µ²u² + 2u⁴
    budget = Budget("y", "V", lambda x: x * x, of("x", 1.5, 0.4))
    assert second_order_uncertainty(budget) ** 2 == pytest.approx(1.44 + 2 * 0.4**4, rel=1e-9)


def test_a_cubic_model_has_the_mixed_third_order_term():
    # var(x³) = 9µ⁴u² + 36µ²u⁴ + 15u⁶; the formula keeps the first two
    budget = Budget("y", "V", lambda x: x**3, of("x", 2.0, 0.1))
    expected = 9 * 16 * 0.01 + 36 * 4 * 1e-4
    assert second_order_uncertainty(budget) ** 2 == pytest.approx(expected, rel=1e-4)


def test_correlated_inputs_are_refused():
    budget = Budget(
        "y",
        "V",
        lambda a, b: a * b,
        of("a", 1, 0.1),
        of("b", 1, 0.1),
        correlations={("a", "b"): 0.5},
    )
    with pytest.raises(BudgetError, match="Monte"):
        second_order_uncertainty(budget)


@pytest.mark.parametrize("u", [1e-3, 1e-5, 1e-6, 1e-8])
@pytest.mark.parametrize("model", [lambda a, b: a + b, lambda a, b: a - b])
def test_rounding_beside_a_large_estimate_is_no_curvature(model, u):
    # 10 MHz known to parts in 10¹⁰ … 10¹⁵: the model is linear, u is that of the first order.
    budget = Budget("f", "Hz", model, of("a", 1e7, u), of("b", 1e7, u))
    assert second_order_uncertainty(budget) == pytest.approx(u * 2**0.5, rel=1e-12)


def test_the_first_order_has_no_error_of_the_step():
    budget = Budget("y", "V", lambda x: x**3, of("x", 2.0, 0.1))
    exact = 9 * 16 * 0.01 + 36 * 4 * 1e-4
    assert second_order_uncertainty(budget) ** 2 == pytest.approx(exact, rel=1e-10)
