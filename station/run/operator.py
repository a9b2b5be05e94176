"""Who answers the run's prompts: a person at the console, a script at the simulated bench."""

import re
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, TextIO

from station.errors import BadInput
from station.locale import Translate
from station.run.entries import Prompted, PromptKind

HIGH_VOLTS = 33.0
"""Above it (V) a person is warned, as by a calibrator's HIVOLT bit (5500A manual, fig. 5-11)."""

YES = ("y", "yes", "c", "có")
NO = ("n", "no", "k", "không")
NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,2})?", re.ASCII)


class Operator(Protocol):
    """Somebody who is asked, and some time later has answered."""

    name: str

    def ask(self, prompt: Prompted) -> None:
        """Put the question; returns at once."""
        ...

    def answer(self) -> str | None:
        """Return the answer as it was given, or None while there is none."""
        ...

    def withdraw(self, reason: str) -> None:
        """The question is no longer open, or its answer was not usable: `reason` says which."""
        ...


def checked(prompt: Prompted, answer: str) -> str:
    """Return `answer` in the form that is journalled; a number may have a decimal comma.

    Raises:
        BadInput: it is not an answer to `prompt`.
    """
    text = answer.strip()
    if prompt.wants is PromptKind.CONFIRM:
        if text.lower() not in ("", "done", *YES):
            raise BadInput(f"{answer!r} is not a confirmation. Press Enter alone when it is done.")
        return "done"
    if prompt.wants is PromptKind.YES_NO:
        if text.lower() in YES:
            return "yes"
        if text.lower() in NO:
            return "no"
        raise BadInput(f"{answer!r} is neither yes nor no. Answer y or n.")
    if not NUMBER.fullmatch(text):
        raise BadInput(f"{answer!r} is not a number. Give one in {prompt.unit}.")
    value = float(text.replace(",", "."))
    low, high = prompt.low, prompt.high
    if low is not None and high is not None and not low <= value <= high:
        raise BadInput(f"{text} {prompt.unit} is not between {low:g} and {high:g}. Look again.")
    return repr(value)


@dataclass
class InboxOperator:
    """A person at a screen: every answer comes through the run's inbox."""

    name: str

    def ask(self, prompt: Prompted) -> None:
        """Do nothing: the screen reads the prompt in the journal."""

    def answer(self) -> str | None:
        """Return None: answers come through the inbox."""
        return None

    def withdraw(self, reason: str) -> None:
        """Do nothing: the screen reads the journal."""


@dataclass
class ScriptedOperator:
    """Answers at once, at a simulated bench: confirms, and knows the ambient conditions.

    Attributes:
        numbers: answers to prompts for a number, by unit.
    """

    name: str
    numbers: Mapping[str, float]
    _answer: str | None = field(default=None, init=False)

    def ask(self, prompt: Prompted) -> None:
        """Have the answer ready."""
        wants_number = prompt.wants is PromptKind.NUMBER
        self._answer = repr(self.numbers[prompt.unit]) if wants_number else "yes"

    def answer(self) -> str | None:
        """Return the answer once."""
        answer, self._answer = self._answer, None
        return answer

    def withdraw(self, reason: str) -> None:
        """Refuse to go on: a script does not give a better answer the second time."""
        raise BadInput(f"The scripted operator's answer was not usable: {reason}")


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
        lines = [self.say(prompt.text)]
        lines += [f"  {w.from_end} ── {self.say(w.colour)} ── {w.to_end}" for w in prompt.wires]
        if prompt.highest_volts > HIGH_VOLTS:
            lines.append(f"  {self.say('HIGH VOLTAGE')}: {prompt.highest_volts:g} V")
        if prompt.leads:
            lines.append(f"  {self.say('Leads')}: {self.say(prompt.leads)}")
        hint = {
            PromptKind.CONFIRM: self.say("Enter when done"),
            PromptKind.YES_NO: self.say("y or n"),
            PromptKind.NUMBER: f"{prompt.unit}",
        }[prompt.wants]
        self._print("\n".join([*lines, f"[{hint}] "]), end="")
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

    def withdraw(self, reason: str) -> None:
        """Say why, and read on if the question is still open."""
        self._print(reason)
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
