"""Readouts with a probe of their own: where it is, what they show of it, how far that is off."""

import pytest

from simulators.bench import InstrumentSpec
from simulators.errors import UnknownName, WrongSpecification
from simulators.physics.platinum import CallendarVanDusen, celsius_of
from tests.simulators.temperature_rig import TemperatureBench, bench_with

WELL = InstrumentSpec("well", "fluke-9144", "2")
TIMES = {"temperature": {"times": 2.0}}
OFF = {"R0": 100.05, "A": 3.91e-3, "B": -5.775e-7}
DRAWN = {"C": -4.183e-12}


def hot(spec: InstrumentSpec, seed: int = 5) -> TemperatureBench:
    rig = bench_with(spec, WELL, seed=seed)
    rig.bench.connect([(f"{spec.name} TIP", "well HOLE 1")])
    rig.say("well", "SOUR:SPO 200;:OUTP:STAT 1")
    rig.clock.sleep(4 * 3600.0)
    return rig


def shown(rig: TemperatureBench) -> float:
    return float(rig.ask("it", "T").partition(":")[2].split()[0])


def true(rig: TemperatureBench) -> float:
    from simulators.fluke_914x.well import Well

    return rig.bench.physics("well", Well).block.holes["HOLE 1"].celsius(rig.now)


@pytest.mark.parametrize("constants", [OFF, DRAWN], ids=["stated", "drawn"])
def test_a_readout_shows_its_own_probe_with_the_error_it_says(constants: dict[str, float]) -> None:
    rig = hot(InstrumentSpec("it", "fluke-1502a", "1", constants=constants))
    error = rig.bench.true_error("it", "temperature", 200.0, range_=0.0)
    assert abs(error) > 0.01
    assert shown(rig) - true(rig) == pytest.approx(error, abs=0.02)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("isotech-millik", "SENSE:CHANNEL 1;SENSE:RESISTANCE:RANGE 460;READ?"),
        ("fluke-1595a", "FETC? 1"),
    ],
)
def test_a_readout_of_ohms_knows_what_its_probe_is_off(model: str, message: str) -> None:
    rig = hot(InstrumentSpec("it", model, "1", constants=OFF))
    error = rig.bench.true_error("it", "temperature", 200.0, range_=0.0)
    if model == "fluke-1595a":
        rig.say("it", "CALC1:TYPE RES")
        rig.clock.sleep(5.0)
    ohms = float(rig.ask("it", message).partition(",")[0])
    departure = celsius_of(CallendarVanDusen(), ohms) - true(rig)
    assert departure == pytest.approx(error, abs=0.02)
    cold = CallendarVanDusen(**{name.lower(): value for name, value in OFF.items()}).ohms(200.0)
    unheated = celsius_of(CallendarVanDusen(), cold) - 200.0
    assert error - unheated == pytest.approx(0.0088, abs=2e-3)  # 50 K/W · (1 mA)² · 176 Ω


def test_times_enlarges_what_was_drawn() -> None:
    plain, doubled = (
        bench_with(InstrumentSpec("it", "isotech-millik", "1", errors, DRAWN)).bench.true_error(
            "it", "temperature", 100.0, range_=0.0
        )
        for errors in ({}, TIMES)
    )
    heated = 50.0 * 1e-6 * 138.5  # K; its current heats it no more than before
    assert doubled - heated == pytest.approx(2.0 * (plain - heated), rel=0.02)


def test_without_a_probe_it_is_open_and_knows_no_temperature() -> None:
    rig = bench_with(InstrumentSpec("it", "isotech-millik", "1"))
    assert rig.say("it", "SENSE:CHANNEL 1;READ?") in ([], ["9.9E37\n"])
    with pytest.raises(WrongSpecification, match="no probe of its own"):
        rig.bench.true_error("it", "temperature", 100.0, range_=0.0)


@pytest.mark.parametrize(
    ("constants", "errors", "fault"),
    [
        pytest.param({"R0": 100.0, "RTPW": 100.0}, {}, "two kinds", id="two kinds"),
        pytest.param({"RTPW": 100.0}, TIMES, "only of an industrial", id="standard"),
        pytest.param(
            {"R0": 100.0}, {"temperature": {"gain_ppm": 1.0}}, "`times`", id="other error"
        ),
    ],
)
def test_what_a_probe_cannot_be(
    constants: dict[str, float], errors: dict[str, dict[str, float]], fault: str
) -> None:
    with pytest.raises(WrongSpecification, match=fault):
        bench_with(InstrumentSpec("it", "fluke-1502a", "1", errors, constants))


@pytest.mark.parametrize("model", ["fluke-1502a", "fluke-1594a", "isotech-millik"])
def test_an_unknown_constant_is_refused(model: str) -> None:
    with pytest.raises(UnknownName, match="'R00'"):
        bench_with(InstrumentSpec("it", model, "1", constants={"R00": 1.0}))
