"""A screen that looks at the store while it is shown."""

from typing import Any

from textual.screen import ModalScreen, Screen

from station.tui.parts.lookout import Lookout


class FollowingScreen(Screen[None]):
    """Starts and stops its lookout; who is made of it says what is looked at."""

    _lookout: Lookout[Any]

    def on_screen_resume(self) -> None:
        """Look while this screen is shown."""
        self._lookout.start()

    def on_screen_suspend(self) -> None:
        """Another screen looks now; behind a dialog this one is still in view."""
        if not isinstance(self.app.screen, ModalScreen):
            self._lookout.stop()

    def on_unmount(self) -> None:
        """Let the thread end."""
        self._lookout.end()

    def poll(self) -> None:
        """Look now, in the caller's thread."""
        self._lookout.once()
