"""All equipment, the first due first: how it stands, in a letter and a word."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

import sqlalchemy as sa

from station.clock import Clock, day_of
from station.locale import N_
from station.records.schema import REGISTER
from station.records.store import Store
from station.register.equipment import read_all
from station.register.equipment_checks import CheckDue, against_use, checks_due
from station.register.equipment_standing import Obstacle, due_of
from station.register.state import Equipment
from station.tui.parts.folding import folded
from station.tui.parts.words import Speech

SOON_DAYS = 30
"""So many days before it is due, equipment is said to be due soon."""


class Standing(Enum):
    """How equipment stands; the letter comes first."""

    BAD = N_("B found bad")
    DAMAGED = N_("D damaged")
    FAILED = N_("F failed check")
    REPAIRED = N_("R repaired")
    ADJUSTED = N_("A adjusted")
    NONE = N_("N no certificate")
    WAITS = N_("W to be accepted")
    EARLY = N_("E not yet valid")
    OVERDUE = N_("O OVERDUE")
    LIFTED = N_("L allowed")
    OUT = N_("C out of control")
    CHECK = N_("K check due")
    SOON = N_("S due soon")
    GOOD = N_("✓ in order")
    RETIRED = N_("– out of service")


OF_OBSTACLE = {
    Obstacle.RETIRED: Standing.RETIRED,
    Obstacle.DAMAGED: Standing.DAMAGED,
    Obstacle.CHECK_FAILED: Standing.FAILED,
    Obstacle.REPAIRED: Standing.REPAIRED,
    Obstacle.ADJUSTED: Standing.ADJUSTED,
    Obstacle.FOUND_BAD: Standing.BAD,
    Obstacle.NO_CERTIFICATE: Standing.NONE,
    Obstacle.NOT_ACCEPTED: Standing.WAITS,
    Obstacle.NOT_YET_VALID: Standing.EARLY,
    Obstacle.OVERDUE: Standing.OVERDUE,
}

STYLE = {
    Standing.LIFTED: "yellow",
    Standing.CHECK: "yellow",
    Standing.SOON: "yellow",
    Standing.WAITS: "yellow",
    Standing.GOOD: "green",
    Standing.RETIRED: "dim",
}
"""Everything else is red."""


USABLE = (Standing.LIFTED, Standing.CHECK, Standing.SOON, Standing.GOOD)


def style_of(how: Standing) -> str:
    """Return how a standing looks, besides its letter."""
    return STYLE.get(how, "bold red")


@dataclass(frozen=True, slots=True)
class EquipmentLine:
    """One piece of equipment as one line of the list.

    Attributes:
        how: it stands.
        due: the last day of use or the day of the next check, whichever is first.
        days: left until then.
    """

    equipment: Equipment
    how: Standing
    due: date | None
    days: int | None

    @property
    def text(self) -> str:
        """All that it is found by, without accents."""
        said, used = self.equipment.entered, self.equipment.in_use
        number = used.number if used else ""
        words = (said.equipment, said.title, said.maker, said.type, said.serial, said.location)
        return folded(" ".join((*words, number, self.how.value))).lower()


def line_of(equipment: Equipment, checks: Sequence[CheckDue], today: date) -> EquipmentLine:
    """Return how a piece of equipment stands on a day; the check due first stands first."""
    last, against = due_of(equipment), against_use(equipment, today)
    check = checks[0].due if checks else None
    open_ = [each for each in against if each.override is None]
    if open_:
        how = OF_OBSTACLE[open_[0].obstacle]
    elif any(each.signalled for each in checks):
        how = Standing.OUT
    elif check is not None and check < today:
        how = Standing.CHECK
    elif against:
        how = Standing.LIFTED
    else:
        soon = last is not None and (last - today).days <= SOON_DAYS
        how = Standing.SOON if soon else Standing.GOOD
    if equipment.retired:
        return EquipmentLine(equipment, how, None, None)
    due = min((day for day in (last, check) if day is not None), default=None)
    return EquipmentLine(equipment, how, due, None if due is None else (due - today).days)


def ordered(lines: Sequence[EquipmentLine]) -> tuple[EquipmentLine, ...]:
    """Return all: what may not be used, then what is due first; what is out of service last."""
    return tuple(
        sorted(
            lines,
            key=lambda line: (
                bool(line.equipment.retired),
                line.how in USABLE,
                line.due or date.min,
                line.equipment.entered.equipment,
            ),
        )
    )


@dataclass
class EquipmentWatch:
    """Follows what is written of equipment."""

    store: Store
    clock: Clock
    _known: tuple[int, date] | None = field(default=None, init=False)
    _lines: tuple[EquipmentLine, ...] = field(default=(), init=False)

    def forget(self) -> None:
        """Read all anew at the next look."""
        self._known = None

    def look(self) -> tuple[EquipmentLine, ...]:
        """Return all equipment; the same value where nothing is new.

        Raises:
            StoreFailed: the store does not answer.
            Tampered: a row of the register is not what was written.
        """
        with self.store.transaction("look at the register") as connection:
            last = connection.execute(sa.select(sa.func.max(REGISTER.c.seq))).scalar()
        known = (-1 if last is None else int(last), day_of(self.clock.now()))
        if known != self._known:
            self._known = known
            self._lines = ordered(
                [
                    line_of(each, checks_due(self.store, each), known[1])
                    for each in read_all(self.store).equipment.values()
                ]
            )
        return self._lines


def narrowed(lines: Sequence[EquipmentLine], wanted: str, say: Speech) -> tuple[EquipmentLine, ...]:
    """Return the lines that have all words of `wanted`, with accents or without."""
    parts = folded(wanted).lower().split()
    return tuple(
        line
        for line in lines
        if all(part in f"{line.text} {folded(say(line.how.value)).lower()}" for part in parts)
    )
