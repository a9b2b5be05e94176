"""Things without an interface: weights and gauge blocks, from the tables of their standards."""

import pytest

from simulators.artefacts.gauge_block import GaugeBlock, limit_deviation
from simulators.artefacts.weight import Weight, permissible_error
from simulators.bench import Erring, InstrumentSpec, build
from simulators.clock import VirtualClock
from simulators.errors import UnknownName, WrongSpecification
from simulators.physics.air_density import density
from simulators.physics.functions import Function
from simulators.physics.media import Body, Gap
from simulators.world import Air


@pytest.mark.parametrize(
    ("air", "expected"),
    [
        (Air(20, 50, 101325), 1.199294), (Air(22, 40, 98000), 1.152407),
        (Air(25, 60, 100000), 1.160485), (Air(18, 30, 103000), 1.230036),
    ],
    ids=["20 °C", "22 °C", "25 °C", "18 °C"],
)  # fmt: skip
def test_air_density_by_the_simplified_formula(air: Air, expected: float) -> None:
    assert density(air) == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize(
    ("class_", "kilograms", "milligrams"),
    [
        ("E1", 1.0, 0.5), ("E2", 0.1, 0.16), ("F1", 0.2, 1.0), ("F2", 0.02, 0.8),
        ("M1", 5.0, 250.0), ("M2", 1e-4, 1.6), ("M3", 1e-3, 10.0), ("E2", 1e-6, 0.006),
    ],
)  # fmt: skip
def test_permissible_errors_of_weights(class_: str, kilograms: float, milligrams: float) -> None:
    assert permissible_error(class_, kilograms) == pytest.approx(milligrams * 1e-6)


@pytest.mark.parametrize(("class_", "kilograms"), [("M3", 5e-4), ("E1", 0.3), ("M2", 5e-5)])
def test_weights_that_do_not_exist(class_: str, kilograms: float) -> None:
    with pytest.raises(WrongSpecification, match=class_):
        permissible_error(class_, kilograms)


@pytest.mark.parametrize(
    ("grade", "millimetres", "micrometres"),
    [("K", 10, 0.20), ("0", 10.5, 0.14), ("1", 100, 0.60), ("2", 0.5, 0.45), ("2", 1000, 8.0)],
)
def test_limits_of_gauge_blocks(grade: str, millimetres: float, micrometres: float) -> None:
    assert limit_deviation(grade, millimetres * 1e-3) == pytest.approx(micrometres * 1e-6)


@pytest.mark.parametrize("metres", [0.0004, 1.001])
def test_gauge_blocks_that_do_not_exist(metres: float) -> None:
    with pytest.raises(WrongSpecification, match="ISO 3650"):
        limit_deviation("0", metres)


def spec(model: str, seed_name: str = "thing", **constants: float) -> InstrumentSpec:
    return InstrumentSpec(seed_name, model, "17", constants=constants)


def test_a_drawn_weight_is_within_its_class_and_differs_from_its_neighbour() -> None:
    specs = [spec("weight-e2", f"w{number}", nominal_kilograms=0.2) for number in range(40)]
    bench = build(specs, seed=3, air=Air(), clock=VirtualClock())
    errors = [
        bench.true_error(one.name, Function.MASS, 0.2, range_=0.2) for one in bench.specs.values()
    ]
    assert len(set(errors)) == 40
    assert max(map(abs, errors)) <= 0.3e-6
    assert max(map(abs, errors)) > 0.15e-6


def test_a_weight_has_the_mass_of_its_conventional_mass_and_density() -> None:
    one = InstrumentSpec(
        "w", "weight-m1", "1", {"mass": {"gain_ppm": 10.0}},
        {"nominal_kilograms": 1.0, "density": 7000.0},
    )  # fmt: skip
    weight = build([one], seed=1, air=Air(), clock=VirtualClock()).physics("w", Weight)
    assert weight.conventional_kilograms == pytest.approx(1.00001, abs=1e-12)
    pressed = weight.kilograms - 1.2 * weight.cubic_metres
    assert pressed == pytest.approx(1.00001 * (1 - 1.2 / 8000), abs=1e-12)
    assert isinstance(weight, Body)
    assert isinstance(weight, Erring)


def test_a_gauge_block_grows_with_temperature() -> None:
    bench = build(
        [spec("gauge-block-0", nominal_metres=0.1)], seed=1, air=Air(), clock=VirtualClock()
    )
    block = bench.physics("thing", GaugeBlock)
    assert isinstance(block, Gap)
    assert 0 < abs(block.metres(20.0) - 0.1) <= 0.30e-6
    assert block.metres(23.0) - block.metres(20.0) == pytest.approx(3.45e-6, rel=1e-4)


@pytest.mark.parametrize(
    ("model", "constant"), [("weight-f1", "nominal_grams"), ("gauge-block-1", "nominal")]
)
def test_a_misspelt_constant_is_refused(model: str, constant: str) -> None:
    with pytest.raises(UnknownName, match="nominal_"):
        build([spec(model, **{constant: 1.0})], seed=1, air=Air(), clock=VirtualClock())
