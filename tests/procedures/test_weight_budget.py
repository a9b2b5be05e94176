"""The budget of a weighing: published examples through it, and each of its parts."""

import math

import pytest

from procedures.mass.weight_budget import (
    Comparator,
    air_density_input,
    difference,
    differences,
    error_of_weight,
    magnetism_input,
    reference_inputs,
)
from station.errors import BadInput
from station.evidence import Room, StandardValue
from station.metrology.inputs import Input, constant, normal, rectangular
from station.metrology.monte_carlo import simulate
from station.metrology.physics.mass import Density, buoyancy_uncertainty
from station.metrology.type_a import Scatter
from station.metrology.uncertainty import Budget

GRAM, MILLIGRAM = 1e-3, 1e-6
IDEAL = Comparator(division=0.0, eccentricity=0.0, sensitivity=0.0)


def steel(name: str, u: float = 0.0) -> Input:
    return normal(name, 8000.0, standard_uncertainty=u, source="measured")


class TestEa402S2:
    """EA-4/02 M:2022, supplement S2: a 10 kg weight of class M1 against one of class F2."""

    # Readings in g, of three cycles S X X S.
    STANDARD = (0.010, 0.015, 0.025, 0.020, 0.025, 0.020)
    UNKNOWN = (0.020, 0.025, 0.050, 0.055, 0.045, 0.040)
    POOLED = Scatter(25.0 * MILLIGRAM, math.inf)  # of earlier series; ν is not stated

    def budget(self) -> Budget:
        value = StandardValue(
            actual=10.0 + 5.0 * MILLIGRAM,
            standard_uncertainty=45.0 * MILLIGRAM / 2.0,
            certificate="certificate of the standard",
            drift_half_width=15.0 * MILLIGRAM,
            drift_source="from earlier certificates",
        )
        reference, drift = reference_inputs(value, 10.0)
        found = differences(
            [each * GRAM for each in self.STANDARD], [each * GRAM for each in self.UNKNOWN]
        )
        # The example states ±1e-6 of the nominal value for buoyancy, without saying of what: these
        # densities of two weights do that in air of 1.2 kg/m³ ± 0.1 kg/m³.
        return error_of_weight(
            nominal=10.0,
            reference=reference,
            drift=drift,
            difference=difference(found, self.POOLED, cycles="3 cycles ABBA"),
            comparator=Comparator(division=0.0, eccentricity=10.0 * MILLIGRAM, sensitivity=0.0),
            magnetism=magnetism_input(0.0),
            air=rectangular("air", value=1.2, half_width=0.1, source="the room"),
            density=constant("density", 1.0 / (1.0 / 8000.0 + 1e-5), source="as above"),
            reference_density=constant("reference_density", 8000.0, source="as above"),
        )

    def test_differences(self) -> None:
        found = differences(self.STANDARD, self.UNKNOWN)
        assert found == pytest.approx((0.01, 0.03, 0.02), abs=1e-12)

    def test_value_and_uncertainty(self) -> None:
        result = self.budget().evaluate()
        assert 10.0 + result.value == pytest.approx(10000.025 * GRAM, abs=0.5 * MILLIGRAM)
        # 29.3 mg and 59 mg are printed, of rounded figures 29.2 mg and 58 mg.
        assert result.standard_uncertainty == pytest.approx(29.26 * MILLIGRAM, rel=1e-3)
        assert result.k == pytest.approx(2.0, abs=1e-3)

    @pytest.mark.parametrize(
        ("name", "milligrams"),
        [
            ("reference", 22.5),
            ("drift", 8.66),
            ("difference", 14.4),
            ("eccentricity", 5.77),
            ("air", 5.77),
        ],
    )
    def test_contribution(self, name: str, milligrams: float) -> None:
        lines = {line.name: line.contribution for line in self.budget().evaluate().contributions}
        assert lines[name] == pytest.approx(milligrams * MILLIGRAM, rel=3e-3)


