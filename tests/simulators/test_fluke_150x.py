"""The 1502A and 1504 readouts, line by line, from the fact sheet."""

import random
from statistics import fmean, pstdev

import pytest

from simulators.bench import InstrumentSpec
from simulators.fluke_150x.readout import Readout
from simulators.panel import Outspoken
from simulators.physics.functions import Function
from simulators.physics.platinum import Its90
from tests.simulators.temperature_rig import EXACT, TemperatureBench, bench_with, four_wires


def readout(
    model: str = "fluke-1502a", probe: str = "prt", *, wired: bool = True, **more: object
) -> TemperatureBench:
    rig = bench_with(
        InstrumentSpec("it", model, "B2345", EXACT),
        InstrumentSpec("prt", probe, "1", **more),  # type: ignore[arg-type]  # passed through as they came
    )
    if wired:
        rig.bench.connect(four_wires("prt", "it PROBE"))
    return rig


@pytest.fixture
def it() -> TemperatureBench:
    return readout(probe="pt100", constants={"R0": 100.0, "A": 3.9083e-3, "B": -5.775e-7})


@pytest.mark.parametrize(
    ("message", "reply"),
    [
        ("*VER", "ver.1502A,1.30"),
        ("*IDN?", "HART,1502A,B2345,1.30"),
        ("idn?", "HART,1502A,B2345,1.30"),
        ("SA", "sa: 0"),
        ("PR", "pr: R"),
        ("R0", "r0: 100"),
        ("AL", "al: 0.00385055"),
        ("A11", "a11: 0"),
        ("FI", "fi: 0"),
        ("CU", "cu: 1"),
        ("ST", "st: OFF"),
        ("CL", "cl: 00:00:00"),
        ("DU", "dupl:HALF"),
    ],
)
def test_replies(it: TemperatureBench, message: str, reply: str) -> None:
    assert it.say("it", message) == [f"{reply}\n"]


@pytest.mark.parametrize("message", ["T", "t", " T "])
def test_a_reading_has_eight_characters_and_a_unit(it: TemperatureBench, message: str) -> None:
    (reply,) = it.say("it", message)
    assert reply.startswith("t:   23.0")
    assert reply.endswith(" C\n")
    assert len(reply) == len("t: nnnn.nnn u\n")


@pytest.mark.parametrize(
    ("unit", "value"), [("C", 23.005), ("F", 73.41), ("K", 296.155), ("O", 108.961)]
)
def test_units(it: TemperatureBench, unit: str, value: float) -> None:
    it.say("it", f"U={unit}")
    digits, shown = it.ask("it", "T")[3:].split()
    assert shown == unit
    assert float(digits) == pytest.approx(value, abs=0.003)


@pytest.mark.parametrize("message", ["F", "FETC?", "FETCH?"])
def test_fetch_is_the_value_alone(it: TemperatureBench, message: str) -> None:
    assert float(it.ask("it", message)) == pytest.approx(23.005, abs=0.002)


def test_the_time_stamp(it: TemperatureBench) -> None:
    it.say("it", "ST=ON")
    it.say("it", "CL=12:34:50")
    it.clock.sleep(12.0)
    assert it.ask("it", "T").endswith(" C 12:35:02")
    it.say("it", "ST=OF")
    assert it.ask("it", "T").endswith(" C")


@pytest.mark.parametrize(
    ("message", "seconds"), [("SA=10", 10), ("SA=1:30", 90), ("SA=0:2:5", 125), ("SA=0", 0)]
)
def test_sample_period(it: TemperatureBench, message: str, seconds: int) -> None:
    assert it.say("it", message) == []
    assert it.ask("it", "SA") == f"sa: {seconds}"


def test_samples_come_unasked_with_the_stamp(it: TemperatureBench) -> None:
    panel = it.bench._built["it"].panel
    assert isinstance(panel, Outspoken)
    it.say("it", "ST=ON")
    it.say("it", "SA=2")
    it.clock.sleep(5.0)
    lines = [reply.payload for reply in panel.unasked()]
    assert [line[-9:] for line in lines] == [b"00:00:02\n", b"00:00:04\n"]


@pytest.mark.parametrize(
    "message", ["SA=25:00:00", "SA=-1", "U=X", "U=", "PR=68", "R0=x", "FI=61", "CU=5", "CO=1e9"]
)
def test_what_it_does_not_take_is_silence(it: TemperatureBench, message: str) -> None:
    assert it.say("it", message) == []


