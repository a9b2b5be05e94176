"""The control charts of a check standard as the page shows them."""

from collections.abc import Iterator

from rich.text import Text

from station.locale import N_
from station.register.equipment_control import ControlLine
from station.tui.equipment.known import Known
from station.tui.equipment.plot import Level, Mark, Plot, form_of, unit_of
from station.tui.equipment.view import Cell, View, title
from station.tui.equipment.words import RULES, doubts_words, nominal_words, small
from station.tui.parts import numbers
from station.tui.parts.cells import Column
from station.tui.parts.words import Speech, range_text

CONTROL = (
    Column("title", N_("Test"), 14, 26),
    Column("point", N_("Nominal"), 12, 18, right=True),
    Column("range", N_("range"), 8, 9, right=True),
    # The first to go in a narrow terminal: the lines above the chart and the dialog have it.
    Column("count", N_("Count"), 0, 9, right=True),
    Column("centre", N_("Centre"), 11, 14, right=True),
    Column("half", "± 3 s", 9, 13, right=True),
    Column("last", N_("Last"), 11, 14, right=True),
    Column("signals", N_("Control"), 14, 24),
)


def control(known: Known, say: Speech) -> View:
    """Return the control charts."""
    return View(
        CONTROL,
        tuple(_row(line, say) for line in known.control),
        lambda row, width, height: _chart(known.control[row], width, height, say),
        N_("No run measured it as its item: a check standard is measured again and again."),
    )


def _row(line: ControlLine, say: Speech) -> tuple[Cell, ...]:
    point, limits = line.point, line.limits
    half = 3.0 * limits.standard_deviation if limits else 0.0
    newest = line.values[-1].error
    centre = "–" if limits is None else small(limits.centre, point.unit, say, spread=half)
    around = small(half, point.unit, say).lstrip("+") if limits else "–"
    last = small(newest, point.unit, say, spread=half)
    where = (say(point.title), nominal_words(point, say), range_text(point, say))
    texts = (*where, str(len(line.values)), centre, around, last)
    return (*((text, "") for text in texts), _state(line, say))


def _state(line: ControlLine, say: Speech) -> Cell:
    """Return whether the last value is in control, and how many are not."""
    completed = {signal.index for signal in line.signals}
    if line.limits is None:
        return "–", ""
    if line.baseline is None:
        return say("T trial"), "yellow"
    if line.changed:
        return say("! changed"), "yellow"
    if line.judged == len(line.values):
        return say("○ nothing yet"), ""
    if line.signalled:
        return say("✗ out ({count})").format(count=len(completed)), "bold red"
    text = say("✓ in ({count} out)").format(count=len(completed)) if completed else say("✓ in")
    return text, "yellow" if completed else "green"


def _chart(line: ControlLine, width: int, height: int, say: Speech) -> Text:
    simulated = f" ({say('simulated')})" if line.simulated else ""
    text = title(f"{say(line.point.title)} {nominal_words(line.point, say)}{simulated}")
    text.append_text(_verdict(line, say))
    basis = _basis(line, say)
    for each in (text, basis):
        # A second line would take the place of the days below the drawing.
        each.truncate(width, overflow="ellipsis")
    text.append("\n").append_text(basis).append("\n")
    limits = line.limits
    ends = (limits.lower, limits.upper) if limits else tuple(each.error for each in line.values)
    unit = unit_of(line.point.unit, ends)
    errors = (*ends, *(each.error for each in line.values))
    form = form_of(max(map(abs, errors)), max(errors) - min(errors))

    def number(value: float) -> str:
        return f"{numbers.plain(value, say.notation, form)} {unit.unit}".rstrip()

    levels: list[Level] = []
    if limits is not None:
        stroke = "╌" if line.baseline is None else "─"
        for name, at, drawn, style in (
            ("+3 s", limits.upper, stroke, "red"),
            (say("centre"), limits.centre, "┈", "dim"),
            ("−3 s", limits.lower, stroke, "red"),
        ):
            level = float(unit.apply(at))
            levels.append(Level(level, f"{name} {number(level)}", drawn, style))
    marks = tuple(
        Mark(each.on, float(unit.apply(each.error)), sign=sign, style=style)
        for each, (sign, style) in zip(line.values, _signs(line), strict=True)
    )
    return text.append_text(Plot(marks, tuple(levels)).draw(width, height - 2, number))


def _signs(line: ControlLine) -> Iterator[tuple[str, str]]:
    """Yield sign and style of each value."""
    out = {signal.index for signal in line.signals}
    for number in range(len(line.values)):
        if number in out:
            yield "✗", "bold red"
        elif number in line.based:
            yield "○", ""
        else:
            yield ("●", "cyan") if number >= line.judged else ("·", "dim")


def _verdict(line: ControlLine, say: Speech) -> Text:
    """Return what is to be said of the last value."""
    if line.limits is None:
        return Text(say("Too few different values for limits."))
    if line.baseline is None:
        return Text(say("Nothing is judged: nobody accepted a baseline."), "yellow")
    if line.judged == len(line.values):
        return Text(say("Nothing was measured since the baseline."))
    now = [say(RULES[rule]) for rule in line.signalled]
    words = f"✗ {'; '.join(now)}" if now else f"✓ {say('the last value is in control')}"
    return Text(words, "bold red" if now else "green")


def _basis(line: ControlLine, say: Speech) -> Text:
    """Return what the limits come from."""
    text, kept = Text(no_wrap=True, overflow="ellipsis"), line.baseline
    if kept is not None:
        said = say("○ baseline of {count}, {first} to {last}, accepted by {by}")
        text.append(
            said.format(count=len(kept.runs), first=kept.first, last=kept.last, by=kept.by), "dim"
        )
        if line.lost:
            told = say("{count} of them count no more: l accepts another one")
            text.append(f"   ! {told.format(count=line.lost)}", "yellow")
        if line.changed:
            told = say("adjusted or repaired since: l accepts another one")
            text.append(f"   ! {told}", "yellow")
        return text
    if line.limits is None:
        return text
    told = say("○ trial limits of {count}; l accepts a baseline")
    text.append(told.format(count=len(line.based)), "dim")
    doubts = doubts_words(line.faults, say)
    return text.append(f"   ! {doubts}", "yellow") if doubts else text
