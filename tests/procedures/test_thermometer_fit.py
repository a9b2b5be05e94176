"""The coefficients that `thermometer` fits: exact ones come back, and U is what draws scatter."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from procedures.temperature.fit import (
    FitPoint,
    Form,
    callendar_van_dusen,
    fitted,
    its90,
)
from procedures.temperature.thermometer_item import planned
from procedures.temperature.thermometer_results import conclude
from station.metrology.certified_functions import CERTIFIED_FUNCTIONS
from station.metrology.errors import FitError
from station.metrology.physics.iec60751 import C_PER_CELSIUS4, CallendarVanDusen
from station.procedure import Conclusion, Item
from tests.procedures.temperature_rig import Straight, alternating, evidence

WARM = (0.0, 40.0, 80.0, 120.0, 160.0)
COLD = (-100.0, -60.0, 0.0, 60.0, 120.0, 180.0)
OWN, SHARED = 0.0004, {"reference": 0.002, "item_readout": 0.0005}


def points(name: str, temperatures: tuple[float, ...], *values: float) -> list[FitPoint]:
    ohms = CERTIFIED_FUNCTIONS[name].resistance_ohm
    return [FitPoint(t, float(ohms(t, *values)), OWN, SHARED) for t in temperatures]


@pytest.mark.parametrize(
    ("name", "temperatures", "form", "values"),
    [
        pytest.param(
            "callendar", WARM, callendar_van_dusen(WARM), (100.05, 3.91e-3, -5.8e-7), id="above 0"
        ),
        pytest.param(
            "callendar-van-dusen", COLD, callendar_van_dusen(COLD),
            (99.96, 3.9e-3, -5.7e-7, -4.3e-12), id="below 0",
        ),
        pytest.param(
            "its90-deviation-8", (0.0, 100.0, 230.0, 419.0), its90(8),
            (25.4987, -1.9e-4, -1.1e-5), id="ITS-90, zinc",
        ),
        pytest.param(
            "its90-deviation-4", (-189.0, -100.0, -38.0, 0.0), its90(4),
            (100.03, -1.3e-4, 2e-6), id="ITS-90, argon",
        ),
    ],
)  # fmt: skip
def test_exact_coefficients_come_back(
    name: str, temperatures: tuple[float, ...], form: Form, values: tuple[float, ...]
) -> None:
    assert form.names == CERTIFIED_FUNCTIONS[name].coefficients
    found = fitted(points(name, temperatures, *values), form)
    assert found.coefficients.values == pytest.approx(values, rel=1e-6)
    assert max(map(abs, found.residuals)) < 1e-8


def test_near_zero_c_is_not_fitted_but_counts() -> None:
    temperatures = (-40.0, -20.0, 0.0, 50.0, 100.0)
    form = callendar_van_dusen(temperatures)
    assert form.names == ("R0", "A", "B")
    values = (100.05, 3.91e-3, -5.8e-7)
    found = fitted(points("callendar-van-dusen", temperatures, *values, C_PER_CELSIUS4), form)
    assert found.coefficients.values == pytest.approx(values, rel=1e-9)


def test_the_covariance_is_what_repeated_calibrations_scatter() -> None:
    draw = np.random.default_rng(4)
    true = (100.05, 3.91e-3, -5.8e-7)
    exact, form = points("callendar", WARM, *true), callendar_van_dusen(WARM)
    stated = fitted(exact, form).coefficients
    drawn = []
    for _ in range(3000):
        common = sum(u * draw.standard_normal() for u in SHARED.values())
        moved = [
            FitPoint(p.celsius, p.ohms + common + p.own * draw.standard_normal(), p.own, p.shared)
            for p in exact
        ]
        drawn.append(fitted(moved, form).coefficients.values)
    found = np.cov(np.array(drawn).T)
    wanted = np.array(stated.covariance)
    scale = np.sqrt(np.outer(np.diag(wanted), np.diag(wanted)))
    np.testing.assert_allclose(found / scale, wanted / scale, atol=0.06)


def test_too_few_points_and_subrange_six_are_refused() -> None:
    with pytest.raises(FitError):
        fitted(points("callendar", WARM[:2], 100.0, 3.9e-3, -5.8e-7), callendar_van_dusen(WARM))
    with pytest.raises(FitError, match="subrange 6"):
        its90(6)


PT100: Mapping[str, Any] = {
    "kind": "resistance", "class": "B", "points": "0, 50, 100, 150",
    "radial": 0.01, "axial": 0.01,
}  # fmt: skip
TRUE = CallendarVanDusen(100.05, 3.912e-3, -5.8e-7)


def concluded(details: Mapping[str, Any], temperatures: tuple[float, ...]) -> list[Conclusion]:
    plan = planned({"dut": Item("any", details, named="P")})
    ids = [f"temperature/{t:g} °C/readings" for t in temperatures]
    visits = dict(zip([*ids, plan.last], (*temperatures, temperatures[0]), strict=True))
    readings = {
        id_: alternating(t, dut=float(TRUE.resistance_ohm(t)) + 0.004) for id_, t in visits.items()
    }
    # The readout shows 4 mΩ too much, and its certificate says so.
    readout = Straight(offset=-0.004, u=0.0005, drift=0.001)
    return list(conclude(plan, "dut", evidence(readings, dut=readout)))


def test_conclusions_are_what_a_certificate_file_needs() -> None:
    found = {c.name: c for c in concluded(PT100, (0.0, 50.0, 100.0, 150.0))}
    assert set(found) == {"hysteresis", "R0", "A", "B", "r(R0, A)", "r(R0, B)", "r(A, B)"}
    for name, value in (("R0", 100.05), ("A", 3.912e-3), ("B", -5.8e-7)):
        assert found[name].value == pytest.approx(value, rel=1e-5)
        assert found[name].expanded_uncertainty is not None
        assert found[name].expanded_uncertainty > 0.0
    assert found["R0"].expanded_uncertainty == pytest.approx(0.01, rel=0.5)  # 12 mK, k = 2
    assert [found[name].unit for name in ("R0", "A", "B")] == ["Ω", "1/°C", "1/°C²"]
    assert -1.0 <= found["r(A, B)"].value < -0.1
    assert found["hysteresis"].value == pytest.approx(0.0, abs=1e-9)


def test_a_standard_thermometer_has_coefficients_of_its_90() -> None:
    true = (25.4987, -1.9e-4, -1.1e-5)
    ohms = CERTIFIED_FUNCTIONS["its90-deviation-8"].resistance_ohm
    details = {
        "kind": "resistance", "limit": 0.5, "function": "its90-deviation-8",
        "nominal_ohms": 25.5, "points": "0.01, 100, 230, 419", "radial": 0.002, "axial": 0.002,
    }  # fmt: skip
    plan = planned({"dut": Item("any", details, named="P")})
    visits = {f"temperature/{t:g} °C/readings": t for t in plan.run.points} | {plan.last: 0.01}
    readings = {id_: alternating(t, dut=float(ohms(t, *true))) for id_, t in visits.items()}
    readout = Straight(u=2e-6, drift=2e-6)
    found = {c.name: c for c in conclude(plan, "dut", evidence(readings, dut=readout))}
    assert [found[name].value for name in ("RTPW", "a", "b")] == pytest.approx(true, rel=1e-3)
    assert found["RTPW"].unit == "Ω"
    assert "C" not in found
    # 0.1 Ω/K at 25.5 Ω: what is 12 mK there.
    assert found["RTPW"].expanded_uncertainty == pytest.approx(0.0015, rel=0.3)


def test_two_temperatures_give_no_coefficients() -> None:
    details = {**PT100, "points": "0, 100"}
    assert [c.name for c in concluded(details, (0.0, 100.0))] == ["hysteresis"]


def test_an_item_that_was_removed_has_no_conclusions() -> None:
    plan = planned({"dut": Item("any", PT100, named="P")})
    nothing = {id_: alternating(1.0) for id_ in ("temperature/0 °C/readings", plan.last)}
    assert conclude(plan, "dut", evidence(nothing)) == ()
