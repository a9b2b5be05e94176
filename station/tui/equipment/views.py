"""What a page of equipment shows: five tables, each with something below it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from rich.text import Text

from station.clock import ZONE
from station.locale import N_
from station.metrology.history import PredictedReference
from station.register import entries as e
from station.register.equipment_standing import due_of
from station.register.state import OfEquipment
from station.run.sources import QUANTITIES
from station.tui.equipment.charts import control
from station.tui.equipment.known import Known
from station.tui.equipment.plot import Level, Mark, Plot, form_of, unit_of
from station.tui.equipment.values import ValueLine, ValueRow
from station.tui.equipment.view import Cell, View, title
from station.tui.equipment.words import (
    SERVICES,
    K,
    drift_words,
    place_words,
    predicted_words,
    small,
    value_words,
)
from station.tui.parts import numbers
from station.tui.parts.cells import Column
from station.tui.parts.words import Speech

WAITS = "bold yellow"
"""How what waits for acceptance looks, besides its letter."""

# -- what is certified -----------------------------------------------------------------------

VALUES = (
    Column("quantity", N_("Quantity"), 13, 22),
    Column("place", N_("Nominal"), 13, 18, right=True),
    Column("value", N_("Deviation"), 12, 14, right=True),
    Column("u", "U", 9, 11, right=True),
    Column("drift", N_("Drift a year"), 13, 16, right=True),
    Column("predicted", N_("Today"), 10, 14, right=True),
    Column("predicted-u", "U", 9, 11, right=True),
)


def values(known: Known, say: Speech) -> View:
    """Return what the certificate in use says, how it drifts, and what the one that waits says."""
    empty = N_("A certificate waits: a accepts it, x puts it aside.")
    if not known.waits:
        empty = N_("No certificate is in use: n takes one in.")
    return View(
        VALUES,
        tuple(_value_row(known, row, say) for row in known.values),
        lambda row, width, height: _history(known, known.values[row], width, height, say),
        empty,
    )


def _value_row(known: Known, row: ValueRow, say: Speech) -> tuple[Cell, ...]:
    line, style = row.told, WAITS if row.waits else ""
    # Of a place that is in use the row above says the quantity.
    quantity = say(QUANTITIES.get(line.place.quantity, line.place.quantity))
    name = known.waits if row.waits and row.present else quantity
    where = (f"W {name}" if row.waits else name, place_words(line, say))
    now = (drift_words(line, say), *predicted_words(line, say))
    return tuple((text, style) for text in (*where, *value_words(line, say), *now))


def _history(known: Known, row: ValueRow, width: int, height: int, say: Speech) -> Text:
    line = row.told
    text = title(place_words(line, say))
    if row.waits:
        told = say("{number} waits: a accepts it, x puts it aside").format(number=known.waits)
        text.append(told, WAITS)
    else:
        text.append_text(_history_words(line, say))
    text.truncate(width, overflow="ellipsis")
    spans = tuple(_spans(known, row))
    unit = unit_of(line.unit, [abs(value) + half for _, value, half, *_ in spans])
    marks = tuple(
        Mark(day, float(unit.apply(value)), float(unit.apply(half)), sign, bar, style)
        for day, value, half, sign, bar, style in spans
    )
    level = (Level(0.0, "", "┈"),) if line.base or _crosses(marks) else ()
    tops = [mark.value + side * mark.half for mark in marks for side in (-1, 1)]
    form = form_of(max(map(abs, tops)), max(tops) - min(tops))

    def number(value: float) -> str:
        return f"{numbers.plain(value, say.notation, form)} {unit.unit}".rstrip()

    return text.append("\n").append_text(Plot(marks, level).draw(width, height - 1, number))


def _spans(known: Known, row: ValueRow) -> Iterator[tuple[date, float, float, str, str, str]]:
    """Yield day, value and U of what is drawn of a place, in its unit, and how each is drawn."""
    base, present, offered = row.told.base, row.present, row.offered
    for c in present.calibrations if present else ():
        yield c.on, c.value - base, K * c.standard_uncertainty, "●", "│", "cyan"
    for day, then in _predicted(known, present) if present else ():
        yield day, then.value - base, K * then.combined_uncertainty, "◇", "┊", "bold yellow"
    for c in offered.calibrations if offered else ():
        yield c.on, c.value - base, K * c.standard_uncertainty, "W", "│", WAITS


def _predicted(known: Known, line: ValueLine) -> Iterator[tuple[date, PredictedReference]]:
    """Yield what is predicted for today, and for the last day of use."""
    if line.predicted is None or line.history is None:
        return
    yield known.today, line.predicted
    last = due_of(known.equipment)
    if last is not None and last > known.today:
        yield last, line.history.predict(last)


def _crosses(marks: Sequence[Mark]) -> bool:
    return min(m.value - m.half for m in marks) <= 0.0 <= max(m.value + m.half for m in marks)


def _history_words(line: ValueLine, say: Speech) -> Text:
    if line.history is None:
        count = len(line.calibrations)
        return Text(say("{count} of 3 certificates that a drift needs").format(count=count))
    drift = drift_words(line, say).strip("()")
    told = N_("significant") if line.history.is_significant else N_("within chance")
    signs = f"● {say('certified')}  ◇ {say('predicted')}"
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
        return N_("W to be accepted"), WAITS
    if used is not None and certificate.number == used.number:
        return N_("✓ in use"), "green"
    return N_("– before"), ""


def _paper(certificate: e.CertificateEntered, known: Known, say: Speech) -> Text:
    text = Text().append(f"{certificate.number}   ", "bold")
    text.append(f"{say(certificate.source)}\n")
    traceability = known.papers[certificate.number].traceability
    text.append(f"{say('Traceability')}: {traceability or '–'}\n")
    if certificate.number not in known.equipment.accepted:
        text.append(f"→ {say('a: accept it   x: reject it')}\n", "bold")
    for finding in certificate.sentences:
        text.append(f"! {finding.told(say)}\n", "yellow")
    if not certificate.findings:
        text.append(f"✓ {say('Nothing about it is implausible.')}\n", "green")
    return text


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
    e.CheckPlanned: N_("check planned"),
    e.BaselineAccepted: N_("baseline accepted"),
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
    match entry:
        case e.Serviced():
            passed = {None: "", True: f"✓ {say('passed')}", False: f"✗ {say('failed')}"}
            said: tuple[object, ...] = (entry.on, passed[entry.passed], entry.note)
        case e.CheckPlanned():
            days = entry.every_days
            often = say("every {days} days").format(days=days) if days else say("not any more")
            said = (often, entry.point, entry.procedure, entry.note)
        case e.BaselineAccepted():
            centre = small(entry.centre, entry.unit, say)
            s = small(entry.standard_deviation, entry.unit, say).lstrip("+")
            of = say("{count} measurements, {first} to {last}")
            values = of.format(count=len(entry.runs), first=entry.first, last=entry.last)
            doubts = "".join(f"! {say(doubt)}" for doubt in entry.doubts)
            said = (centre, f"s {s}", entry.point, values, doubts, entry.reason)
        case _:
            left_out = {"kind", "by", "equipment", "document", "original"}
            said = tuple(entry.model_dump(exclude=left_out).values())
    return "  ".join(str(each) for each in said if each not in ("", None, ()))


VIEWS: tuple[tuple[str, Callable[[Known, Speech], View]], ...] = (
    (N_("Values and drift"), values),
    (N_("Certificates"), certificates),
    (N_("Control chart"), control),
    (N_("Use"), use),
    (N_("Log"), log),
)
"""Title of each view and what makes it, in order."""
