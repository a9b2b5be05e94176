"""The command tree of a metrology well.

Sources: user guides of the 914x and 917x; Hepek93/lab_instruments Fluke9142/Fluke9142.py.
SYST:COMM:SER:LIN and FDUP, and the numbers of the errors, are from memory, unverified.
Stored programs (PROG) are not simulated, nor is any command that needs the password.
"""

from collections.abc import Iterator

from simulators.fluke_914x.panel import PASSWORD, WellPanel
from simulators.language.scpi import Command, Language, Parameter
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import boolean, plain_number, word
from simulators.physics.platinum import CallendarVanDusen

MAKER = "HART"
FIRMWARE = "1.00"
BAUDS = (1200, 2400, 4800, 9600, 19200, 38400)
CONTROL_SENSOR = CallendarVanDusen()  # what the resistance of the control sensor is told from
NUMBER = (Parameter(plain_number),)
SWITCH = (Parameter(boolean),)
LEAST_RATE, GREATEST_RATE = 0.1, 500.0  # K/min
LEAST_LIMIT, GREATEST_LIMIT = 0.01, 9.99  # K


def language(panel: WellPanel) -> Language:
    """Return the whole command tree of `panel`."""
    return Language([
        *_identity(panel),
        *_control(panel),
        *_stability(panel),
        *_protection(panel),
        *_inputs(panel),
        *_system(panel),
    ])  # fmt: skip


def _identity(panel: WellPanel) -> Iterator[Command]:
    def who() -> str:
        return f"{MAKER},{panel.well.block.character.name},{panel.serial},{FIRMWARE}"

    def option() -> str:
        return f"{panel.well.process:d}"

    yield Command("*IDN", None, who)
    yield Command("*CLS", panel.errors.clear)
    yield Command("*OPT", None, option)
    yield Command("SYSTem:CONFigure:MODel", None, option)


def _control(panel: WellPanel) -> Iterator[Command]:
    block = panel.well.block

    def go(value: float) -> None:
        panel.ask(set_point=_set_point(panel, value))

    def switch(channel: int, on: bool) -> None:
        panel.ask(on=on)

    def scan(value: float) -> None:
        kelvin = value / _degree(panel)
        if not LEAST_RATE <= kelvin <= GREATEST_RATE:
            raise ScpiError(-222)
        panel.ask(rate=kelvin)

    def sensor(what: str | None) -> str:
        indicated = block.indicated(panel.now)
        if what == "RES":
            return f"{CONTROL_SENSOR.ohms(indicated):.3f}"
        return f"{_shown(panel, indicated):.3f}"

    def keep(number: int, value: float) -> None:
        presets = list(panel.menu.presets)
        presets[number - 1] = _set_point(panel, value)
        panel.menu.presets = tuple(presets)

    def kept(number: int) -> str:
        return f"{_shown(panel, panel.menu.presets[number - 1]):.2f}"

    # The short form of POINT would be POIN: SPO is what is published.
    yield Command("SOURce:SPOint", go, lambda: f"{_shown(panel, block.control.set_point):.2f}",
                  NUMBER)  # fmt: skip
    yield Command("SOURce:SENSe:DATa", None, sensor, (), (Parameter(word("TEMP", "RES"), False),))
    yield Command("SOURce:RATE", scan, lambda: f"{block.control.rate * _degree(panel):.2f}", NUMBER)
    yield Command("SOURce:LIST:SPOint#8", keep, kept, NUMBER)
    yield Command("OUTPut#1:STATe", switch, lambda _: f"{block.working(panel.now):d}", SWITCH)
    yield Command("OUTPut#1:DATa", None, lambda _: f"{block.power(panel.now):.1f}")


def _stability(panel: WellPanel) -> Iterator[Command]:
    def limit(value: float) -> None:
        kelvin = value / _degree(panel)
        if not LEAST_LIMIT <= kelvin <= GREATEST_LIMIT:
            raise ScpiError(-222)
        panel.menu.stability_limit = kelvin

    def shown_limit() -> str:
        return f"{panel.menu.stability_limit * _degree(panel):.2f}"

    def present() -> str:
        return f"{panel.well.block.deviation(panel.now) * _degree(panel):.3f}"

    yield Command("SOURce:STABility:TEST", None, lambda: f"{panel.stable():d}")
    yield Command("SOURce:STABility:LIMit", limit, shown_limit, NUMBER)
    yield Command("SOURce:STABility:DATa", None, present)


