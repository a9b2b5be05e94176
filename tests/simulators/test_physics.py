"""What the wired bench measures: the laws that a person at a real one relies on."""

from collections.abc import Callable
from math import sqrt
from statistics import fmean, stdev

import pytest

from simulators.multimeter.inputs import PICKUP_DC_VOLTS
from tests.simulators.rig import AMPERES, NO_ERRORS, SENSE, VOLTS, Rig

OVERLOAD = 9.9e37
CROSSED = [("calibrator NORMAL HI", "dut LO"), ("calibrator NORMAL LO", "dut HI")]


@pytest.mark.parametrize(
    ("source", "wires", "measure", "expected", "within"),
    [
        ("OUT 10 V", VOLTS, "MEAS:VOLT:DC? 10", 10.0, 1e-5),
        ("OUT -10 V", VOLTS, "MEAS:VOLT:DC? 10", -10.0, 1e-5),
        ("OUT 1000 V", VOLTS, "MEAS:VOLT:DC? 1000", 1000.0, 2e-3),
        ("OUT 0 V", VOLTS, "MEAS:VOLT:DC? 0.1", 0.0, 1.5e-6),
        # 50 Ω into 10 MΩ takes 5 parts in a million of the lowest range.
        ("OUT 100 MV", VOLTS, "MEAS:VOLT:DC? 0.1", 0.1 * (1 - 5e-6), 1.2e-6),
        ("OUT 5 V, 1 KHZ", VOLTS, "MEAS:VOLT:AC? 10", 5.0, 1e-4),
        ("OUT 5 V, 1 KHZ", VOLTS, "MEAS:VOLT:DC? 10", 0.0, 2e-5),
        ("OUT 5 V", VOLTS, "MEAS:VOLT:AC? 10", 0.0, 2e-4),
        ("OUT 5 V, 1 KHZ", VOLTS, "MEAS:FREQ?", 1000.0, 1e-3),
        ("OUT 5 V, 1 KHZ", VOLTS, "MEAS:PER?", 1e-3, 1e-9),
        ("OUT 1 V, 1 KHZ;WAVE SQUARE", VOLTS, "MEAS:VOLT:AC? 1", 0.5, 1e-4),
        ("OUT 1 V, 1 KHZ;WAVE TRI", VOLTS, "MEAS:VOLT:AC? 1", 0.5 / sqrt(3), 1e-4),
        ("OUT 1 V, 1 KHZ;DC_OFFSET 0.5 V", VOLTS, "MEAS:VOLT:DC? 1", 0.5, 5e-5),
        ("OUT 100 MA", AMPERES, "MEAS:CURR:DC? 0.1", 0.1, 1e-6),
        ("OUT 100 MA, 1 KHZ", AMPERES, "MEAS:CURR:AC? 0.1", 0.1, 1e-5),
    ],
)
def test_without_errors_a_meter_reads_what_is_sourced(
    exact: Rig, source: str, wires: list[tuple[str, str]], measure: str, expected: float,
    within: float,
) -> None:  # fmt: skip
    exact.bench.connect(wires)
    exact.source(source)
    assert exact.measure(measure) == pytest.approx(expected, abs=within)


@pytest.mark.parametrize(
    ("measure", "least", "most"),
    [
        ("MEAS:VOLT:DC?", -8 * PICKUP_DC_VOLTS, 8 * PICKUP_DC_VOLTS),
        ("MEAS:VOLT:AC?", 1e-6, 5e-3),
        ("MEAS:CURR:DC? 0.1", -2e-5, 2e-5),
        ("MEAS:RES?", OVERLOAD, OVERLOAD),
        ("MEAS:FRES?", OVERLOAD, OVERLOAD),
        ("MEAS:FREQ?", 0.0, 0.0),
    ],
)
@pytest.mark.parametrize("hookup", ["nothing", "one wire", "standby"])
def test_a_forgotten_hookup_measures_an_open_input(
    rig: Rig, hookup: str, measure: str, least: float, most: float
) -> None:
    wires = {"nothing": [], "one wire": VOLTS[:1], "standby": VOLTS}[hookup]
    rig.bench.connect(wires)
    if hookup == "standby":
        rig.calibrator.write("OUT 5 V")
    else:
        rig.source("OUT 5 V")
    assert least <= rig.measure(measure) <= most


