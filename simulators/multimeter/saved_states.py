"""States saved and recalled: `*SAV` and `*RCL`."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Generic

from simulators.language.scpi import Command, Parameter
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import plain_number
from simulators.multimeter.acquisition import Triggering
from simulators.multimeter.habits import S
from simulators.multimeter.panel import MultimeterPanel
from simulators.multimeter.setup import Setup
from simulators.multimeter.specification import Measurand

NOTHING_SAVED = -221  # number from memory, unverified


@dataclass(frozen=True, slots=True)
class _State(Generic[S]):
    """What a place holds: function, setups, trigger system, and the language's settings."""

    measurand: Measurand
    setups: dict[Measurand, Setup]
    triggering: Triggering
    settings: S


def saving_commands(panel: MultimeterPanel[S], places: range) -> Iterator[Command]:
    """Yield `*SAV` and `*RCL` for the numbered `places`; they outlast a reset."""
    saved: dict[int, _State[S]] = {}

    def place(number: float) -> int:
        if not places.start <= number <= places.stop - 1:
            raise ScpiError(-222)
        return round(number)

    def save(number: float) -> None:
        meter, triggering = panel.meter, panel.acquisition.triggering
        saved[place(number)] = deepcopy(
            _State(meter.measurand, meter.setups, triggering, panel.settings)
        )

    def recall(number: float) -> None:
        held = saved.get(place(number))
        if held is None:
            raise ScpiError(NOTHING_SAVED)
        state = deepcopy(held)
        panel.acquisition.reset()
        panel.meter.measurand, panel.settings = state.measurand, state.settings
        panel.meter.setups.update(state.setups)
        panel.acquisition.triggering = state.triggering
        panel.acquisition.revise()

    yield Command("*SAV", save, None, (Parameter(plain_number),))
    yield Command("*RCL", recall, None, (Parameter(plain_number),))
