"""What SCPI instruments have in common: an error queue, and a reading that is answered for.

Source: SCPI-1999, `SYSTem:ERRor?` (entries `number,"text"`, 0 when the queue is empty; 9.9E37 for
what is beyond the range, 9.91E37 for no number at all); IEEE 488.2, 11.5.1 (power-on bit).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from drivers.capabilities import Reading
from drivers.dialogue import Dialogue
from drivers.errors import InstrumentError, InstrumentRefused, NotConfigured, Overload

OVERLOAD = 9.9e37
MOST_ENTRIES = 30
"""The deepest queue met is that of HP's counters."""

POWER_ON = 128
"""Bit of the standard event status register: switched on since it was last read."""

DONE, POLL_SECONDS = 1, 0.1
"""Bit of the same register: what was told before `*OPC` is done; how often it is looked at."""

STANDBY_SECONDS = 5.0

NO_SIGNAL = "The meter has no reading to give: check the connections and the source"

ERRORS = "SYST:ERR?"

_ENTRY = r'([+-]?\d+),"(?:[^"]|"")*"'
ENTRY = re.compile(_ENTRY, re.ASCII)
READ = "READ?;:SYST:ERR?;*ESR?"


@dataclass(frozen=True, slots=True)
class Setup:
    """What was configured.

    Attributes:
        seconds: how long a reading may take (s).
        needs_signal: whether 0 means that there was nothing to measure, as for a frequency.
    """

    seconds: float
    needs_signal: bool = False


def refusals(dialogue: Dialogue) -> list[str]:
    """Empty the error queue and return what was in it."""
    entries: list[str] = []
    for _ in range(MOST_ENTRIES + 1):
        reply = dialogue.ask(ERRORS)
        entry = ENTRY.fullmatch(reply)
        if entry is None:
            raise dialogue.distrust(ERRORS, reply, 'Expected number,"text"')
        if int(entry[1]) == 0:
            return entries
        entries.append(reply)
    raise dialogue.distrust(ERRORS, entries[-1], "The queue does not get empty")


def say(dialogue: Dialogue, command: str) -> None:
    """Send `command` and make sure that it was not refused.

    Raises:
        InstrumentRefused: the instrument put an error in its queue.
    """
    with dialogue.turn():
        dialogue.tell(command)
        check(dialogue, command)


def check(dialogue: Dialogue, command: str) -> None:
    """Empty the error queue; what is in it answers for `command`.

    Raises:
        InstrumentRefused: there was something in it.
    """
    if said := refusals(dialogue):
        raise InstrumentRefused(dialogue.name, command, "; ".join(said))


def configure(
    dialogue: Dialogue,
    command: str,
    seconds: float,
    *,
    reset: bool = False,
    needs_signal: bool = False,
) -> None:
    """Set a meter up with `command` for readings that take at most `seconds` (s).

    Args:
        dialogue: of the meter.
        command: the whole configuration in one message.
        seconds: the longest honest duration of a reading.
        reset: whether a session's first configuration starts from `*RST`.
        needs_signal: whether a reading of 0 means that there was nothing to measure.

    Raises:
        InstrumentRefused: the meter put an error in its queue.
    """
    with dialogue.turn():
        fresh = dialogue.setup is None
        dialogue.setup = None
        if reset and fresh:
            dialogue.tell("*RST")
        say(dialogue, command)
        dialogue.setup = Setup(seconds, needs_signal)


def read(dialogue: Dialogue, number: str) -> Reading:
    """Take one reading, which the meter writes as the regular expression `number` says.

    The error queue is asked in the same message, and whether the meter was switched off and on:
    on a bus the connection outlives that, the configuration does not.

    Raises:
        NotConfigured: no function was configured in this session, or it is lost.
        Overload: the input is beyond the range.
        InstrumentRefused: the meter put an error in its queue.
        UnexpectedReply: what came is no reading.
    """
    with dialogue.turn():
        setup = dialogue.setup
        if not isinstance(setup, Setup):
            raise not_configured(dialogue, READ)
        reply = dialogue.ask(READ, timeout=setup.seconds)
        answer = re.fullmatch(rf"(?:({number});)?({_ENTRY});([+-]?\d+)", reply, re.ASCII)
        if answer is None:
            raise dialogue.distrust(READ, reply, "Expected a reading and an error entry")
        raw, entry, code, events = answer.groups()
        if int(events) & POWER_ON:
            raise switched_on(dialogue, READ, reply)
        if int(code) != 0:
            said = "; ".join([entry, *refusals(dialogue)])
            raise InstrumentRefused(dialogue.name, READ, said)
        if raw is None:
            raise dialogue.distrust(READ, reply, "Expected a reading and an error entry")
    value = float(raw)
    if abs(value) >= OVERLOAD:
        raise _no_number(dialogue, reply, value)
    if value == 0.0 and setup.needs_signal:
        raise dialogue.distrust(READ, reply, NO_SIGNAL)
    return Reading(value, raw)


