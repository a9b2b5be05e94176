"""A transmitter on a controller's hose: what the ammeter in its loop shows."""

from typing import Any

import pytest

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.errors import UnknownName
from simulators.world import Air

EXACT = {
    "gauge-pressure": {"gain_ppm": 0.0, "offset_ppm_of_range": 0.0},
    "pressure-hysteresis": {"offset_ppm_of_range": 0.0},
}


def bench_of(errors: Any = EXACT, **constants: float) -> SimulatedBench:
    specs = [
        InstrumentSpec("pace", "druck-pace5000", "1", EXACT),
        InstrumentSpec(
            "loop", "pressure-transmitter", "1", errors, {"span_pascals": 5e5, **constants}
        ),
    ]
    bench = build(specs, seed=4, air=Air(20.0), clock=VirtualClock())
    bench.connect([("pace OUTLET", "loop INLET")])
    return bench


def amperes(bench: SimulatedBench, millibars: float) -> float:
    bench.panel("pace").receive(f":SOUR:SLEW:OVER 0;:SOUR {millibars};:OUTP 1".encode())
    bench.world.clock.sleep(60.0)
    seen = bench.look("loop")
    assert not seen.analogue
    return seen.value


@pytest.mark.parametrize(
    ("millibars", "expected"),
    [(0, 4e-3), (1250, 8e-3), (2500, 12e-3), (5000, 20e-3), (6500, 20.5e-3)],
)
def test_four_to_twenty_milliamperes(millibars: float, expected: float) -> None:
    assert amperes(bench_of(step_amperes=1e-7), millibars) == pytest.approx(expected, abs=1e-6)


def test_the_ammeter_shows_its_last_digit() -> None:
    shown = amperes(bench_of(step_amperes=1e-5), 1234)
    assert shown / 1e-5 == pytest.approx(round(shown / 1e-5), abs=1e-9)
    assert shown == pytest.approx(4e-3 + 16e-3 * 1234 / 5000, abs=0.6e-5)


def test_its_true_error_is_one_of_pressure() -> None:
    errors = {**EXACT, "gauge-pressure": {"gain_ppm": 1000.0, "offset_ppm_of_range": 0.0}}
    bench = bench_of(errors, step_amperes=1e-8)
    assert bench.true_error("loop", "gauge-pressure", 4e5, range_=5e5) == pytest.approx(400.0)
    assert amperes(bench, 4000) == pytest.approx(4e-3 + 16e-3 * 400_400 / 500_000, abs=1e-6)


def test_a_misspelt_constant_is_refused() -> None:
    with pytest.raises(UnknownName, match="step_amperes"):
        bench_of(step_ampere=1e-6)
