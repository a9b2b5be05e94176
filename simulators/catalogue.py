"""From a specification to an instrument in the world, by the model's name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from simulators.errors import UnknownName
from simulators.models import MODELS, SimulatedModel

if TYPE_CHECKING:  # a list of models needs no physics
    from simulators.panel import Panel
    from simulators.physics.true_error import Errors
    from simulators.world import World


@dataclass(frozen=True)
class InstrumentSpec:
    """One instrument to put on the bench.

    Attributes:
        name: its role, and the first word of its terminals.
        model: one of `MODELS`.
        serial: the number it gives when asked who it is.
        errors: function → {"gain_ppm": …, "offset_ppm_of_range": …}; what is not set is drawn.
        constants: what this specimen is made of, under the names its builder knows (a probe's
            true coefficients); what is not set is drawn.
    """

    name: str
    model: str
    serial: str
    errors: "Errors" = field(default_factory=dict)
    constants: Mapping[str, float] = field(default_factory=dict)


def _nothing() -> None:
    """Do nothing: the instrument has no such thing."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a person sees of an indication.

    Attributes:
        value: in the SI unit (°C, %): what stands on a display, or where a pointer stands.
        analogue: whether it is a pointer over a scale, to be rounded by whoever looks.
    """

    value: float
    analogue: bool = False


@dataclass(frozen=True, slots=True)
class Built:
    """An instrument in the world.

    Attributes:
        panel: what carries messages out; None where it has no interface (a weight, a probe).
        physics: what is true of it, for tests and for onlookers such as `SimulatedBench`.
        terminal: makes the face of a serial line in its chatty mode from the panel with faults.
        serial: makes what its serial line shows from the panel with faults, where that differs
            from what the other interfaces show (a 34401A listens only once it is remote).
        trip: switches its output off as a protection does; nothing where it has none.
        warn: makes it warn that its calibration has expired, where it can.
        turn: moves the switch that chooses its function, where only a hand can; None: there is
            none.
        look: what a person sees of a quantity now ("" where there is only one); None: nothing.
    """

    panel: "Panel | None"
    physics: object
    terminal: "Chatty | None" = None
    serial: "Chatty | None" = None
    trip: Callable[[], None] = _nothing
    warn: Callable[[], None] = _nothing
    turn: Callable[[str], None] | None = None
    look: Callable[[str], Sight] | None = None


class Chatty(Protocol):
    """Wraps a panel into its terminal mode (echo and prompts)."""

    def __call__(self, panel: "Panel") -> "Panel":
        """Return the wrapped panel."""
        ...


class Builder(Protocol):
    """Puts one instrument into the world: installs its terminals and returns it."""

    def __call__(self, spec: InstrumentSpec, world: "World") -> Built:
        """Build the instrument of `spec`."""
        ...


def model_of(name: str) -> SimulatedModel:
    """Return the row of a model.

    Raises:
        UnknownName: there is none; the nearest is named.
    """
    if name not in MODELS:
        raise UnknownName("model", name, MODELS)
    return MODELS[name]


def build(spec: InstrumentSpec, world: "World") -> Built:
    """Put the instrument of `spec` into `world`.

    Raises:
        UnknownName: there is no such model.
    """
    module, _, function = model_of(spec.model).builder.partition(":")
    return cast(Builder, getattr(import_module(module), function))(spec, world)
