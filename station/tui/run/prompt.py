"""The panel that shows what the run asks for, and takes the answer."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Input, Static

from station.errors import BadInput
from station.locale import N_
from station.run.asking import HIGH_VOLTS
from station.run.entries import Answered, Prompted, PromptKind, RunBegun
from station.run.operator import checked
from station.run.second_look import step_of
from station.tui.keystrokes import NewlyAsked
from station.tui.parts.numbers import as_typed, plain, quantity
from station.tui.parts.words import Speech
from station.tui.run.hookup import draw

CHARACTERS = {
    PromptKind.NUMBER: r"[0-9+\-.,eE]*",
    PromptKind.READ: r"[0-9+\-.,eEoOlL]*",
    PromptKind.REVIEW: r"[0-9+\-.,eE= ]*",
}
"""What can be typed where a number is asked for; a reading may be OL, overload."""

MOST_IN_COLUMN = 4
"""As many entries to be reviewed stand below each other; more of them side by side."""

HOW = {
    PromptKind.CONFIRM: N_("Press c when it is done."),
    PromptKind.NUMBER: N_("Type the number, then Enter."),
    PromptKind.YES_NO: N_("Type y or n, then Enter."),
    PromptKind.READ: N_("Type what is shown, then Enter; OL for overload."),
    PromptKind.REVIEW: N_("Enter alone if all are right. ↑ ↓ choose one: then type it anew."),
}

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
        self.query_one("#refusal", Static).update("")
        if prompt is not None:
            self.app.post_message(NewlyAsked())
            self.query_one("#question", Static).update(self._question(prompt))
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
        self.query_one("#question", Static).update(self._question(prompt))

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
            refusal = f"✗ {self._refusal(self._prompt, typed.strip())}"
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

    def _question(self, prompt: Prompted) -> Text:
        text = self._warning(prompt).append(f"? {self._say(prompt.text)}", "bold")
        if prompt.wants is PromptKind.NUMBER:
            text.append(f"  ({self._range(prompt)})", "not bold")
        for line in self._circumstances(prompt):
            text.append(f"\n{line}", "not bold")
        if prompt.doubts:
            text.append_text(self._doubts(prompt))
        if prompt.wires:
            text.append("\n").append_text(draw(prompt.wires, self._say))
        if prompt.leads:
            text.append(f"\n{self._say('Leads')}: {self._say(prompt.leads)}", "not bold")
        return text.append(f"\n{self._say(HOW[prompt.wants])}", "not bold")

    def _circumstances(self, prompt: Prompted) -> Iterator[str]:
        """Yield what a person must know to answer; the expected value would lead the eye."""
        say = self._say
        serial = self._serials.get(prompt.instrument, "")
        number = f"{say('serial')} {serial}" if serial else ""
        # Of a reading, the serial number is the first thing that it is said to be about.
        first, _, rest = prompt.about.partition(", ")
        about = rest if serial and first == serial else prompt.told_about(say)
        of = (prompt.instrument, number, say(prompt.quantity), about)
        if any(of):
            yield "  ".join(filter(None, of))
        if prompt.wants is PromptKind.READ:
            unit = f"{say('Unit')}: {prompt.unit}"
            if prompt.resolution is not None:
                step = as_typed(f"{step_of(prompt.resolution):f}", say.notation)
                unit += f"   {say('Resolution')}: {step} {prompt.unit}"
            yield unit
        if prompt.seen:
            yield f"{say('The simulated display shows')}: {as_typed(prompt.seen, say.notation)}"
        entries = [
            f"{'▸' if number == self._row else ' '}{number:>2}  {as_typed(entered, say.notation)}"
            for number, entered in enumerate(prompt.entered, start=1)
        ]
        # Many of them in a column would push the answer out of sight.
        if entries:
            yield ("\n" if len(entries) <= MOST_IN_COLUMN else "   ").join(entries)

    def _doubts(self, prompt: Prompted) -> Text:
        say, text = self._say, Text("\n")
        if prompt.doubted:
            entered = as_typed(prompt.doubted, say.notation)
            look = f"{say('Please look again. Entered')}: {entered} {prompt.unit}"
            text.append(f" {look} ".rstrip() + " ", "bold reverse")
            text.append("\n")
        text.append("\n".join(f"• {say(doubt)}" for doubt in prompt.doubts), "bold")
        if prompt.doubted:
            text.append(f"\n{say('The same entry once more stands.')}", "not bold")
        return text

    def _warning(self, prompt: Prompted) -> Text:
        if prompt.highest_volts <= HIGH_VOLTS:
            return Text()
        volts = quantity(prompt.highest_volts, "V", self._say.notation)
        warning = self._say("⚠ HIGH VOLTAGE: up to {volts} on these leads").format(volts=volts)
        return Text.assemble((f" {warning} ", "bold reverse red"), "\n")

    def _refusal(self, prompt: Prompted, typed: str) -> str:
        if prompt.wants is PromptKind.YES_NO:
            return self._say("{typed} is neither yes nor no.").format(typed=repr(typed))
        if prompt.wants is PromptKind.READ:
            text = self._say("{typed} is not a number. Give what is shown, or OL for overload.")
            return text.format(typed=repr(typed))
        if prompt.wants is PromptKind.REVIEW:
            text = self._say("{typed} corrects none of the {count} readings: 2=5.03, for example.")
            return text.format(typed=repr(typed), count=len(prompt.entered))
        text = self._say("{typed} is not a number within {range}. Look again.")
        return text.format(typed=repr(typed), range=self._range(prompt))

    def _range(self, prompt: Prompted) -> str:
        if prompt.low is None or prompt.high is None:
            return prompt.unit
        low, high = (plain(limit, self._say.notation) for limit in (prompt.low, prompt.high))
        return f"{low} … {high} {prompt.unit}"
