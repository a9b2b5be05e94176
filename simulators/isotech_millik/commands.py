"""The commands of a milliK.

Source: MSLNZ/msl-equipment, isotech/millik.py.  Queries of settings are from memory, unverified.
"""

from collections.abc import Iterator

from simulators.isotech_millik.panel import MilliKPanel
from simulators.isotech_millik.thermometer import ACCURACIES, CURRENT_CHANNEL, Measurand
from simulators.language.scpi import Command, Language, Parameter
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import Token, plain_number, word

MAKER, MODEL, FIRMWARE = "Isothermal Technology", "milliK", "4.0.0"
EXPANDER, EXPANDER_FIRMWARE = "millisKanner", "2.01"
MOST_READINGS = 10000  # not published
THERMOCOUPLES = ("B", "E", "J", "K", "L", "N", "R", "S", "T", "AU-PT", "PT-PD")
NUMBER = (Parameter(plain_number),)


def probe(token: Token) -> str:
    """Return a thermocouple as SENSE:PROBE takes it: `TYPE K`, or NONE."""
    text = " ".join(token.text.upper().split())
    if text != "NONE" and text not in {f"TYPE {one}" for one in THERMOCOUPLES}:
        raise ScpiError(-224)
    return text


def language(panel: MilliKPanel) -> Language:
    """Return the whole command tree of `panel`."""
    return Language([*_device(panel), *_sensing(panel), *_probing(panel), *_reading(panel)])


def _device(panel: MilliKPanel) -> Iterator[Command]:
    def who() -> str:
        return f"{MAKER},{MODEL},{panel.serial},{FIRMWARE}"

    def devices() -> str:
        numbers = range(1, panel.thermometer.expanders + 1)
        expanders = (
            f"{MAKER},{EXPANDER},{panel.serial}-{one},{EXPANDER_FIRMWARE}" for one in numbers
        )
        return "\n".join((*expanders, who()))

    def remote() -> None:
        panel.settings.remote = True

    def local() -> None:
        panel.settings.remote = False

    yield Command("*IDN", None, who)
    yield Command("MILLik:LIST", None, devices)
    yield Command("MILLik:REMote", remote)
    yield Command("MILLik:LOCal", local)


def _sensing(panel: MilliKPanel) -> Iterator[Command]:
    def channel(value: float) -> None:
        if value not in (*panel.thermometer.channels, CURRENT_CHANNEL):
            raise ScpiError(-222)
        panel.settings.channel = int(value)

    def function(name: str) -> None:
        measurand = next(one for one in Measurand if one.value.startswith(name))
        if (measurand is Measurand.CURRENT) is not (panel.settings.channel == CURRENT_CHANNEL):
            raise ScpiError(-221)
        panel.settings.measurand = measurand

    def range_(ohms: float) -> None:
        if not 0.0 <= ohms <= max(ACCURACIES):
            raise ScpiError(-222)
        panel.settings.range_ohms = ohms

    def wires(value: float) -> None:
        if value not in (3, 4):
            raise ScpiError(-222)
        panel.settings.wires = int(value)

    functions = (Parameter(word("RESistance", "VOLTage", "CURRent")),)
    yield Command("SENSe:CHANnel", channel, lambda: f"{panel.settings.channel}", NUMBER)
    yield Command("SENSe:FUNCtion", function, lambda: panel.settings.measurand.value, functions)
    yield Command("SENSe:RESistance:RANGe", range_,
                  lambda: f"{panel.settings.range_ohms:g}", NUMBER)  # fmt: skip
    yield Command("SENSe:RESistance:WIRes", wires, lambda: f"{panel.settings.wires}", NUMBER)


def _probing(panel: MilliKPanel) -> Iterator[Command]:
    def current(name: str) -> None:
        panel.settings.root_two = name == "ROOT2"

    def kind(text: str) -> None:
        panel.settings.probe = text

    def junction(text: str) -> None:
        panel.settings.junction = text

    yield Command("SENSe:CURRent", current, lambda: "ROOT2" if panel.settings.root_two else "NORM",
                  (Parameter(word("NORMal", "ROOT2")),))  # fmt: skip
    yield Command("SENSe:PROBe", kind, lambda: panel.settings.probe, (Parameter(probe),))
    yield Command("SENSe:RJC", junction, lambda: panel.settings.junction,
                  (Parameter(word("NONE", "INTernal")),))  # fmt: skip


def _reading(panel: MilliKPanel) -> Iterator[Command]:
    def read(count: float | None) -> str:
        wanted = 1.0 if count is None else count
        if not 1 <= wanted <= MOST_READINGS:
            raise ScpiError(-222)
        settings = panel.settings
        if (settings.measurand is Measurand.CURRENT) is not (settings.channel == CURRENT_CHANNEL):
            raise ScpiError(-221)
        if settings.measurand is Measurand.VOLTAGE and not settings.remote:
            raise ScpiError(-221)  # remote mode is required for voltage
        return panel.read(round(wanted))

    yield Command("READ", None, read, (), (Parameter(plain_number, required=False),))
