"""A thermometer's certificate, from its file to the value a procedure is given, and its faults."""

import math
from datetime import date

import pytest

from station.bench_file import parse_standard
from station.errors import BadInput
from station.metrology.errors import OutOfCertificate
from station.metrology.history import calibrations_of

HEAD = """\
[certificate]
number = "T-24-11"
issuer = "National laboratory"
date = 2026-01-15
due = 2027-01-15
standard = "Platinum thermometer"
serial = "P-12"
traceability = "SI through ITS-90"
"""

PLATINUM = """
[[equation]]
quantity = "temperature"
gives = "indication"
unit = "Ω"
argument_unit = "°C"
low = -80.0
high = 200.0
function = "callendar-van-dusen"
fit_uncertainty = 0.004
coefficients = [
  { name = "R0", value = 100.003, u = 1e-3 },
  { name = "B", value = -5.775e-7, u = 2e-10 },
  { name = "A", value = 3.9083e-3, u = 1e-7 },
  { name = "C", value = -4.183e-12, u = 0.0 },
]
correlations = [["A", "B", -0.95]]
stability = [{ days = 365, floor = 0.01 }]
"""

COVARIANCE = PLATINUM.replace(
    'correlations = [["A", "B", -0.95]]',
    """\
covariance = [
  [1e-6, 0.0, 0.0, 0.0],
  [0.0, 4e-20, -1.9e-17, 0.0],
  [0.0, -1.9e-17, 1e-14, 0.0],
  [0.0, 0.0, 0.0, 0.0],
]""",
)
for stated in (", u = 1e-3", ", u = 2e-10", ", u = 1e-7", ", u = 0.0"):
    COVARIANCE = COVARIANCE.replace(stated, "")

TABLE = """
[[table]]
quantity = "dc-voltage"
unit = "V"

[[table.range]]
low = 0.0
high = 3.0
stability = [{ days = 365, ppm = 10 }]
points = [
  { nominal = 0.0, deviation = 0.0, U = 1e-6 },
  { nominal = 3.0, deviation = 2e-6, U = 1e-5, k = 2 },
]
"""

TRANSDUCER = """
[[equation]]
quantity = "pressure"
gives = "value"
unit = "MPa"
argument_unit = "V"
low = 0.0
high = 2.0
expression = "a + b*x"
fit_uncertainty = 0.003
coefficients = [{ name = "a", value = 0.01, u = 0.0 }, { name = "b", value = 9.8, u = 0.001 }]
stability = [{ days = 365, ppm = 100, floor = 0.002 }]
"""

ON = date(2026, 6, 1)


def read(text):
    return parse_standard("reference", text.encode(), name="p12.toml")


@pytest.mark.parametrize("text", [PLATINUM, COVARIANCE], ids=["u", "covariance"])
@pytest.mark.parametrize("celsius", [-80.0, -40.0, 0.0, 100.0, 200.0])
def test_temperature_of_a_measured_resistance(text, celsius):
    standard = read(HEAD + text)
    a, b, c = 3.9083e-3, -5.775e-7, -4.183e-12 if celsius < 0.0 else 0.0
    ratio = 1.0 + a * celsius + b * celsius**2 + c * (celsius - 100.0) * celsius**3
    slope = 100.003 * (a + 2.0 * b * celsius + c * (4.0 * celsius - 300.0) * celsius**2)
    terms = (ratio * 1e-3, 100.003 * celsius * 1e-7, 100.003 * celsius**2 * 2e-10)
    variance = sum(term**2 for term in terms) - 2.0 * 0.95 * terms[1] * terms[2]
    found = standard.measured("temperature", 100.003 * ratio, ON)
    assert found.actual == pytest.approx(celsius, abs=1e-9)
    assert found.slope == pytest.approx(1.0 / slope, rel=1e-5)
    expected = math.hypot(math.sqrt(variance) / slope, 0.004)
    assert found.standard_uncertainty == pytest.approx(expected, rel=2e-5)
    assert found.drift_half_width == 0.01
    assert found.certificate.startswith("certificate T-24-11, temperature equation solved for ")
    assert found.drift_source == "Platinum thermometer stability specification, 365 days"