def test_swapped_leads_give_the_negative(exact: Rig) -> None:
    exact.source("OUT 5 V")
    straight = exact.measure("MEAS:VOLT:DC? 10")
    exact.bench.connect(CROSSED)
    assert exact.measure("MEAS:VOLT:DC? 10") == pytest.approx(-straight, abs=2e-5)


def test_four_wires_leave_the_leads_out(exact: Rig) -> None:
    exact.bench.connect(VOLTS + SENSE)
    exact.source("OUT 100 OHM;ZCOMP WIRE4")
    two, four = exact.measure("MEAS:RES? 100"), exact.measure("MEAS:FRES? 100")
    assert four == pytest.approx(100.0, abs=2e-3)
    assert 0.03 < two - four < 0.07


def test_two_wire_compensation_takes_the_leads_out(exact: Rig) -> None:
    sense_at_inputs = [("calibrator AUX HI", "dut HI"), ("calibrator AUX LO", "dut LO")]
    exact.bench.connect(VOLTS + sense_at_inputs)
    exact.source("OUT 100 OHM;ZCOMP WIRE2")
    assert exact.measure("MEAS:RES? 100") == pytest.approx(100.0, abs=2e-3)


@pytest.mark.parametrize("wires", [VOLTS, VOLTS + SENSE[:1], VOLTS + SENSE])
def test_four_wire_ohms_without_sensing_is_overload(
    exact: Rig, wires: list[tuple[str, str]]
) -> None:
    exact.bench.connect(wires)
    exact.source("OUT 100 OHM")  # ZCOMP NONE: the calibrator does not use its AUX terminals
    assert exact.measure("MEAS:FRES? 100") == OVERLOAD


@pytest.mark.parametrize(
    ("source", "wires", "measure", "overload"),
    [
        ("OUT 11.9 V", VOLTS, "MEAS:VOLT:DC? 10", False),
        ("OUT 12.1 V", VOLTS, "MEAS:VOLT:DC? 10", True),
        ("OUT 12.1 V", VOLTS, "MEAS:VOLT:DC?", False),
        ("OUT 1010 V", VOLTS, "MEAS:VOLT:DC?", True),
        ("OUT -12.1 V", VOLTS, "MEAS:VOLT:DC? 10", True),
        ("OUT 130 OHM", VOLTS, "MEAS:RES? 100", True),
        ("OUT 5 V", VOLTS, "MEAS:RES?", True),
        ("OUT 5 V", [("calibrator NORMAL HI", "dut 3A"), ("calibrator NORMAL LO", "dut LO")],
         "MEAS:CURR?", True),
        ("OUT 5 A", [("calibrator 20A HI", "dut 10A"), ("calibrator AUX LO", "dut LO")],
         "MEAS:CURR? 10", False),
        ("OUT 5 A", AMPERES, "MEAS:CURR? 10", False),
    ],
)  # fmt: skip
def test_overload(
    rig: Rig, source: str, wires: list[tuple[str, str]], measure: str, *, overload: bool
) -> None:
    rig.bench.connect(wires)
    rig.source(source)
    assert (abs(rig.measure(measure)) == OVERLOAD) is overload


@pytest.mark.parametrize(
    ("volts", "range_"), [(0.05, 0.1), (0.5, 1.0), (5.0, 10.0), (50.0, 100.0), (500.0, 1000.0)]
)
def test_autorange_finds_the_range(rig: Rig, volts: float, range_: float) -> None:
    rig.bench.connect(VOLTS)
    rig.source(f"OUT {volts} V")
    rig.dut.write("CONF:VOLT:DC")
    rig.measure()
    assert float(rig.dut.query("VOLT:RANG?")) == range_


def test_settling_is_seen_by_a_fast_meter(exact: Rig) -> None:
    exact.source("OUT 1 V")
    exact.dut.write("CONF:VOLT:DC 10;:VOLT:NPLC 0.2;ZERO:AUTO OFF")
    exact.calibrator.write("OUT 9 V")
    seen = [exact.measure() for _ in range(6)]
    assert seen == sorted(seen)
    assert 1.0 < seen[0] < 5.0
    exact.calibrator.query("*OPC?")
    assert exact.measure() == pytest.approx(9.0, abs=3e-4)


