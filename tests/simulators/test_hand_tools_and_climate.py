"""Gauge block sets, tools read by a person, a climatic chamber and what hangs in it."""

import math

import pytest

from simulators.artefacts.climatic_chamber import Chamber
from simulators.artefacts.gauge_block import limit_deviation
from simulators.artefacts.gauge_block_set import LENGTHS, GaugeBlockSet
from simulators.artefacts.hand_length import Tool
from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.errors import UnknownName, WrongSpecification
from simulators.physics.climate import Climate
from simulators.physics.functions import Function
from simulators.world import Air

EXACT = {"gain_ppm": 0.0, "offset_ppm_of_range": 0.0}
IDEAL = {name: EXACT for name in ("length", "length-at-tips", "inside-length", "depth")}
PLAIN = {"feel_metres": 0.0, "play_metres": 0.0}


def length_bench(
    tool: str = "calliper",
    *,
    errors: dict[str, dict[str, float]] | None = None,
    blocks: dict[str, float] | None = None,
    celsius: float = 20.0,
    **constants: float,
) -> SimulatedBench:
    return build(
        [
            InstrumentSpec("blocks", "gauge-block-set-1", "1", {}, blocks or {}),
            InstrumentSpec("dut", tool, "2", errors or IDEAL, {**PLAIN, **constants}),
        ],
        seed=5,
        air=Air(celsius),
        clock=VirtualClock(),
    )


# -- blocks -------------------------------------------------------------------------------------


def test_each_block_is_drawn_for_itself_and_within_its_grade() -> None:
    bench = length_bench()
    shares = [
        bench.true_error("blocks", "length", metres, range_=0.0) / limit_deviation("1", metres)
        for metres in LENGTHS
    ]
    assert max(map(abs, shares)) <= 0.8
    assert max(map(abs, shares)) > 0.6
    assert len({round(share, 9) for share in shares}) == len(shares)


def test_what_is_set_of_a_block_is_true() -> None:
    bench = length_bench(blocks={"50 mm": -3e-7})
    assert bench.true_error("blocks", "length", 0.05, range_=0.0) == pytest.approx(-3e-7)
    assert bench.actual_output("blocks", "length", 0.05) == pytest.approx(0.0499997, abs=1e-12)
    with pytest.raises(UnknownName, match="51 mm"):
        bench.actual_output("blocks", "length", 0.051)
    with pytest.raises(UnknownName, match="50 mm"):
        length_bench(blocks={"50mm": 0.0})


def test_wrung_blocks_add_up_and_warm_blocks_are_longer() -> None:
    cold = {"kelvin_warmer": 0.0, "expansion": 11.5e-6, "100 mm": 1e-6, "25 mm": 2e-6}
    found = []
    for warmer in (0.0, 2.0):
        bench = length_bench(blocks={**cold, "kelvin_warmer": warmer}, celsius=26.0)
        bench.connect([("blocks 100 mm", "dut JAWS"), ("blocks 25 mm", "dut JAWS")])
        found.append(bench.physics("dut", Tool).metres())
    assert found[0] == pytest.approx(0.125003, abs=1e-9)
    assert found[1] is not None
    assert found[0] is not None
    assert found[1] - found[0] == pytest.approx(0.125 * 11.5e-6 * 2.0, rel=1e-3)


# -- tools --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "function"),
    [
        ("JAWS", "length"),
        ("JAW TIPS", "length-at-tips"),
        ("INSIDE JAWS", "inside-length"),
        ("DEPTH ROD", "depth"),
    ],
)
def test_each_place_of_a_calliper_has_its_error(place: str, function: str) -> None:
    bench = length_bench(
        errors={
            "length": {**EXACT, "offset_ppm_of_range": 100.0},
            "length-at-tips": {**EXACT, "offset_ppm_of_range": 200.0},
            "inside-length": {**EXACT, "offset_ppm_of_range": 300.0},
            "depth": {**EXACT, "offset_ppm_of_range": -400.0},
        },
        blocks={"25 mm": 0.0, "kelvin_warmer": 0.0},
    )
    own = {"JAWS": 0.0, "JAW TIPS": 30e-6, "INSIDE JAWS": 45e-6, "DEPTH ROD": -60e-6}
    bench.connect([("blocks 25 mm", f"dut {place}")])
    error = bench.true_error("dut", function, 0.025, range_=0.15)
    assert error == pytest.approx(15e-6 + own[place], abs=1e-12)
    sight = bench.look("dut")
    assert sight.analogue
    assert sight.value == pytest.approx(0.025 + error, abs=1e-9)


def test_a_display_is_rounded_and_closed_jaws_show_nought() -> None:
    bench = length_bench(digital=1.0, step_metres=1e-5, errors={
        "length": {**EXACT, "offset_ppm_of_range": 40.0}})  # fmt: skip
    sight = bench.look("dut")
    assert not sight.analogue
    assert sight.value == pytest.approx(1e-5, abs=1e-12)


def test_a_block_that_does_not_fit_leaves_the_jaws_at_their_end() -> None:
    bench = length_bench("micrometer")
    bench.connect([("blocks 50 mm", "dut JAWS")])
    assert bench.look("dut").value == 0.025


