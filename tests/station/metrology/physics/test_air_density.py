"""CIPM-2007 and the simple formula of R 111: check values, ranges, uncertainty."""

import numpy as np
import pytest

from station.metrology.errors import OutOfValidity
from station.metrology.inputs import normal
from station.metrology.physics.air_density import (
    air_density,
    air_density_budget,
    molar_mass_of_dry_air,
    saturation_vapour_pascal,
    simple_air_density,
)

# °C, hPa, % → kg/m³ by CIPM-2007 and by the simple formula, computed.
CASES = [
    (20.0, 1013.25, 50.0, 1.199314, 1.199294),
    (22.0, 980.0, 40.0, 1.152387, 1.152407),
    (25.0, 1000.0, 60.0, 1.160430, 1.160485),
    (18.0, 1030.0, 30.0, 1.230116, 1.230036),
]


@pytest.mark.parametrize(("celsius", "hectopascal", "percent", "full", "simple"), CASES)
def test_density(celsius, hectopascal, percent, full, simple):
    air = (100.0 * hectopascal, celsius, percent / 100.0)
    assert air_density(*air) == pytest.approx(full, rel=0, abs=5.1e-7)
    assert simple_air_density(*air) == pytest.approx(simple, rel=0, abs=5.1e-7)


def test_the_simple_formula_is_as_good_as_it_says():
    pascal = np.linspace(90e3, 110e3, 21)[:, None, None]
    celsius = np.linspace(15.0, 27.0, 13)[None, :, None]
    humidity = np.linspace(0.0, 0.8, 9)[None, None, :]
    pascal, celsius, humidity = np.broadcast_arrays(pascal, celsius, humidity)
    full = air_density(pascal, celsius, humidity)
    assert full.shape == (21, 13, 9)
    assert np.max(np.abs(simple_air_density(pascal, celsius, humidity) / full - 1.0)) < 2e-4


def test_parts():
    # Steam tables have 2339.3 Pa at 20 °C.
    assert saturation_vapour_pascal(20.0) == pytest.approx(2339.3, abs=0.5)
    assert molar_mass_of_dry_air() == pytest.approx(28.96546e-3, rel=1e-15)
    assert molar_mass_of_dry_air(500e-6) == pytest.approx(28.9666611e-3, rel=1e-9)


def budget(**changes):
    inputs = {
        "pascal": normal("p", 101325.0, standard_uncertainty=10.0, source="barometer"),
        "t_celsius": normal("t", 20.0, standard_uncertainty=0.05, source="thermometer"),
        "relative_humidity": normal("h", 0.5, standard_uncertainty=0.01, source="hygrometer"),
    }
    return air_density_budget(**(inputs | changes))


def test_uncertainty_has_the_formula_and_the_arguments():
    result = budget().evaluate()
    density = air_density(101325.0, 20.0, 0.5)
    assert result.value == density
    lines = {line.name: line for line in result.contributions}
    relative = {name: line.contribution / density for name, line in lines.items()}
    assert relative["formula"] == pytest.approx(22e-6, rel=1e-9)
    # Relative to the density about 1e-5 /Pa, -4e-3 /K and -9e-3: p/T and the vapour by hand.
    assert relative["pascal"] == pytest.approx(1e-5 * 10.0, rel=0.03)
    assert relative["t_celsius"] == pytest.approx(4e-3 * 0.05, rel=0.1)
    assert relative["relative_humidity"] == pytest.approx(9e-3 * 0.01, rel=0.05)
    assert lines["carbon_dioxide"].contribution == 0.0
    squares = sum(line.contribution**2 for line in result.contributions)
    assert result.standard_uncertainty == pytest.approx(squares**0.5, rel=1e-12)


def test_measured_carbon_dioxide_counts():
    measured = normal("x", 600e-6, standard_uncertainty=50e-6, source="analyser")
    result = budget(carbon_dioxide=measured).evaluate()
    assert result.value == air_density(101325.0, 20.0, 0.5, 600e-6)
    line = next(line for line in result.contributions if line.name == "carbon_dioxide")
    assert line.contribution / result.value == pytest.approx(0.4 * 50e-6, rel=0.05)


@pytest.mark.parametrize(
    ("function", "arguments", "says"),
    [
        (air_density, (59e3, 20.0, 0.5), "air pressure"),
        (air_density, (111e3, 20.0, 0.5), "air pressure"),
        (air_density, (1e5, 14.9, 0.5), "air temperature"),
        (air_density, (1e5, 27.1, 0.5), "air temperature"),
        (air_density, (1e5, 20.0, 50.0), "relative humidity"),
        (air_density, (1e5, 20.0, -0.01), "relative humidity"),
        (air_density, (1e5, 20.0, 0.5, 400.0), "CO₂"),
        (air_density, (np.array([1e5, 2e5]), 20.0, 0.5), "air pressure"),
        (simple_air_density, (89e3, 20.0, 0.5), "air pressure"),
        (simple_air_density, (1e5, 31.0, 0.5), "air temperature"),
        (simple_air_density, (1e5, 20.0, 0.81), "relative humidity"),
    ],
)
def test_nothing_is_extrapolated(function, arguments, says):
    with pytest.raises(OutOfValidity, match=says):
        function(*arguments)
