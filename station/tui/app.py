"""The operator's console: the list of runs, and from there each run."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual.app import App

from station.clock import SystemClock
from station.records.store import Store
from station.tui.launch import Launch, launch_engine
from station.tui.words import Speech


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


class StationConsole(App[None]):
    """Shows the screens; it owns nothing but the terminal."""

    CSS_PATH = "console.tcss"
    ENABLE_COMMAND_PALETTE = False
    TITLE = "Calibration station"
    BINDINGS: ClassVar = []

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk

    def on_mount(self) -> None:
        """Begin with the list of runs."""
        from station.tui.runs import RunsScreen

        self.push_screen(RunsScreen(self.desk))

    def action_help(self) -> None:
        """Say which key does what."""
        from station.tui.dialogs import HelpDialog

        self.push_screen(HelpDialog(self.desk.say))
