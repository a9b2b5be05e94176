"""What is written of equipment from the screen: the same doors as the commands, in a thread."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from station.clock import day_of
from station.days import typed_day
from station.files import read_bytes
from station.register import book
from station.register import entries as e
from station.register.equipment import (
    Acceptance,
    accept,
    enter,
    found_bad,
    override,
    reject,
    retire,
    service,
)
from station.register.equipment_checks import (
    Chosen,
    accept_baseline,
    baseline_of,
    plan_check,
    planned,
)
from station.register.equipment_control import ControlLine
from station.register.state import Equipment
from station.tui.acting import act, refuse_unproved
from station.tui.desk import Desk
from station.tui.parts.words import Speech

LARGEST = 20_000_000
"""Bytes; no certificate is larger."""


@dataclass(frozen=True, slots=True)
class Intake:
    """A file that is taken in: certificate TOML, DCC XML; `due` where it does not say.

    `mapping` is a file that says what the columns of a DCC mean.
    """

    path: Path
    due: date | None
    mapping: Path | None = None


def take(desk: Desk, name: str, number: str, reason: str) -> None:
    """Take a certificate of the equipment `name` into use.

    Raises:
        StationError: whatever is refused; nothing was written.
    """
    act(desk, accept(name, number, Acceptance(desk.by, reason)))


def put_aside(desk: Desk, name: str, number: str, reason: str) -> None:
    """Reject a certificate.

    Raises:
        StationError: whatever is refused; nothing was written.
    """
    act(desk, reject(name, number, reason, desk.by))


def serve(desk: Desk, name: str, done: e.Serviced) -> None:
    """Write down what was done with equipment, a check too.

    Raises:
        StationError: whatever is refused; nothing was written.
    """
    act(desk, service(name, done, day_of(desk.wall.now())))


def take_out(desk: Desk, name: str, reason: str) -> None:
    """Take equipment out of service.

    Raises:
        StationError: whatever is refused; nothing was written.
    """
    act(desk, retire(name, reason, desk.by))


def bring_back(desk: Desk, equipment: Equipment) -> None:
    """Bring equipment back into service, as it was.

    Raises:
        StationError: whatever is refused; nothing was written.
    """
    act(desk, enter(equipment.entered.model_copy(update={"by": desk.by})))


def allow(desk: Desk, name: str, lifts: str, until: date, reason: str) -> None:
    """Let equipment be used until a day although it is refused: a reviewer's decision.

    Raises:
        StationError: whatever is refused; nothing was written.
    """
    today = day_of(desk.wall.now())
    act(desk, override(name, until, reason, desk.by, today, lifts=lifts))


def find_bad(desk: Desk, name: str, since: date, reason: str) -> None:
    """Write down that a standard has been wrong since a day.

    Raises:
        StationError: whatever is refused; nothing was written.
    """
    act(desk, found_bad(name, since, reason, desk.by, day_of(desk.wall.now())))


def plan(desk: Desk, equipment: Equipment, line: ControlLine, days: int | None) -> None:
    """Have equipment measured at the point of a chart every so many days; None ends it.

    Raises:
        StationError: whatever is refused; nothing was written.
    """
    known = planned(equipment, line)
    rules = known.rules if known else e.Rules.WESTERN_ELECTRIC
    entry = e.CheckPlanned(
        by=desk.by,
        equipment=equipment.entered.equipment,
        procedure=line.procedure,
        point=line.point.id,
        every_days=days,
        rules=rules,
    )
    act(desk, plan_check(entry))


def accept_as_baseline(
    desk: Desk, equipment: Equipment, line: ControlLine, since: date, reason: str
) -> None:
    """Judge what is measured from now on against what was measured since a day.

    Raises:
        StationError: whatever is refused; nothing was written.
    """
    chosen = Chosen(since=since)
    act(desk, accept_baseline(baseline_of(equipment, line, chosen, reason, desk.by)))


def take_in(desk: Desk, name: str, intake: Intake, say: Speech) -> str:
    """Take a file in as a certificate of the equipment `name`, "" of whose it is; say what came.

    Raises:
        StationError: it cannot be read, is another's, or was entered before.
    """
    from station.register.equipment_intake import Wish
    from station.register.equipment_intake import take_in as take_file_in
    from station.register.imports.mapping import read_mapping

    refuse_unproved(desk, book.read(desk.store))
    content = read_bytes(intake.path, largest=LARGEST)
    mapping = read_mapping(intake.mapping)
    wish = Wish(desk.by, equipment=name, due=intake.due, mapping=mapping)
    taken = take_file_in(desk.store, desk.wall, content, name=str(intake.path), wish=wish)
    entered = [each.certificate for each in taken if each.certificate is not None]
    if not entered:
        told = say("Entered: {names}.").format(names=", ".join(each.equipment for each in taken))
        return " ".join([told, *(note.told(say) for each in taken for note in each.notes)])
    told = say("{number} is entered and waits for acceptance; findings: {count}.")
    return told.format(number=entered[-1].number, count=len(entered[-1].findings))


def day(text: str) -> date | None:
    """Return a day that was typed, None where nothing was.

    Raises:
        BadInput: it is no day.
    """
    return typed_day(text) if text else None
