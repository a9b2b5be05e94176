"""What a page of equipment shows: five tables, each with something below it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.text import Text

from station.clock import ZONE
from station.locale import N_
from station.metrology.control_chart import BaselineFault, RunRule
from station.metrology.rounding import scale
from station.register import entries as e
from station.register.state import OfEquipment
from station.tui.equipment.control import ControlLine
from station.tui.equipment.known import Known
from station.tui.equipment.plot import Level, Mark, Plot
from station.tui.equipment.values import ValueLine
from station.tui.equipment.words import (
    K,
    drift_words,
    place_words,
    point_words,
    predicted_words,
    small,
    value_words,
)
from station.tui.parts import numbers
from station.tui.parts.cells import Column
from station.tui.parts.words import Speech

Cell = tuple[str, str]
"""Text and style."""


@dataclass(frozen=True, slots=True)
class View:
    """One table and what is below it.

    Attributes:
        columns: of the table.
        rows: a cell for each column.
        below: row, width and height → what is shown of that row.
        empty: why there is no row, and what to do about it.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    below: Callable[[int, int, int], Text]
    empty: str


# -- what is certified -----------------------------------------------------------------------

VALUES = (
    Column("quantity", N_("Quantity"), 12, 22),
    Column("place", N_("Nominal"), 13, 18, right=True),
    Column("value", N_("Deviation"), 12, 14, right=True),
    Column("u", "U", 9, 11, right=True),
    Column("drift", N_("Drift a year"), 13, 16, right=True),
    Column("predicted", N_("Today"), 10, 14, right=True),
    Column("predicted-u", "U", 9, 11, right=True),
)


def values(known: Known, say: Speech) -> View:
    """Return what the certificate in use says, and how it drifts."""
    rows = []
    for line in known.values:
        where = (line.place.quantity, place_words(line, say))
        now = (drift_words(line, say), *predicted_words(line, say))
        texts = (*where, *value_words(line, say), *now)
        rows.append(tuple((text, "") for text in texts))
    return View(
        VALUES,
        tuple(rows),
        lambda row, width, height: _history(known, known.values[row], width, height, say),
        N_("No certificate is in use: n takes one in."),
    )


def _history(known: Known, line: ValueLine, width: int, height: int, say: Speech) -> Text:
    text = _title(place_words(line, say))
    text.append_text(_history_words(line, say)).append("\n")
    unit = scale(line.unit, max(abs(c.value - line.base) + K * c.standard_uncertainty
                                for c in line.calibrations))  # fmt: skip

    def scaled(value: float) -> float:
        return float(unit.apply(value))

    marks = [
        Mark(c.on, scaled(c.value - line.base), scaled(K * c.standard_uncertainty), style="cyan")
        for c in line.calibrations
    ]
    if line.predicted is not None:
        half = scaled(K * line.predicted.combined_uncertainty)
        value = scaled(line.predicted.value - line.base)
        marks.append(Mark(known.today, value, half, sign="◇", bar="┊", style="bold yellow"))
    level = (Level(0.0, "", "┈"),) if line.base or _crosses(marks) else ()

    def number(value: float) -> str:
        return f"{numbers.plain(value, say.notation, '+.3g')} {unit.unit}".rstrip()

    return text.append_text(Plot(tuple(marks), level).draw(width, height - 1, number))


def _title(text: str) -> Text:
    """Return the beginning of the line above a drawing; the line is never broken."""
    return Text(no_wrap=True, overflow="ellipsis").append(f"{text}   ", "bold")


def _crosses(marks: Sequence[Mark]) -> bool:
    return min(m.value - m.half for m in marks) <= 0.0 <= max(m.value + m.half for m in marks)


def _history_words(line: ValueLine, say: Speech) -> Text:
    if line.history is None:
        count = len(line.calibrations)
        return Text(say("{count} of 3 certificates that a drift needs").format(count=count))
    drift = drift_words(line, say).strip("()")
    told = N_("significant") if line.history.is_significant else N_("within chance")
    signs = f"● {say('certified')}  ◇ {say('today')}"
    a_year = say("drift {drift} a year").format(drift=drift)
    return Text(f"{signs}   {a_year}: {say(told)}")


# -- certificates ----------------------------------------------------------------------------

CERTIFICATES = (
    Column("state", N_("State"), 17, 24),
    Column("number", N_("No."), 18, 24),
    Column("dated", N_("Dated"), 13, 13),
    Column("due", N_("Use until"), 13, 13),
    Column("issuer", N_("Issued by"), 18, 46),
)


