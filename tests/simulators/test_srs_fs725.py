"""The FS725: its two-letter commands, and the frequency it gives."""

import pytest

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.panel import Panel
from simulators.physics.true_error import Errors
from simulators.srs_fs725.rubidium import Rubidium
from simulators.world import Air


def bench_of(*, hours_on: float = 24.0, errors: Errors | None = None) -> SimulatedBench:
    spec = InstrumentSpec("rb", "srs-fs725", "19957", errors or {}, {"hours_on": hours_on})
    return build([spec], seed=7, air=Air(), clock=VirtualClock())


@pytest.fixture
def panel() -> Panel:
    return bench_of().panel("rb")


def ask(panel: Panel, message: str) -> str:
    (reply,) = panel.receive(message.encode())
    assert reply.payload.endswith(b"\n")
    return reply.payload.decode().removesuffix("\n")


REPLIES = [
    ("", "ID?", "PRS10_3.24_SN_19957"),
    ("", "SN?", "19957"),
    ("", "ST?", "0,0,0,0,128,0"),
    ("", "LO?", "1"),
    ("", "LM?", "1"),
    ("", "GA?", "7"),
    ("", "PH?", "24"),
    ("", "SP?", "5363,3014,22"),
    ("", "MO?", "2661"),
    ("", "MR?", "2595"),
    ("", "TS?", "14149"),
    ("", "TO?", "-1828"),
    ("", "PS?", "180"),
    ("", "PT?", "8"),
    ("", "SD3?", "150"),
    ("", "AD1?", "2.322"),
    ("", "AD10?", "0.728"),
    ("PT14", "PT?", "14"),
    ("pt14", "pt?", "14"),
    ("SF-22", "SF?", "-22"),
    ("PL0", "ST?", "0,0,0,0,1,0"),
    ("SP7008,3938,60", "SP?", "7008,3938,60"),
    ("VB1", "VB?", "1"),
    ("GA!", "ST?", "0,0,0,0,128,0"),
    ("NONSENSE", "ST?", "0,0,0,0,128,32"),
    ("PT15", "ST?", "0,0,0,0,128,64"),
    ("PT15", "PT?", "8"),
    ("AD20?", "ST?", "0,0,0,0,128,64"),
    ("RS1", "ST?", "0,0,0,1,128,128"),
    ("RS1", "LO?", "0"),
]


@pytest.mark.parametrize(
    ("told", "asked", "reply"), REPLIES, ids=[f"{a} {b}" for a, b, _ in REPLIES]
)
def test_replies(panel: Panel, told: str, asked: str, reply: str) -> None:
    assert panel.receive(told.encode()) == ()
    assert ask(panel, asked) == reply


def test_reading_the_status_clears_what_was_latched(panel: Panel) -> None:
    panel.receive(b"NONSENSE")
    assert ask(panel, "ST?") == "0,0,0,0,128,32"
    assert ask(panel, "ST?") == "0,0,0,0,128,0"


def test_what_was_saved_is_there_after_power_on(panel: Panel) -> None:
    for message in (b"GA9", b"GA!", b"PT3"):
        panel.receive(message)
    panel.power_on()
    assert (ask(panel, "GA?"), ask(panel, "PT?")) == ("9", "8")


def test_it_locks_within_seven_minutes() -> None:
    bench = bench_of(hours_on=0.0)
    panel, clock = bench.panel("rb"), bench.world.clock
    rubidium = bench.physics("rb", Rubidium)
    assert (ask(panel, "LO?"), ask(panel, "ST?")) == ("0", "0,0,0,1,128,0")
    cold = rubidium.relative_offset(clock.monotonic())
    clock.sleep(299.0)
    assert ask(panel, "LO?") == "0"
    clock.sleep(122.0)
    assert ask(panel, "LO?") == "1"
    assert bench.state()["rb"] == {"locked": True}
    clock.sleep(7200.0)
    warm = rubidium.relative_offset(clock.monotonic())
    assert abs(cold) > 1e-9
    assert 0.0 < abs(warm) < 1e-10


def test_its_frequency_can_be_given_and_corrected() -> None:
    bench = bench_of(errors={"frequency": {"gain_ppm": 3e-5}})
    rubidium = bench.physics("rb", Rubidium)
    now = bench.world.clock.monotonic()
    assert rubidium.relative_offset(now) == pytest.approx(3e-11, abs=1e-15)
    assert bench.actual_output("rb", "frequency", 10e6) == pytest.approx(10e6 + 3e-4, abs=1e-8)
    bench.panel("rb").receive(b"SF-30")
    assert rubidium.relative_offset(now) == pytest.approx(0.0, abs=1e-15)
    assert rubidium.output("10MHZ").hertz == pytest.approx(10e6, abs=1e-8)
    assert rubidium.output("5MHZ").hertz == pytest.approx(5e6, abs=1e-8)


def test_it_ages() -> None:
    bench = bench_of()
    rubidium, now = bench.physics("rb", Rubidium), bench.world.clock.monotonic()
    month = 30.44 * 86400.0
    drift = rubidium.relative_offset(now + month) - rubidium.relative_offset(now)
    assert 0.0 < abs(drift) < 5e-11
