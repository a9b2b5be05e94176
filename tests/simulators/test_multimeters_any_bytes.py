"""Whatever arrives, every multimeter stays alive and answers afterwards."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.bench import InstrumentSpec, build
from simulators.clock import VirtualClock
from simulators.world import Air

MODELS = {
    "hp-34401a": b"HEWLETT-PACKARD,34401A",
    "keysight-34470a": b"Keysight Technologies,34470A",
    "fluke-8846a": b"FLUKE,8846A",
    "keithley-2000": b"KEITHLEY INSTRUMENTS INC.,MODEL 2000",
    "keithley-dmm6500": b"KEITHLEY INSTRUMENTS,MODEL DMM6500",
}
WORDS = [
    *"""
CONF CONF? MEAS VOLT CURR RES FRES FREQ PER CONT DIOD TEMP CAP RAT DC AC RANG UPP AUTO NPLC
APER DIG REF REL STAT ACQ AVER TCON COUN MOV REP DET BAND THR NULL ZERO AZER ONCE READ? INIT
INIT:CONT FETC? ABOR R? DATA DATA? FRES? FRESH? REM? POIN POIN? LAST? TRAC FEED CONT NEXT NEV
CLE MAKE DEL TRIG SOUR SAMP TIM EXT BUS IMM INF BLOC MDIG BRAN EVEN ALW BUFF LOAD "EMPTY"
'SimpleLoop' 'defbuffer1' COMM SYST ERR? PRES TIME BEEP KEY QUE? QUES MEAS? OPER? ENAB FORM
ELEM READ CHAN UNIT ASC SRE DRE REAL BORD SWAP DISP TEXT USER1 SCR CALC FUNC STAT? AVER?
*RST *CLS *TRG *OPC *OPC? *WAI *ESE *SRE *STB? *IDN? *LANG? ON OFF MIN MAX DEF V MV A OHM HZ S
0 1 -1 2 5 10 1e400 -1e-400 #H20 #12ab 12.5e3 'VOLT' "VOLT:DC" "x (@1) (@) ² #1² : ; , ? . :*CLS
""".split(),
    " ",
    "\x00",
    "\x85",
]
MESSAGES = st.one_of(
    st.binary(max_size=40),
    st.lists(st.sampled_from(WORDS), max_size=12).map(
        lambda parts: "".join(parts).encode("latin-1")
    ),
    st.lists(st.sampled_from(WORDS), max_size=8).map(
        lambda parts: " ".join(parts).encode("latin-1")
    ),
    st.lists(st.sampled_from(WORDS), max_size=8).map(
        lambda parts: ":".join(parts).encode("latin-1")
    ),
)


@pytest.mark.parametrize("model", MODELS)
@settings(max_examples=150, deadline=None, derandomize=True)
@given(messages=st.lists(MESSAGES, min_size=1, max_size=6))
def test_no_message_breaks_a_panel(model: str, messages: list[bytes]) -> None:
    clock = VirtualClock()
    bench = build([InstrumentSpec("dut", model, "1234567")], seed=1, air=Air(), clock=clock)
    panel = bench.panel("dut")
    for message in messages:
        for reply in panel.receive(message):
            assert reply.payload.endswith(b"\n")
        assert 0 <= panel.poll(message_available=False) <= 255
        clock.sleep(0.1)
        bench.state()
    panel.clear()
    (reply,) = panel.receive(b"*IDN?")
    assert reply.payload.startswith(MODELS[model])


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "message",
    [
        "*ESE 1e400", "SAMP:COUN 1e400", "TRIG:COUN INF;:INIT", "TRIG:COUN INF;:READ?",
        "VOLT:RANG 1e400", "VOLT:RANG -1e400", "VOLT:NPLC 1e-400", "TRIG:DEL 1e400",
        "TRAC:POIN 1e400", "TRAC:DATA? 1e400,1e400", "COUN 1e400", "SYST:TIME 1e400,1,1",
        "SYST:TIME 99999,99,99,99,99,99", "TRIG:LOAD 'SimpleLoop',1e400", "FREQ:APER 1e400",
        "VOLT:APER 1e400", "FREQ:THR:VOLT:RANG 1e400", "DISP:VOLT:DIG 1e400", "SYST:KEY 1e400",
        "TRIG:BLOC:BRAN:ALW 1,1;:INIT", "TRIG:BLOC:MDIG 1,'x',1e400;:INIT",
        "TRIG:BLOC:DEL:CONS 1e400,1e400;:INIT", "TRIG:BLOC:BRAN:EVEN 1,NONE,1e400;:INIT",
    ],
)  # fmt: skip
def test_extreme_numbers(model: str, message: str) -> None:
    bench = build(
        [InstrumentSpec("dut", model, "1234567")], seed=1, air=Air(), clock=VirtualClock()
    )
    panel = bench.panel("dut")
    panel.receive(message.encode("latin-1"))
    panel.clear()
    (reply,) = panel.receive(b"*IDN?")
    assert reply.payload.startswith(MODELS[model])
