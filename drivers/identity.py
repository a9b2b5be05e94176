"""Who is expected to answer when a session begins, and whether it is them."""

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


@dataclass(frozen=True, slots=True)
class Greeting:
    """What is said when a session begins.

    Attributes:
        expected: who must answer; None if anybody may.
        query: the question that is answered by an identity.
        after_loss: commands sent first when the session before was lost.
        always: commands sent at every beginning.
        echo_advice: what to do when the instrument repeats what it is sent.
    """

    expected: ExpectedIdentity | None = None
    query: str = "*IDN?"
    after_loss: tuple[str, ...] = ()
    always: tuple[str, ...] = ("*CLS",)
    echo_advice: str = "Switch its echo off"

    def judge(self, reply: str) -> Identity:
        """Return the identity that `reply` to the query states.

        Source: IEEE 488.2, 10.14: four fields separated by commas.

        Raises:
            LinkFault: it states none, or not the one expected.
        """
        if reply.endswith(self.query):
            raise LinkFault(UnexpectedReply, repr(reply), self.echo_advice)
        fields = [field.strip() for field in reply.split(",")]
        if len(fields) != 4 or not all(fields[:2]):
            advice = "Expected maker, model, serial number, firmware"
            raise LinkFault(UnexpectedReply, repr(reply), advice)
        identity = Identity(*fields)
        if self.expected is not None and not self.expected.matches(identity):
            advice = f"Expected {self.expected}: check the address and the bench file"
            raise LinkFault(WrongInstrument, repr(reply), advice)
        return identity


def _plain(field: str) -> str:
    return field.strip().casefold()
