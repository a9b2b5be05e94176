"""The line above the key hints: what is wrong, what was declined, what was just sent."""

from textual.widgets import Static

from station.errors import StationError
from station.locale import N_
from station.run.entries import Answered, Declined
from station.run.state import RunState, Status
from station.tui.parts.numbers import as_typed
from station.tui.parts.words import Speech, point_name
from station.tui.run.look import course_of
from station.tui.run.strip import Terminals, terminals
from station.tui.runs.watch import RunSeen

SILENT = N_(
    "⚠ The engine ended without a word. Its guardian is to put the outputs to standby within 2 s, "
    "which nobody has written down: look at them before you touch a lead."
)

KEPT = N_(
    "Nobody takes the answer: the engine is gone. Your entry is kept: Tab, then u takes the run "
    "up, and it is asked for again."
)
DONE = N_("■ Done: all is measured. 4 opens Results, to review, approve and issue.")


class Notice(Static):
    """As high as what it says; nothing to say, no line."""

    def __init__(self, say: Speech) -> None:
        super().__init__(id="notice", markup=False)
        self._say = say
        self._standing: tuple[str, ...] = ()
        self._word = ""
        self._kept = ""

    def show(self, seen: RunSeen, trouble: StationError | None) -> None:
        """Show what stands: a store that fails, outputs that may be live, a fault."""
        state, lines = seen.state, []
        if trouble is not None:
            lines.append(f"✗ {trouble.told(self._say)}")
        if state.unsafe:
            named = "; ".join(each.told(self._say) for each in state.unsafe)
            lines.append(self._say("⚠ OUTPUTS MAY BE LIVE: {named}").format(named=named))
        if (word := seen.live.guardian) is not None and word.failures:
            named = "; ".join(word.failures)
            lines.append(self._say("⚠ OUTPUTS MAY BE LIVE: {named}").format(named=named))
        if state.fault is not None:
            lines.append(f"✗ {state.fault.told(self._say)}")
        if not seen.alive and terminals(seen) is Terminals.UNKNOWN:
            lines.append(self._say(SILENT))
        if state.begun is not None and not (seen.alive or state.ended):
            how = self._say("u takes the run up again; elsewhere: `station resume {run}`.")
            lines.append(how.format(run=state.begun.run))
        if state.status is Status.FINISHED:
            lines.append(self._say(DONE))
        if seen.declined is not None and (said := self._declined(seen.declined, state)):
            lines += [said] if said != self._kept else []
        self._standing = tuple(lines)
        self._refresh_text()

    def word(self, text: str) -> None:
        """Say `text` (already in the reader's language) until the next word."""
        self._word = text
        self._kept = "" if text else self._kept
        self._refresh_text()

    def answered_first(self, answered: Answered) -> None:
        """Say who was faster, until somebody here does something."""
        say, value = self._say, as_typed(answered.value, self._say.notation)
        words = say("{by} answered first: {value}") if value else say("{by} answered first.")
        self._kept = f"✓ {words.format(by=answered.by, value=value)}"
        self._refresh_text()

    def declined_here(self, declined: Declined, state: RunState) -> None:
        """Say what was declined of whoever sits here, until they do something."""
        self._kept = self._declined(declined, state)
        self._refresh_text()

    def _declined(self, declined: Declined, state: RunState) -> str:
        # "void dc-voltage/1/1": what was asked for, and of what.
        what, _, of = declined.what.partition(" ")
        text = self._say("✗ Declined, asked for by {by}: {what}. {reason}.")
        planned = course_of(state.begun).by_id.get(of) if state.begun else None
        of = point_name(planned, self._say) if planned else of
        what = f"{self._say(what)} {of}".rstrip()
        return text.format(by=declined.by, what=what, reason=declined.told(self._say))

    def _refresh_text(self) -> None:
        text = "\n".join(filter(None, (*self._standing, self._kept, self._word)))
        if text != self.content:
            self.update(text)


def deaf(seen: RunSeen) -> str | None:
    """Return why nothing can be sent to the run's engine, or None."""
    if seen.state.ended:
        return N_("The run has ended; nothing can be sent to it.")
    if not seen.alive:
        return N_("No engine carries this run out. u takes it up again, a ends it for good.")
    return None
