"""A dial gauge on a controller's hose: read by its state alone."""

import pytest

from simulators.artefacts.pressure_gauge import DialGauge
from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.errors import UnknownName
from simulators.world import Air

EXACT = {"gauge-pressure": {"gain_ppm": 0.0, "offset_ppm_of_range": 0.0}}


def bench_of(*, exact: bool = True, **constants: float) -> SimulatedBench:
    clock = VirtualClock()
    errors = EXACT if exact else {}
    specs = [
        InstrumentSpec("pace", "druck-pace5000", "1", EXACT),
        InstrumentSpec("dial", "pressure-gauge", "1", errors, constants),
    ]
    bench = build(specs, seed=9, air=Air(20.0), clock=clock)
    bench.connect([("pace OUTLET", "dial INLET")])
    return bench


def at(bench: SimulatedBench, millibars: float) -> float:
    bench.panel("pace").receive(f":SOUR:SLEW:OVER 0;:SOUR {millibars};:OUTP 1".encode())
    bench.world.clock.sleep(60.0)
    pascals = bench.state()["dial"]["pascals"]
    assert isinstance(pascals, float)
    return pascals


def test_up_and_down_differ_by_the_hysteresis() -> None:
    bench = bench_of(span_pascals=6e5, interval_pascals=50.0)
    gauge = bench.physics("dial", DialGauge)
    pressures = (0, 1500, 3000, 4500, 6000)
    ups = [at(bench, level) for level in pressures]
    downs = [at(bench, level) for level in reversed(pressures)]
    assert 0.002 * 6e5 <= gauge.hysteresis <= 0.006 * 6e5
    shares = (0.0, 0.75, 1.0, 0.75, 0.0)
    for up, down, millibars, share in zip(ups, reversed(downs), pressures, shares, strict=True):
        assert down - up == pytest.approx(share * gauge.hysteresis, abs=40.0)
        assert (down + up) / 2 == pytest.approx(100.0 * millibars, abs=40.0)
        of = bench.true_error("dial", "pressure-hysteresis", 100.0 * millibars, range_=6e5)
        assert of == pytest.approx(share * gauge.hysteresis)


def test_it_is_read_to_a_fifth_of_an_interval_and_answers_nothing() -> None:
    bench = bench_of(exact=False)
    step = 1e6 / 100.0 / 5.0
    for level in (0, 1234, 5678):
        reading = at(bench, level)
        assert reading / step == pytest.approx(round(reading / step))
    assert bench.panel("dial").receive(b"*IDN?") == ()
    assert bench.state()["dial"]["text"] == f"{reading / 1e5:.3f} bar"


def test_a_peak_between_two_looks_leaves_its_trace() -> None:
    """From below and from above, though nobody looked at the pressure it came from."""
    bench = bench_of(span_pascals=6e5, interval_pascals=50.0)
    gauge = bench.physics("dial", DialGauge)
    up = at(bench, 3000)
    for millibars in (6000, 3000):
        bench.panel("pace").receive(f":SOUR {millibars}".encode())
        bench.world.clock.sleep(60.0)
    down = bench.state()["dial"]["pascals"]
    assert isinstance(down, float)
    assert down - up == pytest.approx(gauge.hysteresis, abs=40.0)
    bench.panel("pace").receive(b":SOUR:PRES:LEV:IMM:AMPL:VENT 1")
    bench.world.clock.sleep(60.0)
    assert at(bench, 3000) == pytest.approx(up, abs=40.0)


def test_a_pointer_is_seen_unrounded_and_a_display_in_its_steps() -> None:
    bench = bench_of(exact=False)
    at(bench, 1234)
    seen = bench.look("dial")
    assert seen.analogue
    assert seen.value == bench.physics("dial", DialGauge).pointer()
    assert seen.value != bench.physics("dial", DialGauge).indication()
    display = bench_of(exact=False, step_pascals=50.0)
    at(display, 1234)
    shown = display.look("dial")
    assert not shown.analogue
    assert shown.value == 50.0 * round(shown.value / 50.0) == display.state()["dial"]["pascals"]


def test_below_the_outlet_it_shows_the_column_too() -> None:
    level, below = bench_of(step_pascals=0.01), bench_of(step_pascals=0.01, metres_below=1.0)
    column = at(below, 5000) - at(level, 5000)
    assert column == pytest.approx(5e5 * 0.0034837 * 9.80665 / 293.15, rel=1e-3)


def test_the_room_changes_the_reading_within_its_limit() -> None:
    drifts = []
    for seed in range(12):
        clock = VirtualClock()
        specs = [
            InstrumentSpec("pace", "druck-pace5000", "1", EXACT),
            InstrumentSpec(
                "dial", "pressure-gauge", "1", EXACT, {"step_pascals": 0.1, "per_kelvin": 1e-3}
            ),
        ]
        bench = build(specs, seed=seed, air=Air(20.0), clock=clock)
        bench.connect([("pace OUTLET", "dial INLET")])
        cold = at(bench, 5000)
        bench.change_air({"celsius": 30.0})
        drifts.append((at(bench, 5000) - cold) / 5e5 / 10.0)
    assert 5e-4 < max(map(abs, drifts)) < 1.01e-3


def test_hysteresis_is_set_by_hand() -> None:
    errors = {**EXACT, "pressure-hysteresis": {"offset_ppm_of_range": 2000.0}}
    bench = build(
        [InstrumentSpec("dial", "pressure-gauge", "1", errors)],
        seed=1,
        air=Air(20.0),
        clock=VirtualClock(),
    )
    assert bench.true_error("dial", "pressure-hysteresis", 5e5, range_=1e6) == 2000.0
    assert bench.true_error("dial", "pressure-hysteresis", 1e6, range_=1e6) == 0.0


def test_without_a_hose_it_stands_near_nought() -> None:
    bench = bench_of()
    at(bench, 3000)
    bench.disconnect()
    reading = bench.state()["dial"]["pascals"]
    assert isinstance(reading, float)
    assert abs(reading) <= 0.004 * 1e6


def test_drawn_errors_keep_within_the_class() -> None:
    specs = [
        InstrumentSpec(f"d{n}", "pressure-gauge", "1", constants={"class": 1.6}) for n in range(30)
    ]
    bench = build(specs, seed=1, air=Air(20.0), clock=VirtualClock())
    errors = [bench.true_error(f"d{n}", "gauge-pressure", 5e5, range_=1e6) for n in range(30)]
    assert 0.004 * 1e6 < max(map(abs, errors)) < 0.016 * 1e6


def test_a_misspelt_constant_is_refused() -> None:
    with pytest.raises(UnknownName, match="span_pascals"):
        bench_of(span=1e5)