def _protection(panel: WellPanel) -> Iterator[Command]:
    block = panel.well.block

    def level(value: float) -> None:
        celsius = _celsius(panel, value)
        if not block.character.low <= celsius <= block.character.cut_out:
            raise ScpiError(-222)
        panel.ask(cut_out=celsius)

    def shown(celsius: float) -> str:
        return f"{_shown(panel, celsius):.0f}"

    yield Command("SOURce:PROTection:TRIP", None, lambda: f"{block.tripped(panel.now):d}")
    yield Command("SOURce:PROTection:CLEar", lambda: block.reset_cut_out(panel.now))
    yield Command("SOURce:PROTection:HCUT", None, lambda: shown(block.character.cut_out))
    yield Command("SOURce:PROTection:SCUT:LEVel", level, lambda: shown(block.control.cut_out),
                  NUMBER)  # fmt: skip


def _inputs(panel: WellPanel) -> Iterator[Command]:
    """Yield what only models with process electronics know."""
    well = panel.well
    if not well.process:
        return

    def temperature() -> str:
        return _reading(panel, well.reference.celsius(panel.now))

    def calculated(channel: int) -> str:
        if channel == 1:
            return temperature()
        return _reading(panel, well.uut.celsius(panel.now))

    def resistance(channel: int) -> str:
        ohms = well.reference.ohms(panel.now)
        if ohms is None:
            raise ScpiError(-230)
        return f"{ohms:.3f}"

    for header in ("READ", "MEASure", "FETCh"):
        yield Command(header, None, temperature)
    yield Command("SENSe#1:DATa", None, resistance)
    yield Command("CALCulate#2:DATa", None, calculated)


def _system(panel: WellPanel) -> Iterator[Command]:
    menu = panel.menu

    def unit(letter: str) -> None:
        menu.fahrenheit = letter == "F"

    def unlock(password: float) -> None:
        if password != PASSWORD:
            raise ScpiError(-224)
        menu.unlocked = True

    def lock() -> None:
        menu.unlocked = False

    def baud(value: float) -> None:
        if value not in BAUDS:
            raise ScpiError(-224)
        menu.baud = int(value)

    def linefeed(on: bool) -> None:
        menu.linefeed = on

    def duplex(on: bool) -> None:
        menu.full_duplex = on

    def beep() -> None:
        """Make a sound that nobody hears."""

    yield Command("UNIT:TEMPerature", unit, lambda: "F" if menu.fahrenheit else "C",
                  (Parameter(word("C", "F")),))  # fmt: skip
    yield Command("SYSTem:ERRor", None, panel.next_error)
    yield Command("SYSTem:PASSword:CENable", unlock, None, NUMBER)
    yield Command("SYSTem:PASSword:CENable:STATe", None, lambda: f"{menu.unlocked:d}")
    yield Command("SYSTem:PASSword:CDISable", lock)
    yield Command("SYSTem:COMMunicate:SERial:BAUD", baud, lambda: f"{menu.baud}", NUMBER)
    yield Command("SYSTem:COMMunicate:SERial:LINefeed", linefeed, lambda: f"{menu.linefeed:d}",
                  SWITCH)  # fmt: skip
    yield Command("SYSTem:COMMunicate:SERial:FDUPlex", duplex, lambda: f"{menu.full_duplex:d}",
                  SWITCH)  # fmt: skip
    yield Command("SYSTem:BEEPer[:IMMediate]", beep)


def _degree(panel: WellPanel) -> float:
    """Return how many of the present unit's degrees a kelvin is."""
    return 1.8 if panel.menu.fahrenheit else 1.0


def _shown(panel: WellPanel, celsius: float) -> float:
    return celsius * 1.8 + 32.0 if panel.menu.fahrenheit else celsius


def _celsius(panel: WellPanel, value: float) -> float:
    return (value - 32.0) / 1.8 if panel.menu.fahrenheit else value


def _set_point(panel: WellPanel, value: float) -> float:
    """Return a set-point (°C) with the resolution of 0.01 of the present unit."""
    character = panel.well.block.character
    celsius = _celsius(panel, value)
    if not character.low <= celsius <= character.high:
        raise ScpiError(-222)
    return _celsius(panel, round(value, 2))


def _reading(panel: WellPanel, celsius: float | None) -> str:
    if celsius is None:
        raise ScpiError(-230)  # what an open input answers is not published
    return f"{_shown(panel, celsius):.3f}"
