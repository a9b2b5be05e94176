"""The panel that shows what the run asks for, and takes the answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Input, Static

from station.errors import BadInput
from station.locale import N_
from station.run.entries import Answered, Prompted, PromptKind, RunBegun
from station.run.operator import checked
from station.tui.keystrokes import NewlyAsked
from station.tui.parts.words import Speech
from station.tui.run.look import Planned, course_of
from station.tui.run.question import Question

CHARACTERS = {
    PromptKind.NUMBER: r"[0-9+\-.,eE]*",
    PromptKind.READ: r"[0-9+\-.,eEoOlL]*",
    PromptKind.REVIEW: r"[0-9+\-.,eE= ]*",
}
"""What can be typed where a number is asked for; a reading may be OL, overload."""

AGAIN = N_("Your entry from before it was interrupted. Look again; Enter sends it.")


class AnswerEntry(Input):
    """An entry that keeps every printable key to itself: typing is never a command."""

    class Restricted(Message):
        """What was typed or pasted is not of a number, and was not taken."""

    def restricted(self) -> None:
        """Say so; Textual calls this instead of taking the character."""
        self.post_message(self.Restricted())


class PromptPanel(VerticalScroll):
    """What is asked for, the hookup drawn, and the entry of the answer."""

    @dataclass
    class Given(Message):
        """A usable answer was given."""

        prompt: Prompted
        value: str

    def __init__(self, say: Speech) -> None:
        super().__init__(id="prompt")
        self._say = say
        self._prompt: Prompted | None = None
        self._row = 0
        self._given: tuple[int, str] | None = None
        self._typed: tuple[Prompted, str] | None = None
        self._serials: dict[str, str] = {}
        self._points: Mapping[str, Planned] = {}
        self.can_focus = False

    def compose(self) -> ComposeResult:
        """Lay the panel out."""
        yield Static(id="question", markup=False)
        yield AnswerEntry(id="answer", compact=True)
        yield Static(id="refusal", markup=False)

    def show(
        self, prompt: Prompted | None, begun: RunBegun | None = None, taken_back: int = 0
    ) -> bool:
        """Show `prompt`; return whether it is another one than before.

        `begun` tells the serial numbers of the instruments it is about, `taken_back` which prompt
        ended last without an answer: what was typed for it is still there when it comes again.
        """
        if prompt == self._prompt:
            return False
        if self._prompt is not None and (typed := self.query_one(AnswerEntry).value):
            self._typed = self._prompt, typed
        self._prompt, self._row = prompt, 0
        self._serials = {i.role: i.serial for i in begun.instruments} if begun else {}
        self._points = course_of(begun).by_id if begun else {}
        self.query_one("#refusal", Static).update("")
        if prompt is not None:
            self.app.post_message(NewlyAsked())
            self.query_one("#question", Static).update(self._question(prompt).text())
            entry = self.query_one(AnswerEntry)
            entry.value = self._kept(prompt, taken_back)
            entry.placeholder = f"▁▁▁▁▁▁▁▁ {prompt.unit}"
            entry.display = prompt.wants is not PromptKind.CONFIRM
            entry.restrict = CHARACTERS.get(prompt.wants)
            if entry.display:
                entry.focus()
            if entry.value:
                entry.select_all()
                self.tell(self._say(AGAIN))
        return True

    def _kept(self, prompt: Prompted, taken_back: int) -> str:
        """Return what was typed when the same was asked in vain."""
        if self._typed is None:
            return ""
        before, typed = self._typed
        same = prompt == before.model_copy(update={"prompt": prompt.prompt})
        return typed if same and before.prompt == taken_back else ""

    def confirm(self) -> None:
        """Answer a prompt that only wants to be confirmed."""
        if self._prompt is not None and self._prompt.wants is PromptKind.CONFIRM:
            self._give("")

    def on_answer_entry_restricted(self) -> None:
        """Say what a number is made of, and where the commands are."""
        self.tell(self._say("Only digits, a sign, a point or comma, and e. Tab: to the commands."))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take what was typed."""
        event.stop()
        self._give(event.value)

    def on_key(self, event: events.Key) -> None:
        """Choose the entry that is to be corrected."""
        prompt, step = self._prompt, {"up": -1, "down": 1}.get(event.key)
        if prompt is None or prompt.wants is not PromptKind.REVIEW or step is None:
            return
        event.stop()
        # Without any chosen yet, up begins at the last one.
        count = len(prompt.entered)
        self._row = (self._row - 1 + step) % count + 1 if self._row else (1, count)[step < 0]
        self.query_one("#question", Static).update(self._question(prompt).text())

    def sent(self, given: Given) -> None:
        """Say that an answer is on its way to the engine."""
        self._given = (given.prompt.prompt, given.value)
        self.tell(self._say("Answer sent; the engine takes it."))

    def was_first(self, answered: Answered) -> bool:
        """Return whether an answer to what is asked for here was given somewhere else."""
        asked = self._prompt is not None and self._prompt.prompt == answered.prompt
        return asked and self._given != (answered.prompt, answered.value)

    def _give(self, typed: str) -> None:
        if self._prompt is None:
            return
        if self._row and typed.strip() and "=" not in typed:
            typed = f"{self._row}={typed}"
        try:
            value = checked(self._prompt, typed)
        except BadInput:
            refusal = f"✗ {self._question(self._prompt).refusal(typed.strip())}"
            self.tell(Text(refusal, "bold red"))
        else:
            self.tell("")
            self.post_message(self.Given(self._prompt, value))
        # What is typed next is another answer, not the rest of this one.
        self.query_one(AnswerEntry).select_all()

    def tell(self, text: str | Text) -> None:
        """Say what became of what was typed, where it can be seen."""
        refusal = self.query_one("#refusal", Static)
        refusal.update(text)
        self.call_after_refresh(refusal.scroll_visible, animate=False)

    def _question(self, prompt: Prompted) -> Question:
        return Question(prompt, self._serials, self._points, self._row, self._say)
