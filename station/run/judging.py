"""From readings to a result with its verdict: pure, the same for every observer."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from drivers.capabilities import Reading
from station.evidence import Evidence, Room, Taken
from station.metrology.conformity import Rule, decide
from station.metrology.coverage import Coverage
from station.metrology.uncertainty import Contribution
from station.procedure import Point, Test
from station.run import entries as e
from station.run.plan import Phase
from station.run.standards import Standard
from station.run.state import RunState
from station.run.steps import Conclude, Evaluate


@dataclass(frozen=True)
class Judge:
    """What results are evaluated and judged with.

    Attributes:
        standards: by role.
        rule: the decision rule.
        coverage: of the expanded uncertainty.
    """

    standards: Mapping[str, Standard]
    rule: Rule
    coverage: Coverage

    def evidence(
        self,
        state: RunState,
        on: date,
        points: tuple[str, ...],
        taken: Mapping[str, tuple[Taken, ...]] | None = None,
    ) -> Evidence:
        """Return what was read at `points` in the present phase, and `taken` just now."""
        last = state.environment[-1]
        kept = {id_: _kept(state, id_) for id_ in points}
        return Evidence(
            on=on,
            room=Room(last.celsius, last.humidity, last.pascals),
            standards=self.standards,
            readings={**kept, **(taken or {})},
        )

    def result(self, test: Test[Any], point: Point, phase: Phase, evidence: Evidence) -> e.Measured:
        """Return the result at `point`, with no wire and no duration yet."""
        evaluation = test.evaluate(point, evidence)
        result = evaluation.budget.evaluate(self.coverage)
        tolerance = test.tolerance(point)
        decision = decide(
            self.rule,
            result.value,
            result.expanded_uncertainty,
            tolerance.limits,
            standard_uncertainty=result.standard_uncertainty,
            dof=result.dof,
        )
        return e.Measured(
            point=point.id,
            phase=phase,
            readings=entered(evidence.readings.get(point.id, ())),
            wire=(),
            reference=evaluation.reference,
            indication=evaluation.indication,
            error=result.value,
            standard_uncertainty=result.standard_uncertainty,
            dof=_finite(result.dof),
            coverage_factor=result.k,
            coverage_reason=result.coverage_reason.value,
            expanded_uncertainty=result.expanded_uncertainty,
            budget=tuple(_contribution(each) for each in result.contributions),
            lower=tolerance.limits.lower,
            upper=tolerance.limits.upper,
            acceptance_lower=decision.acceptance_lower,
            acceptance_upper=decision.acceptance_upper,
            verdict=decision.verdict.value,
            false_decision_probability=decision.probability_of_false_decision,
            seconds=0.0,
        )

    def evaluated(self, step: Evaluate, state: RunState, on: date) -> e.Measured | e.Overloaded:
        """Return what comes of a point that rests on others; of an overload, that one."""
        overloaded = _overloaded(state, step.point.rests_on)
        if overloaded is not None:
            return overloaded.model_copy(update={"point": step.point.id, "wire": (), "seconds": 0})
        evidence = self.evidence(state, on, step.point.rests_on)
        return self.result(step.test, step.point, step.phase, evidence)

    def concluded(self, step: Conclude, state: RunState, on: date) -> e.Concluded:
        """Return what follows from a whole test; nothing where it is not whole."""
        test = step.test
        ids = (
            *(id_ for point in test.points for id_ in point.rests_on),
            *(point.id for point in (*test.observations, *test.points)),
        )
        left_out = any((step.phase, id_) in state.skipped for id_ in ids)
        whole = not left_out and _overloaded(state, ids) is None
        drawn = (
            test.conclude(step.dut, self.evidence(state, on, ids))
            if test.conclude and whole
            else ()
        )
        return e.Concluded(
            phase=step.phase,
            test=test.name,
            dut=step.dut,
            conclusions=tuple(e.ConclusionDrawn(**asdict(each)) for each in drawn),
        )


def _overloaded(state: RunState, points: Iterable[str]) -> e.Overloaded | None:
    """Return what was overloaded of some points: nothing can be evaluated from it."""
    outcomes = (state.results.get((state.phase, id_)) for id_ in points)
    return next((each for each in outcomes if isinstance(each, e.Overloaded)), None)


def entered(taken: tuple[Taken, ...]) -> tuple[e.ReadingTaken, ...]:
    """Return readings as they are written down."""
    return tuple(e.ReadingTaken(value=t.reading.value, raw=t.reading.raw, of=t.of) for t in taken)


def _kept(state: RunState, point: str) -> tuple[Taken, ...]:
    key = (state.phase, point)
    outcome = state.observed.get(key) or state.results.get(key)
    if outcome is None or isinstance(outcome, e.Overloaded):
        return ()
    return tuple(Taken(r.of, Reading(r.value, r.raw)) for r in outcome.readings)


def _contribution(made: Contribution) -> e.ContributionMade:
    return e.ContributionMade(
        name=made.name,
        value=made.value,
        standard_uncertainty=made.standard_uncertainty,
        sensitivity=made.sensitivity or 0.0,
        contribution=made.contribution,
        share=made.share,
        dof=_finite(made.dof),
        distribution=made.distribution.value,
        source=made.source,
    )


def _finite(dof: float) -> float | None:
    return dof if math.isfinite(dof) else None
