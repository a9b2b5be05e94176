"""What tells the Truevolt multimeters from each other: identity, ranges, times, options."""

import pytest

from simulators.bench import InstrumentSpec, build
from simulators.clock import VirtualClock
from simulators.panel import Panel
from simulators.world import Air


def _panel(model: str) -> Panel:
    spec = InstrumentSpec("dut", f"keysight-{model.lower()}", "MY59008389")
    return build([spec], seed=1, air=Air(), clock=VirtualClock()).panel("dut")


def _ask(panel: Panel, message: str) -> str:
    return "".join(reply.payload.decode().strip() for reply in panel.receive(message.encode()))


REPLIES = [
    ("34460A", "CURR:RANG? MAX", "+3.00000000E+00"),
    ("34460A", "VOLT:RES? DEF", "+1.00000000E-04"),
    ("34461A", "CURR:RANG? MAX", "+1.00000000E+01"),
    ("34461A", "SAMP:COUN? MAX", "+1000000"),
    ("34465A", "CURR:RANG? MIN", "+1.00000000E-06"),
    ("34465A", "RES:RANG? MAX", "+1.00000000E+09"),
    ("34465A", "VOLT:NPLC 0.05;NPLC?", "+6.00000000E-02"),
    ("34465A", "VOLT:APER 0.016;APER?", "+1.60000000E-02"),
    ("34465A", "VOLT:APER 0.016;APER:ENAB?", "1"),
    ("34465A", "SAMP:SOUR TIM;TIM 0.5;TIM?", "+5.00000000E-01"),
    ("34465A", "TRIG:SOUR INT;SOUR?", "INT"),
    ("34465A", "TRIG:LEV 2;LEV?", "+2.00000000E+00"),
    ("34470A", "SAMP:COUN? MAX", "+1000000000"),
    ("34470A", "VOLT:NULL:VAL 0.5;STAT?", "1"),
    ("34470A", "VOLT:NULL:VAL 0.5;VAL?", "+5.00000000E-01"),
    ("34461A", "SYST:LIC:CAT?", '""'),
    ("34461A", "SAMP:TIM 0.5;TIM?", "+5.00000000E-01"),
    ("34461A", "CONF:CAP 1E-6;:CAP:RANG?", "+1.00000000E-06"),
    ("34461A", "CONF:TEMP RTD,85;:FUNC?", '"TEMP"'),
    ("34461A", "CONF:TEMP RTD;:TEMP:TRAN:TYPE?", "RTD"),
    ("34461A", "FUNC 'TEMP';:TEMP:TRAN:TYPE?", "FRTD"),
    ("34461A", "MEAS:TEMP? FRTD", "+9.90000000E+37"),
    ("34461A", "MEAS:TEMP?", "+9.90000000E+37"),
    ("34465A", "SAMP:COUN 10;COUN:PRET 3;PRET?", "+3"),
    ("34465A", "VOLT:NPLC MIN;NPLC?", "+1.00000000E-03"),
    ("34460A", "*SAV 2;*RST;:CONF:RES 1000;*RCL 2;:FUNC?", '"VOLT"'),
    ("34460A", "VOLT:NPLC 1;*SAV 0;*RST;*RCL 0;:VOLT:NPLC?", "+1.00000000E+00"),
    ("34461A", "*OPT?", "0,0,0,0,0"),
]


@pytest.mark.parametrize(
    ("model", "message", "reply"), REPLIES, ids=[f"{m} {q}" for m, q, _ in REPLIES]
)
def test_replies(model: str, message: str, reply: str) -> None:
    assert _ask(_panel(model), message) == reply


@pytest.mark.parametrize("model", ["34460A", "34461A", "34465A", "34470A"])
def test_identity(model: str) -> None:
    maker, name, serial, firmware = _ask(_panel(model), "*IDN?").split(",")
    assert (maker, name, serial) == ("Keysight Technologies", model, "MY59008389")
    assert len(firmware.split("-")) == 6


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("34460A", "CURR:RANG 10"),
        ("34461A", "VOLT:NPLC 0.01"),
        ("34461A", "RES:RANG 1E9"),
        ("34461A", "SAMP:COUN 1E7"),
        ("34461A", "*SAV 5"),
        ("34465A", "SAMP:COUN:PRET 1"),
        ("34461A", "TEMP:TRAN:RTD:RES 1000"),
    ],
)
def test_out_of_range(model: str, message: str) -> None:
    panel = _panel(model)
    panel.receive(message.encode())
    assert _ask(panel, "SYST:ERR?") == '-222,"Data out of range"'


def test_the_sample_timer_paces_the_readings() -> None:
    panel = _panel("34465A")
    panel.receive(b"CONF:VOLT:DC 10;:VOLT:NPLC 1;:SAMP:SOUR TIM;TIM 0.5;COUN 4")
    (reply,) = panel.receive(b"READ?")
    assert reply.ready == pytest.approx(2.0)
    least = float(_ask(panel, "SAMP:TIM? MIN"))
    assert 0.02 < least < 0.1


def test_null_is_taken_off() -> None:
    panel = _panel("34461A")
    panel.receive(b"CONF:VOLT:DC 10;:VOLT:NULL:VAL 2")
    assert float(_ask(panel, "READ?")) == pytest.approx(-2.0, abs=1e-3)
    panel.receive(b"VOLT:NULL OFF")
    assert float(_ask(panel, "READ?")) == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize(
    ("model", "message", "error"),
    [
        ("34460A", "CONF:CAP", '-113,"Undefined header"'),
        ("34461A", "SAMP:SOUR TIM", '-113,"Undefined header"'),
        ("34461A", "VOLT:APER 0.1", '-113,"Undefined header"'),
        ("34461A", "CONF:TEMP TC", '-224,"Illegal parameter value"'),
        ("34461A", "*RCL 1", '-221,"Settings conflict"'),
    ],
)
def test_what_a_model_has_not(model: str, message: str, error: str) -> None:
    panel = _panel(model)
    panel.receive(message.encode())
    assert _ask(panel, "SYST:ERR?") == error
