"""Buoyancy, conventional mass and comparison weighing; JCGM 101:2008, 9.3 as a worked example."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.metrology.errors import InvalidNumber, OutOfValidity
from station.metrology.inputs import normal, rectangular
from station.metrology.monte_carlo import simulate
from station.metrology.physics.mass import (
    ASSUMED_DENSITIES,
    Density,
    aba_difference,
    abba_difference,
    balance_reading_change,
    buoyancy_correction,
    buoyancy_uncertainty,
    conventional_mass,
    conventional_mass_of_test,
    true_mass,
)
from station.metrology.uncertainty import Budget

EXAMPLES = json.loads((Path(__file__).parents[1] / "worked-examples.json").read_text("utf-8"))
JCGM_9_3 = next(entry for entry in EXAMPLES if entry["id"] == "JCGM101-9.3")

densities = st.floats(500.0, 22_000.0)
airs = st.floats(0.8, 1.4)
indications = st.floats(-1.0, 1.0)


def test_the_conventional_mass_of_a_reference_weight_is_its_mass():
    assert conventional_mass(1.0, 8000.0) == 1.0


@given(st.floats(1e-6, 5000.0), densities)
def test_true_mass_returns(mass, density):
    assert true_mass(conventional_mass(mass, density), density) == pytest.approx(mass, rel=1e-15)


def test_one_kilogram_of_platinum_and_of_water():
    # (1 - 1.2/ρ)/(1 - 1.2/8000) by hand.
    assert conventional_mass(1.0, 21_500.0) - 1.0 == pytest.approx(94.20e-6, abs=0.01e-6)
    assert conventional_mass(1.0, 1000.0) - 1.0 == pytest.approx(-1050.16e-6, abs=0.01e-6)


@given(airs, densities, densities)
def test_buoyancy_is_that_of_the_forces_on_both(air, test_density, reference_density):
    """Two weights of one conventional mass press on a balance as unequally as C says."""
    test = true_mass(1.0, test_density) * (1.0 - air / test_density)
    reference = true_mass(1.0, reference_density) * (1.0 - air / reference_density)
    c = buoyancy_correction(air, test_density, reference_density)
    # C is of first order in ρ_a/ρ, and corrects the indication: the opposite sign.
    assert test / reference - 1.0 == pytest.approx(-c, rel=0.01, abs=1e-12)


@given(indications, st.floats(-1e-3, 1e-3), st.floats(-1e-3, 1e-3))
def test_linear_drift_cancels(start, drift, difference):
    r1, t1, t2, r2 = (start + i * drift for i in range(4))
    found = abba_difference(r1, t1 + difference, t2 + difference, r2)
    assert found == pytest.approx(difference, abs=1e-12)
    assert aba_difference(r1, t1 + difference, t2) == pytest.approx(difference, abs=1e-12)


def nine_three():
    r, d = 1.2, 0.1
    return Budget(
        "mass",
        "mg",
        lambda m_r, difference, air, test, reference: (
            conventional_mass_of_test(m_r, difference, air, test, reference) - 100_000.0
        ),
        normal("m_r", 100_000.0, standard_uncertainty=0.050, source="certificate"),
        normal("difference", 1.234, standard_uncertainty=0.020, source="balance"),
        rectangular("air", value=r, half_width=d, source="air"),
        rectangular("test", value=8000.0, half_width=1000.0, source="density"),
        rectangular("reference", value=8000.0, half_width=50.0, source="density"),
    )


def test_mass_calibration_of_jcgm_101():
    expected = JCGM_9_3["expected"]
    result = nine_three().evaluate()
    assert result.value == pytest.approx(expected["guf1_value"], abs=1e-9)
    assert result.standard_uncertainty == pytest.approx(expected["guf1_u"], abs=5e-5)
    drawn = simulate(nine_three(), trials=200_000, seed=1)
    # 200 000 trials instead of the example's adaptive number.
    assert drawn.value == pytest.approx(expected["mcm_value"], abs=6e-4)
    assert drawn.standard_uncertainty == pytest.approx(expected["mcm_u"], abs=5e-4)


def test_uncertainty_of_buoyancy_is_that_of_the_model():
    """Without correlation with the calibration before, u_b is the first order of C."""
    found = buoyancy_uncertainty(
        100.0,
        air=Density(1.15, 0.002),
        air_at_calibration=1.2,
        test=Density(2700.0, 65.0),
        standard=Density(7950.0, 70.0),
    )
    budget = Budget(
        "C",
        "g",
        lambda air, test, reference: 100.0 * buoyancy_correction(air, test, reference),
        normal("air", 1.15, standard_uncertainty=0.002, source="air"),
        normal("test", 2700.0, standard_uncertainty=65.0, source="test"),
        normal("reference", 7950.0, standard_uncertainty=70.0, source="reference"),
    )
    assert found == pytest.approx(budget.evaluate().standard_uncertainty, rel=1e-9)


SAME_AIR = {
    "air": Density(1.1, 0.0),
    "air_at_calibration": 1.1,
    "standard": Density(8000.0, 70.0),
}


def test_uncertainty_of_buoyancy_that_contradicts_itself():
    with pytest.raises(InvalidNumber, match="densities of air"):
        buoyancy_uncertainty(1.0, test=Density(8000.0, 0.0), **SAME_AIR)
    cancelled = buoyancy_uncertainty(1.0, test=Density(8000.0, 70.0), **SAME_AIR)
    assert cancelled == pytest.approx(0.0, abs=1e-14)


def test_a_balance_that_moved_to_thinner_air_reads_more_of_water():
    found = balance_reading_change(1.1, 1.2, 1000.0)
    assert found == pytest.approx(0.1 * (1e-3 - 1.25e-4), rel=1e-12)
    assert balance_reading_change(1.1, 1.2, 8000.0) == 0.0


def test_assumed_densities_are_of_bodies():
    for density, expanded in ASSUMED_DENSITIES.values():
        assert math.isfinite(conventional_mass(1.0, density))
        assert 0.0 < expanded < 0.1 * density


@pytest.mark.parametrize(
    ("function", "arguments", "says"),
    [
        (conventional_mass, (1.0, 8.0), "density 8 kg/m³"),
        (true_mass, (1.0, 80_000.0), "density"),
        (buoyancy_correction, (0.0012, 8000.0, 8000.0), "air density"),
        (buoyancy_correction, (1.2, 8.0, 8000.0), "density"),
        (buoyancy_correction, (1.2, 8000.0, np.array([8000.0, 0.0])), "density"),
        (balance_reading_change, (1.2, 12.0, 8000.0), "air density"),
    ],
)
def test_a_mistaken_unit_is_noticed(function, arguments, says):
    with pytest.raises(OutOfValidity, match=says):
        function(*arguments)
