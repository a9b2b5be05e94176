"""What tells one maker's multimeters from another's, apart from the commands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from simulators.language.scpi_events import Manners
from simulators.multimeter.specification import Measurand


class Settings(Protocol):
    """What a reset brings back to its default, besides the physics: each language has its own."""

    display_text: str


S = TypeVar("S", bound=Settings)


@dataclass(frozen=True, kw_only=True)
class Habits(Manners, Generic[S]):
    """What tells one maker's multimeters from another's, apart from the commands.

    Attributes:
        fresh: makes the settings of a reset.
        names: function → its name in answers.
        overload_bits: function → bits of `overload_register`.
        overload_register: the register ("questionable", "measurement") that notes an overload.
        overload_is_error: whether an overload also sets DDE.
    """

    fresh: Callable[[], S]
    names: Mapping[Measurand, str]
    overload_bits: Mapping[Measurand, int]
    overload_register: str = "questionable"
    overload_is_error: bool = True
