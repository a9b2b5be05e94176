"""What the station refuses or fails at, and the exit code each kind ends with.

    StationError
    ├── BadInput          2    a file, argument or answer is wrong
    ├── StoreFailed       3    the record store cannot be read or written
    │   └── StoreLost          its server is away; a run waits for it
    ├── Refused           4    a rule forbids it
    │   ├── OutOfCalibration   a standard is overdue or its certificate does not reach
    │   ├── OutOfReach         a point is beyond an instrument, a certificate or the DUT's data
    │   ├── CapabilityMissing  a role is unbound or its instrument cannot do what is asked
    │   ├── JournalMismatch    a run cannot go on: procedure, DUT or certificate changed
    │   └── Tampered           a record is not what was written
    └── RunAborted      130    a person stopped the run

`drivers.errors.InstrumentError` ends with 3 as well. `told` puts any of them into the reader's
language.
"""

from collections.abc import Iterable
from enum import Enum, IntEnum
from typing import Protocol, runtime_checkable

from drivers.errors import InstrumentError
from station.locale import Translate, decimal, fill


class Exit(IntEnum):
    """Exit codes of every command (a failed DUT is a result, not an error)."""

    DONE = 0
    BAD_INPUT = 2
    FAILED = 3
    REFUSED = 4
    ABORTED = 130


@runtime_checkable
class Tellable(Protocol):
    """What can be said in the reader's language."""

    def told(self, translate: Translate) -> str:
        """Return it in the language of `translate`."""
        ...


class Phrase:
    """A text with its values, told in the language of whoever reads it; English as `str`.

    Args:
        text: the English, as it is looked up in a catalogue: a literal, or a text marked elsewhere.
            Each `{name}` in it stands for a value; without values a brace is a brace.
        values: what is told of. A phrase or an error among them is told in the reader's language
            too, the system's by its reason, an enum's member by its word; of a tuple each, with
            commas.
    """

    def __init__(self, text: str = "", /, **values: object) -> None:
        self.text = text
        self.values = values

    def __str__(self) -> str:
        return self.told(str)

    def told(self, translate: Translate) -> str:
        """Return the text in the language of `translate`."""
        values = {name: _value(value, translate) for name, value in self.values.items()}
        return fill(translate(self.text), values)


def joined(phrases: Iterable[Phrase], between: str) -> Phrase:
    """Return any number of phrases as one, with `between` between them.

    One within the other would be told as deep as there are phrases.
    """
    named = {f"n{number}": phrase for number, phrase in enumerate(phrases)}
    return Phrase(between.join(f"{{{name}}}" for name in named), **named)


class StationError(Phrase, Exception):
    """What, where and what to do, in one or two lines; the text is a literal."""

    exit = Exit.FAILED


class BadInput(StationError):
    """A file, argument or answer is wrong; nothing was lost."""

    exit = Exit.BAD_INPUT


class StoreFailed(StationError):
    """The record store cannot be read or written."""


class StoreLost(StoreFailed):
    """The record store's server is away, and may come back."""


class Refused(StationError):
    """A rule forbids it."""

    exit = Exit.REFUSED


class OutOfCalibration(Refused):
    """A standard is overdue or has no certificate for what is asked."""


class OutOfReach(Refused):
    """A point lies beyond an instrument, a certificate or the DUT's data."""


class CapabilityMissing(Refused):
    """A role is unbound, or its instrument cannot do what is asked."""


class JournalMismatch(Refused):
    """The run cannot go on: procedure, DUT or a standard's certificate changed."""


class Tampered(Refused):
    """A record is not what was written."""


class RunAborted(StationError):
    """A person stopped the run."""

    exit = Exit.ABORTED


class LocalNumber(float):
    """A number that is written with the decimal sign of a language, in whatever form."""

    def __new__(cls, value: float, translate: Translate) -> "LocalNumber":
        """Make it of a number and of what puts a text into the language."""
        made = super().__new__(cls, value)
        made.translate = translate
        return made

    translate: Translate

    def __format__(self, spec: str) -> str:
        return decimal(super().__format__(spec), self.translate)


def _value(value: object, translate: Translate) -> object:
    match value:
        case Tellable():
            return value.told(translate)
        case OSError(strerror=str(reason)):
            return translate(reason)
        case Exception():
            return told(value, translate)
        case Enum():
            return translate(str(value.value))
        case tuple():
            return ", ".join(str(_value(each, translate)) for each in value)
        case float():
            return LocalNumber(value, translate)
        case _:
            return value


def told(error: Exception | Phrase, translate: Translate) -> str:
    """Return what `error` says in the language of `translate`, as far as that has its words."""
    return phrase_of(error).told(translate)


def phrase_of(error: Exception | Phrase) -> Phrase:
    """Return what an error says, and of what."""
    if isinstance(error, Phrase):
        return error
    if not isinstance(error, InstrumentError):
        return Phrase("{words}", words=str(error))
    what = Phrase(
        "{instrument}: {headline} at {command!r}: {reply}",
        instrument=error.instrument,
        headline=Phrase(error.headline),
        command=error.command,
        reply=Phrase(error.reply),
    )
    if not error.advice:
        return what
    return Phrase("{what}. {advice}", what=what, advice=Phrase(error.advice))
