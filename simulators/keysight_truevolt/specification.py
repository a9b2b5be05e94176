"""What is published about Truevolt multimeters, as data.

Sources, where a line does not say otherwise: 1-year accuracy, 23 °C ± 5 °C, in the transcriptions
of PhilippCo/testgear (K34461A.py, K34470A.py); integration times and resolution factors from
microsoft/Qcodes (Keysight_344xxA_submodules.py); ranges with 20 % over range except the top ones,
Truevolt Series Operating and Service Guide.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from simulators.multimeter.specification import (
    Measurand,
    Settling,
    Specification,
    bands,
    percent,
)

# A full-scale point with its error must still show: the margin is a choice.
FULL_SCALE_MARGIN = 1.005
NO_OVER_RANGE = MappingProxyType({
    Measurand.DC_VOLTAGE: (1000.0,), Measurand.AC_VOLTAGE: (750.0,),
    Measurand.DC_CURRENT: (3.0, 10.0), Measurand.AC_CURRENT: (3.0, 10.0),
})  # fmt: skip
TOPS = MappingProxyType({
    measurand: MappingProxyType({range_: range_ * FULL_SCALE_MARGIN for range_ in ranges})
    for measurand, ranges in NO_OVER_RANGE.items()
})  # fmt: skip
STARTING: Mapping[Measurand, float] = MappingProxyType({
    Measurand.DC_VOLTAGE: 10.0, Measurand.AC_VOLTAGE: 10.0,
    Measurand.DC_CURRENT: 1.0, Measurand.AC_CURRENT: 1.0,
    Measurand.RESISTANCE: 1e3, Measurand.RESISTANCE_4_WIRE: 1e3,
    Measurand.FREQUENCY: 10.0, Measurand.PERIOD: 10.0,
    Measurand.CONTINUITY: 1e3, Measurand.DIODE: 1.0, Measurand.RATIO: 10.0,
    Measurand.TEMPERATURE: 1e3, Measurand.TEMPERATURE_4_WIRE: 1e3,
})  # fmt: skip
ONLY = MappingProxyType({
    Measurand.CONTINUITY: (1e3,), Measurand.DIODE: (1.0,),
    Measurand.TEMPERATURE: (1e3,), Measurand.TEMPERATURE_4_WIRE: (1e3,),
})  # fmt: skip
# Ranges and 4½ digits: Operating and Service Guide, p. 282.  Accuracies: those of the 34410A, the
# family before (its User's Guide, p. 117); that they are the same is from memory, unverified.
CAPACITANCE = MappingProxyType({
    1e-9: percent(0.50, 0.50), **dict.fromkeys((1e-8, 1e-7, 1e-6, 1e-5, 1e-4), percent(0.40, 0.10)),
})  # fmt: skip
# On a range that is held there is no overload until the capacitance takes too long to measure
# (p. 282); that this is at twice the range is a choice.
CAPACITANCE_TOPS = MappingProxyType({range_: 2.0 * range_ for range_ in CAPACITANCE})
# 34401A figures (from memory, unverified).
SETTLING = Settling(
    dc=0.0015,
    ohms=MappingProxyType({1e6: 0.015, 1e7: 0.1, 1e8: 0.1, 1e9: 0.1}),
    filters=MappingProxyType({3.0: 7.0, 20.0: 1.0, 200.0: 0.6}),
)
# From memory, unverified.
TEST_AMPERES = MappingProxyType(
    {1e2: 1e-3, 1e3: 1e-3, 1e4: 1e-4, 1e5: 1e-5, 1e6: 5e-6, 1e7: 5e-7, 1e8: 5e-7, 1e9: 5e-7}
)

DC_VOLTAGE = MappingProxyType({
    0.1: percent(0.0050, 0.0035), 1.0: percent(0.0040, 0.0007), 10.0: percent(0.0035, 0.0005),
    100.0: percent(0.0045, 0.0006), 1000.0: percent(0.0045, 0.0010),
})  # fmt: skip
RESISTANCE = MappingProxyType({
    1e2: percent(0.010, 0.004), 1e3: percent(0.010, 0.001), 1e4: percent(0.010, 0.001),
    1e5: percent(0.010, 0.001), 1e6: percent(0.010, 0.001), 1e7: percent(0.040, 0.001),
    1e8: percent(0.800, 0.001),
})  # fmt: skip
AC_VOLTAGE = bands(
    (5.0, 1.00, 0.03), (10.0, 0.35, 0.03), (20e3, 0.06, 0.03),
    (50e3, 0.12, 0.05), (100e3, 0.60, 0.08), (300e3, 4.00, 0.50),
)  # fmt: skip
_AC_CURRENT_LOW = bands((10e3, 0.10, 0.04))

K34461A = Specification(
    dc_voltage=DC_VOLTAGE,
    dc_current=MappingProxyType({
        1e-4: percent(0.050, 0.025), 1e-3: percent(0.050, 0.006), 1e-2: percent(0.050, 0.020),
        0.1: percent(0.050, 0.005), 1.0: percent(0.100, 0.010), 3.0: percent(0.200, 0.020),
        10.0: percent(0.120, 0.010),
    }),
    resistance=RESISTANCE,
    ac_voltage=MappingProxyType(dict.fromkeys((0.1, 1.0, 10.0, 100.0, 750.0), AC_VOLTAGE)),
    ac_current=MappingProxyType({
        **dict.fromkeys((1e-4, 1e-3, 1e-2, 0.1, 1.0), _AC_CURRENT_LOW),
        3.0: bands((10e3, 0.23, 0.04)), 10.0: bands((10e3, 0.15, 0.04)),
    }),
    frequency=bands((10.0, 0.100, 0), (100.0, 0.030, 0), (1e3, 0.010, 0), (300e3, 0.010, 0)),
    resolutions=MappingProxyType({0.02: 100e-6, 0.2: 10e-6, 1.0: 3e-6, 10.0: 1e-6, 100.0: 0.3e-6}),
    capacitance=CAPACITANCE,
    starting=MappingProxyType({**STARTING, Measurand.CAPACITANCE: 1e-6}),
    tops=MappingProxyType({**TOPS, Measurand.CAPACITANCE: CAPACITANCE_TOPS}),
    only=ONLY,
    current_inputs=MappingProxyType({3.0: "3A", 10.0: "10A"}),
    test_amperes=TEST_AMPERES,
    settling=SETTLING,
    gates=(0.01, 0.1, 1.0),
    memory=10_000,  # from memory, unverified
)  # fmt: skip

# The 34460A's accuracies and current ranges: from memory, unverified; resolution factors sourced.
K34460A = replace(
    K34461A,
    dc_voltage=MappingProxyType({
        0.1: percent(0.0090, 0.0065), 1.0: percent(0.0085, 0.0010), 10.0: percent(0.0075, 0.0005),
        100.0: percent(0.0085, 0.0006), 1000.0: percent(0.0085, 0.0010),
    }),
    dc_current=MappingProxyType({
        range_: row for range_, row in K34461A.dc_current.items() if range_ <= 3.0
    }),
    resistance=MappingProxyType({
        1e2: percent(0.015, 0.005), 1e3: percent(0.014, 0.001), 1e4: percent(0.014, 0.001),
        1e5: percent(0.014, 0.001), 1e6: percent(0.014, 0.001), 1e7: percent(0.040, 0.001),
        1e8: percent(0.800, 0.001),
    }),
    ac_voltage=MappingProxyType(dict.fromkeys(
        (0.1, 1.0, 10.0, 100.0, 750.0),
        bands((5.0, 1.00, 0.05), (10.0, 0.38, 0.05), (20e3, 0.09, 0.05), (50e3, 0.15, 0.06),
              (100e3, 0.63, 0.08), (300e3, 4.00, 0.50)),
    )),
    ac_current=MappingProxyType({
        range_: row for range_, row in K34461A.ac_current.items() if range_ <= 3.0
    }),
    frequency=bands((10.0, 0.100, 0), (100.0, 0.030, 0), (1e3, 0.018, 0), (300e3, 0.018, 0)),
    resolutions=MappingProxyType(
        {0.02: 300e-6, 0.2: 100e-6, 1.0: 30e-6, 10.0: 10e-6, 100.0: 3e-6}
    ),
    capacitance=MappingProxyType({}),
    starting=STARTING,
    current_inputs=MappingProxyType({3.0: "3A"}),
    memory=1_000,  # from memory, unverified
)  # fmt: skip

# DC voltage from memory, unverified; what was not found is taken from the 34461A, which is worse,
# and from the 34470A for the ranges the 34461A has not.  Times below 0.02 PLC were the option DIG
# before firmware A.03.00, which this one is after.
K34465A = replace(
    K34461A,
    dc_voltage=MappingProxyType({
        0.1: percent(0.0050, 0.0035), 1.0: percent(0.0035, 0.0006), 10.0: percent(0.0030, 0.0004),
        100.0: percent(0.0040, 0.0006), 1000.0: percent(0.0040, 0.0006),
    }),
    dc_current=MappingProxyType({
        1e-6: percent(0.05, 0.005), 1e-5: percent(0.05, 0.002), **K34461A.dc_current,
    }),
    resistance=MappingProxyType({**RESISTANCE, 1e9: percent(3.0, 0.001)}),
    resolutions=MappingProxyType({
        0.001: 30e-6, 0.002: 15e-6, 0.006: 6e-6, 0.02: 3e-6, 0.06: 1.5e-6, 0.2: 0.7e-6,
        1.0: 0.3e-6, 10.0: 0.1e-6, 100.0: 0.03e-6,
    }),
    memory=50_000,  # from memory, unverified
)  # fmt: skip

K34470A = replace(
    K34465A,
    dc_voltage=MappingProxyType({
        0.1: percent(0.0040, 0.0035), 1.0: percent(0.0020, 0.0004), 10.0: percent(0.0016, 0.0002),
        100.0: percent(0.0038, 0.0006), 1000.0: percent(0.0038, 0.0006),
    }),
    # A transcription with rows that look alike: to be checked.
    dc_current=MappingProxyType({
        1e-6: percent(0.05, 0.005), 1e-5: percent(0.05, 0.002), 1e-4: percent(0.05, 0.001),
        1e-3: percent(0.05, 0.005), 1e-2: percent(0.05, 0.02), 0.1: percent(0.05, 0.005),
        1.0: percent(0.08, 0.01), 3.0: percent(0.20, 0.02), 10.0: percent(0.12, 0.01),
    }),
    resistance=MappingProxyType({
        1e2: percent(0.0060, 0.0040), 1e3: percent(0.0040, 0.0005), 1e4: percent(0.0040, 0.0005),
        1e5: percent(0.0040, 0.0005), 1e6: percent(0.0070, 0.0005), 1e7: percent(0.0250, 0.0010),
        1e8: percent(0.3, 0.001), 1e9: percent(3.0, 0.001),
    }),
    ac_voltage=MappingProxyType(dict.fromkeys(
        (0.1, 1.0, 10.0, 100.0, 750.0),
        bands((5.0, 0.50, 0.02), (10.0, 0.10, 0.02), (20e3, 0.05, 0.02), (50e3, 0.07, 0.03),
              (100e3, 0.15, 0.05), (300e3, 1.00, 0.10)),
    )),
    frequency=bands((10.0, 0.070, 0), (100.0, 0.030, 0), (1e3, 0.007, 0), (300e3, 0.006, 0)),
)  # fmt: skip
