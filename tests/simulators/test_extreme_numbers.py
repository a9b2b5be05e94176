"""Numbers no instrument can take are refused, and the panel answers afterwards."""

import pytest

from simulators.bench import InstrumentSpec, build
from simulators.clock import VirtualClock
from simulators.world import Air
from tests.simulators.rig import bench_of

MODELS = {
    "hp-34401a": b"HEWLETT-PACKARD,34401A",
    "keysight-34470a": b"Keysight Technologies,34470A",
    "fluke-8846a": b"FLUKE,8846A",
    "keithley-2000": b"KEITHLEY INSTRUMENTS INC.,MODEL 2000",
    "keithley-dmm6500": b"KEITHLEY INSTRUMENTS,MODEL DMM6500",
}


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
def test_a_multimeter_outlives_extreme_numbers(model: str, message: str) -> None:
    bench = build(
        [InstrumentSpec("dut", model, "1234567")], seed=1, air=Air(), clock=VirtualClock()
    )
    panel = bench.panel("dut")
    panel.receive(message.encode("latin-1"))
    panel.clear()
    (reply,) = panel.receive(b"*IDN?")
    assert reply.payload.startswith(MODELS[model])


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
def test_an_extreme_number_is_refused(name: str, message: str, error: bytes) -> None:
    panel = bench_of(VirtualClock()).panel(name)
    panel.receive(message.encode("latin-1"))
    panel.clear()
    (reply,) = panel.receive(b"SYST:ERR?" if name == "dut" else b"ERR?")
    assert reply.payload.startswith(error)
