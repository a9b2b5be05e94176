"""How far a run is: what was observed and measured of what is to be done."""

from station.run.plan import PlannedObservation, PlannedPoint
from station.run.state import RunState
from station.run.steps import is_open


def to_do(state: RunState) -> tuple[PlannedObservation | PlannedPoint, ...]:
    """Return what is still to be observed and measured in the present phase.

    What will never come is not among it: what is left out, results of an item that was removed, or
    that a failed operation has ended the verification for.
    """
    if state.begun is None:
        return ()
    under_way = {dut for dut in state.taking_part if not _is_over(dut, state)}
    points = [p for p in state.points if p.dut in under_way and is_open(p.id, state)]
    observations = state.begun.observations if points else ()
    return (*(one for one in observations if is_open(one.id, state)), *points)


def progress(state: RunState) -> tuple[int, int]:
    """Return how many observations and results of the present phase there are, and of how many."""
    if state.begun is None:
        return 0, 0
    phase = state.phase
    observed = sum((phase, one.id) in state.observed for one in state.begun.observations)
    done = observed + sum((phase, point.id) in state.results for point in state.points)
    return done, done + len(to_do(state))


def _is_over(dut: str, state: RunState) -> bool:
    legal = state.begun is not None and state.begun.verification
    if legal and (state.phase, dut) in state.verdicts:
        return True
    return any(not one.passed for (of, _), one in state.inspected.items() if of == dut)
