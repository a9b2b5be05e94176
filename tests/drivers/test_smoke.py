"""Each driver says something and is answered; the dialogues proper are tested elsewhere."""

import pytest

from drivers.dialogue import Dialogue
from drivers.errors import (
    InstrumentRefused,
    NotConfigured,
    Overload,
    RecordingMismatch,
    ReplyTimeout,
    UnexpectedReply,
)
from drivers.fluke.f5522a import Fluke5522A
from drivers.keysight.truevolt import Truevolt
from drivers.link.recorded import RecordedLink

NO_ERROR = '0,"No Error"'
RESET = [("*RST", None), ("*OPC?", "1"), ("ERR?", NO_ERROR)]
LIVE = [("OPER", None), ("ISR?", "4097"), ("*OPC?", "1"), ("ERR?", NO_ERROR), ("OPER?", "1")]
STANDBY = [("STBY", None), ("*OPC?", "1"), ("OPER?", "0")]
CONFIGURED = [
    (
        "CONF:VOLT:DC 10;:VOLT:DC:NPLC 10;:VOLT:DC:ZERO:AUTO ON;:VOLT:DC:IMP:AUTO OFF",
        None,
    ),
    ("SYST:ERR?", '+0,"No error"'),
]
READ = "READ?;:SYST:ERR?;*ESR?"


class StoppedClock:
    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None: ...


def dialogue_over(link: RecordedLink) -> Dialogue:
    return Dialogue("it", lambda: link, StoppedClock())


def test_calibrator_applies_a_voltage_and_goes_to_standby() -> None:
    out = [("OUT 10 V, 0 HZ", None), ("ERR?", '319,"Zero cal needed every 7 days"')]
    with RecordedLink([*RESET, *out, ("ERR?", NO_ERROR), *LIVE, *STANDBY]) as link:
        calibrator = Fluke5522A(dialogue_over(link))
        calibrator.source_dc_voltage(10.0)
        calibrator.standby()


def test_calibrator_refusal_is_raised_with_its_own_words() -> None:
    out = [("OUT 2000 V, 0 HZ", None), ("ERR?", '1306,"Bad parameter value"'), ("ERR?", NO_ERROR)]
    with RecordedLink([*RESET, *out]) as link:
        calibrator = Fluke5522A(dialogue_over(link))
        with pytest.raises(InstrumentRefused, match="Bad parameter value"):
            calibrator.source_dc_voltage(2000.0)


def test_current_beyond_the_aux_terminals_moves_to_the_20_ampere_ones() -> None:
    moved = [
        ("CUR_POST?", "AUX"),
        *STANDBY,
        ("OUT 0 A, 0 HZ", None),
        ("ERR?", NO_ERROR),
        ("CUR_POST A20", None),
        ("ERR?", NO_ERROR),
    ]
    out = [("OUT -10 A, 0 HZ", None), ("ERR?", NO_ERROR)]
    with RecordedLink([*RESET, *moved, *out, *LIVE]) as link:
        Fluke5522A(dialogue_over(link)).source_dc_current(-10.0)


def test_meter_reads_in_one_exchange() -> None:
    with RecordedLink([*CONFIGURED, (READ, '+1.00000120E+01;+0,"No error";+0')]) as link:
        meter = Truevolt(dialogue_over(link))
        meter.configure_dc_voltage(10.0)
        reading = meter.read()
    assert reading.value == 10.000012
    assert reading.raw == "+1.00000120E+01"


@pytest.mark.parametrize(
    ("reply", "rest", "error"),
    [
        pytest.param('+9.90000000E+37;+0,"No error";+0', [], Overload, id="overload"),
        pytest.param(
            '+1.00000000E+00;-113,"Undefined header";+32',
            [("SYST:ERR?", '+0,"No error"')],
            InstrumentRefused,
            id="an error beside the reading",
        ),
        pytest.param(
            '-214,"Trigger deadlock";+16',
            [("SYST:ERR?", '+0,"No error"')],
            InstrumentRefused,
            id="an error instead of a reading",
        ),
    ],
)
def test_meter_error_leaves_it_configured(
    reply: str, rest: list[tuple[str, str | None]], error: type[Exception]
) -> None:
    again = (READ, '+1.00000000E+00;+0,"No error";+0')
    with RecordedLink([*CONFIGURED, (READ, reply), *rest, again]) as link:
        meter = Truevolt(dialogue_over(link))
        meter.configure_dc_voltage(10.0)
        with pytest.raises(error):
            meter.read()
        assert meter.read().value == 1.0


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param('+9.91000000E+37;+0,"No error";+0', id="not a number"),
        pytest.param('1.0;+0,"No error";+0', id="another format"),
        pytest.param("+1.00000000E+00", id="no error entry"),
        pytest.param('+1.00000000E+00,+2.00000000E+00;+0,"No error";+0', id="two readings"),
        pytest.param("Keysight Technologies,34461A,MY1,A.03", id="answer to another question"),
    ],
)
def test_reply_that_is_no_reading_ends_the_session(reply: str) -> None:
    with RecordedLink([*CONFIGURED, (READ, reply)]) as link:
        meter = Truevolt(dialogue_over(link))
        meter.configure_dc_voltage(10.0)
        with pytest.raises(UnexpectedReply):
            meter.read()
        with pytest.raises(NotConfigured):
            meter.read()


@pytest.mark.parametrize(
    ("said", "reply"),
    [("AN ERROR?", "recorded here is 'READ"), ("READ?", "1 exchanges left over")],
    ids=["not as recorded", "left over"],
)
def test_recording_is_exact(said: str, reply: str) -> None:
    recording = [("READ?", "1"), ("READ?", "2")]
    with pytest.raises(RecordingMismatch, match=reply), RecordedLink(recording) as link:
        dialogue_over(link).ask(said)


def test_meter_that_did_not_answer_must_be_configured_again() -> None:
    with RecordedLink(
        [*CONFIGURED, (READ, None), *CONFIGURED, (READ, '-1.00000000E+00;+0,"No error";+0')]
    ) as link:
        meter = Truevolt(dialogue_over(link))
        meter.configure_dc_voltage(10.0)
        with pytest.raises(ReplyTimeout):
            meter.read()
        with pytest.raises(NotConfigured):
            meter.read()
        meter.configure_dc_voltage(10.0)
        assert meter.read().value == -1.0
