from dataclasses import replace
from typing import Any

import pytest

from station.certificate.plot import LEAST_SPAN, MOST_SPAN, plot
from tests.station.certificate.runs import Run, Shot

SHOT = Shot("dc-voltage", "V", 10.0, 10.0, 4e-4, 1e-4, 4e-5)


def drawn(*shots: Shot) -> dict[str, Any]:
    (table,) = Run(shots=shots, voided=0).document().sections[0].tables
    return plot(table)


def test_a_point_is_drawn_in_percent_of_its_limit() -> None:
    (point,) = drawn(SHOT)["points"]
    assert point["error"] == 25.0
    assert point["bar"] == [15.0, 35.0]
    assert point["zone"] == [-90.0, 90.0]
    assert (point["marker"], point["beyond"]) == ("pass", "")


@pytest.mark.parametrize(
    ("error", "marker"),
    [(3.8e-4, "conditional"), (4.2e-4, "conditional"), (6e-4, "fail"), (None, "overload")],
)
def test_verdicts_differ_without_colour(error: float | None, marker: str) -> None:
    assert drawn(replace(SHOT, error=error))["points"][0]["marker"] == marker


def test_what_lies_far_out_is_written_at_the_edge() -> None:
    picture = drawn(replace(SHOT, error=-4e-3))
    assert picture["span"] == MOST_SPAN
    assert picture["points"][0]["beyond"] == "−1000 %"
    assert drawn(SHOT)["span"] == LEAST_SPAN
