"""The finished runs as a list: what was calibrated, how it came out, where its results stand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError

from station.clock import day_of
from station.errors import Tampered
from station.locale import N_
from station.records.about import OF_CERTIFICATES, OF_PEOPLE, read_row, register_rows
from station.records.chain import chain_fault
from station.records.schema import ENTRY, REGISTER, RUN
from station.register import lives
from station.register.lives import Stage
from station.register.state import Lives, Register, fold_all
from station.run.entries import ENTRY as ENTRY_OF
from station.run.entries import Decided, Entry, RunBegun
from station.tui.desk import Desk
from station.tui.parts.folding import folded
from station.tui.parts.words import Speech, item_of
from station.tui.results.steps import Step, falls_to, step

AT_ONCE = 10
"""How many journals' beginnings are read in one look: the newest are there at once."""

MOST_NAMED = 500

FULL_LOOK = 8
"""Every so many looks (2 s) it is looked for further finished runs."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a run, as its journal says; `verdict` is the last one."""

    dut: str
    name: str
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished run as the index has it, and its items once they were read."""

    run: str
    procedure: str
    item: str
    at: datetime
    items: tuple[Item, ...] = ()
    simulated: bool = False
    operator: str = ""
    readable: bool = True


@dataclass(frozen=True, slots=True)
class ResultLine:
    """The results of one item as one line of the list.

    `number` is that of its certificate, `text` all that it is found by, without accents; `step` is
    what is to be done next, `mine` whether whoever sits here can do it; `readable` is its journal
    where it is what was written.
    """

    run: str
    dut: str
    item: str
    procedure: str
    at: datetime
    stage: Stage
    number: str = ""
    verdict: str = ""
    simulated: bool = False
    text: str = ""
    step: Step | None = None
    mine: bool = False
    readable: bool = True


@dataclass
class ResultsWatch:
    """Follows what becomes finished, and what is decided of it."""

    desk: Desk
    _listed: dict[str, tuple[str, str]] = field(default_factory=dict, init=False)
    _open: set[str] = field(default_factory=set, init=False)
    _runs: dict[str, Finished] = field(default_factory=dict, init=False)
    _unread: list[str] = field(default_factory=list, init=False)
    _told: dict[str, tuple[ResultLine, ...]] = field(default_factory=dict, init=False)
    _register: Register = field(default_factory=Register, init=False)
    _decided: int = field(default=-2, init=False)
    _looks: int = field(default=0, init=False)
    _lines: tuple[ResultLine, ...] = field(default=(), init=False)

    def look(self) -> tuple[ResultLine, ...]:
        """Return all results, the newest first; the same value where nothing is new.

        Raises:
            StoreFailed: the store does not answer.
            Tampered: a row of the register is not what was written.
        """
        self.desk.store.confirm_there()
        changed: set[str] = set()
        if self._looks % FULL_LOOK == 0:
            changed |= self._look_for_runs()
        self._looks += 1
        changed |= self._read()
        if self._look_at_register():
            changed = set(self._runs)
        if changed:
            by, on = self.desk.by, day_of(self.desk.wall.now())
            self._told |= {
                run: lines_of(self._runs[run], self._register, by, on) for run in changed
            }
            self._lines = tuple(line for run in self._runs for line in self._told[run])
        return self._lines

    def _look_for_runs(self) -> set[str]:
        """Look which runs ended since; what has ended is never asked again."""
        with self.desk.store.transaction("list the finished runs") as connection:
            count = connection.execute(sa.select(sa.func.count()).select_from(RUN)).scalar()
            if count != len(self._listed):
                rows = connection.execute(sa.select(RUN.c.id, RUN.c.procedure, RUN.c.item)).all()
                self._open |= {row[0] for row in rows} - self._listed.keys()
                self._listed |= {run: (procedure, item) for run, procedure, item in rows}
            ended = connection.execute(_last_entries(self._open)).all()
        self._open -= {row.id for row in ended}
        found = {
            row.id: Finished(row.id, *self._listed[row.id], datetime.fromisoformat(row.at))
            for row in ended
            if row.kind == "finished"
        }
        if found:
            every = [*found.values(), *self._runs.values()]
            every.sort(key=lambda run: (run.at, run.run), reverse=True)
            self._runs = {run.run: run for run in every}
            self._unread = [run.run for run in every if not run.items]
        return set(found)

    def _read(self) -> set[str]:
        """Read what some of the journals say of items and verdicts, the newest first."""
        runs, self._unread = self._unread[:AT_ONCE], self._unread[AT_ONCE:]
        if not runs:
            return set()
        e = ENTRY.c
        query = (
            sa.select(e.run, e.seq, e.at, e.kind, e.body, e.previous, e.hash)
            .where(e.run.in_(runs), e.kind.in_(("run-begun", "decided")))
            .order_by(e.run, e.seq)
        )
        with self.desk.store.transaction("read the results") as connection:
            rows = connection.execute(query).all()
        for run in runs:
            self._runs[run] = _with_items(
                self._runs[run], [row[1:] for row in rows if row[0] == run]
            )
        return set(runs)

    def _look_at_register(self) -> bool:
        with self.desk.store.transaction("look at the register") as connection:
            last = connection.execute(sa.select(sa.func.max(REGISTER.c.seq))).scalar()
        decided = -1 if last is None else int(last)
        if decided == self._decided:
            return False
        self._decided = decided
        rows = register_rows(self.desk.store, (*OF_CERTIFICATES, *OF_PEOPLE))
        self._register = fold_all(map(read_row, rows))
        return True


def _last_entries(runs: Collection[str]) -> sa.Select[tuple[str, str, str]]:
    """Return the query for run, kind and instant of the last entry of those runs that ended."""
    e, each = ENTRY.c, ENTRY.alias().c
    last = sa.select(sa.func.max(each.seq)).where(each.run == RUN.c.id).scalar_subquery()
    query = sa.select(RUN.c.id, e.kind, e.at).where(
        e.run == RUN.c.id, e.seq == last, e.kind.in_(("finished", "aborted"))
    )
    # So many cannot be named one by one: a database has a limit for that.
    return query if len(runs) > MOST_NAMED else query.where(RUN.c.id.in_(runs))


def _with_items(run: Finished, rows: Sequence[Sequence[Any]]) -> Finished:
    """Return a run with its items; what the last phase decided of each is its verdict.

    One run that is not what was written must not hide the others; opening it says what is wrong.
    """
    try:
        entries = [_proved(run.run, row) for row in rows]
    except (Tampered, ValidationError):
        return replace(run, items=(Item("dut", run.item),), readable=False)
    begun = next(entry for entry in entries if isinstance(entry, RunBegun))
    verdicts = {entry.dut: entry.verdict for entry in entries if isinstance(entry, Decided)}
    items = [Item(dut, _name(begun, dut), verdicts.get(dut, "")) for dut in begun.duts]
    return replace(run, items=tuple(items), simulated=begun.simulated, operator=begun.operator)


def _proved(run: str, row: Sequence[Any]) -> Entry:
    seq, at, kind, body, before, digest = row
    fault = chain_fault(run, seq, None, (seq, at, kind, body, before, digest))
    if fault:
        raise Tampered("{fault}", fault=fault)
    return ENTRY_OF.validate_json(body)


def _name(begun: RunBegun, dut: str) -> str:
    # The serial number first: it is what must not be cut in a narrow table.
    return " ".join(reversed(item_of(begun, dut)))


def lines_of(run: Finished, register: Register, by: str, on: date) -> tuple[ResultLine, ...]:
    """Return a line for each item of a run; one for the whole while its items are not known."""
    items = run.items or (Item("dut", run.item),)
    return tuple(_line(run, item, register, by, on) for item in items)


def _line(run: Finished, item: Item, register: Register, by: str, on: date) -> ResultLine:
    stage = lives.stage(register, run.run, item.dut)
    todo = step(register, stage) if run.readable else None
    issued = register.items.get((run.run, item.dut), Lives()).issued
    number = issued[-1].number if issued else ""
    return ResultLine(
        run=run.run,
        dut=item.dut,
        item=item.name,
        procedure=run.procedure,
        at=run.at,
        stage=stage,
        number=number,
        verdict=item.verdict,
        simulated=run.simulated,
        readable=run.readable,
        text=folded(" ".join((number, item.name, run.procedure, run.run))).lower(),
        step=todo,
        mine=falls_to(*(by, register, todo), procedure=run.procedure, operator=run.operator, on=on),
    )


def narrowed(
    lines: Sequence[ResultLine], wanted: str, stage: Stage | None, say: Speech, *, mine: bool
) -> tuple[ResultLine, ...]:
    """Return the lines that have all words of `wanted`, with accents or without, in a stage.

    `mine`: only those that wait for whoever sits here.
    """
    parts = folded(wanted).lower().split()
    words = {each: folded(f"{each.value} {say(text)}").lower() for each, text in STAGE.items()}

    def fits(line: ResultLine) -> bool:
        return all(part in line.text or part in words[line.stage] for part in parts)

    return tuple(
        line
        for line in lines
        if stage in (None, line.stage) and (line.mine or not mine) and fits(line)
    )


STAGE = {
    Stage.MEASURED: N_("1 measured"),
    Stage.RETURNED: N_("↩ returned"),
    Stage.REVIEWED: N_("2 reviewed"),
    Stage.APPROVED: N_("3 approved"),
    Stage.ISSUED: N_("✓ issued"),
    Stage.AMENDED: N_("✓ amended"),
    Stage.WITHDRAWN: N_("✗ withdrawn"),
}
"""Mark and word of each stage, in the order of a certificate's life."""
