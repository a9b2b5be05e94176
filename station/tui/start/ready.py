"""Whether a run can begin: one line for each thing that was looked at, with the way out.

Everything here may block; the screen calls it in a thread.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from station.bench_file import BenchFile, items_of, read_bench_file
from station.errors import StationError
from station.locale import N_
from station.procedure import find_procedure
from station.register import book
from station.register.equipment_bench import of_bench
from station.register.people import may_run
from station.run.checklist import checklist
from station.run.rule import rule_title
from station.run.setup import claims_of
from station.tui.acting import refuse_unproved
from station.tui.bench.door import said_of, user_of
from station.tui.desk import Desk
from station.tui.start.launch import Order


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at; `way_out` is the refusal, "" where it is in order."""

    subject: str
    finding: str
    way_out: str = ""


@dataclass(frozen=True, slots=True)
class Ready:
    """The checklist: what was found, how many points there are, and how long (s) they take."""

    lines: tuple[Line, ...] = ()
    points: int = 0
    seconds: float = 0.0

    @property
    def refused(self) -> tuple[Line, ...]:
        """What is not in order."""
        return tuple(line for line in self.lines if line.way_out)


def readiness(desk: Desk, order: Order) -> Ready:
    """Return what can be said of an order before anything is powered."""
    say = desk.say
    try:
        file, _ = read_bench_file(order.bench)
        procedure = find_procedure(order.procedure)
        found = checklist(
            procedure,
            order.bench,
            file,
            lambda file, standards: of_bench(file, standards, desk.store),
            simulate=order.simulated,
            rule=order.rule or None,
        )
        lines = [_person(desk, order), _bench(desk, file, order)]
    except StationError as error:
        return Ready((Line(say("order"), say("cannot be carried out"), error.told(say)),))
    rule = Line(say("decision rule"), f"{rule_title(found.rule.name, say)}, {found.rule.clause}")
    for check in found.checks:
        way_out = "" if check.refusal is None else check.refusal.told(say)
        lines.append(Line(check.subject.told(say), check.finding.told(say), way_out))
    return Ready((*lines[:2], rule, *lines[2:]), found.points, found.seconds)


def _person(desk: Desk, order: Order) -> Line:
    """Return whether the operator may carry the procedure out, and the engine can prove who it is.

    A console that was given its password in the environment hands it on to the engine.
    """
    try:
        if not os.environ.get("STATION_PASSWORD"):
            refuse_unproved(desk, book.read(desk.store))
        may_run(desk.store, order.by, order.procedure, desk.wall.now().astimezone().date())
    except StationError as error:
        return Line(desk.say("operator"), order.by, error.told(desk.say))
    return Line(desk.say("operator"), order.by or "?", "" if order.by else desk.say(NAMELESS))


NAMELESS = N_("Name the operator: it is written into the journal.")


def _bench(desk: Desk, file: BenchFile, order: Order) -> Line:
    """Return whether another run uses the bench."""
    say = desk.say
    used = user_of(desk, claims_of(file, simulate=order.simulated))
    if used is None:
        return Line(say("bench"), f"{file.bench.name}: {say('free')}")
    return Line(say("bench"), f"{file.bench.name}: {say('in use')}", said_of(used).told(say))


@dataclass(frozen=True, slots=True)
class ItemThere:
    """An item of a bench file: what a scanner reads from it, and whose it is."""

    bench: Path
    role: str
    serial: str
    model: str
    asset: str = ""
    customer: str = ""

    def is_called(self, scanned: str) -> bool:
        """Tell whether a scanned or typed text is its serial number, or its owner's number."""
        names = (self.serial, self.asset)
        return scanned.strip().casefold() in [name.casefold() for name in names if name]


def items_there(paths: Sequence[Path]) -> tuple[ItemThere, ...]:
    """Return the items of bench files; a file that is wrong has none."""
    found: list[ItemThere] = []
    for path in paths:
        try:
            file, _ = read_bench_file(path)
        except StationError:
            # Choosing it says what is wrong with it.
            continue
        found += items_of_file(path, file)
    return tuple(found)


def items_of_file(path: Path, file: BenchFile) -> list[ItemThere]:
    """Return the items of one bench file."""
    order, items = file.order, []
    for number, role in enumerate(items_of(file)):
        entry = file.instruments[role]
        serial = (entry.item.serial if entry.item else None) or entry.serial or ""
        # The owner's number is stated once, of the first item.
        asset = order.asset if order and number == 0 else ""
        customer = order.customer.name if order else ""
        items.append(ItemThere(path, role, serial, entry.model, asset, customer))
    return items


def scanned(text: str, there: Sequence[ItemThere], bench: Path) -> ItemThere | None:
    """Return the item that is called `text`, first of those on `bench`; None: there is none."""
    called = [item for item in there if item.is_called(text)]
    return next((item for item in called if item.bench == bench), called[0] if called else None)
