"""A scale without an interface: what a person sees, its keys, its errors in the room."""

from math import isinf

import pytest

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.errors import UnknownName
from simulators.weighing.balance import WeighingCell
from simulators.world import Air

GRAM = 1e-3


def bench_of(
    errors: dict[str, dict[str, float]] | None = None, seed: int = 4, **constants: float
) -> SimulatedBench:
    specs = [
        InstrumentSpec("dut", "balance", "3", errors or {}, constants),
        InstrumentSpec("weights", "weight-set-m1", "17", {}, {"greatest_kilograms": 5.0}),
    ]
    return build(specs, seed=seed, air=Air(20.0), clock=VirtualClock())


def put(bench: SimulatedBench, *weights: str, place: str = "PAN") -> float:
    bench.connect([(f"weights {weight}", f"dut {place}") for weight in weights])
    return bench.look("dut").value


def test_a_person_waits_until_it_is_steady() -> None:
    bench = bench_of({"mass": {"gain_ppm": 0.0}})
    bench.turn("dut", "ZERO")
    assert put(bench, "2 kg") == pytest.approx(2.0, abs=0.6 * GRAM)
    assert not bench.look("dut").analogue


@pytest.mark.parametrize("interval", [1e-3, 2e-3, 5e-3])
def test_it_shows_multiples_of_its_interval(interval: float) -> None:
    bench = bench_of(interval_kilograms=interval)
    shown = put(bench, "2 kg", "50 g", "1 g", "500 mg") / interval
    assert shown == pytest.approx(round(shown), abs=1e-6)


def test_its_keys() -> None:
    bench = bench_of({"mass": {"gain_ppm": 0.0}})
    put(bench, "1 kg")
    bench.turn("dut", "TARE")
    assert bench.look("dut").value == 0.0
    assert put(bench, "1 kg", "500 g") == pytest.approx(0.5, abs=1.1 * GRAM)
    put(bench)
    bench.turn("dut", "ZERO")
    assert bench.look("dut").value == 0.0
    with pytest.raises(UnknownName, match="TARE"):
        bench.turn("dut", "TAR")


def test_beyond_its_capacity_it_shows_overload() -> None:
    bench = bench_of()
    assert isinf(put(bench, "5 kg", "1 kg", "20 g"))


def test_in_a_draught_it_is_read_as_it_is() -> None:
    bench = bench_of()
    bench.physics("dut", WeighingCell).draught = True
    bench.turn("dut", "ZERO")
    put(bench, "2 kg")
    bench.world.clock.sleep(10.0)
    shown = {bench.look("dut").value for _ in range(20) if bench.world.clock.sleep(0.1) is None}
    assert len(shown) > 3
    assert all(abs(value - 2.0) < 20 * GRAM for value in shown)


def test_a_misspelt_constant_is_refused() -> None:
    with pytest.raises(UnknownName, match="capacity_kilograms"):
        bench_of(capacity=6.0)


@pytest.mark.parametrize("celsius", [15.0, 20.0, 27.0])
def test_the_true_error_in_the_room_is_what_it_shows(celsius: float) -> None:
    errors = {"mass": {"times": 4.0}}
    spec = InstrumentSpec("dut", "mettler-xs204", "3", errors)
    weight = InstrumentSpec(
        "w", "weight-e2", "1", {"mass": {"gain_ppm": 0.0}},
        {"nominal_kilograms": 0.2, "density": 8000.0},
    )  # fmt: skip
    bench = build([spec, weight], seed=8, air=Air(celsius, 50.0, 98e3), clock=VirtualClock())
    cell, clock = bench.physics("dut", WeighingCell), bench.world.clock
    values = []
    for _ in range(300):
        bench.connect([("w MASS", "dut PAN")])
        clock.sleep(20.0)
        values.append(cell.force(clock.monotonic()))
        bench.connect([])
        clock.sleep(20.0)
    true = bench.error_in_room("dut", "mass", 0.2, range_=0.22)
    assert sum(values) / 300 - 0.2 == pytest.approx(true, abs=3.5 * 0.07e-6 / 300**0.5)


def test_times_makes_all_errors_larger() -> None:
    once, four = (bench_of({"mass": {"times": times}}, seed=6) for times in (1.0, 4.0))
    for load in (1.0, 3.0, 6.0):
        error = once.true_error("dut", "mass", load, range_=6.0)
        assert four.true_error("dut", "mass", load, range_=6.0) == pytest.approx(4 * error)
