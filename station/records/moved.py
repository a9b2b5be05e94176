"""How much results move when a standard's certificate is corrected (ISO/IEC 17025:2017, 7.10).

Each result that stands is evaluated again by the procedure's own `evaluate`, first with the
certificate it was measured with, which must give what was recorded, then with the corrected one.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from drivers.capabilities import Reading
from station.bench_file import BenchFile, items_of, parse_standard
from station.clock import day_of
from station.errors import BadInput, Phrase, Refused, StationError, phrase_of
from station.evidence import Taken
from station.files import parse_toml
from station.metrology.coverage import Coverage
from station.metrology.errors import MetrologyError
from station.procedure import Conclusion, Point, Test, find_procedure
from station.records.store import Store
from station.records.trace import standing
from station.records.uses import Touched
from station.run import entries as e
from station.run import journal
from station.run.journal import Row
from station.run.judging import Judge
from station.run.plan import Phase
from station.run.rule import is_of, rule_named
from station.run.standards import Standard
from station.run.state import RunState, fold, fold_all


@dataclass(frozen=True, slots=True)
class Moved:
    """A result as it was recorded, and as it is with the corrected certificate."""

    run: str
    dut: str
    unit: str
    was: e.Measured
    now: e.Measured

    @property
    def by(self) -> float:
        """How far the error moved, in the point's unit."""
        return self.now.error - self.was.error

    @property
    def changes_verdict(self) -> bool:
        """Whether the item is judged differently."""
        return self.now.verdict != self.was.verdict


@dataclass(frozen=True, slots=True)
class ConclusionMoved:
    """What follows from all points of a test, as it was drawn and as it is now."""

    run: str
    dut: str
    phase: Phase
    test: str
    was: e.ConclusionDrawn
    now: Conclusion


Told = Moved | ConclusionMoved
"""What became of one result."""


@dataclass(frozen=True, slots=True)
class Untold:
    """A result of which it cannot be told; `point` is "" for all of the run, or names the test."""

    run: str
    point: str
    why: Phrase


@dataclass(frozen=True, slots=True)
class _Again:
    """What a run is evaluated again with: the tests, by point too, and both judges."""

    tests: tuple[Test[Any], ...]
    points: Mapping[str, tuple[Test[Any], Point]]
    then: Judge
    now: Judge


def moves(
    store: Store, touched: Touched, corrected: bytes, *, name: str
) -> Iterator[Told | Untold]:
    """Yield every result of a run with what becomes of it; those that do not move, too.

    Args:
        store: the open record store.
        touched: the run, and the standard it used.
        corrected: content of the corrected certificate's file.
        name: what messages call that file.

    Raises:
        BadInput: the file is wrong, or of another standard.
        Tampered: the journal is not what was written.
    """
    standard = parse_standard(touched.used.role, corrected, name=name)
    if standard.certificate.serial != touched.used.serial:
        raise BadInput(
            "{name} is of serial {serial!r}, not of {wanted!r}. Name the corrected "
            "certificate of this standard.",
            name=name,
            serial=standard.certificate.serial,
            wanted=touched.used.serial,
        )
    rows = list(journal.read(store, touched.run))
    state = fold_all(rows)
    try:
        again = _again(store, state, standard)
    except (StationError, MetrologyError) as error:
        yield Untold(touched.run, "", phrase_of(error))
        return
    stands = {row.seq for row in standing(rows, state).values()}
    before = RunState()
    for row in rows:
        if row.seq in stands and isinstance(row.entry, e.Measured):
            yield _moved(touched.run, again, before, row, row.entry)
        if isinstance(row.entry, e.Concluded) and row.entry in state.conclusions.values():
            yield from _concluded(touched.run, again, before, row, row.entry)
        before = fold(before, row)


