"""A thermometer read by a person: what is asked, and what comes back."""

from dataclasses import dataclass, field

from drivers.by_hand.thermometer import HandThermometer
from drivers.capabilities import Identity, Reading
from drivers.catalogue import connect
from drivers.person import PERSON, Doing, Sought
from simulators.clock import VirtualClock


@dataclass
class Reader:
    """Somebody who reads 21.4 °C, and remembers what was asked."""

    asked: list[Sought] = field(default_factory=list)

    def read(self, sought: Sought) -> Reading:
        self.asked.append(sought)
        return Reading(21.4, "21.4 °C")

    def do(self, doing: Doing) -> None:
        raise AssertionError(doing)


def test_a_person_is_asked_in_its_resolution() -> None:
    reader = Reader()
    it = connect(
        "thermometer", "dut-2", PERSON, serial="T-9", clock=VirtualClock(), manager=None,
        settings={"resolution": 0.01}, person=reader,
    )  # fmt: skip
    assert isinstance(it, HandThermometer)
    assert it.identify() == Identity("", "", "T-9", "")
    assert it.read_temperature() == Reading(21.4, "21.4 °C")
    (sought,) = reader.asked
    assert (sought.instrument, sought.unit, sought.factor) == ("dut-2", "°C", 1.0)
    assert sought.resolution == 0.01
