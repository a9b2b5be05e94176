"""The bath and the classic Hart language, line by line, from the fact sheet."""

from collections.abc import Iterator

import pytest
from pymeasure.adapters import VISAAdapter
from pymeasure.instruments.fluke.fluke7341 import Fluke7341

from simulators.bench import InstrumentSpec
from simulators.hart_7341.bath import CHARACTER
from simulators.language.hart import BUFFERED_LINES, Command
from simulators.panel import Outspoken
from simulators.physics.temperature_source import TemperatureSource
from tests.simulators.temperature_rig import EXACT, TemperatureBench, bench_with

ADDRESS = "ASRL7::INSTR"


@pytest.fixture
def bath() -> TemperatureBench:
    return bench_with(InstrumentSpec("bath", "hart-7341", "A1234", EXACT))


@pytest.mark.parametrize(
    ("message", "reply"),
    [
        ("s", "set: 25.00 C"),
        ("setpoint", "set: 25.00 C"),
        ("SETP", "set: 25.00 C"),
        (" s e t ", "set: 25.00 C"),
        ("sx\x08et", "set: 25.00 C"),
        ("t", "t: 23.00 C"),
        ("v", "v: 0.00000"),
        ("u", "u: c"),
        ("sc", "scan:OFF"),
        ("sr", "srat:10.0 C/min"),
        ("pr", "pb: 15.9"),
        ("c", "c: 160 C, in"),
        ("cm", "cm:RESET"),
        ("po", "po: 20"),
        ("r0", "r0: 100.578"),
        ("al", "al:0.0038573"),
        ("sa", "sa: 0"),
        ("du", "dupl:HALF"),
        ("lf", "lf:on"),
        ("*ver", "ver.7341,1.21"),
        ("*version", "ver.7341,1.21"),
    ],
)
def test_replies(bath: TemperatureBench, message: str, reply: str) -> None:
    assert bath.say("bath", message) == [f"{reply}\n"]


@pytest.mark.parametrize(
    ("message", "query", "reply"),
    [
        ("s=150", "s", "set: 150.00 C"),
        ("s=-40.00", "s", "set: -40.00 C"),
        ("S = 12.5", "s", "set: 12.50 C"),
        ("v=0.00123", "v", "v: 0.00123"),
        ("u=f", "s", "set: 77.00 F"),
        ("sc=on", "sc", "scan:ON"),
        ("sr=12.4", "sr", "srat:12.4 C/min"),
        ("c=120", "c", "c: 120 C, in"),
        ("cm=a", "cm", "cm:AUTO"),
        ("pr=20", "pr", "pb: 20.0"),
        ("sa=90", "sa", "sa: 90"),
    ],
)
def test_settings_are_taken_in_silence(
    bath: TemperatureBench, message: str, query: str, reply: str
) -> None:
    assert bath.say("bath", message) == []
    assert bath.ask("bath", query) == reply


@pytest.mark.parametrize(
    "message",
    ["s=150.01", "s=-41", "s=x", "s=nan", "s=", "sp", "setpointer", "nonsense", "=", "", "t=5",
     "*idn?", "v=10", "sr=0", "u=k", "lf=o", "s=1_0"],
)  # fmt: skip
def test_what_it_does_not_understand_changes_nothing(bath: TemperatureBench, message: str) -> None:
    before = bath.bench.state()
    assert bath.say("bath", message) == []
    assert bath.bench.state() == before
    assert bath.ask("bath", "s") == "set: 25.00 C"


def test_full_duplex_echoes_everything(bath: TemperatureBench) -> None:
    assert bath.say("bath", "du=f") == []
    assert bath.say("bath", "S=30") == ["S=30\n"]
    assert bath.say("bath", "s") == ["s\n", "set: 30.00 C\n"]
    assert bath.say("bath", "lf=off") == ["lf=off\n"]
    assert bath.say("bath", "s") == ["s\r", "set: 30.00 C\r"]
    assert bath.say("bath", "du=h") == ["du=h\r"]
    assert bath.say("bath", "s") == ["set: 30.00 C\r"]


