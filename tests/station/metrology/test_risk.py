"""Global risks and guard bands against the published figures in worked-examples.json."""

import json
import math
from pathlib import Path

import pytest
from scipy.integrate import dblquad

from station.metrology.conformity import Limits
from station.metrology.errors import InvalidNumber
from station.metrology.risk import (
    Population,
    accuracy_ratio,
    global_risk,
    guard_band_for,
    guard_band_of_equal_risk,
    method_6,
    posterior,
    recommended_practice_10,
    root_difference_of_squares,
    subtraction_of_uncertainty,
    uncertainty_ratio,
)

EXAMPLES = {
    entry["id"]: entry
    for entry in json.loads(
        Path(__file__).with_name("worked-examples.json").read_text(encoding="utf-8")
    )
}
UNIT = Limits(-1.0, 1.0)


def test_resistors_with_a_guarded_acceptance_interval():
    stated = {row["name"]: row["value"] for row in EXAMPLES["JCGM106-RESISTOR"]["inputs"]}
    expected = EXAMPLES["JCGM106-RESISTOR"]["recomputed"]
    limits = Limits(stated["T_L"], stated["T_U"])
    population = Population(stated["y0"], stated["u0"])
    risk = global_risk(population, stated["u_m"], limits, Limits(stated["A_L"], stated["A_U"]))
    outside = 1.0 - population.probability_within(limits)
    assert outside == pytest.approx(expected["out_of_tolerance_before"], rel=1e-8)
    assert risk.false_accept == pytest.approx(expected["R_C"], rel=1e-8)
    assert risk.false_reject == pytest.approx(expected["R_P"], rel=1e-8)
    assert risk.accept == pytest.approx(expected["p_accept"], rel=1e-8)
    conditional = risk.false_accept / risk.accept
    assert conditional == pytest.approx(expected["conditional_out_given_accepted"], rel=1e-8)


@pytest.mark.parametrize(
    ("half_width", "ratio", "share", "accept", "reject"),
    [
        (2.0, 4.0, 1.0, "PFA_SL2_r4", "PFR_SL2_r4"),
        (2.5, 4.0, 1.0, "PFA_SL2p5_r4", None),
        (2.5, 1.0, 1.0, "PFA_SL2p5_r1", None),
        (2.0, 2.0, 0.91, "PFA_SL2_r2_gb0p91", "PFR_SL2_r2_gb0p91"),
    ],
)
def test_risk_against_the_ratio_of_sigmas(half_width, ratio, share, accept, reject):
    expected = EXAMPLES["PFA-DEAVER"]["recomputed"]
    limits = Limits(-half_width, half_width)
    acceptance = Limits(-half_width * share, half_width * share)
    risk = global_risk(Population(0.0, 1.0), 1.0 / ratio, limits, acceptance)
    assert risk.false_accept == pytest.approx(expected[accept], rel=1e-8)
    if reject:
        assert risk.false_reject == pytest.approx(expected[reject], rel=1e-8)


GRID = EXAMPLES["PFA-TUR-GRID"]["recomputed"]


@pytest.mark.parametrize("key", [key for key in GRID if key.startswith("PFA")])
def test_risk_against_tur_and_reliability(key):
    ratio, reliability = (float(part[1:]) for part in key.split("_")[1:])
    population = Population.of_reliability(reliability, 1.0)
    risk = global_risk(population, 0.5 / ratio, UNIT, UNIT)
    assert risk.false_accept == pytest.approx(GRID[key], rel=1e-7)
    assert risk.false_reject == pytest.approx(GRID[key.replace("PFA", "PFR")], rel=1e-7)


