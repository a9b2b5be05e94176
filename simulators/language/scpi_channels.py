"""Commands of instruments with channels: `SOURce2:…`, with the first one meant when left out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, cast

from simulators.language.scpi import Command, Handler, Parameter
from simulators.language.scpi_parameters import Converter, Special, limited


def per_channel(node: str, highest: int, command: Command) -> Iterator[Command]:
    """Yield `command` below `node` numbered up to `highest`.

    A node in brackets may be left out: channel 1 is meant then, and without any node always.  The
    handlers of `command` take the channel before the parameters.
    """
    name = node.strip("[]")
    if name:
        yield replace(command, pattern=f"{name}#{highest}:{command.pattern}")
    if name != node or not name:
        yield replace(command, tell=_of_the_first(command.tell), ask=_of_the_first(command.ask))


def _of_the_first(handler: Handler | None) -> Handler | None:
    return None if handler is None else partial(handler, 1)


@dataclass(frozen=True)
class Kept:
    """A setting that is kept and given back, and moves nothing else.

    Attributes:
        pattern: header as manuals write it, below the channel's node.
        convert: makes a value of the token.
        default: value after a reset.
        low: least number, for numbers.
        high: greatest number.
        infinite: whether INFinity is one.
    """

    pattern: str
    convert: Converter
    default: float | bool | str
    low: float = 0.0
    high: float = 0.0
    infinite: bool = False


class Keeper:
    """The kept settings of every channel."""

    def __init__(self, rows: tuple[Kept, ...]) -> None:
        self.rows = rows
        self._values: dict[tuple[str, int], float | bool | str] = {}

    def reset(self) -> None:
        """Go back to the defaults."""
        self._values.clear()

    def get(self, row: Kept, channel: int) -> float | bool | str:
        """Return what is kept."""
        return self._values.get((row.pattern, channel), row.default)

    def commands(self, node: str, highest: int, shape: "Numbers") -> Iterator[Command]:
        """Yield the commands of every row (see `per_channel`); `shape` makes a number's text."""
        for row in self.rows:
            yield from per_channel(node, highest, self._command(row, shape))

    def _command(self, row: Kept, shape: "Numbers") -> Command:
        numeric = isinstance(row.default, float)

        def checked(value: object) -> float | bool | str:
            if not numeric:
                return cast(bool | str, value)
            asked = cast(float | Special, value)
            return limited(asked, row.low, row.high, float(row.default), infinite=row.infinite)

        def tell(channel: int, value: object) -> None:
            self._values[row.pattern, channel] = checked(value)

        def ask(channel: int, word: Special | None = None) -> str:
            value = self.get(row, channel) if word is None else checked(word)
            if isinstance(value, bool):
                return f"{value:d}"
            return value if isinstance(value, str) else shape.text(value)

        asked = (Parameter(row.convert, required=False),) if numeric else ()
        return Command(row.pattern, tell, ask, (Parameter(row.convert),), asked)


class Numbers(Protocol):
    """How an instrument writes numbers."""

    def text(self, value: float) -> str:
        """Return `value` as answers carry it."""
        ...


@dataclass(frozen=True)
class Shape:
    """How an instrument writes numbers: `decimals` is the number of digits after the point."""

    decimals: int

    def text(self, value: float) -> str:
        """Return `value` as answers carry it."""
        if abs(value) >= 9.9e37:  # SCPI's infinity, without the rounding of a float
            return f"{'-' if value < 0 else '+'}9.9{'0' * (self.decimals - 1)}E+37"
        return f"{value:+.{self.decimals}E}"
