"""What one result rests on: its budget, its readings, the bytes on the wire, what was void."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from station.locale import N_, Translate
from station.run.entries import ContributionMade, Measured, PlannedPoint, WireExchange
from station.run.state import Outcome, RunState
from station.tui import numbers
from station.tui.words import OVERLOAD, PHASE, duration, key_hints, point_name, verdict_word

BAR = 20
"""Cells of a contribution of 100 %."""

HINTS = (("↑↓", N_("scroll")), ("q", N_("back")))


class PointScreen(Screen[None]):
    """All outcomes of one point, as the journal has them."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,escape", "app.pop_screen", show=False)]

    def __init__(self, state: RunState, point: PlannedPoint, say: Translate) -> None:
        super().__init__()
        self._state = state
        self._point = point
        self._say = say

    def compose(self) -> ComposeResult:
        """Lay the text out; it can be long."""
        yield Static(point_name(self._point, self._say), id="head", markup=False)
        with VerticalScroll(id="account"):
            yield Static(account(self._state, self._point, self._say), markup=False)
        yield Static(key_hints(HINTS, self._say), id="hints", markup=False)


def account(state: RunState, point: PlannedPoint, say: Translate) -> Text:
    """Return everything the journal has about `point`."""
    text = Text()
    for phase in PHASE:
        if (phase, point.id) in state.results:
            text.append(f"■ {say(PHASE[phase])}\n", "bold")
            text.append_text(_outcome(state.results[phase, point.id], point, say))
    for voided, outcome in state.void:
        if voided.point == point.id:
            void = say("VOID, by {by}: {reason}").format(by=voided.by, reason=voided.reason)
            text.append(f"■ {say(PHASE[voided.phase])} · {void}\n", "bold")
            text.append_text(_outcome(outcome, point, say))
    return text or Text(say("Not measured yet."))


def _outcome(outcome: Outcome, point: PlannedPoint, say: Translate) -> Text:
    if isinstance(outcome, Measured):
        text = _summary(outcome, point, say)
        text.append_text(_budget(outcome, point, say))
        text.append(f"\n{say('Readings')} / {point.unit}\n", "bold")
        for number, reading in enumerate(outcome.readings, start=1):
            text.append(f"{number:4}  {reading.value:<+22.12g} {reading.raw}\n")
    else:
        text = Text(f"{say(OVERLOAD)}  {outcome.reply}\n")
    return text.append_text(_wire(outcome.wire, say)).append("\n")


def _summary(measured: Measured, point: PlannedPoint, say: Translate) -> Text:
    magnitude = max(abs(point.lower), abs(point.upper), measured.expanded_uncertainty)
    unit = numbers.scale(point.unit, magnitude)
    error, uncertainty = numbers.with_uncertainty(
        measured.error, measured.expanded_uncertainty, unit
    )
    allowed = numbers.limits(measured.lower, measured.upper, point.unit)
    accepted = numbers.limits(measured.acceptance_lower, measured.acceptance_upper, point.unit)
    verdict = verdict_word(measured.verdict, say)
    if measured.false_decision_probability is not None:
        risk = f"{100 * measured.false_decision_probability:.2g} %"
        verdict += f"  {say('risk of a false one')} {risk}"
    tolerance = point.tolerance_source
    if not point.tolerance_verified:
        tolerance += f" ({say('unverified')})"
    rows = (
        (say("Verdict"), verdict),
        (say("Error"), error),
        ("U", f"{uncertainty}  k = {measured.coverage_factor:.4g} ({measured.coverage_reason})"),
        (say("Limits"), f"{allowed}  {tolerance}"),
        (say("Accepted within"), accepted),
        (say("Reference"), f"{measured.reference:.10g} {point.unit}"),
        (say("Indication"), f"{measured.indication:.10g} {point.unit}"),
        (say("Duration"), duration(measured.seconds)),
    )
    width = max(len(name) for name, _ in rows)
    return Text("".join(f"{name:<{width}}  {value}\n" for name, value in rows))


def _budget(measured: Measured, point: PlannedPoint, say: Translate) -> Text:
    text = Text()
    text.append(f"\n{say('Uncertainty budget')}   |c·u| / {say('share of the variance')}\n", "bold")
    width = max((len(line.name) for line in measured.budget), default=0)
    for line in sorted(measured.budget, key=lambda one: -one.share):
        text.append(f"{_contribution(line, point.unit, width)}\n")
    return text


def _contribution(line: ContributionMade, unit: str, width: int) -> str:
    size = abs(line.contribution)
    chosen = numbers.scale(unit, size)
    amount = f"{size * chosen.factor:.3g} {chosen.symbol}"
    bar = "█" * round(BAR * line.share)
    dof = "∞" if line.dof is None else f"{line.dof:.3g}"
    share = f"{100 * line.share:5.1f} %"
    head = f"{line.name:<{width}}  {amount:>9} {share} {bar:<{BAR}}"
    return f"{head} {line.distribution}, ν {dof}\n{'':{width}}  {line.source}"


def _wire(exchanges: tuple[WireExchange, ...], say: Translate) -> Text:
    text = Text(f"\n{say('Wire dialogue')}\n", "bold")
    for exchange in exchanges:
        text.append(
            f"{exchange.at:10.3f} s  {exchange.instrument}  → {exchange.sent}\n", "not bold"
        )
        if exchange.received is not None:
            text.append(f"{'':14}{exchange.instrument}  ← {exchange.received}\n", "not bold")
        if exchange.fault:
            text.append(f"{'':14}{exchange.instrument}  ✗ {exchange.fault}\n", "bold red")
    return text