def test_guard_band_for_a_target():
    stated = {row["name"]: row["value"] for row in EXAMPLES["GB-SUNCAL"]["inputs"]}
    expected = EXAMPLES["GB-SUNCAL"]["recomputed"]
    limits = Limits(stated["T_L"], stated["T_U"])
    population = Population(stated["mu"], stated["sigma"])
    risk = global_risk(population, stated["s_m"], limits, limits)
    assert risk.false_accept == pytest.approx(expected["PFA"], rel=1e-8)
    assert risk.false_reject == pytest.approx(expected["PFR"], rel=1e-8)
    guard = guard_band_for(0.005, population, stated["s_m"], limits)
    assert guard == pytest.approx(expected["guardband_for_0p005"], rel=1e-7)
    assert guard_band_for(0.5, population, stated["s_m"], limits) == 0.0


FORMULA = {
    "rss": root_difference_of_squares,
    "u95": subtraction_of_uncertainty,
    "rp10": recommended_practice_10,
    "m6": method_6,
}


@pytest.mark.parametrize(("key", "share"), list(EXAMPLES["GB-FORMULAS"]["recomputed"].items()))
def test_guard_band_formulas(key, share):
    name, ratio = key.split("_")
    assert FORMULA[name](float(ratio)) == pytest.approx(share, rel=1e-8)


def test_method_6_keeps_its_promise_and_never_widens():
    for key, share in EXAMPLES["Z5403-M6"]["recomputed"].items():
        if key.startswith("A_over_T_"):
            assert method_6(float(key.rpartition("_")[2])) == pytest.approx(share, rel=1e-8)
    assert method_6(4.6) == method_6(10.0) == 1.0
    for ratio in (1.5, 2.0, 3.0, 4.0):
        share = method_6(ratio)
        acceptance = Limits(-share, share)
        for reliability in (0.3, 0.5, 0.7, 0.8, 0.9, 0.95):
            population = Population.of_reliability(reliability, 1.0)
            risk = global_risk(population, 0.5 / ratio, UNIT, acceptance)
            assert risk.false_accept < 0.0205


@pytest.mark.parametrize("row", [0, 1])
def test_ratios(row):
    stated, expected = EXAMPLES["RULE-TUR"]["inputs"][row], EXAMPLES["RULE-TUR"]["expected"]
    limits = Limits(stated["T_L"], stated["T_U"])
    assert uncertainty_ratio(limits, stated["U95"]) == pytest.approx(expected["TUR"][row])
    accuracy = Limits(stated["A_L"], stated["A_U"])
    assert accuracy_ratio(limits, accuracy) == pytest.approx(expected["TAR"][row])


def test_a_one_sided_requirement():
    # Mirror images of each other; accepted and outside means beyond the one limit.
    population = Population(0.2, 1.0)
    upper = global_risk(population, 0.3, Limits(upper=1.0), Limits(upper=0.8))
    mirrored = global_risk(Population(-0.2, 1.0), 0.3, Limits(lower=-1.0), Limits(lower=-0.8))
    assert upper.false_accept == pytest.approx(mirrored.false_accept, rel=1e-9)
    assert upper.accept == pytest.approx(0.5 * math.erfc(-0.6 / math.sqrt(2 * 1.09)), rel=1e-9)


@pytest.mark.parametrize("mean", [0.0, 0.3, -1.0, 1.0, 4.0])
@pytest.mark.parametrize("u", [0.05, 0.5, 2.0])
@pytest.mark.parametrize("share", [1.0, 0.8, 1.1])
def test_the_closed_form_is_the_integral(mean, u, share):
    def density(reading, error):
        prior = math.exp(-0.5 * ((error - mean) / 0.6) ** 2) / 0.6
        return prior * math.exp(-0.5 * ((reading - error) / u) ** 2) / u / (2.0 * math.pi)

    def integral(low, high, between):
        middle = min(max(mean, low), high)
        pieces = [(low, middle), (middle, high)]
        return math.fsum(
            dblquad(density, a, b, *between, epsabs=1e-13)[0] for a, b in pieces if b > a
        )

    risk = global_risk(Population(mean, 0.6), u, UNIT, Limits(-share, share))
    far = 6.0
    outside = integral(1.0, far + 1.0, (-share, share)) + integral(-far, -1.0, (-share, share))
    assert risk.false_accept == pytest.approx(outside, rel=1e-6, abs=1e-12)
    beyond = share + 12.0 * u
    rejected = integral(-1.0, 1.0, (share, beyond)) + integral(-1.0, 1.0, (-beyond, -share))
    assert risk.false_reject == pytest.approx(rejected, rel=1e-6, abs=1e-9)


