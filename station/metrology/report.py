"""An uncertainty budget as a table: plain text, Markdown for people, CSV for machines.

Every line says value, u, ν, distribution, sensitivity, contribution, share and source, so that the
table can be checked by hand (EA-4/02 M:2022 clause 4 asks for such a table).
"""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from enum import Enum
from types import MappingProxyType

from station.metrology.errors import BudgetError
from station.metrology.inputs import Distribution
from station.metrology.rounding import Notation, round_result, statement
from station.metrology.uncertainty import Contribution, Result

Row = tuple[str, ...]

Units = Mapping[str, str]
"""Name of an input → unit of its value and u."""

UNSTATED: Units = MappingProxyType({})
"""No unit is told: a table then has no column for them."""


class Terms(Enum):
    """What uncertainties are told in."""

    ABSOLUTE = "absolute"
    RELATIVE = "relative"
    """Parts of the estimates: u/|x|, (x/y)·∂y/∂x and u(y)/|y| (GUM 5.1.6)."""


_HEADINGS = {
    Terms.ABSOLUTE: ("u", "sensitivity", "u(y)"),
    Terms.RELATIVE: ("u/|x|", "relative sensitivity", "u(y)/|y|"),
}


def table(result: Result, terms: Terms = Terms.ABSOLUTE, units: Units = UNSTATED) -> list[Row]:
    """Return the heading and a row for each input, numbers rounded for reading.

    A value is written to the place of its u to four digits.

    Raises:
        BudgetError: nothing is relative to an estimate of zero.
    """
    u, sensitivity, contribution = _HEADINGS[terms]
    heading = (
        "quantity",
        "value",
        *(("unit",) if units else ()),
        u,
        "ν",
        "distribution",
        sensitivity,
        contribution,
        "share",
        "source",
    )
    rows: list[Row] = [
        (
            line.name,
            value_text(line.value, line.standard_uncertainty),
            *((units.get(line.name, ""),) if units else ()),
            _text(own, ".4g"),
            dof_text(line.dof),
            drawn_as(line),
            _text(slope, ".5g"),
            _text(part, ".4g"),
            f"{100 * line.share:.1f} %",
            line.source,
        )
        for line in result.contributions
        for own, slope, part in [_numbers(result, line, terms)]
    ]
    return [heading, *rows]


def summary(result: Result, terms: Terms = Terms.ABSOLUTE) -> list[Row]:
    """Return name and text of value, u, ν_eff, k and U, and the result as it is reported.

    Then y ± U with two digits (GUM 7.2.6), left out where there is no U or where `terms` are
    relative; and a note of the inputs whose uncertainty the first order does not see.

    Raises:
        BudgetError: nothing is relative to an estimate of zero.
    """
    unit = f" {result.unit}" if result.unit else ""
    u, expanded = result.standard_uncertainty, result.expanded_uncertainty
    uncertainties = ((u, unit), (expanded, unit))
    if terms is Terms.RELATIVE:
        uncertainties = ((u / _size(result), ""), (expanded / _size(result), ""))
    (u, of_u), (expanded, of_expanded) = uncertainties
    covered = f"({result.coverage_reason.value}, p = {100 * result.coverage_probability:.2f} %)"
    reported = []
    if terms is Terms.ABSOLUTE and expanded > 0.0:
        rounded = round_result(result.value, expanded)
        reported = [("y ± U", statement(rounded, result.unit, Notation.EN))]
    return [
        ("value", f"{value_text(result.value, result.standard_uncertainty)}{unit}"),
        ("u", f"{u:.4g}{of_u}"),
        ("ν_eff", dof_text(result.dof)),
        ("k", f"{result.k:.4g}  {covered}"),
        ("U", f"{expanded:.4g}{of_expanded}"),
        *reported,
        *_unseen(result),
    ]


def _unseen(result: Result) -> list[Row]:
    """Name the inputs at which the model is flat, so that their u is lost (GUM 5.1.2, note)."""
    names = [
        line.name
        for line in result.contributions
        if line.standard_uncertainty > 0.0 and line.contribution == 0.0
    ]
    if not names:
        return []
    lost = f"{', '.join(names)}: sensitivity 0, their u is not in U; compare with Monte Carlo"
    return [("note", lost)]


