"""What one result rests on: its budget, its readings, the bytes on the wire, what was void."""

from textwrap import wrap

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from station.metrology.rounding import Scaled, setting_scale
from station.roles import role_words
from station.run.entries import (
    ContributionMade,
    Measured,
    Observed,
    Overloaded,
    ReadingTaken,
    WireExchange,
)
from station.run.plan import PlannedPoint
from station.run.state import Outcome, RunState
from station.tui.parts import numbers
from station.tui.parts.keys import Footer
from station.tui.parts.words import (
    OVERLOAD,
    PHASE,
    Speech,
    duration,
    point_name,
    source_of,
    verdict_word,
)
from station.tui.run.look import Planned

BAR = 20
"""Cells of a contribution of 100 %."""

SOURCE_WIDTH = 56
"""Cells of a line of a source beside its label, at 80 columns."""

LEAST_RISK = 0.01
"""Risk (%) below which its figures say nothing."""


class PointScreen(Screen[None]):
    """All outcomes of one point or observation, as the journal has them."""

    def __init__(self, state: RunState, point: Planned, say: Speech) -> None:
        super().__init__()
        self._state = state
        self._point = point
        self._say = say

    def compose(self) -> ComposeResult:
        """Lay the text out; it can be long."""
        yield Static(point_name(self._point, self._say), id="head", markup=False)
        with VerticalScroll(id="account"):
            yield Static(account(self._state, self._point, self._say), markup=False)
        yield Footer(self._say)


def was_measured(point: Planned, state: RunState) -> bool:
    """Tell whether the journal has anything about `point`, be it void."""
    if any(note.point == point.id for note in state.notes):
        return True
    if any(id_ == point.id for _, id_ in state.skipped):
        return True
    outcomes = (*state.results.values(), *state.observed.values(), *(o for _, o in state.void))
    return any(outcome.point == point.id for outcome in outcomes)


def account(state: RunState, point: Planned, say: Speech) -> Text:
    """Return everything the journal has about `point`."""
    text = _remarks(state, point, say)
    for phase in PHASE:
        key = (phase, point.id)
        found = state.results.get(key) or state.observed.get(key)
        if found is not None:
            text.append(f"■ {say(PHASE[phase])}\n", "bold")
            text.append_text(_outcome(found, point, say))
    for voided, outcome in state.void:
        if outcome.point == point.id:
            void = say("VOID, by {by}: {reason}").format(by=voided.by, reason=voided.reason)
            text.append(f"■ {say(PHASE[voided.phase])} · {void}\n", "bold")
            text.append_text(_outcome(outcome, point, say))
    return text.append_text(_rests_on(state, point, say)) or Text(say("Not measured yet."))


def _rests_on(state: RunState, point: Planned, say: Speech) -> Text:
    """Return the observations that a result is computed from."""
    observed = state.begun.observations if state.begun else ()
    of = point.rests_on if isinstance(point, PlannedPoint) else ()
    names = [point_name(one, say) for one in observed if one.id in of]
    if not names:
        return Text()
    return Text.assemble((f"{say('Rests on')}\n", "bold"), *(f"      {name}\n" for name in names))


def _remarks(state: RunState, point: Planned, say: Speech) -> Text:
    """Return why a point is left out, and the notes on it."""
    text = Text()
    for (phase, id_), skipped in state.skipped.items():
        if id_ == point.id:
            why = say("LEFT OUT, by {by}: {reason}").format(by=skipped.by, reason=skipped.reason)
            text.append(f"■ {say(PHASE[phase])} · {why}\n", "bold")
    for noted in state.notes:
        if noted.point == point.id:
            text.append(f"✎ {say(PHASE[noted.phase])} · {noted.by}: {noted.text}\n")
            if noted.path:
                text.append(f"  {noted.path}  SHA-256 {noted.sha256}\n")
    return text


def _outcome(outcome: Outcome | Observed, point: Planned, say: Speech) -> Text:
    if isinstance(outcome, Observed):
        text = _readings(outcome.readings, point, say)
    elif isinstance(outcome, Measured) and isinstance(point, PlannedPoint):
        text = _summary(outcome, point, say)
        text.append_text(_budget(outcome, point, say))
        text.append_text(_readings(outcome.readings, point, say))
    else:
        assert isinstance(outcome, Overloaded)
        text = Text(f"{say(OVERLOAD)}  {outcome.reply}\n")
    return text.append_text(_wire(outcome.wire, say)).append("\n")


