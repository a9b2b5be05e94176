"""How far a run is: what was observed and measured of what is to be done."""

from station.run.state import RunState
from station.run.steps import is_open


def progress(state: RunState) -> tuple[int, int]:
    """Return how many observations and results of the present phase there are, and of how many.

    What will never come does not count: what is left out, results of an item that was removed, or
    that a failed operation has ended the verification for.
    """
    if state.begun is None:
        return 0, 0
    phase, results = state.phase, state.results
    under_way = {dut for dut in state.taking_part if not _is_over(dut, state)}
    observed = [one.id for one in state.begun.observations if (phase, one.id) in state.observed]
    done = len(observed) + sum((phase, point.id) in results for point in state.points)
    left = sum(p.dut in under_way and is_open(p.id, state) for p in state.points)
    if left:
        left += sum(is_open(one.id, state) for one in state.begun.observations)
    return done, done + left


def _is_over(dut: str, state: RunState) -> bool:
    legal = state.begun is not None and state.begun.verification
    if legal and (state.phase, dut) in state.verdicts:
        return True
    return any(not one.passed for (of, _), one in state.inspected.items() if of == dut)
