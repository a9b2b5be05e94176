"""What several commands share: the store they work on, and how a run is told line by line."""

import argparse
import getpass
import os
import sys
from typing import TYPE_CHECKING

from station.locale import Translate

if TYPE_CHECKING:
    from station.records.store import Store
    from station.run.entries import Measured, Overloaded, PlannedPoint
    from station.run.journal import Row
    from station.run.state import RunState

Subparsers = argparse._SubParsersAction  # noqa: SLF001  (argparse gives it no public name)


def natural(text: str) -> int:
    """Return a whole number from 0 up, for argparse."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 up")
    return int(text)


def add_store(parser: argparse.ArgumentParser) -> None:
    """Add --store."""
    parser.add_argument(
        "--store",
        metavar="URL",
        help="record store: a file name or a database address "
        "(default: the variable STATION_STORE, else the user's data folder)",
    )


def open_store_of(args: argparse.Namespace, *, create: bool = True) -> "Store":
    """Open the store that the command line, the environment or the default names."""
    from station.records.store import default_url, open_store

    url = args.store or os.environ.get("STATION_STORE") or default_url()
    return open_store(url, create=create)


def add_by(parser: argparse.ArgumentParser) -> None:
    """Add --by."""
    parser.add_argument("--by", metavar="NAME", help="who does it (default: the login name)")


def by(args: argparse.Namespace) -> str:
    """Return who acts."""
    return args.by or getpass.getuser()


class Teller:
    """Tells a run as it happens: one line an entry that a person wants to see."""

    def __init__(self, say: Translate, *, prompts: bool = True) -> None:
        self._say = say
        self._prompts = prompts

    def __call__(self, row: "Row", state: "RunState") -> None:
        """Print the line of `row`, if it has one."""
        line = self._line(row, state)
        if line:
            self.line(line)

    @staticmethod
    def line(text: str) -> None:
        """Print a line; whoever stops reading does not stop a calibration."""
        try:
            print(text, flush=True)
        except OSError:
            # From here on into nothing, also at the interpreter's own last flush.
            sys.stdout = open(os.devnull, "w", encoding="utf-8")

    def _line(self, row: "Row", state: "RunState") -> str:
        from station.run import entries as e

        say, entry = self._say, row.entry
        match entry:
            case e.RunBegun():
                item = next(i for i in entry.instruments if i.role == entry.dut)
                simulated = f"  [{say('SIMULATED')}]" if entry.simulated else ""
                return f"{say(entry.title)}: {item.title}, {item.serial}{simulated}"
            case e.Prompted() if entry.wires and self._prompts:
                return "\n".join(
                    [say(entry.text), *(f"    {w.from_end} ── {w.to_end}" for w in entry.wires)]
                )
            case e.Measured() | e.Overloaded():
                point = next(p for p in state.points if p.id == entry.point)
                left = f"{state.seconds_left / 60:4.0f} min"
                return (
                    f"[{state.done:3d}/{len(state.points)}] {left}  "
                    f"{outcome_line(entry, point, say)}"
                )
            case e.Voided():
                return f"{say('void')}: {entry.point} ({entry.reason})"
            case e.Decided():
                return f"{say(entry.phase.value)}: {say(entry.verdict)}"
            case e.PausedByPerson():
                return say("paused")
            case e.MadeSafe() if entry.failures:
                return f"{say('OUTPUTS MAY BE LIVE')}: {'; '.join(entry.failures)}"
            case _:
                return ""


def outcome_line(outcome: "Measured | Overloaded", point: "PlannedPoint", say: Translate) -> str:
    """Return one line for a finished point: error ± U, limits, verdict."""
    from station.metrology.rounding import round_result, scale
    from station.run.entries import Overloaded

    if isinstance(outcome, Overloaded):
        return f"{point.id:<38} {say('overload'):>26}  {say('fail')}"
    unit = scale(point.unit, max(abs(point.lower), abs(point.upper)))
    rounded = round_result(unit.apply(outcome.error), unit.apply(outcome.expanded_uncertainty))
    limit = f"{float(unit.apply(point.upper)):.4g}"
    return (
        f"{point.id:<38} {rounded.value:>9} ± {rounded.uncertainty:<8} {unit.unit:<3}"
        f" ({say('limit')} ±{limit})  {say(outcome.verdict)}"
    )
