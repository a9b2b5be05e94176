"""Linear expansion: hand values, ways back, NIST TN 1900 example E13."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.metrology.errors import OutOfValidity
from station.metrology.physics.expansion import (
    comparison_correction,
    expansion_coefficient,
    length_at,
    length_at_reference,
)

EXAMPLES = json.loads((Path(__file__).parents[1] / "worked-examples.json").read_text("utf-8"))
E13 = next(entry for entry in EXAMPLES if entry["id"] == "TN1900-E13")

coefficients = st.floats(0.0, 100e-6)
celsius = st.floats(-20.0, 60.0)


def test_a_steel_metre_grows_by_115_micrometres_in_ten_kelvin():
    assert length_at(1.0, 11.5e-6, 20.0, 30.0) - 1.0 == pytest.approx(115e-6, rel=1e-9)
    assert length_at_reference(1.000115, 11.5e-6, 30.0) == pytest.approx(1.0, rel=1e-15)


@given(coefficients, celsius, celsius)
def test_there_and_back(coefficient, first, second):
    there = length_at(0.1, coefficient, first, second)
    assert length_at(there, coefficient, second, first) == pytest.approx(0.1, rel=1e-15)


@given(coefficients, coefficients, st.floats(18.0, 22.0), st.floats(18.0, 22.0))
def test_correction_is_first_order_of_both_lengths(one, other, standard_t, item_t):
    nominal = 100.0
    standard = length_at(nominal, one, 20.0, standard_t)
    item = length_at(nominal, other, 20.0, item_t)
    corrected = item - standard + comparison_correction(nominal, one, standard_t, other, item_t)
    assert corrected == pytest.approx(0.0, abs=1e-11)


def test_equal_materials_at_equal_temperature_need_no_correction():
    assert comparison_correction(100.0, 11.5e-6, 23.0, 11.5e-6, 23.0) == 0.0


def test_coefficient_of_copper():
    values = {entry["name"]: entry["value"] for entry in E13["inputs"]}
    found = expansion_coefficient(
        values["L0"], values["T0"] - 273.15, values["L1"], values["T1"] - 273.15
    )
    assert found == pytest.approx(E13["expected"]["value"], abs=5.1e-10)


def test_arrays():
    found = length_at_reference(np.array([1.0, 2.0]), 11.5e-6, np.array([20.0, 30.0]))
    assert found.tolist() == [1.0, length_at_reference(2.0, 11.5e-6, 30.0)]


@pytest.mark.parametrize(
    ("function", "arguments", "says"),
    [
        (length_at, (1.0, 11.5, 20.0, 21.0), "expansion coefficient"),
        (length_at, (1.0, 11.5e-6, 20.0, 293.15), "temperature"),
        (length_at_reference, (1.0, 11.5e-6, float("nan")), "temperature"),
        (expansion_coefficient, (1.0, 20.0, 1.1, 20.0), "span"),
        (expansion_coefficient, (1.0, 293.15, 1.1, 303.15), "temperature"),
    ],
)
def test_a_mistaken_unit_is_noticed(function, arguments, says):
    with pytest.raises(OutOfValidity, match=says):
        function(*arguments)
