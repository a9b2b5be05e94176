"""What is published about the 289, as data.

Accuracies, 1 year: from memory, unverified; those of resistance above 50 MΩ, of alternating
quantities away from the mains frequency and of the 10 A range are orders of magnitude.
"""

from dataclasses import dataclass
from types import MappingProxyType

from simulators.multimeter.specification import (
    Band,
    Loading,
    Measurand,
    Settling,
    Specification,
    percent,
)

COUNTS = 50_000
CYCLES = 5.0  # power line cycles of a reading, of which there are four in a second


def _counts(reading: float, counts: float) -> tuple[float, float]:
    return reading, 100.0 * counts / COUNTS


def _bands(*rows: tuple[float, float, float]) -> tuple[Band, ...]:
    return tuple(Band(hertz, percent(*_counts(reading, counts))) for hertz, reading, counts in rows)


_AC_VOLTS = _bands((65.0, 0.4, 40), (5e3, 0.7, 40), (20e3, 1.5, 40), (100e3, 3.5, 40))
_AC_AMPERES = _bands((1e3, 0.6, 20), (20e3, 1.0, 40), (100e3, 5.0, 40))
_OHMS, _MEGOHMS = percent(*_counts(0.05, 10)), percent(*_counts(1.5, 4))

F289 = Specification(
    dc_voltage=MappingProxyType({
        0.05: percent(*_counts(0.05, 20)),
        **dict.fromkeys((0.5, 5.0, 50.0), percent(*_counts(0.025, 2))),
        **dict.fromkeys((500.0, 1000.0), percent(*_counts(0.03, 2))),
    }),
    dc_current=MappingProxyType({
        **dict.fromkeys((5e-4, 5e-3), percent(*_counts(0.075, 20))),
        **dict.fromkeys((0.05, 0.5), percent(*_counts(0.15, 2))),
        **dict.fromkeys((5.0, 10.0), percent(*_counts(0.3, 10))),
    }),
    resistance=MappingProxyType({
        **dict.fromkeys((500.0, 5e3, 5e4, 5e5), _OHMS),
        5e6: percent(*_counts(0.15, 4)), 5e7: _MEGOHMS, 5e8: percent(*_counts(8.0, 2)),
    }),
    ac_voltage=MappingProxyType(dict.fromkeys((0.05, 0.5, 5.0, 50.0, 500.0, 1000.0), _AC_VOLTS)),
    ac_current=MappingProxyType(dict.fromkeys((5e-4, 5e-3, 0.05, 0.5, 5.0, 10.0), _AC_AMPERES)),
    frequency=_bands((1e6, 0.005, 1)),
    resolutions=MappingProxyType({CYCLES: 4e-6}),
    starting=MappingProxyType({
        Measurand.DC_VOLTAGE: 1000.0, Measurand.AC_VOLTAGE: 1000.0, Measurand.DC_CURRENT: 10.0,
        Measurand.AC_CURRENT: 10.0, Measurand.RESISTANCE: 5e8,
    }),
    tops=MappingProxyType({}),
    current_inputs=MappingProxyType({0.5: "mA", 10.0: "A"}),
    test_amperes=MappingProxyType({
        500.0: 1e-3, 5e3: 1e-4, 5e4: 1e-5, 5e5: 1e-6, 5e6: 1e-7, 5e7: 1e-8, 5e8: 1e-8,
    }),
    settling=Settling(dc=0.0, ohms=MappingProxyType({}), filters=MappingProxyType({20.0: 0.0})),
    gates=(0.1,),
    memory=1,
    line_cycles=CYCLES,
    over_range=1.0,
    loading=Loading(dc=10e6, dc_high=10e6, ac=10e6),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Position:
    """A position of the rotary switch (with the blue key).

    Attributes:
        measurand: what is measured there.
        unit: its word in replies.
        ranges: that it can choose among.
        multiplier: power of ten that the display shows in.
    """

    measurand: Measurand
    unit: str
    ranges: tuple[float, ...]
    multiplier: int = 0


POSITIONS = MappingProxyType({
    "V_DC": Position(Measurand.DC_VOLTAGE, "VDC", (5.0, 50.0, 500.0, 1000.0)),
    "MV_DC": Position(Measurand.DC_VOLTAGE, "VDC", (0.05, 0.5), -3),
    "V_AC": Position(Measurand.AC_VOLTAGE, "VAC", (5.0, 50.0, 500.0, 1000.0)),
    "MV_AC": Position(Measurand.AC_VOLTAGE, "VAC", (0.05, 0.5), -3),
    "OHMS": Position(Measurand.RESISTANCE, "OHM", (500.0, 5e3, 5e4, 5e5, 5e6, 5e7, 5e8)),
    "A_DC": Position(Measurand.DC_CURRENT, "ADC", (5.0, 10.0)),
    "MA_DC": Position(Measurand.DC_CURRENT, "ADC", (0.05, 0.5), -3),
    "UA_DC": Position(Measurand.DC_CURRENT, "ADC", (5e-4, 5e-3), -6),
    "A_AC": Position(Measurand.AC_CURRENT, "AAC", (5.0, 10.0)),
    "MA_AC": Position(Measurand.AC_CURRENT, "AAC", (0.05, 0.5), -3),
    "UA_AC": Position(Measurand.AC_CURRENT, "AAC", (5e-4, 5e-3), -6),
})  # fmt: skip
