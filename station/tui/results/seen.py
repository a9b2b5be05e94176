"""One result as it stands: what was measured, what people decided of it, who may go on how."""

from dataclasses import dataclass, field

import sqlalchemy as sa

from station.certificate.document import finished
from station.certificate.item import with_results
from station.certificate.results import Section, sections
from station.clock import day_of
from station.records.schema import REGISTER
from station.register import book, people
from station.register.work import Work, work_of
from station.run import journal
from station.run.state import RunState, fold_all
from station.tui.desk import Desk
from station.tui.results.acts import Case, May, may


@dataclass(frozen=True, slots=True)
class ResultSeen:
    """The results of one item.

    Attributes:
        state: what the journal says of this item alone.
        sections: the same as a certificate prints it.
        duts: all items of the run that have results.
        case: what the register says, and whom it is asked for.
        may: what there is to be done, and whether whoever sits here may.
        checked: whether people are: the store has accounts.
    """

    state: RunState
    sections: tuple[Section, ...]
    duts: tuple[str, ...]
    case: Case
    may: tuple[May, ...]
    checked: bool


@dataclass
class ResultWatch:
    """Follows what is decided of one result; its journal is finished and read once."""

    desk: Desk
    run: str
    dut: str
    _measured: "_Measured | None" = field(default=None, init=False)
    _decided: int | None = field(default=None, init=False)
    _seen: ResultSeen | None = field(default=None, init=False)

    def look(self) -> ResultSeen:
        """Return the result; the same value where nothing is new.

        Raises:
            BadInput, Refused: there are no results of this item.
            StoreFailed: the store does not answer.
            Tampered: the journal or the register are not what was written.
        """
        self.desk.store.confirm_there()
        with self.desk.store.transaction("look at the register") as connection:
            last = connection.execute(sa.select(sa.func.max(REGISTER.c.seq))).scalar()
        decided = -1 if last is None else int(last)
        if self._seen is None or decided != self._decided:
            self._decided, self._seen = decided, self._look()
        return self._seen

    def _look(self) -> ResultSeen:
        desk = self.desk
        if self._measured is None:
            self._measured = self._read()
        measured = self._measured
        register = book.read(desk.store)
        case = Case(register, measured.work, self.dut, desk.by, day_of(desk.wall.now()))
        return ResultSeen(
            state=measured.state,
            sections=measured.sections,
            duts=measured.duts,
            case=case,
            may=may(case, desk.say),
            checked=people.has_accounts(register),
        )

    def _read(self) -> "_Measured":
        rows = list(journal.read(self.desk.store, self.run))
        whole = fold_all(rows)
        state = finished(whole, self.dut)
        return _Measured(state, sections(state), with_results(whole), work_of(rows))


@dataclass(frozen=True, slots=True)
class _Measured:
    """What the journal says, which nothing changes any more."""

    state: RunState
    sections: tuple[Section, ...]
    duts: tuple[str, ...]
    work: Work
