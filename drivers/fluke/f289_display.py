"""What a Fluke 287 or 289 shows, and whether that is what was asked for.

Source: 289/287 Remote Interface Specification (2007), `QDDA`.
"""

import math
import re
from dataclasses import dataclass

READING_FIELDS = 9
OVERLOADS = ("OL", "OL_MINUS")
CHANGING = ("BLANK", "DISCHARGE")
NO_NUMBER = 9.99999999e37
"""Sent as the value of an overload and of an invalid reading."""

NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?(?:E[+-]?\d+)?", re.ASCII)
STAMP = re.compile(r"\d+\.\d+", re.ASCII)
WHOLE = re.compile(r"-?\d+", re.ASCII)
WORD = re.compile(r"[A-Za-z_/% ]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Display:
    """The settings shown and the reading in the primary place.

    Attributes:
        function: of the switch, e.g. MV_AC.
        second: function beside it; NONE mostly.
        ranging: AUTO or MANUAL.
        range_unit: unit of the range as sent, e.g. VAC.
        full_scale: of the range, in that unit (V, A or Ω).
        modes: what else is on, e.g. HOLD or REL.
        raw: the value as sent.
        unit: of the value as sent; its SI unit without multiplier.
        state: NORMAL, OL, BLANK…
        seconds: the meter's time when the reading was taken (s).
    """

    function: str
    second: str
    ranging: str
    range_unit: str
    full_scale: float
    modes: tuple[str, ...]
    raw: str
    unit: str
    state: str
    seconds: float

    @property
    def ranges_automatically(self) -> bool:
        """Whether the meter chooses the range."""
        return self.ranging == "AUTO"

    @property
    def is_changing(self) -> bool:
        """Whether there is no number for the moment: a range or a key changes."""
        return self.state in CHANGING

    @property
    def is_overload(self) -> bool:
        """Whether the input is beyond the range."""
        return self.state in OVERLOADS

    @property
    def is_number(self) -> bool:
        """Whether the reading is one."""
        return self.state == "NORMAL" and abs(float(self.raw)) < NO_NUMBER


def parse_display(line: str) -> Display | None:
    """Return what `line` says is displayed, or None when it is not the answer to `QDDA`."""
    fields = line.split(",")
    if len(fields) < 9 or not WHOLE.fullmatch(fields[8]):
        return None
    function, second, ranging, range_unit, range_, multiplier, bolt, start = fields[:8]
    count = int(fields[8])
    modes, rest = fields[9 : 9 + max(count, 0)], fields[9 + max(count, 0) :]
    sound = (
        all(WORD.fullmatch(word) for word in (function, second, range_unit, *modes))
        and ranging in ("AUTO", "MANUAL")
        and WHOLE.fullmatch(range_)
        and WHOLE.fullmatch(multiplier)
        and bolt in ("ON", "OFF")
        and STAMP.fullmatch(start)
        and len(modes) == count
    )
    primary = _primary(rest)
    if not sound or primary is None:
        return None
    raw, unit, state, seconds = primary
    full_scale = int(range_) * 10.0 ** int(multiplier)
    shown = function, second, ranging, range_unit, full_scale, tuple(modes)
    return Display(*shown, raw, unit, state, seconds)


def _primary(fields: list[str]) -> tuple[str, str, str, float] | None:
    """Return value, unit, state and time of the only primary reading; None when malformed."""
    if not fields or not WHOLE.fullmatch(fields[0]):
        return None
    count, rest = int(fields[0]), fields[1:]
    blocks = [rest[at : at + READING_FIELDS] for at in range(0, len(rest), READING_FIELDS)]
    if len(rest) != READING_FIELDS * count or not all(_is_reading(block) for block in blocks):
        return None
    primary = [block for block in blocks if block[0] == "PRIMARY"]
    if len(primary) != 1:
        return None
    _, value, unit, _, _, _, state, _, stamp = primary[0]
    return value, unit, state, float(stamp)


def _is_reading(block: list[str]) -> bool:
    place, value, unit, multiplier, decimals, digits, state, attribute, stamp = block
    return (
        all(WORD.fullmatch(word) for word in (place, unit, state, attribute))
        and all(WHOLE.fullmatch(each) for each in (multiplier, decimals, digits))
        and NUMBER.fullmatch(value) is not None
        and STAMP.fullmatch(stamp) is not None
    )


@dataclass(frozen=True, slots=True)
class Setting:
    """What the operator must have set.

    Attributes:
        quantity: in words.
        functions: the positions of the switch that measure it.
        units: of the reading as the meter may send them.
        full_scale: of the range (V, A or Ω).
    """

    quantity: str
    functions: tuple[str, ...]
    units: tuple[str, ...]
    full_scale: float

    def objection(self, shown: Display) -> tuple[str, str] | None:
        """Return what is set wrongly and what to do about it; None when it is right."""
        if shown.function not in self.functions or shown.unit not in self.units:
            said = f"the switch is at {shown.function}, the reading is in {shown.unit}"
            return said, f"Turn the switch to {self.quantity} ({' or '.join(self.functions)})"
        if shown.second != "NONE" or shown.modes:
            others = ", ".join([shown.second] * (shown.second != "NONE") + list(shown.modes))
            return f"{others} is on", "Switch it off: the reading must be the measured value"
        return None

    def range_objection(self, shown: Display) -> tuple[str, str] | None:
        """Return how the range differs and what to do about it; None when it is right."""
        if math.isclose(shown.full_scale, self.full_scale, rel_tol=1e-6):
            return None
        said = f"its range is {shown.full_scale:.9G}, asked for is {self.full_scale:.9G}"
        return said, f"Press RANGE until the range is {self.full_scale:.9G} {self.units[0]}"