def certificates(known: Known, say: Speech) -> View:
    """Return all certificates, the newest first."""
    every = sorted(known.equipment.certificates, key=lambda each: each.dated, reverse=True)
    rows = []
    for each in every:
        state, style = _state(each, known)
        texts = (each.number, f"{each.dated}", f"{each.due}", each.issuer)
        rows.append(((say(state), style), *((text, "") for text in texts)))
    return View(
        CERTIFICATES,
        tuple(rows),
        lambda row, _, __: _paper(every[row], known, say),
        N_("No certificate was entered: n takes one in."),
    )


def _state(certificate: e.CertificateEntered, known: Known) -> Cell:
    used = known.equipment.in_use
    if certificate.number not in known.equipment.accepted:
        return N_("W to be accepted"), "bold yellow"
    if used is not None and certificate.number == used.number:
        return N_("✓ in use"), "green"
    return N_("– before"), ""


def _paper(certificate: e.CertificateEntered, known: Known, say: Speech) -> Text:
    text = Text().append(f"{certificate.number}   ", "bold").append(f"{certificate.source}\n")
    traceability = known.papers[certificate.number].traceability
    text.append(f"{say('Traceability')}: {traceability or '–'}\n")
    if certificate.number not in known.equipment.accepted:
        text.append(f"→ {say('a: accept it   x: reject it')}\n", "bold")
    for finding in certificate.findings:
        text.append(f"! {finding}\n", "yellow")
    if not certificate.findings:
        text.append(f"✓ {say('Nothing about it is implausible.')}\n", "green")
    return text


# -- control charts --------------------------------------------------------------------------

CONTROL = (
    Column("title", N_("Test"), 15, 26),
    Column("point", N_("Nominal"), 14, 18, right=True),
    Column("count", N_("Count"), 7, 9, right=True),
    Column("centre", N_("Centre"), 12, 14, right=True),
    Column("s", "s", 11, 13, right=True),
    Column("last", N_("Last"), 11, 14, right=True),
    Column("signals", N_("Signals"), 9, 16),
)

RULES = {
    RunRule.BEYOND_3S: N_("1 beyond 3 s"),
    RunRule.TWO_OF_THREE_BEYOND_2S: N_("2 of 3 beyond 2 s on one side"),
    RunRule.FOUR_OF_FIVE_BEYOND_1S: N_("4 of 5 beyond 1 s on one side"),
    RunRule.EIGHT_ON_ONE_SIDE: N_("8 in a row on one side"),
    RunRule.SIX_IN_A_TREND: N_("6 in a row rising or falling"),
}

FAULTS = {
    BaselineFault.TOO_FEW: N_("fewer than 20 values"),
    BaselineFault.AUTOCORRELATED: N_("the values hang together"),
    BaselineFault.OUT_OF_CONTROL: N_("the baseline itself signals"),
}


def control(known: Known, say: Speech) -> View:
    """Return the control charts."""
    return View(
        CONTROL,
        tuple(_control_row(line, say) for line in known.control),
        lambda row, width, height: _chart(known.control[row], width, height, say),
        N_("No run measured it as its item: a check standard is measured again and again."),
    )


def _control_row(line: ControlLine, say: Speech) -> tuple[Cell, ...]:
    point, limits = line.point, line.limits
    centre = "–" if limits is None else small(limits.centre, point.unit, say)
    s = "–" if limits is None else small(limits.standard_deviation, point.unit, say).lstrip("+")
    last = small(line.values[-1].error, point.unit, say)
    completed = {signal.index for signal in line.signals}
    now = len(line.values) - 1 in completed
    told = f"✗ {len(completed)}" if completed else "✓ 0"
    style = "bold red" if now else "yellow" if completed else "green"
    texts = (say(point.title), point_words(line, say), str(len(line.values)), centre, s, last)
    return (*((text, "") for text in texts), (told if limits else "–", style if limits else ""))


def _chart(line: ControlLine, width: int, height: int, say: Speech) -> Text:
    text = _title(f"{say(line.point.title)} {point_words(line, say)}")
    text.append_text(_signals(line, say)).append("\n")
    limits = line.limits
    ends = (limits.lower, limits.upper) if limits else tuple(each.error for each in line.values)
    unit = scale(line.point.unit, max(map(abs, ends)))

    def scaled(value: float) -> float:
        return float(unit.apply(value))

    out = {signal.index for signal in line.signals}
    marks = tuple(
        Mark(each.on, scaled(each.error), sign="✗" if n in out else "●",
             style="bold red" if n in out else "cyan")
        for n, each in enumerate(line.values)
    )  # fmt: skip
    levels = () if limits is None else (
        Level(scaled(limits.upper), "+3 s", "─", "red"),
        Level(scaled(limits.centre), say("centre"), "┈"),
        Level(scaled(limits.lower), "−3 s", "─", "red"),
    )  # fmt: skip

    def number(value: float) -> str:
        return f"{numbers.plain(value, say.notation, '+.3g')} {unit.unit}".rstrip()

    return text.append_text(Plot(marks, levels).draw(width, height - 1, number))


