import math

import pytest

from station.metrology.errors import InvalidNumber
from station.metrology.inputs import Distribution
from station.metrology.specification import Specification


@pytest.mark.parametrize(
    ("specification", "reading", "range_", "expected"),
    [
        (Specification(percent_of_reading=0.0035, percent_of_range=0.0005), 5.0, 10.0, 225e-6),
        (Specification(ppm_of_reading=11.0, floor=2e-6), -3.0, 0.0, 35e-6),
        (Specification(ppm_of_range=6.0), 0.0, 10.0, 60e-6),
        (Specification(percent_of_reading=0.5, digits=2.0, resolution=0.01), 10.0, 0.0, 0.07),
    ],
)
def test_terms_are_added(specification, reading, range_, expected):
    assert specification.limit(reading, range_) == pytest.approx(expected, rel=1e-12)


def test_limits_are_rectangular_and_a_stated_confidence_is_normal():
    limits = Specification(floor=1.0).as_input("x", reading=5.0, source="manual")
    assert limits.distribution is Distribution.RECTANGULAR
    assert limits.standard_uncertainty == pytest.approx(1.0 / math.sqrt(3.0))
    stated = Specification(floor=2.5758, probability=0.99).as_input("x", reading=5.0, source="m")
    assert stated.distribution is Distribution.NORMAL
    assert stated.standard_uncertainty == pytest.approx(1.0, abs=1e-4)
    assert stated.value == limits.value == 0.0


@pytest.mark.parametrize(
    "terms",
    [{"floor": -1.0}, {"digits": 1.0}, {"probability": 1.0}, {"ppm_of_reading": math.nan}],
)
def test_an_impossible_specification_is_refused(terms):
    with pytest.raises(InvalidNumber):
        Specification(**terms)


def test_a_term_of_range_needs_the_range():
    with pytest.raises(InvalidNumber, match="full scale"):
        Specification(ppm_of_range=1.0).limit(5.0)
