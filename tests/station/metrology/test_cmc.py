"""The accredited scope; figures made up for the tests."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.metrology.cmc import Capability, Formula, Table, capability_at, reported
from station.metrology.errors import InvalidNumber, OutOfScope
from station.metrology.rounding import round_result

DC = Capability("DC voltage", "V", -1000.0, 1000.0, Formula(1e-6, 5e-6))
LOW = Capability("AC voltage", "V", 0.1, 10.0, Formula(0.0, 1e-4), 40.0, 1e4)
WIDE = Capability("AC voltage", "V", 0.1, 100.0, Formula(1e-3, 1e-4), 40.0, 1e5)
MASS = Capability("mass", "g", 1.0, 100.0, Table(((1.0, 0.01), (10.0, 0.02), (100.0, 0.11))))
SCOPE = (DC, LOW, WIDE, MASS)


@pytest.mark.parametrize(
    ("point", "cmc"),
    [
        (("DC voltage", "V", -100.0, None), 5.01e-4),
        (("AC voltage", "V", 10.0, 1e3), 1e-3),  # the better of two lines
        (("AC voltage", "V", 10.0, 5e4), 2e-3),
        (("mass", "g", 1.0, None), 0.01),
        (("mass", "g", 10.0, None), 0.02),
        (("mass", "g", 55.0, None), 0.065),
        (("mass", "g", 100.0, None), 0.11),
    ],
)
def test_capability_at_a_point(point, cmc):
    *where, condition = point
    assert capability_at(SCOPE, *where, condition=condition) == pytest.approx(cmc)


@pytest.mark.parametrize(
    "point",
    [
        ("DC voltage", "V", 1000.1, None),
        ("DC voltage", "mV", 1.0, None),
        ("DC current", "V", 1.0, None),
        ("AC voltage", "V", 10.0, 39.0),
        ("AC voltage", "V", 10.0, None),
        ("mass", "g", 0.5, None),
    ],
)
def test_outside_the_scope_no_mark(point):
    *where, condition = point
    with pytest.raises(OutOfScope, match="without the accreditation mark"):
        reported(0.5, SCOPE, *where, condition=condition, accredited=True)
    plain = reported(0.5, SCOPE, *where, condition=condition, accredited=False)
    assert (plain.expanded_uncertainty, plain.cmc, plain.accredited) == (0.5, 0.0, False)


@pytest.mark.parametrize(
    ("quantity", "unit", "condition", "extent"),
    [
        ("DC voltage", "V", None, "which has -1000 … 1000 V;"),
        ("DC voltage", "mV", None, "which has -1000 … 1000 V;"),
        ("DC current", "A", None, "which has no DC current;"),
        ("AC voltage", "V", 10.0, "has 0.1 … 10 V at 40 … 10000; 0.1 … 100 V at 40 … 100000;"),
    ],
)
def test_what_is_outside_is_told_what_is_inside(quantity, unit, condition, extent):
    with pytest.raises(OutOfScope, match=extent):
        capability_at(SCOPE, quantity, unit, 5000.0, condition=condition)


@given(st.floats(1e-9, 1.0), st.floats(-1000.0, 1000.0))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_what_is_printed_is_never_below_the_capability(expanded, value):
    made = reported(expanded, SCOPE, "DC voltage", "V", value, accredited=True)
    assert made.expanded_uncertainty >= max(expanded, made.cmc)
    rounded = round_result(value, made.expanded_uncertainty, smallest=made.cmc)
    # What binary numbers add to a calculated capability does not count.
    assert float(rounded.uncertainty) >= made.cmc * (1.0 - 1e-12)


def test_never_below_the_capability_and_neither_is_what_is_printed():
    low = reported(1e-4, SCOPE, "DC voltage", "V", 100.0, accredited=True)
    assert low.expanded_uncertainty == low.cmc == pytest.approx(5.01e-4)
    rounded = round_result(100.0, low.expanded_uncertainty, smallest=low.cmc)
    assert rounded.uncertainty == "0.00051"  # to the nearest it would be 0.00050
    high = reported(6e-4, SCOPE, "DC voltage", "V", 100.0, accredited=True)
    assert high.expanded_uncertainty == 6e-4


@pytest.mark.parametrize(
    "act",
    [
        lambda: Formula(),
        lambda: Formula(-1.0, 1.0),
        lambda: Table(((1.0, 0.1),)),
        lambda: Table(((2.0, 0.1), (1.0, 0.1))),
        lambda: Table(((1.0, 0.1), (2.0, 0.0))),
        lambda: Capability("mass", "g", 2.0, 1.0, Formula(1.0)),
        lambda: Capability("mass", "g", 1.0, 3.0, Table(((1.0, 0.1), (2.0, 0.1)))),
        lambda: reported(0.0, SCOPE, "mass", "g", 1.0, accredited=True),
    ],
)
def test_an_impossible_scope_is_refused(act):
    with pytest.raises(InvalidNumber):
        act()


def test_a_table_does_not_reach_beyond_its_points():
    with pytest.raises(OutOfScope):
        Table(((1.0, 0.1), (2.0, 0.1))).at(2.1)
