"""The simulated hand-held multimeter: its switch, its digits, and what it does wrong."""

import math

import pytest

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.errors import UnknownName
from simulators.hand_held.build import POSITIONS
from simulators.world import Air

CALIBRATOR = InstrumentSpec("calibrator", "fluke-5522a", "1972905")
VOLTS = [("calibrator NORMAL HI", "dut HI"), ("calibrator NORMAL LO", "dut LO")]
MILLIAMPERES = [("calibrator AUX HI", "dut mA"), ("calibrator AUX LO", "dut LO")]
AMPERES = [("calibrator AUX HI", "dut A"), ("calibrator AUX LO", "dut LO")]


def world(**errors: dict[str, float]) -> SimulatedBench:
    named = {function.replace("_", "-"): given for function, given in errors.items()}
    meter = InstrumentSpec("dut", "hand-held-multimeter", "H-1", named)
    return build([CALIBRATOR, meter], seed=3, air=Air(), clock=VirtualClock())


def applied(bench: SimulatedBench, command: str, position: str, wires: object = VOLTS) -> float:
    """Return what the display shows with `command`'s output applied."""
    bench.turn("dut", position)
    bench.connect(wires)  # type: ignore[arg-type]  # one of the lists above
    bench.panel("calibrator").receive(f"OUT {command};OPER".encode())
    bench.world.clock.sleep(10.0)
    sight = bench.look("dut")
    assert not sight.analogue
    return sight.value


NO_ERROR = {
    name: {"gain_ppm": 0.0, "offset_ppm_of_range": 0.0}
    for name in ("dc_voltage", "ac_voltage", "dc_current", "ac_current", "resistance")
} | {"frequency": {"gain_ppm": 0.0}}

SHOWN = [
    pytest.param("5 V, 0 HZ", "dc-voltage 20", VOLTS, 5.0, 0.001, id="5 V"),
    pytest.param("-5 V, 0 HZ", "dc-voltage 20", VOLTS, -5.0, 0.001, id="-5 V"),
    pytest.param("5 V, 0 HZ", "dc-voltage 200", VOLTS, 5.0, 0.01, id="5 V, a range too high"),
    pytest.param("1000 V, 0 HZ", "dc-voltage 1000", VOLTS, 1000.0, 0.1, id="1000 V"),
    pytest.param("190 MV, 0 HZ", "dc-voltage 0.2", VOLTS, 0.19, 1e-5, id="190 mV"),
    pytest.param("10 V, 50 HZ", "ac-voltage 20", VOLTS, 10.0, 0.001, id="10 V, 50 Hz"),
    pytest.param("1 V, 1 KHZ", "frequency 20", VOLTS, 1000.0, 0.1, id="1 kHz"),
    pytest.param("1 V, 50 HZ", "frequency 20", VOLTS, 50.0, 0.01, id="50 Hz, finer"),
    pytest.param("10 MA, 0 HZ", "dc-current 0.02", MILLIAMPERES, 0.01, 1e-6, id="10 mA"),
    pytest.param("2 A, 0 HZ", "dc-current 10", AMPERES, 2.0, 0.001, id="2 A"),
    pytest.param("10 MA, 1 KHZ", "ac-current 0.02", MILLIAMPERES, 0.01, 1e-6, id="10 mA AC"),
    pytest.param("10 KOHM", "resistance 20000", VOLTS, 1e4, 1.0, id="10 kΩ"),
]


@pytest.mark.parametrize(("command", "position", "wires", "true", "digit"), SHOWN)
def test_it_shows_what_is_applied_in_its_digits(
    command: str, position: str, wires: object, true: float, digit: float
) -> None:
    shown = applied(world(**NO_ERROR), command, position, wires)
    assert shown == pytest.approx(true, abs=1.01 * digit)
    assert shown / digit == pytest.approx(round(shown / digit), abs=1e-6)


OVERLOADS = [
    pytest.param("2 V, 0 HZ", "dc-voltage 2", VOLTS, math.inf, id="it ends at 1.9999 V"),
    pytest.param("-5 V, 0 HZ", "dc-voltage 2", VOLTS, -math.inf, id="below"),
    pytest.param("10 KOHM", "resistance 2000", VOLTS, math.inf, id="10 kΩ in 2 kΩ"),
]


@pytest.mark.parametrize(("command", "position", "wires", "shown"), OVERLOADS)
def test_beyond_its_digits_it_shows_overload(
    command: str, position: str, wires: object, shown: float
) -> None:
    assert applied(world(**NO_ERROR), command, position, wires) == shown


def test_a_current_at_the_wrong_terminal_is_not_seen() -> None:
    bench = world(**NO_ERROR)
    assert applied(bench, "10 MA, 0 HZ", "dc-current 0.02", AMPERES) == 0.0


def test_its_errors_are_those_it_tells_a_test() -> None:
    bench = world()
    shown = applied(bench, "19 V, 0 HZ", "dc-voltage 20")
    true = bench.actual_output("calibrator", "dc-voltage", 19.0)
    error = bench.true_error("dut", "dc-voltage", true, range_=20.0)
    assert abs(error) > 1e-3
    assert shown - true == pytest.approx(error, abs=0.6e-3)


def test_a_switch_has_its_positions_and_no_others() -> None:
    bench = world()
    assert len(POSITIONS) == 5 + 5 + 4 + 4 + 6 + 5 + 4
    for position in POSITIONS:
        bench.turn("dut", position)
    with pytest.raises(UnknownName, match="did you mean 'dc-voltage 2'"):
        bench.turn("dut", "dc-voltage 21")
