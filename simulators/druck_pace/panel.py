"""The remote face of a PACE: SCPI in, replies that carry their header out.

Source: Druck SCPI remote communications manual K0472 (Revision A 2015, and Issue 1).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf

from simulators.clock import Clock
from simulators.druck_pace.manifold import Manifold, Modules
from simulators.druck_pace.reports import Reports
from simulators.druck_pace.specification import PASCALS, USER_UNITS, Instrument
from simulators.language.programs import Programs
from simulators.language.scpi import Language
from simulators.language.scpi_errors import ScpiError
from simulators.panel import Panel, Replies, Reply, Scalar

REPLY_SECONDS = 0.1
OUTPUT_CHARACTERS = 256
# Units with a stroke are no words of SCPI: they are known to the parser by another spelling.
STROKE = re.compile(r"\b(KG|LB)/(CM2|M2|FT2)\b", re.IGNORECASE)

Single = float | str | bool
Kept = Single | tuple[Single, ...]


@dataclass(slots=True)
class UserUnit:
    """A unit of the user's: its name and how many pascals it is."""

    name: str
    pascals: float = 1000.0


class PacePanel:
    """One instrument's remote face.

    Attributes:
        kept: settings that do no more than be read back: (header, suffixes) → value.
        units: name of the pressure unit of each module.
        reports: its errors and registers.
        cursor: instant (s) at which the present message is carried out.
    """

    def __init__(
        self,
        instrument: Instrument,
        modules: Modules,
        serial: str,
        clock: Clock,
        language: Callable[["PacePanel"], Language],
    ) -> None:
        self.instrument, self.modules, self.serial = instrument, modules, serial
        self.kept: dict[tuple[str, tuple[int, ...]], Kept] = {}
        self.units = ["MBAR" for _ in modules.manifolds]
        self.user_units = [UserUnit(f"UserUnit{n + 1}") for n in range(len(USER_UNITS))]
        self.reports = Reports(len(modules.manifolds))
        self.remote = self.texts_requests = False
        self.cursor = clock.monotonic()
        self._clock = clock
        commands = language(self)
        self._programs = Programs(lambda text: commands.compile(STROKE.sub(r"\1_PER_\2", text)))
        self.texts_requests = True

    def receive(self, message: bytes) -> Replies:
        """Carry out one program message, given without its terminator."""
        now = self.cursor = self._clock.monotonic()
        self.observe()
        replies: list[str] = []
        for step in self._programs[message]:
            try:
                reply = step()
            except ScpiError as wrong:
                self.reports.refuse(wrong)
                if wrong.is_command_error:
                    break
                continue
            if reply is None:
                continue
            if len(";".join((*replies, reply))) > OUTPUT_CHARACTERS:
                self.reports.refuse(ScpiError(-350))  # and the newest reply is lost
                continue
            replies.append(reply)
        self.observe()
        self.reports.status.forget_requests()
        if not replies:
            return ()
        return (Reply((";".join(replies) + "\n").encode("latin-1"), now + REPLY_SECONDS),)

    def manifold(self, module: int) -> Manifold:
        """Return a module.

        Raises:
            ScpiError: −241, it is not fitted.
        """
        if module > len(self.modules.manifolds):
            raise ScpiError(-241)
        return self.modules.manifolds[module - 1]

    def check_module(self, header: str, suffixes: tuple[int, ...]) -> None:
        """Refuse a header whose first suffix names a module that is not fitted.

        Raises:
            ScpiError: −241.
        """
        if suffixes and header.startswith((":SENS", ":SOUR", ":OUTP", ":CAL")):
            self.manifold(suffixes[0])

    def pascals(self, module: int) -> float:
        """Return how many pascals the module's unit is."""
        unit = self.units[module - 1]
        if unit in USER_UNITS:
            return self.user_units[USER_UNITS.index(unit)].pascals
        return PASCALS[unit]

    def observe(self) -> None:
        """Bring the registers up to the present instant."""
        self.reports.observe(self.modules.manifolds, self._clock.monotonic())

    def changes_at(self) -> float:
        """Return the instant (s) at which a register next changes by itself."""
        now = self._clock.monotonic()
        times = [at for one in self.modules.manifolds for at in one.changes_at() if at > now]
        return min(times, default=inf)

    def interrupted(self) -> None:
        """Note that a message came while a reply was unread."""
        self.reports.refuse(ScpiError(-400))

    def unterminated(self) -> None:
        """Note that the controller reads though nothing was asked."""
        self.reports.refuse(ScpiError(-400))

    def refuse_execution(self) -> None:
        """Put −200 into the queue."""
        self.reports.refuse(ScpiError(-200))

    def poll(self, *, message_available: bool) -> int:
        """Return the status byte with RQS."""
        self.observe()
        return self.reports.status.poll(message_available=message_available)

    def requests_service(self, *, message_available: bool) -> bool:
        """Return whether RQS is set."""
        self.observe()
        return self.reports.status.requests(message_available=message_available)

    def power_on(self) -> Replies:
        """Wake up measuring: valves closed, masks and settings as delivered."""
        now = self._clock.monotonic()
        self.reports.power_on()
        self.kept.clear()
        self.remote, self.texts_requests = False, True
        for manifold in self.modules.manifolds:
            manifold.switch_on(now)
        return ()

    def clear(self) -> Replies:
        """Carry out a device clear: nothing is pending here."""
        return ()

    def trigger(self) -> Replies:
        """Do nothing: there is no such message."""
        return ()

    def state(self) -> Mapping[str, Scalar]:
        """Return what the screen shows of module 1, in pascals."""
        now = self._clock.monotonic()
        manifold = self.modules.manifolds[0]
        return {
            "pascals": manifold.indication(now),
            "setpoint": manifold.aim.setpoint,
            "controlling": manifold.controlling,
            "in limits": manifold.in_limits_at() <= now,
            "range": manifold.sensors.range_,
            "unit": self.units[0],
        }


class RequestsAsText:
    """The RS-232 face: a request for service arrives as the text `:SRQ <status byte>`."""

    def __init__(self, panel: Panel, pace: PacePanel, clock: Clock) -> None:
        self._panel, self._pace, self._clock = panel, pace, clock
        self.receive, self.clear, self.trigger = panel.receive, panel.clear, panel.trigger
        self.power_on, self.state = panel.power_on, panel.state
        self.interrupted, self.unterminated = panel.interrupted, panel.unterminated
        self.refuse_execution = panel.refuse_execution
        self.poll, self.requests_service = panel.poll, panel.requests_service

    def next_word(self) -> float:
        """Return the instant (s) at which service may be requested next."""
        if self._panel.requests_service(message_available=False):
            return self._clock.monotonic()
        return self._pace.changes_at()

    def unasked(self) -> Replies:
        """Return `:SRQ n` when service is requested."""
        if not self._panel.requests_service(message_available=False):
            return ()
        byte = self._panel.poll(message_available=False)
        if not self._pace.texts_requests:
            return ()
        return (Reply(f":SRQ {byte}\n".encode(), self._clock.monotonic()),)
