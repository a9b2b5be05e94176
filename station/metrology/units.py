r"""Unit symbols as the station writes them, in D-SI: "µV/V" is `\micro\volt\per\volt`.

D-SI (SI_Format of the Digital Calibration Certificate, 2.2.1) builds a unit string from `\` + an
optional prefix + a unit, `\per` and `\tothe{n}`, without blanks. A unit outside it is written with
a leading bar and declared in a statement.
"""

import re

from station.metrology.errors import InvalidNumber

_PREFIXES = {
    "p": "pico",
    "n": "nano",
    "µ": "micro",
    "μ": "micro",
    "m": "milli",
    "c": "centi",
    "d": "deci",
    "da": "deca",
    "h": "hecto",
    "k": "kilo",
    "M": "mega",
    "G": "giga",
    "T": "tera",
}

_PREFIXED = {
    "V": "volt",
    "A": "ampere",
    "Ω": "ohm",
    "W": "watt",
    "Hz": "hertz",
    "F": "farad",
    "H": "henry",
    "S": "siemens",
    "C": "coulomb",
    "T": "tesla",
    "Wb": "weber",
    "K": "kelvin",
    "g": "gram",
    "N": "newton",
    "Pa": "pascal",
    "bar": "bar",
    "J": "joule",
    "m": "metre",
    "L": "litre",
    "l": "litre",
    "s": "second",
    "mol": "mole",
    "cd": "candela",
    "lm": "lumen",
    "lx": "lux",
    "rad": "radian",
    "Bq": "becquerel",
    "Gy": "gray",
    "Sv": "sievert",
    "VA": "volt\\ampere",
}

_PLAIN = {
    "kg": "kilogram",
    "°C": "degreecelsius",
    "min": "minute",
    "h": "hour",
    "d": "day",
    "t": "tonne",
    "°": "degree",
    "′": "arcminute",
    "″": "arcsecond",
    "dB": "decibel",
    "mmHg": "mmHg",
    "%": "percent",
    "ppm": "ppm",
    "1": "one",
    "": "one",
}
"""Units that take no prefix in D-SI."""

_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
_FACTOR = re.compile(r"(?P<unit>[^\d⁰¹²³⁴⁵⁶⁷⁸⁹⁻−^-]+|1)(?:\^?(?P<power>[\d⁰¹²³⁴⁵⁶⁷⁸⁹⁻−-]+))?")


def dsi(symbol: str) -> str:
    r"""Return the D-SI string of a unit symbol.

    Args:
        symbol: factors joined by "·", "*" or a blank, at most one "/"; behind it, factors may
            stand in parentheses. Powers are superscripts, "^n" or digits: "m³/h", "W/(m²·K)".

    Raises:
        InvalidNumber: the unit is not in D-SI; see `dsi_or_foreign`.
    """
    if symbol in _PLAIN:
        return f"\\{_PLAIN[symbol]}"
    above, slash, below = symbol.partition("/")
    if "/" in below or (slash and not below):
        raise InvalidNumber(f"unit {symbol!r}: one '/' and factors behind it, in parentheses")
    over = "".join(_factor(factor, symbol) for factor in _factors(above) if factor != "1")
    under = (
        "".join(f"\\per{_factor(factor, symbol)}" for factor in _factors(below)) if below else ""
    )
    return (over or "\\one") + under


POWERS = {
    "pico": -12, "nano": -9, "micro": -6, "milli": -3, "centi": -2, "deci": -1, "deca": 1,
    "hecto": 2, "kilo": 3, "mega": 6, "giga": 9, "tera": 12,
}  # fmt: skip
"""D-SI prefix → its power of ten."""


def symbols() -> dict[str, str]:
    """Return D-SI name of a unit → its symbol, of every unit that `dsi` writes alone."""
    named = [(word, symbol) for symbol, word in (_PREFIXED | _PLAIN).items() if symbol]
    # Of two spellings the first is written, so it comes last here: "L" and not "l".
    return {word: symbol for word, symbol in reversed(named) if "\\" not in word}


_BASES = {
    "bar": "Pa",
    "psi": "Pa",
    "kgf/cm²": "Pa",
    "mmHg": "Pa",
    "g": "kg",
    "t": "kg",
    "L": "m³",
    "l": "m³",
}


def same_dimension(one: str, other: str) -> bool:
    """Tell whether two unit symbols with or without a prefix are of one quantity: mbar, Pa."""
    return _base(one) == _base(other)


def _base(symbol: str) -> str:
    known = symbol in _PLAIN or symbol in _PREFIXED or symbol in _BASES
    prefix = next((p for p in ("da", *_PREFIXES) if symbol.startswith(p)), "")
    unit = symbol if known else symbol.removeprefix(prefix)
    return _BASES.get(unit, unit)


def dsi_or_foreign(symbol: str) -> str:
    """Return the D-SI string, or a leading bar and the symbol for a unit outside D-SI."""
    try:
        return dsi(symbol)
    except InvalidNumber:
        return f"|{symbol}"


def _factors(text: str) -> list[str]:
    text = text.removeprefix("(").removesuffix(")") if text.startswith("(") else text
    return [factor for factor in re.split(r"[·*\s]", text) if factor]


def _factor(text: str, symbol: str) -> str:
    found = _FACTOR.fullmatch(text)
    name = _name(found["unit"]) if found else None
    if found is None or name is None:
        raise InvalidNumber(f"unit {symbol!r}: {text!r} is not a unit of D-SI")
    power = (found["power"] or "1").translate(_DIGITS)
    if not re.fullmatch(r"-?[1-9]\d*", power):
        raise InvalidNumber(f"unit {symbol!r}: {text!r} has no whole power")
    return name if power == "1" else f"{name}\\tothe{{{power}}}"


def _name(unit: str) -> str | None:
    r"""Return `\kilo\ohm` for kΩ; None for what is no unit."""
    if unit in _PLAIN:
        return f"\\{_PLAIN[unit]}"
    if unit in _PREFIXED:
        return f"\\{_PREFIXED[unit]}"
    for prefix, word in _PREFIXES.items():
        rest = unit.removeprefix(prefix)
        if rest != unit and rest in _PREFIXED:
            return f"\\{word}\\{_PREFIXED[rest]}"
    return None
