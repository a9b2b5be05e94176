"""What Keithley's multimeters share: a filter for each function, and a reference from a reading."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulators.language.scpi_errors import ScpiError
from simulators.multimeter.habits import S
from simulators.multimeter.panel import MultimeterPanel
from simulators.multimeter.setup import Setup
from simulators.multimeter.specification import Measurand


@dataclass(slots=True)
class Filter:
    """The averaging filter of one function, as it is set."""

    on: bool = False
    repeats: bool = True
    count: int = 10


def apply(filters: Mapping[Measurand, Filter], setups: Mapping[Measurand, Setup]) -> None:
    """Let the physics know of the filters."""
    for measurand, one in filters.items():
        setups[measurand].averages = one.count if one.on else 1
        setups[measurand].repeats = one.repeats


def reference_from_reading(panel: MultimeterPanel[S], measurand: Measurand, most: float) -> None:
    """Take a reading of the present function for its reference.

    Raises:
        ScpiError: −221 for another function, −222 when the reading is greater than `most`.
    """
    if panel.meter.measurand is not measurand:
        raise ScpiError(-221)
    setup = panel.meter.setup
    before, setup.referenced = setup.referenced, False
    panel.acquisition.revise()
    timing = panel.acquisition.timing()
    value = panel.meter.read(panel.cursor + timing.middle)
    panel.cursor += timing.total
    setup.referenced = before
    panel.acquisition.revise()
    if abs(value) > most:
        raise ScpiError(-222)
    setup.reference = value
