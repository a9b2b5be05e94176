"""Several certificates of one standard: drift, prediction, and the plausibility of a new one."""

import math
import random
import statistics
from datetime import date, timedelta

import pytest

from station.metrology.errors import FitError, OutOfCertificate, OutOfFit
from station.metrology.history import (
    Calibration,
    calibrations_of,
    drift_history,
    plausibility,
)
from station.metrology.inputs import Distribution
from station.metrology.reference import Certificate
from station.metrology.reference_table import CertificatePoint, CertifiedRange, Table

FIRST = date(2020, 1, 1)


def calibrations(values, *, u=1e-6, gap=365):
    return [
        Calibration(FIRST + timedelta(days=gap * i), value, u, f"certificate {i}")
        for i, value in enumerate(values)
    ]


RISING = calibrations([10.0, 10.000010, 10.000021, 10.000029, 10.000040])
STILL = calibrations([10.0, 10.000002, 9.999999, 10.000001, 10.0])


def test_a_significant_drift_is_corrected_for():
    history = drift_history(RISING)
    assert history.is_significant
    assert history.drift_per_day * 365 == pytest.approx(9.9e-6)
    on = RISING[-1].on + timedelta(days=365)
    found = history.predict(on)
    assert found.drift is None
    assert found.value == pytest.approx(10.00002 + 3 * 9.9e-6, abs=1e-12)
    residuals = [each.value - (10.00002 + (i - 2) * 9.9e-6) for i, each in enumerate(RISING)]
    s = math.sqrt(sum(residual**2 for residual in residuals) / 3)
    variance = s**2 * (1 + 1 / 5 + 3**2 / 10)
    assert found.standard_uncertainty == pytest.approx(math.sqrt(variance + 1e-12), rel=1e-6)
    assert found.dof == pytest.approx(3 * ((variance + 1e-12) / variance) ** 2, rel=1e-6)
    assert [each.name for each in found.as_inputs("standard")] == ["standard"]


def test_an_insignificant_drift_is_an_allowance():
    history = drift_history(STILL)
    assert not history.is_significant
    found = history.predict(STILL[-1].on + timedelta(days=730))
    assert (found.value, found.standard_uncertainty, found.dof) == (10.0, 1e-6, math.inf)
    assert found.drift.half_width == pytest.approx(3e-6 * 2)  # the fastest change, for two years
    assert found.combined_uncertainty == pytest.approx(math.hypot(1e-6, 6e-6 / math.sqrt(3.0)))
    value, drift = found.as_inputs("standard")
    assert (value.name, drift.name) == ("standard", "standard_drift")
    assert drift.distribution is Distribution.RECTANGULAR
    soon = history.predict(STILL[-1].on + timedelta(days=30))
    assert soon.drift.half_width == pytest.approx(3e-6)  # never less than what was seen


def test_three_calibrations_need_student():
    """|D| = 5·u(D) with one degree of freedom is chance: the factor is 12.7."""
    values = [10.0, 10.000009, 10.000010]
    history = drift_history(calibrations(values))
    ratio = history.drift_per_day / history.drift_uncertainty
    assert 2.0 < ratio < 12.7
    assert not history.is_significant


def test_a_scatter_that_is_too_small_is_not_believed():
    line = calibrations([10.0, 10.000001, 10.000002])
    assert drift_history(line).is_significant
    believed = drift_history(line, smallest_scatter=1e-6)
    assert believed.scatter == 1e-6
    assert not believed.is_significant
    assert not drift_history(calibrations([10.0, 10.0, 10.0])).is_significant


def test_neither_order_nor_unit_matter():
    mixed = list(RISING)
    random.Random(4).shuffle(mixed)
    on = RISING[-1].on + timedelta(days=100)
    assert drift_history(mixed).predict(on) == drift_history(RISING).predict(on)
    milli = [
        Calibration(c.on, 1e3 * c.value, 1e3 * c.standard_uncertainty, c.source) for c in RISING
    ]
    found, expected = drift_history(milli).predict(on), drift_history(RISING).predict(on)
    assert found.value == pytest.approx(1e3 * expected.value, rel=1e-14)
    assert found.standard_uncertainty == pytest.approx(1e3 * expected.standard_uncertainty)


