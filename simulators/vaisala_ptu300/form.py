"""The output format of a PTU300: from `4.3 P " " 3.3 T #r #n` to a line.

Source: PTU300 user guide M210796EN, commands FORM and UNIT.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf

from simulators.physics.climate import dew_point, saturation_pascals

# Gives the default line of the user guide, character by character (an inference from it).
DEFAULT = (
    '"P= " 5.1 P " " U5 " T=" 3.1 T " " U3 "RH=" 3.1 RH " " U4 "TD=" 3.1 TD " " U3 '
    '" trend=" 3.1 P3h " tend=" 1.0 A3H #r #n'
)
TOKEN = re.compile(
    r'\s*(?:(?P<size>\d+\.\d+)|"(?P<text>[^"]*)"|(?P<mark>#(?:[tTrRnN]|\d{1,3}))'
    r"|(?P<unit>[Uu](?P<width>\d*)(?![A-Za-z]))|(?P<word>[A-Za-z][A-Za-z0-9]*))",
    re.ASCII,
)
MARKS = {"#t": "\t", "#r": "\r", "#n": "\n"}
STANDARD_ATMOSPHERE = 101325.0  # Pa; what gauge units are counted from (from memory, unverified)
# Pressure unit → pascals, offset (Pa).
PRESSURE_UNITS: Mapping[str, tuple[float, float]] = {
    "hPa": (100.0, 0.0), "psia": (6894.757293, 0.0), "inHg": (3386.388640, 0.0),
    "torr": (133.3223684, 0.0), "bara": (1e5, 0.0), "barg": (1e5, STANDARD_ATMOSPHERE),
    "psig": (6894.757293, STANDARD_ATMOSPHERE), "mbar": (100.0, 0.0),
    "mmHg": (133.3223874, 0.0), "kPa": (1000.0, 0.0), "Pa": (1.0, 0.0),
    "mmH2O": (9.80665, 0.0), "inH2O": (249.08891, 0.0),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured: temperature (°C), relative humidity (%), pressure (Pa)."""

    celsius: float
    humidity: float
    pascals: float


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a line may carry besides what was measured."""

    serial: str
    address: int
    date: str
    time: str
    pressure_unit: str = "hPa"
    metric: bool = True


def _pressure(air: Measured) -> float:
    return air.pascals


def _vapour(air: Measured) -> float:
    return air.humidity / 100.0 * saturation_pascals(air.celsius)


# Quantities in SI, relative ones in %; what is not here shows stars, as a missing value does.
PRESSURES: Mapping[str, Callable[[Measured], float]] = {
    "P": _pressure, "P1": _pressure, "QFE": _pressure, "HCP": _pressure,
    "PW": _vapour, "PWS": lambda air: saturation_pascals(air.celsius),
}  # fmt: skip
TEMPERATURES: Mapping[str, Callable[[Measured], float]] = {
    "T": lambda air: air.celsius,
    "TD": lambda air: dew_point(air.celsius, air.humidity),
}
OTHERS: Mapping[str, tuple[Callable[[Measured], float], str]] = {
    "RH": (lambda air: air.humidity, "%RH"),
    "A": (lambda air: 2.16679 * _vapour(air) / (air.celsius + 273.15), "g/m3"),
    "X": (lambda air: 621.99 * _vapour(air) / (air.pascals - _vapour(air)), "g/kg"),
}
MISSING = ("P2", "P3h", "QNH", "TDF", "TW", "H", "H2O", "DT", "A3H")
NAMES = {name.upper(): name for name in (*PRESSURES, *TEMPERATURES, *OTHERS, *MISSING)}
WORDS = ("SN", "ADDR", "ERR", "STAT", "TIME", "DATE", "OK", "CS2", "CS4", "CSX")


def is_format(text: str) -> bool:
    """Return whether `text` is an output format."""
    place = 0
    text = text.rstrip()
    while place < len(text):
        token = TOKEN.match(text, place)
        if token is None:
            return False
        word, mark = token["word"], token["mark"]
        if word and word.upper() not in NAMES and word.upper() not in WORDS:
            return False
        if mark and mark[1:].isdigit() and int(mark[1:]) > 255:
            return False
        place = token.end()
    return bool(text)


def render(form: str, air: Measured, around: Surroundings) -> str:
    """Return the line that `form` makes of a measurement."""
    digits, decimals, unit, line = 4, 1, "", ""
    for token in TOKEN.finditer(form):
        if token["size"]:
            digits, decimals = (int(part) for part in token["size"].split("."))
        elif token["text"] is not None:
            line += token["text"]
        elif token["mark"]:
            line += _mark(token["mark"])
        elif token["unit"]:
            line += unit.ljust(int(token["width"] or 0))
        elif token["word"].upper() in WORDS:
            line += _word(token["word"].upper(), line, around)
        else:
            value, unit = _quantity(NAMES[token["word"].upper()], air, around)
            line += field(value, digits, decimals)
    return line


def field(value: float, digits: int, decimals: int) -> str:
    """Return a number right-aligned; stars where it is missing or does not fit."""
    width = digits + (1 + decimals if decimals else 0)
    text = "*" * width if abs(value) == inf else f"{value:{width}.{decimals}f}"
    return text if len(text) <= width else "*" * width


def _mark(mark: str) -> str:
    return MARKS[mark.lower()] if mark.lower() in MARKS else chr(int(mark[1:]))


def _word(word: str, line: str, around: Surroundings) -> str:
    total = sum(line.encode("latin-1", "replace"))
    return {
        "SN": around.serial, "ADDR": str(around.address), "ERR": "0000", "STAT": "N",
        "TIME": around.time, "DATE": around.date, "OK": "OK", "CS2": f"{total % 256:02X}",
        "CS4": f"{total % 65536:04X}", "CSX": f"{_xor(line):02X}",
    }[word]  # fmt: skip


def _xor(line: str) -> int:
    total = 0
    for byte in line.encode("latin-1", "replace"):
        total ^= byte
    return total


def _quantity(name: str, air: Measured, around: Surroundings) -> tuple[float, str]:
    """Return value and unit as they are set; infinity stands for a missing value."""
    if name in PRESSURES:
        pascals, offset = PRESSURE_UNITS[around.pressure_unit]
        return (PRESSURES[name](air) - offset) / pascals, around.pressure_unit
    if name in TEMPERATURES:
        celsius = TEMPERATURES[name](air)
        return (celsius, "'C") if around.metric else (celsius * 1.8 + 32.0, "'F")
    if name in OTHERS:
        quantity, unit = OTHERS[name]
        return quantity(air), unit
    return inf, around.pressure_unit if name in ("P2", "P3h", "QNH") else ""
