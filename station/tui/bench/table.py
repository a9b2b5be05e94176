"""The bench as text: a head, a row for each instrument, and all that is known of one."""

from collections.abc import Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from station.errors import told
from station.locale import N_
from station.roles import role_words
from station.tui.bench.door import BenchAt
from station.tui.bench.seen import BenchSeen, Calibrated, Calibration, Found, InstrumentSeen
from station.tui.bench.talk import Left
from station.tui.parts import numbers
from station.tui.parts.cells import Column, cell
from station.tui.parts.words import Speech

COLUMNS = (
    Column("role", N_("Role"), 14, 18),
    Column("title", N_("Instrument"), 18, 42),
    Column("address", N_("Address"), 13, 40),
    Column("state", N_("Answers"), 13, 18),
    Column("calibration", N_("Calibration"), 21, 30),
)

STYLE = {
    Found.FOUND: "green",
    Found.ABSENT: "bold red",
    Found.WRONG: "bold red",
    Calibrated.IN: "green",
    Calibrated.SOON: "yellow",
    Calibrated.OUT: "bold red",
    Calibrated.EARLY: "bold red",
    Calibrated.NONE: "bold red",
    Calibrated.REFUSED: "bold red",
}

DIGITS = {"°C": ".1f", "%": ".0f", "hPa": ".1f"}


def kind(*, simulated: bool, say: Speech) -> Text:
    """Return whether the instruments are simulated or real, in unmistakable letters."""
    if simulated:
        return Text.assemble((say(" SIMULATED "), "bold reverse"))
    return Text.assemble((say(" REAL INSTRUMENTS "), "bold reverse red"))


def head(at: BenchAt, seen: BenchSeen, say: Speech) -> Text:
    """Return what bench it is, its air, and who uses it."""
    first = kind(simulated=seen.simulated, say=say)
    first.append(f" {seen.name}", "bold").append(f"  {at.path}")
    lines = [first, _air(seen, say)]
    if seen.used:
        lines.append(Text.assemble((say(" IN USE "), "bold reverse"), f" {seen.used}"))
    return Text("\n", no_wrap=True, overflow="ellipsis").join(lines)


def _air(seen: BenchSeen, say: Speech) -> Text:
    text = Text(" ")
    if seen.ambient:
        values = (
            f"{numbers.plain(value, say.notation, DIGITS[unit])} {unit}"
            for unit, value in seen.ambient.items()
        )
        text.append(f"{say('Air')}: {'  '.join(values)}  ({say(seen.ambient_from)})")
    else:
        text.append(say("Air: not known here; the run asks for it"))
    return text


def row(one: InstrumentSeen, shared: Sequence[int], say: Speech) -> Text:
    """Return the row of an instrument."""
    state = say(one.found.value)
    if one.errors:
        state += f"  !{len(one.errors)}"
    texts = (
        (role_words(one.role, say), ""),
        (say(one.title), ""),
        (one.entry.address, ""),
        (state, "bold yellow" if one.errors else STYLE.get(one.found, "")),
        (calibrated(one.calibration, say), STYLE.get(one.calibration.how, "")),
    )
    cells = (cell(text, width, style) for (text, style), width in zip(texts, shared, strict=True))
    return Text.assemble(*cells)


def calibrated(calibration: Calibration, say: Speech) -> str:
    """Return the state of a calibration in a few words."""
    day = "" if calibration.day is None else f"{calibration.day:%Y-%m-%d}"
    why = "" if calibration.why is None else calibration.why.told(say)
    return say(calibration.how.value).format(day=day, why=why)


def account(one: InstrumentSeen, say: Speech) -> Group:
    """Return all that is known of one instrument."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    table.add_row(say("Instrument"), f"{say(one.title)}  ({one.entry.model})")
    table.add_row(say("Address"), one.entry.address)
    table.add_row(say("Serial number"), _serial(one, say))
    if one.identity:
        table.add_row(say("Answers"), Text(one.identity))
    if one.calibration.number:
        what = f"{one.calibration.number}  {calibrated(one.calibration, say)}"
        table.add_row(say("Certificate"), Text(what))
    if one.calibration.why:
        table.add_row(say("Register"), Text(f"✗ {one.calibration.why.told(say)}"))
    table.add_row(say("Error queue"), _errors(one, say))
    if one.trouble:
        table.add_row("", Text(f"✗ {told(one.trouble, say)}", "bold"))
    return Group(table)


def left_as(left: Left, say: Speech) -> str:
    """Return what became of an output when the dialogue with it ended; "" where it has none."""
    failure = None if left.looked is None else left.looked.failure
    why = "" if failure is None else told(failure, say)
    return say(left.terminals.value).format(role=role_words(left.role, say), why=why)


def _serial(one: InstrumentSeen, say: Speech) -> Text:
    expected = one.entry.serial or say("any")
    if one.found is not Found.FOUND:
        return Text(expected)
    if not one.says_serial:
        return Text(f"{expected}  {say('! it cannot say its serial number: read the plate')}")
    how = say("✓ as expected") if one.entry.serial else say("! none is expected")
    return Text(f"{expected}  {how}")


def _errors(one: InstrumentSeen, say: Speech) -> Text:
    if one.found is not Found.FOUND:
        return Text("–")
    if one.errors is None:
        return Text(say("– it has none that can be read"))
    if not one.errors:
        return Text(say("✓ empty"))
    entries = "\n".join(f"! {entry}" for entry in one.errors)
    return Text(f"{entries}\n{say('They were read, and are not in it any more.')}")
