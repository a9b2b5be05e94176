"""The line of key hints of a run: only what a key would do now."""

from textual.widgets import Static

from station.locale import N_
from station.run.entries import PromptKind
from station.run.state import Status
from station.tui.parts.keys import fitting
from station.tui.parts.words import Speech
from station.tui.run.notice import deaf
from station.tui.run.points import Selected
from station.tui.runs.watch import RunSeen

Hint = tuple[str, str]

LAST = (("?", N_("help")), ("q", N_("back")))
TO_SEE = (("Enter", N_("budget")), ("w", N_("wires")))
ABANDONED = (("u", N_("take up")), ("a", N_("abort")))
TYPING = (("Enter", N_("send")), ("Tab", N_("to the commands")))


def hints(seen: RunSeen, selected: Selected, *, typing: bool) -> tuple[Hint, ...]:
    """Return keys and what they do, the most important first, without the last two.

    `typing` says that the keys go to the entry of an answer.
    """
    if typing:
        return TYPING
    if deaf(seen) is not None:
        found = (("f", N_("found/left")),) if seen.state.adjusted else ()
        return (*(() if seen.state.ended else ABANDONED), *found, *TO_SEE)
    taking_part = seen.state.taking_part
    removable = selected.dut in taking_part and len(taking_part) > 1
    return (
        *_prompt(seen),
        ("p", N_("go on") if seen.state.status is Status.PAUSED else N_("pause")),
        ("a", N_("abort")),
        *((("v", N_("void, retest")),) if selected.has_result else ()),
        *((("s", N_("leave out")),) if selected.is_open else ()),
        *((("r", N_("take out")),) if removable else ()),
        *((("f", N_("found/left")),) if seen.state.adjusted else ()),
        *((("n", N_("note")),) if selected.has_result or selected.is_open else ()),
        *((("g", N_("present")),) if selected.away else ()),
        *TO_SEE,
    )


def _prompt(seen: RunSeen) -> tuple[Hint, ...]:
    prompt = seen.state.prompt
    if seen.state.status is not Status.ASKING or prompt is None:
        return ()
    if prompt.wants is PromptKind.CONFIRM:
        return (("c", N_("done: go on")),)
    return (("Tab", N_("answer")),)


class Hints(Static):
    """One line."""

    def __init__(self, say: Speech) -> None:
        super().__init__(id="hints", markup=False)
        self._say = say

    def show(self, seen: RunSeen, selected: Selected, *, typing: bool) -> None:
        """Show the keys, if they are others than before."""
        shown = [self._hint(each) for each in hints(seen, selected, typing=typing)]
        last = [] if typing else [self._hint(each) for each in LAST]
        text = fitting(shown, last, self.size.width)
        if text != self.content:
            self.update(text, layout=False)

    def _hint(self, hint: Hint) -> str:
        key, does = hint
        return f"[{key}] {self._say(does)}"
