"""The budget of a balance: each part by itself, and all of it by another implementation.

The published examples of EURAMET cg-18 were not at hand; what is reproduced here is the guide's
formulas as `balance_budget` names them, evaluated by GTC from the same numbers.
"""

import math

import GTC
import pytest

from procedures.mass.balance_budget import (
    Display,
    InUse,
    Surroundings,
    Use,
    density_input,
    difference_of_loads,
    error_of_indication,
    load_between,
    spread,
    uncertainty_in_use,
    without_rounding,
)
from station.evidence import StandardValue
from station.metrology.inputs import normal
from station.metrology.physics.mass import balance_reading_change
from station.metrology.type_a import Scatter
from station.metrology.uncertainty import Budget

MILLIGRAM = 1e-6
DISPLAY = Display(0.1 * MILLIGRAM, "scale interval d")
NONE = Scatter(0.0, 9.0)


def weight(nominal: float, off: float = 0.0, u: float = 0.0, drift: float = 0.0) -> StandardValue:
    return StandardValue(
        actual=nominal + off,
        standard_uncertainty=u,
        certificate=f"certificate, {nominal:g} kg",
        drift_half_width=drift,
        drift_source="stability of the certificate",
    )


def air(value: float = 1.2, u: float = 0.0) -> Surroundings:
    return Surroundings(
        normal("air", value, standard_uncertainty=u, source="the room"),
        density_input("stainless steel"),
        adjusted=True,
    )


def budget(
    indication: float = 0.15,
    *weights: StandardValue,
    repeatability: Scatter = NONE,
    eccentricity: float = 0.0,
    surroundings: Surroundings | None = None,
    zero: float = 0.0,
) -> Budget:
    return error_of_indication(
        indication,
        zero,
        weights or (weight(0.1), weight(0.05)),
        display=DISPLAY,
        repeatability=repeatability,
        eccentricity=eccentricity,
        surroundings=surroundings or air(),
    )


def lines(made: Budget) -> dict[str, float]:
    return {line.name: line.contribution for line in made.evaluate().contributions}


def test_the_error_is_indication_less_zero_less_mass() -> None:
    made = budget(0.1500032, weight(0.1, 2e-7), weight(0.05, -1e-7), zero=1e-7)
    assert made.evaluate().value == pytest.approx(3.2e-6 - 1e-7 - 1e-7, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "milligrams"),
    [
        ("resolution", 0.1 / math.sqrt(12.0)),
        ("resolution_at_zero", 0.1 / math.sqrt(12.0)),
        ("repeatability", 0.07),
        # |ΔI| = 0.3 mg with 100 g: 0.3/(2·100)·150 g/√3.
        ("eccentricity", 0.3 / 200.0 * 150.0 / math.sqrt(3.0)),
        # Of a set calibrated together uncertainties add up: 0.025 + 0.017, not √(0.025² + 0.017²).
        ("weights", 0.042),
        ("drift", (0.05 + 0.03) / math.sqrt(3.0)),
    ],
)
def test_contribution(name: str, milligrams: float) -> None:
    made = budget(
        0.15,
        weight(0.1, u=0.025 * MILLIGRAM, drift=0.05 * MILLIGRAM),
        weight(0.05, u=0.017 * MILLIGRAM, drift=0.03 * MILLIGRAM),
        repeatability=Scatter(0.07 * MILLIGRAM, 5.0),
        eccentricity=0.3 * MILLIGRAM / 0.2,
    )
    assert lines(made)[name] == pytest.approx(milligrams * MILLIGRAM, rel=1e-3)


@pytest.mark.parametrize("density", [1.05, 1.15, 1.2, 1.25])
def test_weights_press_as_buoyancy_says(density: float) -> None:
    """A balance adjusted in air of 1.2 kg/m³ and left alone would show the same change."""
    value = budget(surroundings=air(density)).evaluate().value
    steel, _ = 7950.0, None
    expected = -0.15 * balance_reading_change(density, 1.2, steel)
    assert value == pytest.approx(expected, rel=1e-6, abs=1e-14)


def test_buoyancy_counts_by_air_and_density() -> None:
    found = lines(budget(surroundings=air(1.1, 0.01)))
    assert found["air"] == pytest.approx(0.15 * 0.01 * (1 / 7950.0 - 1 / 8000.0), rel=1e-3)
    assert found["density"] == pytest.approx(0.15 * 0.1 * 70.0 / 7950.0**2, rel=1e-3)


def test_not_adjusted_before_it_may_be_other_air() -> None:
    surroundings = Surroundings(air().air, air().density, adjusted=False)
    found = lines(budget(surroundings=surroundings))["air_since_adjustment"]
    assert found == pytest.approx(0.1 * 1.2 * 0.15 / 8000.0 / math.sqrt(3.0), rel=1e-9)
    assert "air_since_adjustment" not in lines(budget())


def test_every_line_has_a_source() -> None:
    for line in budget().evaluate().contributions:
        assert len(line.source) > 5, line.name


