"""What a run's journal amounts to: a fold over its entries, the same for every observer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from station.metrology.conformity import Verdict
from station.run.entries import (
    Aborted,
    AdjustBegun,
    AdjustDeclined,
    AdjustDone,
    Answered,
    Concluded,
    Corrected,
    Decided,
    Declined,
    EnvironmentRead,
    Faulted,
    Finished,
    Inspected,
    MadeSafe,
    Measured,
    Noted,
    Observed,
    Overloaded,
    PausedByPerson,
    Prompted,
    PromptKind,
    Removed,
    Resumed,
    RunBegun,
    Skipped,
    StoreWasAway,
    Suspected,
    Voided,
    WentOn,
)
from station.run.plan import Phase, PlannedPoint
from station.run.said import Said

if TYPE_CHECKING:
    from station.run.journal import Row

Outcome = Measured | Overloaded

_WORSE = (
    Verdict.PASS,
    Verdict.CONDITIONAL_PASS,
    Verdict.NOT_ASSESSABLE,
    Verdict.CONDITIONAL_FAIL,
    Verdict.FAIL,
)


class Status(StrEnum):
    """Where a run stands, as far as its journal tells."""

    UNDER_WAY = "under way"
    ASKING = "asking"
    PAUSED = "paused"
    FAULTED = "stopped"
    ABORTED = "aborted"
    FINISHED = "finished"


@dataclass(frozen=True)
class RunState:
    """Everything a screen, a certificate or the engine needs to know of a run.

    Attributes:
        begun: what the run was set up with; None before the first entry.
        environment: every reading of the ambient conditions.
        conditions: those under which something was measured: of the readings before anything was,
            or all was left out, the last one counts.
        environment_at: when the ambient conditions were read last.
        results: outcome of each (phase, point id) that is not void.
        measured_at: when that was written, and what was observed.
        observed: what was observed for results, by (phase, observation id), where not void.
        void: outcomes declared void, with their reason, in order; what rested on them too.
        skipped: by (phase, point or observation id), what is not measured; what rests on it too.
        notes: people's remarks, in order.
        verdicts: by (phase, role of the item).
        conclusions: by (phase, test, role of the item).
        inspected: by (role of the item, inspection).
        removed: items that no longer take part, by role.
        phase: the phase being measured.
        prompt: the question that waits for an answer.
        adjusting: an adjustment was begun and its end is not written down.
        left_as_found: a person decided that the item is not adjusted.
        outputs: what the engine last switched to standby; empty until it did.
        standby: nothing was done with them since.
    """

    begun: RunBegun | None = None
    status: Status = Status.UNDER_WAY
    phase: Phase = Phase.AS_FOUND
    environment: tuple[EnvironmentRead, ...] = ()
    conditions: tuple[EnvironmentRead, ...] = ()
    environment_at: datetime | None = None
    results: Mapping[tuple[Phase, str], Outcome] = field(default_factory=dict)
    measured_at: Mapping[tuple[Phase, str], datetime] = field(default_factory=dict)
    observed: Mapping[tuple[Phase, str], Observed] = field(default_factory=dict)
    void: tuple[tuple[Voided, Outcome | Observed], ...] = ()
    skipped: Mapping[tuple[Phase, str], Skipped] = field(default_factory=dict)
    notes: tuple[Noted, ...] = ()
    verdicts: Mapping[tuple[Phase, str], str] = field(default_factory=dict)
    conclusions: Mapping[tuple[Phase, str, str], Concluded] = field(default_factory=dict)
    inspected: Mapping[tuple[str, str], Inspected] = field(default_factory=dict)
    removed: Mapping[str, Removed] = field(default_factory=dict)
    prompt: Prompted | None = None
    prompts: int = 0
    adjusting: bool = False
    adjusted: bool = False
    left_as_found: bool = False
    fault: Faulted | None = None
    aborted: Aborted | None = None
    unsafe: tuple[Said, ...] = ()
    outputs: tuple[str, ...] = ()
    standby: bool = False
    first_at: datetime | None = None
    last_at: datetime | None = None
    length: int = 0

    @property
    def points(self) -> tuple[PlannedPoint, ...]:
        """The planned points, in order."""
        return self.begun.points if self.begun else ()

    @property
    def duts(self) -> tuple[str, ...]:
        """The roles of all items, also of those that were removed."""
        return self.begun.duts if self.begun else ()

    @property
    def taking_part(self) -> tuple[str, ...]:
        """The roles of the items that still take part."""
        return tuple(dut for dut in self.duts if dut not in self.removed)

    def limits_at(self, id_: str) -> Mapping[str, float]:
        """Return the widest limit of error, ±, of what rests on a point or observation, by item."""
        widest: dict[str, float] = {}
        for point in self.points:
            if id_ in (point.id, *point.rests_on):
                limit = max(abs(point.lower), abs(point.upper), widest.get(point.dut, 0.0))
                widest[point.dut] = limit
        return widest

    @property
    def decisions(self) -> Mapping[Phase, str]:
        """The worst verdict of each phase in which every item has one."""
        return {
            phase: worst(Verdict(self.verdicts[phase, dut]) for dut in self.taking_part).value
            for phase in Phase
            if self.taking_part and all((phase, dut) in self.verdicts for dut in self.taking_part)
        }

    @property
    def done(self) -> int:
        """How many points of the present phase have an outcome."""
        return sum(1 for point in self.points if (self.phase, point.id) in self.results)

    @property
    def ended(self) -> bool:
        """Whether nothing more can be written."""
        return self.status in (Status.FINISHED, Status.ABORTED)


def fold(state: RunState, row: "Row") -> RunState:
    """Return the state after one more journal row."""
    entry = row.entry
    state = replace(state, length=row.seq + 1, first_at=state.first_at or row.at, last_at=row.at)
    match entry:
        case RunBegun():
            return replace(state, begun=entry)
        case Resumed():
            return replace(
                state, status=Status.UNDER_WAY, prompt=None, fault=None, outputs=(), standby=False
            )
        case Prompted():
            return replace(
                state, status=Status.ASKING, prompt=entry, prompts=max(state.prompts, entry.prompt)
            )
        case Answered():
            # The room's conditions are no reason to drive the outputs; another answer may be.
            room = state.prompt is not None and state.prompt.wants is PromptKind.NUMBER
            still = state.standby and room
            return replace(state, status=Status.UNDER_WAY, prompt=None, standby=still)
        case Corrected() | Suspected():
            return state
        case EnvironmentRead():
            worked = state.measured_at or state.inspected or state.verdicts
            before = state.conditions if worked else ()
            return replace(
                state,
                environment=(*state.environment, entry),
                conditions=(*before, entry),
                environment_at=row.at,
                standby=False,
            )
        case Measured() | Overloaded():
            key = (entry.phase, entry.point)
            return replace(
                state,
                results={**state.results, key: entry},
                measured_at={**state.measured_at, key: row.at},
                standby=False,
            )
        case Observed():
            key = (entry.phase, entry.point)
            return replace(
                state,
                observed={**state.observed, key: entry},
                measured_at={**state.measured_at, key: row.at},
                standby=False,
            )
        case Concluded():
            key3 = (entry.phase, entry.test, entry.dut)
            return replace(state, conclusions={**state.conclusions, key3: entry})
        case Inspected():
            place = (entry.dut, entry.inspection)
            return replace(state, inspected={**state.inspected, place: entry})
        case Removed():
            return replace(state, removed={**state.removed, entry.dut: entry})
        case Voided():
            return _void(state, entry)
        case Skipped():
            return _skip(state, entry)
        case Noted():
            return replace(state, notes=(*state.notes, entry))
        case Declined() | StoreWasAway():
            return state
        case Decided():
            decided = {(entry.phase, entry.dut): entry.verdict}
            return replace(state, verdicts={**state.verdicts, **decided})
        case AdjustDeclined():
            return replace(state, left_as_found=True)
        case AdjustBegun():
            return replace(state, adjusting=True)
        case AdjustDone():
            return replace(state, adjusting=False, adjusted=True, phase=Phase.AS_LEFT)
        case PausedByPerson():
            return replace(state, status=Status.PAUSED)
        case WentOn():
            # What was asked before a pause is asked again.
            return replace(state, status=Status.UNDER_WAY, prompt=None, standby=False)
        case Faulted():
            return replace(state, status=Status.FAULTED, fault=entry)
        case MadeSafe():
            return replace(
                state,
                unsafe=entry.unsafe,
                outputs=entry.instruments,
                standby=not entry.failures,
            )
        case Aborted():
            return replace(state, status=Status.ABORTED, prompt=None, aborted=entry)
        case Finished():
            return replace(state, status=Status.FINISHED, prompt=None)
        case _:
            assert_never(entry)


def fold_all(rows: Iterable["Row"]) -> RunState:
    """Return the state that a whole journal amounts to."""
    state = RunState()
    for row in rows:
        state = fold(state, row)
    return state


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst of some verdicts."""
    return max(verdicts, key=_WORSE.index)


