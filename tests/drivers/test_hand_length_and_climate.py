"""What a person is asked for with gauge blocks, hand tools, thermo-hygrometers and chambers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from drivers.by_hand.chamber import ClimaticChamber
from drivers.by_hand.gauge_blocks import BETWEEN, CLOSED, WRUNG, GaugeBlockSet, block_name
from drivers.by_hand.length import Calliper, Micrometer
from drivers.by_hand.thermo_hygrometer import ThermoHygrometer
from drivers.capabilities import Identity, Reading
from drivers.errors import InstrumentRefused
from drivers.models import MODELS
from drivers.person import Doing, Sought
from simulators.artefacts.gauge_block_set import LENGTHS
from simulators.artefacts.gauge_block_set import block_name as simulated_name
from simulators.models import MODELS as SIMULATED

IDENTITY = Identity("A maker", "a type", "S-17", "")


@dataclass
class Hands:
    """Somebody who does as they are asked, reads 12.3, and remembers it."""

    done: list[Doing] = field(default_factory=list)
    sought: list[Sought] = field(default_factory=list)

    def read(self, sought: Sought) -> Reading:
        self.sought.append(sought)
        return Reading(12.3 * sought.factor, f"12.3 {sought.unit}")

    def do(self, doing: Doing) -> None:
        self.done.append(doing)


@pytest.mark.parametrize(
    ("metres", "text", "about", "wires"),
    [
        pytest.param(
            [0.05], BETWEEN, "50 mm, dut JAWS", [("blocks 50 mm", "dut JAWS")], id="one block"
        ),
        pytest.param(
            [0.1, 0.0014],
            WRUNG,
            "100 mm + 1.4 mm, dut JAWS",
            [("blocks 100 mm", "dut JAWS"), ("blocks 1.4 mm", "dut JAWS")],
            id="wrung",
        ),
        pytest.param([], CLOSED, "dut JAWS", [], id="closed"),
    ],
)
def test_blocks(
    metres: Sequence[float], text: str, about: str, wires: list[tuple[str, str]]
) -> None:
    hands = Hands()
    GaugeBlockSet(hands, "blocks", IDENTITY).insert(metres, "dut JAWS")
    assert hands.done == [Doing("blocks", text, about=about, wires=tuple(wires))]


def test_one_block_is_not_there_twice() -> None:
    hands = Hands()
    with pytest.raises(InstrumentRefused, match="one of each"):
        GaugeBlockSet(hands, "blocks", IDENTITY).insert([0.01, 0.01], "dut JAWS")
    assert hands.done == []


def test_driver_and_simulator_call_every_block_alike() -> None:
    names = [block_name(metres) for metres in LENGTHS]
    assert names == [simulated_name(metres) for metres in LENGTHS]
    assert len(set(names)) == len(names)
    assert {"0.5 mm", "1.0005 mm", "1.005 mm", "41.3 mm", "100 mm"} <= set(names)


@pytest.mark.parametrize(
    ("tool", "resolution"),
    [
        (Calliper(Hands(), "dut", IDENTITY), 0.05),
        (Calliper(Hands(), "dut", IDENTITY, resolution_mm=0.02), 0.02),
        (Micrometer(Hands(), "dut", IDENTITY), 0.005),
    ],
)
def test_a_length_is_read_in_millimetres(tool: Calliper, resolution: float) -> None:
    reading = tool.read_length()
    assert (reading.value, reading.raw) == (pytest.approx(0.0123), "12.3 mm")
    hands: Any = tool.person
    (sought,) = hands.sought
    assert (sought.unit, sought.factor, sought.resolution) == ("mm", 1e-3, resolution)
    assert tool.identify() == IDENTITY


def test_two_indications_of_one_instrument() -> None:
    hands = Hands()
    item = ThermoHygrometer(hands, "dut", IDENTITY, resolution_percent=0.1)
    assert item.read_temperature().raw == "12.3 °C"
    assert item.read_humidity().raw == "12.3 %"
    said = [(each.quantity, each.unit, each.resolution) for each in hands.sought]
    assert said == [("temperature", "°C", 0.1), ("humidity", "%", 0.1)]


def test_a_chamber_is_set() -> None:
    hands = Hands()
    ClimaticChamber(hands, "chamber", IDENTITY).approach_climate(12.5, 30.0)
    (doing,) = hands.done
    assert doing.about == doing.position == "12.5 °C, 30 %"
    assert doing.wires is None


@pytest.mark.parametrize(
    "model",
    ["calliper", "micrometer", "thermo-hygrometer", "climatic-chamber", "gauge-block-set-k"],
)
def test_what_is_by_hand_is_simulated_under_the_same_name(model: str) -> None:
    assert MODELS[model].by_hand
    assert SIMULATED[model].reading
