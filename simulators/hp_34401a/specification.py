"""What is published about the 34401A, as data.

Sources: 1-year accuracy, 23 °C ± 5 °C, dc and ac voltage, dc current and resistance in the
transcription of PhilippCo/testgear (HP34401A.py); ac current and frequency from memory,
unverified; resolution factors from microsoft/Qcodes (Agilent_34401A.py); over range and the three
tops from the User's Guide.
"""

from dataclasses import replace
from types import MappingProxyType

from simulators.keysight_truevolt.specification import (
    DC_VOLTAGE,
    K34461A,
    RESISTANCE,
    STARTING,
)
from simulators.multimeter.specification import Band, Measurand, bands, percent


def _ac_voltage(low: float, middle: float) -> tuple[Band, ...]:
    """Return the bands with the floors (% of range) up to 20 kHz and 50 kHz."""
    return bands(
        (5.0, 1.00, low), (10.0, 0.35, low), (20e3, 0.06, low),
        (50e3, 0.12, middle), (100e3, 0.60, 0.08), (300e3, 4.00, 0.50),
    )  # fmt: skip


# 20 kHz to 50 kHz: two recollections of the data sheet differ; the larger floor is taken.
_MILLIVOLTS, _VOLTS = _ac_voltage(0.04, 0.05), _ac_voltage(0.03, 0.05)

HP34401A = replace(
    K34461A,
    dc_voltage=DC_VOLTAGE,
    dc_current=MappingProxyType({
        1e-2: percent(0.050, 0.020), 0.1: percent(0.050, 0.005), 1.0: percent(0.100, 0.010),
        3.0: percent(0.120, 0.020),
    }),
    resistance=RESISTANCE,
    ac_voltage=MappingProxyType(
        {0.1: _MILLIVOLTS} | dict.fromkeys((1.0, 10.0, 100.0, 750.0), _VOLTS)
    ),
    ac_current=MappingProxyType({
        1.0: bands((5.0, 1.00, 0.04), (10.0, 0.30, 0.04), (5e3, 0.10, 0.04)),
        3.0: bands((5.0, 1.10, 0.06), (10.0, 0.35, 0.06), (5e3, 0.15, 0.06)),
    }),
    frequency=bands((5.0, 0.10, 0), (10.0, 0.05, 0), (40.0, 0.03, 0), (300e3, 0.01, 0)),
    resolutions=MappingProxyType({0.02: 1e-4, 0.2: 1e-5, 1.0: 3e-6, 10.0: 1e-6, 100.0: 3e-7}),
    capacitance=MappingProxyType({}),
    starting=MappingProxyType({
        measurand: range_ for measurand, range_ in STARTING.items()
        if measurand not in (Measurand.TEMPERATURE, Measurand.TEMPERATURE_4_WIRE)
    }),
    current_inputs=MappingProxyType({3.0: "I"}),
    memory=512,
)  # fmt: skip
