import tomllib
from datetime import date

import pytest
from pydantic import ValidationError

from station.metrology.errors import CertificateError, OutOfCertificate
from station.metrology.inputs import Distribution
from station.metrology.reference_file import CertificateFile
from station.metrology.reference_table import CertificatePoint, CertifiedRange, Table

TEXT = """
[certificate]
number = "V24-1034"
issuer = "National laboratory"
date = 2026-01-15
due = 2027-01-15
standard = "Fluke 5522A"
serial = "4872301"
traceability = "SI through the national standards"

[[table]]
quantity = "dc-voltage"
unit = "V"

[[table.range]]
low = -3.299999
high = 3.299999
nonlinearity = 1e-6
stability = [{ days = 90, ppm = 8, floor = 2e-6 }, { days = 365, ppm = 11, floor = 2e-6 }]
points = [
  { nominal = 3.0, deviation = 5.0e-6, U = 12.0e-6, k = 2, dof = 60 },
  { nominal = 1.0, deviation = 1.0e-6, U = 6.0e-6, k = 3 },
  { nominal = 0.0, deviation = 0.2e-6, U = 0.8e-6 },
  { nominal = -3.0, deviation = -4.0e-6, U = 12.0e-6 },
]

[[table.range]]
low = -32.99999
high = 32.99999
points = [
  { nominal = 3.0, deviation = 90e-6, U = 90e-6 },
  { nominal = 10.0, deviation = 100e-6, U = 100e-6 },
]

[[table]]
quantity = "ac-voltage"
unit = "V"

[[table.range]]
low = 0.033
high = 3.29
hertz_low = 45
hertz_high = 10e3
points = [
  { nominal = 1.0, deviation = 1e-5, U = 8e-5, hertz = 1000 },
  { nominal = 3.0, deviation = 3e-5, U = 2e-4, hertz = 1000 },
  { nominal = 1.0, deviation = 2e-5, U = 9e-5, hertz = 55 },
]
"""


def edited(*changes):
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return CertificateFile.model_validate(tomllib.loads(text))


CERTIFICATE = edited().to_certificate()


def test_a_certified_point_is_taken_as_it_is():
    found = CERTIFICATE.at("dc-voltage", 3.0)
    assert found.value == 3.000005
    assert found.correction == 5e-6
    assert found.standard_uncertainty == pytest.approx(6e-6)
    assert (found.k, found.dof) == (2.0, 60.0)
    assert found.source == "certificate V24-1034, dc-voltage 3"


def test_between_points_u_is_interpolated_as_fully_correlated():
    found = CERTIFICATE.at("dc-voltage", 2.5)  # three quarters of the way from 1 V to 3 V
    assert found.correction == pytest.approx(4e-6)
    linear = 0.25 * 2e-6 + 0.75 * 6e-6
    assert found.standard_uncertainty == pytest.approx((linear**2 + (1e-6**2) / 3) ** 0.5)
    assert (found.k, found.dof) == (3.0, 60.0)
    assert found.source == "certificate V24-1034, dc-voltage between 1 and 3"


def test_the_narrower_range_is_used_and_the_frequency_is_the_certified_one():
    assert CERTIFICATE.at("dc-voltage", 10.0).correction == 100e-6
    assert CERTIFICATE.at("dc-voltage", 3.0).correction == 5e-6
    assert CERTIFICATE.at("ac-voltage", 1.0, 55.0).correction == 2e-5
    assert CERTIFICATE.at("ac-voltage", 2.0, 1000.0).correction == pytest.approx(2e-5)


BETWEEN = edited(
    ("hertz_high = 10e3", 'hertz_high = 10e3\nbetween_frequencies = "linear"'),
    (
        "{ nominal = 1.0, deviation = 2e-5",
        "{ nominal = 2.0, deviation = 4e-5, U = 1e-4, hertz = 55 },"
        "\n  { nominal = 1.0, deviation = 2e-5",
    ),
)


