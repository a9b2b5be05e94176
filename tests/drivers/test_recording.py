"""A dialogue written down with its timing, read by a person, and gone through again."""

from datetime import UTC, datetime
from io import StringIO

import pytest

from drivers.dialogue import Dialogue
from drivers.errors import LinkLost, RecordingMismatch, ReplyTimeout, UnexpectedReply
from drivers.link import LinkFault
from drivers.link.recording import BadRecording, Recorder, Recording, read_recording

BEGAN = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


class SteppingClock:
    """Time that passes by what is slept."""

    def __init__(self) -> None:
        self.passed = 0.0

    def monotonic(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        self.passed += seconds


class Instrument:
    """Answers each message with the next thing of its script, after a while."""

    def __init__(self, clock: SteppingClock, *script: bytes | LinkFault) -> None:
        self.clock, self.script, self.sent = clock, list(script), []

    def send(self, message: bytes, deadline: float) -> None:
        self.sent.append(message)
        self.clock.sleep(0.001)

    def receive(self, deadline: float) -> bytes:
        self.clock.sleep(0.25)
        answer = self.script.pop(0)
        if isinstance(answer, LinkFault):
            raise answer
        return answer

    def drain(self) -> bytes:
        return b"\x00left over\n"

    def close(self) -> None: ...


def recorded(*script: bytes | LinkFault) -> tuple[str, Dialogue]:
    clock, text = SteppingClock(), StringIO()
    instrument = Instrument(clock, *script)
    opener = Recorder(text, clock, BEGAN).over("dut", lambda: instrument)
    dialogue = Dialogue("dut", opener, clock)
    for _ in script:
        try:
            dialogue.ask("READ?")
        except (LinkLost, ReplyTimeout, UnexpectedReply):
            clock.sleep(1.0)
    dialogue.close()
    return text.getvalue(), dialogue


def replayed(text: str) -> tuple[Recording, Dialogue, SteppingClock]:
    recording, clock = read_recording(text), SteppingClock()
    return recording, Dialogue("dut", recording.opener("dut", clock), clock), clock


def test_a_person_can_read_what_was_said_and_when() -> None:
    text, _ = recorded(b"+1.0E+00")
    assert text.splitlines() == [
        "# station recording 1, began 2026-03-01T08:00:00+00:00",
        "0.000000\t0.000000\tdut\topen",
        "0.000000\t0.000000\tdut\tdrain\t\\x00left over\\n",
        "0.000000\t0.001000\tdut\tsend\tREAD?",
        "0.001000\t0.250000\tdut\treceive\t+1.0E+00",
        "0.251000\t0.000000\tdut\tclose",
    ]


def test_the_replay_answers_the_same_after_the_same_time() -> None:
    text, _ = recorded(b"+1.0E+00", b"\\ \t\xff'\"")
    recording, dialogue, clock = replayed(text)
    assert recording.began == BEGAN
    assert dialogue.ask("READ?") == "+1.0E+00"
    assert clock.passed == pytest.approx(0.251)
    with pytest.raises(UnexpectedReply, match="READ"):
        dialogue.ask("READ?")  # the reply was not ASCII, then as now
    recording.confirm_finished()


@pytest.mark.parametrize("kind", [LinkLost, ReplyTimeout, UnexpectedReply])
def test_a_fault_in_the_field_becomes_a_test(kind: type[LinkLost]) -> None:
    text, _ = recorded(LinkFault(kind, "got b'1…', no\nline end", "Check the cable: 5 Ω?"))
    _, dialogue, _ = replayed(text)
    with pytest.raises(kind) as caught:
        dialogue.ask("READ?")
    assert caught.value.reply == "got b'1…', no\nline end"
    assert caught.value.advice == "Check the cable: 5 Ω?"


def test_an_instrument_that_could_not_be_reached_cannot_in_the_replay() -> None:
    clock, text = SteppingClock(), StringIO()

    def nobody() -> Instrument:
        raise LinkFault(LinkLost, "refused")

    opener = Recorder(text, clock, BEGAN).over("dut", nobody)
    with pytest.raises(LinkLost):
        Dialogue("dut", opener, clock).ask("READ?")
    _, dialogue, _ = replayed(text.getvalue())
    with pytest.raises(LinkLost, match="refused"):
        dialogue.ask("READ?")


def test_another_question_is_found() -> None:
    text, _ = recorded(b"1", b"2")
    _, dialogue, _ = replayed(text)
    with pytest.raises(RecordingMismatch, match="after the beginning is 'send READ"):
        dialogue.ask("FETC?")


def test_one_question_more_is_found() -> None:
    text, _ = recorded(b"1")
    _, dialogue, _ = replayed(text)
    dialogue.ask("READ?")
    with pytest.raises(RecordingMismatch, match="'close'"):
        dialogue.ask("READ?")


def test_a_shorter_dialogue_is_found() -> None:
    text, _ = recorded(b"1", b"2")
    recording, dialogue, _ = replayed(text)
    dialogue.ask("READ?")
    with pytest.raises(RecordingMismatch, match=r"send READ.*3 recorded acts are left over"):
        recording.confirm_finished()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "line 1", id="empty"),
        pytest.param("hello\n", "line 1", id="another file"),
        pytest.param("# station recording 1, began yesterday\n", "line 1", id="no instant"),
        pytest.param(
            "# station recording 1, began 2026-03-01T08:00:00+00:00\nx\n", "line 2", id="x"
        ),
        pytest.param(
            "# station recording 1, began 2026-03-01T08:00:00+00:00\n0.0\t0.0\tdut\tsing\n",
            "line 2: 'sing'",
            id="an act nobody knows",
        ),
        pytest.param(
            "# station recording 1, began 2026-03-01T08:00:00+00:00\n"
            "0.0\t0.0\tdut\topen\t\tTooBad\tx\n",
            "line 2: 'TooBad'",
            id="a fault nobody knows",
        ),
        pytest.param(
            "# station recording 1, began 2026-03-01T08:00:00+00:00\n0.0\tnan\tdut\topen\n",
            "line 2",
            id="a time that is none",
        ),
    ],
)
def test_a_file_that_is_no_recording(text: str, said: str) -> None:
    with pytest.raises(BadRecording, match=said):
        read_recording(text)
