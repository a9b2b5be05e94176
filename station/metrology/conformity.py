"""Statements of conformity: limits, decision rules with guard bands, and the risk of each verdict.

JCGM 106:2012 clauses 7 and 8; ILAC-G8:09/2019 clause 4; ISO/IEC 17025:2017, 7.8.6. How wide the
guard bands are is in `guard_band`, the risk before the measurement in `risk`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from station.metrology.coverage import student_cumulative, student_factor
from station.metrology.errors import InvalidNumber
from station.metrology.guard_band import (
    GuardBand,
    Method6,
    MultipleOfUncertainty,
    RootDifferenceOfSquares,
    TargetSpecificRisk,
    width,
)
from station.metrology.limits import Limits, span

__all__ = ["Limits"]  # re-exported: limits and rules are used together

MOST_STEPS = 10_000
"""Of a fixed-point iteration, before it is said not to end."""

EQUALITY = 4e-15
"""Relative difference below which two floats are equal: the binary form must not decide."""


class Verdict(Enum):
    """The outcome of a decision rule."""

    PASS = "pass"
    CONDITIONAL_PASS = "conditional pass"
    CONDITIONAL_FAIL = "conditional fail"
    FAIL = "fail"
    NOT_ASSESSABLE = "not assessable"


class Side(Enum):
    """On which side of a limit values fail."""

    LOWER = "lower"
    UPPER = "upper"


class Zones(Enum):
    """What a rule makes of the guard bands."""

    ACCEPTANCE = "guarded acceptance"
    """Pass inside the tolerance less the guard band, else fail (JCGM 106:2012, 8.3.2)."""

    REJECTION = "guarded rejection"
    """Fail beyond the tolerance plus the guard band, else pass (8.3.3)."""

    NON_BINARY = "non-binary"
    """Two conditional verdicts around each limit (ILAC-G8:09/2019, 4.2.3)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A decision rule, agreed with the customer before the work (ISO/IEC 17025:2017, 7.1.3).

    Attributes:
        name: as it is recorded and printed.
        version: of this rule's definition; a changed rule gets a new one.
        guard_band: how far acceptance limits keep from tolerance limits.
        zones: which verdicts there are.
        clause: where the rule is defined.
    """

    name: str
    version: int
    guard_band: GuardBand
    zones: Zones
    clause: str


_NONE, _WHOLE = MultipleOfUncertainty(0.0), MultipleOfUncertainty(1.0)

SIMPLE_ACCEPTANCE = Rule("simple-acceptance", 1, _NONE, Zones.ACCEPTANCE, "ILAC-G8:09/2019, 4.2.1")
GUARDED_BINARY = Rule("guarded-binary", 1, _WHOLE, Zones.ACCEPTANCE, "ILAC-G8:09/2019, 4.2.2")
GUARDED_NON_BINARY = Rule(
    "guarded-non-binary", 1, _WHOLE, Zones.NON_BINARY, "ILAC-G8:09/2019, 4.2.3"
)
GUARDED_REJECTION = Rule("guarded-rejection", 1, _WHOLE, Zones.REJECTION, "JCGM 106:2012, 8.3.3")

ISO_14253_1 = Rule(
    "iso-14253-1", 1, MultipleOfUncertainty(0.83), Zones.NON_BINARY, "ISO 14253-1:2017"
)
"""Its default, 95 % in the conforming and the non-conforming zone: w = 0.83·U at k = 2.

That the figure is the standard's own was not seen in the document (from memory, unverified).
"""

METHOD_6 = Rule(
    "z540.3-method-6", 1, Method6(), Zones.ACCEPTANCE, "ANSI/NCSL Z540.3 handbook, method 6"
)

ROOT_DIFFERENCE = Rule(
    "root-difference-of-squares",
    1,
    RootDifferenceOfSquares(),
    Zones.ACCEPTANCE,
    "JCGM 106:2012, 8.3.2",
)
"""The clause is that of guarded acceptance; no standard defines this width."""

CONFORMANCE_95 = Rule(
    "conformance-probability-95",
    1,
    TargetSpecificRisk(0.05),
    Zones.ACCEPTANCE,
    "JCGM 106:2012, 8.3.2",
)

RULES = {
    rule.name: rule
    for rule in (
        SIMPLE_ACCEPTANCE,
        GUARDED_BINARY,
        GUARDED_NON_BINARY,
        GUARDED_REJECTION,
        ISO_14253_1,
        METHOD_6,
        ROOT_DIFFERENCE,
        CONFORMANCE_95,
    )
}
"""Name → rule that a run may be judged by: each of them has its wording on the certificate.