def as_text(result: Result, terms: Terms = Terms.ABSOLUTE, units: Units = UNSTATED) -> str:
    """Return the table in aligned columns, and what it amounts to.

    Raises:
        BudgetError: nothing is relative to an estimate of zero.
    """
    lines = [result.quantity, "", *aligned(table(result, terms, units)), ""]
    return "\n".join(lines + [f"{name:<5}  {text}" for name, text in summary(result, terms)])


def as_markdown(result: Result, terms: Terms = Terms.ABSOLUTE, units: Units = UNSTATED) -> str:
    """Return the budget as a Markdown section, ending in a line break.

    Raises:
        BudgetError: nothing is relative to an estimate of zero.
    """
    heading, *rows = (
        [cell.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ") for cell in row]
        for row in table(result, terms, units)
    )
    lines = [f"## {result.quantity}", ""]
    lines += [f"| {' | '.join(row)} |" for row in (heading, ["---"] * len(heading), *rows)]
    lines += ["", *(f"- {name}: {' '.join(text.split())}" for name, text in summary(result, terms))]
    return "\n".join(lines) + "\n"


def as_csv(result: Result, units: Units = UNSTATED) -> str:
    """Return the budget as CSV (RFC 4180), numbers in full, infinite ν as `inf`.

    One row an input, and a last one of the result, whose `share` is 1 and whose `source` is the
    rule that gave k.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        (
            "quantity",
            "value",
            "u",
            "dof",
            "distribution",
            "sensitivity",
            "contribution",
            "share",
            "k",
            "U",
            "unit",
            "source",
        )
    )
    for line in result.contributions:
        slope = "" if line.sensitivity is None else repr(line.sensitivity)
        numbers = (line.value, line.standard_uncertainty, line.dof)
        own = (*map(repr, numbers), drawn_as(line), slope)
        parts = (repr(line.contribution), repr(line.share))
        unit = units.get(line.name, "")
        writer.writerow((line.name, *own, *parts, "", "", unit, line.source))
    total = (result.value, result.standard_uncertainty, result.dof)
    u, k, expanded = result.standard_uncertainty, result.k, result.expanded_uncertainty
    row = (result.quantity, *map(repr, total), "", "", repr(u), "1.0", repr(k), repr(expanded))
    writer.writerow((*row, result.unit, result.coverage_reason.value))
    return text.getvalue()


def drawn_as(line: Contribution) -> str:
    """Name the distribution that a Monte Carlo simulation draws the input from.

    A finite ν makes a normal input a t distribution (JCGM 101:2008, 6.4.9), and rectangular limits
    inexact ones (6.4.3); see `Input.draw`.
    """
    if math.isfinite(line.dof):
        if line.distribution is Distribution.NORMAL:
            return "t"
        if line.distribution is Distribution.RECTANGULAR:
            return Distribution.INEXACT_RECTANGULAR.value
    return line.distribution.value


def aligned(rows: Sequence[Row]) -> list[str]:
    """Return the rows with their columns padded to one width."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def value_text(value: float, standard_uncertainty: float) -> str:
    """Write a value to the place of its u to four digits, at least six digits of it."""
    if not value or not standard_uncertainty:
        return f"{value:.10g}"
    above = math.floor(math.log10(abs(value))) - math.floor(math.log10(standard_uncertainty))
    return f"{value:.{min(max(above + 4, 6), 17)}g}"


def dof_text(number: float) -> str:
    """Write degrees of freedom."""
    return "∞" if math.isinf(number) else f"{number:.4g}"


def _numbers(
    result: Result, line: Contribution, terms: Terms
) -> tuple[float | None, float | None, float | None]:
    """Return u, sensitivity and contribution of a line; None where there is none."""
    if terms is Terms.ABSOLUTE:
        return line.standard_uncertainty, line.sensitivity, line.contribution
    size = _size(result)
    part = line.contribution / size
    if line.value == 0.0:
        return None, None, part
    own = line.standard_uncertainty / abs(line.value)
    slope = None if line.sensitivity is None else line.sensitivity * line.value / result.value
    return own, slope, part


def _size(result: Result) -> float:
    if result.value == 0.0:
        raise BudgetError(f"{result.quantity} is 0: nothing is relative to it; use absolute terms")
    return abs(result.value)


def _text(number: float | None, form: str) -> str:
    return "" if number is None else format(number, form)
