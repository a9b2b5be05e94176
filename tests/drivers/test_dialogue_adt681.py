"""What is said to an Additel ADT681 and how its answers are taken, word for word.

Source: ADT681 user manual, remote protocol; the parameter of MRMD, blanks before the value and an
index behind the unit are public clients', unverified.
"""

import pytest

from drivers.additel.adt681 import ERRORS, READ, AdditelGauge
from drivers.capabilities import Identity
from drivers.errors import InstrumentRefused, NotConfigured, UnexpectedReply
from drivers.link.recorded import RecordedLink
from tests.drivers.rehearsal import answers_for, rehearsed


def gauge(link: RecordedLink) -> AdditelGauge:
    return rehearsed(AdditelGauge, link, "additel-adt681", serial="4711", clock=None)


@pytest.mark.parametrize(
    ("reply", "pascals"),
    [
        pytest.param("255:F:MRMD:  100.25:kPa", 100_250.0, id="kPa, blanks"),
        pytest.param("001:F:MRMD:100.25:KPA[00]", 100_250.0, id="index behind the unit"),
        pytest.param("112:F:MRMD:-0.0125:MPa:", -12_500.0, id="MPa, a colon at the end"),
        pytest.param("1:F:MRMD:+1.5:bar", 150_000.0, id="bar"),
        pytest.param("255:F:MRMD: 10.000:psi", 68_947.57293168, id="psi"),
        pytest.param("255:F:MRMD:0.0:mbar", 0.0, id="zero"),
    ],
)
def test_a_pressure_is_read_in_pascals(reply: str, pascals: float) -> None:
    with RecordedLink([("255:R:MRMD:1", reply)]) as link:
        reading = gauge(link).read_pressure()
    assert reading.value == pytest.approx(pascals, rel=1e-12)
    assert reading.raw == reply


def test_who_it_is_nobody_can_ask() -> None:
    with RecordedLink([]) as link:
        assert gauge(link).identify() == Identity("Additel", "ADT681", "", "")


@pytest.mark.parametrize("unit", ["mmHg", "inH2O", "kgf/cm2", "V"])
def test_a_unit_without_a_fixed_value_is_refused(unit: str) -> None:
    with (
        RecordedLink([(READ, f"001:F:MRMD:1.5:{unit}")]) as link,
        pytest.raises(NotConfigured, match="Set the gauge to kPa") as caught,
    ):
        gauge(link).read_pressure()
    answers_for(caught, READ, f"001:F:MRMD:1.5:{unit}")


@pytest.mark.parametrize("code", sorted(ERRORS))
@pytest.mark.parametrize("form", ["001:E:{code}:", "255:E:MRMD:{code}"])
def test_an_error_is_a_refusal_that_says_what(form: str, code: int) -> None:
    reply = form.format(code=code)
    with RecordedLink([(READ, reply)]) as link, pytest.raises(InstrumentRefused) as caught:
        gauge(link).read_pressure()
    assert f"({ERRORS[code]})" in str(caught.value)


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "001:F:MRMD:1.5",
        "001:F:MRMD:15:KPA",
        "001:F:MRMD:1.5 2.5:KPA",
        "001:F:OZERO:1.5:KPA",
        "F:MRMD:1.5:KPA",
        "001:F:MRMD:1,5:KPA",
        "001:F:MRMD:1.5e3:KPA",
        "001:E:MRMD:",
        "0001:F:MRMD:1.5:KPA",
    ],
)
def test_what_is_no_reply_is_distrusted(reply: str) -> None:
    with RecordedLink([(READ, reply)]) as link, pytest.raises(UnexpectedReply):
        gauge(link).read_pressure()
