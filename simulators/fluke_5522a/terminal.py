"""The 5522A's serial terminal mode: echo, errors printed at once, numbered prompts.

Source: public serial clients of the 5520A and 5522A (pengshulin/mcush, Qcc-maba); the exact line
breaks around the echo are from memory, unverified.
"""

from collections.abc import Mapping

from simulators.fluke_5522a.panel import CalibratorPanel
from simulators.panel import Panel, Replies, Reply, Scalar


class TerminalMode:
    """The calibrator as a person at a terminal sees it; same panel, chattier line.

    Attributes:
        panel: what carries messages out, perhaps with faults armed.
        calibrator: whose errors are printed.
    """

    def __init__(self, panel: Panel, calibrator: CalibratorPanel) -> None:
        self._panel, self._calibrator = panel, calibrator
        self._prompt = 0

    def receive(self, message: bytes) -> Replies:
        """Echo and carry out one line; the reply, what went wrong, and the next prompt follow."""
        replies = self._panel.receive(message)
        errors = []
        while self._calibrator.errors:
            code, text = self._calibrator.next_error()
            errors.append(f"Fault {code}: {text} (REM)\n".encode())
        ready = max((reply.ready for reply in replies), default=0.0)
        end = Reply(b"".join(errors) + self._next_prompt(), ready, ends=False)
        return (Reply(message + b"\n", 0.0, ends=False), *replies, end)

    def clear(self) -> Replies:
        """Carry out Ctrl-C: numbering begins again."""
        self._prompt = 0
        return (*self._panel.clear(), Reply(self._next_prompt(), 0.0, ends=False))

    def requests_service(self, *, message_available: bool) -> bool:
        """Pass on to the panel."""
        return self._panel.requests_service(message_available=message_available)

    def power_on(self) -> Replies:
        """Wake up with the first prompt."""
        self._prompt = 0
        return (*self._panel.power_on(), Reply(self._next_prompt(), 0.0, ends=False))

    def trigger(self) -> Replies:
        """Pass on to the panel."""
        return self._panel.trigger()

    def interrupted(self) -> None:
        """Pass on to the panel."""
        self._panel.interrupted()

    def unterminated(self) -> None:
        """Pass on to the panel."""
        self._panel.unterminated()

    def refuse_execution(self) -> None:
        """Pass on to the panel."""
        self._panel.refuse_execution()

    def poll(self, *, message_available: bool) -> int:
        """Pass on to the panel."""
        return self._panel.poll(message_available=message_available)

    def state(self) -> Mapping[str, Scalar]:
        """Pass on to the panel."""
        return self._panel.state()

    def _next_prompt(self) -> bytes:
        self._prompt += 1
        return f"{self._prompt}> ".encode()
