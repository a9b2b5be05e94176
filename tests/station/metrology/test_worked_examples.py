"""Published examples, evaluated from the budget file format; sources are in the JSON."""

import json
import math
from pathlib import Path

import pytest

from station.metrology.budget_file import read_budget
from station.metrology.conformity import (
    GUARDED_BINARY,
    GUARDED_NON_BINARY,
    SIMPLE_ACCEPTANCE,
    Limits,
    conformance_probability,
    decide,
)
from station.metrology.coverage import Coverage, CoverageReason, student_cumulative, student_factor
from station.metrology.errors import BudgetError
from station.metrology.expression import parse
from station.metrology.inputs import (
    confidence_interval,
    dof_from_doubt,
    expanded,
    readings,
    rectangular,
)
from station.metrology.monte_carlo import simulate, validate
from station.metrology.rounding import Direction, round_result
from station.metrology.second_order import second_order_uncertainty
from station.metrology.uncertainty import Budget

EXAMPLES = {
    entry["id"]: entry
    for entry in json.loads(
        Path(__file__).with_name("worked-examples.json").read_text(encoding="utf-8")
    )
}

# Entries that give nothing to compute with; the file says so itself.
NOT_REPRODUCED = {
    "NL-CG15": "EURAMET cg-15: its published numbers were not located",
    "NL-CG18": "EURAMET cg-18: its published numbers were not located",
    "NL-DKDR61": "DKD-R 6-1: its published numbers were not located",
}

# GUM-H4 states its model in prose: R stands for both count rates, and "T0 = 60 min" carries a unit.
# This is the same measurement in the file format; all numbers stay those of the file.
H4 = {
    "model": "A_S*(m_S/m_x)*(mean(Rx)/mean(RS))",
    "series": {
        "Rx": "(C_x - C_B)/T0*exp(lam*t_x)",
        "RS": "(C_S - C_B)/T0*exp(lam*t_S)",
    },
}

# id → what the example asks of U (the file has no `coverage` key), and what its printed k is.
COVERAGES = {
    "GUM-H1": Coverage(0.99),
    "EA-S2": Coverage.fixed(2.0),
    "EA-S4": Coverage.fixed(2.0),
    "EA-S6": Coverage.fixed(2.0),
    "EA-S9": Coverage(0.95),
    "EA-S11": Coverage.fixed(1.81),
    "GUM5-15": Coverage.fixed(1.96),
    # Both take the normal factor to show that the framework misleads; see the test of S9's rule.
    "JCGM101-9.2.4": Coverage.fixed(student_factor(0.95, math.inf)),
    "NPL-LOG": Coverage.fixed(student_factor(0.95, math.inf)),
}

PROPAGATED = [
    entry["id"]
    for entry in EXAMPLES.values()
    if entry["category"] in ("gum", "budget", "monte_carlo", "interpolation", "drift")
    and entry["id"] not in ("GUM-H4", "KESSEL-RANGE")  # prose, and a curve: both below
]

# Categories of other modules: regression, intervals, control charts, comparison.
ELSEWHERE = {"regression", "interval", "control_chart", "proficiency", "strd"}

# id → the test that has it, of those that are not in PROPAGATED.
OWN_TEST = {
    "GUM-H4": "test_radon_activity_from_count_rates",
    "GUM-H5": "test_type_a.test_ten_days_of_a_voltage_standard",
    "GUM5-12": "test_type_a.test_homogeneity_between_bottles",
    "GUM-4.4.3": "test_type_a",
    "GUM-4.3-typeB": "test_type_b",
    "GUM-G2-table": "test_student_factors",
    "GUM-7.2.6": "test_gum_7_2_6",
    "RULE-CMC": "test_rounding_with_the_accredited_capability",
    "JCGM102-9.3-x0.001-r0": "test_multivariate.test_magnitude_and_phase",
    "JCGM102-6.5": "test_multivariate.test_factors_of_coverage_regions",
    "KESSEL-RANGE": "test_calibration_curve_with_correlated_coefficients",
    "JCGM106-ZENER": "test_zener_diode",
    "JCGM106-SPEED": "test_conformity.test_a_speed_that_is_rejected_with_certainty",
    "JCGM106-RESISTOR": "test_risk.test_resistors_with_a_guarded_acceptance_interval",
    "PFA-DEAVER": "test_risk.test_risk_against_the_ratio_of_sigmas",
    "PFA-TUR-GRID": "test_risk.test_risk_against_tur_and_reliability",
    "Z5403-M6": "test_risk.test_method_6_keeps_its_promise_and_never_widens",
    "GB-FORMULAS": "test_risk.test_guard_band_formulas",
    "GB-SUNCAL": "test_risk.test_guard_band_for_a_target",
    "ILACG8-TABLE": "test_specific_risk_at_the_acceptance_limit",
    "ILACG8-RULES": "test_ilac_g8_rules",
    "RULE-TUR": "test_risk.test_ratios",
}


