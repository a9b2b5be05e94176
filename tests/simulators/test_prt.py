"""Probes: what is true of them, where they are, and what a meter finds at their wires."""

from math import exp

import pytest

from simulators.artefacts.prt.specification import KINDS
from simulators.bench import InstrumentSpec
from simulators.errors import UnknownName
from simulators.physics.platinum import CallendarVanDusen, Its90, slope
from tests.simulators.rig import NO_ERRORS
from tests.simulators.temperature_rig import ENDS, EXACT, bench_with

SPRT = {"RTPW": 25.4987, "A4": -1.3e-4, "B4": 2e-6, "A7": -1.9e-4, "B7": -1.1e-5, "C7": 1e-6}


def test_its_true_coefficients_are_stated() -> None:
    rig = bench_with(
        InstrumentSpec("s", "sprt", "1", constants=SPRT),
        InstrumentSpec("i", "pt100", "2", constants={"R0": 100.04, "A": 3.9e-3}),
    )
    assert rig.probe("s").curve == Its90(25.4987, (-1.3e-4, 2e-6), (-1.9e-4, -1.1e-5, 1e-6, 0.0))
    industrial = rig.probe("i").curve
    assert isinstance(industrial, CallendarVanDusen)
    assert (industrial.r0, industrial.a, industrial.c) == (100.04, 3.9e-3, -4.183e-12)


@pytest.mark.parametrize(("model", "name"), [("prt", "RTP"), ("pt100", "A8"), ("sprt", "R0")])
def test_an_unknown_constant_is_refused(model: str, name: str) -> None:
    with pytest.raises(UnknownName, match=f"constant of .* {name!r}: (did you mean|known are)"):
        bench_with(InstrumentSpec("prt", model, "1", constants={name: 1.0}))


@pytest.mark.parametrize("seed", range(10))
def test_a_drawn_pt100_keeps_class_b(seed: int) -> None:
    curve = bench_with(InstrumentSpec("prt", "pt100", "1"), seed=seed).probe().curve
    ideal = CallendarVanDusen()
    for celsius in (-100.0, 0.0, 100.0, 400.0):
        off = (curve.ohms(celsius) - ideal.ohms(celsius)) / slope(ideal, celsius)
        assert 1e-6 < abs(off) <= 0.3 + 0.005 * abs(celsius)


def test_a_probe_has_no_panel_and_lies_in_the_room() -> None:
    rig = bench_with(InstrumentSpec("prt", "prt", "1"), celsius=21.5)
    assert "prt" not in rig.bench.panels
    assert rig.probe().celsius(rig.now) == 21.5


def test_it_follows_its_place_with_its_time_constant() -> None:
    rig = bench_with(InstrumentSpec("prt", "prt", "1"), InstrumentSpec("well", "fluke-9144", "2"))
    rig.say("well", "SOUR:SPO 200;:OUTP:STAT 1")
    rig.clock.sleep(3 * 3600.0)
    rig.bench.connect([("prt TIP", "well HOLE 1")])
    moved, constant = rig.now, KINDS["prt"].time_constant
    rig.clock.sleep(600.0)  # nobody looks in between: it was moved all the same
    warm = rig.probe().celsius(rig.now)
    assert warm == pytest.approx(200.0, abs=0.5)
    probe = rig.probe()
    for age in (0.0, 5.0, 20.0):
        left = (23.0 - warm) * exp(-age / constant)
        assert probe.celsius(moved + age) - warm == pytest.approx(left, abs=0.1)
    rig.bench.disconnect()
    rig.clock.sleep(10 * constant)
    assert probe.celsius(rig.now) == pytest.approx(23.0, abs=0.02)


def test_wires_laid_anew_leave_it_where_it_is() -> None:
    rig = bench_with(InstrumentSpec("prt", "prt", "1"), InstrumentSpec("well", "fluke-9144", "2"))
    rig.say("well", "SOUR:SPO 200;:OUTP:STAT 1")
    rig.bench.connect([("prt TIP", "well HOLE 1")])
    rig.clock.sleep(3 * 3600.0)
    before = rig.probe().celsius(rig.now)
    rig.bench.connect([("prt TIP", "well HOLE 1")])
    assert rig.probe().celsius(rig.now) == before


def test_a_multimeter_finds_its_resistance_and_its_own_heating() -> None:
    rig = bench_with(
        InstrumentSpec("prt", "prt", "1"), InstrumentSpec("dut", "keysight-34461a", "2", NO_ERRORS)
    )
    rig.bench.connect([(f"prt {end}", f"dut {end}") for end in ENDS])
    probe = rig.probe()
    heated = probe.ohms(0.0) + 1e-6 * probe.heating(0.0)
    assert 5e-4 < heated - probe.ohms(0.0) < 3e-3
    readings = [float(rig.ask("dut", "MEAS:FRES? 1000")) for _ in range(20)]
    assert sum(readings) / 20 == pytest.approx(heated, abs=1e-3)
    two = float(rig.ask("dut", "MEAS:RES? 1000"))
    assert 0.02 < two - heated < 0.08


@pytest.mark.parametrize(
    ("readout", "terminals", "message"),
    [
        ("fluke-1594a", "CH1", "FETC? 1"),
        ("isotech-millik", "CH1", "SENSE:CHANNEL 1;READ?"),
    ],
)
def test_half_wired_it_is_open(readout: str, terminals: str, message: str) -> None:
    rig = bench_with(InstrumentSpec("prt", "prt", "1"), InstrumentSpec("it", readout, "2", EXACT))
    rig.bench.connect([(f"prt {end}", f"it {terminals} {end}") for end in ENDS[:2]])
    assert rig.say("it", message) in ([], ["9.9E37\n"])