def was_switched_on(dialogue: Dialogue) -> bool:
    """Return whether the instrument was switched on since this was last asked, or since `*CLS`.

    Source: IEEE 488.2, 11.5.1; `*ESR?` clears what it returns.
    """
    return bool(int(_events(dialogue)) & POWER_ON)


def await_done(dialogue: Dialogue, seconds: float) -> None:
    """Wait at most `seconds` (s) until what was told is done, asking again and again.

    `*OPC?` would be simpler, but while its reply is waited for nobody can tell the instrument to
    stand by.

    Source: IEEE 488.2, 11.5.1 (`*ESR?`), 12.5.2 (`*OPC`).

    Raises:
        NotConfigured: the instrument was switched off and on meanwhile.
        UnexpectedReply: it is not done by then.
    """
    dialogue.tell("*OPC")
    events = ""
    for _ in dialogue.attempts(seconds, POLL_SECONDS):
        events = _events(dialogue)
        if int(events) & POWER_ON:
            raise switched_on(dialogue, "*ESR?", events)
        if int(events) & DONE:
            return
    # The event may come yet: in this session it would be taken for that of the next command.
    raise dialogue.distrust("*ESR?", events, f"Expected bit 0 within {seconds:g} s")


def await_off(dialogue: Dialogue) -> None:
    """Wait until an output that was told to go off has done so.

    Opening a relay takes no settling; whoever makes the bench safe has others to see to.

    Raises:
        UnexpectedReply: what came is no answer.
    """
    reply = dialogue.ask("*OPC?", timeout=STANDBY_SECONDS)
    if reply not in ("1", "+1"):
        raise dialogue.distrust("*OPC?", reply, "Expected 1")


def _events(dialogue: Dialogue) -> str:
    """Return the standard event status register, which is empty then."""
    reply = dialogue.ask("*ESR?")
    if not re.fullmatch(r"[+-]?\d+", reply, re.ASCII):
        raise dialogue.distrust("*ESR?", reply, "Expected a whole number")
    return reply


def not_configured(dialogue: Dialogue, question: str) -> NotConfigured:
    """Return the error of a reading for which no function was configured."""
    said = "no function is configured since the session began"
    return NotConfigured(dialogue.name, question, said, "Configure it before reading")


def switched_on(dialogue: Dialogue, question: str, reply: str) -> NotConfigured:
    """End the session of a meter that woke up anew; return the error."""
    dialogue.close()
    advice = "It was switched on meanwhile: configure it again"
    return NotConfigured(dialogue.name, question, reply, advice)


def _no_number(dialogue: Dialogue, reply: str, value: float) -> InstrumentError:
    if abs(value) == OVERLOAD:
        advice = "Check the range, the connections and the source"
        return Overload(dialogue.name, READ, reply, advice)
    return dialogue.distrust(READ, reply, NO_SIGNAL)


def ac_filter(hertz: float, filters: Collection[int]) -> int:
    """Return the fastest of the ac `filters` (Hz) that adds no error at `hertz` (Hz).

    The makers state the accuracy for the slowest one. The 34401A adds 0.06 % at 40 … 100 Hz with
    20 Hz, 0.18 % up to 1 kHz with 200 Hz, and nothing from ten times a filter on (its Service
    Guide's table of additional low-frequency errors; from memory, unverified); the same is taken
    of the others.
    """
    return max((one for one in filters if 10 * one <= hertz), default=min(filters))
