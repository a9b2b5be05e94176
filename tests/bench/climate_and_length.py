"""Transmitters of the room's air and hand tools, and what is asked of their drivers."""

from typing import Any

from simulators.bench import InstrumentSpec, SimulatedBench
from tests.bench.subject import SUBJECT, Subject, Values

IDLE_SECONDS = 90.0
"""Longer than an idle connection to an iTHX lasts."""

BLOCKS = {"short": 0.005, "long": 0.01}


def read_air(transmitter: Any, bench: SimulatedBench) -> Values:
    """Read temperature, humidity and pressure."""
    return (
        float(transmitter.read_temperature().value),
        float(transmitter.read_humidity().value),
        float(transmitter.read_atmospheric_pressure().value),
    )


def of_air(bench: SimulatedBench) -> Values:
    """Return temperature, humidity and pressure of the room."""
    air = bench.world.air
    return air.celsius, air.humidity, air.pascals


def read_climate(transmitter: Any, bench: SimulatedBench) -> Values:
    """Read temperature and, after a rest in which the connection is closed, humidity."""
    celsius = float(transmitter.read_temperature().value)
    bench.world.clock.sleep(IDLE_SECONDS)
    return celsius, float(transmitter.read_humidity().value)


def measure(tool: Any, bench: SimulatedBench) -> Values:
    """Measure a short and a long gauge block."""
    lengths = []
    for block in BLOCKS:
        bench.connect([(f"{block} FACES", f"{SUBJECT} JAWS")])
        lengths.append(float(tool.read_length().value))
    return tuple(lengths)


def hand_tool(model: str, tolerance: float) -> Subject:
    """Return a hand tool with two gauge blocks beside it."""
    blocks = tuple(
        InstrumentSpec(name, "gauge-block-k", "1", constants={"nominal_metres": metres})
        for name, metres in BLOCKS.items()
    )
    return Subject(model, measure, lambda bench: tuple(BLOCKS.values()), tolerance, others=blocks)


CLIMATE_AND_LENGTH = (
    Subject("vaisala-ptu300", read_air, of_air, (0.5, 2.0, 50.0)),
    Subject("omega-ithx", read_climate, lambda bench: of_air(bench)[:2], (0.6, 3.0)),
    hand_tool("mitutoyo-calliper", 4e-5),
    hand_tool("mitutoyo-micrometer", 4e-6),
    hand_tool("mitutoyo-indicator", 5e-6),
    hand_tool("mitutoyo-gauge", 2e-6),
)
