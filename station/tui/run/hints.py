"""The line of key hints of a run: only what a key would do now."""

from textual.widgets import Static

from station.locale import N_
from station.run.entries import PromptKind
from station.run.state import Status
from station.tui.parts.words import Speech, key_hints
from station.tui.run.notice import deaf
from station.tui.runs.watch import RunSeen

Hint = tuple[str, str]

ALWAYS = (("Enter", N_("budget")), ("?", N_("help")), ("q", N_("back")))
TYPING = (("Enter", N_("send")), ("Tab", N_("to the commands")))


def hints(
    seen: RunSeen, *, typing: bool, has_result: bool, dut: str | None = None
) -> tuple[Hint, ...]:
    """Return keys and what they do.

    Args:
        seen: the run.
        typing: whether the keys go to the entry of an answer.
        has_result: whether the selected point has a result.
        dut: the selected item of several.
    """
    if typing:
        return TYPING
    if deaf(seen) is not None:
        return ALWAYS
    prompt = _prompt(seen)
    # Beside a prompt the line has no room for what can wait.
    rest = ALWAYS[1:] if prompt else ALWAYS
    commands = _commands(seen, has_result=has_result)
    taking_part = seen.state.taking_part
    if dut in taking_part and len(taking_part) > 1:
        commands = (*commands, ("r", N_("take out")))
    return (*prompt, *commands, *rest)


def _prompt(seen: RunSeen) -> tuple[Hint, ...]:
    prompt = seen.state.prompt
    if seen.state.status is not Status.ASKING or prompt is None:
        return ()
    if prompt.wants is PromptKind.CONFIRM:
        return (("c", N_("done: go on")),)
    return (("Tab", N_("answer")),)


def _commands(seen: RunSeen, *, has_result: bool) -> tuple[Hint, ...]:
    paused = seen.state.status is Status.PAUSED
    void = (("v", N_("void, retest")),) if has_result else ()
    return (("p", N_("go on") if paused else N_("pause")), ("a", N_("abort")), *void)


class Hints(Static):
    """One line."""

    def __init__(self, say: Speech) -> None:
        super().__init__(id="hints", markup=False)
        self._say = say

    def show(
        self, seen: RunSeen, *, typing: bool, has_result: bool, dut: str | None = None
    ) -> None:
        """Show the keys, if they are others than before."""
        text = key_hints(hints(seen, typing=typing, has_result=has_result, dut=dut), self._say)
        if text != self.content:
            self.update(text)
