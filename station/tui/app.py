"""The operator's console: the list of runs, and from there each run."""

from typing import ClassVar

from textual.app import App

from station.tui.desk import Desk


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
        from station.tui.runs.screen import RunsScreen

        self.push_screen(RunsScreen(self.desk))

    def action_help(self) -> None:
        """Say which key does what."""
        from station.tui.parts.dialogs import HelpDialog

        self.push_screen(HelpDialog(self.desk.say))
