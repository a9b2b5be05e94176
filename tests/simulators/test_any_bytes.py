"""Whatever arrives, a panel stays alive, tells of errors in its queue, and answers afterwards."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.clock import VirtualClock
from tests.simulators.rig import VOLTS, bench_of

WORDS = [
    *"""
CONF MEAS VOLT CURR RES FRES FREQ PER DC AC RANG AUTO NPLC READ? INIT FETC? ABOR R? DATA
REM? POIN? LAST? TRIG SOUR COUN SAMP DEL BUS EXT IMM SYST ERR? STAT QUES ENAB OPER OPER?
*RST *CLS *TRG *OPC *OPC? *WAI *ESE *SRE *STB? *IDN? OUT OUT? STBY WAVE SQUARE SINE
DC_OFFSET LIMIT ZCOMP WIRE4 RANGELCK ON OFF ISR? FAULT? LOWS OPEN TIED CUR_POST A20 DUTY
DBMZ Z50 DBM WAIT MIN MAX DEF INF V MV A OHM HZ KHZ 0 1 -1 10 1e400 -1e-400 #H20 #12ab
12.5e3 'VOLT' "x (@1) ² #1² : ; , ? .
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
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(MESSAGES, min_size=1, max_size=6))
def test_no_message_breaks_a_panel(messages: list[bytes]) -> None:
    clock = VirtualClock()
    bench = bench_of(clock)
    bench.connect(VOLTS)
    for name, asked, known in (
        ("calibrator", b"*IDN?", b"FLUKE,5522A"),
        ("dut", b"*IDN?", b"Keysight Technologies,34461A"),
    ):
        panel = bench.panel(name)
        for message in messages:
            for reply in panel.receive(message):
                assert reply.payload.endswith(b"\n")
                assert b"\n" not in reply.payload[:-1]
            assert 0 <= panel.poll(message_available=False) <= 255
            bench.state()
        panel.clear()
        (reply,) = panel.receive(asked)
        assert reply.payload.startswith(known)


@pytest.mark.parametrize(
    ("name", "message", "error"),
    [
        ("dut", "*ESE 1e400", b"-222,"),
        ("dut", "SAMP:COUN 1e400", b"-222,"),
        ("dut", "R? 1e400", b"-222,"),
        ("dut", "VOLT:RANG #1\xb2", b"-161,"),
        ("dut", "VOLT:ZERO:AUTO 1e400", b"+0,"),
        ("dut", "TRIG:SOUR EXT;:READ?;:TRIG:SOUR IMM;:READ?", b"+0,"),
        ("calibrator", "OUT 1E20 V", b"1306,"),
        ("calibrator", "OUT 3000 DBM", b"1306,"),
        ("calibrator", "*ESE 1.5", b"1306,"),
        ("calibrator", "OUT 1 V, -5 HZ", b"1306,"),
    ],
)
def test_extreme_numbers(name: str, message: str, error: bytes) -> None:
    panel = bench_of(VirtualClock()).panel(name)
    panel.receive(message.encode("latin-1"))
    panel.clear()
    (reply,) = panel.receive(b"SYST:ERR?" if name == "dut" else b"ERR?")
    assert reply.payload.startswith(error)
