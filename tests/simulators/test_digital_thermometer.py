"""A digital thermometer: where its probe lies, what its display shows."""

from math import exp

import pytest

from simulators.artefacts.digital_thermometer import DigitalThermometer
from simulators.bench import InstrumentSpec
from simulators.errors import UnknownName
from simulators.physics.functions import Function
from tests.simulators.temperature_rig import TemperatureBench, bench_with

WELL = InstrumentSpec("well", "fluke-9144", "2")


def thermometer(**constants: float) -> InstrumentSpec:
    errors = {"temperature": {"gain_ppm": 0.0, "offset_ppm_of_range": 1500.0}}  # 0.3 K of 200
    return InstrumentSpec("dut", "thermometer", "1", errors, constants)


def seen(rig: TemperatureBench) -> float:
    return rig.bench.look("dut").value


def test_it_shows_the_room_with_its_error_and_resolution() -> None:
    rig = bench_with(thermometer(), celsius=21.52)
    assert seen(rig) == pytest.approx(21.8)
    assert not rig.bench.look("dut").analogue
    fine = bench_with(thermometer(resolution=0.01), celsius=21.52)
    assert seen(fine) == pytest.approx(21.82)


def test_it_follows_its_place_with_its_time_constant() -> None:
    rig = bench_with(thermometer(resolution=0.001, time_constant=20.0), WELL)
    rig.say("well", "SOUR:SPO 200;:OUTP:STAT 1")
    rig.clock.sleep(3 * 3600.0)
    rig.bench.connect([("dut TIP", "well HOLE 1")])
    rig.clock.sleep(20.0)
    hot = rig.bench.actual_output("well", "temperature", 200.0)
    assert seen(rig) - 0.3 == pytest.approx(hot + (23.0 - hot) * exp(-1.0), abs=0.2)
    rig.clock.sleep(400.0)
    assert seen(rig) - 0.3 == pytest.approx(hot, abs=0.2)


@pytest.mark.parametrize("seed", range(6))
def test_a_drawn_one_keeps_its_limit(seed: int) -> None:
    spec = InstrumentSpec("dut", "thermometer", "1", constants={"limit": 0.5})
    rig = bench_with(spec, seed=seed)
    it = rig.bench.physics("dut", DigitalThermometer)
    errors = [it.true_error(Function.TEMPERATURE, float(t), range_=0.0) for t in range(-40, 201, 8)]
    assert 1e-3 < max(map(abs, errors)) <= 0.5


def test_an_unknown_constant_is_refused() -> None:
    with pytest.raises(UnknownName, match="did you mean 'resolution'"):
        bench_with(thermometer(resolutoin=0.1))
