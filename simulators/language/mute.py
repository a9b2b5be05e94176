"""What a panel does that has neither status byte, queue of errors nor bus messages."""

from simulators.panel import Replies


class Mute:
    """The part of `simulators.panel.Panel` that simple instruments have nothing to say to."""

    def interrupted(self) -> None:
        """Do nothing: there are no query errors."""

    def unterminated(self) -> None:
        """Do nothing: there are no query errors."""

    def refuse_execution(self) -> None:
        """Do nothing: there is no queue of errors."""

    def poll(self, *, message_available: bool) -> int:
        """Return 0: there is no status byte."""
        return 0

    def requests_service(self, *, message_available: bool) -> bool:
        """Return False: there is no service request."""
        return False

    def power_on(self) -> Replies:
        """Wake up without a word."""
        return ()

    def clear(self) -> Replies:
        """Do nothing: there is no such message."""
        return ()

    def trigger(self) -> Replies:
        """Do nothing: there is no such message."""
        return ()
