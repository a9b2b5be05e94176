"""Commands that every SCPI multimeter has: those of IEEE 488.2, and the status registers."""

from collections.abc import Iterator, Mapping

from simulators.language.scpi import Command, Parameter
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import boolean, plain_number
from simulators.language.status import Event
from simulators.multimeter.habits import S
from simulators.multimeter.panel import MultimeterPanel

MASK = Parameter(plain_number)


def common_commands(panel: MultimeterPanel[S]) -> Iterator[Command]:
    """Yield the common commands, `*TRG` and `*OPT?` apart: they differ from maker to maker."""
    status, whole = panel.events.status, panel.habits.whole

    def clear_status() -> None:
        panel.events.clear()
        panel.completion = None

    def event_enable(value: float) -> None:
        status.event_enable = _mask(value, 255)

    def service_enable(value: float) -> None:
        status.service_enable = _mask(value, 255) & ~64

    def power_on_clear(on: bool) -> None:
        panel.power_on_clear = on

    def byte() -> str:
        return whole(status.byte(message_available=panel.answered))

    def cleared() -> str:
        return f"{panel.power_on_clear:d}"

    yield Command("*CLS", clear_status)
    yield Command("*ESE", event_enable, lambda: whole(status.event_enable), (MASK,))
    yield Command("*ESR", None, lambda: whole(status.read_event()))
    yield Command("*SRE", service_enable, lambda: whole(status.service_enable), (MASK,))
    yield Command("*STB", None, byte)
    yield Command("*PSC", power_on_clear, cleared, (Parameter(boolean),))
    yield Command("*IDN", None, lambda: panel.habits.identity.format(serial=panel.serial))
    yield Command("*RST", lambda: panel.reset())
    yield Command("*TST", None, lambda: panel.habits.whole(0))
    yield from _completion_commands(panel)


def _mask(value: float, highest: int) -> int:
    if not 0 <= value <= highest:
        raise ScpiError(-222)
    return round(value)


def _completion_commands(panel: MultimeterPanel[S]) -> Iterator[Command]:
    def complete() -> str:
        wait()
        return "1"

    def note_completion() -> None:
        if panel.acquisition.until > panel.cursor:
            panel.completion = panel.acquisition.until
        else:
            panel.events.status.set(Event.OPC)

    def wait() -> None:
        panel.cursor = max(panel.cursor, panel.acquisition.until)

    yield Command("*OPC", note_completion, complete)
    yield Command("*WAI", wait)


def status_commands(panel: MultimeterPanel[S], nodes: Mapping[str, str]) -> Iterator[Command]:
    """Yield STATus for `nodes`: subsystem in manual notation → name of the panel's register."""

    def preset() -> None:
        for name in nodes.values():
            panel.events.registers[name].preset()

    yield Command("STATus:PRESet", preset)
    for node, name in nodes.items():
        yield from _register_commands(panel, f"STATus:{node}", name)


def _register_commands(panel: MultimeterPanel[S], node: str, name: str) -> Iterator[Command]:
    def enable(value: float) -> None:
        panel.events.registers[name].enable = _mask(value, 0xFFFF) & 0x7FFF

    def event() -> str:
        return panel.habits.whole(panel.events.registers[name].read_event())

    def condition() -> str:
        return panel.habits.whole(panel.events.registers[name].condition)

    def enabled() -> str:
        return panel.habits.whole(panel.events.registers[name].enable)

    yield Command(f"{node}[:EVENt]", None, event)
    yield Command(f"{node}:CONDition", None, condition)
    yield Command(f"{node}:ENABle", enable, enabled, (MASK,))