def test_taking_the_measure_again_scatters_and_looking_again_does_not() -> None:
    bench = length_bench(feel_metres=1e-5)
    seen = []
    for _ in range(2):
        bench.connect([("blocks 25 mm", "dut JAWS")])
        seen.append(bench.look("dut").value)
        assert bench.look("dut").value == seen[-1]
    assert seen[0] != seen[1]
    assert seen[0] == pytest.approx(seen[1], abs=1e-4)


def test_hands_tilt_the_jaws_alike_at_each_taking_and_not_at_each_length() -> None:
    bench = length_bench(play_metres=2e-5)
    tilts = []
    for block in (25, 25, 50):
        bench.connect([(f"blocks {block} mm", "dut JAWS")])
        tilts.append(bench.look("dut").value - block * 1e-3)
    assert tilts[0] == tilts[1]
    assert abs(tilts[2] - tilts[0]) > 1e-7
    assert max(map(abs, tilts)) < 2.2e-5


def test_a_misspelt_constant_is_refused() -> None:
    with pytest.raises(UnknownName, match="step_metres"):
        length_bench(step_metre=1e-5)


# -- climate ------------------------------------------------------------------------------------

QUIET = {f"{what}_{unit}": 0.0 for what in ("uniformity", "stability")
         for unit in ("kelvin", "percent")}  # fmt: skip


def climate_bench(chamber: dict[str, float], *, connected: bool = True) -> SimulatedBench:
    exact = {"temperature": EXACT, "humidity": EXACT, "atmospheric-pressure": EXACT}
    bench = build(
        [
            InstrumentSpec("chamber", "climatic-chamber", "1", {}, chamber),
            InstrumentSpec("reference", "vaisala-ptu300", "2", exact),
            InstrumentSpec("dut", "thermo-hygrometer", "3", exact),
            InstrumentSpec("dut-2", "omega-ithx", "4", exact),
        ],
        seed=5,
        air=Air(23.0, 40.0),
        clock=VirtualClock(),
    )
    if connected:
        roles = ("reference", "dut", "dut-2")
        bench.connect([(f"chamber PLACE {n}", f"{r} PROBE") for n, r in enumerate(roles, 1)])
    return bench


def test_a_chamber_goes_where_it_is_set_and_sensors_follow() -> None:
    bench = climate_bench(QUIET)
    climate, clock = bench.physics("reference", Climate), bench.world.clock
    bench.turn("chamber", "35 °C, 75 %")
    begin = climate.value(Function.TEMPERATURE, clock.monotonic())
    assert begin == pytest.approx(23.0, abs=0.1)
    clock.sleep(300.0)
    # A first-order sensor of 20 s behind air of 300 s.
    left = (300.0 * math.exp(-1.0) - 20.0 * math.exp(-15.0)) / 280.0
    middle = climate.value(Function.TEMPERATURE, clock.monotonic())
    assert middle == pytest.approx(35.0 - 12.0 * left, abs=0.05)
    clock.sleep(6000.0)
    assert climate.value(Function.HUMIDITY, clock.monotonic()) == pytest.approx(75.0, abs=0.2)
    assert bench.look("dut", "humidity").value == pytest.approx(75.0, abs=1.0)
    assert bench.look("dut", "temperature").value == pytest.approx(35.0, abs=0.1)
    pressure = climate.value(Function.ATMOSPHERIC_PRESSURE, clock.monotonic())
    assert pressure == pytest.approx(101325.0, abs=5.0)


def test_what_hangs_in_the_room_does_not_feel_the_chamber() -> None:
    bench = climate_bench(QUIET, connected=False)
    bench.turn("chamber", "35 °C, 75 %")
    bench.world.clock.sleep(6000.0)
    assert bench.look("dut", "temperature").value == pytest.approx(23.0, abs=0.1)
    assert bench.look("dut", "humidity").value == 40.0


def test_places_differ_and_air_breathes() -> None:
    bench = climate_bench({"stability_kelvin": 0.0})
    bench.turn("chamber", "35 °C, 75 %")
    bench.world.clock.sleep(6000.0)
    now = bench.world.clock.monotonic()
    values = [bench.physics(role, Climate).value(Function.TEMPERATURE, now)
              for role in ("reference", "dut")]  # fmt: skip
    assert 0.05 < abs(values[0] - values[1]) < 0.5
    chamber = bench.physics("chamber", Chamber)
    breath = [chamber.felt(Function.HUMIDITY, 0.0, now + second) for second in range(0, 260, 5)]
    assert (max(breath) - min(breath)) / 2.0 == pytest.approx(0.2, rel=0.01)


@pytest.mark.parametrize("setting", ["warm", "25", "25 °C 50 %"])
def test_what_is_no_climate(setting: str) -> None:
    with pytest.raises(WrongSpecification, match="25 °C, 50 %"):
        climate_bench(QUIET).turn("chamber", setting)


def test_what_a_thermo_hygrometer_does_not_show() -> None:
    with pytest.raises(UnknownName, match="temperature"):
        climate_bench(QUIET).look("dut", "temperatur")
    with pytest.raises(UnknownName, match="uniformity_kelvin"):
        climate_bench({"uniformity": 0.1})


def test_a_block_set_is_a_set() -> None:
    assert len(length_bench().physics("blocks", GaugeBlockSet).blocks) == len(LENGTHS)