def _signals(line: ControlLine, say: Speech) -> Text:
    if line.limits is None:
        return Text(say("Too few different values for limits."))
    last = len(line.values) - 1
    now = [say(RULES[signal.rule]) for signal in line.signals if signal.index == last]
    doubts = [say(FAULTS[fault]) for fault in line.faults]
    words = f"✗ {'; '.join(now)}" if now else f"✓ {say('the last value is in control')}"
    text = Text().append(words, "bold red" if now else "green")
    return text.append(f"   ! {'; '.join(doubts)}", "yellow") if doubts else text


# -- use and log -----------------------------------------------------------------------------

USE = (
    Column("begun", N_("Begun"), 18, 18),
    Column("hours", N_("Hours"), 7, 9, right=True),
    Column("run", N_("Run"), 16, 20),
    Column("procedure", N_("Procedure"), 10, 16),
    Column("item", N_("Item"), 16, 36),
    Column("people", N_("People"), 12, 24),
)


def use(known: Known, say: Speech) -> View:
    """Return the runs that used it, the newest first."""
    count, used = known.used
    rows = []
    for each in used:
        hours = numbers.plain(each.hours, say.notation, ".1f")
        at = f"{each.begun.astimezone(ZONE):%Y-%m-%d %H:%M}"
        texts = (at, hours, each.run, each.procedure, each.item, ", ".join(each.people))
        rows.append(tuple((text, "") for text in texts))
    told = say("Runs that used it: {count}; the newest {shown} are shown.")
    return View(
        USE,
        tuple(rows),
        lambda _, __, ___: Text(told.format(count=count, shown=len(used))),
        N_("No run used it."),
    )


LOG = (
    Column("at", N_("Written"), 18, 18),
    Column("what", N_("What"), 22, 28),
    Column("by", N_("By"), 13, 20),
    Column("more", "", 26, 60),
)
WHAT = {
    e.EquipmentEntered: N_("entered"),
    e.CertificateEntered: N_("certificate entered"),
    e.CertificateAccepted: N_("certificate accepted"),
    e.CertificateRejected: N_("certificate rejected"),
    e.EquipmentRetired: N_("out of service"),
    e.OverrideDecided: N_("use allowed"),
    e.FoundBad: N_("found bad"),
}
SERVICES = {
    e.ServiceKind.ADJUSTMENT: N_("adjustment"),
    e.ServiceKind.MAINTENANCE: N_("maintenance"),
    e.ServiceKind.REPAIR: N_("repair"),
    e.ServiceKind.CHECK: N_("intermediate check"),
    e.ServiceKind.DAMAGE: N_("damage"),
}


def log(known: Known, say: Speech) -> View:
    """Return everything that was written of it, the newest first: checks and services too."""
    rows = []
    for at, entry in reversed(known.equipment.log):
        what = SERVICES[entry.what] if isinstance(entry, e.Serviced) else WHAT[type(entry)]
        texts = (f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}", say(what), entry.by, _more(entry, say))
        rows.append(tuple((text, "") for text in texts))
    return View(LOG, tuple(rows), lambda row, _, __: Text(rows[row][-1][0]), "")


def _more(entry: OfEquipment, say: Speech) -> str:
    if isinstance(entry, e.Serviced):
        outcome = {None: "", True: f"✓ {say('passed')}", False: f"✗ {say('failed')}"}[entry.passed]
        return "  ".join(part for part in (f"{entry.on}", outcome, entry.note) if part)
    said = entry.model_dump(exclude={"kind", "by", "equipment", "document", "original"})
    return "  ".join(str(value) for value in said.values() if value not in ("", None, ()))


VIEWS: tuple[tuple[str, Callable[[Known, Speech], View]], ...] = (
    (N_("Values and drift"), values),
    (N_("Certificates"), certificates),
    (N_("Control chart"), control),
    (N_("Use"), use),
    (N_("Log"), log),
)
"""Title of each view and what makes it, in order."""