def test_predictions_are_as_wide_as_what_happens():
    """Draw histories with a true drift: (next - predicted)/u has a variance of ν/(ν - 2)."""
    generator, scores = random.Random(9), []
    for _ in range(600):
        drawn = [
            Calibration(c.on, 1e-5 * i + generator.gauss(0.0, 2e-7), 0.0, c.source)
            for i, c in enumerate(calibrations([0.0] * 11))
        ]
        *past, new = drawn
        found = drift_history(past).predict(new.on)
        scores.append((new.value - found.value) / found.standard_uncertainty)
    assert statistics.pvariance(scores) == pytest.approx(8 / 6, rel=0.15)


def test_plausibility_of_a_new_certificate():
    history = drift_history(RISING)
    expected = history.predict(RISING[-1].on + timedelta(days=365))
    good = Calibration(RISING[-1].on + timedelta(days=365), expected.value, 1e-6, "new")
    bad = Calibration(good.on, expected.value + 5e-6, 1e-6, "new")
    assert not history.plausibility(good).needs_review
    assert history.plausibility(bad).needs_review
    still = drift_history(STILL)
    moved = Calibration(STILL[-1].on + timedelta(days=365), 10.000012, 1e-6, "new")
    u = math.hypot(1e-6, 1e-6, 3e-6 / math.sqrt(3.0))
    assert still.plausibility(moved).score == pytest.approx(12e-6 / (2 * u))


@pytest.mark.parametrize(
    ("new", "change", "u", "score", "needs_review"),
    [
        (10.0, 0.0, 0.0, 0.0, False),
        (10.5, 0.0, 0.0, 0.5, False),
        (11.0, 0.0, 0.0, 1.0, False),
        (11.1, 0.0, 0.0, 1.1, True),
        (9.0, 1.0, 0.0, 2.0, True),
        (12.0, 0.5, math.sqrt(2.0), 0.5 / math.hypot(0.5, math.sqrt(2.0)) * 1.5, False),
    ],
)
def test_plausibility(new, change, u, score, needs_review):
    old = Calibration(FIRST, 10.0, 0.3, "old")
    later = Calibration(date(2021, 1, 1), new, 0.4, "new")
    found = plausibility(old, later, expected_change=change, change_uncertainty=u)
    assert found.score == pytest.approx(score)
    assert found.needs_review is needs_review


def certificate(year, deviation, serial="S-1"):
    point = CertificatePoint(10.0, deviation, 2e-6, 2.0)
    table = Table("dc-voltage", "V", (CertifiedRange(0.0, 11.0, (point,)),))
    return Certificate(
        f"V-{year}",
        "National laboratory",
        date(year, 3, 1),
        date(year + 1, 3, 1),
        "Voltage standard",
        serial,
        "SI",
        (table,),
    )


def test_the_history_of_certificates():
    found = calibrations_of(
        [certificate(2023, 3e-6), certificate(2021, 1e-6), certificate(2022, 2e-6)],
        "dc-voltage",
        10.0,
    )
    assert [each.on.year for each in found] == [2021, 2022, 2023]
    assert found[0].value == pytest.approx(10.000001, abs=1e-12)
    assert found[0].standard_uncertainty == pytest.approx(1e-6)
    assert found[2].source == "certificate V-2023, dc-voltage 10"
    assert drift_history(found).drift_per_day * 365 == pytest.approx(1e-6, rel=1e-6)
    with pytest.raises(OutOfCertificate):
        calibrations_of([certificate(2021, 0.0)], "dc-voltage", 9.0)
    with pytest.raises(FitError, match="different standards"):
        calibrations_of([certificate(2021, 0.0), certificate(2022, 0.0, "S-2")], "dc-voltage", 10.0)


@pytest.mark.parametrize(
    "call",
    [
        lambda: drift_history(RISING[:2]),
        lambda: drift_history([*RISING, RISING[0]]),
        lambda: drift_history(RISING, smallest_scatter=-1.0),
        lambda: Calibration(FIRST, math.nan, 1.0, "x"),
        lambda: Calibration(FIRST, 1.0, -1.0, "x"),
        lambda: plausibility(Calibration(FIRST, 1.0, 0.0, "x"), Calibration(FIRST, 1.0, 0.0, "y")),
    ],
)
def test_what_is_no_history_is_refused(call):
    with pytest.raises(FitError):
        call()


def test_the_past_is_not_predicted():
    history = drift_history(RISING)
    with pytest.raises(OutOfFit, match="before the last"):
        history.predict(RISING[-1].on - timedelta(days=1))
    with pytest.raises(OutOfFit, match="not after"):
        history.plausibility(RISING[-1])
