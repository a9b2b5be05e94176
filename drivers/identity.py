"""Who is expected to answer when a session begins, and whether it is them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from drivers.capabilities import Identity
from drivers.errors import UnexpectedReply, WrongInstrument
from drivers.link import LinkFault


@dataclass(frozen=True, slots=True)
class ExpectedIdentity:
    """Makers and models that may answer, and the serial number where one is known.

    Letter case and blanks around a field do not count.
    """

    makers: tuple[str, ...]
    models: tuple[str, ...]
    serial: str | None = None

    def matches(self, identity: Identity) -> bool:
        """Return whether `identity` is one of those expected."""
        return (
            _plain(identity.maker) in map(_plain, self.makers)
            and _plain(identity.model) in map(_plain, self.models)
            and (self.serial is None or _plain(self.serial) == _plain(identity.serial))
        )

    def __str__(self) -> str:
        who = f"{' or '.join(self.makers)} {' or '.join(self.models)}"
        return who if self.serial is None else f"{who}, serial {self.serial}"


def four_fields(replies: Sequence[str]) -> Identity:
    """Return the identity in the reply to `*IDN?` (IEEE 488.2, 10.14).

    Raises:
        LinkFault: it has not four fields separated by commas, the first two of them filled.
    """
    fields = [field.strip() for field in replies[0].split(",")]
    if len(fields) != 4 or not all(fields[:2]):
        advice = "Expected maker, model, serial number, firmware"
        raise LinkFault(UnexpectedReply, repr(replies[0]), advice)
    return Identity(*fields)


def states_nothing(maker: str, model: str) -> Callable[[Sequence[str]], Identity]:
    """Return what takes an instrument that cannot say who it is for `maker`'s `model`."""
    return lambda _: Identity(maker, model, "", "")


def one_line(lines: Sequence[str]) -> bool:
    """Return whether a reply that has come to `lines` goes on: it has one line."""
    return not lines


@dataclass(frozen=True, slots=True)
class Greeting:
    """What is said when a session begins.

    Attributes:
        expected: who must answer; None if anybody may.
        queries: the questions whose answers state the identity; none where it cannot be asked.
        states: the replies to them → the identity; raises LinkFault for what is none.
        goes_on: the lines of a reply so far → whether it has more.
        opening: commands sent first of all; what comes back is thrown away (echo off, stop).
        after_loss: commands sent after the identity when the session before was lost.
        always: commands sent after it at every beginning.
        echo_advice: what to do when the instrument repeats what it is sent.
        errors: the query that takes one entry out of the error queue; none where there is no queue.
    """

    expected: ExpectedIdentity | None = None
    queries: tuple[str, ...] = ("*IDN?",)
    states: Callable[[Sequence[str]], Identity] = four_fields
    goes_on: Callable[[Sequence[str]], bool] = one_line
    opening: tuple[str, ...] = ()
    after_loss: tuple[str, ...] = ()
    always: tuple[str, ...] = ("*CLS",)
    echo_advice: str = "Switch its echo off"
    errors: str = ""

    def judge(self, replies: Sequence[str]) -> Identity:
        """Return the identity that `replies` to the queries state.

        Raises:
            LinkFault: they state none, or not the one expected.
        """
        for query, reply in zip(self.queries, replies, strict=True):
            if reply.endswith(query):
                raise LinkFault(UnexpectedReply, repr(reply), self.echo_advice)
        identity = self.states(replies)
        if self.expected is not None and not self.expected.matches(identity):
            advice = f"Expected {self.expected}: check the address and the bench file"
            raise LinkFault(WrongInstrument, repr("; ".join(replies)), advice)
        return identity


def _plain(field: str) -> str:
    return field.strip().casefold()
