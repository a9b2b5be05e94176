"""Commands that every SCPI instrument has: those of IEEE 488.2, STATus and SYSTem:ERRor."""

from collections.abc import Iterator, Mapping

from simulators.language.scpi import Command, Parameter
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_panel import ScpiPanel
from simulators.language.scpi_parameters import boolean, plain_number
from simulators.language.status import Event

MASK = Parameter(plain_number)
NODES: Mapping[str, str] = {"QUEStionable": "questionable", "OPERation": "operation"}
"""STATus subsystem → name of the panel's register."""


def common_commands(panel: ScpiPanel) -> Iterator[Command]:
    """Yield the common commands (`*TRG` and `*OPT?` apart), STATus and SYSTem:ERRor."""
    yield from _event_commands(panel)
    yield from _completion_commands(panel)
    yield Command("*IDN", None, lambda: panel.manners.identity.format(serial=panel.serial))
    yield Command("*RST", panel.reset)
    yield Command("*TST", None, lambda: panel.whole(0))
    yield Command("SYSTem:ERRor[:NEXT]", None, panel.next_error)
    yield Command("STATus:PRESet", lambda: _preset(panel))
    for node, name in NODES.items():
        yield from _register_commands(panel, f"STATus:{node}", name)


def mask(value: float, highest: int) -> int:
    """Return a register's mask.

    Raises:
        ScpiError: −222 outside 0 to `highest`.
    """
    if not 0 <= value <= highest:
        raise ScpiError(-222)
    return round(value)


def _preset(panel: ScpiPanel) -> None:
    for register in panel.registers.values():
        register.preset()


def _event_commands(panel: ScpiPanel) -> Iterator[Command]:
    status = panel.status

    def clear_status() -> None:
        status.read_event()
        for register in panel.registers.values():
            register.read_event()
        panel.errors.clear()
        panel.completion = None

    def event_enable(value: float) -> None:
        status.event_enable = mask(value, 255)

    def service_enable(value: float) -> None:
        status.service_enable = mask(value, 255) & ~64

    def power_on_clear(on: bool) -> None:
        panel.power_on_clear = on

    def byte() -> str:
        return panel.whole(status.byte(message_available=panel.answered))

    yield Command("*CLS", clear_status)
    yield Command("*ESE", event_enable, lambda: panel.whole(status.event_enable), (MASK,))
    yield Command("*ESR", None, lambda: panel.whole(status.read_event()))
    yield Command("*SRE", service_enable, lambda: panel.whole(status.service_enable), (MASK,))
    yield Command("*STB", None, byte)
    yield Command(
        "*PSC", power_on_clear, lambda: f"{panel.power_on_clear:d}", (Parameter(boolean),)
    )


def _completion_commands(panel: ScpiPanel) -> Iterator[Command]:
    def wait() -> None:
        panel.cursor = max(panel.cursor, panel.machine.busy_until())

    def complete() -> str:
        wait()
        return "1"

    def note_completion() -> None:
        if panel.machine.busy_until() > panel.cursor:
            panel.completion = panel.machine.busy_until()
        else:
            panel.status.set(Event.OPC)

    yield Command("*OPC", note_completion, complete)
    yield Command("*WAI", wait)


def _register_commands(panel: ScpiPanel, node: str, name: str) -> Iterator[Command]:
    def enable(value: float) -> None:
        panel.registers[name].enable = mask(value, 0xFFFF) & 0x7FFF

    def event() -> str:
        return panel.whole(panel.registers[name].read_event())

    def condition() -> str:
        return panel.whole(panel.registers[name].condition)

    def enabled() -> str:
        return panel.whole(panel.registers[name].enable)

    yield Command(f"{node}[:EVENt]", None, event)
    yield Command(f"{node}:CONDition", None, condition)
    yield Command(f"{node}:ENABle", enable, enabled, (MASK,))