def tolerance_of(entry, key):
    tolerance = entry["tolerance"]
    return tolerance[key] if isinstance(tolerance, dict) else tolerance


def test_every_example_has_a_test_or_a_reason():
    mine = {name for name, entry in EXAMPLES.items() if entry["category"] not in ELSEWHERE}
    assert set(PROPAGATED) | OWN_TEST.keys() | NOT_REPRODUCED.keys() == mine
    for test in OWN_TEST.values():
        module, _, function = test.rpartition(".")
        file = Path(__file__).with_name(f"{module}.py") if module else Path(__file__)
        assert f"def {function}(" in file.read_text(encoding="utf-8")
    for name in NOT_REPRODUCED:
        assert EXAMPLES[name]["reproduced"] is False
        assert not EXAMPLES[name]["inputs"]
        assert not EXAMPLES[name]["expected"]


def test_a_model_in_prose_is_refused():
    with pytest.raises(BudgetError, match="not an expression"):
        read_budget(json.dumps(EXAMPLES["GUM-H4"]))


@pytest.mark.parametrize("name", PROPAGATED)
def test_propagated(name):
    entry = EXAMPLES[name]
    budget, _ = read_budget(json.dumps(entry))
    result = budget.evaluate(COVERAGES.get(name, Coverage(0.95)))
    found = {
        "value": result.value,
        "u": result.standard_uncertainty,
        "nu_eff": result.dof,
        "k_rect": result.k,
        "U": result.expanded_uncertainty,
        "guf1_value": result.value,
        "guf1_u": result.standard_uncertainty,
        "guf1_lower": result.value - result.expanded_uncertainty,
        "guf1_upper": result.value + result.expanded_uncertainty,
        "guf_value": result.value,
        "guf_u": result.standard_uncertainty,
        "guf_upper": result.value + result.expanded_uncertainty,
    }
    if name != "EA-S9":  # k printed as 1.65: `k_rect` has the unrounded rule
        found["k"] = result.k
    expected = {key: number for key, number in entry["expected"].items() if key in found}
    assert expected
    for key, number in expected.items():
        assert found[key] == pytest.approx(number, abs=tolerance_of(entry, key)), key
    recomputed = (entry["recomputed"] or {}).get("u")
    if recomputed and not name.startswith("JCGM101"):
        assert result.standard_uncertainty == pytest.approx(recomputed, rel=2e-5)


@pytest.mark.parametrize(
    "name", [name for name in PROPAGATED if "contributions" in EXAMPLES[name]["expected"]]
)
def test_contributions(name):
    entry = EXAMPLES[name]
    result = read_budget(json.dumps(entry))[0].evaluate()
    found = {line.name: line.contribution for line in result.contributions}
    for key, number in entry["expected"]["contributions"].items():
        assert found[key] == pytest.approx(number, abs=tolerance_of(entry, "contributions")), key


