"""Channel lists, repeated parameters, and headers with or without a channel."""

import pytest

from simulators.language.scpi import Command, Language, Parameter
from simulators.language.scpi_channels import Keeper, Kept, Shape, per_channel
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import channels, number, plain_number, token_of


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("(@1)", (1,)),
        ("(@1,3)", (1, 3)),
        ("(@1:3)", (1, 2, 3)),
        ("(@3:1)", (3, 2, 1)),
        ("( @ 2 , 1:2 )", (2, 1, 2)),
    ],
)
def test_channel_lists(text: str, found: tuple[int, ...]) -> None:
    assert channels(3)(token_of(text)) == found


@pytest.mark.parametrize(
    ("text", "code"),
    [("(@0)", -222), ("(@4)", -222), ("(1)", -171), ("(@)", -171), ("(@1:2:3)", -171), ("1", -104)],
)
def test_what_is_no_channel_list(text: str, code: int) -> None:
    with pytest.raises(ScpiError) as refused:
        channels(3)(token_of(text))
    assert refused.value.code == code


def said(commands: list[Command], message: str) -> list[str | None]:
    return [step() for step in Language(commands).compile(message)]


def test_a_repeated_parameter_takes_all_that_come() -> None:
    row = Parameter(plain_number, repeated=True)
    points = Command("DATA", lambda *values: f"{sum(values):g} of {len(values)}", None, (row,))
    assert said([points], "DATA 1") == ["1 of 1"]
    assert said([points], "DATA 1,2, 3") == ["6 of 3"]
    with pytest.raises(ScpiError, match="-109"):
        said([points], "DATA")


def test_a_header_without_a_channel_means_the_first() -> None:
    command = Command("FREQuency", None, lambda channel: f"of {channel}")
    commands = list(per_channel("[SOURce]", 2, command))
    assert said(commands, "FREQ?;:SOUR:FREQ?;:SOURCE2:FREQ?") == ["of 1", "of 1", "of 2"]
    with pytest.raises(ScpiError, match="-114"):
        said(commands, "SOUR3:FREQ?")


def test_kept_settings_are_given_back_until_a_reset() -> None:
    keeper = Keeper((Kept("DELay", number("S"), 0.0, 0.0, 10.0, infinite=True),))
    commands = list(keeper.commands("TRIGger", 2, Shape(3)))
    assert said(commands, "TRIG2:DEL 2;DEL?;:TRIG:DEL?") == [None, "+2.000E+00", "+0.000E+00"]
    assert said(commands, "TRIG:DEL? MAX;DEL INF;DEL?") == ["+1.000E+01", None, "+9.900E+37"]
    with pytest.raises(ScpiError, match="-222"):
        said(commands, "TRIG:DEL 11")
    with pytest.raises(ScpiError, match="-113"):
        said(commands, "DEL?")
    keeper.reset()
    assert said(commands, "TRIG2:DEL?") == ["+0.000E+00"]
