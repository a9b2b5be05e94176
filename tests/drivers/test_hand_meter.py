"""A hand-held multimeter: what a person is asked to turn and to read, and that it is so shown."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from drivers.by_hand.meter import READ, TURN, HandHeldMultimeter
from drivers.capabilities import Identity, Reading, Wires
from drivers.catalogue import connect
from drivers.errors import BadSetting, InstrumentRefused, NotConfigured
from drivers.person import PERSON, Doing, Sought
from simulators.clock import VirtualClock


@dataclass
class Somebody:
    """Who does what they are asked, and remembers it."""

    done: list[Doing] = field(default_factory=list)
    sought: list[Sought] = field(default_factory=list)

    def read(self, sought: Sought) -> Reading:
        self.sought.append(sought)
        return Reading(5.0 * sought.factor, f"5.000 {sought.unit}")

    def do(self, doing: Doing) -> None:
        self.done.append(doing)


def meter(person: Somebody, **settings: Any) -> HandHeldMultimeter:
    made = connect(
        "hand-held-multimeter", "dut", PERSON, serial="H-1", clock=VirtualClock(),
        manager=lambda: pytest.fail("no library is needed"), settings=settings, person=person,
    )  # fmt: skip
    assert isinstance(made, HandHeldMultimeter)
    return made


Act = Callable[[HandHeldMultimeter], None]
# What is configured → position, what a person is told, unit, factor, resolution in that unit.
CONFIGURED = [
    pytest.param(
        lambda m: m.configure_dc_voltage(0.2), 20_000,
        ("dc-voltage 0.2", "V DC, 200 mV", "mV", 1e-3, 0.01), id="200 mV",
    ),
    pytest.param(
        lambda m: m.configure_dc_voltage(20.0), 20_000,
        ("dc-voltage 20", "V DC, 20 V", "V", 1.0, 0.001), id="20 V",
    ),
    pytest.param(
        lambda m: m.configure_dc_voltage(1000.0), 20_000,
        ("dc-voltage 1000", "V DC, 1000 V", "V", 1.0, 0.1), id="1000 V of 20 000 counts",
    ),
    pytest.param(
        lambda m: m.configure_dc_voltage(5.0), 50_000,
        ("dc-voltage 5", "V DC, 5 V", "V", 1.0, 0.0001), id="5 V of 50 000 counts",
    ),
    pytest.param(
        lambda m: m.configure_dc_voltage(0.6), 6_000,
        ("dc-voltage 0.6", "V DC, 600 mV", "mV", 1e-3, 0.1), id="600 mV of 6000 counts",
    ),
    pytest.param(
        lambda m: m.configure_ac_voltage(750.0, 50.0), 20_000,
        ("ac-voltage 750", "V AC, 750 V", "V", 1.0, 0.1), id="750 V",
    ),
    pytest.param(
        lambda m: m.configure_dc_current(2e-4), 20_000,
        ("dc-current 0.0002", "A DC, 200 µA", "µA", 1e-6, 0.01), id="200 µA",
    ),
    pytest.param(
        lambda m: m.configure_ac_current(10.0, 50.0), 20_000,
        ("ac-current 10", "A AC, 10 A", "A", 1.0, 0.001), id="10 A",
    ),
    pytest.param(
        lambda m: m.configure_resistance(2e3, Wires.TWO), 20_000,
        ("resistance 2000", "Ω, 2 kΩ", "kΩ", 1e3, 0.0001), id="2 kΩ",
    ),
    pytest.param(
        lambda m: m.configure_resistance(2e7, Wires.TWO), 20_000,
        ("resistance 2e+07", "Ω, 20 MΩ", "MΩ", 1e6, 0.001), id="20 MΩ",
    ),
    pytest.param(
        lambda m: m.configure_capacitance(2e-8), 20_000,
        ("capacitance 2e-08", "F, 20 nF", "nF", 1e-9, 0.001), id="20 nF",
    ),
    pytest.param(
        lambda m: m.configure_capacitance(1e-5), 10_000,
        ("capacitance 1e-05", "F, 10 µF", "µF", 1e-6, 0.001), id="10 µF of 10 000 counts",
    ),
    pytest.param(
        lambda m: m.configure_frequency(20.0, 0.1), 20_000,
        ("frequency 20", "Hz, 20 V", "Hz", 1.0, 0.1), id="frequency",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("act", "counts", "asked"), CONFIGURED)
def test_the_switch_is_turned_and_the_display_read_in_its_unit(
    act: Act, counts: int, asked: tuple[str, str, str, float, float]
) -> None:
    person = Somebody()
    held = meter(person, counts=counts)
    act(held)
    reading = held.read()
    position, about, unit, factor, resolution = asked
    assert person.done == [Doing("dut", TURN, about, position=position)]
    (sought,) = person.sought
    assert (sought.instrument, sought.text, sought.unit) == ("dut", READ, unit)
    assert sought.factor == factor
    assert sought.resolution == pytest.approx(resolution, rel=1e-12)
    assert reading == Reading(5.0 * factor, f"5.000 {unit}")


def test_the_switch_is_turned_only_when_it_stands_elsewhere() -> None:
    person = Somebody()
    held = meter(person)
    for range_ in (20.0, 20.0, 200.0, 20.0):
        held.configure_dc_voltage(range_)
        held.read()
    held.configure_ac_voltage(20.0, 50.0)
    held.configure_ac_voltage(20.0, 1000.0)
    turned = [doing.position for doing in person.done]
    assert turned == ["dc-voltage 20", "dc-voltage 200", "dc-voltage 20", "ac-voltage 20"]
    assert len(person.sought) == 4


def test_open_leads_are_expected_to_show_little_whatever_the_point() -> None:
    person = Somebody()
    held = meter(person)
    held.configure_capacitance(2e-8)
    held.read_open()
    held.read()
    assert [(s.unit, s.limits) for s in person.sought] == [("nF", (-1e-9, 1e-9)), ("nF", None)]


def test_nobody_is_asked_before_there_is_a_function() -> None:
    person = Somebody()
    with pytest.raises(NotConfigured, match="no function is chosen"):
        meter(person).read_open()
    with pytest.raises(NotConfigured, match="no function is chosen"):
        meter(person).read()
    assert person.sought == []


def test_four_wires_are_refused_before_anybody_turns_anything() -> None:
    person = Somebody()
    with pytest.raises(InstrumentRefused, match="two terminals"):
        meter(person).configure_resistance(2e3, Wires.FOUR)
    assert person.done == []


@pytest.mark.parametrize("setting", ["counts", "hertz_resolution"])
@pytest.mark.parametrize("value", [0, -1.0, float("nan"), float("inf")])
def test_a_display_without_steps_is_refused(setting: str, value: float) -> None:
    with pytest.raises(BadSetting, match=f"dut: bad setting at '{setting}'"):
        meter(Somebody(), **{setting: value})


def test_it_is_who_the_bench_file_says() -> None:
    assert meter(Somebody()).identify() == Identity("", "", "H-1", "")