@pytest.mark.parametrize(
    ("name", "shortest"),
    [
        ("JCGM101-9.2.2", False),
        ("JCGM101-9.2.3", False),
        ("JCGM101-9.2.4", False),
        ("JCGM101-9.3", True),
        ("TN1900-E3", False),
        ("NPL-LOG", True),
    ],
)
def test_simulated(name, shortest):
    entry = EXAMPLES[name]
    budget, _ = read_budget(json.dumps(entry))
    simulated = simulate(budget, seed=1, trials=1_000_000, coverage=0.95)
    low, high = (simulated.low, simulated.high)
    if shortest:
        low, high = simulated.shortest_low, simulated.shortest_high
    found = {
        "value": simulated.value,
        "u": simulated.standard_uncertainty,
        "lower": low,
        "upper": high,
    }
    prefix = "" if "lower" in entry["expected"] else "mcm_"
    for key, number in found.items():
        expected = entry["expected"][prefix + key]
        # 10⁶ draws scatter by about 0.01 u at the ends of the interval, and more where it is the
        # shortest one, whose length hardly changes near its optimum.
        scatter = (0.03 if shortest else 0.01) * simulated.standard_uncertainty
        allowed = max(tolerance_of(entry, prefix + key), scatter)
        assert number == pytest.approx(expected, abs=allowed), key


def test_a_dominant_rectangular_input():
    budget, _ = read_budget(json.dumps(EXAMPLES["JCGM101-9.2.4"]))
    simulated = simulate(budget, seed=1, trials=200_000, coverage=0.95)
    naive = budget.evaluate(COVERAGES["JCGM101-9.2.4"])
    assert not validate(naive, simulated).accepted
    ruled = budget.evaluate(Coverage(0.95))
    assert ruled.coverage_reason is CoverageReason.DOMINANT_RECTANGULAR
    assert validate(ruled, simulated).accepted


def test_an_air_buoyancy_without_first_order_is_not_validated():
    budget, _ = read_budget(json.dumps(EXAMPLES["JCGM101-9.3"]))
    simulated = simulate(budget, seed=1, trials=200_000, coverage=0.95)
    verdict = validate(budget.evaluate(Coverage(0.95)), simulated)
    assert not verdict.accepted
    assert verdict.d_high == pytest.approx(0.045, abs=0.003)  # the example's note


def test_radon_activity_from_count_rates():
    entry = EXAMPLES["GUM-H4"]
    expected, tolerance = entry["expected"], entry["tolerance"]
    budget, _ = read_budget(json.dumps({**entry, **H4}))
    result = budget.evaluate(Coverage.fixed(2.0))
    assert result.value == pytest.approx(expected["Ax_1"], abs=tolerance["Ax_1"])
    assert result.standard_uncertainty == pytest.approx(expected["u_Ax_1"], abs=tolerance["u_Ax_1"])
    rates = {line.name: line.input for line in result.contributions}
    for name in ("Rx", "RS"):
        assert rates[name].value == pytest.approx(expected[name], abs=tolerance[name])
        assert rates[name].standard_uncertainty == pytest.approx(
            expected[f"u_{name}"], abs=tolerance[f"u_{name}"]
        )
        assert rates[name].dof == 5
    assert budget.correlations["Rx", "RS"] == pytest.approx(
        expected["r_Rx_RS"], abs=tolerance["r_Rx_RS"]
    )
    ratio = Budget(
        "R",
        "1",
        parse("Rx/RS", ["Rx", "RS"]),
        rates["Rx"],
        rates["RS"],
        correlations=budget.correlations,
    ).evaluate()
    assert ratio.value == pytest.approx(expected["R_ratio"], abs=tolerance["R_ratio"])
    assert ratio.standard_uncertainty == pytest.approx(
        expected["u_R_ratio"], abs=tolerance["u_R_ratio"]
    )


def test_radon_activity_from_the_ratio_of_each_cycle():
    entry = EXAMPLES["GUM-H4"]
    expected, tolerance = entry["expected"], entry["tolerance"]
    cycles = f"({H4['series']['Rx']})/({H4['series']['RS']})"
    stated = {**entry, "model": "A_S*(m_S/m_x)*mean(R)", "series": {"R": cycles}}
    result = read_budget(json.dumps(stated))[0].evaluate()
    mean = next(line.input for line in result.contributions if line.name == "R")
    found = {
        "R_mean": mean.value,
        "u_R_mean": mean.standard_uncertainty,
        "Ax_2": result.value,
        "u_Ax_2": result.standard_uncertainty,
    }
    for key, number in found.items():
        assert number == pytest.approx(expected[key], abs=tolerance[key]), key


