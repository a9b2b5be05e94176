"""The physics of a balance: buoyancy, settling, repeatability, corners, temperature."""

import statistics

import pytest

from simulators.bench import InstrumentSpec, build
from simulators.clock import VirtualClock
from simulators.errors import UnknownName
from simulators.physics.air_density import density
from simulators.physics.functions import Function
from simulators.weighing.balance import WeighingCell
from simulators.world import Air
from tests.simulators.weighing_rig import EXACT, Rig, rig_of

MILLIGRAM = 1e-6  # kg


def cell_of(rig: Rig) -> WeighingCell:
    return rig.bench.physics("balance", WeighingCell)


def settled(rig: Rig) -> float:
    """Return the mean of displayed force (kg) over many updates: the noise averages out."""
    values = []
    for _ in range(400):
        rig.clock.sleep(0.1)
        values.append(cell_of(rig).force(rig.clock.monotonic()))
    return statistics.fmean(values)


def test_an_exact_balance_shows_the_conventional_mass_of_steel_in_its_own_air() -> None:
    rig = rig_of("mettler-xs204", "1")
    rig.put("w100")
    assert settled(rig) == pytest.approx(0.1, abs=0.2 * MILLIGRAM)


@pytest.mark.parametrize("body_density", [2700.0, 8400.0, 21400.0])
def test_buoyancy_of_another_density_follows_the_air(body_density: float) -> None:
    clock = VirtualClock()
    weight = InstrumentSpec(
        "w", "weight-e2", "1", EXACT, {"nominal_kilograms": 0.1, "density": body_density}
    )
    light, heavy = Air(20.0, 50.0, 98000.0), Air(20.0, 50.0, 104000.0)
    balance = InstrumentSpec("balance", "mettler-xs204", "1", EXACT)
    bench = build([balance, weight], seed=1, air=light, clock=clock)
    rig = Rig(bench, clock)
    rig.put("w")
    before = settled(rig)
    bench.world.air = heavy
    after = settled(rig)
    change = -0.1 * (density(heavy) - density(light)) / body_density
    assert after - before == pytest.approx(change, abs=0.02 * MILLIGRAM)


def test_the_reading_creeps_up_exponentially() -> None:
    rig = rig_of("mettler-xs204", "1")
    cell = cell_of(rig)
    rig.put("w200", wait=0.0)
    start = rig.clock.monotonic()
    constant = cell.specification.time_constant
    parts = [1.0 - cell.force(start + age * constant) / 0.2 for age in (0.0, 1.0, 2.0, 5.0)]
    assert parts == pytest.approx([1.0, 0.36788, 0.13534, 0.00674], abs=1e-5)
    assert 1.0 < cell.stable_at(start) - start < 3.0
    assert cell.stable_at(start + 100.0) == start + 100.0


def test_putting_on_again_scatters_as_the_data_sheet_says() -> None:
    rig = rig_of("sartorius-mse1203s", "1")
    forces = []
    for _ in range(200):
        rig.put("w500")
        forces.append(cell_of(rig).force(rig.clock.monotonic()))
        rig.put()
    assert statistics.stdev(forces) == pytest.approx(0.58 * MILLIGRAM, rel=0.15)


def test_laid_on_again_without_a_look_between_it_is_another_placing() -> None:
    rig = rig_of("mettler-xs204", "1")
    cell = cell_of(rig)
    rig.put("w100")
    cell.force(rig.clock.monotonic())
    rig.put("w100", wait=0.0)
    assert cell.stable_at(rig.clock.monotonic()) > rig.clock.monotonic()


def test_corners_differ_within_the_eccentricity() -> None:
    rig = rig_of("mettler-xsr205du", "1", seed=11)
    forces = {}
    for place in ("PAN", "PAN LEFT FRONT", "PAN RIGHT FRONT", "PAN LEFT REAR", "PAN RIGHT REAR"):
        rig.put("w100", place=place)
        forces[place] = settled(rig)
    middle = forces.pop("PAN")
    errors = [force - middle for force in forces.values()]
    assert max(map(abs, errors)) <= (0.25 + 0.15) * MILLIGRAM
    assert max(errors) - min(errors) > 0.05 * MILLIGRAM


def test_sensitivity_drifts_with_temperature_and_adjustment_takes_it_away() -> None:
    rig = rig_of("mettler-xs204", "1")
    rig.put("w200")
    at_20 = settled(rig)
    rig.bench.world.air = Air(28.0)
    at_28 = settled(rig)
    buoyancy = 0.2 * (density(Air(20.0)) - density(Air(28.0))) / 8000.0
    drift = at_28 - at_20 - buoyancy
    assert 0.02 * MILLIGRAM < abs(drift) < 0.2 * 1.5e-6 * 8.0
    rig.put()
    rig.bench.panel("balance").receive(b"C3")
    rig.clock.sleep(60.0)
    rig.bench.panel("balance").unasked()
    rig.put("w200")
    assert settled(rig) == pytest.approx(0.2, abs=0.15 * MILLIGRAM)


def test_drawn_errors_are_within_the_data_sheet_and_known_to_the_test() -> None:
    clock = VirtualClock()
    specs = [InstrumentSpec(f"b{n}", "mettler-xs204", "1") for n in range(30)]
    bench = build(specs, seed=2, air=Air(20.0), clock=clock)
    errors = [bench.true_error(spec.name, Function.MASS, 0.2, range_=0.22) for spec in specs]
    assert len(set(errors)) == 30
    assert max(map(abs, errors)) < 0.2 * 1.5e-6 + 0.1 * MILLIGRAM
    with pytest.raises(UnknownName):
        bench.true_error("b0", Function.LENGTH, 0.2, range_=0.22)


def test_a_gain_set_by_hand_is_the_error() -> None:
    clock = VirtualClock()
    spec = InstrumentSpec("b", "mettler-xs204", "1", {"mass": {"gain_ppm": 5.0}})
    bench = build([spec], seed=2, air=Air(20.0), clock=clock)
    assert bench.true_error("b", Function.MASS, 0.2, range_=0.22) == pytest.approx(1e-6)


@pytest.mark.parametrize(("model", "drifts"), [("mettler-ax1006", True), ("mettler-xs204", False)])
def test_the_zero_of_a_comparator_moves_steadily(model: str, drifts: bool) -> None:
    rig = rig_of(model, "1")
    rig.put("w100")
    shown = []
    for _ in range(3):
        shown.append(settled(rig))
        rig.clock.sleep(3600.0)
    first, second = shown[1] - shown[0], shown[2] - shown[1]
    # Over about an hour each; what is left of the noise is far below the drift.
    assert second == pytest.approx(first, abs=0.02 * MILLIGRAM)
    limit = 0.15e-9 * 3640.0
    assert (0.05 * MILLIGRAM < abs(first) <= limit * 1.01) is drifts
