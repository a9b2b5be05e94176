"""What is known about the 8508A, as data.

DC voltage, 365 days: from memory, unverified.  Every other accuracy was not collected and is an
order of magnitude for a reference multimeter, no published figure; so are the measuring currents.
How long a reading takes follows from a client's timeout of 180 s and is a choice.
"""

from types import MappingProxyType

from simulators.multimeter.specification import (
    Loading,
    Measurand,
    Settling,
    Specification,
    bands,
    percent,
    ppm,
)

CYCLES_OF = MappingProxyType({5: 5.0, 6: 20.0, 7: 160.0, 8: 1250.0})
"""Digits (RESL) → power line cycles of a reading with fast off: 0.1 s, 0.4 s, 3.2 s, 25 s."""
FAST_SHARE = 0.25  # of the integration time that is left with fast on
FILTER_SECONDS = 1.0  # that the analogue filter adds
MARGIN = 0.99999999  # of a range that can be shown

_AC = bands((40.0, 0.02, 0.002), (10e3, 0.01, 0.001), (30e3, 0.03, 0.004), (100e3, 0.1, 0.01),
            (1e6, 1.0, 0.1))  # fmt: skip
_AC_AMPERES = bands((10e3, 0.03, 0.01), (30e3, 0.1, 0.02))

F8508A = Specification(
    dc_voltage=MappingProxyType({
        0.2: ppm(4.5, 0.5), 2.0: ppm(3.0, 0.2), 20.0: ppm(3.0, 0.2), 200.0: ppm(4.5, 0.2),
        1000.0: ppm(4.5, 0.5),
    }),
    dc_current=MappingProxyType({
        2e-4: ppm(12, 2), 2e-3: ppm(12, 2), 2e-2: ppm(14, 2), 0.2: ppm(48, 4), 2.0: ppm(185, 8),
        20.0: ppm(400, 20),
    }),
    resistance=MappingProxyType({
        2.0: ppm(15, 2), 20.0: ppm(9, 0.7), 200.0: ppm(8, 0.25), 2e3: ppm(8, 0.25),
        2e4: ppm(8, 0.25), 2e5: ppm(8, 0.25), 2e6: ppm(9, 0.5), 2e7: ppm(20, 5), 2e8: ppm(130, 50),
        2e9: percent(0.15, 0.05), 2e10: percent(0.5, 0.05),
    }),
    ac_voltage=MappingProxyType(dict.fromkeys((0.2, 2.0, 20.0, 200.0, 1000.0), _AC)),
    ac_current=MappingProxyType(dict.fromkeys((2e-4, 2e-3, 2e-2, 0.2, 2.0, 20.0), _AC_AMPERES)),
    frequency=bands((1e6, 0.001, 0)),
    resolutions=MappingProxyType({
        1.25: 3e-5, 5.0: 1e-5, 20.0: 1e-6, 160.0: 1e-7, 1250.0: 1e-8,
    }),
    starting=MappingProxyType({
        Measurand.DC_VOLTAGE: 1000.0, Measurand.AC_VOLTAGE: 1000.0, Measurand.DC_CURRENT: 2.0,
        Measurand.AC_CURRENT: 2.0, Measurand.RESISTANCE: 2e4, Measurand.RESISTANCE_4_WIRE: 2e4,
    }),
    tops=MappingProxyType({
        Measurand.DC_VOLTAGE: MappingProxyType({1000.0: 1050.0}),
        Measurand.AC_VOLTAGE: MappingProxyType({1000.0: 1050.0}),
    }),
    current_inputs=MappingProxyType({2.0: "I", 20.0: "20A"}),
    test_amperes=MappingProxyType({
        2.0: 0.1, 20.0: 10e-3, 200.0: 10e-3, 2e3: 1e-3, 2e4: 1e-4, 2e5: 1e-4, 2e6: 1e-5, 2e7: 1e-6,
        2e8: 1e-7, 2e9: 1e-8, 2e10: 1e-9,
    }),
    settling=Settling(
        dc=0.0,
        ohms=MappingProxyType({2e7: 1.0, 2e8: 5.0, 2e9: 10.0, 2e10: 20.0}),
        filters=MappingProxyType({1.0: 6.0, 10.0: 1.5, 40.0: 0.6, 100.0: 0.3}),
    ),
    gates=(1.0,),
    memory=1,
    line_cycles=20.0,
    filter_hertz=100.0,
    over_range=MARGIN,
    loading=Loading(dc=10e6, dc_high=1e12, high_up_to=20.0, ac=1e6),
)  # fmt: skip
