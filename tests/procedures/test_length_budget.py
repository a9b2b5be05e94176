"""The comparison of two lengths: published examples through the procedures' own function."""

import math

import pytest

from procedures.length.blocks import Stack, faces_of, stacks, wrung
from procedures.length.length_budget import Reads, Warmth, comparison_of_lengths
from procedures.length.limits import (
    block_table,
    calliper_tolerance,
    micrometer_row,
    micrometer_tolerance,
)
from station.errors import BadInput
from station.evidence import StandardValue
from station.metrology.coverage import Coverage
from station.metrology.inputs import Input, normal, rectangular
from station.metrology.monte_carlo import simulate
from station.metrology.uncertainty import Budget, Result

NANOMETRE, MICROMETRE, MILLIMETRE = 1e-9, 1e-6, 1e-3
NONE = rectangular("reading", half_width=0.0, source="none")


def rect(name: str, half_width: float) -> Input:
    return rectangular(name, half_width=half_width, source="the example")


def share(result: Result, name: str) -> float:
    return next(each.contribution for each in result.contributions if each.name == name)


class TestEa402S4:
    """EA-4/02 M:2022, supplement S4: a 50 mm gauge block by mechanical comparison."""

    def budget(self) -> Budget:
        return comparison_of_lengths(
            Reads.DIFFERENCE,
            50.0 * MILLIMETRE,
            StandardValue(
                actual=50.00002 * MILLIMETRE,
                standard_uncertainty=15.0 * NANOMETRE,
                certificate="certificate of the standard",
                drift_half_width=30.0 * NANOMETRE,
                drift_source="earlier calibrations",
            ),
            Warmth(
                celsius=20.0,
                doubt_kelvin=0.5,
                apart_kelvin=0.05,
                expansion_doubt=1e-6,
                source="the example",
            ),
            indication=normal(
                "indication",
                -94.0 * NANOMETRE,
                standard_uncertainty=12.0 * NANOMETRE / math.sqrt(5.0),
                dof=4.0,
                source="five comparisons, pooled s of 12 nm",
            ),
            reading=NONE,
            instrument=rect("instrument", 32.0 * NANOMETRE),
            faces=rect("faces", 6.7 * NANOMETRE),
        )

    def test_length(self) -> None:
        result = self.budget().evaluate(Coverage.fixed(2))
        assert result.value == pytest.approx(49.999926 * MILLIMETRE, abs=0.5 * NANOMETRE)
        assert result.standard_uncertainty == pytest.approx(36.4 * NANOMETRE, abs=0.05 * NANOMETRE)
        assert result.expanded_uncertainty == pytest.approx(73.0 * NANOMETRE, abs=0.5 * NANOMETRE)

    @pytest.mark.parametrize(
        ("name", "nanometres"),
        [
            ("standard", 15.0),
            ("drift", 17.3),
            ("indication", 5.37),
            ("instrument", 18.5),
            ("temperature_difference", 16.6),
            ("expansion_difference", 11.8),
            ("faces", 3.87),
        ],
    )
    def test_contribution(self, name: str, nanometres: float) -> None:
        found = share(self.budget().evaluate(), name)
        assert found == pytest.approx(nanometres * NANOMETRE, abs=0.05 * NANOMETRE)


class TestEa402S10:
    """EA-4/02 M:2022, supplement S10: a vernier caliper at 150 mm.

    The figures of the example are from memory, unverified; that k is that of a trapezoid with
    β = 0.33 follows from its two dominant terms.
    """

    def budget(self) -> Budget:
        return comparison_of_lengths(
            Reads.LENGTH,
            150.0 * MILLIMETRE,
            StandardValue(
                actual=150.0 * MILLIMETRE,
                standard_uncertainty=0.8 * MICROMETRE / math.sqrt(3.0),
                certificate="grade 1: ±0.8 µm",
                drift_half_width=0.0,
                drift_source="within the grade",
            ),
            Warmth(
                celsius=20.0,
                doubt_kelvin=0.0,
                apart_kelvin=2.0,
                expansion_doubt=0.0,
                source="the example",
            ),
            indication=normal(
                "indication", 150.10 * MILLIMETRE, standard_uncertainty=0.0, source="no scatter"
            ),
            reading=rect("reading", 25.0 * MICROMETRE),
            instrument=rect("instrument", 50.0 * MICROMETRE),
            faces=rect("faces", 0.0),
        )

    def test_error(self) -> None:
        result = self.budget().evaluate(Coverage(0.95))
        assert result.value == pytest.approx(0.10 * MILLIMETRE, abs=1e-9)
        # 33 µm is printed, of the rounded 15 µm and 29 µm.
        assert result.standard_uncertainty == pytest.approx(32.34e-6, abs=0.01e-6)
        assert result.k == pytest.approx(1.83, abs=0.005)
        assert result.expanded_uncertainty == pytest.approx(60e-6, abs=1e-6)

    @pytest.mark.parametrize(
        ("name", "micrometres", "within"),
        [
            ("standard", 0.46, 0.005),
            ("temperature_difference", 2.0, 0.05),
            ("reading", 15.0, 0.6),  # 14.4, printed as 15
            ("instrument", 29.0, 0.5),
        ],
    )
    def test_contribution(self, name: str, micrometres: float, within: float) -> None:
        found = share(self.budget().evaluate(), name)
        assert found == pytest.approx(micrometres * MICROMETRE, abs=within * MICROMETRE)

    def test_monte_carlo_agrees(self) -> None:
        drawn = simulate(self.budget(), seed=1, coverage=0.95)
        half = (drawn.high - drawn.low) / 2.0
        assert half == pytest.approx(60e-6, rel=0.03)


