"""Commands of a 53230A that choose what is counted: FUNCtion, CONFigure, MEASure, gates."""

import re
from collections.abc import Iterator

from simulators.keysight_53230a.measuring import Front, Quantity, Settings
from simulators.keysight_53230a.reading import read
from simulators.keysight_53230a.specification import (
    CHANNELS,
    LONGEST_GATE,
    Model,
)
from simulators.keysight_53230a.text import NUMBERS
from simulators.language.scpi import Command, Parameter
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_panel import ScpiPanel
from simulators.language.scpi_parameters import (
    Kind,
    Special,
    Token,
    channels,
    limited,
    number,
    quoted,
    string,
)

Level = float | Special
FUNCTION = re.compile(
    r"(FREQ(?:UENCY)?:RAT(?:IO)?|FREQ(?:UENCY)?|SPER(?:IOD)?|PER(?:IOD)?)\s*(\d(?:\s*,\s*\d)?)?",
    re.ASCII,
)
SPELLINGS = {
    "FREQ": Quantity.FREQUENCY,
    "PER": Quantity.PERIOD,
    "SPER": Quantity.SINGLE_PERIOD,
    "FREQ:RAT": Quantity.RATIO,
}
NODES = {
    "FREQuency": Quantity.FREQUENCY,
    "PERiod": Quantity.PERIOD,
    "SPERiod": Quantity.SINGLE_PERIOD,
    "FREQuency:RATio": Quantity.RATIO,
}
EXPECTED = {Quantity.FREQUENCY: 10e6, Quantity.RATIO: 1.0}


def function_of(text: str) -> tuple[Quantity, tuple[int, ...]]:
    """Return what a name such as `FREQ 2` or `FREQ:RAT 1,2` stands for.

    Raises:
        ScpiError: −224 for one that this counter does not know.
    """
    found = FUNCTION.fullmatch(text.strip().upper().lstrip(":"))
    if found is None:
        raise ScpiError(-224)
    short = re.sub("UENCY|IOD|(?<=RAT)IO", "", found[1])
    quantity = SPELLINGS[short]
    numbers = tuple(int(one) for one in found[2].split(",")) if found[2] else None
    ratio = quantity is Quantity.RATIO
    chosen = numbers or ((1, 2) if ratio else (1,))
    if len(chosen) != (2 if ratio else 1) or not all(one in CHANNELS for one in chosen):
        raise ScpiError(-224)
    return quantity, chosen


def function_text(settings: Settings) -> str:
    """Return the quoted name of what is counted; channel 1 is dropped."""
    name, chosen = settings.quantity.value, settings.channels
    if chosen == (1,):
        return quoted(name)
    return quoted(f"{name} {','.join(map(str, chosen))}")


def function_commands(panel: ScpiPanel, front: Front) -> Iterator[Command]:
    """Yield FUNCtion, gate times, CONFigure and MEASure."""

    def choose(text: str) -> None:
        front.abort(panel.cursor)
        front.settings.quantity, front.settings.channels = function_of(text)

    def gate(value: Level) -> None:
        front.settings.gate = limited(value, front.counter.model.shortest_gate, LONGEST_GATE, 0.1)

    def gate_time() -> str:
        return NUMBERS.text(front.settings.gate)

    yield Command(
        "[SENSe:]FUNCtion[:ON]", choose, lambda: function_text(front.settings), (Parameter(string),)
    )
    for node in ("FREQuency", "FREQuency:RATio", "PERiod"):
        seconds = (Parameter(number("S")),)
        yield Command(f"[SENSe:]{node}:GATE:TIME", gate, gate_time, seconds)
    yield Command("CONFigure", None, lambda: configured(front.settings, front.counter.model))
    for node, quantity in NODES.items():
        yield from _measuring(panel, front, node, quantity)


def _measuring(panel: ScpiPanel, front: Front, node: str, quantity: Quantity) -> Iterator[Command]:
    def configure(*given: Level | tuple[int, ...] | None) -> None:
        numbers = [one for one in given if isinstance(one, float | Special)]
        listed = next((one for one in given if isinstance(one, tuple)), None)
        front.abort(panel.cursor)
        front.settings = _configuration(front, quantity, numbers, listed)

    def measure(*given: Level | tuple[int, ...] | None) -> str:
        configure(*given)
        return read(panel, front)

    anything = Parameter(_number_or_list, required=False)
    yield Command(f"CONFigure:{node}", configure, None, (anything,) * 3)
    yield Command(f"MEASure:{node}", None, measure, asked=(anything,) * 3)


def _number_or_list(token: Token) -> object:
    return channels(len(CHANNELS))(token) if token.kind is Kind.EXPRESSION else number()(token)


def _configuration(
    front: Front,
    quantity: Quantity,
    numbers: list[float | Special],
    listed: tuple[int, ...] | None,
) -> Settings:
    """Return the settings of CONFigure: one reading at once, a gate that resolves enough."""
    ratio = quantity is Quantity.RATIO
    chosen = listed or ((1, 2) if ratio else (1,))
    if len(chosen) != (2 if ratio else 1):
        raise ScpiError(-224)
    expected = numbers[0] if numbers and isinstance(numbers[0], float) else None
    resolution = numbers[1] if len(numbers) > 1 and isinstance(numbers[1], float) else None
    gate = Settings().gate
    if resolution is not None:
        scale = expected or EXPECTED.get(quantity, 1e-7)
        if not (resolution > 0.0 and scale > 0.0):
            raise ScpiError(-222)
        gate = front.counter.model.gate_of(resolution / scale)
    before = front.settings
    return Settings(
        quantity=quantity, channels=chosen, gate=gate, timeout=before.timeout,
        binary=before.binary, swapped=before.swapped,
    )  # fmt: skip


def configured(settings: Settings, model: Model) -> str:
    """Return what CONF? answers; its form is from memory, unverified."""
    expected = EXPECTED.get(settings.quantity, 1e-7)
    numbers = (
        f"{NUMBERS.text(expected)},{NUMBERS.text(expected * model.resolution_of(settings.gate))}"
    )
    listed = ",".join(map(str, settings.channels))
    return quoted(f"{settings.quantity.value} {numbers},(@{listed})")
