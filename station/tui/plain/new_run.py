"""A new run in lines: bench, calibration, checklist, start."""

from collections.abc import Callable
from pathlib import Path

from station.errors import StationError
from station.tui.bench.door import opened
from station.tui.bench.files import to_begin_with
from station.tui.desk import Desk
from station.tui.parts.words import about
from station.tui.plain.lines import Lines
from station.tui.start.fitting import Fit, best, fits
from station.tui.start.launch import Order
from station.tui.start.ready import readiness

LOOK_SECONDS = 0.25
"""How often (s) a started engine is asked for its run."""


def new_run(desk: Desk, lines: Lines, tell: Callable[[str], None]) -> str | None:
    """Ask for what a run needs and start it; return its id, None where it was not started.

    Raises:
        StationError: the bench file is wrong, or the engine did not start.
    """
    say = desk.say
    offered = to_begin_with(desk, Path.cwd())
    tell(f"{say('Bench file')} [{offered}]:")
    named = (lines.next(None) or "").strip()
    at = opened(Path(named) if named else offered)
    procedure = _procedure(fits(at.file, say), desk, lines, tell)
    simulated = at.simulated
    if simulated:
        tell(say("Simulated instruments, or the real ones? Enter: simulated; r: real"))
        simulated = (lines.next(None) or "").strip().lower() != "r"
    order = Order(procedure, at.path, simulated, desk.by, language=say.notation.value)
    ready = readiness(desk, order)
    for line in ready.lines:
        tell(f"  {'✗' if line.way_out else '✓'} {line.subject}: {line.way_out or line.finding}")
    if ready.refused:
        return None
    told = say("{count} points, about {time}. Enter starts; anything else leaves it.")
    tell(told.format(count=ready.points, time=about(ready.seconds, say)))
    return None if (lines.next(None) or "").strip() else _started(desk, order)


def _procedure(
    found: tuple[Fit, ...], desk: Desk, lines: Lines, tell: Callable[[str], None]
) -> str:
    fitting = [fit for fit in found if not fit.why_not]
    offered = best(found, desk.memory.settings.procedure)
    for number, fit in enumerate(fitting, start=1):
        tell(f"  {number}  {fit.name}  {fit.title}")
    tell(f"{desk.say('Calibration (number or name)')} [{offered}]:")
    text = (lines.next(None) or "").strip()
    if text.isascii() and text.isdecimal() and 1 <= int(text) <= len(fitting):
        return fitting[int(text) - 1].name
    return text or offered


def _started(desk: Desk, order: Order) -> str:
    started = desk.launch(order, desk.store_url)
    while (run := started.run) is None:
        if started.failure:
            raise StationError("{words}", words=started.failure)
        desk.wall.sleep(LOOK_SECONDS)
    return run