def test_between_frequencies_where_the_certificate_allows_it():
    certificate = BETWEEN.to_certificate()
    found = certificate.at("ac-voltage", 1.5, 527.5)  # half way, in voltage and in frequency
    low, high = (certificate.at("ac-voltage", 1.5, hertz) for hertz in (55.0, 1000.0))
    assert found.correction == pytest.approx(0.5 * (low.correction + high.correction))
    u = 0.5 * (low.standard_uncertainty + high.standard_uncertainty)
    assert found.standard_uncertainty == pytest.approx(u)
    assert found.source == (
        "certificate V24-1034, ac-voltage between 1 and 2 at 55 Hz and 1000 Hz, taken at 527.5 Hz"
    )
    assert certificate.at("ac-voltage", 1.0, 1000.0).source.endswith("ac-voltage 1 at 1000 Hz")


def test_between_frequencies_on_a_logarithmic_scale_with_its_departure():
    entry = BETWEEN.model_dump(mode="json")
    entry["table"][1]["range"][0].update(between_frequencies="logarithmic", hertz_nonlinearity=3e-5)
    certificate = CertificateFile.model_validate(entry).to_certificate()
    hertz = (55.0 * 1000.0) ** 0.5
    low, high = (certificate.at("ac-voltage", 1.0, each) for each in (55.0, 1000.0))
    found = certificate.at("ac-voltage", 1.0, hertz)
    assert found.correction == pytest.approx(0.5 * (low.correction + high.correction))
    u = 0.5 * (low.standard_uncertainty + high.standard_uncertainty)
    assert found.standard_uncertainty == pytest.approx((u**2 + 9e-10 / 3.0) ** 0.5)


def test_zero_hertz_has_no_logarithm():
    entry = BETWEEN.model_dump(mode="json")
    entry["table"][1]["range"][0]["between_frequencies"] = "logarithmic"
    entry["table"][1]["range"][0]["points"][0]["hertz"] = 0.0
    with pytest.raises(CertificateError, match="no logarithm"):
        CertificateFile.model_validate(entry).to_certificate()


@pytest.mark.parametrize(
    ("value", "hertz", "words"),
    [
        (1.0, 50.0, "nothing is extrapolated"),
        (1.0, 1001.0, "nothing is extrapolated"),
        (2.5, 500.0, "does not lie between"),  # 3 V is certified at 1 kHz alone
        (1.0, 20.0, "outside the certified ranges"),
        (1.0, None, "does not lie between"),
    ],
)
def test_frequencies_are_not_extrapolated(value, hertz, words):
    with pytest.raises(OutOfCertificate, match=words):
        BETWEEN.to_certificate().at("ac-voltage", value, hertz)


@pytest.mark.parametrize(
    ("quantity", "value", "hertz", "words"),
    [
        ("resistance", 1.0, None, "only ac-voltage, dc-voltage"),
        ("dc-voltage", 33.0, None, "outside the certified ranges"),
        ("dc-voltage", 3.2, None, "does not lie between"),
        ("dc-voltage", -3.2, None, "does not lie between"),
        ("dc-voltage", -5.0, None, "does not lie between"),
        ("dc-voltage", 1.0, 50.0, "does not lie between"),
        ("ac-voltage", 1.0, None, "does not lie between"),
        ("ac-voltage", 1.0, 500.0, "does not lie between"),
        ("ac-voltage", 2.0, 55.0, "does not lie between"),
        ("ac-voltage", 1.0, 20.0, "outside the certified ranges"),
        ("dc-voltage", float("nan"), None, "outside"),
    ],
)
def test_nothing_is_extrapolated(quantity, value, hertz, words):
    with pytest.raises(OutOfCertificate, match=words):
        CERTIFICATE.at(quantity, value, hertz)


