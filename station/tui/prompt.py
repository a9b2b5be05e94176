"""The panel that shows what the run asks for, and takes the answer."""

from dataclasses import dataclass

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Input, Static

from station.errors import BadInput
from station.locale import N_
from station.run.entries import Prompted, PromptKind
from station.run.operator import checked
from station.tui.hookup import draw
from station.tui.numbers import plain
from station.tui.words import Speech

NUMBER_CHARACTERS = frozenset("0123456789+-.,eE")

HOW = {
    PromptKind.CONFIRM: N_("Press c when it is done."),
    PromptKind.NUMBER: N_("Type the number, then Enter."),
    PromptKind.YES_NO: N_("Type y or n, then Enter."),
}


class AnswerEntry(Input):
    """An entry that lets the keys of commands pass while a number is asked for."""

    number_wanted = False

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """Return whether the entry takes the key; Textual asks before it tries the bindings."""
        passes = self.number_wanted and character not in NUMBER_CHARACTERS
        return not passes and super().check_consume_key(key, character)

    def on_key(self, event: events.Key) -> None:
        """Leave a key that the entry does not take to the screen."""
        if event.is_printable and not self.check_consume_key(event.key, event.character):
            event.prevent_default()


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
        self.can_focus = False

    def compose(self) -> ComposeResult:
        """Lay the panel out."""
        yield Static(id="question", markup=False)
        yield AnswerEntry(id="answer", compact=True)
        yield Static(id="refusal", markup=False)

    def show(self, prompt: Prompted | None) -> bool:
        """Show `prompt`; return whether it is another one than before."""
        if prompt == self._prompt:
            return False
        self._prompt = prompt
        self.query_one("#refusal", Static).update("")
        if prompt is not None:
            self.query_one("#question", Static).update(self._question(prompt))
            entry = self.query_one(AnswerEntry)
            entry.value = ""
            entry.placeholder = f"▁▁▁▁▁▁▁▁ {prompt.unit}"
            entry.display = prompt.wants is not PromptKind.CONFIRM
            entry.number_wanted = prompt.wants is PromptKind.NUMBER
            if entry.display:
                entry.focus()
        return True

    def confirm(self) -> None:
        """Answer a prompt that only wants to be confirmed."""
        if self._prompt is not None and self._prompt.wants is PromptKind.CONFIRM:
            self._give("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take what was typed."""
        event.stop()
        self._give(event.value)

    def _give(self, typed: str) -> None:
        if self._prompt is None:
            return
        try:
            value = checked(self._prompt, typed)
        except BadInput:
            refusal = f"✗ {self._refusal(self._prompt, typed.strip())}"
            self.query_one("#refusal", Static).update(Text(refusal, "bold red"))
            return
        self.query_one("#refusal", Static).update(self._say("Answer sent; the engine takes it."))
        self.post_message(self.Given(self._prompt, value))

    def _question(self, prompt: Prompted) -> Text:
        text = Text(f"? {self._say(prompt.text)}", "bold")
        if prompt.wants is PromptKind.NUMBER:
            text.append(f"  ({self._range(prompt)})", "not bold")
        if prompt.wires:
            text.append("\n").append_text(draw(prompt.wires, self._say))
        if prompt.leads:
            text.append(f"\n{self._say('Leads')}: {self._say(prompt.leads)}", "not bold")
        return text.append(f"\n{self._say(HOW[prompt.wants])}", "not bold")

    def _refusal(self, prompt: Prompted, typed: str) -> str:
        if prompt.wants is PromptKind.YES_NO:
            return self._say("{typed} is neither yes nor no.").format(typed=repr(typed))
        text = self._say("{typed} is not a number within {range}. Look again.")
        return text.format(typed=repr(typed), range=self._range(prompt))

    def _range(self, prompt: Prompted) -> str:
        if prompt.low is None or prompt.high is None:
            return prompt.unit
        low, high = (plain(limit, self._say.notation) for limit in (prompt.low, prompt.high))
        return f"{low} … {high} {prompt.unit}"
