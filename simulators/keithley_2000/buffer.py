"""TRACe and FORMat of the Keithley 2000: the reading buffer and how readings are sent.

Source: user manual, pp. 5-28 to 5-31 (format and elements); :TRACe from memory, unverified.
"""

from collections.abc import Iterator
from struct import pack

from simulators.keithley_2000.reading import feed_running, formatted
from simulators.keithley_2000.state import FULL, HALF, TWO, Panel2000
from simulators.language.scpi import Command, Parameter
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import Special, limited, number, word

Level = float | Special
BYTES_A_READING = 16  # from memory, unverified
MOST_POINTS = 1024


def buffer_commands(panel: Panel2000) -> Iterator[Command]:
    """Yield TRACe, which is also called DATA."""
    for node in ("TRACe", "DATA"):
        yield from _storing_commands(panel, node)
        yield from _reading_commands(panel, node)


def _storing_commands(panel: Panel2000, node: str) -> Iterator[Command]:
    def clear() -> None:
        panel.settings.buffer.clear()
        panel.events.registers["measurement"].condition &= ~(TWO | HALF | FULL)

    def points(value: Level) -> None:
        panel.settings.buffer.points = round(limited(value, 2, MOST_POINTS, 100))
        clear()

    def feed(source: str) -> None:
        panel.settings.buffer.source = source

    def control(name: str) -> None:
        panel.settings.buffer.feeding = name == "NEXT"
        if panel.settings.buffer.feeding:
            clear()
            feed_running(panel)

    def controlled() -> str:
        buffer = panel.settings.buffer
        filling = len(buffer.stored(panel.cursor)) < len(buffer.values)
        return "NEXT" if buffer.feeding or filling else "NEV"

    def held() -> str:
        return f"{panel.settings.buffer.points}"

    sources = (Parameter(word("SENSe", "SENSe1", "CALCulate", "CALCulate1", "NONE")),)
    controls = (Parameter(word("NEXT", "NEVer")),)
    yield Command(f"{node}:CLEar", clear)
    yield Command(f"{node}:POINts", points, held, (Parameter(number()),))
    yield Command(f"{node}:FEED", feed, lambda: panel.settings.buffer.source, sources)
    yield Command(f"{node}:FEED:CONTrol", control, controlled, controls)


def _reading_commands(panel: Panel2000, node: str) -> Iterator[Command]:
    def data() -> str:
        values = panel.settings.buffer.stored(panel.cursor)
        if not values:
            raise ScpiError(-230)
        return _sent(panel, values)

    def free() -> str:
        used = len(panel.settings.buffer.stored(panel.cursor)) * BYTES_A_READING
        return f"{MOST_POINTS * BYTES_A_READING - used}, {used}"

    yield Command(f"{node}[:DATA]", None, data)
    yield Command(f"{node}:FREE", None, free)


def _sent(panel: Panel2000, values: list[float]) -> str:
    """Return readings in the chosen format; binary ones come as one indefinite block."""
    if panel.settings.format == "ASC":
        return ",".join(formatted(panel, value) for value in values)
    order = "<" if panel.settings.swapped else ">"
    kind = "f" if panel.settings.format == "SRE" else "d"
    return "#0" + pack(f"{order}{len(values)}{kind}", *values).decode("latin-1")


def format_commands(panel: Panel2000) -> Iterator[Command]:
    """Yield FORMat."""

    def kind(name: str) -> None:
        panel.settings.format = name

    def border(name: str) -> None:
        panel.settings.swapped = name == "SWAP"

    def elements(*names: str | None) -> None:
        panel.settings.elements = tuple(
            name for name in ("READ", "CHAN", "UNIT") if name in names
        )  # fmt: skip

    def bordered() -> str:
        return "SWAP" if panel.settings.swapped else "NORM"

    kinds = (Parameter(word("ASCii", "SREal", "DREal")),)
    element = word("READing", "CHANnel", "UNITs")
    items = (Parameter(element), Parameter(element, required=False),
             Parameter(element, required=False))  # fmt: skip
    yield Command("FORMat[:DATA]", kind, lambda: panel.settings.format, kinds)
    yield Command("FORMat:BORDer", border, bordered, (Parameter(word("NORMal", "SWAPped")),))
    yield Command("FORMat:ELEMents", elements, lambda: ",".join(panel.settings.elements), items)
