"""From readings to a result with its verdict: pure, the same for every observer."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
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
