"""The error plot of a table: every point in percent of its own limit, so that ranges compare."""

from decimal import Decimal
from typing import Any

from station.certificate.results import Line, Table
from station.metrology.conformity import Verdict

LEAST_SPAN = 125.0
MOST_SPAN = 250.0
"""Half-height of the plot in percent of the limit; what lies beyond is marked at the edge."""

MARKERS = {
    Verdict.PASS: "pass",
    Verdict.CONDITIONAL_PASS: "conditional",
    Verdict.CONDITIONAL_FAIL: "conditional",
    Verdict.NOT_ASSESSABLE: "conditional",
    Verdict.FAIL: "fail",
}


def plot(table: Table) -> dict[str, Any]:
    """Return what is drawn: the half-height and, per point, percentages of its limit."""
    points = [_point(line) for line in table.lines]
    reach = max((max(map(abs, p["bar"] + p["zone"])) for p in points if p["bar"]), default=0.0)
    return {"span": min(max(1.08 * reach, LEAST_SPAN), MOST_SPAN), "points": points}


def _point(line: Line) -> dict[str, Any]:
    centre = (line.lower.exact + line.upper.exact) / 2
    half_width = (line.upper.exact - line.lower.exact) / 2
    result = line.result
    if result is None or not half_width:
        return {"number": line.number, "marker": "overload", "bar": [], "zone": []}

    def share(value: Decimal) -> float:
        return round(float(100 * value / half_width), 2)

    error = result.error.exact - centre
    beyond = abs(share(error)) > MOST_SPAN
    return {
        "number": line.number,
        "marker": MARKERS[line.verdict],
        "error": share(error),
        "beyond": f"{share(error):+.0f} %".replace("-", "−") if beyond else "",
        "bar": [share(error - result.uncertainty.exact), share(error + result.uncertainty.exact)],
        "zone": [
            share(result.acceptance_lower.exact - centre),
            share(result.acceptance_upper.exact - centre),
        ],
    }
