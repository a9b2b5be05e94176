"""A set of weights: which there are, what each really is, and what a balance feels of it."""

import pytest

from simulators.artefacts.weight import permissible_error
from simulators.artefacts.weight_set import WeightSet
from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.errors import UnknownName
from simulators.physics.media import Body
from simulators.world import Air


def bench_of(
    model: str = "weight-set-f1",
    errors: dict[str, dict[str, float]] | None = None,
    seed: int = 1,
    **constants: float,
) -> SimulatedBench:
    spec = InstrumentSpec("weights", model, "17", errors or {}, constants)
    balance = InstrumentSpec("balance", "mettler-xs204", "3")
    return build([spec, balance], seed=seed, air=Air(20.0), clock=VirtualClock())


def set_of(bench: SimulatedBench) -> WeightSet:
    return bench.physics("weights", WeightSet)


@pytest.mark.parametrize(
    ("model", "constants", "first", "last", "number"),
    [
        ("weight-set-e2", {}, "1 mg", "1 kg", 25),
        ("weight-set-m2", {}, "100 mg", "1 kg", 17),
        ("weight-set-m1", {"greatest_kilograms": 20.0}, "1 mg", "20 kg", 30),
        ("weight-set-f1", {"least_kilograms": 1e-3, "greatest_kilograms": 0.2}, "1 g", "200 g", 10),
    ],
)
def test_which_weights_there_are(
    model: str, constants: dict[str, float], first: str, last: str, number: int
) -> None:
    names = list(set_of(bench_of(model, **constants)).weights)
    assert (names[0], names[-1], len(names)) == (first, last, number)


def test_each_weight_is_drawn_for_itself_and_within_its_class() -> None:
    weights = set_of(bench_of("weight-set-m1")).weights
    shares = [
        (one.conventional_kilograms - one.nominal_kilograms)
        / permissible_error("M1", one.nominal_kilograms)
        for one in weights.values()
    ]
    assert len({round(share, 9) for share in shares}) == len(shares)
    assert max(map(abs, shares)) <= 0.8
    assert max(map(abs, shares)) > 0.5
    assert len({one.density for one in weights.values()}) == 1


def test_the_marked_weight_is_another_than_its_twin() -> None:
    bench = bench_of(**{"200 g": 1e-6, "200 g*": -3e-7})
    assert bench.true_error("weights", "mass", 0.2, range_=0) == pytest.approx(1e-6)
    assert bench.true_error("weights", "mass-marked", 0.2, range_=0) == pytest.approx(-3e-7)
    actual = bench.actual_output("weights", "mass-marked", 0.2)
    assert actual == set_of(bench).weights["200 g*"].conventional_kilograms


def test_errors_for_all_weights() -> None:
    shifted = set_of(bench_of(errors={"mass": {"gain_ppm": 5.0}})).weights
    assert shifted["50 g"].conventional_kilograms == pytest.approx(0.05 * (1 + 5e-6), rel=1e-12)
    once, four = (
        set_of(bench_of(errors={"mass": {"times": times}}, seed=9)).actual_output("mass", 0.1)
        for times in (1.0, 4.0)
    )
    assert four - 0.1 == pytest.approx(4 * (once - 0.1), rel=1e-6)


@pytest.mark.parametrize(
    ("what", "nearest"), [({"300 g": 0.0}, "500 g"), ({"greatest_kilogram": 1.0}, "greatest_")]
)
def test_a_misspelt_constant_is_refused(what: dict[str, float], nearest: str) -> None:
    with pytest.raises(UnknownName, match=nearest):
        bench_of(**what)


@pytest.mark.parametrize(
    ("function", "nominal"), [("mass", 0.3), ("mass-marked", 0.1), ("length", 1)]
)
def test_what_is_no_weight_of_the_set(function: str, nominal: float) -> None:
    with pytest.raises(UnknownName):
        set_of(bench_of()).actual_output(function, nominal)


def test_a_balance_finds_the_weights_that_are_laid_on() -> None:
    bench = bench_of()
    bench.connect([("weights 100 g", "balance PAN"), ("weights 20 g*", "balance PAN")])
    bodies = bench.world.joined("balance PAN", Body)  # type: ignore[type-abstract]
    assert sum(body.kilograms for body in bodies) == pytest.approx(0.12, rel=1e-4)
