"""Head of fluid and gas, gas density, local gravity."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.metrology.errors import OutOfValidity
from station.metrology.physics.air_density import air_density
from station.metrology.physics.pressure import (
    STANDARD_GRAVITY,
    Gas,
    gas_column_pascal,
    gas_density,
    head_correction,
    local_gravity,
)


@pytest.mark.parametrize(
    ("latitude", "height", "expected"),
    [
        # A published example of this formula (AHRS documentation, welmec_gravity).
        pytest.param(52.3, 80.0, 9.812483709897048, id="52.3° 80 m"),
        pytest.param(0.0, 0.0, 9.780318, id="equator"),
        pytest.param(90.0, 0.0, 9.832177158, id="pole"),
        pytest.param(-90.0, 1000.0, 9.829092158, id="south pole, 1 km"),
    ],
)
def test_local_gravity(latitude, height, expected):
    assert local_gravity(latitude, height) == pytest.approx(expected, rel=1e-9)


def test_local_gravity_of_arrays():
    latitudes = np.array([10.0, 21.0])
    found = local_gravity(latitudes, 10.0)
    assert found.tolist() == pytest.approx([local_gravity(10.0, 10.0), local_gravity(21.0, 10.0)])


def test_ideal_gas_density():
    # Molar volume 22.413 970 dm³/mol at 273.15 K and 101 325 Pa (CODATA).
    found = gas_density(Gas.NITROGEN, 101_325.0, 0.0)
    assert found == pytest.approx(28.0134e-3 / 22.41396954e-3, rel=1e-9)


def test_dry_air_agrees_with_cipm():
    z = 0.99963
    found = gas_density(Gas.DRY_AIR, 101_325.0, 20.0, z)
    assert found == pytest.approx(air_density(101_325.0, 20.0, 0.0), rel=2e-5)


def test_head_of_oil_by_hand():
    assert head_correction(914.0, STANDARD_GRAVITY, 0.25) == pytest.approx(2240.8195, abs=1e-4)
    assert head_correction(914.0, STANDARD_GRAVITY, -0.25) == pytest.approx(-2240.8195, abs=1e-4)


pressures = st.floats(1e3, 2e7)
heights = st.floats(-10.0, 10.0)


@given(pressures, heights)
def test_going_down_and_up_a_column_returns(pascal, height):
    below = gas_column_pascal(Gas.NITROGEN, pascal, 20.0, 9.79, height)
    back = gas_column_pascal(Gas.NITROGEN, below, 20.0, 9.79, -height)
    assert back == pytest.approx(pascal, rel=1e-14)


@given(pressures, st.floats(-1.0, 1.0))
def test_short_columns_are_heads_of_constant_density(pascal, height):
    density = gas_density(Gas.NITROGEN, pascal, 20.0)
    head = head_correction(density, 9.79, height)
    column = gas_column_pascal(Gas.NITROGEN, pascal, 20.0, 9.79, height) - pascal
    # The exponential departs by half the relative change, 1.1e-4 for a metre.
    assert column == pytest.approx(head, rel=1e-4, abs=1e-9 * pascal)


@pytest.mark.parametrize(
    ("function", "arguments", "says"),
    [
        (local_gravity, (91.0, 0.0), "latitude"),
        (local_gravity, (21.0, 20_000.0), "height above sea level"),
        (gas_density, (Gas.NITROGEN, -1.0, 20.0), "absolute pressure"),
        (gas_density, (Gas.NITROGEN, 1e5, 293.15), "temperature of the gas"),
        (gas_density, (Gas.NITROGEN, 1e5, 20.0, 0.0), "compressibility"),
        (head_correction, (1.0, 980.665, 0.1), "gravity"),
        (head_correction, (1.0, 9.8, 250.0), "difference of height"),
        (head_correction, (1e6, 9.8, 0.1), "density of the fluid"),
        (gas_column_pascal, (Gas.DRY_AIR, float("nan"), 20.0, 9.8, 1.0), "absolute pressure"),
    ],
)
def test_a_mistaken_unit_is_noticed(function, arguments, says):
    with pytest.raises(OutOfValidity, match=says):
        function(*arguments)
