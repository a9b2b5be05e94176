"""Wells and baths: speed, rest, cut-out, and what is true in a hole."""

from dataclasses import replace
from math import inf
from statistics import fmean, pstdev

import pytest

from simulators.bench import InstrumentSpec
from simulators.clock import VirtualClock
from simulators.fluke_914x.specification import CHARACTERS
from simulators.fluke_914x.well import Well
from simulators.hart_7341.bath import CHARACTER as BATH
from simulators.physics.temperature_source import Character, Hole, TemperatureSource, between
from simulators.world import Air, World
from tests.simulators.temperature_rig import EXACT, TemperatureBench, bench_with


def source(
    character: Character, *, seed: int = 3, celsius: float = 23.0, exact: bool = True
) -> TemperatureSource:
    world = World(clock=VirtualClock(), seed=seed, air=Air(celsius))
    errors = EXACT if exact else {}
    return TemperatureSource(character, "it", world, errors, on=False, heights=(0.0, 40.0))


def go(it: TemperatureSource, celsius: float, instant: float = 0.0, *, on: bool = True) -> None:
    it.ask(replace(it.control, set_point=celsius, on=on), instant)


def arrival(it: TemperatureSource, celsius: float, instant: float) -> float:
    """Return the time (s) until the indication is within 0.2 K for the first time."""
    age = 0.0
    while abs(it.indicated(instant + age) - celsius) > 0.2:
        age += 5.0
    return age


@pytest.mark.parametrize(
    ("model", "start", "target", "minutes", "within"),
    [
        ("9142", 23.0, 140.0, 16.0, 1.0),
        ("9142", 150.0, -23.0, 25.0, 1.5),
        ("9143", 33.0, 350.0, 5.0, 0.5),
        ("9143", 350.0, 100.0, 14.0, 1.0),
        ("9144", 50.0, 660.0, 15.0, 1.0),
        ("9144", 660.0, 100.0, 25.0, 1.5),
    ],
)
def test_heating_and_cooling_times_of_the_sheet(
    model: str, start: float, target: float, minutes: float, within: float
) -> None:
    it = source(CHARACTERS[model], celsius=start)
    if start > 100.0:
        it = source(CHARACTERS[model])
        go(it, start)
    began = 20_000.0
    assert it.indicated(began) == pytest.approx(start, abs=0.1)
    go(it, target, began)
    assert arrival(it, target, began) / 60.0 == pytest.approx(minutes, abs=within)


def test_the_bath_is_slow() -> None:
    it = source(BATH, celsius=25.0)
    go(it, 100.0)
    assert arrival(it, 100.0, 0.0) / 60.0 == pytest.approx(120.0, abs=4.0)


def test_the_scan_rate_bounds_the_speed() -> None:
    it = source(CHARACTERS["9144"], celsius=50.0)
    it.ask(replace(it.control, set_point=150.0, on=True, rate=10.0), 0.0)
    for minute in range(1, 9):
        assert it.indicated(60.0 * minute) == pytest.approx(50.0 + 10.0 * minute, abs=0.1)


def test_a_change_on_the_way_goes_on_from_where_it_is() -> None:
    it = source(CHARACTERS["9144"])
    go(it, 600.0)
    before = it.indicated(300.0)
    go(it, 100.0, 300.0)
    assert it.indicated(300.0) == pytest.approx(before, abs=0.05)
    assert it.indicated(299.0) < before  # what was is not changed
    assert it.indicated(400.0) < before - 10.0
    go(it, 100.0, 400.0, on=False)
    assert 23.0 < it.indicated(4000.0) < it.indicated(1000.0)
    assert it.indicated(200_000.0) == pytest.approx(23.0, abs=1e-3)


def test_it_comes_to_rest_after_an_overshoot() -> None:
    it = source(CHARACTERS["9143"])
    go(it, 200.0)
    reached = arrival(it, 200.0, 0.0)
    seen = [it.indicated(reached + age) for age in range(0, 300, 5)]
    assert max(seen) > 200.3
    assert it.deviation(reached + 150.0) > 0.05
    assert it.deviation(reached + 450.0) < 0.04


def test_stability_is_two_standard_deviations_and_slow() -> None:
    it = source(CHARACTERS["9144"])
    go(it, 420.0)
    seen = [it.indicated(20_000.0 + 7.0 * step) for step in range(2000)]
    assert 2 * pstdev(seen) == pytest.approx(0.04, rel=0.1)
    assert fmean(seen) == pytest.approx(420.0, abs=0.005)
    steps = [abs(one - other) for one, other in zip(seen[1:], seen, strict=False)]
    assert max(steps) < 0.04


