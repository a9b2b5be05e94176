"""What is an answer, and what is not."""

import io

import pytest

from station.errors import BadInput
from station.run.entries import Prompted, PromptKind
from station.run.operator import ConsoleOperator, checked

CONFIRM = Prompted(prompt=1, wants=PromptKind.CONFIRM, text="Connect.", highest_volts=1000.0)
YES_NO = Prompted(prompt=1, wants=PromptKind.YES_NO, text="Was it?")
NUMBER = Prompted(
    prompt=1, wants=PromptKind.NUMBER, text="Temperature?", unit="°C", low=-40.0, high=80.0
)

ANSWERS = [
    pytest.param(CONFIRM, "", "done", id="Enter alone"),
    pytest.param(CONFIRM, " Có ", "done", id="yes in Vietnamese"),
    pytest.param(YES_NO, "y", "yes", id="yes"),
    pytest.param(YES_NO, "Không", "no", id="no in Vietnamese"),
    pytest.param(NUMBER, "23,1", "23.1", id="decimal comma"),
    pytest.param(NUMBER, "-1.5e1", "-15.0", id="exponent"),
]
REFUSED = [
    pytest.param(CONFIRM, "no", id="no is not done"),
    pytest.param(CONFIRM, "không", id="nor is it in Vietnamese"),
    pytest.param(CONFIRM, "q", id="nor is anything else"),
    pytest.param(YES_NO, "", id="nothing is neither yes nor no"),
    pytest.param(NUMBER, "warm", id="a word"),
    pytest.param(NUMBER, "nan", id="not a number"),
    pytest.param(NUMBER, "2_3", id="an underscore"),
    pytest.param(NUMBER, "1.000,5", id="two signs"),
    pytest.param(NUMBER, "231", id="beyond what can be"),
    pytest.param(NUMBER, "٢٣", id="other digits"),
]


@pytest.mark.parametrize(("prompt", "given", "taken"), ANSWERS)
def test_an_answer_is_taken(prompt: Prompted, given: str, taken: str) -> None:
    assert checked(prompt, given) == taken


@pytest.mark.parametrize(("prompt", "given"), REFUSED)
def test_anything_else_is_refused_with_a_sentence(prompt: Prompted, given: str) -> None:
    with pytest.raises(BadInput):
        checked(prompt, given)


class Gone(io.StringIO):
    """A terminal that has been closed."""

    def write(self, text: str) -> int:
        raise BrokenPipeError(32, "Broken pipe")


def test_high_voltage_is_said_before_the_leads_are_confirmed() -> None:
    screen = io.StringIO()
    ConsoleOperator("a", str, io.StringIO("\n"), screen).ask(CONFIRM)
    assert "HIGH VOLTAGE: 1000 V" in screen.getvalue()


def test_a_closed_terminal_is_told_as_such() -> None:
    with pytest.raises(BadInput, match="station resume"):
        ConsoleOperator("a", str, io.StringIO(), Gone()).ask(CONFIRM)


def test_a_closed_standard_input_is_told_as_such() -> None:
    operator = ConsoleOperator("a", str, io.StringIO(""), io.StringIO())
    operator.ask(CONFIRM)
    assert operator._reader is not None
    operator._reader.join()
    with pytest.raises(BadInput, match="Standard input is closed"):
        operator.answer()
