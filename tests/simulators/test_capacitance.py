"""Capacitance at the terminals of simulated meters: what is meant, and what comes beside it.

Sources: Truevolt Operating and Service Guide, p. 282 (ranges, reply, autoranging, overload);
8845A/8846A Users Manual, p. 1-22 (ranges, resolution, accuracy with the Zero function).
"""

import math
import re
from statistics import fmean, stdev

import pytest

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.fluke_8846a.specification import FLUKE_8845A, FLUKE_8846A
from simulators.keysight_truevolt.specification import K34460A, K34461A, K34465A, K34470A
from simulators.multimeter.specification import Specification
from simulators.world import LEAD_FARADS, Air

LEADS = [("calibrator NORMAL HI", "dut HI"), ("calibrator NORMAL LO", "dut LO")]
METERS = ("keysight-34461a", "keysight-34465a", "keysight-34470a", "fluke-8846a")
HELD = "hand-held-multimeter"
EXACT = {"capacitance": {"gain_ppm": 0.0, "offset_ppm_of_range": 0.0}}


def bench_of(
    model: str, *, seed: int = 5, exact: bool = True, wired: bool = True
) -> SimulatedBench:
    errors = EXACT if exact else {}
    specs = [
        InstrumentSpec("calibrator", "fluke-5522a", "1", errors),
        InstrumentSpec("dut", model, "2", errors),
    ]
    bench = build(specs, seed=seed, air=Air(), clock=VirtualClock())
    if wired:
        bench.connect(LEADS)
    return bench


def ask(bench: SimulatedBench, message: str) -> str:
    replies = bench.panel("dut").receive(message.encode())
    for reply in replies:
        bench.world.clock.sleep(max(0.0, reply.ready - bench.world.clock.monotonic()))
    return "".join(reply.payload.decode("latin-1").strip() for reply in replies)


def read(bench: SimulatedBench, times: int = 1) -> float:
    return fmean(float(ask(bench, "READ?")) for _ in range(times))


def source(bench: SimulatedBench, message: str) -> None:
    bench.panel("calibrator").receive(f"OUT {message};OPER".encode())
    bench.world.clock.sleep(10.0)


@pytest.mark.parametrize("model", METERS)
@pytest.mark.parametrize("farads", [1e-9, 1e-8, 1e-6, 1e-4])
def test_what_leads_and_terminals_add_is_there_before_and_goes_with_the_zero(
    model: str, farads: float
) -> None:
    bench = bench_of(model)
    ask(bench, f"CONF:CAP {farads:G}")
    zero = read(bench, 20)
    assert 2 * LEAD_FARADS[0] < zero + 1e-6 * farads
    source(bench, f"{farads:G} F")
    shown = read(bench, 20)
    noise = 0.3 * 1e-3 * farads + 0.5e-12
    assert shown - zero == pytest.approx(farads, abs=1.5e-12 + 4 * noise / math.sqrt(20))
    bench.panel("calibrator").receive(b"STBY")
    assert read(bench, 20) == pytest.approx(zero, abs=6 * noise / math.sqrt(20))


def test_without_leads_there_is_little_and_it_wavers() -> None:
    bench = bench_of("keysight-34461a", wired=False)
    ask(bench, "CONF:CAP 1E-9")
    shown = [read(bench) for _ in range(50)]
    assert 0.0 < fmean(shown) < 30e-12
    assert stdev(shown) == pytest.approx(2e-12, rel=0.3)


RANGES = {
    "keysight-34461a": (1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4),
    "keysight-34465a": (1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4),
    "keysight-34470a": (1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4),
    "fluke-8846a": (1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1),
}


@pytest.mark.parametrize("model", METERS)
def test_a_healthy_meter_keeps_its_accuracy_once_zeroed(model: str) -> None:
    specification = {"fluke-8846a": FLUKE_8846A, "keysight-34461a": K34461A,
                     "keysight-34465a": K34465A, "keysight-34470a": K34470A}[model]  # fmt: skip
    assert tuple(specification.capacitance) == RANGES[model]
    bench = bench_of(model, exact=False)
    for farads in RANGES[model]:
        ask(bench, f"CONF:CAP {farads:G}")
        bench.panel("calibrator").receive(b"STBY")
        zero = read(bench, 5)
        source(bench, f"{farads:G} F")
        true = bench.actual_output("calibrator", "capacitance", farads)
        accuracy = specification.capacitance[farads]
        limit = accuracy.reading * true + accuracy.full_scale * farads
        assert read(bench, 5) - zero - true == pytest.approx(0.0, abs=limit)


