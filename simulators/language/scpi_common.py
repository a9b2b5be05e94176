"""Commands that every SCPI instrument has: those of IEEE 488.2, STATus and SYSTem:ERRor."""

from collections.abc import Iterator, Mapping

from simulators.language.scpi import Command, Parameter
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_face import ScpiFace
from simulators.language.scpi_parameters import boolean, plain_number
from simulators.language.status import Event

MASK = Parameter(plain_number)
NODES: Mapping[str, str] = {"QUEStionable": "questionable", "OPERation": "operation"}
"""STATus subsystem → name of the panel's register."""


def common_commands(panel: ScpiFace) -> Iterator[Command]:
    """Yield the common commands, `*TRG` and `*OPT?` apart: they differ from maker to maker."""
    yield from _event_commands(panel)
    yield from _completion_commands(panel)
    yield Command("*IDN", None, lambda: panel.manners.identity.format(serial=panel.serial))
    yield Command("*RST", panel.reset)
    yield Command("*TST", None, lambda: panel.manners.whole(0))


def status_commands(panel: ScpiFace, nodes: Mapping[str, str] = NODES) -> Iterator[Command]:
    """Yield STATus for `nodes`: subsystem in manual notation → name of the panel's register."""

    def preset() -> None:
        for name in nodes.values():
            panel.events.registers[name].preset()

    yield Command("STATus:PRESet", preset)
    for node, name in nodes.items():
        yield from _register_commands(panel, f"STATus:{node}", name)


def scpi_commands(panel: ScpiFace) -> Iterator[Command]:
    """Yield the common commands, STATus and SYSTem:ERRor."""
    yield from common_commands(panel)
    yield from status_commands(panel)
    yield Command("SYSTem:ERRor[:NEXT]", None, panel.events.next_error)


def mask(value: float, highest: int) -> int:
    """Return a register's mask.

    Raises:
        ScpiError: −222 outside 0 to `highest`.
    """
    if not 0 <= value <= highest:
        raise ScpiError(-222)
    return round(value)


def _event_commands(panel: ScpiFace) -> Iterator[Command]:
    status, whole = panel.events.status, panel.manners.whole

    def clear_status() -> None:
        panel.events.clear()
        panel.completion = None

    def event_enable(value: float) -> None:
        status.event_enable = mask(value, 255)

    def service_enable(value: float) -> None:
        status.service_enable = mask(value, 255) & ~64

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


def _completion_commands(panel: ScpiFace) -> Iterator[Command]:
    def wait() -> None:
        panel.cursor = max(panel.cursor, panel.busy_until())

    def complete() -> str:
        wait()
        return "1"

    def note_completion() -> None:
        until = panel.busy_until()
        if until > panel.cursor:
            panel.completion = until
        else:
            panel.events.status.set(Event.OPC)

    yield Command("*OPC", note_completion, complete)
    yield Command("*WAI", wait)


def _register_commands(panel: ScpiFace, node: str, name: str) -> Iterator[Command]:
    whole = panel.manners.whole

    def enable(value: float) -> None:
        panel.events.registers[name].enable = mask(value, 0xFFFF) & 0x7FFF

    def event() -> str:
        return whole(panel.events.registers[name].read_event())

    def condition() -> str:
        return whole(panel.events.registers[name].condition)

    def enabled() -> str:
        return whole(panel.events.registers[name].enable)

    yield Command(f"{node}[:EVENt]", None, event)
    yield Command(f"{node}:CONDition", None, condition)
    yield Command(f"{node}:ENABle", enable, enabled, (MASK,))
