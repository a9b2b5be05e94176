"""IEC 60584-1 tolerances, hand values of each formula."""

from itertools import pairwise

import numpy as np
import pytest

from station.metrology.errors import OutOfValidity
from station.metrology.physics.thermocouple import Letter
from station.metrology.physics.thermocouple_tolerance import (
    BANDS,
    ThermocoupleClass,
    tolerance_celsius,
)


@pytest.mark.parametrize(
    ("letter", "number", "celsius", "expected"),
    [
        ("K", 1, -40.0, 1.5),
        ("K", 1, 1000.0, 4.0),
        ("N", 2, 333.0, 2.5),
        ("N", 2, 1200.0, 9.0),
        ("K", 3, -200.0, 3.0),
        ("K", 3, 40.0, 2.5),
        ("T", 1, 350.0, 1.4),
        ("T", 2, 0.0, 1.0),
        ("T", 3, -200.0, 3.0),
        ("E", 1, 800.0, 3.2),
        ("E", 2, 900.0, 6.75),
        ("J", 2, 750.0, 5.625),
        ("R", 1, 1100.0, 1.0),
        ("S", 1, 1600.0, 2.5),
        ("S", 2, 1600.0, 4.0),
        ("B", 2, 1700.0, 4.25),
        ("B", 3, 600.0, 4.0),
        ("B", 3, 1700.0, 8.5),
    ],
)
def test_tolerance(letter, number, celsius, expected):
    found = tolerance_celsius(Letter(letter), ThermocoupleClass(number), celsius)
    assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("letter", list(Letter))
def test_bands_meet_and_agree_where_they_do(letter):
    for bands in BANDS[letter].values():
        for below, above in pairwise(bands):
            joint = below.high_celsius
            assert above.low_celsius == joint
            ends = [band.constant + band.slope * abs(joint) for band in (below, above)]
            assert ends[0] == pytest.approx(ends[1], abs=0.006)


def test_arrays():
    found = tolerance_celsius(Letter.K, ThermocoupleClass.CLASS_1, np.array([0.0, 500.0]))
    assert found.tolist() == [1.5, 2.0]


@pytest.mark.parametrize(
    ("letter", "number", "celsius", "says"),
    [
        ("B", 1, 1000.0, "has no class 1, only 2, 3"),
        ("S", 3, 100.0, "has no class 3, only 1, 2"),
        ("K", 1, 1000.1, "type K, class 1"),
        ("T", 2, -41.0, "type T, class 2"),
    ],
)
def test_a_class_is_not_stretched(letter, number, celsius, says):
    with pytest.raises(OutOfValidity, match=says):
        tolerance_celsius(Letter(letter), ThermocoupleClass(number), celsius)
