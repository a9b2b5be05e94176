"""An abort is felt at once: the outputs go off while the engine still waits for an instrument.

A reading can take seconds, and so can an output until it has settled; meanwhile the engine's own
thread hears nothing. A dialogue lets one thread at a time speak (`drivers.dialogue`): while the
item is read, its source can be told to stand by. While the source itself is spoken to, it is barred
first: the engine's driver is refused the next thing that it would say, which is soon, as drivers
ask whether an output has settled and never wait for a reply until it has.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from pydantic import ValidationError

from station.clock import SystemClock
from station.errors import StoreFailed
from station.locale import N_
from station.records.store import Store
from station.run.inbox import COMMAND, Abort, Command
from station.run.live import Ownership
from station.run.outputs import Outputs

LOOK_SECONDS = 0.05
"""How often (s of real time) it looks into the inbox, and says standby again after an abort."""

OFF = N_("Aborted: the outputs are in standby, the reading that was begun comes to its end.")


@dataclass
class Sentry:
    """Watches the inbox of a run for an abort.

    Attributes:
        abort: the abort that came.
    """

    ownership: Ownership
    store: Store
    run: str
    wall: SystemClock
    abort: Abort | None = field(default=None, init=False)

    @contextmanager
    def watching(self, outputs: Outputs) -> Iterator[None]:
        """Put `outputs` to standby at an abort while the block lasts.

        They are again and again: one may fail, and one that has no dialogue cannot be barred.
        """
        stop = threading.Event()
        seen = max((number for number, _ in self.store.inbox(self.run, 0)), default=0)
        thread = threading.Thread(
            target=self._watch, args=(outputs, stop, seen), name="sentry", daemon=True
        )
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _watch(self, outputs: Outputs, stop: threading.Event, seen: int) -> None:
        while not self.wall.wait(stop, LOOK_SECONDS):
            if self.abort is not None:
                outputs.standby()
                continue
            try:
                found = self.store.inbox(self.run, seen)
            except StoreFailed:
                # The engine's own thread finds out, and does what is to be done.
                continue
            commands = [_command(body) for _, body in found]
            seen = max((number for number, _ in found), default=seen)
            self.abort = next((each for each in commands if isinstance(each, Abort)), None)
            if self.abort is None:
                continue
            outputs.bar()
            if not outputs.standby():
                off = {"waiting": OFF, "seconds_left": None}
                self.ownership.show(self.ownership.shown.model_copy(update=off))


def _command(body: str) -> Command | None:
    try:
        return COMMAND.validate_json(body)
    except ValidationError:
        # The engine's own thread says what is wrong with it.
        return None
