from dataclasses import dataclass
from decimal import Decimal

import pytest

from station.certificate.figures import contradicts, percent, printed, quantity, risk
from tests.station.certificate.runs import Shot


@dataclass(frozen=True)
class Case:
    name: str
    limit: float
    error: float
    uncertainty: float
    expected_error: str
    expected_uncertainty: str
    rule: str = "guarded-non-binary"


CASES = (
    Case("two digits", 1.0, 0.12345, 0.0234, "0.123", "0.023"),
    Case("carry keeps two digits", 1.0, 0.12345, 0.0996, "0.12", "0.10"),
    Case("U above ten counts two digits", 11000.0, 5500.0, 1357.0, "5500", "1400"),
    Case("just inside the limit", 1.0, 0.9996, 0.12, "1.00", "0.12"),
    Case("just outside the limit", 1.0, 1.0004, 0.12, "1.0004", "0.1200"),
    Case("on the limit", 1.0, 1.0, 0.12, "1.00", "0.12"),
    Case("just beyond the acceptance limit", 1.0, 0.8804, 0.12, "0.8804", "0.1200"),
    Case("just inside the lower limit", 1.0, -0.99996, 0.12, "-1.00", "0.12"),
    Case("just beyond the guard band", 1.0, 1.1203, 0.12, "1.1203", "0.1200"),
    Case("simple acceptance", 1.0, 1.0004, 0.12, "1.0004", "0.1200", "simple-acceptance"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_printed_figures_never_contradict_the_verdict(case: Case) -> None:
    shot = Shot("dc-voltage", "V", 10.0, 10.0, case.limit, case.error, case.uncertainty)
    measured = shot.outcome(case.rule)
    figures = printed(measured)
    assert f"{figures.error:f}" == case.expected_error
    assert f"{figures.uncertainty:f}" == case.expected_uncertainty
    assert not contradicts(measured, figures)


def test_values_end_at_the_last_place_of_the_uncertainty() -> None:
    shot = Shot("resistance-4w", "Ω", 1e8, 1e8, 11000.0, 5500.0, 1357.0)
    figures = printed(shot.outcome("guarded-binary"))
    assert figures.indication.as_tuple().exponent == 2
    assert figures.reference == Decimal("1.000000E+8")


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        ("0", "0,01"),
        ("0.00004", "0,01"),
        ("0.0234", "2,4"),
        ("0.07", "7"),
        ("0.5", "50"),
        ("0.9999", "100"),
    ],
)
def test_probabilities_are_bounds_in_percent(probability: str, text: str) -> None:
    said = percent(Decimal(probability))
    assert said.vi == f"{text}\u00a0%"
    assert said.en == said.vi.replace(",", ".")


@pytest.mark.parametrize(
    ("probability", "bound"),
    [(0.1301, "0.14"), (0.13, "0.13"), (0.99999, "1.0"), (3.21e-18, "3.3E-18"), (0.0, "0.0")],
)
def test_a_risk_is_rounded_up(probability: float, bound: str) -> None:
    assert risk(probability) == Decimal(bound)


def test_no_risk_stays_none() -> None:
    assert risk(None) is None


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [
        (0.1, "V", "100 mV"),
        (1000.0, "V", "1000 V"),
        (20.0, "A", "20 A"),
        (1e6, "Ω", "1 MΩ"),
        (45.0, "Hz", "45 Hz"),
        (2.5e4, "Hz", "25 kHz"),
        (0.1 * 3, "V", "300 mV"),
    ],
)
def test_quantities_as_a_bench_says_them(number: float, unit: str, text: str) -> None:
    assert quantity(number, unit).vi == text