def test_signs_are_not_mixed():
    without_zero = edited(("{ nominal = 0.0, deviation = 0.2e-6, U = 0.8e-6 },", ""))
    with pytest.raises(OutOfCertificate):
        without_zero.to_certificate().at("dc-voltage", 0.5)
    assert CERTIFICATE.at("dc-voltage", -1.5).correction == pytest.approx(-1.9e-6)


@pytest.mark.parametrize(
    ("on", "ppm", "days"),
    [(date(2026, 1, 15), 8, 90), (date(2026, 4, 15), 8, 90), (date(2026, 4, 16), 11, 365)],
)
def test_drift_is_the_stability_of_the_interval_that_covers_the_time(on, ppm, days):
    drift = CERTIFICATE.drift("dc-voltage", -3.0, None, on)
    assert drift.half_width == pytest.approx(ppm * 3e-6 + 2e-6)
    assert drift.source == f"Fluke 5522A stability specification, {days} days"
    assert drift.as_input("drift").distribution is Distribution.RECTANGULAR


@pytest.mark.parametrize(
    ("value", "on", "words"),
    [
        (1.0, date(2026, 1, 14), "before the calibration"),
        (1.0, date(2027, 1, 16), "366 have passed"),
        (10.0, date(2026, 1, 16), "stated for 0 days"),
    ],
)
def test_drift_beyond_what_is_stated_is_refused(value, on, words):
    with pytest.raises(OutOfCertificate, match=words):
        CERTIFICATE.drift("dc-voltage", value, None, on)


@pytest.mark.parametrize(
    ("on", "valid"),
    [
        (date(2026, 1, 14), False),
        (date(2026, 1, 15), True),
        (date(2027, 1, 15), True),
        (date(2027, 1, 16), False),
    ],
)
def test_validity(on, valid):
    assert CERTIFICATE.is_valid_on(on) is valid


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("due = 2027-01-15", "due = 2025-01-15"),
        ("nominal = 3.0", "nominal = 4.0"),
        ("nominal = 3.0", "nominal = 1.0"),
        ("U = 12.0e-6, k = 2", "U = -12.0e-6, k = 2"),
        ("k = 2", "k = 0"),
        ("days = 90", "days = 0"),
        ('"ac-voltage"', '"dc-voltage"'),
    ],
)
def test_contradictions_are_refused(old, new):
    with pytest.raises(CertificateError):
        edited((old, new)).to_certificate()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("deviation = 5.0e-6", "deviatoin = 5.0e-6"),
        ("U = 12.0e-6, k = 2", "U = nan, k = 2"),
        ('number = "V24-1034"', 'number = ""'),
    ],
)
def test_an_ill_formed_file_is_refused(old, new):
    with pytest.raises(ValidationError):
        edited((old, new))


def test_the_reference_value_is_an_input_of_a_budget():
    applied = CERTIFICATE.at("dc-voltage", 3.0).as_input("applied")
    assert (applied.name, applied.value, applied.dof) == ("applied", 3.000005, 60.0)
    assert applied.source == "certificate V24-1034, dc-voltage 3"


def test_zero_lies_between_no_two_points_of_different_sign():
    points = (CertificatePoint(-1.0, 1e-3, 2e-3), CertificatePoint(1.0, 3e-3, 4e-3))
    table = Table("v", "V", (CertifiedRange(-1.0, 1.0, points),))
    for value in (0.0, 1e-200, -1e-200):
        with pytest.raises(OutOfCertificate, match="between certified points"):
            table.at(value, None, "certificate 1, v")
    certified = CertifiedRange(-1.0, 1.0, (*points, CertificatePoint(0.0, 2e-3, 1e-3)))
    assert Table("v", "V", (certified,)).at(0.0, None, "certificate 1, v").value == 2e-3


def test_a_value_just_outside_is_named_with_its_digits():
    with pytest.raises(OutOfCertificate, match=r" 32\.999991 V is outside .* 32\.99999 V"):
        CERTIFICATE.at("dc-voltage", 32.999991)