A target of global risk is none of them: it needs the reliability of the items, which no run has.
"""


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict with what it rests on, in the unit of the limits.

    Attributes:
        verdict: what the rule says.
        acceptance_lower: lower end of the acceptance interval; -inf without a lower limit.
        acceptance_upper: upper end; inf without an upper limit.
        guard_band: w, the same on both sides.
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
        rule: agreed with the customer.
        error: what is compared with the limits, in their unit.
        expanded_uncertainty: U, in the unit of `error`.
        limits: the requirement.
        standard_uncertainty: u, for the risk; U/2 where it is not given.
        dof: effective degrees of freedom of u; finite makes the risk that of a t distribution.

    Raises:
        InvalidNumber: a number is not finite, an uncertainty is negative, there is no limit, or the
            rule's guard band needs both.
    """
    u = 0.5 * expanded_uncertainty if standard_uncertainty is None else standard_uncertainty
    if not (
        math.isfinite(error) and 0.0 <= expanded_uncertainty < math.inf and 0.0 <= u < math.inf
    ):
        raise InvalidNumber(
            f"error {error}, U {expanded_uncertainty}, u {u}: a decision needs finite numbers, and"
            " uncertainties that are not negative"
        )
    if math.isinf(limits.lower) and math.isinf(limits.upper):
        raise InvalidNumber(f"{limits}: there is no requirement, and nothing to decide; state one")
    guard = width(rule.guard_band, limits, expanded_uncertainty, u, dof=dof)
    inward = -guard if rule.zones is Zones.REJECTION else guard
    lower, upper = limits.lower + inward, limits.upper - inward
    if 2.0 * inward >= limits.upper - limits.lower:
        return Decision(Verdict.NOT_ASSESSABLE, lower, upper, guard, None, rule)
    verdict = _verdict(rule, error, limits, guard)
    inside = conformance_probability(error, u, limits, dof=dof)
    accepted = verdict in (Verdict.PASS, Verdict.CONDITIONAL_PASS)
    return Decision(verdict, lower, upper, guard, 1.0 - inside if accepted else inside, rule)


def conformance_probability(
    value: float, standard_uncertainty: float, limits: Limits, *, dof: float = math.inf
) -> float:
    """Return the probability that the true value lies within the limits (JCGM 106:2012, 7).

    Raises:
        InvalidNumber: the value is not finite, or u is negative or not finite.
    """
    if not (math.isfinite(value) and 0.0 <= standard_uncertainty < math.inf):
        raise InvalidNumber(
            f"value {value}, u {standard_uncertainty}: a probability needs finite numbers, and u"
            " not negative"
        )
    if standard_uncertainty == 0.0:
        return 1.0 if limits.lower <= value <= limits.upper else 0.0
    above = student_cumulative((value - limits.upper) / standard_uncertainty, dof)
    below = student_cumulative((limits.lower - value) / standard_uncertainty, dof)
    return max(0.0, 1.0 - above - below)


def limiting_value(
    limit: float, uncertainty_at: Callable[[float], float], probability: float, *, side: Side
) -> float:
    """Return the value on the far side of `limit` that is beyond it with `probability`.

    Where u depends on the value itself, the value that is rejected first is the solution of
    y = limit ± z(p)·u(y), as for a speed limit (JCGM 106:2012, 8.3.3, example).

    Args:
        limit: tolerance limit.
        uncertainty_at: value → u there, in the unit of the limit; it grows by less than 1/z(p) of
            the value.
        probability: that the true value is beyond the limit, from one half.
        side: of the limit on which values fail.

    Raises:
        InvalidNumber: the probability is not within ½ … 1, or no value is that sure.
    """
    if not 0.5 <= probability < 1.0 or not math.isfinite(limit):
        raise InvalidNumber(f"limit {limit}, probability {probability}: state one within ½ … 1")
    z = 0.0 if probability == 0.5 else student_factor(2.0 * probability - 1.0, math.inf)
    sign = 1.0 if side is Side.UPPER else -1.0
    value = limit
    for _ in range(MOST_STEPS):
        before, value = value, limit + sign * z * uncertainty_at(value)
        if abs(value - before) <= EQUALITY * abs(value) < math.inf:
            return value
    raise InvalidNumber(
        f"limit {limit}: u grows so fast that no value is beyond it with probability {probability}"
    )


def capability_index(limits: Limits, standard_uncertainty: float) -> float:
    """Return C_m = T/(4u), tolerance span over four standard uncertainties.

    JCGM 106:2012, 7.6 (the clause number is from memory, unverified).

    Raises:
        InvalidNumber: a limit is missing, or u is not positive.
    """
    if not 0.0 < standard_uncertainty < math.inf:
        raise InvalidNumber(f"u = {standard_uncertainty}: the index needs a positive one")
    return span(limits) / (4.0 * standard_uncertainty)


def _verdict(rule: Rule, error: float, limits: Limits, guard: float) -> Verdict:
    outer = guard if rule.zones is Zones.REJECTION else -guard
    if _is_within(error, limits, outer):
        return Verdict.PASS
    if rule.zones is not Zones.NON_BINARY:
        return Verdict.FAIL
    if _is_within(error, limits, 0.0):
        return Verdict.CONDITIONAL_PASS
    return Verdict.CONDITIONAL_FAIL if _is_within(error, limits, guard) else Verdict.FAIL


def _is_within(error: float, limits: Limits, widening: float) -> bool:
    finite = [abs(limit) for limit in (limits.lower, limits.upper) if math.isfinite(limit)]
    slack = EQUALITY * max([abs(error), abs(widening), *finite])
    return limits.lower - widening - slack <= error <= limits.upper + widening + slack
