"""The probe library: definitions by name, and what they make of a resistance.

The parameters TYPE, CONV and MAX_TEMP and the words RESISTOR and NONE are published; the other
words and the names of the coefficients are from memory, unverified, after the 1502A's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import NUMBER
from simulators.physics.platinum import (
    ITS90_NAMES,
    Curve,
    OutOfCurve,
    Thermistor,
    celsius_of,
    from_alpha,
)
from simulators.physics.platinum import its90 as its90_of

_E = TypeVar("_E", bound=Enum)

LONGEST_NAME = 24
LIBRARY_SIZE = 100  # not published


class ProbeType(Enum):
    """What a probe is."""

    PRT = "PRT"
    THERMISTOR = "THERMISTOR"
    RESISTOR = "RESISTOR"


class Conversion(Enum):
    """How its resistance becomes a temperature."""

    ITS90 = "ITS90"
    CVD = "CVD"
    T_POLY = "T_POLY"
    NONE = "NONE"


CVD_DEFAULTS = {"R0": 100.0, "ALPHA": 0.00385055, "DELTA": 1.4998, "BETA": 0.1086}
# T_POLY is T(R): 1/T as a polynomial in ln R with A0 to A3.
THERMISTOR_DEFAULTS = {"A0": 8.497e-4, "A1": 2.595e-4, "A2": 0.0, "A3": 1.46e-7}


@dataclass(slots=True)
class Definition:
    """One probe of the library."""

    serial: str = ""
    type_: ProbeType = ProbeType.PRT
    conversion: Conversion = Conversion.ITS90
    numbers: dict[str, float] = field(
        default_factory=lambda: {
            **dict.fromkeys(ITS90_NAMES, 0.0), "RTPW": 100.0, "MAX_TEMP": 962.0,
            **CVD_DEFAULTS, **THERMISTOR_DEFAULTS,
        }
    )  # fmt: skip

    @property
    def is_resistance(self) -> bool:
        """Whether it is shown in ohms."""
        return self.type_ is ProbeType.RESISTOR or self.conversion is Conversion.NONE

    def celsius(self, ohms: float) -> float | None:
        """Return the temperature (°C) of `ohms` (Ω); None when there is none."""
        try:
            celsius = celsius_of(self._curve(), ohms)
        except OutOfCurve:
            return None
        return celsius if celsius <= self.numbers["MAX_TEMP"] else None

    def set(self, name: str, text: str) -> None:
        """Take one parameter.

        Raises:
            ScpiError: −224, no such parameter or no such value.
        """
        if name == "SN":
            self.serial = text
        elif name == "TYPE":
            self.type_ = _member(ProbeType, text)
        elif name == "CONV":
            self.conversion = _member(Conversion, text)
        elif name in self.numbers and NUMBER.fullmatch(text):
            self.numbers[name] = float(text)
        else:
            raise ScpiError(-224)

    def get(self, name: str) -> str:
        """Return one parameter as it is sent.

        Raises:
            ScpiError: −224, no such parameter.
        """
        words: Mapping[str, str] = {
            "SN": f'"{self.serial}"', "TYPE": self.type_.value, "CONV": self.conversion.value,
        }  # fmt: skip
        if name in words:
            return words[name]
        if name not in self.numbers:
            raise ScpiError(-224)
        return f"{self.numbers[name]:.10G}"

    def _curve(self) -> Curve:
        numbers = self.numbers
        if self.conversion is Conversion.ITS90:
            return its90_of({name: numbers[name] for name in ITS90_NAMES})
        if self.conversion is Conversion.CVD:
            return from_alpha(*(numbers[name] for name in CVD_DEFAULTS))
        a0, a1, a2, a3 = (numbers[name] for name in THERMISTOR_DEFAULTS)
        return Thermistor((a0, a1, a2, a3))


def _member(kind: type[_E], text: str) -> _E:
    for one in kind:
        if one.value == text.upper():
            return one
    raise ScpiError(-224)