ITS90 = """
[[equation]]
quantity = "temperature"
gives = "indication"
unit = "Ω"
argument_unit = "°C"
low = 0.0
high = 660.323
function = "its90-deviation-7"
coefficients = [
  { name = "RTPW", value = 25.5, u = 2e-5 },
  { name = "a", value = -2.982376094442697e-4, u = 2e-7 },
  { name = "b", value = -2.347216136920800e-5, u = 1e-7 },
  { name = "c", value = 5.058518332814592e-6, u = 0 },
]
"""


# The maker's sample certificate of the physics tests, with an RTPW: W is printed to 1e-7 (0.03 mK).
@pytest.mark.parametrize(
    ("ratio", "celsius"), [(1.8925127, 231.927), (2.5684113, 419.527), (3.3752260, 660.320)]
)
def test_its90_of_a_published_certificate(ratio, celsius):
    found = read(HEAD + ITS90).certificate.measured("temperature", 25.5 * ratio)
    assert found.value == pytest.approx(celsius, rel=0, abs=3e-5)
    above = ratio - 1.0
    terms = (ratio * 2e-5 / 25.5, above * 2e-7, above**2 * 1e-7)
    kelvin_per_ratio = {231.927: 1 / 3.713e-3, 419.527: 1 / 3.495e-3, 660.320: 1 / 3.205e-3}
    assert found.standard_uncertainty == pytest.approx(
        math.hypot(*terms) * kelvin_per_ratio[celsius], rel=1e-3
    )


BELOW_ZERO = """
[[equation]]
quantity = "temperature"
gives = "indication"
unit = "Ω"
argument_unit = "°C"
low = -189.3442
high = 0.01
function = "its90-deviation-4"
coefficients = [
  { name = "RTPW", value = 25.5, u = 2e-5 },
  { name = "a", value = -3.1e-4, u = 2e-6 },
  { name = "b", value = 2e-5, u = 1e-6 },
]
stability = [{ days = 365, floor = 0.002 }]
"""
ABOVE_ZERO = ITS90 + "stability = [{ days = 365, floor = 0.005 }]\n"


@pytest.mark.parametrize(
    ("celsius", "drift"),
    [(-189.3442, 0.002), (-38.8344, 0.002), (0.0, 0.002), (0.02, 0.005), (660.323, 0.005)],
)
def test_subranges_of_one_thermometer(celsius, drift):
    standard = read(HEAD + BELOW_ZERO + ABOVE_ZERO)
    piece = standard.certificate.equations_of("temperature")[drift > 0.002]
    ohm = piece.at(celsius).value
    found = standard.measured("temperature", ohm, ON)
    assert found.actual == pytest.approx(celsius, abs=1e-8)
    assert found.standard_uncertainty == piece.measured(ohm).standard_uncertainty
    assert found.drift_half_width == drift
    assert standard.at("temperature", celsius, ON).drift_half_width == drift


def test_a_temperature_in_none_of_the_subranges():
    standard = read(HEAD + BELOW_ZERO + ABOVE_ZERO)
    with pytest.raises(OutOfCertificate, match=r"not reached within -189.*; .*within 0 … 660"):
        standard.measured("temperature", 100.0, ON)


def test_a_thermometer_that_drifts_has_a_history():
    certificates = [
        read(HEAD.replace("2026-01-15", f"{year}-01-15") + PLATINUM.replace("100.003", ohm))
        for year, ohm in ((2024, "100.001"), (2025, "100.003"), (2026, "100.005"))
    ]
    found = calibrations_of([each.certificate for each in certificates], "temperature", 100.003)
    assert [each.value for each in found] == pytest.approx([0.00512, 0.0, -0.00512], abs=1e-5)


@pytest.mark.parametrize(
    ("text", "quantity", "at", "actual", "u", "drift"),
    [
        pytest.param(TABLE, "dc-voltage", 3.0, 3.000002, 5e-6, 3e-5, id="table"),
        pytest.param(TRANSDUCER, "pressure", 9.81, 9.81, 0.003162, 0.002981, id="converts"),
        pytest.param(
            TRANSDUCER.replace('"V"', '"MPa"'), "pressure", 1.0, 9.81, 0.003162, 0.0021,
            id="same unit",
        ),
        pytest.param(PLATINUM, "temperature", 0.0, 0.0, 0.004749, 0.01, id="indication"),
    ],
)  # fmt: skip
def test_a_nominal_value_and_its_drift(text, quantity, at, actual, u, drift):
    found = read(HEAD + text).at(quantity, at, ON)
    assert found.actual == pytest.approx(actual, abs=1e-12)
    assert found.standard_uncertainty == pytest.approx(u, rel=1e-3)
    assert found.drift_half_width == pytest.approx(drift, rel=1e-9)


