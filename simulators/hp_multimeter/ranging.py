"""From an expected level and a wanted resolution to a range and an integration time."""

from types import MappingProxyType

from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import Special
from simulators.multimeter.meter import Multimeter
from simulators.multimeter.setup import Setup
from simulators.multimeter.specification import AC, COUNTED, Measurand

Level = float | Special

RANGE_UNIT = MappingProxyType({
    Measurand.DC_VOLTAGE: "V", Measurand.AC_VOLTAGE: "V", Measurand.DC_CURRENT: "A",
    Measurand.AC_CURRENT: "A", Measurand.RESISTANCE: "OHM", Measurand.RESISTANCE_4_WIRE: "OHM",
    Measurand.FREQUENCY: "HZ", Measurand.PERIOD: "S", Measurand.CONTINUITY: "OHM",
    Measurand.DIODE: "V", Measurand.RATIO: "V", Measurand.CAPACITANCE: "F",
    Measurand.TEMPERATURE: "CEL", Measurand.TEMPERATURE_4_WIRE: "CEL",
})  # fmt: skip
AC_RESOLUTION = 1e-6  # of range


def choose_range(meter: Multimeter, measurand: Measurand, setup: Setup, level: Level) -> None:
    """Select the lowest range that holds the expected input `level`.

    Raises:
        ScpiError: −222 above the top range.
    """
    ranges = meter.ranges(measurand)
    if isinstance(level, Special):
        ends = {Special.MINIMUM: ranges[0], Special.MAXIMUM: ranges[-1]}
        if level is Special.DEFAULT:
            setup.auto_range = True
            return
        if level not in ends:
            raise ScpiError(-224)
        level = ends[level]
    fitting = [one for one in ranges if abs(level) <= one * (1 + 1e-9)]
    if not fitting:
        raise ScpiError(-222)
    setup.range_, setup.auto_range = fitting[0], False


def aperture_for(meter: Multimeter, setup: Setup, wanted: Level | None) -> float:
    """Return the shortest integration (power line cycles) that resolves `wanted`."""
    apertures = meter.specification.resolutions
    if wanted is None or wanted is Special.DEFAULT:
        return meter.specification.line_cycles
    if isinstance(wanted, Special):
        ends = {Special.MINIMUM: max(apertures), Special.MAXIMUM: min(apertures)}
        if wanted not in ends:
            raise ScpiError(-224)
        return ends[wanted]
    fine = [
        n for n, part in sorted(apertures.items()) if part * setup.range_ <= wanted * (1 + 1e-9)
    ]
    if not fine:
        raise ScpiError(-222)
    return fine[0]


def resolution(meter: Multimeter) -> float:
    """Return the resolution (V, A or Ω; relative for frequency) of the present function."""
    setup = meter.setup
    if meter.measurand in COUNTED:
        return 1e-6 / setup.gate_seconds
    if meter.measurand in AC:
        return AC_RESOLUTION * setup.range_
    return meter.specification.resolution(setup.line_cycles) * setup.range_
