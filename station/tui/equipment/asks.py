"""What can be written of equipment: who may, what is asked for before, and the door it goes by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from textual.screen import ModalScreen

from station.errors import BadInput
from station.metrology.control_chart import BaselineFault
from station.register import entries as e
from station.register.equipment_checks import Chosen, baseline_of, planned
from station.register.equipment_control import ControlLine, last_change
from station.register.equipment_standing import Obstacle
from station.tui.desk import Desk
from station.tui.equipment import doors
from station.tui.equipment.dialogs import (
    Check,
    CheckDialog,
    Dated,
    DatedDialog,
    DaysDialog,
    IntakeDialog,
    Service,
    ServiceDialog,
)
from station.tui.equipment.doors import Intake
from station.tui.equipment.known import Known
from station.tui.equipment.seen import OF_OBSTACLE
from station.tui.equipment.words import doubts_words, point_words
from station.tui.parts.dialogs import ReasonDialog
from station.tui.results.dialogs import Decision, DecisionDialog


@dataclass(frozen=True, slots=True)
class Ask:
    """A dialog, and what is written with its answer; `refused` says why whoever sits here may not.

    `write` may block; it returns what came of it, or None.
    """

    refused: str
    dialog: ModalScreen[Any]
    write: Callable[[Any], str | None]


def accept(desk: Desk, known: Known) -> Ask:
    """Take the certificate that waits into use; with a reason where something is doubtful."""
    name, number = known.name, known.waits
    findings = next(c.sentences for c in known.equipment.certificates if c.number == number)
    question = desk.say("Take certificate {number} into use?").format(number=number)
    if known.own:
        question += f"\n! {desk.say('You entered it yourself.')}"
    question += "".join(f"\n! {finding.told(desk.say)}" for finding in findings)

    def write(answer: Decision) -> None:
        doors.take(desk, name, number, answer.reason)

    dialog = DecisionDialog(question, desk.say, needs_reason=bool(findings), items=1)
    return Ask(known.not_judge, dialog, write)


def reject(desk: Desk, known: Known) -> Ask:
    """Put the certificate that waits aside."""
    name, number = known.name, known.waits
    question = desk.say("Put certificate {number} aside?").format(number=number)

    def write(reason: str) -> None:
        doors.put_aside(desk, name, number, reason)

    return Ask(known.not_judge, ReasonDialog(question, desk.say), write)


def take_in(desk: Desk, known: Known) -> Ask:
    """Take a certificate in from a file."""
    title = desk.say("A certificate of {name}").format(name=known.name)

    def write(intake: Intake) -> str:
        return doors.take_in(desk, known.name, intake, desk.say)

    return Ask(known.not_keeper, IntakeDialog(title, desk.say), write)


def check(desk: Desk, known: Known) -> Ask:
    """Write an intermediate check down."""
    title = desk.say("Intermediate check of {name}, today").format(name=known.name)

    def write(answer: Check) -> None:
        done = e.Serviced(
            by=desk.by,
            equipment=known.name,
            what=e.ServiceKind.CHECK,
            on=known.today,
            passed=answer.passed,
            note=answer.note,
        )
        doors.serve(desk, known.name, done)

    return Ask(known.not_keeper, CheckDialog(title, desk.say), write)


def serve(desk: Desk, known: Known) -> Ask:
    """Write down what was done with it, or happened to it."""
    title = desk.say("What was done with {name}, or happened to it?").format(name=known.name)

    def write(answer: Service) -> None:
        done = e.Serviced(
            by=desk.by, equipment=known.name, what=answer.what, on=answer.on, note=answer.note
        )
        doors.serve(desk, known.name, done)

    return Ask(known.not_keeper, ServiceDialog(title, known.today, desk.say), write)


def retire(desk: Desk, known: Known) -> Ask:
    """Take it out of service, or bring it back."""
    if known.equipment.retired:
        question = desk.say("Bring {name} back into service?").format(name=known.name)

        def bring_back(_: Decision) -> None:
            doors.bring_back(desk, known.equipment)

        back = DecisionDialog(question, desk.say, needs_reason=False, items=1)
        return Ask(known.not_keeper, back, bring_back)

    def take_out(reason: str) -> None:
        doors.take_out(desk, known.name, reason)

    question = desk.say("Take {name} out of service?").format(name=known.name)
    return Ask(known.not_keeper, ReasonDialog(question, desk.say), take_out)


def allow(desk: Desk, known: Known) -> Ask:
    """Let it be used until a day although something stands against it."""
    name, lifts, say = known.name, known.liftable, desk.say
    what = say(OF_OBSTACLE[Obstacle(lifts)].value)
    question = say("Let {name} be used all the same ({what})?").format(name=name, what=what)

    def write(answer: Dated) -> None:
        doors.allow(desk, name, lifts, answer.on, answer.reason)

    dialog = DatedDialog(question, say("Until which day, YYYY-MM-DD:"), say)
    return Ask(known.not_reviewer, dialog, write)


def found_bad(desk: Desk, known: Known) -> Ask:
    """Write down that it was wrong."""
    name, say = known.name, desk.say
    question = say("{name} was found bad? It stops until a new certificate is accepted.")

    def write(answer: Dated) -> None:
        doors.find_bad(desk, name, answer.on, answer.reason)

    label = say("Wrong since which day, YYYY-MM-DD:")
    return Ask(known.not_keeper, DatedDialog(question.format(name=name), label, say), write)


def plan(desk: Desk, known: Known, line: ControlLine) -> Ask:
    """Have it measured at the point of a chart every so many days."""
    say = desk.say
    question = say("{name} is a check standard at {point}?")
    stands = planned(known.equipment, line)

    def write(days: int) -> None:
        doors.plan(desk, known.equipment, line, days or None)

    dialog = DaysDialog(
        question.format(name=known.name, point=point_words(line, say)),
        stands.every_days if stands else None,
        say,
    )
    return Ask(known.not_keeper, dialog, write)


def baseline(desk: Desk, known: Known, line: ControlLine) -> Ask:
    """Accept measurements as the baseline of a chart."""
    say, equipment = desk.say, known.equipment
    question = say("Judge {point} from now on against what was measured since a day?")

    def write(answer: Dated) -> None:
        doors.accept_as_baseline(desk, equipment, line, answer.on, answer.reason)

    def about(since: date) -> str:
        try:
            entry = baseline_of(equipment, line, Chosen(since=since), "", desk.by)
        except BadInput as refusal:
            return f"! {refusal.told(say)}"
        told = say("{count} measurements, {first} to {last}")
        told = told.format(count=len(entry.runs), first=entry.first, last=entry.last)
        doubts = doubts_words(map(BaselineFault, entry.doubts), say)
        return f"{told}\n! {doubts}" if doubts else told

    dialog = DatedDialog(
        question.format(point=point_words(line, say)),
        say("Measurements since which day, YYYY-MM-DD:"),
        say,
        on=_first(known, line),
        needs_reason=line.baseline is not None or bool(line.faults),
        about=about,
    )
    return Ask(known.not_judge, dialog, write)


def _first(known: Known, line: ControlLine) -> date | None:
    """Return the day from which a baseline is likely: what the trial is of, or what is new."""
    if line.baseline is None:
        return line.values[min(line.based)].on if line.based else None
    since = last_change(known.equipment)
    return next((each.on for each in line.values[line.judged :] if each.on >= since), None)


ASKS: Mapping[str, Callable[[Desk, Known], Ask]] = MappingProxyType(
    {
        "accept": accept,
        "reject": reject,
        "take_in": take_in,
        "check": check,
        "serve": serve,
        "retire": retire,
        "allow": allow,
        "found_bad": found_bad,
    }
)
"""By the name that a key gives."""


def can_ask(known: Known, what: str) -> bool:
    """Tell whether there is anything to be done about it, by whomever."""
    if what in ("accept", "reject"):
        return bool(known.waits)
    return what != "allow" or bool(known.liftable)


ASKS_OF_CHART: Mapping[str, Callable[[Desk, Known, ControlLine], Ask]] = MappingProxyType(
    {"plan": plan, "baseline": baseline}
)
"""By the name that a key gives, for the chart under the cursor."""
