"""The physics every multimeter shares, driven by each model's specification."""

from statistics import fmean, stdev

import pytest

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.fluke_8846a.specification import FLUKE_8845A, FLUKE_8846A
from simulators.hp_34401a.specification import HP34401A
from simulators.keithley_2000.specification import KEITHLEY_2000
from simulators.keithley_dmm6500.specification import KEITHLEY_DMM6500
from simulators.keysight_truevolt.specification import K34460A, K34461A, K34465A, K34470A
from simulators.multimeter.specification import ERROR_OF, Measurand, Specification
from simulators.multimeter.transducers import THERMOCOUPLES, platinum_celsius
from simulators.world import Air

SPECIFICATIONS = {
    "hp-34401a": HP34401A,
    "keysight-34460a": K34460A,
    "keysight-34461a": K34461A,
    "keysight-34465a": K34465A,
    "keysight-34470a": K34470A,
    "fluke-8845a": FLUKE_8845A,
    "fluke-8846a": FLUKE_8846A,
    "keithley-2000": KEITHLEY_2000,
    "keithley-dmm6500": KEITHLEY_DMM6500,
}
AMPERES = {"hp-34401a": "I", "keithley-2000": "AMPS", "keithley-dmm6500": "AMPS",
           "fluke-8845a": "400mA", "fluke-8846a": "400mA"}  # fmt: skip
NO_ERRORS = {
    function: {"gain_ppm": 0.0, "offset_ppm_of_range": 0.0}
    for function in ("dc-voltage", "ac-voltage", "dc-current", "ac-current", "resistance")
}


def bench_of(model: str, *, seed: int = 5, exact: bool = False) -> SimulatedBench:
    errors = NO_ERRORS if exact else {}
    specs = [
        InstrumentSpec("calibrator", "fluke-5522a", "1", errors),
        InstrumentSpec("dut", model, "2", errors),
    ]
    bench = build(specs, seed=seed, air=Air(), clock=VirtualClock())
    terminal = AMPERES.get(model, "3A")
    bench.connect([
        ("calibrator NORMAL HI", "dut HI"), ("calibrator NORMAL LO", "dut LO"),
        ("calibrator AUX HI", f"dut {terminal}"), ("calibrator AUX LO", "dut LO"),
    ])  # fmt: skip
    return bench


def ask(bench: SimulatedBench, message: str) -> str:
    replies = bench.panel("dut").receive(message.encode())
    for reply in replies:
        bench.world.clock.sleep(max(0.0, reply.ready - bench.world.clock.monotonic()))
    return "".join(reply.payload.decode("latin-1").strip() for reply in replies)


def source(bench: SimulatedBench, message: str) -> None:
    bench.panel("calibrator").receive(f"STBY;OUT {message};OPER".encode())
    bench.world.clock.sleep(20.0)


# OUT, function, its range node, range, nominal, calibrator ± (relative, floor)
POINTS = [
    ("100 MV, 0 HZ", "VOLT", Measurand.DC_VOLTAGE, 0.1, 0.1, (20e-6, 1e-6)),
    ("-10 V, 0 HZ", "VOLT", Measurand.DC_VOLTAGE, 10.0, -10.0, (12e-6, 20e-6)),
    ("1000 V, 0 HZ", "VOLT", Measurand.DC_VOLTAGE, 1000.0, 1000.0, (18e-6, 1.5e-3)),
    ("1 V, 1 KHZ", "VOLT:AC", Measurand.AC_VOLTAGE, 1.0, 1.0, (150e-6, 60e-6)),
    ("100 MA, 0 HZ", "CURR", Measurand.DC_CURRENT, 0.1, 0.1, (100e-6, 2.5e-6)),
    ("10 KOHM", "RES", Measurand.RESISTANCE, 1e4, 1e4, (28e-6, 0.12)),
    ("1 MOHM", "RES", Measurand.RESISTANCE, 1e6, 1e6, (32e-6, 2.1)),
]


@pytest.mark.parametrize("model", SPECIFICATIONS)
def test_a_healthy_meter_keeps_its_accuracy(model: str) -> None:
    specification = SPECIFICATIONS[model]
    bench = bench_of(model)
    ask(bench, "*RST")
    outside = []
    for output, node, measurand, range_, nominal, (relative, floor) in POINTS:
        source(bench, output)
        ask(bench, f"SENS:FUNC '{node}';:SENS:{node}:RANG {range_}")
        indication = float(ask(bench, "READ?"))
        band = specification.band(ERROR_OF[measurand], range_, 1e3)
        limit = abs(nominal) * (band.accuracy.reading + relative)
        limit += range_ * band.accuracy.full_scale + floor
        if abs(indication - nominal) > limit:
            outside.append((output, indication, limit))
    assert outside == []
    assert ask(bench, "SYST:ERR?").lstrip("+").startswith("0,")


@pytest.mark.parametrize("model", SPECIFICATIONS)
def test_every_range_can_be_measured(model: str) -> None:
    specification = SPECIFICATIONS[model]
    assert set(specification.test_amperes) >= set(specification.resistance)
    for measurand, start in specification.starting.items():
        ranges = specification.ranges(measurand)
        assert start in ranges
        assert list(ranges) == sorted(ranges)
        for range_ in ranges:
            specification.band(specification.error_of(measurand), range_, 50.0)
            assert specification.top(measurand, range_) > range_
    assert max(specification.dc_current) <= max(specification.current_inputs)
    assert specification.line_cycles in specification.resolutions
    assert specification.filter_hertz in specification.settling.filters


