"""What is concluded from a series of readings of one frequency: how stable it is."""

from collections.abc import Mapping

from procedures.time.allan import allan_deviation, doubt
from procedures.time.frequency_dut import Series, said
from station.evidence import Evidence
from station.locale import N_
from station.procedure import Conclusion, Point

ALLAN = {
    1.0: N_("Allan deviation of the readings, averaging time 1 s"),
    3.0: N_("Allan deviation of the readings, averaging time 3 s"),
    10.0: N_("Allan deviation of the readings, averaging time 10 s"),
    30.0: N_("Allan deviation of the readings, averaging time 30 s"),
    100.0: N_("Allan deviation of the readings, averaging time 100 s"),
}
"""Averaging time (s) → what its Allan deviation is called."""

FEWEST = 20
"""Readings without which no Allan deviation is stated."""


def conclude_stability(
    of: str, series: Mapping[Point, Series], dut: str, evidence: Evidence
) -> tuple[Conclusion, ...]:
    """Return the Allan deviation of the longest series of readings of `of`."""
    point = max(series, key=lambda each: series[each].readings)
    values = evidence.values(point.id, of)
    if len(values) < FEWEST:
        return ()
    gate = series[point].gate_seconds
    relative = [value / point.nominal for value in values]
    found = []
    for seconds, title in ALLAN.items():
        group = round(seconds / gate)
        if group < 1 or abs(group * gate - seconds) > 1e-9 or 3 * group > len(values):
            continue
        deviation = allan_deviation(relative, group)
        found.append(
            Conclusion(
                name=f"allan-deviation-{seconds:g}s",
                title=title,
                value=deviation,
                unit="1",
                expanded_uncertainty=2.0 * doubt(deviation, len(values), group),
                coverage_factor=2.0,
                source="overlapping Allan deviation, NIST SP 1065, 5.2.4; with that of the "
                f"reference and of the counter; {len(values)} readings at {said(point.nominal)}",
            )
        )
    return tuple(found)
