"""An ADT681 on a controller's hose: its frame, its refusals, and what it shows."""

import pytest

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.errors import UnknownName
from simulators.models import ADDITEL
from simulators.transport.framing import translated
from simulators.world import Air

EXACT = {"gauge-pressure": {"gain_ppm": 0.0, "offset_ppm_of_range": 0.0}}


def bench_of(**constants: float) -> SimulatedBench:
    specs = [
        InstrumentSpec("pace", "druck-pace5000", "1", EXACT),
        InstrumentSpec("gauge", "additel-adt681", "1", EXACT, {"span_pascals": 7e5, **constants}),
    ]
    bench = build(specs, seed=4, air=Air(20.0), clock=VirtualClock())
    bench.connect([("pace OUTLET", "gauge INLET")])
    return bench


def ask(bench: SimulatedBench, message: bytes) -> bytes | None:
    replies = bench.panel("gauge").receive(message)
    return translated(replies[0].payload, ADDITEL) if replies else None


def under(bench: SimulatedBench, millibars: float) -> None:
    bench.panel("pace").receive(f":SOUR:SLEW:OVER 0;:SOUR {millibars};:OUTP 1".encode())
    bench.world.clock.sleep(60.0)


@pytest.mark.parametrize(
    ("millibars", "step", "reply"),
    [
        (1002.5, 10.0, b"001:F:MRMD:  100.25:KPA\n"),
        (5000.0, 100.0, b"001:F:MRMD:   500.0:KPA\n"),
        (-500.0, 10.0, b"001:F:MRMD:  -50.00:KPA\n"),
        (1001.0, 500.0, b"001:F:MRMD:   100.0:KPA\n"),
    ],
)
def test_a_reading(millibars: float, step: float, reply: bytes) -> None:
    bench = bench_of(step_pascals=step)
    under(bench, millibars)
    assert ask(bench, b"255:R:MRMD:1") == ask(bench, b"001:R:MRMD:") == reply
    assert bench.state()["gauge"]["text"] == f"{reply.split(b':')[3].decode().strip()} kPa"


@pytest.mark.parametrize(
    ("message", "reply"),
    [
        (b"255:R:OMODEL:1", b"001:E:OMODEL:1019\n"),
        (b"255:R:OTYPE:1", b"001:E:OTYPE:1018\n"),
        (b"255:X:MRMD:1", b"001:E:MRMD:1020\n"),
        (b"255:W:MRMD:1", b"001:E:MRMD:1020\n"),
        (b"255:R:MRMD:1:2", b"001:E:MRMD:1017\n"),
        (b"255:R:MRMD:12345678901234567", b"001:E:MRMD:1029\n"),
        (b"255:R:" + b"A" * 80, b"001:E::1000:\n"),
        (b"002:R:MRMD:1", None),
        (b"*IDN?", None),
        (b"", None),
        (b"\xff\xfe", None),
    ],
)
def test_a_refusal(message: bytes, reply: bytes | None) -> None:
    assert ask(bench_of(), message) == reply


def test_it_has_no_hysteresis_and_errors_within_its_class() -> None:
    specs = [
        InstrumentSpec(f"g{n}", "additel-adt681", "1", constants={"span_pascals": 1e6})
        for n in range(20)
    ]
    bench = build(specs, seed=2, air=Air(20.0), clock=VirtualClock())
    names = [spec.name for spec in specs]
    assert not any(bench.true_error(name, "pressure-hysteresis", 5e5, range_=1e6) for name in names)
    errors = [abs(bench.true_error(name, "gauge-pressure", 5e5, range_=1e6)) for name in names]
    assert 100.0 < max(errors) < 500.0


def test_a_misspelt_constant_is_refused() -> None:
    with pytest.raises(UnknownName, match="step_pascals"):
        bench_of(step=10.0)
