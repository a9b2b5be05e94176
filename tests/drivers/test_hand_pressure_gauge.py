"""A gauge read by a person: in its own unit, and what is no unit is refused."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from drivers.by_hand.pressure_gauge import REQUEST, HandReadGauge
from drivers.capabilities import Identity, PressureGauge, Reading
from drivers.catalogue import connect
from drivers.errors import BadSetting
from drivers.person import PERSON, Doing, Sought
from simulators.clock import VirtualClock

IDENTITY = Identity("", "", "G-5", "")


@dataclass
class Reader:
    """Somebody who always reads the same."""

    number: float = 2.45
    asked: list[Sought] = field(default_factory=list)

    def read(self, sought: Sought) -> Reading:
        self.asked.append(sought)
        return Reading(self.number * sought.factor, f"{self.number} {sought.unit}")

    def do(self, doing: Doing) -> None:
        raise AssertionError(doing)


@pytest.mark.parametrize(
    ("unit", "pascals"),
    [
        ("bar", 2.45e5),
        ("mbar", 245.0),
        ("Pa", 2.45),
        ("hPa", 245.0),
        ("kPa", 2450.0),
        ("MPa", 2.45e6),
        # A pound-force on a square inch: 0.45359237 kg · 9.80665 m/s² / (0.0254 m)².
        ("psi", 2.45 * 0.45359237 * 9.80665 / 0.0254**2),
        ("kgf/cm²", 2.45 * 9.80665 / 1e-4),
    ],
)
def test_it_is_read_in_its_own_unit(unit: str, pascals: float) -> None:
    reader = Reader()
    gauge = HandReadGauge(reader, "dut-3", IDENTITY, unit, 0.05)
    reading = gauge.read_pressure()
    assert reading.value == pytest.approx(pascals, rel=1e-12)
    assert reading.raw == f"2.45 {unit}"
    assert reader.asked == [Sought("dut-3", REQUEST, unit, pytest.approx(pascals / 2.45), 0.05)]
    assert gauge.identify() is IDENTITY


def connected(settings: dict[str, Any]) -> Any:
    def no_library() -> Any:
        raise AssertionError

    return connect(
        "pressure-gauge",
        "dut",
        PERSON,
        serial="G-5",
        clock=VirtualClock(),
        manager=no_library,
        settings=settings,
        person=Reader(),
    )


def test_the_catalogue_makes_one_with_its_settings() -> None:
    gauge = connected({"unit": "MPa", "resolution": 0.002})
    assert isinstance(gauge, PressureGauge)
    assert (gauge.unit, gauge.resolution, gauge.identify()) == ("MPa", 0.002, IDENTITY)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"unit": "atm"}, "Known units are Pa, hPa"),
        ({"resolution": 0.0}, "no step"),
        ({"resolution": float("nan")}, "no step"),
        ({"division": 0.1}, "It has unit, resolution"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(settings: dict[str, Any], says: str) -> None:
    with pytest.raises(BadSetting, match=says):
        connected(settings)
