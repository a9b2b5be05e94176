import math

import pytest

from station.metrology.errors import InvalidNumber
from station.metrology.inputs import Distribution
from station.metrology.specification import (
    Accuracy,
    Band,
    Interval,
    Specification,
    TemperatureCoefficient,
)


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


# Made up for the tests.
DAY, YEAR = Interval.HOURS_24, Interval.YEAR_1
FINE, COARSE = Specification(ppm_of_reading=10.0), Specification(ppm_of_reading=50.0)
ACCURACY = Accuracy(
    "AC voltage",
    (
        Band(10.0, DAY, FINE, 10.0, 1e4),
        Band(10.0, DAY, COARSE, 1e4, 1e5),
        Band(10.0, YEAR, COARSE, 10.0, 1e4),
        Band(100.0, DAY, COARSE, 10.0, 1e4),
    ),
    TemperatureCoefficient(18.0, 28.0, Specification(ppm_of_reading=2.0, ppm_of_range=1.0)),
    "invented manual, page 1",
)


@pytest.mark.parametrize(
    ("where", "ppm_of_10"),
    [
        ({"range_": 10.0, "interval": DAY, "frequency": 1e3}, 10.0),
        ({"range_": 10.0, "interval": DAY, "frequency": 1e4}, 50.0),
        ({"range_": 10.0, "interval": YEAR, "frequency": 1e3}, 50.0),
        ({"range_": 10.0, "interval": DAY, "frequency": 1e3, "celsius": 23.0}, 10.0),
        ({"range_": 10.0, "interval": DAY, "frequency": 1e3, "celsius": 28.0}, 10.0),
        ({"range_": 10.0, "interval": DAY, "frequency": 1e3, "celsius": 30.0}, 16.0),
        ({"range_": 10.0, "interval": DAY, "frequency": 1e3, "celsius": 17.0}, 13.0),
        ({"range_": 100.0, "interval": DAY, "frequency": 1e3, "celsius": 17.0}, 62.0),
    ],
)
def test_a_table_of_specifications(where, ppm_of_10):
    assert ACCURACY.limit(10.0, **where) == pytest.approx(ppm_of_10 * 1e-5, rel=1e-12)
    assert ACCURACY.limit(-10.0, **where) == ACCURACY.limit(10.0, **where)


BARE = Accuracy("DC voltage", (Band(10.0, YEAR, FINE),), None, "invented manual, page 2")


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda: ACCURACY.limit(1.0, range_=1.0, interval=DAY, frequency=1e3), "no specification"),
        (lambda: ACCURACY.limit(1.0, range_=10.0, interval=DAY, frequency=2e5), "no specification"),
        (lambda: ACCURACY.limit(1.0, range_=10.0, interval=Interval.DAYS_90), "90 d"),
        (lambda: BARE.limit(12.1, range_=10.0, interval=YEAR), "not a reading"),
        (lambda: BARE.limit(math.nan, range_=10.0, interval=YEAR), "not a reading"),
        (lambda: BARE.limit(1.0, range_=10.0, interval=YEAR, celsius=23.0), "coefficient"),
        (lambda: Band(0.0, DAY, FINE), "full scale"),
        (lambda: Band(1.0, DAY, FINE, 10.0, 10.0), "frequencies"),
        (lambda: TemperatureCoefficient(28.0, 18.0, FINE), "crossed"),
        (lambda: Accuracy("V", (), None, "s"), "at least one"),
        (lambda: Accuracy("V", (Band(1.0, DAY, FINE), Band(1.0, DAY, COARSE)), None, "s"), "two"),
    ],
)
def test_what_a_table_does_not_say_is_an_error(act, words):
    with pytest.raises(InvalidNumber, match=words):
        act()


def test_numbers_that_are_none_have_no_limit():
    specification = Specification(percent_of_reading=1.0)
    band = Band(10.0, Interval.YEAR_1, specification)
    table = Accuracy("f", (band,), TemperatureCoefficient(18.0, 28.0, specification), source="s")
    with pytest.raises(InvalidNumber, match="finite"):
        specification.limit(math.nan)
    with pytest.raises(InvalidNumber, match="ambient temperature of nan"):
        table.limit(5.0, range_=10.0, interval=Interval.YEAR_1, celsius=math.nan)
