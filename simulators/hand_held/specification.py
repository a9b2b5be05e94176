"""A generic hand-held multimeter of 4½ digits, true rms, as data.

No maker's figures: limits of the size that such meters have, the same as in
`procedures/data/hand-held-multimeter.toml`.
"""

from types import MappingProxyType

from simulators.multimeter.specification import (
    Accuracy,
    Band,
    Loading,
    Measurand,
    Settling,
    Specification,
    percent,
)
from simulators.physics.functions import Function

COUNTS = 20_000
CYCLES = 10.0  # power line cycles of a reading

VOLTS = (0.2, 2.0, 20.0, 200.0)
MILLIAMPERES = (0.002, 0.02, 0.2)
FARADS = (2e-8, 2e-7, 2e-6, 2e-5)


def _digits(reading: float, digits: float, *, step: float = 1.0) -> Accuracy:
    """Return ±(% of reading + digits); `step` is a digit in parts of the range's 20 000."""
    return percent(reading, 100.0 * digits * step / COUNTS)


def _mains_to_kilohertz(accuracy: Accuracy) -> tuple[Band, ...]:
    return (Band(1e3, accuracy),)


# The ranges that end in no 2 show a digit less than 20 000 counts could.
HAND_HELD = Specification(
    dc_voltage=MappingProxyType({
        **dict.fromkeys(VOLTS, _digits(0.05, 3)), 1000.0: _digits(0.1, 5, step=2.0),
    }),
    ac_voltage=MappingProxyType({
        **dict.fromkeys(VOLTS, _mains_to_kilohertz(_digits(0.8, 20))),
        750.0: _mains_to_kilohertz(_digits(1.0, 20, step=8.0 / 3.0)),
    }),
    dc_current=MappingProxyType({
        **dict.fromkeys(MILLIAMPERES, _digits(0.3, 5)), 10.0: _digits(1.0, 10, step=2.0),
    }),
    ac_current=MappingProxyType({
        **dict.fromkeys(MILLIAMPERES, _mains_to_kilohertz(_digits(1.0, 20))),
        10.0: _mains_to_kilohertz(_digits(1.5, 20, step=2.0)),
    }),
    resistance=MappingProxyType({
        200.0: _digits(0.2, 10),
        **dict.fromkeys((2e3, 2e4, 2e5), _digits(0.15, 3)),
        2e6: _digits(0.3, 3), 2e7: _digits(1.0, 5),
    }),
    capacitance=MappingProxyType(dict.fromkeys(FARADS, _digits(2.0, 20))),
    capacitance_resolution=1e-5,
    frequency=(Band(1e6, percent(0.02, 0.0)),),
    resolutions=MappingProxyType({CYCLES: 1e-5}),
    starting=MappingProxyType({
        Measurand.DC_VOLTAGE: 1000.0, Measurand.AC_VOLTAGE: 750.0, Measurand.DC_CURRENT: 10.0,
        Measurand.AC_CURRENT: 10.0, Measurand.RESISTANCE: 2e7, Measurand.FREQUENCY: 20.0,
        Measurand.CAPACITANCE: 2e-5,
    }),
    tops=MappingProxyType({
        Measurand.DC_VOLTAGE: {1000.0: 1100.0}, Measurand.AC_VOLTAGE: {750.0: 825.0},
        Measurand.DC_CURRENT: {10.0: 12.0}, Measurand.AC_CURRENT: {10.0: 12.0},
    }),
    current_inputs=MappingProxyType({0.2: "mA", 10.0: "A"}),
    test_amperes=MappingProxyType({
        200.0: 1e-3, 2e3: 1e-4, 2e4: 1e-5, 2e5: 1e-6, 2e6: 1e-7, 2e7: 1e-8,
    }),
    settling=Settling(dc=0.0, ohms=MappingProxyType({}), filters=MappingProxyType({20.0: 0.0})),
    gates=(0.1,),
    memory=1,
    line_cycles=CYCLES,
    over_range=1.0,
    loading=Loading(dc=10e6, dc_high=10e6, ac=10e6),
)  # fmt: skip

MEASURANDS = MappingProxyType({
    Function.DC_VOLTAGE: Measurand.DC_VOLTAGE,
    Function.AC_VOLTAGE: Measurand.AC_VOLTAGE,
    Function.DC_CURRENT: Measurand.DC_CURRENT,
    Function.AC_CURRENT: Measurand.AC_CURRENT,
    Function.RESISTANCE: Measurand.RESISTANCE,
    Function.FREQUENCY: Measurand.FREQUENCY,
    Function.CAPACITANCE: Measurand.CAPACITANCE,
})  # fmt: skip
"""What its switch can choose."""