def test_an_indication_of_a_table_and_of_a_transducer():
    standard = read(HEAD + TABLE + TRANSDUCER)
    assert standard.measured("dc-voltage", 3.0, ON) == standard.at("dc-voltage", 3.0, ON)
    found = standard.measured("pressure", 1.0, ON)
    assert found.actual == pytest.approx(9.81)
    assert found.drift_half_width == pytest.approx(100e-6 * 9.81 + 0.002)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda s: s.at("temperature", 200.1, ON), "200.1 °C is outside -80 … 200 °C"),
        (lambda s: s.at("temperature", 100.0, ON, hertz=50.0), "50 Hz is asked for"),
        (lambda s: s.measured("temperature", 180.0, ON), "180 Ω is not reached within -80 … 200"),
        (lambda s: s.measured("temperature", math.nan, ON), "not reached"),
        (lambda s: s.measured("temperature", 100.0, ON, hertz=50.0), "50 Hz is asked for"),
        (lambda s: s.measured("humidity", 100.0, ON), "no 'humidity', only temperature"),
        (lambda s: s.measured("temperature", 100.0, date(2027, 1, 16)), "366 have passed"),
        (lambda s: s.at("temperature", 100.0, date(2027, 1, 16)), "366 have passed"),
    ],
)
def test_what_the_certificate_does_not_reach(call, words):
    with pytest.raises(OutOfCertificate, match=words):
        call(read(HEAD + PLATINUM))


