"""A set of weights laid on by a person: what they are asked, and what a set does not have."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from drivers.by_hand.weights import WeightSet, weight_name
from drivers.capabilities import Identity, Reading
from drivers.catalogue import connect
from drivers.errors import InstrumentRefused
from drivers.person import PERSON, Doing, Sought
from simulators.bench import InstrumentSpec, build
from simulators.clock import VirtualClock
from simulators.world import Air

IDENTITY = Identity("Set of weights", "class F1", "S-17", "")


@dataclass
class Hands:
    """Somebody who does as they are asked, and remembers it."""

    done: list[Doing] = field(default_factory=list)

    def read(self, sought: Sought) -> Reading:
        raise AssertionError(sought)

    def do(self, doing: Doing) -> None:
        self.done.append(doing)


@pytest.mark.parametrize(
    ("kilograms", "position", "about", "wires"),
    [
        pytest.param([0.1], "", "100 g", [("weights 100 g", "dut PAN")], id="one"),
        pytest.param(
            [0.2, 0.2, 0.0005],
            "",
            "200 g + 200 g* + 500 mg",
            [
                ("weights 200 g", "dut PAN"),
                ("weights 200 g*", "dut PAN"),
                ("weights 500 mg", "dut PAN"),
            ],
            id="both of two",
        ),
        pytest.param(
            [0.05],
            "left front",
            "50 g, left front",
            [("weights 50 g", "dut PAN LEFT FRONT")],
            id="aside",
        ),
        pytest.param([], "", "", [], id="none"),
    ],
)
def test_what_a_person_is_asked(
    kilograms: Sequence[float], position: str, about: str, wires: list[tuple[str, str]]
) -> None:
    hands = Hands()
    WeightSet(hands, "weights", IDENTITY).load(kilograms, "dut PAN", position)
    (doing,) = hands.done
    assert (doing.instrument, doing.about, doing.wires) == ("weights", about, tuple(wires))
    assert doing.text


@pytest.mark.parametrize(
    ("kilograms", "said"),
    [
        pytest.param([0.3], "300 g", id="no such figure"),
        pytest.param([0.1, 0.1], "only 1", id="one only"),
        pytest.param([0.2, 0.2, 0.2], "only 2", id="two only"),
        pytest.param([2.0], "2 kg", id="beyond the set"),
        pytest.param([5e-7], "0.5 mg", id="below the set"),
        pytest.param([0.0], "0 mg", id="nothing"),
    ],
)
def test_what_a_set_does_not_have(kilograms: Sequence[float], said: str) -> None:
    hands = Hands()
    with pytest.raises(InstrumentRefused, match=said):
        WeightSet(hands, "weights", IDENTITY).load(kilograms, "dut PAN")
    assert not hands.done


def test_small_weights_are_put_beside_what_lies_there() -> None:
    hands = Hands()
    weights = WeightSet(hands, "weights", IDENTITY)
    weights.load([0.2, 0.05], "dut PAN", beside=[0.5, 0.2])
    (doing,) = hands.done
    assert doing.about == "200 g* + 50 g"
    assert doing.wires == tuple(
        (f"weights {name}", "dut PAN") for name in ("500 g", "200 g", "200 g*", "50 g")
    )
    with pytest.raises(InstrumentRefused, match="only 2"):
        weights.load([0.2], "dut PAN", beside=[0.2, 0.2])


def test_of_the_greatest_there_is_one() -> None:
    weights = WeightSet(Hands(), "weights", IDENTITY, greatest_kilograms=20.0)
    weights.load([20.0, 2.0, 2.0], "dut PAN")
    with pytest.raises(InstrumentRefused, match="20 kg"):
        weights.load([20.0, 20.0], "dut PAN")


@pytest.mark.parametrize(
    ("kilograms", "name"),
    [
        (1e-6, "1 mg"),
        (0.5e-3, "500 mg"),
        (1e-3, "1 g"),
        (0.2, "200 g"),
        (1.0, "1 kg"),
        (20, "20 kg"),
    ],
)
def test_how_weights_are_called(kilograms: float, name: str) -> None:
    assert weight_name(kilograms) == name


@pytest.mark.parametrize("class_", ["e1", "e2", "f1", "f2", "m1"])
def test_every_weight_that_the_driver_names_lies_on_the_simulated_bench(class_: str) -> None:
    model = f"weight-set-{class_}"
    specs = [InstrumentSpec("weights", model, "S-17"), InstrumentSpec("dut", "mettler-xs204", "1")]
    bench = build(specs, seed=2, air=Air(), clock=VirtualClock())
    hands = Hands()
    weights = connect(
        model, "weights", PERSON, serial="S-17", clock=VirtualClock(), manager=None, person=hands
    )
    assert isinstance(weights, WeightSet)
    assert weights.identify().serial == "S-17"
    every = [figure * 10.0**decade for decade in range(-6, 0) for figure in (1, 2, 2, 5)]
    weights.load([*every, 1.0], "dut PAN")
    weights.load([0.1], "dut PAN", "right rear")
    assert all(doing.wires for doing in hands.done)
    for doing in hands.done:
        bench.connect(doing.wires or ())


def test_the_marked_weight_of_two_alone() -> None:
    hands = Hands()
    weights = WeightSet(hands, "dut", IDENTITY)
    weights.load([0.2], "comparator PAN", marked=True)
    assert hands.done[0].wires == (("dut 200 g*", "comparator PAN"),)
    with pytest.raises(InstrumentRefused, match="100 g"):
        weights.load([0.1], "comparator PAN", marked=True)
