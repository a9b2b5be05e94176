"""The commands of a Super-Thermometer.

Source: 1594A/1595A User Manual, 8.7.3: FETC? p. 83, INP:PROB pp. 84-87, SENS<n>:DATA? p. 93
(without a suffix it is taken for channel 1 here), STAT:OPER and STAT:QUES p. 94, TEST:LIN p. 101.
READ? and MEAS? (as on the 1529: here they wait for the next sample), UNIT:TEMP, SENS<n>:CURR,
STAT:QUES:ENAB and the identity are from memory, unverified.  Of questionable measurements only
the latest is remembered.  Ratio self-calibration is not simulated, so there is never a report of
it; nor are the resistor library and passwords.
"""

from collections.abc import Iterator

from simulators.fluke_159x.bridge import CHANNELS, REFERENCE_OHMS
from simulators.fluke_159x.library import LIBRARY_SIZE, LONGEST_NAME, Definition
from simulators.fluke_159x.panel import MEASURING, SuperThermometerPanel, degrees, plain
from simulators.language.scpi import Command, Language, Parameter
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import Kind, Token, plain_number, quoted, word
from simulators.language.status import Event

MAKER, FIRMWARE = "FLUKE", "1.00"
ALLOWED = "-./_"
NONE = "NONE"
LEAST_AMPERES, GREATEST_AMPERES = 1e-6, 2e-2


def name_of(token: Token) -> str:
    """Return an identifier, with or without quotation marks (p. 85)."""
    name = token.text
    usual = name.isascii() and all(one.isalnum() or one in ALLOWED for one in name)
    if token.kind is Kind.EXPRESSION or not usual or not 1 <= len(name) <= LONGEST_NAME:
        raise ScpiError(-224)
    return name


def text_of(token: Token) -> str:
    """Return a parameter's value as it was sent."""
    return token.text


def channel_of(token: Token) -> int:
    """Return a channel: `2`, or `(@2)` as the 1529 takes it."""
    digits = token.text.strip("(@)") if token.kind is Kind.EXPRESSION else token.text
    if digits not in {str(channel) for channel in CHANNELS}:
        raise ScpiError(-224)
    return int(digits)


NAME, TEXT = Parameter(name_of), Parameter(text_of)
MASK = (Parameter(plain_number),)


def language(panel: SuperThermometerPanel) -> Language:
    """Return the whole command tree of `panel`."""
    return Language([
        *_common(panel),
        *_measuring(panel),
        *_channels(panel),
        *_library(panel),
        *_definitions(panel),
        *_status(panel),
    ])  # fmt: skip


def _common(panel: SuperThermometerPanel) -> Iterator[Command]:
    status = panel.status

    def clear_status() -> None:
        status.read_event()
        panel.errors.clear()
        panel.fetched_at = panel.doubted_at = panel.now

    def enable(value: float) -> None:
        status.event_enable = _mask(value)

    def request(value: float) -> None:
        status.service_enable = _mask(value) & ~64

    def complete() -> None:
        status.set(Event.OPC)

    def who() -> str:
        return f"{MAKER},{panel.bridge.model.name},{panel.serial},{FIRMWARE}"

    yield Command("*IDN", None, who)
    yield Command("*CLS", clear_status)
    yield Command("*ESE", enable, lambda: f"{status.event_enable}", MASK)
    yield Command("*ESR", None, lambda: f"{status.read_event()}")
    yield Command("*SRE", request, lambda: f"{status.service_enable}", MASK)
    yield Command("*STB", None, lambda: f"{status.byte(message_available=False)}")
    yield Command("*OPC", complete, lambda: "1")
    yield Command("SYST:ERR", None, panel.next_error)


def _mask(value: float) -> int:
    if not 0 <= value <= 255:
        raise ScpiError(-222)
    return round(value)


def _measuring(panel: SuperThermometerPanel) -> Iterator[Command]:
    def fetch(channel: int | None) -> str:
        """Return the latest measurement of a channel; without one, of whichever had it."""
        panel.fetched_at = panel.now
        return panel.reading(channel or panel.latest_channel(), panel.now)

    def wait_and_fetch(channel: int | None) -> str:
        panel.ready = panel.bridge.next_sample(panel.now)
        return panel.reading(channel or CHANNELS[0], panel.ready)

    def input_of(channel: int) -> str:
        ohms = panel.bridge.latest(channel, panel.now).ohms
        if ohms is None:
            raise ScpiError(-230)
        is_ratio = panel.calculations[channel] == "RAT"
        return plain(ohms / REFERENCE_OHMS, 8) if is_ratio else plain(ohms, 6)

    def unit(letter: str) -> None:
        panel.unit = letter

    channel = (Parameter(channel_of, required=False),)
    yield Command("FETC", None, fetch, (), channel)
    yield Command("READ", None, wait_and_fetch, (), channel)
    yield Command("MEAS", None, wait_and_fetch, (), channel)
    yield Command("SENS#4[:FRES]:DATA", None, input_of)
    yield Command("UNIT:TEMP", unit, lambda: panel.unit, (Parameter(word("C", "F", "K")),))


