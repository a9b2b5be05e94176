"""What every screen needs."""

from dataclasses import dataclass
from pathlib import Path

from station.clock import SystemClock
from station.records.store import Store
from station.tui.parts.words import Speech
from station.tui.start.launch import Launch, launch_engine


@dataclass(frozen=True, slots=True)
class Desk:
    """What every screen needs.

    Attributes:
        store: the open record store.
        store_url: its address, for an engine that is started from here.
        wall: real time.
        say: puts an English text into the operator's language.
        by: who sits here; written into the journal with each answer and command.
        bench: bench file offered for a new run.
        launch: starts an engine.
    """

    store: Store
    store_url: str
    wall: SystemClock
    say: Speech
    by: str
    bench: Path | None = None
    launch: Launch = launch_engine
