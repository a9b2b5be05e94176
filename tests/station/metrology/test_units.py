import pytest

from station.metrology.errors import InvalidNumber
from station.metrology.units import dsi, dsi_or_foreign

# D-SI strings as the DCC community writes them (SI_Format 2.2.1 and PTB's list of units).
STRINGS = {
    "V": r"\volt",
    "mV": r"\milli\volt",
    "µV": r"\micro\volt",
    "μA": r"\micro\ampere",
    "kΩ": r"\kilo\ohm",
    "MΩ": r"\mega\ohm",
    "kHz": r"\kilo\hertz",
    "pF": r"\pico\farad",
    "mH": r"\milli\henry",
    "kW·h": r"\kilo\watt\hour",
    "°C": r"\degreecelsius",
    "K": r"\kelvin",
    "mK": r"\milli\kelvin",
    "kg": r"\kilogram",
    "mg": r"\milli\gram",
    "N·m": r"\newton\metre",
    "N*m": r"\newton\metre",
    "hPa": r"\hecto\pascal",
    "MPa": r"\mega\pascal",
    "mbar": r"\milli\bar",
    "mmHg": r"\mmHg",
    "mm": r"\milli\metre",
    "m³": r"\metre\tothe{3}",
    "m³/h": r"\metre\tothe{3}\per\hour",
    "L/min": r"\litre\per\minute",
    "cd/m²": r"\candela\per\metre\tothe{2}",
    "cd·m⁻²": r"\candela\metre\tothe{-2}",
    "kg/m^3": r"\kilogram\per\metre\tothe{3}",
    "kg/m3": r"\kilogram\per\metre\tothe{3}",
    "W/(m²·K)": r"\watt\per\metre\tothe{2}\per\kelvin",
    "µV/V": r"\micro\volt\per\volt",
    "1/K": r"\one\per\kelvin",
    "min": r"\minute",
    "d": r"\day",
    "%": r"\percent",
    "ppm": r"\ppm",
    "1": r"\one",
    "": r"\one",
    "lx": r"\lux",
    "dB": r"\decibel",
}


@pytest.mark.parametrize(("symbol", "string"), STRINGS.items())
def test_strings(symbol, string):
    assert dsi(symbol) == dsi_or_foreign(symbol) == string
    assert " " not in string


@pytest.mark.parametrize(
    "symbol", ["psi", "kgf/cm²", "mmH2O", "k°C", "kkg", "V/", "V/s/s", "m⁰", "V²³x"]
)
def test_what_is_outside_is_marked(symbol):
    with pytest.raises(InvalidNumber):
        dsi(symbol)
    assert dsi_or_foreign(symbol) == f"|{symbol}"