class TestJcgm101:
    """JCGM 101:2008, 9.3, table 6: 100 g with much buoyancy, deviation from nominal in mg."""

    def budget(self) -> Budget:
        return error_of_weight(
            nominal=0.1,
            reference=normal(
                "reference", 0.0, standard_uncertainty=0.05 * MILLIGRAM, source="certificate"
            ),
            drift=constant("drift", 0.0, source="none in the example"),
            difference=normal(
                "difference",
                1.234 * MILLIGRAM,
                standard_uncertainty=0.02 * MILLIGRAM,
                source="balance",
            ),
            comparator=IDEAL,
            magnetism=magnetism_input(0.0),
            air=rectangular("air", value=1.2, half_width=0.1, source="the room"),
            density=rectangular("density", value=8000.0, half_width=1000.0, source="assumed"),
            reference_density=rectangular(
                "reference_density", value=8000.0, half_width=50.0, source="assumed"
            ),
        )

    def test_first_order(self) -> None:
        result = self.budget().evaluate()
        assert result.value == pytest.approx(1.234 * MILLIGRAM, rel=1e-9)
        assert result.standard_uncertainty == pytest.approx(0.0539 * MILLIGRAM, abs=5e-11)

    def test_distributions(self) -> None:
        """Where nothing but the second order is left of buoyancy, the first misses it."""
        found = simulate(self.budget(), trials=200_000, seed=9, coverage=0.95)
        assert found.value == pytest.approx(1.2341 * MILLIGRAM, abs=0.0006 * MILLIGRAM)
        assert found.standard_uncertainty == pytest.approx(0.0754 * MILLIGRAM, abs=3e-10)
        assert found.shortest_low == pytest.approx(1.0834 * MILLIGRAM, abs=3e-9)
        assert found.shortest_high == pytest.approx(1.3825 * MILLIGRAM, abs=3e-9)


@pytest.mark.parametrize("then", [1.2, 1.16, 1.13], ids=lambda then: f"{then} kg/m³ then")
def test_buoyancy_is_that_of_r111(then: float) -> None:
    """OIML R 111-1, C.6.3.1: what the reference's density did in its calibration is undone."""
    air = normal("air", 1.14, standard_uncertainty=0.001, source="room")
    certified = 20.0 * MILLIGRAM
    budget = error_of_weight(
        nominal=1.0,
        reference=normal("reference", 0.0, standard_uncertainty=certified, source="certificate"),
        drift=constant("drift", 0.0, source="none"),
        difference=constant("difference", 0.0, source="none"),
        comparator=IDEAL,
        magnetism=magnetism_input(0.0),
        air=air,
        density=normal("density", 8400.0, standard_uncertainty=140.0, source="brass"),
        reference_density=steel("reference_density", 70.0),
        reference_air_density=then,
    )
    expected = buoyancy_uncertainty(
        1.0,
        air=Density(1.14, 0.001),
        air_at_calibration=then,
        test=Density(8400.0, 140.0),
        standard=Density(8000.0, 70.0),
    )
    u = budget.evaluate().standard_uncertainty
    assert u == pytest.approx(math.hypot(certified, expected), rel=1e-6)


def test_a_certificate_that_contradicts_a_density_is_refused() -> None:
    """70 kg/m³ did 0.22 mg to 1 kg in air of 1.0 kg/m³: its u cannot be 0.08 mg."""
    certified = normal("reference", 0.0, standard_uncertainty=8e-8, source="certificate")
    with pytest.raises(BadInput, match=r"cannot have the U of its certificate\. State"):
        error_of_weight(
            nominal=1.0,
            reference=certified,
            drift=constant("drift", 0.0, source="none"),
            difference=constant("difference", 0.0, source="none"),
            comparator=IDEAL,
            magnetism=magnetism_input(0.0),
            air=normal("air", 1.14, standard_uncertainty=0.001, source="room"),
            density=steel("density"),
            reference_density=steel("reference_density", 70.0),
            reference_air_density=1.0,
        )


@pytest.mark.parametrize(
    ("reference", "test", "expected"),
    [
        pytest.param([0.0, 3.0], [11.0, 12.0], [10.0], id="ABBA, drift of 1 a reading"),
        pytest.param([0.0, 2.0], [11.0], [10.0], id="ABA, drift of 1 a reading"),
        pytest.param([0.0, 0.0, 1.0, 1.0], [5.0, 7.0], [5.0, 6.0], id="ABA twice"),
    ],
)
def test_differences(reference: list[float], test: list[float], expected: list[float]) -> None:
    assert differences(reference, test) == pytest.approx(expected)


def test_scatter_of_few_cycles_has_few_degrees_of_freedom() -> None:
    own = difference((1.0, 2.0, 3.0), None, cycles="3 cycles ABBA")
    assert (own.value, own.dof) == (2.0, 2.0)
    assert own.standard_uncertainty == pytest.approx(1.0 / math.sqrt(3.0))
    known = difference((1.0, 2.0, 3.0), Scatter(0.5, 30.0), cycles="3 cycles ABBA")
    assert known.standard_uncertainty == pytest.approx(0.5 / math.sqrt(3.0))
    assert known.dof == 30.0


def test_air_density() -> None:
    """CIPM-2007 at 20 °C, 1013.25 hPa, 50 %; u mostly of the temperature: 0.5 K/√3 in 293 K."""
    air = air_density_input(Room(celsius=20.0, humidity=50.0, pascals=101325.0))
    assert air.value == pytest.approx(1.199314, abs=1e-6)
    assert 0.5 / math.sqrt(3.0) / 293.15 < air.standard_uncertainty / air.value < 1.7e-3
