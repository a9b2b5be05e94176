"""What can go wrong with an instrument.

    InstrumentError
    ├── LinkLost            the connection is gone or could not be opened
    ├── ReplyTimeout        no (complete) reply within the deadline
    ├── UnexpectedReply     bytes that are not a reply to what was asked
    ├── WrongInstrument     somebody answers, but not the one expected
    ├── InstrumentRefused   the instrument put an error in its queue
    ├── Overload            the input is beyond the range: there is no number
    ├── NotConfigured       a reading was asked for before a function was configured
    ├── UnknownModel        the catalogue has no such model
    ├── BadAddress          an address that names no link
    ├── BadSetting          a setting that the driver does not have
    └── RecordingMismatch   a replayed dialogue went another way than the recorded one

After any of the first four the session is dirty (see `drivers.dialogue`).
"""

from dataclasses import dataclass


# Compared and hashed by identity: two failures that read alike are still two failures.
@dataclass(eq=False)
class InstrumentError(Exception):
    """Something went wrong with one instrument: which, while asking what, and what came back.

    Attributes:
        instrument: name of the instrument on the bench, e.g. "calibrator".
        command: what was sent, without its terminator.
        reply: what came back, or what the library said.
        advice: what the person can do about it.
    """

    instrument: str
    command: str
    reply: str
    advice: str = ""

    headline = "failed"

    def __str__(self) -> str:
        what = f"{self.instrument}: {self.headline} at {self.command!r}: {self.reply}"
        return f"{what}. {self.advice}" if self.advice else what


class LinkLost(InstrumentError):
    """The connection is gone or could not be opened."""

    headline = "connection lost"


class ReplyTimeout(InstrumentError):
    """No complete reply came within the deadline."""

    headline = "no reply in time"


class UnexpectedReply(InstrumentError):
    """The bytes that came are not a reply to what was asked."""

    headline = "unexpected reply"


class WrongInstrument(InstrumentError):
    """Somebody answers, but maker, model or serial number are not those expected."""

    headline = "wrong instrument"


class InstrumentRefused(InstrumentError):
    """The instrument did not accept a command; `reply` is its own error message."""

    headline = "refused"


class Overload(InstrumentError):
    """The input is beyond the range; what the instrument sent is not a number."""

    headline = "overload"


class NotConfigured(InstrumentError):
    """A reading was asked for, but no function is configured in the present session."""

    headline = "not configured"


class UnknownModel(InstrumentError):
    """The catalogue has no such model; `command` is the name that was asked for."""

    headline = "unknown model"


class BadAddress(InstrumentError):
    """The address names no link; `command` is the address."""

    headline = "bad address"


class BadSetting(InstrumentError):
    """The driver has no such setting; `command` is its name."""

    headline = "bad setting"


class RecordingMismatch(InstrumentError):
    """A replayed dialogue went another way than the recorded one."""

    headline = "not as recorded"
