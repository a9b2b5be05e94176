"""Statements of conformity: limits, decision rules with guard bands, and the risk of each verdict.

JCGM 106:2012 clauses 7 and 8; ILAC-G8:09/2019 clause 4; ISO/IEC 17025:2017, 7.8.6.
"""

import math
from dataclasses import dataclass
from enum import Enum

from station.metrology.coverage import student_cumulative
from station.metrology.errors import InvalidNumber

EQUALITY = 4e-15
"""Relative difference below which two floats are equal: the binary form must not decide."""


class Verdict(Enum):
    """The outcome of a decision rule."""

    PASS = "pass"
    CONDITIONAL_PASS = "conditional pass"
    CONDITIONAL_FAIL = "conditional fail"
    FAIL = "fail"
    NOT_ASSESSABLE = "not assessable"


@dataclass(frozen=True, slots=True)
class Limits:
    """Tolerance limits, in the unit of what is compared; infinite on a side without requirement.

    Raises:
        InvalidNumber: a limit is NaN, or the lower one is above the upper one.
    """

    lower: float = -math.inf
    upper: float = math.inf

    def __post_init__(self) -> None:
        if not self.lower <= self.upper:
            raise InvalidNumber(
                f"limits {self.lower} … {self.upper}: the lower must not exceed the upper"
            )


@dataclass(frozen=True, slots=True)
class Rule:
    """A decision rule, agreed with the customer before the work (ISO/IEC 17025:2017, 7.1.3).

    Attributes:
        name: as it is recorded and printed.
        version: of this rule's definition; a changed rule gets a new one.
        guard_band_multiplier: guard band over expanded uncertainty, w = r·U.
        binary: only pass and fail; else two conditional verdicts around each limit.
        clause: where the rule is defined.
    """

    name: str
    version: int
    guard_band_multiplier: float
    binary: bool
    clause: str


SIMPLE_ACCEPTANCE = Rule("simple-acceptance", 1, 0.0, True, "ILAC-G8:09/2019, 4.2.1")
GUARDED_BINARY = Rule("guarded-binary", 1, 1.0, True, "ILAC-G8:09/2019, 4.2.2")
GUARDED_NON_BINARY = Rule("guarded-non-binary", 1, 1.0, False, "ILAC-G8:09/2019, 4.2.3")

RULES = {rule.name: rule for rule in (SIMPLE_ACCEPTANCE, GUARDED_BINARY, GUARDED_NON_BINARY)}
"""Name → rule."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict with what it rests on, in the unit of the limits.

    Attributes:
        verdict: what the rule says.
        acceptance_lower: lower end of the acceptance interval; -inf without a lower limit.
        acceptance_upper: upper end; inf without an upper limit.
        guard_band: w = r·U.
        probability_of_false_decision: specific risk (JCGM 106:2012, 7): of an accepted item being
            outside the limits, or of a rejected one being inside. None when not assessable.
        rule: that was applied.
    """

    verdict: Verdict
    acceptance_lower: float
    acceptance_upper: float
    guard_band: float
    probability_of_false_decision: float | None
    rule: Rule


def decide(
    rule: Rule,
    error: float,
    expanded_uncertainty: float,
    limits: Limits,
    *,
    standard_uncertainty: float | None = None,
    dof: float = math.inf,
) -> Decision:
    """Apply `rule` to an unrounded error and U; a value on a limit belongs to its better side.

    Args:
        rule: one of `RULES`.
        error: what is compared with the limits, in their unit.
        expanded_uncertainty: U, in the unit of `error`.
        limits: the requirement.
        standard_uncertainty: u, for the risk; U/2 where it is not given.
        dof: effective degrees of freedom of u; finite makes the risk that of a t distribution.

    Raises:
        InvalidNumber: a number is not finite, or an uncertainty is negative.
    """
    u = 0.5 * expanded_uncertainty if standard_uncertainty is None else standard_uncertainty
    if not (
        math.isfinite(error) and 0.0 <= expanded_uncertainty < math.inf and 0.0 <= u < math.inf
    ):
        raise InvalidNumber(
            f"error {error}, U {expanded_uncertainty}, u {u}: a decision needs finite numbers, and"
            " uncertainties that are not negative"
        )
    guard = rule.guard_band_multiplier * expanded_uncertainty
    lower, upper = limits.lower + guard, limits.upper - guard
    if 2.0 * guard >= limits.upper - limits.lower:
        return Decision(Verdict.NOT_ASSESSABLE, lower, upper, guard, None, rule)
    verdict = _verdict(rule, error, limits, guard)
    inside = conformance_probability(error, u, limits, dof=dof)
    accepted = verdict in (Verdict.PASS, Verdict.CONDITIONAL_PASS)
    return Decision(verdict, lower, upper, guard, 1.0 - inside if accepted else inside, rule)


def conformance_probability(
    value: float, standard_uncertainty: float, limits: Limits, *, dof: float = math.inf
) -> float:
    """Return the probability that the true value lies within the limits (JCGM 106:2012, 7)."""
    if standard_uncertainty == 0.0:
        return 1.0 if limits.lower <= value <= limits.upper else 0.0
    above = student_cumulative((value - limits.upper) / standard_uncertainty, dof)
    below = student_cumulative((limits.lower - value) / standard_uncertainty, dof)
    return max(0.0, 1.0 - above - below)


def _verdict(rule: Rule, error: float, limits: Limits, guard: float) -> Verdict:
    if _is_within(error, limits, -guard):
        return Verdict.PASS
    if rule.binary:
        return Verdict.FAIL
    if _is_within(error, limits, 0.0):
        return Verdict.CONDITIONAL_PASS
    return Verdict.CONDITIONAL_FAIL if _is_within(error, limits, guard) else Verdict.FAIL


def _is_within(error: float, limits: Limits, widening: float) -> bool:
    finite = [abs(limit) for limit in (limits.lower, limits.upper) if math.isfinite(limit)]
    slack = EQUALITY * max([abs(error), abs(widening), *finite])
    return limits.lower - widening - slack <= error <= limits.upper + widening + slack
