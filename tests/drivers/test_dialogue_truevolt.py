"""What is said to a Truevolt multimeter and how its answers are taken, word for word.

Sources: 34401A User's Guide, p. 159 (reply formats); Truevolt Operating and Service Guide (error
queue, overload); SCPI-1999 (message rules, error texts); replies marked captured were recorded
from real meters by others. From memory, unverified: the Truevolt filter commands `…:BAND`, the
counter's `FREQ:VOLT:RANG`, the maker field of early 34461A units, the settling of the filters.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from operator import methodcaller

import pytest

from drivers.capabilities import (
    AcAmmeter,
    AcVoltmeter,
    CapacitanceMeter,
    DcAmmeter,
    DcVoltmeter,
    FrequencyMeter,
    Identity,
    Ohmmeter,
    Reading,
    Span,
    Wires,
)
from drivers.catalogue import driver_class
from drivers.dialogue import Dialogue
from drivers.errors import (
    InstrumentError,
    InstrumentRefused,
    NotConfigured,
    Overload,
    ReplyTimeout,
    UnexpectedReply,
    WrongInstrument,
)
from drivers.identity import ExpectedIdentity
from drivers.keysight.truevolt import Truevolt
from drivers.link import Link
from drivers.link.recorded import RecordedLink
from drivers.models import MODELS

Pairs = Sequence[tuple[str, str | None]]
Act = Callable[[Truevolt], None]

FIRMWARE = "A.03.01-03.15-03.01-00.52-03-02"
IDENTITY = f"Keysight Technologies,34461A,MY59008389,{FIRMWARE}"
NO_ERROR = '+0,"No error"'
HEADER = '-113,"Undefined header"'
RANGE = '-222,"Data out of range"'
READ = "READ?;:SYST:ERR?;*ESR?"
DC10 = "CONF:VOLT:DC 10;:VOLT:DC:NPLC 10;:VOLT:DC:ZERO:AUTO ON;:VOLT:DC:IMP:AUTO OFF"

GREETED: Pairs = [("*IDN?", IDENTITY), ("*CLS", None)]
CLEAN: Pairs = [("SYST:ERR?", NO_ERROR)]
CONFIGURED: Pairs = [(DC10, None), *CLEAN]
GOOD: Pairs = [(READ, f"+1.00000000E+00;{NO_ERROR};+0")]


class StoppedClock:
    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None: ...


def meter(
    link: Link, model: str = "keysight-34461a", serial: str | None = "MY59008389"
) -> Truevolt:
    row, speaks = MODELS[model], driver_class(model)
    expected = ExpectedIdentity(row.makers, row.models, serial)
    greeting = replace(speaks.greeting, expected=expected)
    dialogue = Dialogue("meter", lambda: link, StoppedClock(), greeting=greeting)
    driver = speaks(dialogue)
    assert isinstance(driver, Truevolt)
    return driver


def answers_for(error: InstrumentError, command: str, *replies: str) -> None:
    """Assert that `error` says which instrument, what was sent and what came back."""
    assert error.instrument == "meter"
    assert error.command == command
    for reply in replies:
        assert reply in error.reply


# --- who answers ---


EARLY = f"Agilent Technologies,34461A,MY53200001,{FIRMWARE}"
CAPTURED = f"Keysight Technologies,34465A,MY59008389,{FIRMWARE}"
CAPTURED_TOO = "Keysight Technologies,34465A,MY54505281,A.03.00-02.40-03.00-00.52-02-01"


@pytest.mark.parametrize(
    ("model", "serial", "reply"),
    [
        pytest.param("keysight-34465a", "MY59008389", CAPTURED, id="34465A captured"),
        pytest.param("keysight-34465a", "MY54505281", CAPTURED_TOO, id="another captured"),
        pytest.param("keysight-34461a", "MY53200001", EARLY, id="early 34461A"),
        pytest.param("keysight-34461a", None, IDENTITY, id="any serial number"),
        pytest.param("keysight-34460a", None, IDENTITY.replace("61A", "60A"), id="34460A"),
        pytest.param("keysight-34470a", None, IDENTITY.replace("61A", "70A"), id="34470A"),
    ],
)
def test_identity(model: str, serial: str | None, reply: str) -> None:
    with RecordedLink([("*IDN?", reply), ("*CLS", None)]) as link:
        assert meter(link, model, serial).identify() == Identity(*reply.split(","))


STRANGERS = {
    "serial": IDENTITY.replace("MY59008389", "MY59008388"),
    "model": CAPTURED,
    "34401A": "HEWLETT-PACKARD,34401A,0,10-5-2",
    "calibrator": "FLUKE,5522A,1972905,1.1+1.3+1.8",
}
NO_IDENTITIES = {
    "two fields": "Keysight Technologies,34461A",
    "empty": "",
    "reading": "+1.00000000E+00",
    "answer to SYST:ERR?": NO_ERROR,
    "echo": "*IDN?",
}


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        *(pytest.param(reply, WrongInstrument, id=name) for name, reply in STRANGERS.items()),
        *(pytest.param(reply, UnexpectedReply, id=name) for name, reply in NO_IDENTITIES.items()),
    ],
)
def test_nothing_is_said_to_somebody_else(reply: str, error: type[InstrumentError]) -> None:
    with RecordedLink([("*IDN?", reply)]) as link:
        with pytest.raises(error) as caught:
            meter(link).configure_dc_voltage(10.0)
    assert caught.type is error
    answers_for(caught.value, "*IDN?", reply)


# --- what is said ---


def dcv(volts: str) -> str:
    return f"CONF:VOLT:DC {volts};:VOLT:DC:NPLC 10;:VOLT:DC:ZERO:AUTO ON;:VOLT:DC:IMP:AUTO OFF"


def acv(volts: str, band: int) -> str:
    return f"CONF:VOLT:AC {volts};:VOLT:AC:BAND {band}"


def dci(amperes: str) -> str:
    return f"CONF:CURR:DC {amperes};:CURR:DC:NPLC 10;:CURR:DC:ZERO:AUTO ON"


def aci(amperes: str, band: int) -> str:
    return f"CONF:CURR:AC {amperes};:CURR:AC:BAND {band}"


def res(ohms: str) -> str:
    return f"CONF:RES {ohms};:RES:NPLC 10;:RES:ZERO:AUTO ON"


def fres(ohms: str) -> str:
    return f"CONF:FRES {ohms};:FRES:NPLC 10"


def freq(volts: str, gate: str) -> str:
    return f"CONF:FREQ;:FREQ:VOLT:RANG {volts};:FREQ:APER {gate}"


to_dcv = partial(methodcaller, "configure_dc_voltage")
to_acv = partial(methodcaller, "configure_ac_voltage")
to_dci = partial(methodcaller, "configure_dc_current")
to_aci = partial(methodcaller, "configure_ac_current")
to_res = partial(methodcaller, "configure_resistance")
to_cap = partial(methodcaller, "configure_capacitance")
to_freq = partial(methodcaller, "configure_frequency")

CASES = {
    "dcv lowest": (to_dcv(0.1), dcv("0.1")),
    "dcv 1 V": (to_dcv(1.0), dcv("1")),
    "dcv 10 V": (to_dcv(10.0), DC10),
    "dcv 100 V": (to_dcv(100.0), dcv("100")),
    "dcv highest": (to_dcv(1000.0), dcv("1000")),
    "acv lowest": (to_acv(0.1, 2e3), acv("0.1", 200)),
    "acv highest": (to_acv(750.0, 2e3), acv("750", 200)),
    "acv slow filter": (to_acv(1.0, 10.0), acv("1", 3)),
    "acv below ten times 20 Hz": (to_acv(1.0, 199.9), acv("1", 3)),
    "acv medium filter": (to_acv(1.0, 200.0), acv("1", 20)),
    "acv mains": (to_acv(1.0, 60.0), acv("1", 3)),
    "acv below ten times 200 Hz": (to_acv(1.0, 1999.0), acv("1", 20)),
    "acv fast filter": (to_acv(1.0, 2e3), acv("1", 200)),
    "acv 300 kHz": (to_acv(1.0, 300e3), acv("1", 200)),
    "dci lowest": (to_dci(1e-4), dci("0.0001")),
    "dci 10 mA": (to_dci(0.01), dci("0.01")),
    "dci 3 A": (to_dci(3.0), dci("3")),
    "aci slow filter": (to_aci(0.1, 5.0), aci("0.1", 3)),
    "aci medium filter": (to_aci(1.0, 1e3), aci("1", 20)),
    "aci fast filter": (to_aci(3.0, 5e3), aci("3", 200)),
    "aci lowest": (to_aci(1e-4, 5e3), aci("0.0001", 200)),
    "two wires": (to_res(100.0, Wires.TWO), res("100")),
    "two wires, MΩ": (to_res(1e6, Wires.TWO), res("1000000")),
    "two wires, top": (to_res(1e8, Wires.TWO), res("100000000")),
    "four wires": (to_res(100.0, Wires.FOUR), fres("100")),
    "four wires, 10 kΩ": (to_res(1e4, Wires.FOUR), fres("10000")),
    "capacitance, lowest": (to_cap(1e-9), "CONF:CAP 1E-09"),
    "capacitance 1 µF": (to_cap(1e-6), "CONF:CAP 1E-06"),
    "capacitance, top": (to_cap(1e-4), "CONF:CAP 0.0001"),
    "frequency": (to_freq(1.0, 1.0), freq("1", "1")),
    "frequency, short gate": (to_freq(10.0, 0.01), freq("10", "0.01")),
    "frequency, gate 0.1 s": (to_freq(0.1, 0.1), freq("0.1", "0.1")),
}


@pytest.mark.parametrize(("act", "said"), CASES.values(), ids=CASES)
def test_function_is_configured_and_checked(act: Act, said: str) -> None:
    with RecordedLink([*GREETED, (said, None), *CLEAN, *GOOD]) as link:
        dut = meter(link)
        act(dut)
        assert dut.read().value == 1.0


def test_function_follows_function_in_one_session() -> None:
    said = [*CONFIGURED, *GOOD, *GOOD, (res("100"), None), *CLEAN, *GOOD, *CONFIGURED, *GOOD]
    with RecordedLink([*GREETED, *said]) as link:
        dut = meter(link)
        dut.configure_dc_voltage(10.0)
        dut.read()
        dut.read()
        dut.configure_resistance(100.0, Wires.TWO)
        dut.read()
        dut.configure_dc_voltage(10.0)
        dut.read()


# --- readings ---


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("+1.00000120E+01", 10.000012),
        ("-1.00000120E+01", -10.000012),
        ("-1.72140000E-05", -1.7214e-5),
        ("+0.00000000E+00", 0.0),
        ("-0.00000000E+00", 0.0),
        ("+9.99999990E-02", 0.099999999),
        ("+1.20000000E+03", 1200.0),
        ("+1.00012345E+08", 100012345.0),
        ("-4.20000000E-11", -4.2e-11),
    ],
)
def test_reading_is_the_number_that_was_sent(raw: str, value: float) -> None:
    with RecordedLink([*GREETED, *CONFIGURED, (READ, f"{raw};{NO_ERROR};+0")]) as link:
        dut = meter(link)
        dut.configure_dc_voltage(10.0)
        reading = dut.read()
    assert reading.value == value
    assert reading.raw == raw


NO_READINGS = [
    pytest.param("", id="empty"),
    pytest.param(NO_ERROR, id="error entry alone"),
    pytest.param(f"{NO_ERROR};+0", id="no reading"),
    pytest.param(f"+1.00000000E+00;{NO_ERROR}", id="no events"),
    pytest.param(f"+1.00000000E+00;{NO_ERROR};", id="empty events"),
    pytest.param(f"+1.00000000E+00;{NO_ERROR};+0;+0", id="events twice"),
    pytest.param(f";{NO_ERROR};+0", id="empty reading"),
    pytest.param("+1.00000000E+00", id="no error entry"),
    pytest.param("+1.00000000E+00;", id="empty error entry"),
    pytest.param(f"1.00000000E+00;{NO_ERROR};+0", id="no sign"),
    pytest.param(f"+1.0000000E+00;{NO_ERROR};+0", id="too few decimals"),
    pytest.param(f"+1.000000000E+00;{NO_ERROR};+0", id="too many decimals"),
    pytest.param(f"+10.0000000E+00;{NO_ERROR};+0", id="two digits before the point"),
    pytest.param(f"+.100000000E+00;{NO_ERROR};+0", id="none before the point"),
    pytest.param(f"+1.00000000E+000;{NO_ERROR};+0", id="three digits of exponent"),
    pytest.param(f"+1.00000000E+0;{NO_ERROR};+0", id="one digit of exponent"),
    pytest.param(f"+1.00000000E00;{NO_ERROR};+0", id="no sign of the exponent"),
    pytest.param(f"+1.00000000E;{NO_ERROR};+0", id="torn exponent"),
    pytest.param(f"+1.00000000;{NO_ERROR};+0", id="no exponent"),
    pytest.param(f"+1.00000000e+00;{NO_ERROR};+0", id="lower-case e"),
    pytest.param(f"+1,00000000E+00;{NO_ERROR};+0", id="decimal comma"),
    pytest.param(f"+1.00000000E+00,+2.00000000E+00;{NO_ERROR};+0", id="two readings"),
    pytest.param(f"+1.00000000E+00;+2.00000000E+00;{NO_ERROR};+0", id="two answers"),
    pytest.param(f"+1.00000000E+00 VDC;{NO_ERROR};+0", id="unit"),
    pytest.param(f"+1.00000000E+00x;{NO_ERROR};+0", id="junk after the reading"),
    pytest.param(f" +1.00000000E+00;{NO_ERROR};+0", id="blank before"),
    pytest.param(f"+1.00000000E+00 ;{NO_ERROR};+0", id="blank after the reading"),
    pytest.param(f"+1.00000000E+00;{NO_ERROR}x;+0", id="junk after the error entry"),
    pytest.param(f"+1.00000000E+00;{NO_ERROR};{NO_ERROR};+0", id="two error entries"),
    pytest.param('+1.00000000E+00;+0,"No error;+0', id="torn error entry"),
    pytest.param("+1.00000000E+00;+0;+0", id="error number alone"),
    pytest.param("+1.00000000E+00;+0,No error;+0", id="error text without quotes"),
    pytest.param(f"+1.00000000E+00\xa0;{NO_ERROR};+0", id="not ASCII"),
    pytest.param(f"+1.0000000\xb2E+00;{NO_ERROR};+0", id="superscript digit"),
    pytest.param(f"+9.91000000E+37;{NO_ERROR};+0", id="not a number"),
    pytest.param(f"OVLD;{NO_ERROR};+0", id="what the display says"),
    pytest.param(f"NAN;{NO_ERROR};+0", id="NAN"),
    pytest.param(f"INF;{NO_ERROR};+0", id="INF"),
    pytest.param(f"+1_0.0000000E+00;{NO_ERROR};+0", id="underscore"),
    pytest.param(f'"VOLT +1.000000E+01,+3.000000E-06";{NO_ERROR}', id="answer to CONF?"),
    pytest.param(READ, id="echo"),
    pytest.param(IDENTITY, id="identity"),
]


@pytest.mark.parametrize("reply", NO_READINGS)
def test_reply_that_is_no_reading_ends_the_session(reply: str) -> None:
    spoilt = [*GREETED, *CONFIGURED, (READ, reply)]
    with RecordedLink([*spoilt, *GREETED, *CONFIGURED, *GOOD]) as link:
        dut = meter(link)
        dut.configure_dc_voltage(10.0)
        with pytest.raises(UnexpectedReply) as caught:
            dut.read()
        with pytest.raises(NotConfigured):
            dut.read()
        dut.configure_dc_voltage(10.0)
        assert dut.read().value == 1.0
    answers_for(caught.value, READ, reply.encode("ascii", "ignore").decode()[:8])


@pytest.mark.parametrize("raw", ["+9.90000000E+37", "-9.90000000E+37"])
def test_overload_leaves_the_meter_configured(raw: str) -> None:
    with RecordedLink([*GREETED, *CONFIGURED, (READ, f"{raw};{NO_ERROR};+0"), *GOOD]) as link:
        dut = meter(link)
        dut.configure_dc_voltage(10.0)
        with pytest.raises(Overload) as caught:
            dut.read()
        assert dut.read().value == 1.0
    answers_for(caught.value, READ, raw)


def test_meter_that_was_switched_on_meanwhile_is_not_believed() -> None:
    session = [*GREETED, *CONFIGURED]
    woken = (READ, f"+1.00000000E+00;{NO_ERROR};+128")
    with RecordedLink([*session, woken, *session, *GOOD]) as link:
        dut = meter(link)
        dut.configure_dc_voltage(10.0)
        with pytest.raises(NotConfigured, match="switched on meanwhile"):
            dut.read()
        with pytest.raises(NotConfigured):
            dut.read()
        dut.configure_dc_voltage(10.0)
        assert dut.read().value == 1.0


@pytest.mark.parametrize("raw", ["+3.01534021E-10", "-4.20000000E-13"])
def test_open_leads_are_read_like_anything_else(raw: str) -> None:
    said: Pairs = [("CONF:CAP 1E-09", None), *CLEAN, (READ, f"{raw};{NO_ERROR};+0")]
    with RecordedLink([*GREETED, *said]) as link:
        dut = meter(link)
        dut.configure_capacitance(1e-9)
        assert dut.read_open() == Reading(float(raw), raw)


# --- what the error queue holds ---

QUEUES = [
    pytest.param([HEADER], id="one"),
    pytest.param([HEADER, RANGE], id="two"),
    pytest.param(['-113,"Undefined header;ABCD"'], id="semicolon in the text"),
    pytest.param(['-113,"Undefined header;+1.0"', RANGE], id="number in the text"),
    pytest.param(['-151,"Invalid string data;""AB"'], id="quote in the text"),
    pytest.param(['+550,"Command not allowed in local"'], id="positive number"),
    pytest.param(['+532,"Cannot achieve requested resolution"', HEADER], id="positive, negative"),
    pytest.param([*[RANGE] * 19, '-350,"Queue overflow"'], id="full queue"),
    pytest.param([*[RANGE] * 19, '-350,"Too many errors"'], id="full queue, older text"),
]


@pytest.mark.parametrize("queue", QUEUES)
def test_refused_configuration_is_raised_and_forgotten(queue: list[str]) -> None:
    entries = [("SYST:ERR?", entry) for entry in [*queue, NO_ERROR]]
    refused = [(res("100"), None), *entries]
    with RecordedLink([*GREETED, *CONFIGURED, *refused, *CONFIGURED, *GOOD]) as link:
        dut = meter(link)
        dut.configure_dc_voltage(10.0)
        with pytest.raises(InstrumentRefused) as caught:
            dut.configure_resistance(100.0, Wires.TWO)
        with pytest.raises(NotConfigured):
            dut.read()
        dut.configure_dc_voltage(10.0)
        assert dut.read().value == 1.0
    answers_for(caught.value, res("100"), *queue)


@pytest.mark.parametrize("reading", ["+1.00000000E+00;", ""], ids=["beside", "instead of"])
@pytest.mark.parametrize("queue", QUEUES)
def test_error_at_a_reading_is_raised(queue: list[str], reading: str) -> None:
    first, *others = queue
    entries = [("SYST:ERR?", entry) for entry in [*others, NO_ERROR]]
    with RecordedLink(
        [*GREETED, *CONFIGURED, (READ, f"{reading}{first};+32"), *entries, *GOOD]
    ) as link:
        dut = meter(link)
        dut.configure_dc_voltage(10.0)
        with pytest.raises(InstrumentRefused) as caught:
            dut.read()
        assert dut.read().value == 1.0
    answers_for(caught.value, READ, *queue)


def test_overload_does_not_hide_an_error() -> None:
    queue = [(READ, f"+9.90000000E+37;{HEADER};+40"), ("SYST:ERR?", RANGE), *CLEAN]
    with RecordedLink([*GREETED, *CONFIGURED, *queue, *GOOD]) as link:
        dut = meter(link)
        dut.configure_dc_voltage(10.0)
        with pytest.raises(InstrumentError) as caught:
            dut.read()
        assert dut.read().value == 1.0
    assert caught.type in (InstrumentRefused, Overload)
    answers_for(caught.value, READ, HEADER, RANGE)


def test_queue_that_never_empties_is_an_error_too() -> None:
    link = RecordedLink([*GREETED, (DC10, None), *[("SYST:ERR?", RANGE)] * 200])
    with pytest.raises((InstrumentRefused, UnexpectedReply), match="Data out of range"):
        meter(link).configure_dc_voltage(10.0)


NO_ENTRIES = [
    pytest.param("", id="empty"),
    pytest.param("+0", id="number alone"),
    pytest.param("+0,No error", id="no quotes"),
    pytest.param('"No error"', id="text alone"),
    pytest.param('+0,"No error', id="torn"),
    pytest.param(f"{NO_ERROR}x", id="trailing junk"),
    pytest.param(f"{NO_ERROR};{NO_ERROR};+0", id="two entries"),
    pytest.param('+0.0,"No error"', id="fraction"),
    pytest.param("+1.00000000E+00", id="a reading"),
    pytest.param(f"+1.00000000E+00;{NO_ERROR};+0", id="a late reading"),
    pytest.param("SYST:ERR?", id="echo"),
    pytest.param(IDENTITY, id="identity"),
]


@pytest.mark.parametrize("reply", NO_ENTRIES)
def test_reply_that_is_no_error_entry_ends_the_session(reply: str) -> None:
    spoilt = [*GREETED, (DC10, None), ("SYST:ERR?", reply)]
    with RecordedLink([*spoilt, *GREETED, *CONFIGURED, *GOOD]) as link:
        dut = meter(link)
        with pytest.raises(UnexpectedReply) as caught:
            dut.configure_dc_voltage(10.0)
        with pytest.raises(NotConfigured):
            dut.read()
        dut.configure_dc_voltage(10.0)
        assert dut.read().value == 1.0
    answers_for(caught.value, "SYST:ERR?", reply)


@pytest.mark.parametrize("reply", NO_ENTRIES)
def test_second_entry_that_is_none_ends_the_session_too(reply: str) -> None:
    spoilt = [*GREETED, *CONFIGURED, (READ, f"+1.00000000E+00;{HEADER};+32"), ("SYST:ERR?", reply)]
    with RecordedLink([*spoilt, *GREETED, *CONFIGURED, *GOOD]) as link:
        dut = meter(link)
        dut.configure_dc_voltage(10.0)
        with pytest.raises(UnexpectedReply):
            dut.read()
        with pytest.raises(NotConfigured):
            dut.read()
        dut.configure_dc_voltage(10.0)
        assert dut.read().value == 1.0


# --- no reading without a function ---


def test_nothing_is_said_when_nothing_is_configured() -> None:
    with RecordedLink([]) as link:
        with pytest.raises(NotConfigured) as caught:
            meter(link).read()
    assert caught.value.instrument == "meter"


def test_identifying_configures_nothing() -> None:
    with RecordedLink(GREETED) as link:
        dut = meter(link)
        dut.identify()
        with pytest.raises(NotConfigured):
            dut.read()


def test_function_dies_with_its_session() -> None:
    session = [*GREETED, *CONFIGURED, *GOOD]
    with RecordedLink([*session, *session]) as link:
        dut = meter(link)
        dut.configure_dc_voltage(10.0)
        dut.read()
        dut.close()
        with pytest.raises(NotConfigured):
            dut.read()
        dut.configure_dc_voltage(10.0)
        dut.read()


@pytest.mark.parametrize("silent", ["READ?", "SYST:ERR?", "*IDN?"])
def test_silence_ends_the_session(silent: str) -> None:
    lost: dict[str, Pairs] = {
        "READ?": [*GREETED, *CONFIGURED, (READ, None)],
        "SYST:ERR?": [*GREETED, (DC10, None), ("SYST:ERR?", None)],
        "*IDN?": [("*IDN?", None)],
    }
    with RecordedLink([*lost[silent], *GREETED, *CONFIGURED, *GOOD]) as link:
        dut = meter(link)
        with pytest.raises(ReplyTimeout, match=re.escape(silent)) as caught:
            configure_and_read(dut)
        with pytest.raises(NotConfigured):
            dut.read()
        configure_and_read(dut)
    assert caught.value.instrument == "meter"


def configure_and_read(dut: Truevolt) -> None:
    dut.configure_dc_voltage(10.0)
    dut.read()


# --- patience ---


class Watched(RecordedLink):
    """A recording that keeps the deadline of every message (s after its sending: time stands)."""

    def __init__(self, dialogue: Pairs) -> None:
        super().__init__(dialogue)
        self.deadlines: dict[str, float] = {}

    def send(self, message: bytes, deadline: float) -> None:
        self.deadlines[message.decode("ascii")] = deadline
        super().send(message, deadline)


WAITS = {
    # 10 cycles of 50 Hz, twice for the zero.
    "dc": (to_dcv(10.0), DC10, 0.4),
    # The filters settle in 7 s, 1 s and 0.6 s (34401A, from memory, unverified).
    "3 Hz": (to_acv(1.0, 5.0), acv("1", 3), 7.0),
    "20 Hz": (to_acv(1.0, 500.0), acv("1", 20), 1.0),
    "aci 3 Hz": (to_aci(1.0, 5.0), aci("1", 3), 7.0),
    "resistance": (to_res(1e8, Wires.TWO), res("100000000"), 0.5),
    "gate 1 s": (to_freq(1.0, 1.0), freq("1", "1"), 2.0),
}


@pytest.mark.parametrize(("act", "said", "seconds"), WAITS.values(), ids=WAITS)
def test_reading_is_waited_for(act: Act, said: str, seconds: float) -> None:
    with Watched([*GREETED, (said, None), *CLEAN, *GOOD]) as link:
        dut = meter(link)
        act(dut)
        dut.read()
    assert link.deadlines[READ] > seconds


# --- reach ---

REACHES: dict[type, tuple[float, Span | None]] = {
    DcVoltmeter: (1000.0, None),
    AcVoltmeter: (750.0, Span(3.0, 300e3)),
    DcAmmeter: (10.0, None),
    AcAmmeter: (10.0, Span(3.0, 10e3)),
    Ohmmeter: (120e6, None),
    CapacitanceMeter: (120e-6, None),
    FrequencyMeter: (300e3, None),
}
# 20 % above the range, except 1000 V dc, 750 V ac, 3 A and (from the 34461A up) 10 A.
AMPERES_34460A, OHMS_34470A = 3.0, 1.2e9
TRUEVOLTS = [model for model in MODELS if issubclass(driver_class(model), Truevolt)]


def test_all_but_the_lowest_model_measure_capacitance() -> None:
    offering = {model for model in TRUEVOLTS if CapacitanceMeter in driver_class(model).offers}
    assert offering == set(TRUEVOLTS) - {"keysight-34460a"}


@pytest.mark.parametrize("model", TRUEVOLTS)
def test_no_more_is_offered_than_is_specified(model: str) -> None:
    for capability, reach in meter(RecordedLink([]), model).offers.items():
        most, hertz = REACHES[capability]
        if model == "keysight-34460a" and capability in (DcAmmeter, AcAmmeter):
            most = AMPERES_34460A
        if model == "keysight-34470a" and capability is Ohmmeter:
            most = OHMS_34470A
        assert max(abs(reach.amplitude.low), abs(reach.amplitude.high)) <= most
        if hertz:
            assert reach.hertz is not None
            assert reach.hertz.low in hertz
            assert reach.hertz.high in hertz
