"""What a journal keeps of an error: the English word for word, and enough to tell it elsewhere."""

from datetime import date
from enum import StrEnum

import pytest

from drivers.errors import ReplyTimeout
from station.errors import BadInput, OutOfReach, Phrase, StationError
from station.locale import translation
from station.run.entries import ENTRY, Faulted
from station.run.said import Said, said


class Colour(StrEnum):
    RED = "red"


ERRORS = {
    "a literal": StationError("a { brace"),
    "numbers": BadInput("{low:g} to {high:.2f} {unit!r}", low=1.5, high=2.0, unit="V"),
    "a day": BadInput("due {due:%Y-%m-%d}", due=date(2026, 11, 21)),
    "an error in it": BadInput(
        "{role}: {error}", role="meter", error=OutOfReach("too {x}", x="far")
    ),
    "a phrase, a word, a list": BadInput(
        "{what} {colour} {names}", what=Phrase("no {a}", a=1), colour=Colour.RED, names=("a", 2)
    ),
    "an instrument's": ReplyTimeout("meter", "READ?", "nothing within 3 s", "Look at the {lead}"),
    "the system's": BadInput("{path}: {why}", path="a.toml", why=FileNotFoundError(2, "No {such}")),
    "somebody else's": KeyError("{name}"),
}


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
def test_the_english_is_that_of_the_error(error: Exception) -> None:
    kept = Said.model_validate_json(said(error).model_dump_json())
    assert kept.told(str) == str(error)


def test_it_is_told_in_another_language_from_the_record() -> None:
    error = ReplyTimeout("meter", "READ?", "…")
    line = Faulted(error="ReplyTimeout", message=str(error), wire=(), said=said(error))
    read = ENTRY.validate_json(line.model_dump_json())
    assert isinstance(read, Faulted)
    assert "meter: no reply in time at 'READ?'" in read.message
    assert "không trả lời kịp" in read.told(translation("vi"))


def test_a_record_without_sentences_is_told_as_it_is() -> None:
    old = ENTRY.validate_json(
        '{"kind": "faulted", "error": "LinkLost", "message": "It {stopped}.", "wire": []}'
    )
    assert isinstance(old, Faulted)
    assert old.told(translation("vi")) == "It {stopped}."


def test_numbers_have_the_decimal_sign_of_the_language() -> None:
    error = BadInput("{key}: {why}.", key=2.50, why=Phrase("{why}.", why=float("nan")))
    kept = Said.model_validate_json(said(error).model_dump_json())
    for told in (error.told, kept.told):
        assert told(str) == "2.5: nan.."
        assert told(translation("vi")) == "2,5: nan.."


def test_a_place_in_another_language_keeps_the_form_that_was_written() -> None:
    kept = said(BadInput("{given!r} is not {low:g}", given="x", low=2.0))
    words = {"{given!r} is not {low:g}": "{low:g} ≠ {given!r}"}
    assert kept.told(lambda text: words.get(text, text)) == "2 ≠ 'x'"
