"""PyMeasure's drivers as ours: what they say goes through one of our dialogues.

So it is traced, recorded, has a deadline, and a session in which anything failed is not trusted
again, like anything else that goes over a wire. `docs/drivers.md` shows how a laboratory makes
one of PyMeasure's two hundred instruments play a role at a bench.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pymeasure.adapters import Adapter

from drivers.capabilities import Reading
from drivers.dialogue import Dialogue
from drivers.errors import InstrumentRefused, NotConfigured, Overload, UnexpectedReply

OVERLOAD = 9.9e37
"""What SCPI instruments send beyond the range (SCPI-1999; from memory, unverified)."""


def asks(command: str) -> bool:
    """Return whether a SCPI message is answered."""
    return "?" in command


class DialogueAdapter(Adapter):  # type: ignore[misc]  # PyMeasure has no types
    """What a PyMeasure driver takes for its connection.

    PyMeasure writes a question and reads the reply in two steps; here they are one exchange, at
    the moment of reading. Binary transfers are not supported.

    Attributes:
        reply: the last reply, as it came.
        timeout: of a question (s); None for the dialogue's own.
    """

    def __init__(self, dialogue: Dialogue, is_question: Callable[[str], bool] = asks) -> None:
        super().__init__()
        self.reply = ""
        self.timeout: float | None = None
        self._dialogue, self._is_question = dialogue, is_question
        self._question: str | None = None

    def flush_read_buffer(self) -> None:
        """Forget a question that was not read."""
        self._question = None

    def _write(self, command: str, **_: Any) -> None:
        if self._question is not None:
            self._read()  # it was asked: its reply must not be taken for another one's
        if self._is_question(command):
            self._question = command
        else:
            self._dialogue.tell(command)

    def _read(self, **_: Any) -> str:
        question, self._question = self._question, None
        if question is None:
            advice = "The PyMeasure driver needs another `is_question`"
            raise UnexpectedReply(self._dialogue.name, "", "a reply to no question", advice)
        self.reply = self._dialogue.ask(question, timeout=self.timeout)
        return self.reply


@contextmanager
def refusals(dialogue: Dialogue) -> Iterator[None]:
    """Make the ValueError of a PyMeasure driver that will not send a value a refusal of ours.

    Raises:
        InstrumentRefused: instead of ValueError.
    """
    try:
        yield
    except ValueError as error:
        raise InstrumentRefused(dialogue.name, "(PyMeasure)", f"not sent: {error}") from error


def configured(dialogue: Dialogue) -> None:
    """Make sure that the function was configured in the present session.

    Raises:
        NotConfigured: it was not (`dialogue.setup` is None): a reading would be of anything.
    """
    if dialogue.setup is None:
        said = "no function is configured since the session began"
        raise NotConfigured(dialogue.name, "(PyMeasure)", said, "Configure it before reading")


def reading(dialogue: Dialogue, adapter: DialogueAdapter, value: object) -> Reading:
    """Return what a PyMeasure property gave, with the reply it came from.

    Raises:
        UnexpectedReply: it is no number: PyMeasure passes on what it cannot convert.
        Overload: it is the mark of a reading beyond the range.
    """
    if not isinstance(value, float) or not math.isfinite(value):
        raise dialogue.distrust("(PyMeasure)", adapter.reply, "Expected one number")
    if abs(value) >= OVERLOAD:
        advice = "Check the range, the connections and the source"
        raise Overload(dialogue.name, "(PyMeasure)", adapter.reply, advice)
    return Reading(value, adapter.reply)
