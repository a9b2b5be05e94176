"""The points of a result, as found and as left beside each other, with what changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from station.certificate.item import phases
from station.locale import N_
from station.run.entries import Measured
from station.run.plan import Phase, PlannedPoint
from station.run.state import Outcome, RunState
from station.tui.parts import numbers
from station.tui.parts.cells import Column, cell
from station.tui.parts.words import (
    OVERLOAD,
    VERDICT_STYLE,
    Speech,
    range_text,
    verdict_word,
    whole_verdict,
)
from station.tui.run.row import error_bar

FOUND = (
    Column("point", N_("Point"), 19, 26),
    Column("limits", N_("Limits"), 13, 15, right=True),
    Column("found", N_("Error found"), 12, 14, right=True),
    Column("found-u", "U", 10, 12, right=True),
    Column("found-verdict", N_("Verdict"), 10, 20),
    Column("bar", N_("E ± U"), 14, 31),
)
BOTH = (
    Column("point", N_("Point"), 13, 24),
    Column("limits", N_("Limits"), 10, 14, right=True),
    Column("found", N_("Error found"), 12, 14, right=True),
    Column("found-u", "U", 8, 10, right=True),
    Column("found-verdict", "", 4, 8),
    Column("left", N_("Error left"), 11, 14, right=True),
    Column("left-u", "U", 8, 10, right=True),
    Column("left-verdict", "", 4, 8),
    Column("change", N_("Change"), 9, 13, right=True),
)
IN_SHORT = {Phase.AS_FOUND: N_("As found"), Phase.AS_LEFT: N_("As left")}


@dataclass(frozen=True, slots=True)
class TestHeading:
    """The row above the points of one test and range."""

    title: str
    range: str


Row = TestHeading | PlannedPoint


def columns(state: RunState) -> tuple[Column, ...]:
    """Return the columns: two phases where the item was adjusted."""
    return BOTH if len(phases(state)) > 1 else FOUND


def rows_of(state: RunState, say: Speech) -> tuple[Row, ...]:
    """Return the points in order, under a heading wherever test or range change."""
    rows: list[Row] = []
    last = None
    for point in state.points:
        heading = TestHeading(say(point.title), range_text(point, say))
        if heading != last:
            rows.append(heading)
            last = heading
        rows.append(point)
    return tuple(rows)


def row_text(
    row: Row, state: RunState, shown: Sequence[Column], shared: Sequence[int], say: Speech
) -> Text:
    """Return one row."""
    if isinstance(row, TestHeading):
        title = f"{row.title}  ({say('range')} {row.range})"
        return cell(title, sum(shared), "bold underline")
    limits = numbers.limits(row.lower, row.upper, row.unit, say.notation)
    texts = {"point": (_name(row, say), ""), "limits": (limits, "")}
    for phase, key in ((Phase.AS_FOUND, "found"), (Phase.AS_LEFT, "left")):
        error, uncertainty, verdict, style = _outcome(row, phase, state, say)
        texts |= {
            key: (error, style),
            f"{key}-u": (uncertainty, ""),
            f"{key}-verdict": (verdict, style),
        }
    texts["change"] = (_change(row, state, say), "")
    line = Text()
    for column, width in zip(shown, shared, strict=True):
        if column.key == "bar":
            line.append(_bar(row, state, width))
        else:
            text, style = texts[column.key]
            text = whole_verdict(text, width) if column.key.endswith("verdict") else text
            line.append_text(cell(text, width, style, right=column.right))
    return line


def _name(point: PlannedPoint, say: Speech) -> str:
    words = [numbers.quantity(point.nominal, point.unit, say.notation)]
    if point.hertz is not None:
        words.append(numbers.quantity(point.hertz, "Hz", say.notation))
    if point.label:
        words.append(say(point.label))
    return f"  {', '.join(words)}"


def _outcome(
    point: PlannedPoint, phase: Phase, state: RunState, say: Speech
) -> tuple[str, str, str, str]:
    """Return error, U, verdict and its style; what was left out says so."""
    outcome = state.results.get((phase, point.id))
    if isinstance(outcome, Measured):
        error, uncertainty = numbers.with_uncertainty(
            outcome.error, outcome.expanded_uncertainty, point.unit, say.notation
        )
        return (
            error,
            uncertainty,
            verdict_word(outcome.verdict, say),
            VERDICT_STYLE[outcome.verdict],
        )
    if outcome is not None:
        return say("overload"), "–", say(OVERLOAD), "bold red"
    if (phase, point.id) in state.skipped:
        return say("left out"), "–", "–", "magenta"
    return "–", "–", "–", ""


def _change(point: PlannedPoint, state: RunState, say: Speech) -> str:
    """Return as left minus as found, as finely as the smaller of the two uncertainties."""
    found, left = (state.results.get((phase, point.id)) for phase in Phase)
    if not (isinstance(found, Measured) and isinstance(left, Measured)):
        return "–"
    change = left.error - found.error
    finer = min(found.expanded_uncertainty, left.expanded_uncertainty)
    return numbers.with_uncertainty(change, finer, point.unit, say.notation)[0]


def _bar(point: PlannedPoint, state: RunState, width: int) -> str:
    outcome: Outcome | None = state.results.get((Phase.AS_FOUND, point.id))
    return error_bar(outcome, width - 1) if isinstance(outcome, Measured) else ""
