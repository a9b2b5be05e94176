"""What is published about the 3458A, as data.

DC voltage, 1 year: Keysight training page.  Every other accuracy and the measuring currents are
from memory, unverified.  Ranges and over-range: a transcription of the manual's command reference;
resolution follows the digits given for each integration time (lab-measurement/Lab-Measurement,
HP3458A.pm), one digit taken as the noise of a reading.
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

_AC_MIDDLE = bands(
    (40.0, 0.007, 0.004), (1e3, 0.007, 0.002), (20e3, 0.014, 0.002), (50e3, 0.03, 0.002),
    (100e3, 0.08, 0.002), (300e3, 0.3, 0.01), (1e6, 1.0, 0.01), (2e6, 1.5, 0.01),
)  # fmt: skip
_AC_MILLIAMPERES = bands(
    (20.0, 0.4, 0.02), (45.0, 0.15, 0.02), (100.0, 0.06, 0.02), (5e3, 0.03, 0.02),
    (20e3, 0.06, 0.02), (50e3, 0.4, 0.04), (100e3, 0.55, 0.15),
)  # fmt: skip

HP3458A = Specification(
    dc_voltage=MappingProxyType({
        0.1: ppm(9, 3), 1.0: ppm(8, 0.3), 10.0: ppm(8, 0.05), 100.0: ppm(10, 0.3),
        1000.0: ppm(10, 0.1),
    }),
    dc_current=MappingProxyType({
        1e-7: ppm(30, 400), 1e-6: ppm(20, 40), 1e-5: ppm(20, 10), 1e-4: ppm(20, 8),
        1e-3: ppm(20, 5), 1e-2: ppm(20, 5), 0.1: ppm(35, 5), 1.0: ppm(110, 10),
    }),
    resistance=MappingProxyType({
        10.0: ppm(15, 5), 100.0: ppm(12, 5), 1e3: ppm(10, 0.5), 1e4: ppm(10, 0.5),
        1e5: ppm(10, 0.5), 1e6: ppm(15, 2), 1e7: ppm(50, 10), 1e8: ppm(500, 10),
        1e9: percent(0.5, 0.001),
    }),
    ac_voltage=MappingProxyType({
        0.01: bands((40.0, 0.03, 0.03), (1e3, 0.02, 0.011), (20e3, 0.03, 0.011),
                    (50e3, 0.1, 0.011), (100e3, 0.5, 0.011), (300e3, 4.0, 0.02)),
        **dict.fromkeys((0.1, 1.0, 10.0), _AC_MIDDLE),
        100.0: bands((40.0, 0.02, 0.004), (20e3, 0.02, 0.002), (50e3, 0.035, 0.002),
                     (100e3, 0.12, 0.002), (300e3, 0.4, 0.01), (1e6, 1.5, 0.01)),
        1000.0: bands((40.0, 0.04, 0.004), (1e3, 0.04, 0.002), (20e3, 0.06, 0.002),
                      (50e3, 0.12, 0.002), (100e3, 0.3, 0.002)),
    }),
    ac_current=MappingProxyType({
        1e-4: bands((20.0, 0.4, 0.03), (45.0, 0.15, 0.03), (5e3, 0.06, 0.03)),
        **dict.fromkeys((1e-3, 1e-2, 0.1), _AC_MILLIAMPERES),
        1.0: bands((20.0, 0.4, 0.02), (45.0, 0.16, 0.02), (100.0, 0.08, 0.02), (5e3, 0.1, 0.02),
                   (20e3, 0.3, 0.02), (50e3, 1.0, 0.04)),
    }),
    frequency=bands((40.0, 0.05, 0), (10e6, 0.01, 0)),
    resolutions=MappingProxyType({
        1e-4: 1e-4, 6e-4: 1e-5, 0.01: 3e-6, 0.1: 1e-6, 1.0: 1e-7, 10.0: 2e-8, 100.0: 1e-8,
        1000.0: 5e-9,
    }),
    starting=MappingProxyType({
        Measurand.DC_VOLTAGE: 10.0, Measurand.AC_VOLTAGE: 10.0, Measurand.DC_CURRENT: 1e-3,
        Measurand.AC_CURRENT: 1e-3, Measurand.RESISTANCE: 1e3, Measurand.RESISTANCE_4_WIRE: 1e3,
        Measurand.FREQUENCY: 10.0, Measurand.PERIOD: 10.0,
    }),
    tops=MappingProxyType({
        Measurand.DC_VOLTAGE: MappingProxyType({1000.0: 1050.0}),
        Measurand.AC_VOLTAGE: MappingProxyType({1000.0: 1050.0}),
        Measurand.DC_CURRENT: MappingProxyType({1.0: 1.05}),
        Measurand.AC_CURRENT: MappingProxyType({1.0: 1.05}),
    }),
    current_inputs=MappingProxyType({1.0: "I"}),
    test_amperes=MappingProxyType({
        10.0: 10e-3, 100.0: 1e-3, 1e3: 1e-3, 1e4: 100e-6, 1e5: 50e-6, 1e6: 5e-6, 1e7: 5e-7,
        1e8: 5e-7, 1e9: 5e-7,
    }),
    # Automatic delays are a choice; the synchronous ac conversion takes longer at low frequency.
    settling=Settling(
        dc=0.0,
        ohms=MappingProxyType({1e6: 0.02, 1e7: 0.1, 1e8: 1.0, 1e9: 5.0}),
        filters=MappingProxyType({20.0: 0.5}),
    ),
    gates=(1e-4, 1e-3, 1e-2, 0.1, 1.0),
    memory=10_240,
    loading=Loading(dc=10e6, dc_high=1e12, high_up_to=10.0, ac=1e6),
)  # fmt: skip
