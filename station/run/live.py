"""Who carries a run out, and what it is doing now: shown, overwritten, never a record."""

import os
import platform
import secrets
import threading
from collections.abc import Callable, Sequence

from pydantic import Field, TypeAdapter

from station.clock import SystemClock
from station.errors import JournalMismatch, StationError, StoreFailed
from station.records import claims
from station.records.store import Store
from station.run.entries import WireExchange
from station.run.plan import Record

BEAT_SECONDS = 0.25
"""How often (s of real time) an engine says that it lives, and what it shows."""

SILENT_SECONDS = 5.0
"""An engine that has not been heard of for so long (s) has lost its run to whoever asks."""


class Approaching(Record):
    """The newest values of what comes to rest, in `unit` from any zero; see `Approach`."""

    values: tuple[float, ...]
    within: float
    unit: str


class PutOff(Record):
    """What a guardian did: the outputs it put to standby, and what it could not put there."""

    instruments: tuple[str, ...]
    failures: tuple[str, ...]


class LiveView(Record):
    """The point being measured and the readings taken so far, in the point's unit.

    `waiting` is the English text of what is waited for, `seconds_left` (s) how long yet, `at_most`
    where it may come about earlier, and `approach` what is seen of it then.
    `shown` is what the readings are of besides the first item: role → its last reading.
    `wire` is what went over the wires last, of the point or before it.
    `guardian` is the guardian's word, in the place of an engine that is gone.
    """

    point: str = ""
    readings: tuple[float, ...] = ()
    waiting: str = ""
    seconds_left: float | None = None
    at_most: bool = False
    approach: Approaching | None = None
    shown: dict[str, float] = Field(default_factory=dict)
    wire: tuple[WireExchange, ...] = ()
    guardian: PutOff | None = None


LIVE_VIEW: TypeAdapter[LiveView] = TypeAdapter(LiveView)


class OwnershipLost(StationError):
    """Another engine has taken the run over: this one must not touch the instruments."""


class Ownership:
    """This engine's hold on a run and its instruments, renewed from a thread of its own.

    Attributes:
        engine: what this engine is called: computer, process, and a random part.
        shown: the view that is shown now.
        wire: returns what went over the wires last; asked for at each beat.
    """

    def __init__(
        self, store: Store, run: str, instruments: Sequence[str], wall: SystemClock
    ) -> None:
        self.engine = f"{platform.node()}:{os.getpid()}:{secrets.token_hex(2)}"
        self._store = store
        self._run = run
        self._instruments = instruments
        self._wall = wall
        self._stop = threading.Event()
        self._trouble: StationError | None = None
        self._told = ""
        self.shown = LiveView()
        self.wire: Callable[[], tuple[WireExchange, ...]] = tuple
        self._heard = 0.0
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> "Ownership":
        self._heard = self._wall.now().timestamp()
        holder = claims.take(
            self._store, self._run, self.engine, self._instruments, self._heard, SILENT_SECONDS
        )
        if holder is not None:
            raise JournalMismatch(
                "Run {run} or its bench is in use by {holder}. End that engine first, or wait "
                "until it has been silent for {seconds:g} s.",
                run=self._run,
                holder=holder,
                seconds=SILENT_SECONDS,
            )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        try:
            claims.end_live(self._store, self._run, self.engine)
        except StoreFailed:
            # What is on its way out says so already; the hold ends by silence.
            return

    def show(self, view: LiveView) -> None:
        """Show `view` at the next beat."""
        self.shown = view

    def confirm(self) -> None:
        """Make sure that the run is still this engine's; costs nothing while beats go through.

        Raises:
            OwnershipLost: another engine has it.
            StoreFailed: the store is gone.
        """
        # After a freeze (a laptop's lid, SIGSTOP) both threads wake together: ask before acting.
        if self._wall.now().timestamp() - self._heard > SILENT_SECONDS / 2:
            self._say()
        if self._trouble is not None:
            raise self._trouble

    def _beat(self) -> None:
        while not self._wall.wait(self._stop, BEAT_SECONDS) and self._trouble is None:
            try:
                self._say()
            except StoreFailed:
                # A store that is locked for a while comes back; one that does not is met by the
                # engine's next entry.
                continue

    def _say(self) -> None:
        now = self._wall.now().timestamp()
        try:
            self._store.confirm_there()
        except StoreFailed as gone:
            self._trouble = gone
            return
        view = self.shown.model_copy(update={"wire": self.wire()}).model_dump_json()
        if claims.beat(
            self._store, self._run, self.engine, now, view if view != self._told else None
        ):
            self._heard, self._told = now, view
        else:
            self._trouble = OwnershipLost(
                "Run {run} was taken over by another engine; this one has stopped.", run=self._run
            )


def engine_alive(store: Store, run: str, wall: SystemClock) -> str | None:
    """Return the name of the engine that carries out `run` now, or None."""
    found = claims.live(store, run)
    if found is None or wall.now().timestamp() - found[1] > SILENT_SECONDS:
        return None
    return found[0]
