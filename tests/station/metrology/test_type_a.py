"""Type A evaluation; certified values of NIST's Statistical Reference Datasets (StRD)."""

import json
import math
from pathlib import Path

import pytest

from station.metrology.errors import BudgetError
from station.metrology.inputs import mean_and_variance
from station.metrology.type_a import (
    Scatter,
    inflation,
    is_autocorrelated,
    lag_one_autocorrelation,
    pooled,
    pooled_readings,
    scatter,
)

EXAMPLES = {
    entry["id"]: entry
    for entry in json.loads(
        Path(__file__).with_name("worked-examples.json").read_text(encoding="utf-8")
    )
}
SERIES = {
    "STRD-NumAcc1": EXAMPLES["STRD-NumAcc1"]["raw_data"]["x"],
    "STRD-NumAcc2": [1.2, *([1.1, 1.3] * 500)],
    "STRD-NumAcc4": [10000000.2, *([10000000.1, 10000000.3] * 500)],
    "STRD-Lew": EXAMPLES["STRD-Lew"]["raw_data"]["x"],
}


@pytest.mark.parametrize("name", SERIES)
def test_certified_values(name):
    entry, values = EXAMPLES[name], SERIES[name]
    expected, tolerance = entry["expected"], entry["tolerance"]
    mean, variance = mean_and_variance(values)
    assert mean == pytest.approx(expected["mean"], abs=tolerance["mean"])
    assert math.sqrt(variance) == pytest.approx(expected["s"], abs=tolerance["s"])
    r = lag_one_autocorrelation(values)
    assert r == pytest.approx(expected["r1"], abs=tolerance["r1"])


def test_autocorrelation_is_noticed():
    assert is_autocorrelated(SERIES["STRD-Lew"])
    assert is_autocorrelated([float(i) for i in range(20)])
    assert not is_autocorrelated([1.0, 2.0, 2.0, 1.0, 1.0, 2.0, 2.0, 1.0, 2.0, 1.0])
    assert not is_autocorrelated([5.0, 5.0, 5.0])


@pytest.mark.parametrize(("r", "factor"), [(0.0, 1.0), (0.6, 2.0), (-0.6, 1.0)])
def test_inflation(r, factor):
    assert inflation(r) == pytest.approx(factor)


def test_pooled_scatter():
    found = pooled([Scatter(3.0, 4.0), Scatter(4.0, 4.0), Scatter(5.0, 2.0)])
    assert found.dof == 10.0
    assert found.standard_deviation == pytest.approx(math.sqrt((36 + 64 + 50) / 10))


def test_the_mean_of_few_readings_with_a_known_scatter():
    # GUM H.1.3.2: s_p = 13 nm from 25 observations, mean of five: 5.8 nm, ν = 24
    found = pooled_readings("d", [215.0] * 5, Scatter(13.0, 24.0), source="GUM H.1")
    assert (found.value, found.dof) == (215.0, 24.0)
    assert found.standard_uncertainty == pytest.approx(5.8, abs=0.05)
    assert pooled_readings("d", [1.0], Scatter(2.0, 9.0), source="s").standard_uncertainty == 2.0


@pytest.mark.parametrize(
    "act",
    [
        lambda: scatter([1.0]),
        lambda: scatter([1.0, math.inf]),
        lambda: pooled([]),
        lambda: pooled_readings("x", [], Scatter(1.0, 1.0), source="s"),
        lambda: Scatter(-1.0, 1.0),
        lambda: inflation(1.0),
    ],
)
def test_impossible_numbers_are_refused(act):
    with pytest.raises(BudgetError):
        act()
