"""The trigger model of the DMM6500: blocks carried out one after the other.

Only what public clients load is known (PyFixate/Fixate, keithley_6500.py): measure, delay,
branches, clear, and the model SimpleLoop.
"""

from collections.abc import Iterator
from functools import partial
from math import inf

from simulators.keithley_dmm6500.reading import take
from simulators.keithley_dmm6500.state import Panel6500, Parameters, buffer_named
from simulators.language.scpi import Command, Parameter
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import limited, number, string, word

MOST_BLOCKS = 63
MOST_STEPS = 20_000  # of one run; a loop that never waits is cut there
MOST_READINGS = 1_000_000
LONGEST_DELAY = 100_000.0  # s
EVENTS = ("NONE", "COMMand", "DISPlay", "EXTernal", "TIMer1", "NOTify1")
OPTIONAL_NAME = Parameter(string, required=False)
WHOLE = Parameter(number())
OPTIONAL = Parameter(number(), required=False)


def trigger_commands(panel: Panel6500) -> Iterator[Command]:
    """Yield TRIGger, INITiate, ABORt and `*TRG`."""

    def status() -> str:
        state = "RUNNING" if panel.acquisition.busy(panel.cursor) else "IDLE"
        return f"{state};{state};{panel.settings.resume or 0}"  # from memory, unverified

    yield Command("TRIGger:LOAD", partial(_load, panel), None,
                  (Parameter(string), OPTIONAL, OPTIONAL, OPTIONAL_NAME))  # fmt: skip
    for node, kind, parameters in (
        ("MDIGitize", "measure", (OPTIONAL_NAME, OPTIONAL)),
        ("MEASure", "measure", (OPTIONAL_NAME, OPTIONAL)),
        ("DELay:CONStant", "delay", (WHOLE,)),
        ("BRANch:EVENt", "event", (Parameter(word(*EVENTS)), WHOLE)),
        ("BRANch:ALWays", "jump", (WHOLE,)),
        ("BRANch:COUNter", "count", (WHOLE, WHOLE)),
        ("BUFFer:CLEar", "clear", (OPTIONAL_NAME,)),
        ("NOP", "nothing", ()),
    ):
        put = partial(_put, panel, kind)
        yield Command(f"TRIGger:BLOCk:{node}", put, None, (WHOLE, *parameters))
    yield Command("TRIGger:STATe", None, status)
    yield Command("INITiate[:IMMediate]", partial(_initiate, panel))
    yield Command("ABORt", partial(_abort, panel))
    yield Command("*TRG", partial(_event, panel))


def _put(panel: Panel6500, kind: str, block: float, *parameters: float | str | None) -> None:
    place = round(limited(block, 1, MOST_BLOCKS, 1))
    panel.settings.blocks[place] = (kind, tuple(one for one in parameters if one is not None))


def _load(
    panel: Panel6500, name: str, count: float | None, delay: float | None, buffer: str | None
) -> None:
    blocks = panel.settings.blocks
    if name.upper() not in ("EMPTY", "SIMPLELOOP"):
        raise ScpiError(-224)  # the other models are not simulated
    blocks.clear()
    panel.settings.resume = None
    if name.upper() == "SIMPLELOOP":
        buffers = () if buffer is None else (buffer,)
        blocks[1] = ("clear", buffers)
        blocks[2] = ("delay", (limited(delay or 0.0, 0.0, LONGEST_DELAY, 0.0),))
        blocks[3] = ("measure", buffers)
        blocks[4] = ("count", (limited(1.0 if count is None else count, 1, inf, 1), 2.0))


def _initiate(panel: Panel6500) -> None:
    """Run the model from its first block.

    Raises:
        ScpiError: −213 while it runs, −221 when there is none (number from memory, unverified).
    """
    if panel.acquisition.busy(panel.cursor):
        raise ScpiError(-213)
    if not panel.settings.blocks:
        raise ScpiError(-221)
    _run(panel, 1)


def _run(panel: Panel6500, block: int) -> None:
    """Carry blocks out from `block` on; INITiate does not hold up what follows, *WAI does."""
    began, run = panel.cursor, _Run(panel)
    panel.settings.resume = None
    run.carry_out(block)
    panel.settings.resume = run.resume
    panel.acquisition.until = inf if run.endless else panel.cursor
    panel.cursor = began


class _Run:
    """One run of the model; a loop that waits for an event is left running after one round.

    Attributes:
        resume: block that the awaited event leads to; None when no loop waits.
        endless: whether it never ends by itself.
    """

    def __init__(self, panel: Panel6500) -> None:
        self.resume: int | None = None
        self.endless = False
        self._panel = panel
        self._counts: dict[int, int] = {}
        self._jumped: set[int] = set()
        self._event: int | None = None

    def carry_out(self, block: int) -> None:
        """Carry blocks out until there is none, or for ever."""
        for _ in range(MOST_STEPS):
            if block not in self._panel.settings.blocks:
                return
            block = self._after(block, *self._panel.settings.blocks[block])
            if self.resume is not None:
                break
        self.endless = True

    def _after(self, block: int, kind: str, parameters: Parameters) -> int:
        """Carry one block out and return the number of the next one."""
        numbers = [one for one in parameters if not isinstance(one, str)]
        match kind:
            case "measure":
                _measure(self._panel, parameters)
            case "delay":
                self._panel.cursor += limited(numbers[0], 0.0, LONGEST_DELAY, 0.0)
            case "clear":
                buffer_named(self._panel, str(parameters[0]) if parameters else None).clear()
            case "event":
                self._event = _target(numbers[0])
            case "count":
                self._counts[block] = self._counts.get(block, 0) + 1
                if self._counts[block] < numbers[0]:
                    return _target(numbers[1])
            case "jump":
                if block in self._jumped:
                    self.resume = self._event
                self._jumped.add(block)
                return _target(numbers[0])
        return block + 1


def _target(number: float) -> int:
    return round(limited(number, 1, MOST_BLOCKS, 1))


def _measure(panel: Panel6500, parameters: Parameters) -> None:
    names = [one for one in parameters if isinstance(one, str)]
    counts = [one for one in parameters if not isinstance(one, str)]
    count = round(limited(counts[0], 1, MOST_READINGS, 1)) if counts else panel.settings.count
    take(panel, buffer_named(panel, names[0] if names else None), count)


def _event(panel: Panel6500) -> None:
    """Let a loop that waits for a command go on; otherwise it means nothing (`*TRG`)."""
    resume = panel.settings.resume
    if resume is not None:
        _run(panel, resume)


def _abort(panel: Panel6500) -> None:
    panel.acquisition.abort(panel.cursor)
    panel.settings.resume = None
    for buffer in panel.settings.buffers.values():
        kept = buffer.stored(panel.cursor)
        buffer.values, buffer.instants = buffer.values[:kept], buffer.instants[:kept]