@pytest.mark.parametrize(
    ("specification", "cycles", "resolution"),
    [
        (KEITHLEY_2000, 1.0, 1.3e-6),
        (KEITHLEY_2000, 10**0.5, (1.3e-6 * 0.5e-6) ** 0.5),
        (KEITHLEY_2000, 0.001, 50e-6),
        (KEITHLEY_DMM6500, 20.0, 0.17e-6),
        (K34461A, 100.0, 0.3e-6),
    ],
)
def test_resolution_between_the_steps(
    specification: Specification, cycles: float, resolution: float
) -> None:
    assert specification.resolution(cycles) == pytest.approx(resolution)


@pytest.mark.parametrize(
    ("ohms", "celsius"),
    [(100.0, 0.0), (138.5055, 100.0), (247.092, 400.0), (60.2558, -100.0), (18.5201, -200.0)],
)
def test_platinum(ohms: float, celsius: float) -> None:
    # IEC 60751, table of resistances.
    assert platinum_celsius(ohms) == pytest.approx(celsius, abs=2e-3)


@pytest.mark.parametrize(
    ("letter", "millivolts", "celsius"),
    [
        ("J", 0.0, 0.0), ("J", 5.269, 100.0), ("J", -4.633, -100.0),
        ("K", 4.096, 100.0), ("K", -3.554, -100.0), ("K", 12.209, 300.0),
    ],
)  # fmt: skip
def test_thermocouples(letter: str, millivolts: float, celsius: float) -> None:
    # NIST Monograph 175, reference tables; the reference junction is at 23 °C.
    one = THERMOCOUPLES[letter]
    volts = (millivolts - one.reference_millivolts) * 1e-3
    assert one.celsius(volts) == pytest.approx(celsius, abs=0.1)


def test_an_alternating_indication_is_never_negative() -> None:
    bench = bench_of("keithley-2000", seed=3)
    bench.disconnect()
    for function in ("CURR:AC", "VOLT:AC"):
        ask(bench, f"CONF:{function}")
        assert all(float(ask(bench, "READ?")) >= 0.0 for _ in range(10))


def _spread(bench: SimulatedBench, setting: str) -> float:
    ask(bench, "CONF:VOLT:DC")
    ask(bench, f"SENS:VOLT:RANG 10;NPLC 0.01;DIG 7;{setting}")
    return stdev(float(ask(bench, "READ?")) for _ in range(200))


def test_a_filter_calms_the_readings() -> None:
    bench = bench_of("keithley-2000", exact=True)
    source(bench, "5 V")
    alone = _spread(bench, "AVER:STAT 0")
    # 0.3 of the resolution factor: 150 µV, as the sibling's noise table says.
    assert alone == pytest.approx(150e-6, rel=0.2)
    filtered = _spread(bench, "AVER:STAT 1;TCON REP;COUN 25")
    assert filtered == pytest.approx(alone / 5, rel=0.25)


@pytest.mark.parametrize("model", ["keithley-2000", "keithley-dmm6500"])
def test_ratio_of_ranges_and_relative_readings(model: str) -> None:
    bench = bench_of(model, exact=True)
    source(bench, "2 V")
    relative = "REF" if model == "keithley-2000" else "REL"
    ask(bench, "*RST")
    ask(bench, f"SENS:VOLT:RANG 10;{relative} 0.5;{relative}:STAT 1")
    readings = [float(ask(bench, "READ?")) for _ in range(10)]
    assert fmean(readings) == pytest.approx(1.5, abs=1e-4)


@pytest.mark.parametrize(
    ("ask_ratio", "expected"), [("CONF:VOLT:DC:RAT 10;:READ?", 1.0)], ids=["34401A"]
)
def test_a_ratio_divides_by_the_sense_voltage(ask_ratio: str, expected: float) -> None:
    bench = bench_of("hp-34401a", exact=True)
    bench.connect([
        ("calibrator NORMAL HI", "dut HI"), ("calibrator NORMAL LO", "dut LO"),
        ("calibrator NORMAL HI", "dut SENSE HI"), ("calibrator NORMAL LO", "dut SENSE LO"),
    ])  # fmt: skip
    source(bench, "5 V")
    assert float(ask(bench, ask_ratio)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("model", ["fluke-8846a", "keysight-34461a"])
def test_high_currents_have_a_terminal_of_their_own(model: str) -> None:
    bench = bench_of(model, exact=True)
    bench.connect([("calibrator AUX HI", "dut 10A"), ("calibrator AUX LO", "dut LO")])
    source(bench, "2.5 A")
    ask(bench, "CONF:CURR 10")
    assert float(ask(bench, "READ?")) == pytest.approx(2.5, abs=1e-3)
    ask(bench, f"CONF:CURR {0.4 if model == 'fluke-8846a' else 3}")
    assert float(ask(bench, "READ?")) == pytest.approx(0.0, abs=1e-3)


def test_the_same_seed_gives_the_same_readings() -> None:
    def run(seed: int) -> list[str]:
        bench = bench_of("keithley-dmm6500", seed=seed)
        source(bench, "5 V")
        ask(bench, ":COUN 5")
        ask(bench, "READ?")
        return ask(bench, "TRAC:DATA? 1,5").split(",")

    assert run(3) == run(3)
    assert not set(run(3)) & set(run(4))