def test_all_of_it_by_another_implementation() -> None:
    weights = (
        weight(0.2, 3e-8, u=0.05 * MILLIGRAM, drift=0.05 * MILLIGRAM),
        weight(0.02, -1e-8, u=0.013 * MILLIGRAM, drift=0.02 * MILLIGRAM),
    )
    made = budget(
        0.2200007,
        *weights,
        repeatability=Scatter(0.068 * MILLIGRAM, 5.0),
        eccentricity=1.1e-6,
        surroundings=air(1.16, 0.003),
    ).evaluate()
    d, root = 0.1 * MILLIGRAM, math.sqrt(3.0)
    common = GTC.ureal(0.0, 1.0)
    mass = sum(each.actual + each.standard_uncertainty * common for each in weights)
    change = GTC.ureal(0.0, 1.0)
    mass += sum(each.drift_half_width / root * change for each in weights)
    density, of_air = GTC.ureal(7950.0, 70.0), GTC.ureal(1.16, 0.003)
    shown = (
        GTC.ureal(0.2200007, d / math.sqrt(12.0))
        - GTC.ureal(0.0, d / math.sqrt(12.0))
        + GTC.ureal(0.0, 0.068 * MILLIGRAM, 5.0)
        + GTC.ureal(0.0, 1.1e-6 * 0.2200007 / root)
    )
    error = shown - mass * (1.0 - (of_air - 1.2) * (1.0 / density - 1.0 / 8000.0))
    assert made.value == pytest.approx(GTC.value(error), abs=1e-14)
    assert made.standard_uncertainty == pytest.approx(GTC.uncertainty(error), rel=1e-6)
    assert made.dof == pytest.approx(GTC.dof(error), rel=1e-3)


@pytest.mark.parametrize(
    ("indications", "expected"),
    [([2.0, 2.001], 2.0004), ([2.0] * 5 + [2.001], 2.0), ([1.999] * 10 + [2.0], 1.9985)],
)
def test_indication_without_rounding(indications: list[float], expected: float) -> None:
    found = without_rounding(indications, interval=1e-3, step=1e-4)
    assert found == pytest.approx(expected, abs=1e-12)


def test_spread_of_weighings() -> None:
    result = spread([2.0, 2.0004, 1.9999], Display(1e-4, "e/10")).evaluate()
    assert result.value == pytest.approx(5e-4)
    assert result.standard_uncertainty == pytest.approx(1e-4 / math.sqrt(6.0))


def test_error_at_zero_has_nothing_but_display_and_load() -> None:
    result = difference_of_loads(
        "error at zero", 0.0102, (weight(0.01, u=1e-5),), interval=1e-4, source="e/10"
    ).evaluate()
    assert result.value == pytest.approx(2e-4)
    assert result.standard_uncertainty == pytest.approx(math.hypot(1e-5, 1e-4 / math.sqrt(12.0)))


def test_load_between_counts_only_what_was_changed() -> None:
    common, small, other = weight(5.0, u=1e-2), weight(2e-4, 1e-6, u=1e-6), weight(1e-3, u=2e-6)
    result = load_between((common, small), (common, other), 1e-4).evaluate()
    assert result.value == pytest.approx(1e-3 - 2e-4 - 1e-6)
    u = math.hypot(3e-6, 1e-4 / math.sqrt(6.0))
    assert result.standard_uncertainty == pytest.approx(u)


class TestInUse:
    USE = Use(
        capacity=0.22,
        display=DISPLAY,
        repeatability=0.07 * MILLIGRAM,
        eccentricity=1e-6,
        slope=(2e-6, 0.5e-6),
        kelvins=5.0,
        per_kelvin=2e-6,
        adjusted=True,
    )

    def test_at_zero_there_is_resolution_and_repeatability(self) -> None:
        alpha = 2.0 * math.sqrt(2.0 * 0.1**2 / 12.0 + 0.07**2) * MILLIGRAM
        assert uncertainty_in_use(self.USE).constant == pytest.approx(alpha)

    def test_at_max_everything_counts(self) -> None:
        found = uncertainty_in_use(self.USE)
        relative = math.sqrt(1e-12 / 3.0 + 1e-10 / 3.0 + 0.25e-12)
        zero = found.constant / 2.0
        full = 2.0 * math.hypot(zero, relative * 0.22) + 2e-6 * 0.22
        assert found.constant + found.slope * 0.22 == pytest.approx(full)

    @pytest.mark.parametrize("share", [0.01, 0.2, 0.5, 0.9])
    def test_the_line_lies_above_what_it_stands_for(self, share: float) -> None:
        found, load = uncertainty_in_use(self.USE), share * 0.22
        relative = math.sqrt(1e-12 / 3.0 + 1e-10 / 3.0 + 0.25e-12)
        exact = 2.0 * math.hypot(found.constant / 2.0, relative * load) + 2e-6 * load
        assert found.constant + found.slope * load >= exact

    def test_the_minimum_weight_meets_its_tolerance_exactly(self) -> None:
        found = uncertainty_in_use(self.USE)
        least = found.minimum_weight(1e-3, 2.0)
        assert least is not None
        assert 2.0 * (found.constant + found.slope * least) == pytest.approx(1e-3 * least)

    def test_no_minimum_weight_is_beyond_the_capacity(self) -> None:
        """A coarse scale: α = 4 g, capacity 5 kg; 8 kg would be the load."""
        assert InUse(4e-3, 0.0, 5.0).minimum_weight(1e-3, 2.0) is None
        assert InUse(4e-3, 0.0, 8.0).minimum_weight(1e-3, 2.0) == pytest.approx(8.0)

    def test_no_load_is_enough_where_the_slope_alone_is_too_much(self) -> None:
        assert InUse(1e-7, 6e-4, 0.22).minimum_weight(1e-3, 2.0) is None