@pytest.mark.parametrize(
    ("celsius", "doubt", "expected"),
    [
        pytest.param(20.0, 0.0, 0.0, id="at 20 °C nothing expands"),
        pytest.param(23.0, 0.0, 3.0, id="away from 20 °C to first order"),
        pytest.param(17.0, math.sqrt(3.0) * 4.0, 5.0, id="both"),
    ],
)
def test_the_doubt_about_expansion(celsius: float, doubt: float, expected: float) -> None:
    warmth = Warmth(celsius, doubt, 0.0, 1e-6, "case")
    u_expansion = 2e-6 / math.sqrt(6.0)
    found = warmth.difference_of_expansion()
    assert found.standard_uncertainty == pytest.approx(u_expansion * expected, abs=1e-15)


# -- lengths of blocks --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10", [((0.01,), 0.01)]),
        ("2.5, 5.1", [((0.0025,), 0.0025), ((0.0051,), 0.0051)]),
        ("41.3=25+15+1.3", [((0.025, 0.015, 0.0013), 0.0413)]),
        ("125 = 100 + 25", [((0.1, 0.025), 0.125)]),
        ("none", []),
    ],
)
def test_lengths(text: str, expected: list[tuple[tuple[float, ...], float]]) -> None:
    assert [(each.blocks, each.nominal) for each in stacks(text, what="lengths")] == expected


@pytest.mark.parametrize("text", ["ten", "10;20", "41.3=25+15", "20=10+10", "-5", "10,,20"])
def test_what_is_no_length(text: str) -> None:
    with pytest.raises(BadInput, match="lengths"):
        stacks(text, what="lengths")


def test_wrung_blocks_of_one_certificate_are_fully_correlated() -> None:
    one = StandardValue(0.1, 30e-9, "block 100 mm", 60e-9, "ISO 3650", dof=60.0)
    other = StandardValue(0.025, 40e-9, "block 25 mm", 20e-9, "ISO 3650")
    both = wrung([one, other])
    assert both.actual == pytest.approx(0.125)
    assert both.standard_uncertainty == pytest.approx(70e-9)
    assert both.drift_half_width == pytest.approx(80e-9)
    assert both.dof == 60.0
    assert both.certificate == "block 100 mm + block 25 mm"
    assert both.drift_source == "ISO 3650"


def test_faces_of_wrung_blocks() -> None:
    found = faces_of(Stack((0.1, 0.025), "125"), "1")
    assert found.half_width == pytest.approx((0.20 + 0.16 + 0.05) * MICROMETRE)
    assert "wrung" not in found.source
    assert "films" in found.source
    with pytest.raises(BadInput, match="grade 'x'"):
        faces_of(Stack((0.1,), "100"), "x")
    with pytest.raises(BadInput, match="1200 mm"):
        block_table().variation("1", 1.2)


# -- limits -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("resolution", "metres", "shifted", "micrometres", "verified"),
    [
        (0.05, 0.15, False, 50.0, True),
        (0.1, 0.4, False, 60.0, True),
        (0.05, 0.025, True, 70.0, True),
        (0.01, 0.1, False, 20.0, False),
        (0.02, 0.15, False, 30.0, False),
        (0.01, 0.025, True, 40.0, False),
    ],
)
def test_limits_of_callipers(
    resolution: float, metres: float, *, shifted: bool, micrometres: float, verified: bool
) -> None:
    found = calliper_tolerance(resolution, metres, shifted=shifted)
    assert found.limits.upper == pytest.approx(micrometres * MICROMETRE)
    assert found.limits.lower == pytest.approx(-micrometres * MICROMETRE)
    assert found.verified is verified
    assert "DIN 862" in found.source


def test_no_limits_for_an_unknown_calliper() -> None:
    with pytest.raises(BadInput, match="mpe_mm"):
        calliper_tolerance(0.03, 0.1, shifted=False)
    with pytest.raises(BadInput, match="mpe_mm"):
        calliper_tolerance(0.05, 1.5, shifted=False)


def test_limits_of_micrometers() -> None:
    assert micrometer_tolerance(0.0, 25.0).limits.upper == pytest.approx(4e-6)
    assert micrometer_tolerance(75.0, 100.0).limits.upper == pytest.approx(5e-6)
    row = micrometer_row(50.0, 75.0)
    assert row is not None
    assert row.parallelism == 3.0
    assert micrometer_row(225.0, 250.0) is None
    with pytest.raises(BadInput, match="parallelism_um"):
        micrometer_tolerance(225.0, 250.0)
