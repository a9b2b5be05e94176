"""A load resistor connected by a person: what they are asked, and what hangs at the output then."""

from dataclasses import dataclass, field

import pytest
from pyvisa import ResourceManager

from drivers.by_hand.load_resistor import HandLoadResistor
from drivers.capabilities import Identity, Reading
from drivers.catalogue import connect
from drivers.errors import InstrumentRefused
from drivers.person import PERSON, Doing, Sought
from simulators.bench import InstrumentSpec, build
from simulators.clock import VirtualClock
from simulators.errors import UnknownName
from simulators.world import Air

ACROSS = ("supply CH1 +", "supply CH1 -")


@dataclass
class Hands:
    """Somebody who does as they are asked, and remembers it."""

    done: list[Doing] = field(default_factory=list)

    def read(self, sought: Sought) -> Reading:
        raise AssertionError(sought)

    def do(self, doing: Doing) -> None:
        self.done.append(doing)


def no_visa() -> ResourceManager:
    raise AssertionError("a person needs no VISA")


def resistor(hands: Hands, **settings: float) -> HandLoadResistor:
    made = connect(
        "load-resistor", "load", PERSON, serial="R-1", clock=VirtualClock(), manager=no_visa,
        settings=settings, person=hands,
    )  # fmt: skip
    assert isinstance(made, HandLoadResistor)
    return made


def test_a_person_is_asked_to_connect_and_to_disconnect_it() -> None:
    hands = Hands()
    it = resistor(hands, ohms=1.2)
    assert it.identify() == Identity("", "", "R-1", "")
    it.load(1.2, ACROSS)
    it.unload()
    on, off = hands.done
    assert on.wires == (("load 1", "supply CH1 +"), ("load 2", "supply CH1 -"))
    assert on.about == "1.2 Ω: supply CH1 +, supply CH1 -"
    assert off.wires == ()


@pytest.mark.parametrize("settings", [{}, {"ohms": 12.0}], ids=["not said", "another"])
def test_another_resistor_is_refused(settings: dict[str, float]) -> None:
    hands = Hands()
    with pytest.raises(InstrumentRefused, match=r"settings = \{ ohms"):
        resistor(hands, **settings).load(1.2, ACROSS)
    assert hands.done == []


def test_the_simulated_one_loads_a_supply() -> None:
    specs = [
        InstrumentSpec("supply", "keysight-e36312a", "MY59002391"),
        InstrumentSpec("load", "load-resistor", "0", constants={"ohms": 1.25}),
    ]
    bench = build(specs, seed=7, air=Air(), clock=VirtualClock())
    bench.connect([("load 1", "supply CH1 +"), ("load 2", "supply CH1 -")])
    bench.panel("supply").receive(b"VOLT 5,(@1);:OUTP 1,(@1)")
    bench.world.clock.sleep(1.0)
    (reply,) = bench.panel("supply").receive(b"MEAS:CURR? (@1)")
    assert float(reply.payload) == pytest.approx(4.0, rel=0.06)  # its leads count too


def test_a_constant_it_does_not_have_is_refused() -> None:
    spec = InstrumentSpec("load", "load-resistor", "0", constants={"ohm": 1.0})
    with pytest.raises(UnknownName, match="ohms"):
        build([spec], seed=7, air=Air(), clock=VirtualClock())