def test_noise_follows_the_integration_time(exact: Rig) -> None:
    exact.source("OUT 5 V")
    exact.dut.timeout = None
    spread = {}
    for cycles in (0.2, 10.0):
        exact.dut.write(f"CONF:VOLT:DC 10;:VOLT:NPLC {cycles};:SAMP:COUN 400")
        readings = [float(one) for one in exact.dut.query("READ?").split(",")]
        assert fmean(readings) == pytest.approx(5.0, abs=1e-5)
        spread[cycles] = stdev(readings)
    # 0.3 of the resolution factor times the range, in quadrature with the calibrator's 1 µV.
    assert spread[0.2] == pytest.approx(sqrt(30.0**2 + 1) * 1e-6, rel=0.15)
    assert spread[10.0] == pytest.approx(sqrt(3.0**2 + 1) * 1e-6, rel=0.15)


def _run(rig: Rig) -> list[float]:
    rig.bench.connect(VOLTS)
    rig.source("OUT 5 V")
    return [rig.measure("MEAS:VOLT:DC? 10") for _ in range(10)]


def test_the_same_seed_gives_the_same_readings(rig_of: Callable[..., Rig]) -> None:
    first, again, other = (_run(rig_of(seed=seed)) for seed in (3, 3, 4))
    assert first == again
    assert not set(first) & set(other)


def test_errors_add_up(rig_of: Callable[..., Rig]) -> None:
    rig = rig_of()
    rig.bench.connect(VOLTS)
    rig.source("OUT 10 V")
    applied = rig.bench.actual_output("calibrator", "dc-voltage", 10.0)
    error = rig.bench.true_error("dut", "dc-voltage", 10.0, range_=10.0)
    readings = [rig.measure("MEAS:VOLT:DC? 10") for _ in range(30)]
    assert fmean(readings) == pytest.approx(applied + error, abs=3e-6)


def test_a_fault_set_by_hand_shows(rig_of: Callable[..., Rig]) -> None:
    rig = rig_of(
        calibrator=NO_ERRORS,
        dut=NO_ERRORS | {"dc-voltage": {"gain_ppm": 300.0, "offset_ppm_of_range": 20.0}},
    )
    rig.bench.connect(VOLTS)
    rig.source("OUT 5 V")
    assert rig.measure("MEAS:VOLT:DC? 10") == pytest.approx(5.0 + 1.5e-3 + 2e-4, abs=2e-5)
    assert rig.bench.true_error("dut", "dc-voltage", 5.0, range_=10.0) == pytest.approx(1.7e-3)


@pytest.mark.parametrize("seed", range(20))
def test_drawn_errors_keep_the_specification(rig_of: Callable[..., Rig], seed: int) -> None:
    rig = rig_of(seed=seed)
    for volts in (-10.0, 0.0, 3.0, 10.0):
        output = rig.bench.actual_output("calibrator", "dc-voltage", volts) - volts
        assert abs(output) <= 0.6 * (12e-6 * abs(volts) + 20e-6)
        error = rig.bench.true_error("dut", "dc-voltage", volts, range_=10.0)
        assert abs(error) <= 0.6 * (35e-6 * abs(volts) + 50e-6)


def test_temperature_shifts_the_readings(rig_of: Callable[..., Rig]) -> None:
    means = []
    for celsius in (23.0, 28.0):
        rig = rig_of(celsius=celsius)
        rig.bench.connect(VOLTS)
        rig.source("OUT 10 V")
        means.append(fmean(rig.measure("MEAS:VOLT:DC? 10") for _ in range(40)))
    shift = abs(means[1] - means[0])
    # Five kelvin, at most 3 % of the relative specification a kelvin, from both instruments.
    assert 2e-6 < shift <= 5 * 0.03 * (12e-6 + 35e-6) * 10.0 + 2e-6


def test_thermal_voltage_drifts_slowly(exact: Rig) -> None:
    exact.source("OUT 0 V")
    exact.dut.timeout = None
    exact.dut.write("CONF:VOLT:DC 0.1;:VOLT:NPLC 100;:SAMP:COUN 20")
    hour = []
    for _ in range(8):
        hour.append(fmean(float(one) for one in exact.dut.query("READ?").split(",")))
        exact.clock.sleep(180.0)
    assert max(abs(one) for one in hour) < 1.5e-6
    assert 1e-8 < max(hour) - min(hour) < 3e-7


def test_high_impedance_does_not_load_the_source(exact: Rig) -> None:
    exact.source("OUT 100 MV")
    exact.dut.write("CONF:VOLT:DC 0.1;:VOLT:NPLC 100;IMP:AUTO ON")
    assert exact.measure() == pytest.approx(0.1, abs=5e-7)
