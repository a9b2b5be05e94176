"""The faults know how the replies of the electrical and time instruments look."""

import re

import pytest

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.catalogue import model_of
from simulators.clock import VirtualClock
from simulators.faults.fault import Fault, FaultKind
from simulators.world import Air

SERIAL = "48723017"
IDENTITIES = [
    ("fluke-5520a", b"*IDN?"),
    ("keysight-e36312a", b"*IDN?"),
    ("keysight-e36312a-output2", b"*IDN?"),
    ("keysight-33522b", b"*IDN?"),
    ("keysight-33511b", b"*IDN?"),
    ("keysight-53230a", b"*IDN?"),
    ("srs-fs725", b"ID?"),
    ("fluke-8508a", b"*IDN?"),
    ("fluke-289", b"ID"),
]
SCATTERING = [
    ("keysight-e36312a", b"MEAS:VOLT? (@1)"),
    ("fluke-8508a", b"X?"),
    ("keysight-3458a", b"TRIG SGL"),
]
FOUND = [
    ("keysight-53230a", b"+1.00230000000000E+007,-9.99E+006\n", [b"+1.00230000000000E+007"]),
    ("keysight-53230a", b"+9.91000000000000E+037\n", [b"+9.91000000000000E+037"]),
    ("keysight-3458a", b" 9.99999871E+00\r\n", [b" 9.99999871E+00"]),
    ("keysight-3458a", b"-9.99999871E-03\r\n", [b"-9.99999871E-03"]),
    ("keysight-3458a", b" 1, 10.0000000E+00\r\n", []),
    ("fluke-8508a", b"+1.00000012E+00\n", [b"+1.00000012E+00"]),
    ("fluke-289", b"0\r9.323E0,VDC,NORMAL,NONE\r", [b"9.323E0"]),
    ("fluke-289", b"0\r-5.029E-3,VDC,NORMAL,NONE\r", [b"-5.029E-3"]),
    ("fluke-289", b"0\rFLUKE 289,V1.00,95081087\r", []),
    ("keysight-e36312a", b"+1.50012340E+00,+0.00000000E+00\n",
     [b"+1.50012340E+00", b"+0.00000000E+00"]),
    ("keysight-33522b", b"+5.000000000000000E+01\n", []),
    ("srs-fs725", b"0,0,0,0,4,0\n", []),
]  # fmt: skip


def bench_of(model: str) -> SimulatedBench:
    bench = build([InstrumentSpec("it", model, SERIAL)], seed=3, air=Air(), clock=VirtualClock())
    bench.world.clock.sleep(1.0)
    return bench


def said(bench: SimulatedBench, message: bytes) -> bytes:
    return b"".join(reply.payload for reply in bench.panel("it").receive(message))


@pytest.mark.parametrize(("model", "asked"), IDENTITIES, ids=[one for one, _ in IDENTITIES])
@pytest.mark.parametrize("kind", [FaultKind.WRONG_IDENTITY, FaultKind.WRONG_SERIAL])
def test_another_identity(model: str, asked: bytes, kind: FaultKind) -> None:
    bench = bench_of(model)
    honest = said(bench, asked)
    bench.arm("it", Fault(kind))
    struck = said(bench, asked)
    assert struck != honest
    assert (SERIAL.encode() in struck) is (kind is FaultKind.WRONG_IDENTITY)


def test_a_3458a_is_another_one_by_its_name_alone() -> None:
    bench = bench_of("keysight-3458a")
    assert said(bench, b"ID?") == b"HP3458A\r\n"
    bench.arm("it", Fault(FaultKind.WRONG_IDENTITY))
    assert said(bench, b"ID?") == b"HP99999\r\n"


@pytest.mark.parametrize(("model", "asked"), SCATTERING, ids=[one for one, _ in SCATTERING])
def test_a_reading_that_is_stuck(model: str, asked: bytes) -> None:
    bench = bench_of(model)
    assert len({said(bench, asked) for _ in range(4)}) > 1
    bench.arm("it", Fault(FaultKind.STUCK))
    assert len({said(bench, asked) for _ in range(4)}) == 1


@pytest.mark.parametrize(
    ("model", "payload", "readings"), FOUND, ids=[f"{a} {b!r}" for a, b, _ in FOUND]
)
def test_readings_are_found(model: str, payload: bytes, readings: list[bytes]) -> None:
    assert [one[0] for one in re.finditer(model_of(model).reading, payload)] == readings


OVERLOADS = [
    ("fluke-8508a", b"X?", b"+200.0000E+33\n"),
    ("fluke-289", b"QM", b"0\r+9.99999999E+37,VDC,NORMAL,NONE\r"),
    ("keysight-3458a", b"TRIG SGL", b" 1.00000000E+38\r\n"),
]


@pytest.mark.parametrize(("model", "asked", "reply"), OVERLOADS, ids=[one for one, *_ in OVERLOADS])
def test_an_overload(model: str, asked: bytes, reply: bytes) -> None:
    bench = bench_of(model)
    bench.arm("it", Fault(FaultKind.OVERLOAD))
    assert said(bench, asked) == reply


def test_a_3458a_s_readings_are_struck_when_it_is_addressed_to_talk_too() -> None:
    bench = bench_of("keysight-3458a")
    said(bench, b"PRESET NORM")
    bench.arm("it", Fault(FaultKind.OVERLOAD))
    said(bench, b"DCV 10")
    (reply,) = bench.panel("it").talk()
    assert reply.payload == b" 1.00000000E+38\r\n"


@pytest.mark.parametrize(
    ("model", "on", "asked", "after"),
    [
        ("keysight-e36312a", b"VOLT 5,(@2);:OUTP 1,(@2)", b"OUTP? (@2)", b"0\n"),
        ("keysight-33522b", b"OUTP2 ON", b"OUTP2?", b"0\n"),
        ("fluke-5520a", b"OUT 1 V;OPER", b"OPER?", b"0\n"),
    ],
)
def test_an_output_trips(model: str, on: bytes, asked: bytes, after: bytes) -> None:
    bench = bench_of(model)
    said(bench, on)
    assert said(bench, asked) == b"1\n"
    bench.arm("it", Fault(FaultKind.OUTPUT_TRIPPED))
    said(bench, b"*CLS")
    assert said(bench, asked) == after


@pytest.mark.parametrize(
    ("model", "asked", "warned"),
    [("keysight-3458a", b"ERR?", b" 1024\r\n"), ("fluke-8508a", b"DDQ?", b"1\n")],
)
def test_a_calibration_that_has_expired(model: str, asked: bytes, warned: bytes) -> None:
    bench = bench_of(model)
    bench.arm("it", Fault(FaultKind.CALIBRATION_NEEDED))
    assert said(bench, asked) == warned
