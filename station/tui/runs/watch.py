"""What the screens see of the store: journals folded row by row, never read twice."""

from collections import deque
from dataclasses import dataclass, field, replace
from math import inf

from pydantic import ValidationError

from station.clock import Clock
from station.errors import StationError, StoreFailed
from station.records import claims
from station.records.store import RunListed, Store
from station.run.entries import Answered, Declined, Entry
from station.run.journal import read
from station.run.live import LIVE_VIEW, SILENT_SECONDS, LiveView
from station.run.pace import left
from station.run.progress import progress
from station.run.state import RunState, fold
from station.tui.parts.words import Standing, item_of, standing

NEWEST_RUNS = 200
"""How many runs the list shows."""

FIRST_READS = 8
"""How many journals are read from their beginning in one look: the list fills within seconds."""

QUIET_SECONDS = 2.0
"""An engine that was not heard of for so long (s) may be gone: what it last said of the outputs is
no longer what is known of them."""

NEWS = 3
"""For how many entries something that was declined is worth saying."""


@dataclass(frozen=True, slots=True)
class RunSeen:
    """A run at one glance: its journal so far, whether its engine lives, what it shows.

    `quiet` says that the engine, if it lives, was not heard of for a while.
    `declined` is a request that was declined lately, `answered` the last answer, if there is one,
    `taken_back` the number of the last prompt that ended without one.
    """

    state: RunState
    alive: bool
    live: LiveView
    declined: Declined | None = None
    answered: Answered | None = None
    taken_back: int = 0
    quiet: bool = False

    @property
    def heard(self) -> bool:
        """Whether the engine is heard of: what it said last still holds."""
        return self.alive and not self.quiet


@dataclass
class RunWatch:
    """Follows the journal of one run."""

    store: Store
    run: str
    wall: Clock
    _state: RunState = field(default_factory=RunState, init=False)
    _answered: Answered | None = field(default=None, init=False)
    _taken_back: int = field(default=0, init=False)
    _newest: deque[Entry] = field(default_factory=lambda: deque(maxlen=NEWS), init=False)

    def look(self) -> RunSeen:
        """Read what is new.

        Raises:
            StoreFailed: the store does not answer, or holds an entry of a newer program.
            Tampered: a row is not what was written.
        """
        self.store.confirm_there()
        try:
            for row in read(self.store, self.run, after=self._state.length - 1):
                asked = self._state.prompt
                self._state = fold(self._state, row)
                self._newest.append(row.entry)
                if isinstance(row.entry, Answered):
                    self._answered = row.entry
                elif asked is not None and self._state.prompt is not asked:
                    self._taken_back = asked.prompt
            found = None if self._state.ended else claims.live(self.store, self.run)
            view = LIVE_VIEW.validate_json(found[2]) if found else LiveView()
        except ValidationError as error:
            raise StoreFailed(
                "Run {run}: entry {entry} is of a kind this program does not know. Use the "
                "program that wrote it.",
                run=self.run,
                entry=self._state.length,
            ) from error
        silent = self.wall.now().timestamp() - found[1] if found is not None else inf
        alive = silent <= SILENT_SECONDS
        declined = [entry for entry in self._newest if isinstance(entry, Declined)]
        last = declined[-1] if declined else None
        return RunSeen(
            self._state, alive, view, last, self._answered, self._taken_back,
            quiet=silent > QUIET_SECONDS,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run as one line of the list; `seconds_left` (s) is None where nothing is left to do."""

    id: str
    item: str
    procedure: str
    bench: str
    standing: Standing
    simulated: bool = False
    done: int = 0
    total: int = 0
    seconds_left: float | None = None
    verdict: str = ""


@dataclass
class RunsWatch:
    """Follows all runs of a store; an ended run is read once and remembered as its line."""

    store: Store
    wall: Clock
    _ended: dict[str, RunLine] = field(default_factory=dict, init=False)
    _followed: dict[str, RunWatch] = field(default_factory=dict, init=False)
    _lines: dict[str, tuple[RunState, RunLine]] = field(default_factory=dict, init=False)

    def look(self) -> tuple[RunLine, ...]:
        """Return the newest runs, the newest first.

        Raises:
            StoreFailed: the store does not answer.
        """
        self.store.confirm_there()
        begun = 0
        lines = []
        for listed in self.store.runs()[:NEWEST_RUNS]:
            if listed.id in self._ended:
                lines.append(self._ended[listed.id])
                continue
            if listed.id not in self._followed:
                begun += 1
                if begun > FIRST_READS:
                    lines.append(_unread(listed, Standing.UNREAD))
                    continue
                self._followed[listed.id] = RunWatch(self.store, listed.id, self.wall)
            lines.append(self._line(listed))
        return tuple(lines)

    def _line(self, listed: RunListed) -> RunLine:
        try:
            seen = self._followed[listed.id].look()
        except StoreFailed:
            raise
        except StationError:
            # One tampered journal must not hide the other runs; opening it says what is wrong.
            return _unread(listed, Standing.UNREADABLE)
        state, line = self._lines.get(listed.id, (None, None))
        if line is None or state is not seen.state:
            line = _line(listed, seen)
            self._lines[listed.id] = seen.state, line
        line = replace(line, standing=standing(seen.state, alive=seen.alive))
        if seen.state.ended:
            self._ended[listed.id] = line
            del self._followed[listed.id], self._lines[listed.id]
        return line


def _unread(listed: RunListed, how: Standing) -> RunLine:
    return RunLine(listed.id, listed.item, listed.procedure, listed.bench, how)


def _line(listed: RunListed, seen: RunSeen) -> RunLine:
    state = seen.state
    # The serial number first: it is what must not be cut in a narrow table.
    item = " ".join(reversed(item_of(state.begun))) if state.begun else listed.item
    done, total = progress(state)
    return RunLine(
        id=listed.id,
        item=item,
        procedure=listed.procedure,
        bench=listed.bench,
        standing=standing(state, alive=seen.alive),
        simulated=state.begun is not None and state.begun.simulated,
        done=done,
        total=total,
        seconds_left=None if state.ended else left(state).about,
        verdict=state.decisions.get(state.phase, ""),
    )
