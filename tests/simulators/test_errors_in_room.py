"""True errors made larger by a factor, and true errors and outputs in the room as it is."""

from datetime import UTC, datetime

import pytest

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.errors import UnknownName
from simulators.world import Air


def made(celsius: float = 23.0, **errors: dict[str, float]) -> SimulatedBench:
    specs = [
        InstrumentSpec("dut", "keysight-34461a", "1", errors),
        InstrumentSpec("calibrator", "fluke-5522a", "2"),
    ]
    clock = VirtualClock(datetime(2026, 1, 1, tzinfo=UTC))
    return build(specs, seed=5, air=Air(celsius=celsius), clock=clock)


def test_times_makes_all_that_was_drawn_larger() -> None:
    one, three = made(), made(**{"dc-voltage": {"times": 3.0}})
    for volts, range_ in ((10.0, 10.0), (5.0, 10.0), (0.0, 1.0)):
        drawn = one.true_error("dut", "dc-voltage", volts, range_=range_)
        larger = three.true_error("dut", "dc-voltage", volts, range_=range_)
        assert larger == pytest.approx(3.0 * drawn, rel=1e-12)
        assert drawn != 0.0


def test_times_is_known_for_frequency_and_offset_is_not() -> None:
    made(frequency={"times": 2.0})
    with pytest.raises(UnknownName, match="offset_ppm_of_range"):
        made(frequency={"offset_ppm_of_range": 2.0})


def test_the_room_changes_errors_and_outputs() -> None:
    cool, warm = made(23.0), made(28.0)

    def known(bench: SimulatedBench) -> float:
        return bench.true_error("dut", "dc-voltage", 10.0, range_=10.0)

    def here(bench: SimulatedBench) -> float:
        return bench.error_in_room("dut", "dc-voltage", 10.0, range_=10.0)

    assert here(cool) == known(cool) == known(warm)
    assert here(warm) != here(cool)
    setting = ("calibrator", "dc-voltage", 10.0)
    assert cool.output_in_room(*setting) == cool.actual_output(*setting)
    change = warm.output_in_room(*setting) - cool.output_in_room(*setting)
    # At most 3 % of the relative specification (12 ppm) for each of five kelvin.
    assert 0.0 < abs(change) <= 5 * 0.03 * 12e-6 * 10.0


def test_who_measures_nothing_has_no_error_in_the_room() -> None:
    with pytest.raises(UnknownName, match="Erring"):
        made().error_in_room("calibrator", "dc-voltage", 1.0, range_=1.0)
