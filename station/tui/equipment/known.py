"""Everything that is known of one piece of equipment, read in one go."""

from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from station.bench_file import parse_standard
from station.clock import day_of
from station.errors import Refused
from station.metrology.reference import Certificate
from station.records.schema import REGISTER
from station.register import book
from station.register.entries import Role
from station.register.equipment import JUDGES, KEEPERS, find
from station.register.equipment_checks import CheckDue, against_use, checks_due
from station.register.equipment_control import ControlLine, control_lines, last_change
from station.register.equipment_standing import LIFTED, Against, waiting
from station.register.equipment_usage import Used, usage
from station.register.people import has_accounts, need
from station.register.state import Equipment, Register
from station.tui.desk import Desk
from station.tui.equipment.seen import EquipmentLine, line_of
from station.tui.equipment.values import ValueRow, value_lines, value_rows

NEWEST = 200
"""Runs of the usage log that are shown."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of equipment.

    Attributes:
        line: how it stands.
        today: the day that is asked about.
        checks: between calibrations, the first due first.
        against: what stands against its use, the gravest first.
        waits: number of the certificate that waits for acceptance, the newest; "" where none does.
        papers: what its certificates say, by number.
        values: the places of the certificate in use, and of the one that waits.
        own: whether whoever sits here, by his account, entered the one that waits.
        control: its control charts, where runs measured it as their item.
        used: how many runs used it, and the newest of them.
        not_judge: why whoever sits here accepts nothing; "" where he may.
        not_keeper: why he writes nothing of it.
        not_reviewer: why he allows no use.
    """

    line: EquipmentLine
    today: date
    checks: tuple[CheckDue, ...]
    against: tuple[Against, ...]
    waits: str
    papers: dict[str, Certificate]
    values: tuple[ValueRow, ...]
    own: bool
    control: tuple[ControlLine, ...]
    used: tuple[int, tuple[Used, ...]]
    not_judge: str
    not_keeper: str
    not_reviewer: str

    @property
    def liftable(self) -> str:
        """What a reviewer may lift of all that stands against its use, "" where that is nothing."""
        words = [each.obstacle for each in self.against if each.override is None]
        return next((word.value for word in words if word in LIFTED), "")

    @property
    def name(self) -> str:
        """Its id in the register."""
        return self.equipment.entered.equipment

    @property
    def equipment(self) -> Equipment:
        """The equipment itself."""
        return self.line.equipment


@dataclass
class KnownWatch:
    """Follows one piece of equipment: it is read anew when the register has grown."""

    desk: Desk
    name: str
    _stamp: int | None = field(default=None, init=False)
    _known: Known | None = field(default=None, init=False)

    def forget(self) -> None:
        """Read all anew at the next look."""
        self._stamp = None

    def look(self) -> Known:
        """Return what is known; the same value where nothing is new.

        Raises:
            StoreFailed: the store does not answer.
            Tampered: something is not what was written.
        """
        with self.desk.store.transaction("look at the register") as connection:
            last = connection.execute(sa.select(sa.func.max(REGISTER.c.seq))).scalar()
        stamp = -1 if last is None else int(last)
        if self._known is None or stamp != self._stamp:
            self._stamp, self._known = stamp, known(self.desk, self.name)
        return self._known


def known(desk: Desk, name: str) -> Known:
    """Return all that is known of the equipment with an id.

    Raises:
        StoreFailed, Tampered: as `KnownWatch.look`.
    """
    register, today = book.read(desk.store), day_of(desk.wall.now())
    equipment = find(register, name)
    papers = {
        each.number: parse_standard("", desk.store.document(each.document), name=each.number)
        for each in equipment.certificates
    }
    said = {number: paper.certificate for number, paper in papers.items()}
    # Of several of one day the last that was accepted holds.
    of_day = {said[number].date: said[number] for number in equipment.accepted if number in said}
    in_order = [of_day[day] for day in sorted(of_day)]
    count, used = usage(desk.store, equipment, newest=NEWEST)
    open_ = waiting(equipment)
    waits = max(open_, key=lambda each: each.dated) if open_ else None
    since = last_change(equipment)
    offered = value_lines([said[waits.number]], since, today) if waits else ()
    checks = checks_due(desk.store, equipment)
    return Known(
        line=line_of(equipment, checks, today),
        today=today,
        checks=checks,
        against=against_use(equipment, today),
        waits=waits.number if waits else "",
        papers=said,
        values=value_rows(value_lines(in_order, since, today), offered),
        own=waits is not None and has_accounts(register) and waits.by == desk.by,
        control=control_lines(desk.store, equipment),
        used=(count, tuple(used)),
        not_judge=_refusal(register, desk, *JUDGES),
        not_keeper=_refusal(register, desk, *KEEPERS),
        not_reviewer=_refusal(register, desk, Role.REVIEWER),
    )


def _refusal(register: Register, desk: Desk, *roles: Role) -> str:
    try:
        need(register, desk.by, *roles)
    except Refused as refusal:
        return refusal.told(desk.say)
    return ""
