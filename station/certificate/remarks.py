"""What is remarked of a table: what a reader of its verdicts alone would miss."""

from collections.abc import Iterator, Sequence

from station.certificate.results import Line, Table
from station.certificate.texts import Text, same, say
from station.locale import N_
from station.metrology.conformity import Verdict

LEAST_RATIO = 4
"""Tolerance limit over U from which on, by a rule of thumb, the uncertainty matters little."""

LARGE = N_("Points at which U exceeds one quarter of the tolerance limit: {points}.")
NOT_ASSESSABLE = N_(
    "Points not assessable because the guard bands leave nothing of the tolerance: {points}."
)
BEYOND = N_(
    "Points that pass by the decision rule although the error lies beyond a tolerance limit: "
    "{points}."
)


def remark(table: Table) -> Text | None:
    """Return the remark of a table, None where there is nothing to say.

    It goes by the printed figures, so that a reader can check it.
    """
    said = list(_remarks(table.lines))
    if not said:
        return None
    return Text(" ".join(text.vi for text in said), " ".join(text.en for text in said))


def runs_of(numbers: Sequence[int]) -> str:
    """Write ascending whole numbers as "1–4, 7"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)


def _remarks(lines: Sequence[Line]) -> Iterator[Text]:
    beyond = [line for line in lines if line.verdict is Verdict.PASS and _is_beyond(line)]
    unassessable = [line for line in lines if line.verdict is Verdict.NOT_ASSESSABLE]
    large = [line for line in lines if _is_large(line) and line not in unassessable]
    for pattern, meant in ((BEYOND, beyond), (LARGE, large), (NOT_ASSESSABLE, unassessable)):
        if meant:
            listed = same(runs_of([line.number for line in meant]))
            yield say(pattern, points=say(N_("all")) if len(meant) == len(lines) > 1 else listed)


def _is_beyond(line: Line) -> bool:
    """Tell whether the error is outside the tolerance, as a rule of guarded rejection allows."""
    if line.result is None:
        return False
    return not line.lower.exact <= line.result.error.exact <= line.upper.exact


def _is_large(line: Line) -> bool:
    if line.result is None:
        return False
    limit = (line.upper.exact - line.lower.exact) / 2
    return LEAST_RATIO * line.result.uncertainty.exact > limit