def test_its_error_is_zero_where_nothing_is_connected() -> None:
    bench = bench_of("fluke-8846a", exact=False)
    assert bench.true_error("dut", "capacitance", 0.0, range_=1e-9) == 0.0
    assert bench.true_error("dut", "capacitance", 1e-9, range_=1e-9) != 0.0


# 8845A/8846A Users Manual, p. 1-22: % of measurement, % of range
@pytest.mark.parametrize(
    ("range_", "reading", "full_scale"),
    [(1e-9, 2.0, 2.5), (1e-8, 1.0, 0.5), (1e-6, 1.0, 0.5), (1e-2, 1.0, 0.5), (0.1, 4.0, 0.2)],
)
def test_published_accuracy_of_the_8846a(range_: float, reading: float, full_scale: float) -> None:
    accuracy = FLUKE_8846A.capacitance[range_]
    assert accuracy.reading * 100.0 == pytest.approx(reading)
    assert accuracy.full_scale * 100.0 == pytest.approx(full_scale)


@pytest.mark.parametrize("specification", [K34460A, FLUKE_8845A], ids=["34460A", "8845A"])
def test_siblings_without_capacitance(specification: Specification) -> None:
    assert specification.capacitance == {}


def test_a_reply_is_written_as_in_the_guide() -> None:
    bench = bench_of("keysight-34461a")
    source(bench, "300 PF")
    assert re.fullmatch(r"\+3\.\d{8}E-10", ask(bench, "MEAS:CAP? 1E-9"))


def test_a_truevolt_ranges_up_beyond_twelve_tenths_and_on_a_held_range_shows_more() -> None:
    bench = bench_of("keysight-34461a")
    source(bench, "15 NF")
    ask(bench, "CONF:CAP 1E-8")
    assert read(bench) == pytest.approx(15e-9, rel=0.02)
    ask(bench, "CONF:CAP")
    assert read(bench) == pytest.approx(15e-9, rel=0.02)
    assert ask(bench, "CAP:RANG?") == "+1.00000000E-07"
    source(bench, "50 NF")
    ask(bench, "CONF:CAP 1E-8")
    assert ask(bench, "READ?") == "+9.90000000E+37"


@pytest.mark.parametrize("output", ["5 V, 0 HZ", "1 KOHM"])
def test_what_is_no_capacitance_is_overload(output: str) -> None:
    bench = bench_of("keysight-34461a")
    source(bench, output)
    ask(bench, "CONF:CAP 1E-9")
    assert ask(bench, "READ?") == "+9.90000000E+37"


def test_a_short_is_overload() -> None:
    bench = bench_of("keysight-34461a", wired=False)
    bench.connect([("dut HI", "dut LO")])
    ask(bench, "CONF:CAP 1E-9")
    assert ask(bench, "READ?") == "+9.90000000E+37"


def test_a_capacitance_passes_no_measuring_current() -> None:
    bench = bench_of("keysight-34461a")
    source(bench, "1 UF")
    ask(bench, "CONF:RES 1E6")
    assert ask(bench, "READ?") == "+9.90000000E+37"
    ask(bench, "CONF:VOLT:DC 10")
    assert read(bench) == pytest.approx(0.0, abs=1e-4)


@pytest.mark.parametrize(
    ("output", "position", "true", "digit"),
    [
        ("10 NF", "capacitance 2e-08", 10e-9, 1e-12),
        ("100 NF", "capacitance 2e-07", 100e-9, 1e-11),
        ("10 UF", "capacitance 2e-05", 10e-6, 1e-9),
    ],
)
def test_a_hand_held_meter_shows_it_in_its_digits(
    output: str, position: str, true: float, digit: float
) -> None:
    bench = bench_of(HELD)
    bench.turn("dut", position)
    zero = bench.look("dut").value
    source(bench, output)
    shown = bench.look("dut").value
    assert shown - zero == pytest.approx(true, abs=2.1e-12 + 2.1 * digit)
    assert shown / digit == pytest.approx(round(shown / digit), abs=1e-6)


def test_a_hand_held_meter_ends_at_its_digits() -> None:
    bench = bench_of(HELD)
    bench.turn("dut", "capacitance 2e-08")
    source(bench, "20 NF")
    assert bench.look("dut").value == math.inf
