"""An iTHX, query by query, as a public client's tests have it."""

import re

import pytest

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.catalogue import model_of
from simulators.clock import VirtualClock
from simulators.panel import Outspoken
from simulators.transport.framing import Framer, translated
from simulators.world import Air

EXACT = {
    name: {"gain_ppm": 0.0, "offset_ppm_of_range": 0.0} for name in ("temperature", "humidity")
}


def bench_of(air: Air, *, exact: bool = True) -> SimulatedBench:
    spec = InstrumentSpec("ithx", "omega-ithx", "1", EXACT if exact else {})
    return build([spec], seed=2, air=air, clock=VirtualClock())


def ask(bench: SimulatedBench, message: bytes) -> bytes:
    face = model_of("omega-ithx").faces.socket
    assert face is not None
    (framed,) = Framer(face.line).feed(message)
    return b"".join(
        translated(reply.payload, face.line) for reply in bench.panel("ithx").receive(framed)
    )


@pytest.mark.parametrize(
    ("query", "value", "within"),
    [
        (b"*SRTC\r", 19.3, 0.15), (b"*SRTF\r", 66.7, 0.25), (b"*SRH\r", 42.5, 0.3),
        (b"*SRDC\r", 6.2, 0.3), (b"*SRDF\r", 43.1, 0.5), (b"*SRTC2\r", 19.3, 0.15),
    ],
    ids=["celsius", "fahrenheit", "humidity", "dew point", "dew point in °F", "second probe"],
)  # fmt: skip
def test_values_end_in_a_carriage_return(query: bytes, value: float, within: float) -> None:
    answer = ask(bench_of(Air(19.3, 42.5)), query)
    assert re.fullmatch(rb"\d+\.\d\r", answer)
    assert float(answer) == pytest.approx(value, abs=within)


def test_reset_and_unknown_queries() -> None:
    bench = bench_of(Air())
    assert ask(bench, b"*SRYRST\r") == b"Reset\r"
    assert ask(bench, b"*IDN?\r") == b"Serial Time Out\r\r"
    assert ask(bench, b"\r") == b""


def test_it_leaves_an_idle_line_after_a_minute() -> None:
    bench = bench_of(Air())
    panel = bench.panel("ithx").panel
    assert isinstance(panel, Outspoken)
    assert panel.next_word() == float("inf")
    ask(bench, b"*SRTC\r")
    bench.world.clock.sleep(30.0)
    ask(bench, b"*SRTC\r")
    assert panel.next_word() == pytest.approx(90.0)
    bench.world.clock.sleep(59.0)
    assert panel.unasked() == ()
    bench.world.clock.sleep(1.1)
    (reply,) = panel.unasked()
    assert reply.hangs_up
    assert reply.payload == b""
    assert panel.next_word() == float("inf")


def test_errors_are_drawn_and_each_probe_has_its_own() -> None:
    bench = bench_of(Air(20.0), exact=False)
    error = bench.true_error("ithx", "temperature", 20.0, range_=50.0)
    assert 0.0 < abs(error) < 0.5
    first = float(ask(bench, b"*SRTC\r"))
    assert first == pytest.approx(20.0 + error, abs=0.15)
