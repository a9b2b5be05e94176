"""What is an answer, and what is not."""

import io
import math
from dataclasses import dataclass
from typing import Any

import pytest

from simulators.catalogue import Sight
from station.errors import BadInput
from station.locale import translation
from station.run.entries import Prompted, PromptKind
from station.run.mistakes import Mistake
from station.run.operator import ConsoleOperator, ScriptedOperator, checked
from station.run.second_look import FEWER, SWAPPED, doubts

CONFIRM = Prompted(prompt=1, wants=PromptKind.CONFIRM, text="Connect.", highest_volts=1000.0)
YES_NO = Prompted(prompt=1, wants=PromptKind.YES_NO, text="Was it?")
NUMBER = Prompted(
    prompt=1, wants=PromptKind.NUMBER, text="Temperature?", unit="°C", low=-40.0, high=80.0
)
READ = Prompted(
    prompt=1,
    wants=PromptKind.READ,
    text="Read the display.",
    unit="mV",
    about="up, 5 mV",
    instrument="dut",
    factor=1e-3,
    resolution=0.001,
    expected=5.0,
)
REVIEW = Prompted(
    prompt=2,
    wants=PromptKind.REVIEW,
    text="Are these entries right?",
    entered=("5.010 mV", "5.100 mV", "5.011 mV"),
)

