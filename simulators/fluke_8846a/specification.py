"""What is published about the Fluke 8845A and 8846A, as data.

Capacitance: 8845A/8846A Users Manual, p. 1-22 (1 year, with the Zero function used).  Dc voltage,
1 year: from memory, unverified.  Other accuracies were not found: the 34401A's stand
in for them (the 8846A's are no worse), so a healthy meter's errors are of the right size only.
Ranges: those that a public client's hardware test selects (PyFixate/Fixate,
test/drivers/test_fluke_8846A.py), the rest from memory, unverified.
"""

from dataclasses import replace
from types import MappingProxyType

from simulators.hp_34401a.specification import HP34401A
from simulators.keysight_truevolt.specification import (
    FULL_SCALE_MARGIN,
    K34461A,
    ONLY,
    RESISTANCE,
    STARTING,
    TOPS,
)
from simulators.multimeter.specification import Measurand, percent

_AC_VOLTAGE = HP34401A.ac_voltage[1.0]
_AC_CURRENT = HP34401A.ac_current[1.0]
_DC_CURRENT = dict(sorted({**K34461A.dc_current, 0.4: percent(0.05, 0.005)}.items()))
_TOP_VOLTS = MappingProxyType({1000.0: 1000.0 * FULL_SCALE_MARGIN})
# The lower ohms ranges measure with 10 mA and 1 mA (from memory, unverified).
_TEST_AMPERES = MappingProxyType({1e1: 1e-2, **HP34401A.test_amperes})

FLUKE_8846A = replace(
    HP34401A,
    dc_voltage=MappingProxyType({
        0.1: percent(0.0037, 0.0035), 1.0: percent(0.0025, 0.0007), 10.0: percent(0.0024, 0.0005),
        100.0: percent(0.0038, 0.0006), 1000.0: percent(0.0041, 0.0010),
    }),
    dc_current=MappingProxyType(_DC_CURRENT),
    resistance=MappingProxyType({
        1e1: percent(0.010, 0.030), **RESISTANCE, 1e9: percent(3.0, 0.010),
    }),
    ac_voltage=MappingProxyType(
        {0.1: HP34401A.ac_voltage[0.1]} | dict.fromkeys((1.0, 10.0, 100.0, 1000.0), _AC_VOLTAGE)
    ),
    ac_current=MappingProxyType(
        dict.fromkeys((1e-4, 1e-3, 1e-2, 0.1, 0.4, 1.0, 3.0, 10.0), _AC_CURRENT)
    ),
    capacitance=MappingProxyType({
        1e-9: percent(2.0, 2.5), 1e-8: percent(1.0, 0.5),
        **dict.fromkeys((1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2), percent(1.0, 0.5)),
        0.1: percent(4.0, 0.2),
    }),
    capacitance_resolution=1e-3,  # the same page: 1 pF of 1 nF
    starting=MappingProxyType({
        **STARTING, Measurand.CAPACITANCE: 1e-6,
    }),
    tops=MappingProxyType({
        **TOPS, Measurand.AC_VOLTAGE: _TOP_VOLTS,
    }),
    only=ONLY,
    current_inputs=MappingProxyType({0.4: "400mA", 10.0: "10A"}),
    test_amperes=_TEST_AMPERES,
    memory=5000,  # PyFixate/Fixate: TRIG:COUN times SAMP:COUN
)  # fmt: skip

# Without the lowest range of resistance, and without capacitance and temperature.
FLUKE_8845A = replace(
    FLUKE_8846A,
    resistance=MappingProxyType({
        range_: row for range_, row in FLUKE_8846A.resistance.items() if 1e2 <= range_ <= 1e8
    }),
    capacitance=MappingProxyType({}),
    starting=HP34401A.starting,
)  # fmt: skip