def test_the_truth_is_the_indication_less_its_error() -> None:
    bench = bench_with(
        InstrumentSpec(
            "well", "fluke-9144", "1",
            {"temperature": {"gain_ppm": 500.0, "offset_ppm_of_range": 200.0}},
        )
    )  # fmt: skip
    error = bench.bench.true_error("well", "temperature", 500.0, range_=660.0)
    assert error == pytest.approx(500.0 * 500e-6 + 660.0 * 200e-6)
    bench.say("well", "SOUR:SPO 500;:OUTP:STAT 1")
    bench.clock.sleep(4 * 3600.0)
    hole = bench.bench.physics("well", Well).block.holes["HOLE 1"]
    true = bench.bench.actual_output("well", "temperature", 500.0)
    assert true == pytest.approx(500.0 - error)
    assert hole.celsius(bench.now) == pytest.approx(true, abs=0.15)


@pytest.mark.parametrize("seed", range(8))
def test_drawn_errors_keep_the_sheet(seed: int) -> None:
    it = source(CHARACTERS["9144"], seed=seed, exact=False)
    for celsius in (50.0, 420.0, 660.0):
        published = between(CHARACTERS["9144"].display, celsius)
        assert abs(celsius - it.true(celsius)) <= published
        go(it, celsius, 0.0)
        bottom = [it.holes[f"HOLE {number}"].celsius(50_000.0) for number in range(1, 5)]
        spread = max(bottom) - min(bottom)
        assert 0.0 < spread <= between(CHARACTERS["9144"].radial, celsius)
        above = it.holes["HOLE 1 +40 MM"].celsius(50_000.0) - bottom[0]
        assert 0.0 < abs(above) <= between(CHARACTERS["9144"].axial, celsius)


def test_the_cut_out_strikes_when_it_is_reached_though_nobody_looks() -> None:
    it = source(CHARACTERS["9144"])
    it.ask(replace(it.control, set_point=600.0, on=True, cut_out=300.0), 0.0)
    assert not it.tripped(60.0)
    assert it.tripped(3600.0)
    assert not it.working(3600.0)
    assert max(it.indicated(10.0 * step) for step in range(1000)) == pytest.approx(300.0, abs=1.0)
    hot = next(float(one) for one in range(0, 3600, 5) if it.tripped(float(one)))
    it.ask(replace(it.control, cut_out=200.0), hot)
    it.reset_cut_out(hot)
    assert it.tripped(hot + 1.0), "still as hot as the cut-out"
    it.reset_cut_out(30_000.0)
    assert not it.tripped(30_000.0)
    assert not it.working(30_000.0), "it stays off until it is switched on"


def test_no_bound_on_the_speed() -> None:
    it = source(BATH)
    it.ask(replace(it.control, set_point=25.0, on=True, rate=inf), 0.0)
    assert it.indicated(30_000.0) == pytest.approx(25.0, abs=0.01)


def test_from_above_the_block_is_hotter_at_the_same_indication() -> None:
    bench = bench_with(InstrumentSpec("well", "fluke-9144", "1", EXACT))
    hole = bench.bench.physics("well", Well).block.holes["HOLE 1"]
    bench.say("well", "SOUR:SPO 300;:OUTP:STAT 1")
    bench.clock.sleep(4 * 3600.0)
    below = mean_of_hole(bench, hole)
    bench.say("well", "SOUR:SPO 400")
    bench.clock.sleep(4 * 3600.0)
    bench.say("well", "SOUR:SPO 300")
    bench.clock.sleep(4 * 3600.0)
    above = mean_of_hole(bench, hole)
    assert 0.03 < above - below < 0.22
    bench.say("well", "SOUR:SPO 299.9")
    bench.clock.sleep(4 * 3600.0)
    assert mean_of_hole(bench, hole) - above == pytest.approx(-0.1, abs=0.01), "no turn"


def mean_of_hole(bench: TemperatureBench, hole: Hole) -> float:
    return fmean(hole.celsius(bench.now - 5.0 * step) for step in range(400))


def test_thermometers_beside_the_first_cool_the_holes() -> None:
    bench = bench_with(
        InstrumentSpec("well", "fluke-9144", "1", EXACT),
        InstrumentSpec("it", "prt", "2"),
        InstrumentSpec("probes", "thermometer-probes", "3"),
    )
    bench.say("well", "SOUR:SPO 660;:OUTP:STAT 1")
    bench.clock.sleep(4 * 3600.0)
    hole = bench.bench.physics("well", Well).block.holes["HOLE 1"]
    seen = []
    for loads in (0, 1, 3):
        bench.bench.connect(
            [
                ("it TIP", "well HOLE 1"),
                *((f"probes LOAD {n}", f"well HOLE {n + 1}") for n in range(1, loads + 1)),
            ]
        )
        seen.append(hole.celsius(bench.now))
    assert 0.03 < seen[0] - seen[2] < 0.2
    assert seen[0] - seen[1] == pytest.approx((seen[0] - seen[2]) / 3.0)
