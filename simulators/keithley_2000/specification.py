"""What is published about the Keithley 2000, as data.

Dc and resistance accuracies, 1 year, 23 °C ± 5 °C, from memory, unverified; ac accuracies were
not found and are those of the 34401A's class.  Noise and speed: specifications of the sibling
2015 (user manual, p. A-5): resolution factors are its noise on 10 V over the share the physics
takes, and 10 PLC take 0.25 s.  Over range 120 % but for the tops: limits that public drivers use
(pymeasure/pymeasure, keithley2000.py).
"""

from types import MappingProxyType

from simulators.multimeter.specification import (
    Measurand,
    Settling,
    Specification,
    bands,
    ppm,
)

_AC_VOLTAGE = bands(
    (10.0, 0.35, 0.03), (20e3, 0.06, 0.03), (50e3, 0.12, 0.05), (100e3, 0.60, 0.08),
    (300e3, 4.00, 0.50),
)  # fmt: skip
_AC_CURRENT = bands((10.0, 0.30, 0.04), (5e3, 0.10, 0.04))

KEITHLEY_2000 = Specification(
    dc_voltage=MappingProxyType({
        0.1: ppm(50, 35), 1.0: ppm(30, 7), 10.0: ppm(30, 5), 100.0: ppm(45, 6), 1000.0: ppm(45, 6),
    }),
    dc_current=MappingProxyType({
        1e-2: ppm(500, 80), 0.1: ppm(500, 800), 1.0: ppm(800, 80), 3.0: ppm(1200, 40),
    }),
    resistance=MappingProxyType({
        1e2: ppm(100, 40), **dict.fromkeys((1e3, 1e4, 1e5, 1e6), ppm(100, 10)),
        1e7: ppm(400, 10), 1e8: ppm(1500, 30),
    }),
    ac_voltage=MappingProxyType(dict.fromkeys((0.1, 1.0, 10.0, 100.0, 750.0), _AC_VOLTAGE)),
    ac_current=MappingProxyType(dict.fromkeys((1.0, 3.0), _AC_CURRENT)),
    frequency=bands((500e3, 0.01, 0)),
    resolutions=MappingProxyType({0.01: 50e-6, 0.1: 7.3e-6, 1.0: 1.3e-6, 10.0: 0.5e-6}),
    starting=MappingProxyType({
        Measurand.DC_VOLTAGE: 1000.0, Measurand.AC_VOLTAGE: 750.0, Measurand.DC_CURRENT: 3.0,
        Measurand.AC_CURRENT: 3.0, Measurand.RESISTANCE: 1e8, Measurand.RESISTANCE_4_WIRE: 1e8,
        Measurand.FREQUENCY: 10.0, Measurand.PERIOD: 10.0, Measurand.CONTINUITY: 1e3,
        Measurand.DIODE: 10.0, Measurand.TEMPERATURE: 0.1,
    }),
    tops=MappingProxyType({
        Measurand.DC_VOLTAGE: {1000.0: 1010.0}, Measurand.AC_VOLTAGE: {750.0: 757.5},
        Measurand.DC_CURRENT: {3.0: 3.1}, Measurand.AC_CURRENT: {3.0: 3.1},
    }),
    only=MappingProxyType({
        Measurand.CONTINUITY: (1e3,), Measurand.DIODE: (10.0,), Measurand.TEMPERATURE: (0.1,),
    }),
    current_inputs=MappingProxyType({3.0: "AMPS"}),
    # From memory, unverified; so are settling and gate times.
    test_amperes=MappingProxyType({
        1e2: 1e-3, 1e3: 1e-3, 1e4: 1e-4, 1e5: 1e-5, 1e6: 1e-5, 1e7: 7e-7, 1e8: 7e-7,
    }),
    settling=Settling(
        dc=0.0005,
        ohms=MappingProxyType({1e5: 0.003, 1e6: 0.013, 1e7: 0.1, 1e8: 0.1}),
        filters=MappingProxyType({3.0: 1.0, 30.0: 0.4, 300.0: 0.03}),
    ),
    gates=(0.01, 1.0),
    memory=1024,
    line_cycles=1.0,
    filter_hertz=30.0,
    gate_seconds=1.0,
    zero_share=0.25,
    transducer="J",
)  # fmt: skip
