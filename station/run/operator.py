"""Who answers the run's prompts: a person at the console, a script at the simulated bench."""

import math
import random
import re
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol, TextIO

from station.errors import BadInput
from station.locale import Translate
from station.run.asking import question
from station.run.entries import Prompted, PromptKind
from station.run.mistakes import Mistake, made
from station.run.second_look import OVERLOADED as OVERLOADED
from station.run.second_look import decimals, step_of

YES = ("y", "yes", "c", "có")
NO = ("n", "no", "k", "không")
NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,2})?", re.ASCII)
CORRECTION = re.compile(r"(\d{1,6})\s*=\s*(\S+)", re.ASCII)
OVERLOADS = (OVERLOADED.lower(), "0l", "-ol", "-0l", "overload")
"""How people write down that a display shows overload, in small letters."""

PARALLAX = 0.2
"""Greatest error, as a part of the resolution, of the scripted operator's eye at a pointer: a
choice, about what a mirror scale leaves."""

SHOWN_DIGITS = 12
"""Digits to which a simulated display's value is written down; the rest is how floats are
stored."""


class Unusable(BadInput):
    """An answer that is none."""


class Operator(Protocol):
    """Somebody who is asked, and some time later has answered."""

    name: str

    def ask(self, prompt: Prompted) -> None:
        """Put the question; returns at once."""
        ...

    def answer(self) -> str | None:
        """Return the answer as it was given, or None while there is none."""
        ...

    def withdraw(self, reason: Unusable) -> None:
        """The question is no longer open, or its answer was not usable: `reason` says which."""
        ...


def checked(prompt: Prompted, answer: str) -> str:
    """Return `answer` in the form that is journalled; a number may have a decimal comma.

    A reading keeps the decimals it was entered with; overload is "OL". A review is "done", or a
    correction such as "2=5.030".

    Raises:
        Unusable: it is not an answer to `prompt`.
    """
    text = answer.strip()
    if prompt.wants is PromptKind.CONFIRM:
        if text.lower() not in ("", "done", *YES):
            raise Unusable(
                "{given!r} is not a confirmation. Press Enter alone when it is done.",
                given=text,
            )
        return "done"
    if prompt.wants is PromptKind.YES_NO:
        if text.lower() in YES:
            return "yes"
        if text.lower() in NO:
            return "no"
        raise Unusable("{given!r} is neither yes nor no. Answer y or n.", given=text)
    if prompt.wants is PromptKind.READ:
        return OVERLOADED if text.lower() in OVERLOADS else _as_entered(prompt, text)
    if prompt.wants is PromptKind.REVIEW:
        return "done" if text.lower() in ("", "done", *YES) else _correction(prompt, text)
    if not NUMBER.fullmatch(text):
        raise Unusable(
            "{given!r} is not a number. Give one in {unit}.", given=text, unit=prompt.unit
        )
    value = float(text.replace(",", "."))
    low, high = prompt.low, prompt.high
    if low is not None and high is not None and not low <= value <= high:
        raise Unusable(
            "{given} {unit} is not between {low:g} and {high:g}. Look again.",
            given=text, unit=prompt.unit, low=low, high=high,
        )  # fmt: skip
    return repr(value)


def _as_entered(prompt: Prompted, text: str) -> str:
    """Return the number `text` with a decimal point, and all the decimals that it came with."""
    if not NUMBER.fullmatch(text):
        raise Unusable(
            "{given!r} is not a number. Give what is shown, in {unit}, or OL for overload.",
            given=text, unit=prompt.unit or "1",
        )  # fmt: skip
    return f"{Decimal(text.replace(',', '.')):f}"


def _correction(prompt: Prompted, text: str) -> str:
    found = CORRECTION.fullmatch(text)
    if found is None:
        raise Unusable(
            "{given!r} is no correction. Press Enter alone if all readings are right; "
            "2=5.03 makes the second 5.03.",
            given=text,
        )  # fmt: skip
    number = int(found[1])
    if not 1 <= number <= len(prompt.entered):
        raise Unusable(
            "There is no reading {number}: give 1 to {last}.",
            number=number, last=len(prompt.entered),
        )  # fmt: skip
    return f"{number}={_as_entered(prompt, found[2])}"


@dataclass
class InboxOperator:
    """A person at a screen: every answer comes through the run's inbox."""

    name: str

    def ask(self, prompt: Prompted) -> None:
        """Do nothing: the screen reads the prompt in the journal."""

    def answer(self) -> str | None:
        """Return None: answers come through the inbox."""
        return None

    def withdraw(self, reason: Unusable) -> None:
        """Do nothing: the screen reads the journal."""


class Seen(Protocol):
    """What can be seen of an indication: `simulators.catalogue.Sight`."""

    @property
    def value(self) -> float:
        """What is shown, in the SI unit; infinite where the display shows overload."""
        ...

    @property
    def analogue(self) -> bool:
        """Whether it is a pointer over a scale."""
        ...