@pytest.mark.parametrize(
    ("setting", "ohms", "celsius"),
    [((), 138.5055, 100.0), ((), 60.2558, -100.0), (("R0=25",), 25.0, 0.0)],
)
def test_the_conversion_can_be_tried(
    it: TemperatureBench, setting: tuple[str, ...], ohms: float, celsius: float
) -> None:
    for one in setting:
        it.say("it", one)
    assert float(it.ask("it", f"CO={ohms}")) == pytest.approx(celsius, abs=0.002)


def test_with_the_probes_coefficients_it_reads_the_truth() -> None:
    stated = {"RTPW": 99.9876, "A4": -1.1e-4, "B4": 3e-6, "A8": -2.2e-4, "B8": -1.4e-5}
    rig = readout(constants=stated)
    wrong = float(rig.ask("it", "F"))
    for line in ("PR=90", "R0=99.9876", "A4=-1.1E-4", "B4=3e-6", "A8=-2.2e-4", "B8=-1.4e-5"):
        assert rig.say("it", line) == []
    heated = 99.9876 * 0.004 * 30.0 * 1e-6 / 0.4 * 100.0  # K: 30 K/W at 1 mA, roughly
    right = float(rig.ask("it", "F"))
    assert right == pytest.approx(23.0 + heated, abs=0.004)
    assert abs(wrong - right) > 0.1
    curve = rig.probe().curve
    assert isinstance(curve, Its90)
    shown = float(rig.ask("it", f"CO={curve.ohms(200.0):.6f}"))
    assert shown == pytest.approx(200.0, abs=6e-4)


def test_an_open_input_shows_no_number() -> None:
    rig = readout(wired=False)
    assert rig.ask("it", "T") == "t: -------- C"
    with pytest.raises(ValueError, match="could not convert"):
        float(rig.ask("it", "F"))


def test_one_sample_a_second(it: TemperatureBench) -> None:
    it.say("it", "U=O")
    physics = it.bench.physics("it", Readout)
    assert physics.ohms(0.1) == physics.ohms(0.9)
    assert physics.ohms(1.1) != physics.ohms(0.9)


def test_a_filter_lessens_the_noise_and_lags(it: TemperatureBench) -> None:
    physics = it.bench.physics("it", Readout)
    spread = {}
    for seconds in (0, 30):
        it.say("it", f"FI={seconds}")
        seen = [physics.ohms(float(second)) or 0.0 for second in range(1000)]
        assert fmean(seen) == pytest.approx(108.961, abs=2e-3)
        spread[seconds] = pstdev(seen)
    assert spread[0] == pytest.approx(1e-6 * 109.0, rel=0.1)
    assert spread[30] < 0.2 * spread[0]


@pytest.mark.parametrize("seed", range(6))
def test_drawn_errors_keep_the_sheet(seed: int) -> None:
    rig = bench_with(InstrumentSpec("it", "fluke-1502a", "1"), seed=seed)
    physics = rig.bench.physics("it", Readout)
    for ohms, kelvin_limit, ohms_per_kelvin in ((100.0, 0.006, 0.391), (313.7, 0.024, 0.321)):
        error = physics.true_error(Function.RESISTANCE, ohms, range_=500.0)
        assert 0.0 < abs(error) / ohms_per_kelvin <= kelvin_limit


def test_the_1504_reads_a_thermistor() -> None:
    stated = {"B0": 8.5e-4, "B1": 2.59e-4, "B2": 0.0, "B3": 1.5e-7}
    rig = readout("fluke-1504", "thermistor", constants=stated)
    for name, value in stated.items():
        rig.say("it", f"{name}={value}")
    assert float(rig.ask("it", "F")) == pytest.approx(23.0, abs=0.003)
    assert rig.ask("it", "*IDN?").startswith("HART,1504,")
    rig.say("it", "U=O")
    assert float(rig.ask("it", "F")) == pytest.approx(rig.probe().ohms(0.0), rel=1e-4)


def test_absurd_coefficients_break_nothing() -> None:
    chance = random.Random(4)
    rig = readout()
    names = ("R0", "AL", "DE", "BE", "A4", "B4", "A7", "B7", "C7", "D6", "A6")
    for _ in range(200):
        rig.say("it", f"PR={chance.choice(('90', 'r'))}")
        rig.say("it", f"{chance.choice(names)}={chance.choice((0, -1, 1e9, -1e9, 1e-9, 'inf'))}")
        rig.clock.sleep(1.0)
        assert rig.say("it", "T")[0].startswith("t: ")
