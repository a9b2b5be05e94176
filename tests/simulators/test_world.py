"""Terminals and wires."""

import pytest

from simulators.bench import InstrumentSpec, build, models
from simulators.clock import VirtualClock
from simulators.errors import UnknownName, WrongSpecification
from simulators.world import Air
from tests.simulators.rig import VOLTS, bench_of


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("calibrator NORMAL HIGH", "calibrator NORMAL HI"),
        ("calibrator AUX HIGH", "calibrator AUX HI"),
        ("dut SENSE-HI", "dut SENSE HI"),
        ("DUT HI", "dut HI"),
    ],
)
def test_an_unknown_terminal_names_the_nearest(typed: str, nearest: str) -> None:
    bench = bench_of(VirtualClock())
    with pytest.raises(UnknownName, match=f"did you mean '{nearest}'"):
        bench.world.connect([(typed, "dut LO")])


def test_wires_add_up_and_the_operator_replaces_them() -> None:
    bench = bench_of(VirtualClock())
    bench.world.connect(VOLTS[:1])
    bench.world.connect(VOLTS[1:])
    assert bench.world.connections == tuple(VOLTS)
    bench.connect([("dut HI", "dut LO")])
    assert bench.world.connections == (("dut HI", "dut LO"),)
    bench.disconnect()
    assert bench.world.connections == ()


def test_a_wrong_hookup_leaves_the_old_one() -> None:
    bench = bench_of(VirtualClock())
    bench.connect(VOLTS)
    with pytest.raises(UnknownName):
        bench.connect([VOLTS[0], ("calibrator NORMAL LO", "dut L")])
    assert bench.world.connections == tuple(VOLTS)


def test_wires_lead_on_through_other_terminals() -> None:
    bench = bench_of(VirtualClock())
    bench.connect([*VOLTS, ("dut HI", "dut SENSE HI")])
    assert bench.world.paths("dut SENSE HI", "dut SENSE LO") == ()
    longer = bench.world.paths("dut SENSE HI", "dut LO")[0].ohms
    assert longer > bench.world.paths("dut HI", "dut LO")[0].ohms


def test_a_lead_is_the_same_one_when_laid_again() -> None:
    bench = bench_of(VirtualClock())
    found = []
    for _ in range(2):
        bench.connect(VOLTS)
        found.append(bench.world.paths("dut HI", "dut LO")[0])
        bench.disconnect()
    assert found[0] == found[1]


def _build(*specs: InstrumentSpec) -> None:
    build(specs, seed=1, air=Air(), clock=VirtualClock())


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (InstrumentSpec("dut", "keysight-34461", "1"), "did you mean 'keysight-34461a'"),
        (InstrumentSpec("dut", "keysight-34461a", "1", {"dc-volts": {}}), "'dc-voltage'"),
        (InstrumentSpec("dut", "keysight-34461a", "1", {"resistance": {"gain": 1.0}}), "gain_ppm"),
        (InstrumentSpec("dut", "keysight-34461a", "1",
                        {"frequency": {"offset_ppm_of_range": 1.0}}), "gain_ppm"),
    ],
)  # fmt: skip
def test_a_bench_that_cannot_be_built(spec: InstrumentSpec, message: str) -> None:
    with pytest.raises(UnknownName, match=message):
        _build(spec)


def test_two_instruments_of_one_name() -> None:
    with pytest.raises(WrongSpecification, match="'dut'"):
        _build(*[InstrumentSpec("dut", model, "1") for model in models()])


def test_models_are_known_by_name() -> None:
    assert set(models()) >= {"fluke-5522a", "keysight-34461a"}
