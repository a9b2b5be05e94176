"""Probes placed by a person: what they are asked, and that a simulated block has these places."""

from dataclasses import dataclass, field

import pytest

from drivers.by_hand.thermometer_probes import ThermometerProbes
from drivers.capabilities import Identity, Reading
from drivers.person import Doing, Sought
from simulators.bench import InstrumentSpec, build
from simulators.clock import VirtualClock
from simulators.world import Air


@dataclass
class Hands:
    """Somebody who does as they are asked, and remembers it."""

    done: list[Doing] = field(default_factory=list)

    def read(self, sought: Sought) -> Reading:
        raise AssertionError(sought)

    def do(self, doing: Doing) -> None:
        self.done.append(doing)


@pytest.mark.parametrize(
    ("into", "loads", "about", "wires"),
    [
        pytest.param(
            "dut HOLE 1 +20 MM", (), "HOLE 1 +20 MM",
            (("reference TIP", "dut HOLE 1 +20 MM"),), id="lifted",
        ),
        pytest.param(
            "dut HOLE 1", ("dut HOLE 2", "dut HOLE 4"), "HOLE 1, HOLE 2, HOLE 4",
            (
                ("reference TIP", "dut HOLE 1"),
                ("probes LOAD 1", "dut HOLE 2"),
                ("probes LOAD 2", "dut HOLE 4"),
            ),
            id="loaded",
        ),
    ],
)  # fmt: skip
def test_what_a_person_is_asked(
    into: str, loads: tuple[str, ...], about: str, wires: tuple[tuple[str, str], ...]
) -> None:
    hands = Hands()
    probes = ThermometerProbes(hands, "probes", Identity("Probes", "placed by a person", "", ""))
    probes.place("reference TIP", into, loads)
    (doing,) = hands.done
    assert (doing.about, doing.wires) == (about, wires)
    specs = [
        InstrumentSpec("dut", "fluke-9144", "1"),
        InstrumentSpec("reference", "fluke-1502a", "2", constants={"R0": 100.0}),
        InstrumentSpec("probes", "thermometer-probes", ""),
    ]
    build(specs, seed=2, air=Air(), clock=VirtualClock()).connect(doing.wires or ())