def test_random_effects_of_the_comparator_alone():
    entry = EXAMPLES["GUM-H1"]
    budget, _ = read_budget(json.dumps(entry))
    d = [each for each in budget.inputs if each.name in ("d0", "d1", "d2")]
    result = Budget("d", "nm", lambda d0, d1, d2: d0 + d1 + d2, *d).evaluate()
    for key, number in (("d_u", result.standard_uncertainty), ("d_nu", result.dof)):
        assert number == pytest.approx(entry["expected"][key], abs=entry["tolerance"][key])
        assert number == pytest.approx(entry["recomputed"][key], rel=1e-7)


def test_air_buoyancy_with_second_order_terms_is_validated():
    entry = EXAMPLES["JCGM101-9.3"]
    budget, _ = read_budget(json.dumps(entry))
    u, value = second_order_uncertainty(budget), budget.evaluate().value
    half = student_factor(0.95, math.inf) * u
    found = {"guf2_u": u, "guf2_lower": value - half, "guf2_upper": value + half}
    for key, number in found.items():
        assert number == pytest.approx(entry["expected"][key], abs=entry["tolerance"][key]), key


def test_four_rectangular_inputs_end_where_analysis_says():
    entry = EXAMPLES["JCGM101-9.2.3"]
    drawn = simulate(read_budget(json.dumps(entry))[0], seed=2, coverage=0.95)
    # Three standard uncertainties of an end of 10⁶ draws on top of the printed digits.
    allowed = entry["tolerance"]["analytic_endpoint"] + 3.0 * drawn.uncertainty_of_ends
    assert drawn.high == pytest.approx(entry["expected"]["analytic_endpoint"], abs=allowed)


def test_a_budget_from_its_own_rounded_table():
    entry = EXAMPLES["EA-S2"]
    parts = entry["expected"]["contributions"].values()
    expected, tolerance = entry["expected"]["u_table_values"], entry["tolerance"]["u_table_values"]
    assert math.hypot(*parts) == pytest.approx(expected, abs=tolerance)


@pytest.mark.parametrize("name", ["EA-S9", "EA-S11"])
def test_monte_carlo_of_dominated_budgets(name):
    entry = EXAMPLES[name]
    budget, _ = read_budget(json.dumps(entry))
    drawn = simulate(budget, seed=3, coverage=0.95)
    half = 0.5 * (drawn.high - drawn.low)
    assert half == pytest.approx(entry["recomputed"]["U_mcm"], rel=3e-3)
    # What the rule of the dominant terms makes of it is within 4 % of that.
    assert budget.evaluate(Coverage(0.95)).expanded_uncertainty == pytest.approx(half, rel=0.04)


def test_a_block_calibrator_is_dominated_by_two_terms():
    result = read_budget(json.dumps(EXAMPLES["EA-S11"]))[0].evaluate(Coverage(0.95))
    assert result.coverage_reason is CoverageReason.TWO_RECTANGULAR
    assert result.k == pytest.approx(1.80, abs=0.005)  # printed 1.81


def test_repeatability_of_the_breaking_force():
    entry = EXAMPLES["GUM5-15"]
    result = read_budget(json.dumps(entry))[0].evaluate()
    force = next(line for line in result.contributions if line.name == "F")
    expected, tolerance = entry["expected"]["u_repeat"], entry["tolerance"]["u_repeat"]
    assert force.contribution == pytest.approx(expected, abs=tolerance)
    assert force.dof == 5


def test_calibration_curve_with_correlated_coefficients():
    entry = EXAMPLES["KESSEL-RANGE"]
    for x, p, expanded_uncertainty in zip(
        entry["raw_data"]["x"], entry["expected"]["p"], entry["expected"]["U"], strict=True
    ):
        stated = json.loads(json.dumps(entry))
        stated["inputs"][2]["value"] = x
        result = read_budget(json.dumps(stated))[0].evaluate(Coverage.fixed(2.0))
        assert result.value == pytest.approx(p, abs=6e-5)
        assert result.expanded_uncertainty == pytest.approx(expanded_uncertainty, abs=5e-8)


