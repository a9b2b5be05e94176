"""The 8508A's language: a function header with a list of options.

Source: PhilippCo/testgear (testgear/Fluke/F8508A.py) for most options; 8508A User's Manual p. 4-19
for the execution errors.  Every option left out keeps its former state.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from simulators.multimeter.specification import Measurand

HEADER = re.compile(r"\s*(\*?[A-Za-z][A-Za-z_]*\??)(?:\s+(.*?))?\s*", re.ASCII | re.DOTALL)
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)

DATA_ENTRY, OUT_OF_LIMIT, ILLEGAL_RANGE = 1007, 1013, 1014
NOTHING_QUEUED = 1000

_FAST = ("FAST_ON", "FAST_OFF")
_FILTER = ("FILT_ON", "FILT_OFF")
_WIRES = ("TWO_WR", "FOUR_WR")
_AC_FILTERS = ("FILT100HZ", "FILT40HZ", "FILT10HZ", "FILT1HZ")
_COUPLING = ("ACCP", "DCCP")
_LOW_CURRENT = ("LOI_ON", "LOI_OFF")


class CommandError(Exception):
    """A message unit that is none: bit 5 of the event register."""


class ExecutionError(Exception):
    """A command that cannot be carried out; its number goes into the queue of EXQ?."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@dataclass(frozen=True)
class Function:
    """One function header.

    Attributes:
        measurand: with two wires.
        four_wire: with four.
        groups: options of which one excludes the others.
        digits: resolutions that RESL may choose.
        fresh: state of each group after a reset.
        wires: always this many; 0: as TWO_WR and FOUR_WR say.
    """

    measurand: Measurand
    groups: tuple[tuple[str, ...], ...]
    digits: tuple[int, ...]
    fresh: tuple[str, ...]
    four_wire: Measurand | None = None
    wires: int = 0


_OHMS = (Measurand.RESISTANCE, Measurand.RESISTANCE_4_WIRE)
FUNCTIONS: Mapping[str, Function] = {
    "DCV": Function(Measurand.DC_VOLTAGE, (_FAST, _FILTER, _WIRES), (5, 6, 7, 8),
                    ("FAST_ON", "FILT_OFF", "TWO_WR")),
    "ACV": Function(Measurand.AC_VOLTAGE, (("TFER_ON", "TFER_OFF"), _AC_FILTERS, _COUPLING, _WIRES),
                    (5, 6), ("TFER_ON", "FILT100HZ", "ACCP", "TWO_WR")),
    "DCI": Function(Measurand.DC_CURRENT, (_FAST, _FILTER), (5, 6, 7), ("FAST_ON", "FILT_OFF")),
    "ACI": Function(Measurand.AC_CURRENT, (_AC_FILTERS, _COUPLING), (5, 6), ("FILT100HZ", "ACCP")),
    "OHMS": Function(_OHMS[0], (_FAST, _FILTER, _WIRES, _LOW_CURRENT), (5, 6, 7, 8),
                     ("FAST_ON", "FILT_OFF", "TWO_WR", "LOI_OFF"), _OHMS[1]),
    "TRUE_OHMS": Function(_OHMS[0], (_FAST, _FILTER, _WIRES, _LOW_CURRENT), (5, 6, 7, 8),
                          ("FAST_ON", "FILT_OFF", "FOUR_WR", "LOI_OFF"), _OHMS[1], wires=4),
    "HIV_OHMS": Function(_OHMS[0], (_FAST, _FILTER, _WIRES), (5, 6, 7),
                         ("FAST_ON", "FILT_OFF", "TWO_WR"), _OHMS[1]),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """One command: header in capitals, `?` included, and its parameters in capitals."""

    header: str
    parameters: tuple[str, ...]

    def number(self) -> float:
        """Return the one number it has.

        Raises:
            CommandError: something else is there.
        """
        if len(self.parameters) != 1 or not NUMBER.fullmatch(self.parameters[0]):
            raise CommandError
        return float(self.parameters[0])

    def word(self, *known: str) -> str:
        """Return the one word it has, one of `known`.

        Raises:
            CommandError: something else is there.
        """
        if len(self.parameters) != 1 or self.parameters[0] not in known:
            raise CommandError
        return self.parameters[0]


def units_of(message: str) -> Iterator[Unit | CommandError]:
    """Yield the commands of a message; what is none becomes an error."""
    for part in message.split(";"):
        if not part.strip():
            continue
        found = HEADER.fullmatch(part)
        if found is None:
            yield CommandError()
            continue
        texts = found[2].split(",") if found[2] else []
        yield Unit(found[1].upper(), tuple(text.strip().upper() for text in texts))
