"""The head of a run: what, real or simulated, how it stands, how far it is."""

from dataclasses import dataclass

from rich.text import Text
from textual.widgets import Static

from station.clock import Clock
from station.run.pace import Left
from station.run.plan import Phase
from station.run.state import RunState
from station.tui.parts.words import (
    PHASE,
    Speech,
    Standing,
    about,
    duration,
    item_of,
    progress_bar,
    standing,
    verdict_word,
)
from station.tui.run.look import RunLook
from station.tui.run.strip import strip
from station.tui.runs.watch import RunSeen

COUNTDOWN = 30
"""Cells of the bar of a wait, at most."""

BAR_ENDS = 24
"""Cells that the words beside the progress bar take."""


ALIKE = 1.25
"""Estimates that differ by less than this factor are told as one."""


@dataclass(frozen=True, slots=True)
class Waited:
    """How long (s) was waited since the last entry of the journal, as far as it was seen."""

    length: int = 0
    left: float | None = None
    seconds: float = 0.0

    def on(self, seen: RunSeen) -> "Waited":
        """Return it after one more look."""
        length, left = seen.state.length, seen.live.seconds_left
        if length != self.length:
            return Waited(length, left)
        if left is None or self.left is None:
            return Waited(length, left, self.seconds)
        return Waited(length, left, self.seconds + max(self.left - left, 0.0))


def between(left: Left, say: Speech) -> str:
    """Return a remaining time, as a range where it is not known well."""
    if left.most <= ALIKE * left.least or left.most - left.least < 60:
        return f"≈ {about(left.about, say)}"
    return f"≈ {about(left.least, say)} … {about(left.most, say)}"


class Head(Static):
    """Three lines; one more for outputs and ambient conditions, and one for what is waited for."""

    def __init__(self, run: str, wall: Clock, say: Speech) -> None:
        super().__init__(id="head", markup=False)
        self._run = run
        self._wall = wall
        self._say = say
        self._shown = Text()
        self._waited = Waited()
        self._longest = ("", 0.0)

    def show(self, look: RunLook) -> None:
        """Show it, if it looks different from before."""
        seen = look.seen
        self._waited = self._waited.on(seen)
        lines = [self._what(seen.state), self._how(look), self._how_far(look)]
        lines += filter(None, (strip(look, self._say),))
        if seen.alive and seen.live.waiting:
            lines.append(self._waiting(seen))
        text = Text("\n", no_wrap=True, overflow="ellipsis").join(lines)
        if text != self._shown:
            # Only another number of lines moves what is below.
            height = self._shown.plain.count("\n")
            self._shown = text
            self.update(text, layout=text.plain.count("\n") != height)

    def _what(self, state: RunState) -> Text:
        say, begun = self._say, state.begun
        if begun is None:
            return Text(self._run)
        title, serial = item_of(begun)
        real = say(" REAL INSTRUMENTS ")
        text = Text.assemble((say(" SIMULATED ") if begun.simulated else real, "reverse bold"))
        text.append(f" {say(title)}  {say('serial')} {serial}", "bold")
        return text.append(f"  {say(begun.title)}, {say('rev.')} {begun.revision}")

    def _how(self, look: RunLook) -> Text:
        say, seen, state = self._say, look.seen, look.seen.state
        how = standing(state, alive=seen.alive)
        text = Text.assemble((say(how.value), "bold"), f"  {say(PHASE[state.phase])}")
        decisions = state.decisions
        if verdict := verdict_word(decisions.get(state.phase, ""), say):
            text.append(f"  {verdict}", "bold")
        if state.phase is Phase.AS_LEFT and (found := decisions.get(Phase.AS_FOUND, "")):
            text.append(f"  ({say(PHASE[Phase.AS_FOUND])}: {verdict_word(found, say)})")
        text.append(f"  {say('elapsed')} {duration(self._elapsed(seen))}")
        if not state.ended and look.time_left.most:
            text.append(f"  {say('left')} {between(look.time_left, say)}")
        if how is not Standing.SILENT and not state.ended:
            # What can be missed goes last, where a narrow terminal cuts the line.
            text.append(f"  {say('engine alive') if seen.alive else say('no engine')}")
        return text

    def _how_far(self, look: RunLook) -> Text:
        done, total = look.done, look.total
        text = Text()
        width = max(self.size.width - BAR_ENDS, 10)
        share = 100 * done // total if total else 0
        points = self._say("{done}/{total} points").format(done=done, total=total)
        return text.append(f"{progress_bar(done, total, width)} {share:3} %  {points}")

    def _waiting(self, seen: RunSeen) -> Text:
        say, live = self._say, seen.live
        text = Text(f"{say('waiting')}: {say(live.waiting)}", "bold")
        if live.seconds_left is None:
            return text
        if live.at_most:
            return text.append(f"  {say('at most another')} {duration(live.seconds_left)}")
        text.append(f"  {say('left')} {duration(live.seconds_left)}  ")
        # What ends by itself can be counted down; at the first look the whole of it is left.
        if self._longest[0] != live.waiting or live.seconds_left > self._longest[1]:
            self._longest = (live.waiting, live.seconds_left)
        room = min(self.size.width - text.cell_len - 1, COUNTDOWN)
        share = live.seconds_left / (self._longest[1] or 1.0)
        left = round(share * room)
        return text.append("█" * left + "░" * (room - left)) if room > 0 else text

    def _elapsed(self, seen: RunSeen) -> float:
        state = seen.state
        if state.begun is None or state.first_at is None or state.last_at is None:
            return 0.0
        # A world in the engine's own process may keep a time of its own: its journal knows it.
        ticking = seen.alive and not state.begun.in_process
        until = self._wall.now() if ticking else state.last_at
        elapsed = (until - state.first_at).total_seconds()
        # Nothing is written during a wait: what it has got shorter by has passed.
        return elapsed if ticking else elapsed + self._waited.seconds
