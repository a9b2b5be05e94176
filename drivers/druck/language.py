"""How a Druck PACE is spoken to: replies repeat their headers, errors queue up.

Source: Druck SCPI remote communications manual K0472. Queries are grouped in one message, as
public clients do (tiagocoutinho/gepace pace.py); the manual was not seen to say that they may be.
"""

import re
from dataclasses import dataclass

from drivers.dialogue import Dialogue
from drivers.errors import InstrumentRefused

QUEUE_ENTRIES = 5

ENTRY = re.compile(r':SYST:ERR (-?\d+), ?(?:"[^"]*"|[^",]+)', re.ASCII)


@dataclass(frozen=True, slots=True)
class Item:
    """What can be set or asked of a module: its header, and the pattern of what it states."""

    header: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Module:
    """One control module of a PACE, 1 or 2."""

    dialogue: Dialogue
    number: int

    def header(self, item: Item) -> str:
        """Return the header of `item` for this module: suffix 1 is never echoed, so not sent."""
        if self.number == 1:
            return item.header
        _, first, rest = item.header.split(":", 2)
        return f":{first}{self.number}:{rest}"

    def tell(self, item: Item, value: str) -> str:
        """Set `item` to `value` without looking whether it was accepted; return the command."""
        command = f"{self.header(item)} {value}"
        self.dialogue.tell(command)
        return command

    def say(self, item: Item, value: str) -> str:
        """Set `item` to `value`; return the command.

        Raises:
            InstrumentRefused: an error is in the queue.
        """
        command = self.tell(item, value)
        self.check(command)
        return command

    def ask(self, *items: Item) -> list[str]:
        """Ask for `items` in one message; return what its reply states after each header.

        Raises:
            UnexpectedReply: the reply has not these headers, or no such values.
        """
        headers = [self.header(item) for item in items]
        command = ";".join(f"{header}?" for header in headers)
        reply = self.dialogue.ask(command)
        form = ";".join(
            f"{re.escape(header)} {item.pattern}"
            for header, item in zip(headers, items, strict=True)
        )
        stated = re.fullmatch(form, reply, re.ASCII)
        if stated is None:
            raise self.dialogue.distrust(command, reply, "Expected header and value of each query")
        return list(stated.groups())

    def check(self, command: str) -> None:
        """Empty the error queue; what is in it answers for `command`.

        Raises:
            InstrumentRefused: it was not empty.
        """
        refusals: list[str] = []
        for _ in range(QUEUE_ENTRIES + 2):
            reply = self.dialogue.ask(":SYST:ERR?")
            entry = ENTRY.fullmatch(reply)
            if entry is None:
                raise self.dialogue.distrust(":SYST:ERR?", reply, "Expected number, text")
            if int(entry[1]) == 0:
                break
            refusals.append(reply.removeprefix(":SYST:ERR "))
        else:
            raise self.dialogue.distrust(":SYST:ERR?", reply, "The queue does not get empty")
        if refusals:
            raise InstrumentRefused(self.dialogue.name, command, "; ".join(refusals))