def _channels(panel: SuperThermometerPanel) -> Iterator[Command]:
    def calculate(channel: int, kind: str) -> None:
        probe = panel.library.get(panel.assigned.get(channel, NONE))
        if kind == "TEMP" and (probe is None or probe.is_resistance):
            raise ScpiError(-221)
        panel.calculations[channel] = kind

    def assign(channel: int, name: str) -> None:
        if name == NONE:
            panel.assigned.pop(channel, None)
            panel.calculations[channel] = "RES"
            return
        if _defined(panel, name).is_resistance:
            panel.calculations[channel] = "RES"
        panel.assigned[channel] = name

    def assigned(channel: int) -> str:
        return quoted(panel.assigned.get(channel, NONE))

    def current(channel: int, amperes: float) -> None:
        if not LEAST_AMPERES <= amperes <= GREATEST_AMPERES:
            raise ScpiError(-222)
        panel.bridge.amperes[channel] = amperes

    def flowing(channel: int) -> str:
        return plain(panel.bridge.amperes[channel], 9)

    kinds = (Parameter(word("TEMP", "RES", "RAT")),)
    yield Command("CALC#4:TYPE", calculate, lambda one: panel.calculations[one], kinds)
    yield Command("INP#4:PROB:IDEN", assign, assigned, (NAME,))
    yield Command("SENS#4:CURR", current, flowing, MASK)


def _defined(panel: SuperThermometerPanel, name: str) -> Definition:
    if name not in panel.library:
        raise ScpiError(-224)
    return panel.library[name]


def _library(panel: SuperThermometerPanel) -> Iterator[Command]:
    """Yield the probe library; INP takes a suffix here too, which nothing looks at."""
    library = panel.library
    place = 0

    def add(_: int, name: str) -> None:
        if name in library or len(library) >= LIBRARY_SIZE:
            raise ScpiError(-224)
        library[name] = Definition()

    def delete(_: int, name: str) -> None:
        _defined(panel, name)
        del library[name]
        for channel in [one for one, probe in panel.assigned.items() if probe == name]:
            del panel.assigned[channel]
            panel.calculations[channel] = "RES"

    def first(_: int) -> str:
        nonlocal place
        place = 0
        return following(_)

    def following(_: int) -> str:
        nonlocal place
        names = list(library)
        place += 1
        return quoted(names[place - 1] if place <= len(names) else "")

    yield Command("INP#4:PROB:ADD", add, None, (NAME,))
    yield Command("INP#4:PROB:COUN", None, lambda _: f"{len(library)}")
    yield Command("INP#4:PROB:DEL", delete, None, (NAME,))
    yield Command("INP#4:PROB:FIRS", None, first)
    yield Command("INP#4:PROB:NEXT", None, following)


def _definitions(panel: SuperThermometerPanel) -> Iterator[Command]:
    """Yield what is in a definition, and what it makes of a resistance."""

    def set_parameter(_: int, name: str, parameter: str, value: str) -> None:
        definition = _defined(panel, name)
        definition.set(parameter, value)
        if definition.is_resistance:
            for channel in [one for one, probe in panel.assigned.items() if probe == name]:
                panel.calculations[channel] = "RES"

    def test(_: int, name: str, ohms: float) -> str:
        definition = _defined(panel, name)
        if definition.is_resistance:
            return f"{plain(ohms, 6)},O"
        celsius = definition.celsius(ohms)
        if celsius is None:
            raise ScpiError(-230)
        return f"{_three_places(panel, celsius)},{panel.unit}"

    yield Command("INP#4:PROB:PAR", set_parameter,
                  lambda _, name, parameter: _defined(panel, name).get(parameter),
                  (NAME, TEXT, TEXT), (NAME, TEXT))  # fmt: skip
    yield Command("INP#4:PROB:TEST", None, test, (), (NAME, *MASK))


def _three_places(panel: SuperThermometerPanel, celsius: float) -> str:
    """Return a temperature as the manual's example shows it: three decimals."""
    return f"{float(degrees(celsius, panel.unit)):.3f}"


def _status(panel: SuperThermometerPanel) -> Iterator[Command]:
    def enable(value: float) -> None:
        panel.operation_enable = round(value) & 0x7FFF if 0 <= value <= 0xFFFF else 0

    def enable_doubt(value: float) -> None:
        panel.questionable_enable = round(value) & 0x7FFF if 0 <= value <= 0xFFFF else 0

    def no_report(_: int) -> str:
        raise ScpiError(-230)

    def no_time(_: int) -> str:
        raise ScpiError(-230)

    yield Command("STAT:OPER", None, lambda: f"{panel.operation_event()}")
    yield Command("STAT:OPER:COND", None, lambda: f"{MEASURING}")
    yield Command("STAT:OPER:ENAB", enable, lambda: f"{panel.operation_enable}", MASK)
    yield Command("STAT:QUES", None, lambda: f"{panel.questionable_event()}")
    yield Command("STAT:QUES:COND", None, lambda: f"{panel.doubt()}")
    yield Command("STAT:QUES:ENAB", enable_doubt, lambda: f"{panel.questionable_enable}", MASK)
    yield Command("TEST:LIN:REP#8", None, no_report)
    yield Command("TEST:LIN:REP#8:TIME", None, no_time)
    yield Command("TEST:LIN[:STAT]", None, lambda: "0")