def test_a_population_at_the_limit():
    # Both normals at zero: 1/4 + asin(r)/2π (W. F. Sheppard 1899), r = 0.6/√(0.36 + 0.09).
    risk = global_risk(Population(1.0, 0.6), 0.3, Limits(upper=1.0), Limits(upper=1.0))
    r = 0.6 / math.hypot(0.6, 0.3)
    assert risk.false_accept == pytest.approx(0.25 - math.asin(r) / (2.0 * math.pi), rel=1e-12)
    assert risk.accept == pytest.approx(0.5)


def test_a_population_seen_through_a_measurement():
    true = Population.of_reliability(0.95, 1.0)
    u = 0.2
    observed = math.erf(1.0 / math.hypot(true.standard_deviation, u) / math.sqrt(2.0))
    found = Population.of_observed_reliability(observed, 1.0, u)
    assert found.standard_deviation == pytest.approx(true.standard_deviation, rel=1e-9)


def test_a_guard_band_of_the_same_risk_as_four_to_one():
    population = Population.of_reliability(0.95, 1.0)
    guard = guard_band_of_equal_risk(population, 0.25, UNIT)  # TUR 2
    risk = global_risk(population, 0.25, UNIT, Limits(-1.0 + guard, 1.0 - guard))
    assert risk.false_accept == pytest.approx(GRID["PFA_t4_p0.95"], rel=1e-7)
    assert guard_band_of_equal_risk(population, 0.1, UNIT) == 0.0  # TUR 5


def test_what_is_known_of_an_item_after_its_measurement():
    value, u = posterior(Population(0.0, 1.0), 2.0, 1.0)
    assert (value, u) == (1.0, pytest.approx(math.sqrt(0.5)))
    assert posterior(Population(5.0, 1e6), 2.0, 1.0)[0] == pytest.approx(2.0, abs=1e-9)


@pytest.mark.parametrize(
    "act",
    [
        lambda: posterior(Population(0.0, 1.0), 1.0, 0.0),
        lambda: Population.of_observed_reliability(0.95, 1.0, 0.6),
        lambda: guard_band_of_equal_risk(Population(0.0, 1.0), 0.1, Limits(upper=1.0)),
        lambda: Population(0.0, 0.0),
        lambda: Population.of_reliability(1.0, 1.0),
        lambda: global_risk(Population(0.0, 1.0), 0.0, UNIT, UNIT),
        lambda: uncertainty_ratio(Limits(upper=1.0), 0.1),
        lambda: uncertainty_ratio(UNIT, 0.0),
        lambda: method_6(0.9),
        lambda: guard_band_for(0.0, Population(0.0, 1.0), 0.1, UNIT),
    ],
)
def test_impossible_numbers_are_refused(act):
    with pytest.raises(InvalidNumber):
        act()


@pytest.mark.parametrize("u", [1e-3, 1e-5, 1e-7, 1e-9])
@pytest.mark.parametrize("guard", [0.0, 0.7, -0.7])
def test_a_tiny_uncertainty_beside_a_wide_population(u, guard):
    # To first order in u/s: g(T)·u·∫ Φ(-x - w/u) dx from 0, the density the same over a few u.
    risk = global_risk(Population(0.0, 5.0), u, Limits(upper=1.0), Limits(upper=1.0 - guard * u))
    density = math.exp(-0.5 / 25.0) / (5.0 * math.sqrt(2.0 * math.pi))
    tail = 0.5 * math.erfc(guard / math.sqrt(2.0))
    loss = math.exp(-0.5 * guard**2) / math.sqrt(2.0 * math.pi) - guard * tail
    assert risk.false_accept == pytest.approx(density * u * loss, rel=max(u, 1e-6))
