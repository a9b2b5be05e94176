"""The command tree of a Truevolt multimeter.

Source: Truevolt Series Operating and Service Guide; what public drivers send (pymeasure,
microsoft/Qcodes) must parse.
"""

from collections.abc import Iterator

from simulators.keysight_truevolt.measuring import measuring_commands
from simulators.keysight_truevolt.panel import TruevoltPanel
from simulators.keysight_truevolt.settings import setting_commands
from simulators.language.scpi import Command, Language, Parameter
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import boolean, plain_number, quoted, string
from simulators.language.status import Event, Register

SCPI_VERSION = "1994.0"  # from memory, unverified
MASK = Parameter(plain_number)
TEXT_LENGTH = 40  # from memory, unverified


def language(panel: TruevoltPanel) -> Language:
    """Return the whole command tree of `panel`."""
    return Language([
        *_common_commands(panel),
        *_system_commands(panel),
        *_status_commands(panel),
        *measuring_commands(panel),
        *setting_commands(panel),
    ])  # fmt: skip


def _mask(value: float, highest: int) -> int:
    if not 0 <= value <= highest:
        raise ScpiError(-222)
    return round(value)


def _common_commands(panel: TruevoltPanel) -> Iterator[Command]:
    status = panel.status

    def clear_status() -> None:
        status.read_event()
        panel.questionable.read_event()
        panel.operation.read_event()
        panel.errors.clear()
        panel.completion = None

    def event_enable(value: float) -> None:
        status.event_enable = _mask(value, 255)

    def service_enable(value: float) -> None:
        status.service_enable = _mask(value, 255) & ~64

    def power_on_clear(on: bool) -> None:
        panel.power_on_clear = on

    def cleared() -> str:
        return f"{panel.power_on_clear:d}"

    yield Command("*CLS", clear_status)
    yield Command("*ESE", event_enable, lambda: f"+{status.event_enable}", (MASK,))
    yield Command("*ESR", None, lambda: f"+{status.read_event()}")
    yield Command("*SRE", service_enable, lambda: f"+{status.service_enable}", (MASK,))
    yield Command("*STB", None, lambda: f"+{status.byte(message_available=panel.answered)}")
    yield Command("*PSC", power_on_clear, cleared, (Parameter(boolean),))
    yield Command("*IDN", None, lambda: _identity(panel))
    yield Command("*RST", panel.reset)
    yield Command("*TST", None, lambda: "+0")
    yield Command("*OPT", None, lambda: "0,0,0,0,0")  # form as captured from a 34465A
    yield from _completion_commands(panel)


def _completion_commands(panel: TruevoltPanel) -> Iterator[Command]:
    def complete() -> str:
        wait()
        return "1"

    def note_completion() -> None:
        if panel.acquisition.until > panel.cursor:
            panel.completion = panel.acquisition.until
        else:
            panel.status.set(Event.OPC)

    def wait() -> None:
        panel.cursor = max(panel.cursor, panel.acquisition.until)

    yield Command("*OPC", note_completion, complete)
    yield Command("*WAI", wait)


def _identity(panel: TruevoltPanel) -> str:
    model = panel.meter.model
    return f"Keysight Technologies,{model.name},{panel.serial},{model.firmware}"


def _system_commands(panel: TruevoltPanel) -> Iterator[Command]:
    def show(text: str) -> None:
        if len(text) > TEXT_LENGTH:
            raise ScpiError(-223)
        panel.display_text = text

    def switch(on: bool) -> None:
        panel.display_on = on

    def nothing() -> None:
        """Beep, or hand the keyboard back: nobody is there to notice."""

    display = (Parameter(boolean),)
    yield Command("SYSTem:ERRor[:NEXT]", None, panel.next_error)
    yield Command("SYSTem:ERRor:COUNt", None, lambda: f"+{len(panel.errors)}")
    yield Command("SYSTem:VERSion", None, lambda: SCPI_VERSION)
    yield Command("SYSTem:LFRequency", None, lambda: "+50")
    yield Command("SYSTem:BEEPer[:IMMediate]", nothing)
    yield Command("SYSTem:LOCal", nothing)
    yield Command("SYSTem:REMote", nothing)
    yield Command("DISPlay[:STATe]", switch, lambda: f"{panel.display_on:d}", display)
    yield Command(
        "DISPlay:TEXT[:DATA]", show, lambda: quoted(panel.display_text), (Parameter(string),)
    )
    yield Command("DISPlay:TEXT:CLEar", lambda: show(""))
    # Fixed answers of a unit that passed its tests, calibrated once, with a nameless certificate.
    yield Command("ROUTe:TERMinals", None, lambda: "FRON")
    yield Command("CALibration[:ALL]", None, lambda: "+0")
    yield Command("CALibration:COUNt", None, lambda: "+1")
    yield Command("CALibration:STRing", None, lambda: quoted(""))


def _status_commands(panel: TruevoltPanel) -> Iterator[Command]:
    def preset() -> None:
        panel.questionable.preset()
        panel.operation.preset()

    yield Command("STATus:PRESet", preset)
    for node, register in (
        ("STATus:QUEStionable", panel.questionable),
        ("STATus:OPERation", panel.operation),
    ):
        yield from _register_commands(node, register)


def _register_commands(node: str, register: Register) -> Iterator[Command]:
    def enable(value: float) -> None:
        register.enable = _mask(value, 0xFFFF) & 0x7FFF

    yield Command(f"{node}[:EVENt]", None, lambda: f"+{register.read_event()}")
    yield Command(f"{node}:CONDition", None, lambda: f"+{register.condition}")
    yield Command(f"{node}:ENABle", enable, lambda: f"+{register.enable}", (MASK,))
