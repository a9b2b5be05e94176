"""What is published about the Keithley DMM6500, as data.

Dc voltage, 1 year, from memory, unverified; other accuracies were not found and are those of the
Keithley 2000, its predecessor, or coarser.  Ranges: pymeasure/pymeasure, keithleyDMM6500.py
(front terminals).
"""

from types import MappingProxyType

from simulators.keithley_2000.specification import KEITHLEY_2000
from simulators.multimeter.specification import (
    Measurand,
    Settling,
    Specification,
    bands,
    percent,
    ppm,
)

_AC_VOLTAGE = KEITHLEY_2000.ac_voltage[10.0]
_AC_CURRENT = KEITHLEY_2000.ac_current[1.0]

KEITHLEY_DMM6500 = Specification(
    dc_voltage=MappingProxyType({
        0.1: ppm(30, 35), 1.0: ppm(25, 6), 10.0: ppm(25, 5), 100.0: ppm(40, 6), 1000.0: ppm(40, 6),
    }),
    dc_current=MappingProxyType({
        **dict.fromkeys((1e-5, 1e-4, 1e-3, 1e-2, 0.1), ppm(500, 80)),
        1.0: ppm(800, 80), 3.0: ppm(1200, 40),
    }),
    resistance=MappingProxyType({
        1.0: ppm(100, 200), 10.0: ppm(100, 100), 1e2: ppm(100, 40),
        **dict.fromkeys((1e3, 1e4, 1e5, 1e6), ppm(100, 10)),
        1e7: ppm(400, 10), 1e8: ppm(1500, 30),
    }),
    ac_voltage=MappingProxyType(dict.fromkeys((0.1, 1.0, 10.0, 100.0, 750.0), _AC_VOLTAGE)),
    ac_current=MappingProxyType(dict.fromkeys((1e-3, 1e-2, 0.1, 1.0, 3.0), _AC_CURRENT)),
    frequency=bands((300e3, 0.008, 0)),
    capacitance=MappingProxyType(
        dict.fromkeys((1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3), percent(1.0, 0.5))
    ),
    resolutions=MappingProxyType({
        0.0005: 200e-6, 0.01: 30e-6, 0.1: 5e-6, 1.0: 0.7e-6, 10.0: 0.2e-6, 15.0: 0.17e-6,
    }),
    starting=MappingProxyType({
        Measurand.DC_VOLTAGE: 1000.0, Measurand.AC_VOLTAGE: 750.0, Measurand.DC_CURRENT: 3.0,
        Measurand.AC_CURRENT: 3.0, Measurand.RESISTANCE: 1e8, Measurand.RESISTANCE_4_WIRE: 1e8,
        Measurand.FREQUENCY: 10.0, Measurand.PERIOD: 10.0, Measurand.CONTINUITY: 1e3,
        Measurand.DIODE: 10.0, Measurand.TEMPERATURE: 0.1, Measurand.CAPACITANCE: 1e-3,
        Measurand.RATIO: 1000.0,
    }),
    tops=MappingProxyType({
        Measurand.DC_VOLTAGE: {1000.0: 1010.0}, Measurand.AC_VOLTAGE: {750.0: 757.5},
        Measurand.DC_CURRENT: {3.0: 3.1}, Measurand.AC_CURRENT: {3.0: 3.1},
    }),
    only=MappingProxyType({
        Measurand.RESISTANCE: (10.0, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8),
        Measurand.CONTINUITY: (1e3,), Measurand.DIODE: (10.0,), Measurand.TEMPERATURE: (0.1,),
    }),
    current_inputs=MappingProxyType({3.0: "AMPS"}),
    # From memory, unverified; so are settling and gate times.
    test_amperes=MappingProxyType({
        1.0: 1e-2, 10.0: 1e-2, 1e2: 1e-3, 1e3: 1e-3, 1e4: 1e-4, 1e5: 1e-5, 1e6: 1e-5,
        1e7: 7e-7, 1e8: 7e-7,
    }),
    settling=Settling(
        dc=0.0005,
        ohms=MappingProxyType({1e5: 0.003, 1e6: 0.013, 1e7: 0.1, 1e8: 0.1}),
        filters=MappingProxyType({3.0: 1.0, 30.0: 0.4, 300.0: 0.03}),
    ),
    gates=(0.002, 0.273),
    memory=1_000_000,
    line_cycles=1.0,
    filter_hertz=3.0,
    gate_seconds=0.2,
    transducer="K",
)  # fmt: skip