FAULTS = [
    pytest.param(
        TRANSDUCER, "a + b*x", "a + b*V",
        "equation of 'pressure': model, column 7: 'V' is not an input; inputs are a, b, x",
        id="expression",
    ),
    pytest.param(
        TRANSDUCER, 'expression = "a + b*x"', "",
        "equation of 'pressure': state either an expression or a function",
        id="no equation",
    ),
    pytest.param(
        TRANSDUCER[: TRANSDUCER.index("coefficients")] + "coefficients = []", "", "",
        "equation of 'pressure': it has no coefficients; state them, with u",
        id="no coefficients",
    ),
    pytest.param(
        PLATINUM, "u = 1e-3", "u = -1e-3",
        "equation of 'temperature': u of R0 is -0.001; it must not be negative",
        id="negative u",
    ),
    pytest.param(
        TABLE, "nominal = 3.0", "nominal = 3.1",
        "table of 'dc-voltage': point 3.1 lies outside its range 0 … 3; correct one of them",
        id="point outside its range",
    ),
    pytest.param(
        TABLE, "high = 3.0", "high = -3.0",
        "table of 'dc-voltage': range 0 … -3: the lower end comes first, and non-linearities are"
        " finite and not negative",
        id="reversed range of a table",
    ),
    pytest.param(
        "", "", "",
        "certificate T-24-11: no quantity is certified; add a table or an equation",
        id="nothing certified",
    ),
    pytest.param(
        PLATINUM, 'function = "callendar-van-dusen"', 'function = "calendar-vandusen"',
        "equation of 'temperature': function 'calendar-vandusen' is not known; the nearest known"
        " one is 'callendar-van-dusen'",
        id="unknown function",
    ),
    pytest.param(
        ITS90, "its90-deviation-7", "its90-deviation7",
        "equation of 'temperature': function 'its90-deviation7' is not known; the nearest known"
        " one is 'its90-deviation-7'",
        id="unknown subrange",
    ),
    pytest.param(
        PLATINUM, 'argument_unit = "°C"', 'argument_unit = "K"',
        "equation of 'temperature': callendar-van-dusen gives the resistance (Ω) at a temperature"
        ' (°C): state gives = "indication", unit = "Ω" and argument_unit = "°C"',
        id="wrong unit",
    ),
    pytest.param(
        TRANSDUCER, 'gives = "value"', 'gives = "deviation"',
        "certificate T-24-11, pressure equation: a deviation is added to x and has its unit, not"
        " MPa with V; check it with the certificate",
        id="deviation in another unit",
    ),
    pytest.param(
        PLATINUM, '  { name = "B", value = -5.775e-7, u = 2e-10 },\n', "",
        "equation of 'temperature': coefficients: correlation of 'A' and 'B': name two different"
        " inputs out of R0, A, C",
        id="correlation with what is missing",
    ),
    pytest.param(
        PLATINUM, '  { name = "C", value = -4.183e-12, u = 0.0 },\n', "",
        "equation of 'temperature': callendar-van-dusen has the coefficients R0, A, B, C, the file"
        " states R0, B, A",
        id="missing coefficient",
    ),
    pytest.param(
        PLATINUM, '"C", value', '"D", value',
        "equation of 'temperature': callendar-van-dusen has the coefficients R0, A, B, C, the file"
        " states R0, B, A, D",
        id="wrong coefficient",
    ),
    pytest.param(
        PLATINUM, ", u = 2e-10", "",
        "equation of 'temperature': u of B is missing; state u of each coefficient (0 if it is in"
        " the fit's), or the covariance of all",
        id="missing u",
    ),
    pytest.param(
        COVARIANCE, ", 1e-14, 0.0]", ", 1e-14]",
        "equation of 'temperature': coefficients R0, B, A, C: their covariance needs 4 rows of 4"
        " numbers, and has 4 of 4, 4, 3, 4",
        id="covariance of the wrong size",
    ),
    pytest.param(
        COVARIANCE, "1.9e-17", "1.9e-16",
        "equation of 'temperature': coefficients R0, B, A, C: their covariance is not symmetric and"
        " positive semidefinite; compare each number with the certificate, correlations together",
        id="covariance that is none",
    ),
    pytest.param(
        COVARIANCE, "stability", 'correlations = [["A", "B", -0.95]]\nstability',
        "equation of 'temperature': state the covariance, or u and correlations, not both",
        id="covariance and correlations",
    ),
    pytest.param(
        PLATINUM, "low = -80.0", "low = -210.0",
        "equation of 'temperature': callendar-van-dusen holds from -200 to 850 °C, not from -210 to"
        " 200; correct low and high, or choose another function",
        id="beyond the function",
    ),
    pytest.param(
        PLATINUM, "-5.775e-7", "-5.775e-4",
        "certificate T-24-11, temperature equation: it does not rise throughout its range, or"
        " fall, and cannot be solved for x; check it with the certificate",
        id="coefficient with a slipped exponent",
    ),
    pytest.param(
        PLATINUM, "high = 200.0", "high = -90.0",
        "certificate T-24-11, temperature equation: low must lie below high; check it with the"
        " certificate",
        id="reversed range",
    ),
    pytest.param(
        PLATINUM, "floor = 0.01", "floor = -0.01",
        "equation of 'temperature': stability of 0 ppm + -0.01 over 365 day(s): days must be"
        " positive, limits finite and not negative",
        id="stability",
    ),
    pytest.param(
        TABLE, "U = 1e-5", "U = -1e-5",
        "table of 'dc-voltage': point 3: deviation 2e-06 with U = -1e-05, k = 2, ν = inf is"
        " impossible; U must not be negative, k and ν must be positive",
        id="point",
    ),
    pytest.param(
        TABLE, "nominal = 0.0", "nominal = 3.0",
        "table of 'dc-voltage': point 3 is stated twice in the range 0 … 3; keep one",
        id="point stated twice",
    ),
    pytest.param(
        TABLE + TABLE, "", "",
        "certificate T-24-11: 'dc-voltage' is stated twice; name each quantity once",
        id="quantity stated twice",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "old", "new", "says"), FAULTS)
def test_a_fault_of_the_file_is_one_line_that_says_what_to_do(text, old, new, says):
    assert old in text
    with pytest.raises(BadInput) as caught:
        read(HEAD + text.replace(old, new))
    assert str(caught.value) == f"p12.toml: {says}"
