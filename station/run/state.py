"""What a run's journal amounts to: a fold over its entries, the same for every observer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from station.run.entries import (
    Aborted,
    AdjustBegun,
    AdjustDone,
    Answered,
    Decided,
    Declined,
    EnvironmentRead,
    Faulted,
    Finished,
    MadeSafe,
    Measured,
    Overloaded,
    PausedByPerson,
    Phase,
    PlannedPoint,
    Prompted,
    Resumed,
    RunBegun,
    Voided,
    WentOn,
)

if TYPE_CHECKING:
    from station.run.journal import Row

Outcome = Measured | Overloaded


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
        results: outcome of each (phase, point id) that is not void.
        void: outcomes declared void, with their reason, in order.
        phase: the phase being measured.
        prompt: the question that waits for an answer.
        adjusting: an adjustment was begun and its end is not written down.
    """

    begun: RunBegun | None = None
    status: Status = Status.UNDER_WAY
    phase: Phase = Phase.AS_FOUND
    environment: tuple[EnvironmentRead, ...] = ()
    results: Mapping[tuple[Phase, str], Outcome] = field(default_factory=dict)
    measured_at: Mapping[tuple[Phase, str], datetime] = field(default_factory=dict)
    void: tuple[tuple[Voided, Outcome], ...] = ()
    decisions: Mapping[Phase, str] = field(default_factory=dict)
    prompt: Prompted | None = None
    prompts: int = 0
    adjusting: bool = False
    adjusted: bool = False
    fault: Faulted | None = None
    aborted: Aborted | None = None
    unsafe: tuple[str, ...] = ()
    first_at: datetime | None = None
    last_at: datetime | None = None
    length: int = 0

    @property
    def points(self) -> tuple[PlannedPoint, ...]:
        """The planned points, in order."""
        return self.begun.points if self.begun else ()

    @property
    def done(self) -> int:
        """How many points of the present phase have an outcome."""
        return sum(1 for point in self.points if (self.phase, point.id) in self.results)

    @property
    def seconds_left(self) -> float:
        """Estimate of the remaining time (s): planned durations scaled by those met so far."""
        planned = met = left = 0.0
        for point in self.points:
            outcome = self.results.get((self.phase, point.id))
            if outcome is None:
                left += point.seconds
            else:
                planned += point.seconds
                met += outcome.seconds
        return left * (met / planned if planned else 1.0)

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
            return replace(state, status=Status.UNDER_WAY, prompt=None, fault=None)
        case Prompted():
            return replace(
                state, status=Status.ASKING, prompt=entry, prompts=max(state.prompts, entry.prompt)
            )
        case Answered():
            return replace(state, status=Status.UNDER_WAY, prompt=None)
        case EnvironmentRead():
            return replace(state, environment=(*state.environment, entry))
        case Measured() | Overloaded():
            key = (entry.phase, entry.point)
            return replace(
                state,
                results={**state.results, key: entry},
                measured_at={**state.measured_at, key: row.at},
            )
        case Voided():
            return _void(state, entry)
        case Declined():
            return state
        case Decided():
            return replace(state, decisions={**state.decisions, entry.phase: entry.verdict})
        case AdjustBegun():
            return replace(state, adjusting=True)
        case AdjustDone():
            return replace(state, adjusting=False, adjusted=True, phase=Phase.AS_LEFT)
        case PausedByPerson():
            return replace(state, status=Status.PAUSED)
        case WentOn():
            return replace(state, status=Status.UNDER_WAY)
        case Faulted():
            return replace(state, status=Status.FAULTED, fault=entry)
        case MadeSafe():
            return replace(state, unsafe=entry.failures)
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


def _void(state: RunState, entry: Voided) -> RunState:
    key = (entry.phase, entry.point)
    results = dict(state.results)
    outcome = results.pop(key)
    # What was decided over a point that is now void is undecided again.
    decisions = {phase: v for phase, v in state.decisions.items() if phase != entry.phase}
    return replace(
        state, results=results, decisions=decisions, void=(*state.void, (entry, outcome))
    )
