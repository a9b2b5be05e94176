"""A balance that a person reads: what they are asked, and what comes of it on a simulated one."""

from dataclasses import dataclass, field

import pytest

from drivers.by_hand.balance import HandBalance
from drivers.capabilities import Identity, Reading
from drivers.errors import BadSetting
from drivers.person import Doing, Sought

IDENTITY = Identity("Balance", "read by a person", "S-3", "")


@dataclass
class Person:
    asked: list[Sought | Doing] = field(default_factory=list)

    def read(self, sought: Sought) -> Reading:
        self.asked.append(sought)
        return Reading(150.2 * sought.factor, "150.2")

    def do(self, doing: Doing) -> None:
        self.asked.append(doing)


@pytest.mark.parametrize(("unit", "kilograms"), [("g", 0.1502), ("kg", 150.2), ("mg", 150.2e-6)])
def test_a_reading_is_asked_for_in_its_unit(unit: str, kilograms: float) -> None:
    person = Person()
    balance = HandBalance(person, "dut", IDENTITY, unit=unit, resolution=0.2)
    assert balance.weigh() == Reading(pytest.approx(kilograms), "150.2")
    (sought,) = person.asked
    assert isinstance(sought, Sought)
    assert (sought.instrument, sought.unit, sought.resolution) == ("dut", unit, 0.2)


def test_a_unit_that_no_balance_has() -> None:
    with pytest.raises(BadSetting, match="kg, g, mg"):
        HandBalance(Person(), "dut", IDENTITY, unit="lb").weigh()


def test_keys_are_pressed() -> None:
    person = Person()
    balance = HandBalance(person, "dut", IDENTITY)
    balance.zero()
    balance.tare()
    assert [each.position for each in person.asked if isinstance(each, Doing)] == ["ZERO", "TARE"]
    assert balance.identify() is IDENTITY