def test_type_a():
    entry = EXAMPLES["GUM-4.4.3"]
    temperature = readings("t", entry["raw_data"]["t_degC"], source=entry["source"])
    assert temperature.value == pytest.approx(entry["recomputed"]["mean"], rel=1e-9)
    assert temperature.standard_uncertainty == pytest.approx(entry["recomputed"]["u"], rel=1e-8)
    assert temperature.dof == 19


def test_type_b():
    expected = EXAMPLES["GUM-4.3-typeB"]["expected"]
    resistor = expanded(
        "R",
        10.000742,
        expanded_uncertainty=129e-6,
        k=student_factor(0.99, math.inf),
        source="certificate",
    )
    assert resistor.standard_uncertainty == pytest.approx(expected["r_10742"], abs=5e-7)
    stated = confidence_interval(
        "R", 10.000742, half_width=129e-6, probability=0.99, source="certificate"
    )
    assert stated == resistor
    copper = rectangular("alpha", half_width=0.4e-6, source="handbook")
    assert copper.standard_uncertainty == pytest.approx(expected["cu"], abs=5e-9)
    for percent in (10, 25, 50):
        assert dof_from_doubt(percent / 100) == pytest.approx(expected[f"nu_{percent}pct"])


@pytest.mark.parametrize("key", EXAMPLES["GUM-G2-table"]["expected"])
def test_student_factors(key):
    dof, probability = map(float, key.split(","))
    entry = EXAMPLES["GUM-G2-table"]
    factor = student_factor(probability, dof)
    assert factor == pytest.approx(entry["expected"][key], abs=entry["tolerance"])
    assert factor == pytest.approx(entry["recomputed"][key], rel=1e-8)


def test_zener_diode():
    probability = conformance_probability(-5.47, 0.05, Limits(upper=-5.40))
    assert probability == pytest.approx(EXAMPLES["JCGM106-ZENER"]["recomputed"]["p_c"], rel=1e-8)


RULE_OF = {"simple": SIMPLE_ACCEPTANCE, "binary": GUARDED_BINARY, "nb": GUARDED_NON_BINARY}


@pytest.mark.parametrize(("key", "verdict"), list(EXAMPLES["ILACG8-RULES"]["expected"].items()))
def test_ilac_g8_rules(key, verdict):
    rule, _, error = key.partition("_")
    error = float(error.replace("p", "."))
    decision = decide(RULE_OF[rule], error, 2.0, Limits(-10.0, 10.0))
    assert decision.verdict.value == verdict
    mirrored = decide(RULE_OF[rule], -error, 2.0, Limits(-10.0, 10.0))
    assert mirrored.verdict is decision.verdict


@pytest.mark.parametrize(("key", "risk"), list(EXAMPLES["ILACG8-TABLE"]["recomputed"].items()))
def test_specific_risk_at_the_acceptance_limit(key, risk):
    multiplier = float(key[1:].replace("p", "."))
    assert student_cumulative(-2.0 * multiplier, math.inf) == pytest.approx(risk, rel=1e-8)


@pytest.mark.parametrize(
    ("stated", "printed"),
    list(
        zip(EXAMPLES["RULE-CMC"]["inputs"], EXAMPLES["RULE-CMC"]["expected"]["cases"], strict=True)
    ),
)
def test_rounding_with_the_accredited_capability(stated, printed):
    rounded = round_result(
        float(stated["y"]), float(stated["U"]), smallest=float(stated["CMC"] or 0.0)
    )
    assert [rounded.value, rounded.uncertainty] == printed


def test_gum_7_2_6():
    expected = EXAMPLES["GUM-7.2.6"]["expected"]
    # Rounding 10.47 up is a choice; EA-4/02's rule (over 5 % lost) keeps 10.
    up = round_result(100.0, 10.47, direction=Direction.UP)
    assert float(up.uncertainty) == expected["10.47 mohm up"]
    assert round_result(100.0, 10.47).uncertainty == "10"
    assert float(round_result(100.0, 28.05).uncertainty) == expected["28.05 kHz"]
    assert float(round_result(10.05762, 0.027).value) == expected["10.05762 with u 0.027"]
