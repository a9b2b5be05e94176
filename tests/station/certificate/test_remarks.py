from dataclasses import replace

import pytest

from station.certificate.remarks import remark, runs_of
from station.certificate.results import sections
from tests.station.certificate.runs import SHOTS, Run

DC = replace(SHOTS[2], error=0.0)


def said(*shares: float) -> str | None:
    """The remark of a table whose points have these shares U over limit."""
    shots = tuple(
        replace(DC, nominal=0.01 * n, limit=1e-5, uncertainty=share * 1e-5)
        for n, share in enumerate(shares, start=1)
    )
    (section,) = sections(Run(shots=shots, voided=0).state())
    (table,) = section.tables
    text = remark(table)
    return text and text.en


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ((0.1, 0.25), None),
        ((0.26, 0.1, 0.5, 0.9), "exceeds one quarter of the tolerance limit: 1, 3–4."),
        ((0.26, 0.3), "exceeds one quarter of the tolerance limit: all."),
        ((0.3,), "exceeds one quarter of the tolerance limit: 1."),
        ((0.1, 1.2), "Points not assessable because the guard bands leave nothing"),
    ],
    ids=["small", "some", "all", "one", "not assessable"],
)
def test_where_u_is_a_large_share_of_the_limit(
    shares: tuple[float, ...], expected: str | None
) -> None:
    if expected is None:
        assert said(*shares) is None
    else:
        assert expected in (said(*shares) or "")


def test_an_unassessable_point_is_named_once() -> None:
    text = said(0.1, 0.3, 1.2)
    assert text is not None
    assert "tolerance limit: 2. Points" in text
    assert text.endswith("of the tolerance: 3.")


@pytest.mark.parametrize(
    ("rule", "said_of"),
    [("guarded-rejection", "beyond a tolerance limit: 2–3."), ("simple-acceptance", None)],
)
def test_a_pass_beyond_the_tolerance_is_pointed_out(rule: str, said_of: str | None) -> None:
    errors = (0.9, 1.1, -1.15, 1.3)
    shots = tuple(
        replace(DC, nominal=0.01 * n, limit=1e-5, error=share * 1e-5, uncertainty=2e-6)
        for n, share in enumerate(errors, start=1)
    )
    (section,) = sections(Run(shots=shots, voided=0, rule=rule).state())
    text = remark(section.tables[0])
    assert text is None if said_of is None else text is not None and text.en.endswith(said_of)


def test_an_overload_has_no_ratio() -> None:
    (section,) = sections(Run(shots=(replace(DC, error=None),), voided=0).state())
    assert remark(section.tables[0]) is None


@pytest.mark.parametrize(
    ("numbers", "text"),
    [([3], "3"), ([1, 2, 3], "1–3"), ([1, 3, 4, 9], "1, 3–4, 9"), ([], "")],
)
def test_runs_of_numbers(numbers: list[int], text: str) -> None:
    assert runs_of(numbers) == text
