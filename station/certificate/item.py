"""One item of a run: the run's state as if no other item had taken part."""

from dataclasses import replace

from station.errors import BadInput, Phrase
from station.metrology.conformity import Verdict
from station.run.plan import Phase, PlannedPoint
from station.run.state import RunState
from station.run.steps import is_failure


def alone(state: RunState, dut: str) -> RunState:
    """Return what the state `state` of a run says of the item in the role `dut`.

    Of the instruments, the standards are left; of the observations, those its results rest on.

    Raises:
        BadInput: the run has no such item.
    """
    begun = state.begun
    if begun is None or dut not in begun.duts:
        raise BadInput(
            "Run {run} has no item {dut!r}. Its items: {items}.",
            run=begun.run if begun else Phrase("without a beginning"),
            dut=dut,
            items=state.duts,
        )
    points = tuple(point for point in begun.points if point.dut == dut)
    own = {point.id for point in points}
    known = own | {id_ for point in points for id_ in point.rests_on}
    instruments = tuple(i for i in begun.instruments if i.role == dut or i.role not in begun.duts)
    return replace(
        state,
        begun=begun.model_copy(
            update={"dut": dut, "duts": (dut,), "instruments": instruments, "points": points}
        ),
        results={k: v for k, v in state.results.items() if k[1] in own},
        measured_at={k: v for k, v in state.measured_at.items() if k[1] in known},
        observed={k: v for k, v in state.observed.items() if k[1] in known},
        void=tuple(pair for pair in state.void if pair[1].point in known),
        skipped={k: v for k, v in state.skipped.items() if k[1] in known},
        verdicts={k: v for k, v in state.verdicts.items() if k[1] == dut},
        conclusions={k: v for k, v in state.conclusions.items() if k[2] == dut},
        inspected={k: v for k, v in state.inspected.items() if k[0] == dut},
        removed={k: v for k, v in state.removed.items() if k == dut},
        adjusted=state.adjusted and any((Phase.AS_LEFT, id_) in state.results for id_ in own),
    )


def with_results(state: RunState) -> tuple[str, ...]:
    """Return the roles of the items that something was done with."""
    items = {dut: alone(state, dut) for dut in state.duts}
    return tuple(dut for dut, item in items.items() if item.results or item.inspected)


def phases(state: RunState) -> tuple[Phase, ...]:
    """Return the phases that results of the item are reported of."""
    return (Phase.AS_FOUND, Phase.AS_LEFT) if state.adjusted else (Phase.AS_FOUND,)


def undone(state: RunState, phase: Phase) -> tuple[PlannedPoint, ...]:
    """Return the planned points without an outcome.

    The item was removed, it was over for it, or somebody left them out.
    """
    return tuple(point for point in state.points if (phase, point.id) not in state.results)


def verdict(state: RunState, phase: Phase) -> Verdict:
    """Return what is said of the item in a phase; without all of its points no pass is said."""
    given = [Verdict(v) for (of, _), v in state.verdicts.items() if of is phase]
    failed = any(is_failure(outcome) for (of, _), outcome in state.results.items() if of is phase)
    if failed or Verdict.FAIL in given or not all(i.passed for i in state.inspected.values()):
        return Verdict.FAIL
    return given[0] if given and not undone(state, phase) else Verdict.NOT_ASSESSABLE
