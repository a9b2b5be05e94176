"""A transmitter in a loop whose ammeter a person reads."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from drivers.by_hand.pressure_transmitter import REQUEST
from drivers.capabilities import DcAmmeter, Reading
from drivers.catalogue import connect
from drivers.errors import BadSetting
from drivers.person import PERSON, Doing, Sought
from simulators.clock import VirtualClock


@dataclass
class Reader:
    """Somebody who reads 12.345 mA."""

    asked: list[Sought] = field(default_factory=list)

    def read(self, sought: Sought) -> Reading:
        self.asked.append(sought)
        return Reading(12.345 * sought.factor, "12.345 mA")

    def do(self, doing: Doing) -> None:
        raise AssertionError(doing)


def connected(person: Reader, settings: dict[str, Any]) -> Any:
    def no_library() -> Any:
        raise AssertionError

    return connect(
        "pressure-transmitter",
        "dut",
        PERSON,
        serial="T-3",
        clock=VirtualClock(),
        manager=no_library,
        settings=settings,
        person=person,
    )


def test_its_current_is_read_in_milliamperes() -> None:
    person = Reader()
    transmitter = connected(person, {"resolution": 0.005})
    assert isinstance(transmitter, DcAmmeter)
    transmitter.configure_dc_current(0.025)
    reading = transmitter.read()
    assert reading.value == pytest.approx(12.345e-3, rel=1e-12)
    assert reading.raw == "12.345 mA"
    assert person.asked == [Sought("dut", REQUEST, "mA", 1e-3, 0.005)]
    assert transmitter.identify().serial == "T-3"


@pytest.mark.parametrize("resolution", [0.0, -1.0, float("inf")])
def test_a_resolution_that_is_no_step_is_refused(resolution: float) -> None:
    with pytest.raises(BadSetting, match="no step"):
        connected(Reader(), {"resolution": resolution})
