"""What a balance with MT-SICS understands: levels 0 to 2, as an analytical balance has them.

Source: Mettler-Toledo MT-SICS reference pages; the marked ones from memory, unverified.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from simulators.mettler_sics.adjustment import is_loaded
from simulators.mettler_sics.panel import (
    SIGN,
    UNITS,
    Answer,
    Command,
    Refused,
    SicsPanel,
)
from simulators.mettler_sics.stream import Kind, Stream
from simulators.weighing.scale import GRAMS, Outcome, stepped

VERSIONS = '"0123" "2.30" "2.22" "2.33" "2.20"'
SOFTWARE = "2.10 10.28.0.493.142"
SOFTWARE_ID = "11780363"  # from memory, unverified
LONGEST_NAME = 20
LONGEST_TEXT = 40  # characters of the display; from memory, unverified
ADJUSTING_SECONDS = 30.0  # 20 s to 60 s
ABORTING_SECONDS = 1.0  # a choice
LONGEST_WAIT = 60.0  # s that SC may be told to wait; from memory, unverified
DOORS = (0, 1, 2)  # closed, right open, left open

NUMBER = re.compile(r"[+-]?\d+(\.\d*)?|[+-]?\.\d+", re.ASCII)

Words = tuple[str, ...]


def _number(text: str, command: str) -> float:
    """Return a number.

    Raises:
        Refused: it is none.
    """
    if not NUMBER.fullmatch(text):
        raise Refused(f"{command} L")
    return float(text)


def _whole(text: str, command: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise Refused(f"{command} L")
    return int(text)


def _kilograms(words: Words, command: str) -> float:
    """Return a weight given as value and unit."""
    units = {name: per_kilogram for name, per_kilogram in UNITS.values()}
    if len(words) != 2 or words[1] not in units:
        raise Refused(f"{command} L")
    return _number(words[0], command) / units[words[1]]


def _reset(panel: SicsPanel, words: Words) -> Answer:
    return panel.restart()


def _list_commands(panel: SicsPanel, words: Words) -> Answer:
    entries = [f'{command.level} "{name}"' for name, command in sorted(panel.commands.items())]
    return panel.say(*(f"I0 B {entry}" for entry in entries[:-1]), f"I0 A {entries[-1]}")


def _levels(panel: SicsPanel, words: Words) -> Answer:
    return f"I1 A {VERSIONS}"


def _type(panel: SicsPanel, words: Words) -> Answer:
    balance = panel.scale.cell.specification
    return f'I2 A "{balance.type_name} Excellence {balance.capacity * GRAMS:.5f} g"'


def _software(panel: SicsPanel, words: Words) -> Answer:
    return f'I3 A "{SOFTWARE}"'


def _serial(panel: SicsPanel, words: Words) -> Answer:
    return f'I4 A "{panel.serial}"'


def _software_id(panel: SicsPanel, words: Words) -> Answer:
    return f'I5 A "{SOFTWARE_ID}"'


def _name(panel: SicsPanel, words: Words) -> Answer:
    if not words:
        return f'I10 A "{panel.switches.name}"'
    if len(words[0]) > LONGEST_NAME:
        raise Refused("I10 L")
    panel.switches.name = words[0]
    return "I10 A"


def _model(panel: SicsPanel, words: Words) -> Answer:
    return f'I11 A "{panel.scale.cell.specification.type_name}"'


def _stable(panel: SicsPanel, words: Words, *, shown: bool = False) -> Answer:
    panel.stream = None
    return panel.value(panel.scale.reading(panel.settle("S")), shown=shown)


def _immediate(panel: SicsPanel, words: Words, *, shown: bool = False) -> Answer:
    panel.stream = None
    return panel.value(panel.scale.reading(panel.world.clock.monotonic()), shown=shown)


def _repeat(panel: SicsPanel, words: Words, *, command: str) -> Answer:
    panel.stream = Stream(Kind.ALL, panel.cursor, command)
    return ()


def _on_change(panel: SicsPanel, words: Words, *, kind: Kind, command: str) -> Answer:
    threshold = _kilograms(words, "S") if words else None
    stable = panel.settle("S")
    reading = panel.scale.reading(stable)
    stream = Stream(kind, panel.cursor, command, threshold)
    panel.stream = replace(stream, next_at=stable + 0.1, last=reading.net)
    return panel.value(reading, shown=command.endswith("U"))


def _stable_or_not(panel: SicsPanel, words: Words) -> Answer:
    """Answer SC: a stable value, or the present one after so many milliseconds."""
    seconds = _whole(words[0], "S") * 1e-3
    if seconds > LONGEST_WAIT:
        raise Refused("S L")
    panel.stream = None
    now = panel.world.clock.monotonic()
    instant = min(panel.scale.stable_at(now), now + seconds)
    panel.cursor = max(panel.cursor, instant)
    return panel.value(panel.scale.reading(instant))


def _zero(panel: SicsPanel, words: Words) -> Answer:
    outcome = panel.scale.zero(panel.settle("Z"))
    return "Z A" if outcome is Outcome.DONE else f"Z {SIGN[outcome]}"


def _zero_now(panel: SicsPanel, words: Words) -> Answer:
    now = panel.world.clock.monotonic()
    stable = panel.scale.reading(now).stable
    outcome = panel.scale.zero(now)
    if outcome is not Outcome.DONE:
        return f"ZI {SIGN[outcome]}"
    return "ZI S" if stable else "ZI D"


def _tare(panel: SicsPanel, words: Words) -> Answer:
    instant = panel.settle("T")
    outcome = panel.scale.take_tare(instant)
    if outcome is not Outcome.DONE:
        return f"T {SIGN[outcome]}"
    return f"T S {panel.weight(panel.scale.tare, panel.scale.cell.step(panel.scale.tare))}"


def _tare_now(panel: SicsPanel, words: Words) -> Answer:
    now = panel.world.clock.monotonic()
    letter = "S" if panel.scale.reading(now).stable else "D"
    outcome = panel.scale.take_tare(now)
    if outcome is not Outcome.DONE:
        return f"TI {SIGN[outcome]}"
    return f"TI {letter} {panel.weight(panel.scale.tare, panel.scale.cell.step(panel.scale.tare))}"


def _preset_tare(panel: SicsPanel, words: Words) -> Answer:
    scale = panel.scale
    if words:
        tare = _kilograms(words, "TA")
        if not 0.0 <= tare <= scale.cell.specification.capacity:
            raise Refused("TA L")
        scale.tare = stepped(tare, scale.cell.step(tare))
    return f"TA A {panel.weight(scale.tare, scale.cell.step(scale.tare))}"


def _clear_tare(panel: SicsPanel, words: Words) -> Answer:
    panel.scale.tare = 0.0
    return "TAC A"


def _display(panel: SicsPanel, words: Words) -> Answer:
    panel.switches.text = words[0][:LONGEST_TEXT]
    return "D A" if len(words[0]) <= LONGEST_TEXT else "D R"  # R from memory, unverified


def _show_weight(panel: SicsPanel, words: Words) -> Answer:
    panel.switches.text = None
    return "DW A"


def _keys(panel: SicsPanel, words: Words) -> Answer:
    if _whole(words[0], "K") not in (1, 2, 3, 4):
        raise Refused("K L")
    return "K A"


def _adjust(panel: SicsPanel, words: Words, *, command: str) -> Answer:
    """Answer C1 and C3: internal adjustment, with an empty pan (a loaded one makes it abort)."""
    if not panel.scale.cell.specification.internal_weight:
        raise Refused(f"{command} L")
    loaded = is_loaded(panel.scale, panel.cursor)
    seconds = ABORTING_SECONDS if loaded else ADJUSTING_SECONDS
    return panel.begin_internal_adjustment(command, seconds)


def _adjustment_setting(panel: SicsPanel, words: Words) -> Answer:
    return 'C0 A 0 0 ""'  # from memory, unverified


def _external(panel: SicsPanel, words: Words) -> Answer:
    return panel.begin_adjustment()


def _mode(panel: SicsPanel, words: Words, *, command: str) -> Answer:
    if not words:
        return f"{command} A {panel.switches.modes[command]}"
    panel.switches.modes[command] = _whole(words[0], command)
    return f"{command} A"


def _unit(panel: SicsPanel, words: Words) -> Answer:
    """Set the unit of replies (type 0) or of the display (type 1)."""
    if not words:  # the form of this answer is from memory, unverified
        return panel.say(f"M21 B 0 {panel.switches.host}", f"M21 A 1 {panel.switches.shown}")
    if len(words) != 2:
        raise Refused("M21 L")
    type_, unit = (_whole(word, "M21") for word in words)
    if type_ not in (0, 1) or unit not in UNITS:
        raise Refused("M21 L")
    if type_ == 0:
        panel.switches.host = unit
    else:
        panel.switches.shown = unit
    return "M21 A"


def _temperatures(panel: SicsPanel, words: Words) -> Answer:
    celsius = panel.world.air.celsius
    return panel.say(f"M28 B 1 {celsius:.1f}", f"M28 A 2 {celsius + 0.3:.1f}")


def _doors(panel: SicsPanel, words: Words) -> Answer:
    if not words:
        return f"WS A {panel.switches.doors}"
    door = _whole(words[0], "WS")
    if door not in DOORS:
        raise Refused("WS L")
    panel.switches.doors = door
    return "WS A"


def _power(panel: SicsPanel, words: Words) -> Answer:
    if words[0] not in ("0", "1"):
        raise Refused("PWR L")
    panel.switches.sleeping = words[0] == "0"
    panel.stream = None
    lines = ("PWR A",) if panel.switches.sleeping else ("PWR A", f'I4 A "{panel.serial}"')
    return panel.say(*lines)


def _transfer_key(panel: SicsPanel, words: Words) -> Answer:
    if words and words[0] not in ("0", "1"):
        raise Refused("ST L")
    return "ST A"


def _on_changes(kind: Kind, command: str) -> Command:
    return Command(partial(_on_change, kind=kind, command=command), 1, 0, 2)


COMMANDS: Mapping[str, Command] = MappingProxyType({
    "@": Command(_reset, 0), "I0": Command(_list_commands, 0), "I1": Command(_levels, 0),
    "I2": Command(_type, 0), "I3": Command(_software, 0), "I4": Command(_serial, 0),
    "I5": Command(_software_id, 0), "S": Command(_stable, 0), "SI": Command(_immediate, 0),
    "SIR": Command(partial(_repeat, command="SIR"), 0), "Z": Command(_zero, 0),
    "ZI": Command(_zero_now, 0),
    "D": Command(_display, 1, 1, 1), "DW": Command(_show_weight, 1), "K": Command(_keys, 1, 1, 1),
    "SR": _on_changes(Kind.CHANGES, "SR"), "T": Command(_tare, 1),
    "TA": Command(_preset_tare, 1, 0, 2), "TAC": Command(_clear_tare, 1),
    "TI": Command(_tare_now, 1),
    "C0": Command(_adjustment_setting, 2), "C1": Command(partial(_adjust, command="C1"), 2),
    "C2": Command(_external, 2), "C3": Command(partial(_adjust, command="C3"), 2),
    "I10": Command(_name, 2, 0, 1), "I11": Command(_model, 2),
    "M01": Command(partial(_mode, command="M01"), 2, 0, 1),
    "M02": Command(partial(_mode, command="M02"), 2, 0, 1),
    "M03": Command(partial(_mode, command="M03"), 2, 0, 1),
    "M21": Command(_unit, 2, 0, 2), "M28": Command(_temperatures, 2),
    "PWR": Command(_power, 2, 1, 1), "SC": Command(_stable_or_not, 2, 1, 1),
    "SIRU": Command(partial(_repeat, command="SIRU"), 2),
    "SIU": Command(partial(_immediate, shown=True), 2),
    "SNR": _on_changes(Kind.STABLE_CHANGES, "SNR"),
    "SNRU": _on_changes(Kind.STABLE_CHANGES, "SNRU"), "SRU": _on_changes(Kind.CHANGES, "SRU"),
    "ST": Command(_transfer_key, 2, 0, 1), "SU": Command(partial(_stable, shown=True), 2),
    "WS": Command(_doors, 2, 0, 1),
})  # fmt: skip