@dataclass
class ScriptedOperator:
    """Answers at once, at a simulated bench: confirms, reads displays, knows the room.

    Attributes:
        numbers: answers to prompts for a number, by unit.
        look: instrument and quantity → what is seen there; None where nothing can be seen.
        mistakes: which reading (1 is the first, second looks not counted) is entered how wrongly.
        seed: of what the eye makes of pointers.
    """

    name: str
    numbers: Mapping[str, float]
    look: Callable[[str, str], Seen] | None = None
    mistakes: Mapping[int, Mistake] = field(default_factory=dict)
    seed: int = 1
    _answer: str | None = field(default=None, init=False)
    _seen: list[str] = field(default_factory=list, init=False)
    _noticed: set[int] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        self._eye = random.Random(self.seed)

    def ask(self, prompt: Prompted) -> None:
        """Have the answer ready."""
        match prompt.wants:
            case PromptKind.NUMBER:
                self._answer = repr(self.numbers[prompt.unit])
            case PromptKind.READ:
                self._answer = self._read(prompt)
            case PromptKind.REVIEW:
                self._answer = self._reviewed(prompt)
            case PromptKind.CONFIRM | PromptKind.YES_NO:
                self._answer = "yes"

    def answer(self) -> str | None:
        """Return the answer once."""
        answer, self._answer = self._answer, None
        return answer

    def withdraw(self, reason: Unusable) -> None:
        """Refuse to go on: a script does not give a better answer the second time."""
        raise BadInput("The scripted operator's answer was not usable: {reason}", reason=reason)

    def _read(self, prompt: Prompted) -> str:
        if prompt.doubted and self._seen:
            return self._seen[-1]
        if self.look is None:
            raise BadInput(
                "The scripted operator cannot see what {instrument} shows: run it on a simulated "
                "bench, or use --operator console.",
                instrument=prompt.instrument,
            )
        seen = _written(self.look(prompt.instrument, prompt.quantity), prompt, self._eye)
        self._seen.append(seen)
        number = len(self._seen)
        if number not in self.mistakes:
            return seen
        if self.mistakes[number] is Mistake.CORRECTED:
            self._noticed.add(number)
        return made(self.mistakes[number], seen, prompt.resolution)

    def _reviewed(self, prompt: Prompted) -> str:
        """Return the first correction that is due: the readings under review are the last ones."""
        before = len(self._seen) - len(prompt.entered)
        for place, entered in enumerate(prompt.entered, start=1):
            number = before + place
            if number in self._noticed and entered.partition(" ")[0] != self._seen[number - 1]:
                return f"{place}={self._seen[number - 1]}"
        return "done"


def _written(sight: Seen, prompt: Prompted, eye: random.Random) -> str:
    """Return what somebody writes down who sees `sight`."""
    if math.isinf(sight.value):
        return OVERLOADED
    shown = sight.value / prompt.factor
    if prompt.resolution is None:
        return f"{Decimal(f'{shown + 0.0:.{SHOWN_DIGITS}g}'):f}"
    step = step_of(prompt.resolution)
    if sight.analogue:
        pointer = Decimal(shown) / step + Decimal(eye.uniform(-PARALLAX, PARALLAX))
        return f"{round(pointer) * step + 0:.{decimals(step)}f}"
    value = Decimal(f"{shown + 0.0:.{SHOWN_DIGITS}g}")
    return f"{value:.{max(decimals(value), decimals(step))}f}"


@dataclass
class ConsoleOperator:
    """A person at a plain terminal: the prompt is printed, a line is read."""

    name: str
    say: Translate
    input: TextIO = field(default_factory=lambda: sys.stdin)
    output: TextIO = field(default_factory=lambda: sys.stdout)
    _line: str | None = field(default=None, init=False)
    _reader: threading.Thread | None = field(default=None, init=False)
    _ended: bool = field(default=False, init=False)

    def ask(self, prompt: Prompted) -> None:
        """Print the question and read a line in the background."""
        self._line = None
        self._print(question(prompt, self.say), end="")
        self._read()

    def answer(self) -> str | None:
        """Return the line that was typed, once.

        Raises:
            BadInput: the terminal was closed; nobody can answer any more.
        """
        if self._ended:
            raise BadInput(
                "Standard input is closed: nobody answers. `station resume` takes the run up "
                "again; --operator inbox leaves the answers to the screens."
            )
        line, self._line = self._line, None
        return line

    def withdraw(self, reason: Unusable) -> None:
        """Say why, and read on if the question is still open."""
        self._print(reason.told(self.say))
        self._read()

    def _print(self, text: str, *, end: str = "\n") -> None:
        try:
            print(text, end=end, file=self.output, flush=True)
        except OSError as error:
            raise BadInput(
                "The terminal is gone: nobody sees the question. `station resume` takes the run "
                "up again."
            ) from error

    def _read(self) -> None:
        if self._reader is None or not self._reader.is_alive():
            self._reader = threading.Thread(target=self._read_line, daemon=True)
            self._reader.start()

    def _read_line(self) -> None:
        line = self.input.readline()
        self._ended = not line
        self._line = line.rstrip("\n")