def test_samples_come_unasked(bath: TemperatureBench) -> None:
    panel = bath.bench._built["bath"].panel
    assert isinstance(panel, Outspoken)
    bath.say("bath", "sa=10")
    assert panel.next_word() == 10.0
    bath.clock.sleep(35.0)
    assert [reply.ready for reply in panel.unasked()] == [10.0, 20.0, 30.0]
    assert panel.next_word() == 40.0
    bath.clock.sleep(10.0)
    (sample,) = panel.unasked()
    assert sample.payload.startswith(b"t: 23.")
    bath.clock.sleep(1e4)
    assert len(panel.unasked()) == BUFFERED_LINES
    bath.say("bath", "sa=0")
    assert panel.next_word() == float("inf")
    assert panel.unasked() == ()


def test_all_and_help_are_many_lines(bath: TemperatureBench) -> None:
    everything = bath.say("bath", "all")
    assert everything[:3] == ["set: 25.00 C\n", "v: 0.00000\n", "t: 23.00 C\n"]
    assert len(everything) > 12
    assert "s[etpoint]\n" in bath.say("bath", "h")


def test_the_vernier_moves_the_bath(bath: TemperatureBench) -> None:
    bath.say("bath", "v=0.5")
    bath.clock.sleep(4 * 3600.0)
    assert bath.ask("bath", "s") == "set: 25.00 C"
    physics = bath.bench.physics("bath", TemperatureSource)
    assert physics.indicated(bath.now) == pytest.approx(25.5, abs=0.003)


def test_it_is_quieter_and_more_even_than_a_well(bath: TemperatureBench) -> None:
    bath.clock.sleep(4 * 3600.0)
    holes = bath.bench.physics("bath", TemperatureSource).holes
    seen = [hole.celsius(bath.now) for hole in holes.values()]
    assert 0.0 < max(seen) - min(seen) <= 0.004
    assert all(one == pytest.approx(25.0, abs=0.005) for one in seen)
    assert CHARACTER.stability[1] == (25.0, 0.001)


@pytest.mark.parametrize(("mode", "state"), [("a", "in"), ("r", "out")])
def test_the_cut_out_ends_by_itself_or_by_hand(
    bath: TemperatureBench, mode: str, state: str
) -> None:
    bath.say("bath", f"cm={mode}")
    bath.say("bath", "c=40")
    bath.say("bath", "s=60")
    bath.clock.sleep(20 * 3600.0)
    bath.say("bath", "s=30")
    assert bath.ask("bath", "c") == f"c: 40 C, {state}"
    bath.say("bath", "c=r")
    assert bath.ask("bath", "c") == "c: 40 C, in"
    bath.clock.sleep(8 * 3600.0)
    assert bath.ask("bath", "t") == "t: 30.00 C"


@pytest.mark.parametrize(
    ("notation", "name", "expected"),
    [
        ("s[etpoint]", "s", True), ("s[etpoint]", "setpoint", True), ("s[etpoint]", "sx", False),
        ("ts", "t", False), ("ts", "ts", True), ("sa[mple]", "s", False), ("t[emp]", "", False),
    ],
)  # fmt: skip
def test_shortening(notation: str, name: str, *, expected: bool) -> None:
    assert Command(notation).answers_to(name) is expected


@pytest.fixture
def client(bath: TemperatureBench) -> Iterator[Fluke7341]:
    manager = bath.bench.resource_manager({ADDRESS: "bath"})
    adapter = VISAAdapter(ADDRESS, visa_library=manager.visalib, baud_rate=2400)
    yield Fluke7341(adapter)
    adapter.close()
    adapter.manager.close()


def test_a_strangers_client(client: Fluke7341, bath: TemperatureBench) -> None:
    assert client.id == "Fluke,7341,NA,1.21"
    assert client.unit.strip() == "c"
    client.set_point = 100
    assert client.set_point == 100.0
    bath.clock.sleep(6 * 3600.0)
    assert client.temperature == pytest.approx(100.0, abs=0.01)
    client.unit = "f"
    assert client.set_point == 212.0
