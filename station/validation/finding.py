"""What a study amounts to: coverage with its interval, false decisions, and the verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import fsum, sqrt

from station.metrology.conformity import Verdict
from station.metrology.proportion import Proportion, clustered
from station.validation.trial import Found, Trial

CONFIDENCE = 0.95
"""Of the intervals of coverage that are shown."""

FALSE_ALARM = 0.01
"""Greatest probability that a procedure is called wrong whose coverage is what it claims."""

ALLOWANCE = 0.026
""""Approximately 95 %" (EA-4/02 M:2022, clause 5): how much less an accepted rule may cover.

Its S9, k = p·√3 for a dominant rectangular term, covers 92.9 % in place of 95.45 % where the other
terms come to 0.3 of the dominant one, the most it allows (`station.metrology.expansion`).
"""


class Finding(Enum):
    """What a coverage says of the claim."""

    CAUTIOUS = "more than claimed"
    COMPATIBLE = "compatible"
    APPROXIMATE = "compatible with about 95 %"
    TOO_LOW = "NOT COMPATIBLE"
    TOO_WIDE = "WIDER THAN THE LIMITS"


@dataclass(frozen=True, slots=True)
class Group:
    """Results that are counted together: all, a function's, or a range's.

    Attributes:
        test: name of the function; empty for all.
        range: full scale; None for all ranges.
        covered: how often y ± U covered the truth.
        low: lower end of the interval of coverage.
        high: upper end.
        mean_ratio: mean of |error / U|.
        mean_width: mean of the width of y ± U as a part of the limits' distance.
        worst: the result with the greatest |error / U|, and in which trial.
    """

    test: str
    range: float | None
    covered: Proportion
    low: float
    high: float
    mean_ratio: float
    mean_width: float
    worst: Found
    worst_trial: int
    finding: Finding


@dataclass(frozen=True, slots=True)
class Decisions:
    """Verdicts of one kind: how many were false, and how many the reports let expect."""

    verdict: Verdict
    count: int
    false: int
    predicted: float
    scatter: float


@dataclass(frozen=True, slots=True)
class Study:
    """All that was found.

    Attributes:
        claim: coverage probability that U claims.
        trials: carried out, of `planned`.
        groups: all results, then each function, then each range.
        overloaded: points at which the DUT showed overload.
    """

    claim: float
    trials: int
    planned: int
    groups: tuple[Group, ...]
    decisions: tuple[Decisions, ...]
    overloaded: int

    @property
    def complete(self) -> bool:
        """Whether all planned trials were carried out."""
        return self.trials == self.planned

    @property
    def too_low(self) -> tuple[Group, ...]:
        """The groups whose coverage is not compatible with the claim."""
        return tuple(group for group in self.groups if group.finding is Finding.TOO_LOW)

    @property
    def too_wide(self) -> tuple[Group, ...]:
        """The groups whose U covers well and is of no use: scatter that a settled reading lacks."""
        return tuple(group for group in self.groups if group.finding is Finding.TOO_WIDE)

    @property
    def proved(self) -> bool:
        """Whether coverage is nowhere below the claim by more than chance, nor U without use."""
        return not self.too_low and not self.too_wide


def assessed(trials: Sequence[Trial], *, claim: float, planned: int) -> Study:
    """Return what `trials` amount to; none have no groups."""
    everything = [found for trial in trials for found in trial.found]
    keys: dict[tuple[str, float | None], None] = {("", None): None} if everything else {}
    keys |= {(found.test, None): None for found in everything}
    keys |= {(found.test, found.range): None for found in everything}
    groups = tuple(_group(trials, test, range_, claim, len(keys)) for test, range_ in keys)
    return Study(
        claim=claim,
        trials=len(trials),
        planned=planned,
        groups=groups,
        decisions=tuple(_decisions(everything)),
        overloaded=sum(len(trial.overloaded) for trial in trials),
    )


def _group(
    trials: Sequence[Trial], test: str, range_: float | None, claim: float, groups: int
) -> Group:
    def belongs(found: Found) -> bool:
        return test in ("", found.test) and range_ in (None, found.range)

    by_trial = [[found for found in trial.found if belongs(found)] for trial in trials]
    covered = clustered(
        [sum(found.ratio <= 1.0 for found in some) for some in by_trial], [*map(len, by_trial)]
    )
    low, high = covered.limits(CONFIDENCE)
    pairs = [
        (found, trial.number)
        for trial, some in zip(trials, by_trial, strict=True)
        for found in some
    ]
    worst, number = max(pairs, key=lambda pair: pair[0].ratio)
    ratio = fsum(found.ratio for found, _ in pairs) / len(pairs)
    width = fsum(found.width for found, _ in pairs) / len(pairs)
    finding = _finding(covered, low, width, claim, groups)
    return Group(test, range_, covered, low, high, ratio, width, worst, number, finding)


def _finding(covered: Proportion, low: float, width: float, claim: float, groups: int) -> Finding:
    # Many groups are looked at: each may raise a false alarm with a part of the probability.
    chance = FALSE_ALARM / groups
    if covered.probability_if(claim - ALLOWANCE) < chance:
        return Finding.TOO_LOW
    if width > 1.0:
        return Finding.TOO_WIDE
    if covered.probability_if(claim) < chance:
        return Finding.APPROXIMATE
    return Finding.CAUTIOUS if low > claim else Finding.COMPATIBLE


def _decisions(everything: Sequence[Found]) -> list[Decisions]:
    made = []
    for verdict in Verdict:
        some = [found for found in everything if found.verdict is verdict]
        risks = [found.false_probability or 0.0 for found in some]
        if some and verdict is not Verdict.NOT_ASSESSABLE:
            made.append(
                Decisions(
                    verdict=verdict,
                    count=len(some),
                    false=sum(found.is_false for found in some),
                    predicted=fsum(risks),
                    scatter=sqrt(fsum(risk * (1.0 - risk) for risk in risks)),
                )
            )
    return made
