"""What goes over the wires in a run: what is written down, and what its engine shows."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from station.records import claims
from station.records.store import Store
from station.run.entries import RunBegun, WireExchange
from station.run.journal import read
from station.run.live import LIVE_VIEW, LiveView
from station.tui.run.look import Planned, course_of

NEWEST = 20_000
"""How many exchanges are shown; a point's page has all of its own."""

OVERLAP = 200
"""So many of the newest are looked through for what the engine shows again."""


@dataclass(frozen=True, slots=True)
class Line:
    """One exchange, and the point it was for; None between points, and where a fault ended it."""

    exchange: WireExchange
    point: Planned | None = None


@dataclass
class WireWatch:
    """Follows the exchanges of one run."""

    store: Store
    run: str
    _next: int = field(default=0, init=False)
    _planned: Mapping[str, Planned] = field(default_factory=dict, init=False)
    _lines: deque[Line] = field(default_factory=lambda: deque(maxlen=NEWEST), init=False)
    _present: list[Line] = field(default_factory=list, init=False)

    def look(self) -> tuple[Line, ...]:
        """Read what is new; return the newest exchanges, the oldest first.

        Raises:
            StoreFailed, Tampered: as the journal's reader says.
        """
        # First what the engine shows: it may be in the journal a moment later, never the other way.
        found = claims.live(self.store, self.run)
        view = LIVE_VIEW.validate_json(found[2]) if found else LiveView()
        for row in read(self.store, self.run, after=self._next - 1):
            self._next = row.seq + 1
            if isinstance(row.entry, RunBegun):
                self._planned = course_of(row.entry).by_id
            wire: Iterable[WireExchange] = getattr(row.entry, "wire", ())
            if wire:
                point = self._planned.get(getattr(row.entry, "point", ""))
                self._lines.extend(Line(exchange, point) for exchange in wire)
                self._present.clear()
        self._follow(view)
        return (*self._lines, *self._present)

    def _follow(self, view: LiveView) -> None:
        """Add what the engine shows and is not known yet."""
        lines = (*list(self._lines)[-OVERLAP:], *self._present)
        known = {line.exchange for line in lines}
        point = self._planned.get(view.point)
        self._present += [Line(each, point) for each in view.wire if each not in known]
