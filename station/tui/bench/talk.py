"""A conversation with one instrument, and how the instrument is left when it ends.

Everything here may block; the screen calls it in a thread.
"""

import re
from dataclasses import dataclass
from enum import Enum

from drivers.capabilities import Output
from drivers.dialogue import Exchange
from drivers.errors import InstrumentError
from drivers.person import PERSON
from station.errors import BadInput
from station.locale import N_
from station.look import Looked, dialogue_of, look_at
from station.roles import role_phrase
from station.tui.bench.door import BenchAt, held
from station.tui.desk import Desk


class Terminals(Enum):
    """What became of an output when the dialogue with it ended."""

    NONE = ""
    AS_THEY_WERE = N_("{role}: it was only asked; its output is as it was.")
    LEAVING = N_("{role}: its output is being put to standby…")
    OFF = N_("{role}: its output was put to standby.")
    PERHAPS_LIVE = N_("✗ {role}: TAKE ITS OUTPUT TO BE LIVE: {why}")


@dataclass(frozen=True, slots=True)
class Left:
    """How an instrument was left.

    Attributes:
        terminals: what became of its output.
        looked: who answered at the end and what stood in its error queue, or why nobody did; None
            where nobody asked.
    """

    role: str
    terminals: Terminals
    looked: Looked | None = None


class Talk:
    """A conversation with one instrument, from its opening to `end`; one exchange at a time."""

    def __init__(self, desk: Desk, at: BenchAt, role: str) -> None:
        """Hold the instrument.

        Raises:
            Refused: a run uses it.
            BadInput: it is read by hand, or the bench cannot be opened.
        """
        address = at.file.instruments[role].address
        if address == PERSON:
            raise BadInput(
                "{role} is read by hand: there is nobody to talk to.", role=role_phrase(role)
            )
        self._role = role
        self._heard: list[Exchange] = []
        self._asked = self._acted = False
        self._failure: InstrumentError | None = None
        addresses = [] if at.simulated else [address]
        self._holding = held(desk, at, addresses)
        bench = self._holding.__enter__()
        bench.tap.sink = self._heard.append
        self._instrument = bench.instruments[role]
        dialogue = dialogue_of(self._instrument)
        if dialogue is None:
            self._let_go()
            raise BadInput("{role} has no dialogue that could be opened.", role=role_phrase(role))
        self._dialogue = dialogue

    def send(self, text: str, *, answered: bool) -> list[Exchange]:
        """Send `text` and wait for its reply, if it has one; return all that went over the wire.

        What went wrong is the last exchange's `fault`.
        """
        self._heard.clear()
        self._asked = True
        self._acted = self._acted or not is_harmless(text)
        try:
            if answered:
                self._dialogue.ask(text)
            else:
                self._dialogue.tell(text)
        except InstrumentError as error:
            self._failure = error
            return [*self._heard, Exchange(self._dialogue.name, "", None, 0.0, str(error))]
        self._failure = None
        return list(self._heard)

    @property
    def leaving(self) -> Left:
        """How the instrument is about to be left."""
        live = self._acted and isinstance(self._instrument, Output)
        return Left(self._role, Terminals.LEAVING if live else Terminals.NONE)

    def end(self) -> Left:
        """Put an output that may have become live to standby, look once more, and let go."""
        try:
            if not self._asked:
                return Left(self._role, Terminals.NONE)
            terminals, failure = self._made_safe(), self._failure
            # Whoever wants to leave does not wait once more for one that has stopped answering.
            looked = look_at(self._instrument) if failure is None else Looked(failure=failure)
            return Left(self._role, terminals, looked)
        finally:
            self._let_go()

    def _made_safe(self) -> Terminals:
        if not isinstance(self._instrument, Output):
            return Terminals.NONE
        if not self._acted:
            # A bath that was asked for its name need not be warmed up again.
            return Terminals.AS_THEY_WERE
        try:
            self._instrument.standby()
        except InstrumentError as error:
            self._failure = error
            return Terminals.PERHAPS_LIVE
        self._failure = None
        return Terminals.OFF

    def _let_go(self) -> None:
        self._holding.__exit__(None, None, None)


HARMFUL = re.compile(r"\*(TST|CAL|RST|RCL)|(CAL|CALIBRATION|DIAG|DIAGNOSTIC|TEST)(?![A-Z])")
"""How headers begin that do more than answer, although they may end with a question mark."""


def is_harmless(text: str) -> bool:
    """Tell whether a message only asks: each of its parts is a question and none that acts."""
    parts = [part.strip() for part in text.split(";") if part.strip()]
    headers = [part.split()[0].upper().removeprefix(":") for part in parts]
    return bool(headers) and all(
        header.endswith("?") and not HARMFUL.match(header) for header in headers
    )