def _void(state: RunState, entry: Voided) -> RunState:
    """Take back an outcome, and all that rests on it: results, conclusions and verdicts."""
    phase = entry.phase
    gone = _with_what_rests_on(entry.point, state)
    concerned = [point for point in state.points if point.id in gone]
    duts = {point.dut for point in concerned}
    tests = {point.test for point in concerned}
    taken = [
        outcome
        for key in ((phase, point) for point in sorted(gone))
        if (outcome := state.results.get(key) or state.observed.get(key)) is not None
    ]
    return replace(
        state,
        results={k: v for k, v in state.results.items() if k[0] != phase or k[1] not in gone},
        observed={k: v for k, v in state.observed.items() if k[0] != phase or k[1] not in gone},
        verdicts={k: v for k, v in state.verdicts.items() if k[0] != phase or k[1] not in duts},
        conclusions={
            k: v
            for k, v in state.conclusions.items()
            if k[0] != phase or k[1] not in tests or k[2] not in duts
        },
        void=(*state.void, *((entry, outcome) for outcome in taken)),
        # A decision to leave something out is taken back with all that it was about.
        skipped={
            k: v for k, v in state.skipped.items() if (v.phase, v.point) != (phase, entry.point)
        },
    )


def _skip(state: RunState, entry: Skipped) -> RunState:
    """Leave out a point or observation, and all that rests on it and has no result."""
    keys = [(entry.phase, id_) for id_ in sorted(_with_what_rests_on(entry.point, state))]
    left_out = {key: entry for key in keys if key not in state.results}
    state = replace(state, skipped={**left_out, **state.skipped})
    if state.prompt is None or state.prompt.prompt != entry.took_back:
        return state
    return replace(state, status=Status.UNDER_WAY, prompt=None)


def _with_what_rests_on(id_: str, state: RunState) -> set[str]:
    return {id_} | {point.id for point in state.points if id_ in point.rests_on}
