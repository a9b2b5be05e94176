"""What a run asks for, as text: the request, what it is about, the hookup, what is doubtful."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.text import Text

from station.locale import N_
from station.roles import role_words
from station.run.asking import HIGH_VOLTS, STRIKING, WHY_STRIKING
from station.run.entries import Prompted, PromptKind
from station.run.second_look import step_of
from station.tui.parts.numbers import as_typed, plain, quantity
from station.tui.parts.words import Speech, point_name
from station.tui.run.hookup import draw
from station.tui.run.look import Planned

MOST_IN_COLUMN = 4
"""As many entries to be reviewed stand below each other; more of them side by side."""

HOW = {
    PromptKind.CONFIRM: N_("Press c when it is done."),
    PromptKind.NUMBER: N_("Type the number, then Enter."),
    PromptKind.YES_NO: N_("Type y or n, then Enter."),
    PromptKind.READ: N_("Type what is shown, then Enter; OL for overload."),
    PromptKind.REVIEW: N_("Enter alone if all are right. ↑ ↓ choose one: then type it anew."),
}


@dataclass(frozen=True, slots=True)
class Question:
    """A prompt for whoever is to answer it.

    Attributes:
        serials: serial numbers by role.
        points: what the run does, by its id.
        row: the entry that was chosen to be corrected, from 1; 0 for none.
    """

    prompt: Prompted
    serials: Mapping[str, str]
    points: Mapping[str, Planned]
    row: int
    say: Speech

    def text(self) -> Text:
        """Return what is asked for, with all that a person must know to answer."""
        prompt = self.prompt
        text = self._warning().append(f"? {self.say(prompt.text)}", "bold")
        if prompt.wants is PromptKind.NUMBER:
            text.append(f"  ({self._range()})", "not bold")
        for line in self._circumstances():
            text.append(f"\n{line}", "not bold")
        if prompt.doubts:
            text.append_text(self._doubts())
        if prompt.wires:
            text.append("\n").append_text(draw(prompt.wires, self.say))
        if prompt.leads:
            text.append(f"\n{self.say('Leads')}: {self.say(prompt.leads)}", "not bold")
        return text.append(f"\n{self.say(HOW[prompt.wants])}", "not bold")

    def _circumstances(self) -> Iterator[str]:
        """Yield what a person must know to answer; the expected value would lead the eye."""
        say, prompt = self.say, self.prompt
        serial = self.serials.get(prompt.instrument, "")
        number = f"{say('serial')} {serial}" if serial else ""
        # Of a reading, the serial number is the first thing that it is said to be about.
        first, _, rest = prompt.about.partition(", ")
        about = rest if serial and first == serial else self._about()
        of = (role_words(prompt.instrument, say), number, say(prompt.quantity), about)
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
            f"{'▸' if number == self.row else ' '}{number:>2}"
            f"{STRIKING if number in prompt.striking else ' '} {as_typed(entered, say.notation)}"
            for number, entered in enumerate(prompt.entered, start=1)
        ]
        # Many of them in a column would push the answer out of sight.
        if entries:
            yield ("\n" if len(entries) <= MOST_IN_COLUMN else "   ").join(entries)
        if prompt.striking:
            yield f"{STRIKING} {say(WHY_STRIKING)}"

    def _about(self) -> str:
        """Return what it is about; a point, which may be of some items only, in words."""
        about = self.prompt.told_about(self.say)
        point, colon, whose = about.partition(": ")
        planned = self.points.get(point)
        return f"{point_name(planned, self.say)}{colon}{whose}" if planned else about

    def _doubts(self) -> Text:
        say, prompt, text = self.say, self.prompt, Text("\n")
        if prompt.doubted:
            entered = as_typed(prompt.doubted, say.notation)
            look = f"{say('Please look again. Entered')}: {entered} {prompt.unit}"
            text.append(f" {look} ".rstrip() + " ", "bold reverse")
            text.append("\n")
        text.append("\n".join(f"• {say(doubt)}" for doubt in prompt.doubts), "bold")
        if prompt.doubted:
            text.append(f"\n{say('The same entry once more stands.')}", "not bold")
        return text

    def _warning(self) -> Text:
        prompt = self.prompt
        if prompt.highest_volts <= HIGH_VOLTS:
            return Text()
        volts = quantity(prompt.highest_volts, "V", self.say.notation)
        warning = self.say("⚠ HIGH VOLTAGE: up to {volts} on these leads").format(volts=volts)
        return Text.assemble((f" {warning} ", "bold reverse red"), "\n")

    def refusal(self, typed: str) -> str:
        """Return why what was typed is no answer."""
        prompt = self.prompt
        if prompt.wants is PromptKind.YES_NO:
            return self.say("{typed} is neither yes nor no.").format(typed=repr(typed))
        if prompt.wants is PromptKind.READ:
            text = self.say("{typed} is not a number. Give what is shown, or OL for overload.")
            return text.format(typed=repr(typed))
        if prompt.wants is PromptKind.REVIEW:
            text = self.say("{typed} corrects none of the {count} readings: 2=5.03, for example.")
            return text.format(typed=repr(typed), count=len(prompt.entered))
        text = self.say("{typed} is not a number within {range}. Look again.")
        return text.format(typed=repr(typed), range=self._range())

    def _range(self) -> str:
        prompt = self.prompt
        if prompt.low is None or prompt.high is None:
            return prompt.unit
        low, high = (plain(limit, self.say.notation) for limit in (prompt.low, prompt.high))
        return f"{low} … {high} {prompt.unit}"