def _again(store: Store, state: RunState, corrected: Standard) -> _Again:
    """Return what the run was evaluated with, and the same with the corrected certificate."""
    begun = state.begun
    if begun is None:
        raise Refused("The run has no first entry.")
    file = parse_toml(store.document(begun.bench_digest), BenchFile, name="the kept bench file")
    procedure = find_procedure(begun.found_as or begun.procedure)
    items, rule = items_of(file), rule_named(begun.rule)
    if procedure.digest(items) != begun.procedure_digest:
        raise Refused(
            "Procedure {procedure} (revision {revision}) is not the one that measured: its "
            "digest differs. Use the version that measured.",
            procedure=begun.procedure,
            revision=begun.revision,
        )
    if not is_of(rule, begun):
        raise Refused("Rule {rule} is not the one that judged. Use that version.", rule=begun.rule)
    then = {
        bound.role: parse_standard(
            bound.role,
            store.document(bound.certificate_digest),
            name=f"kept certificate {bound.certificate}",
        )
        for bound in begun.instruments
        if bound.certificate_digest is not None
    }
    serial = corrected.certificate.serial
    now = {
        role: replace(corrected, role=role) if each.certificate.serial == serial else each
        for role, each in then.items()
    }
    coverage = Coverage(begun.coverage_probability)
    tests = procedure.tests(items)
    points = {p.id: (test, p) for test in tests for p in test.points}
    return _Again(tests, points, Judge(then, rule, coverage), Judge(now, rule, coverage))


def _moved(run: str, again: _Again, before: RunState, row: Row, was: e.Measured) -> Moved | Untold:
    found = again.points.get(was.point)
    if found is None:
        gone = Phrase("The procedure no longer has this point for the item.")
        return Untold(run, was.point, gone)
    test, point = found
    on = day_of(row.at)
    try:
        then = _result(again.then, before, test, point, was, on)
        if not _same(then, was):
            other = Phrase("What was recorded is not what its readings evaluate to now.")
            return Untold(run, was.point, other)
        now = _result(again.now, before, test, point, was, on)
    except MetrologyError as error:
        return Untold(run, was.point, phrase_of(error))
    return Moved(run, point.dut, test.unit, was, now)


def _concluded(
    run: str, again: _Again, before: RunState, row: Row, was: e.Concluded
) -> Iterator[ConclusionMoved | Untold]:
    if not was.conclusions:
        return
    tests = [t for t in again.tests if t.name == was.test and t.conclude is not None]
    test = next((t for t in tests if was.dut in {p.dut for p in t.points}), None)
    if test is None or test.conclude is None:
        gone = Phrase("The procedure no longer draws conclusions from this test.")
        yield Untold(run, was.test, gone)
        return
    ids = tuple(point.id for point in (*test.observations, *test.points))
    rests = tuple(id_ for point in test.points for id_ in point.rests_on)
    on = day_of(row.at)
    try:
        then, now = (
            test.conclude(was.dut, judge.evidence(before, on, (*rests, *ids)))
            for judge in (again.then, again.now)
        )
    except MetrologyError as error:
        yield Untold(run, was.test, phrase_of(error))
        return
    if not _agree(then, was.conclusions) or len(now) != len(then):
        other = Phrase("What was concluded is not what its readings amount to now.")
        yield Untold(run, was.test, other)
        return
    for drawn, anew in zip(was.conclusions, now, strict=True):
        yield ConclusionMoved(run, was.dut, was.phase, was.test, drawn, anew)


def _agree(then: Sequence[Conclusion], was: Sequence[e.ConclusionDrawn]) -> bool:
    return [one.name for one in then] == [one.name for one in was] and all(
        math.isclose(
            one.value, old.value, rel_tol=1e-9, abs_tol=1e-6 * (old.expanded_uncertainty or 0.0)
        )
        for one, old in zip(then, was, strict=True)
    )


def _same(then: e.Measured, was: e.Measured) -> bool:
    """Tell whether two results are one, but for the last digits of another machine's arithmetic."""
    u = was.expanded_uncertainty
    return math.isclose(then.expanded_uncertainty, u, rel_tol=1e-9) and math.isclose(
        then.error, was.error, rel_tol=1e-9, abs_tol=1e-6 * u
    )


def _result(
    judge: Judge, before: RunState, test: Test[Any], point: Point, was: e.Measured, on: date
) -> e.Measured:
    taken = tuple(Taken(r.of, Reading(r.value, r.raw)) for r in was.readings)
    own = {} if point.rests_on else {point.id: taken}
    evidence = judge.evidence(before, on, point.rests_on, own)
    return judge.result(test, point, was.phase, evidence)