ANSWERS = [
    pytest.param(CONFIRM, "", "done", id="Enter alone"),
    pytest.param(CONFIRM, " Có ", "done", id="yes in Vietnamese"),
    pytest.param(YES_NO, "y", "yes", id="yes"),
    pytest.param(YES_NO, "Không", "no", id="no in Vietnamese"),
    pytest.param(NUMBER, "23,1", "23.1", id="decimal comma"),
    pytest.param(NUMBER, "-1.5e1", "-15.0", id="exponent"),
    pytest.param(READ, " 5.010 ", "5.010", id="a reading keeps its zeros"),
    pytest.param(READ, "5,010", "5.010", id="a reading with a comma"),
    pytest.param(READ, "-.50", "-0.50", id="no digit before the point"),
    pytest.param(READ, "+5.", "5", id="nothing after the point"),
    pytest.param(READ, "1.20e3", "1200", id="a reading with an exponent"),
    pytest.param(READ, "123456", "123456", id="a reading far from anything is no wrong answer"),
    pytest.param(READ, "ol", "OL", id="overload"),
    pytest.param(READ, "0L", "OL", id="overload with a zero"),
    pytest.param(READ, "-OL", "OL", id="overload below"),
    pytest.param(REVIEW, "", "done", id="all right"),
    pytest.param(REVIEW, "done", "done", id="done"),
    pytest.param(REVIEW, "2=5.03", "2=5.03", id="a correction"),
    pytest.param(REVIEW, " 2 = 5,030 ", "2=5.030", id="a correction with a comma"),
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
    pytest.param(READ, "", id="nothing is no reading"),
    pytest.param(READ, "5.010 mV", id="a reading with its unit"),
    pytest.param(READ, "nan", id="no number to read"),
    pytest.param(REVIEW, "0=5.03", id="there is no reading 0"),
    pytest.param(REVIEW, "4=5.03", id="nor a fourth"),
    pytest.param(REVIEW, "2", id="a number without a value"),
    pytest.param(REVIEW, "2=", id="a correction to nothing"),
    pytest.param(REVIEW, "2=OL", id="a correction to overload"),
    pytest.param(REVIEW, "no", id="no, but which"),
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


def shown(prompt: Prompted, language: str = "en") -> str:
    screen = io.StringIO()
    ConsoleOperator("a", translation(language), io.StringIO("5\n"), screen).ask(prompt)
    return screen.getvalue()


def test_the_console_says_what_to_read_and_not_what_is_expected() -> None:
    asked = READ.model_copy(update={"expected": 4.875})
    assert shown(asked).splitlines() == [
        "Read the display.",
        "  dut: up, 5 mV",
        "  Resolution: 0.001 mV",
        "[mV] ",
    ]


def test_the_console_says_why_a_second_look_is_asked_for() -> None:
    again = READ.model_copy(update={"doubted": "5.1", "doubts": (FEWER, SWAPPED)})
    text = shown(again)
    assert "  Please look again. Entered: 5.1 mV\n" in text
    assert f"  - {FEWER}\n  - {SWAPPED}\n" in text
    vietnamese = shown(again, "vi")
    for sentence in (FEWER, SWAPPED, "Please look again. Entered", "Resolution"):
        assert sentence not in vietnamese
        assert translation("vi")(sentence) in vietnamese


def test_the_console_shows_a_simulated_display_to_whoever_has_no_eyes_there() -> None:
    seen = READ.model_copy(update={"seen": "5.010 mV"})
    assert "  The simulated display shows: 5.010 mV\n" in shown(seen)
    assert "simulated" not in shown(READ)


def test_the_console_lists_what_is_reviewed() -> None:
    text = shown(REVIEW)
    assert "    1  5.010 mV\n    2  5.100 mV\n    3  5.011 mV\n" in text
    assert "2=5.03 makes the second 5.03" in text


def test_the_console_marks_what_strikes_in_a_review_and_names_the_point() -> None:
    text = shown(REVIEW.model_copy(update={"about": "zero/readings", "striking": (2,)}))
    assert "  zero/readings\n" in text
    assert "    1  5.010 mV\n    2! 5.100 mV\n    3  5.011 mV\n" in text
    assert "  ! far from what is expected, or from the other entries\n" in text
    assert "!" not in shown(REVIEW)


@dataclass
class Display:
    """What stands on a simulated instrument, one value after another."""

    values: list[float]
    analogue: bool = False

    def look(self, name: str, quantity: str) -> Sight:
        assert (name, quantity) == ("dut", "")
        return Sight(self.values.pop(0), self.analogue)


def scripted(display: Display, **armed: Any) -> ScriptedOperator:
    return ScriptedOperator("script", {}, look=display.look, **armed)


def answer(operator: ScriptedOperator, prompt: Prompted) -> str:
    operator.ask(prompt)
    given = operator.answer()
    assert given is not None
    assert operator.answer() is None
    return checked(prompt, given)


def read_twice(operator: ScriptedOperator, prompt: Prompted = READ) -> tuple[str, str]:
    """Entry, and what stands after the second look where one is asked for."""
    entered = answer(operator, prompt)
    found = doubts(prompt, entered)
    if not found:
        return entered, entered
    return entered, answer(
        operator, prompt.model_copy(update={"doubted": entered, "doubts": found})
    )


@pytest.mark.parametrize(
    ("value", "changes", "written"),
    [
        pytest.param(0.00501, {}, "5.010", id="with its zeros"),
        pytest.param(-0.00501, {}, "-5.010", id="below zero"),
        pytest.param(-0.0, {}, "0.000", id="zero has no sign"),
        pytest.param(0.0050123, {}, "5.0123", id="as it stands, finer than was said"),
        pytest.param(1234.5, {"factor": 1e3, "resolution": 0.01, "unit": "kΩ"}, "1.2345", id="kΩ"),
        pytest.param(20e6, {"factor": 1e6, "resolution": None}, "20", id="no resolution"),
        pytest.param(math.inf, {}, "OL", id="overload"),
        pytest.param(-math.inf, {}, "OL", id="overload below"),
    ],
)
def test_a_display_is_written_down_as_it_stands(
    value: float, changes: dict[str, Any], written: str
) -> None:
    prompt = READ.model_copy(update=changes)
    assert answer(scripted(Display([value])), prompt) == written


def test_a_pointer_is_read_to_the_resolution_after_a_parallax() -> None:
    bar = READ.model_copy(update={"unit": "bar", "factor": 1e5, "resolution": 0.02})
    # 4.00 bar and a half of a step: parallax decides, 4.00 bar and a fifth: it does not.
    halfway = scripted(Display([4.01e5] * 200, analogue=True), seed=5)
    near = scripted(Display([4.004e5] * 200, analogue=True), seed=5)
    read = [answer(halfway, bar) for _ in range(200)]
    assert set(read) == {"4.00", "4.02"}
    assert 60 < read.count("4.00") < 140
    assert {answer(near, bar) for _ in range(200)} == {"4.00"}
    again = scripted(Display([4.01e5] * 200, analogue=True), seed=5)
    assert [answer(again, bar) for _ in range(200)] == read


@pytest.mark.parametrize(
    ("mistake", "wrong"),
    [
        (Mistake.TRANSPOSED, "0.512"),
        (Mistake.SLIPPED_POINT, "50.12"),
        (Mistake.WRONG_SIGN, "-5.012"),
        (Mistake.ROUNDED, "5.01"),
    ],
)
def test_an_armed_mistake_is_made_once_and_put_right_at_the_second_look(
    mistake: Mistake, wrong: str
) -> None:
    operator = scripted(Display([0.00501, 0.005012, 0.005013]), mistakes={2: mistake})
    assert read_twice(operator) == ("5.010", "5.010")
    assert read_twice(operator) == (wrong, "5.012")
    assert read_twice(operator) == ("5.013", "5.013")


@pytest.mark.parametrize(
    ("mistake", "reviewed"),
    [(Mistake.MISREAD_BY_A_DIVISION, "done"), (Mistake.CORRECTED, "2=5.012")],
)
def test_a_misreading_that_no_check_can_see_is_noticed_in_the_review_or_never(
    mistake: Mistake, reviewed: str
) -> None:
    operator = scripted(Display([0.00501, 0.00501, 0.005012, 0.00501]), mistakes={3: mistake})
    read_twice(operator)  # of an earlier point
    entered = [read_twice(operator)[1] for _ in range(3)]
    assert entered == ["5.010", "5.013", "5.010"]
    review = REVIEW.model_copy(update={"entered": tuple(f"{each} mV" for each in entered)})
    assert answer(operator, review) == reviewed
    right = ("5.010 mV", "5.012 mV", "5.010 mV")
    assert answer(operator, REVIEW.model_copy(update={"entered": right})) == "done"


def test_a_mistake_that_cannot_be_made_is_said() -> None:
    operator = scripted(Display([0.0]), mistakes={1: Mistake.TRANSPOSED})
    with pytest.raises(BadInput, match=r"0\.000 has no transposed digits"):
        operator.ask(READ)
    overload = scripted(Display([math.inf]), mistakes={1: Mistake.SLIPPED_POINT})
    with pytest.raises(BadInput, match="OL has no slipped point"):
        overload.ask(READ)


def test_a_script_without_eyes_reads_nothing() -> None:
    with pytest.raises(BadInput, match="cannot see what dut shows"):
        ScriptedOperator("script", {}).ask(READ)