def _readings(readings: tuple[ReadingTaken, ...], point: Planned, say: Speech) -> Text:
    if not readings:
        return Text()
    text = Text()
    # Another instrument's readings may be of another quantity: ohms beside degrees.
    several = len({reading.of for reading in readings}) > 1
    greatest = max(abs(reading.value) for reading in readings)
    unit = Scaled(point.unit, 0) if several else setting_scale(point.unit, greatest)
    text.append(f"\n{say('Readings')} / {unit.unit}\n", "bold")
    own = isinstance(point, PlannedPoint) and all(r.of == point.dut for r in readings)
    for number, reading in enumerate(readings, start=1):
        of = "" if own else f"  {role_words(reading.of, say)}"
        value = _plain(float(unit.apply(reading.value)), say, "+.12g")
        text.append(f"{number:4}  {value:<22} {reading.raw}{of}\n")
    return text


def _summary(measured: Measured, point: PlannedPoint, say: Speech) -> Text:
    error, uncertainty = numbers.with_uncertainty(
        measured.error, measured.expanded_uncertainty, point.unit, say.notation
    )
    allowed = numbers.limits(measured.lower, measured.upper, point.unit, say.notation)
    accepted = numbers.limits(
        measured.acceptance_lower, measured.acceptance_upper, point.unit, say.notation
    )
    verdict = verdict_word(measured.verdict, say)
    if measured.false_decision_probability is not None:
        percent = 100 * measured.false_decision_probability
        least = "< " if percent < LEAST_RISK else ""
        risk = f"{least}{_plain(max(percent, LEAST_RISK), say, '.2g')} %"
        verdict += f"  {say('risk of a false one')} {risk}"
    tolerance = point.tolerance_source
    if not point.tolerance_verified:
        tolerance += f" ({say('unverified')})"
    factor = _plain(measured.coverage_factor, say, ".4g")
    rows = (
        (say("Verdict"), verdict),
        (say("Error"), error),
        ("U", f"{uncertainty}  k = {factor} ({say(measured.coverage_reason)})"),
        (say("Limits"), allowed),
        *(("", line) for line in wrap(tolerance, SOURCE_WIDTH)),
        (say("Accepted within"), accepted),
        (say("Reference"), numbers.quantity(measured.reference, point.unit, say.notation, ".10g")),
        (
            say("Indication"),
            numbers.quantity(measured.indication, point.unit, say.notation, ".10g"),
        ),
        (say("Duration"), duration(measured.seconds)),
    )
    width = max(len(name) for name, _ in rows)
    return Text("".join(f"{name:<{width}}  {value}\n" for name, value in rows))


def _budget(measured: Measured, point: PlannedPoint, say: Speech) -> Text:
    text = Text()
    text.append(f"\n{say('Uncertainty budget')}   |c·u| / {say('share of the variance')}\n", "bold")
    width = max((cell_len(say(line.name)) for line in measured.budget), default=0)
    for line in sorted(measured.budget, key=lambda one: -one.share):
        text.append(f"{_contribution(line, point.unit, width, say)}\n")
    return text


def _contribution(line: ContributionMade, unit: str, width: int, say: Speech) -> str:
    amount = numbers.amount(abs(line.contribution), unit, say.notation)
    share = _plain(100 * line.share, say, ".1f")
    bar = "█" * round(BAR * line.share)
    dof = "∞" if line.dof is None else _plain(line.dof, say, ".3g")
    name = set_cell_size(say(line.name), width)
    head = f"{name}  {amount:>9} {share:>5} % {bar:<{BAR}}"
    return f"{head} {say(line.distribution)}, ν {dof}\n{'':{width}}  {source_of(line, say)}"


def _wire(exchanges: tuple[WireExchange, ...], say: Speech) -> Text:
    lines = [f"\n{say('Wire dialogue')}"] if exchanges else []
    for exchange in exchanges:
        who = role_words(exchange.instrument, say)
        lines.append(f"{_plain(exchange.at, say, '10.3f')} s  {who}  → {exchange.sent}")
        if exchange.received is not None:
            lines.append(f"{'':14}{who}  ← {exchange.received}")
        if exchange.fault:
            lines.append(f"{'':14}{who}  ✗ {exchange.fault}")
    return Text("".join(f"{line}\n" for line in lines))


def _plain(value: float, say: Speech, form: str = ".10g") -> str:
    return numbers.plain(value, say.notation, form)
