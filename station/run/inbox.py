"""What people send to a running engine: answers to its prompts, and commands."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from station.clock import Clock
from station.errors import BadInput
from station.records.store import Store
from station.run.plan import Record


class Answer(Record):
    """An answer to prompt number `prompt`, as it was typed."""

    do: Literal["answer"] = "answer"
    prompt: int
    value: str
    by: str


class Pause(Record):
    """Go to standby after the present reading and wait."""

    do: Literal["pause"] = "pause"
    by: str


class GoOn(Record):
    """End a pause."""

    do: Literal["go-on"] = "go-on"
    by: str


class Abort(Record):
    """End the run for good; the outputs go to standby."""

    do: Literal["abort"] = "abort"
    by: str
    reason: str = ""


class Void(Record):
    """Declare the result of `point` void and measure it again."""

    do: Literal["void"] = "void"
    point: str
    reason: str
    by: str


class Skip(Record):
    """Leave `point` unmeasured in the present phase, and whatever rests on it."""

    do: Literal["skip"] = "skip"
    point: str
    reason: str
    by: str


class Note(Record):
    """Write a remark on `point` down; `path` and `sha256` name a file that goes with it."""

    do: Literal["note"] = "note"
    point: str
    text: str
    path: str = ""
    sha256: str = ""
    by: str


class Remove(Record):
    """Take the item in the role `dut` out of the run; the others go on."""

    do: Literal["remove"] = "remove"
    dut: str
    reason: str
    by: str


Command = Annotated[
    Answer | Pause | GoOn | Abort | Void | Skip | Note | Remove, Field(discriminator="do")
]

COMMAND: TypeAdapter[Command] = TypeAdapter(Command)

SAID_LENGTH = 500
"""Letters of a reason or a remark, at most."""

POLL_SECONDS = 0.1
"""How often (s of real time) the engine looks: an abort must be felt within 0.2 s."""


def send(store: Store, run: str, command: Command, at: datetime) -> None:
    """Leave `command` for the engine of `run`.

    Raises:
        BadInput: what it says could not be printed on a certificate.
        Refused: people are checked, and the session of who sends it is over; what makes the bench
            safe is left all the same.
    """
    from station.register import book
    from station.register.people import refuse_absent

    if not isinstance(command, Abort | Pause):
        refuse_absent(book.read(store), command.by, at)
    said: str = getattr(command, "reason", "") or getattr(command, "text", "")
    if len(said) > SAID_LENGTH or not said.isprintable():
        raise BadInput(
            "{said!r:.60} cannot be printed: write one line of up to {most}.",
            said=said,
            most=SAID_LENGTH,
        )
    store.put_inbox(run, at, command.model_dump_json())


class Inbox:
    """The engine's end: each command is taken once, in order."""

    def __init__(self, store: Store, run: str, wall: Clock) -> None:
        self._store = store
        self._run = run
        self._wall = wall
        # What was sent to an engine that has gone is not for this one.
        self._taken = max((number for number, _ in store.inbox(run, 0)), default=0)
        self._looked = -POLL_SECONDS

    def take(self) -> list[Command]:
        """Return the commands that came since the last call; looks at most every 0.1 s."""
        now = self._wall.monotonic()
        if now - self._looked < POLL_SECONDS:
            return []
        found = self._store.inbox(self._run, self._taken)
        self._looked = now
        if found:
            self._taken = found[-1][0]
        commands = []
        for number, body in found:
            try:
                commands.append(COMMAND.validate_json(body))
            except ValidationError as error:
                raise BadInput(
                    "Command {number} in the inbox of run {run} is not one: {error}.",
                    number=number,
                    run=self._run,
                    error=error,
                ) from error
        return commands
