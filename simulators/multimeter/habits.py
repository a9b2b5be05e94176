"""What tells one maker's multimeters from another's, apart from the commands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from simulators.multimeter.specification import Measurand


class Settings(Protocol):
    """What a reset brings back to its default, besides the physics: each language has its own."""

    display_text: str


S = TypeVar("S", bound=Settings)


def _as_it_is(text: str, instant: float) -> str:
    return text


@dataclass(frozen=True)
class Habits(Generic[S]):
    """What tells one maker's multimeters from another's, apart from the commands.

    Attributes:
        identity: answer to `*IDN?`, with `{serial}` in it.
        fresh: makes the settings of a reset.
        names: function → its name in answers.
        overload_bits: function → bits of `overload_register`.
        overload_register: the register ("questionable", "measurement") that notes an overload.
        overload_is_error: whether an overload also sets DDE.
        queue_depth: errors kept.
        overflow: code and text of the error that tells that the queue was full.
        texts: code → text, where it is not SCPI's.
        no_error: answer to `SYST:ERR?` when there is none.
        entry: (text, instant in s) → text as the queue keeps it.
        signed: whether whole numbers in answers carry a plus sign.
        error_bit: whether bit 2 of the status byte tells of errors in the queue.
        operation_bit: whether bit 7 sums the operation register up.
    """

    identity: str
    fresh: Callable[[], S]
    names: Mapping[Measurand, str]
    overload_bits: Mapping[Measurand, int]
    overload_register: str = "questionable"
    overload_is_error: bool = True
    queue_depth: int = 20
    overflow: tuple[int, str] = (-350, "Queue overflow")
    texts: Mapping[int, str] = field(default_factory=dict)
    no_error: str = '+0,"No error"'
    entry: Callable[[str, float], str] = _as_it_is
    signed: bool = True
    error_bit: bool = True
    operation_bit: bool = True

    def whole(self, number: int) -> str:
        """Return a whole number as answers carry it."""
        return f"{number:+d}" if self.signed else f"{number}"
