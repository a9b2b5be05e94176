"""The console's sections: one table, from which keys, bar, command palette and help are made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textual.screen import Screen

from station.locale import N_
from station.tui.desk import Desk


@dataclass(frozen=True, slots=True)
class Section:
    """One section.

    Attributes:
        key: the digit that opens it from everywhere.
        name: of the section in the code.
        title: English words for the bar and the palette.
        make: makes its first screen, when it is first opened; further ones go on top of it.
    """

    key: str
    name: str
    title: str
    make: Callable[[Desk], Screen[Any]]


# Imported when it is opened: the first screen must be there at once.
def _runs(desk: Desk) -> Screen[Any]:
    from station.tui.runs.screen import RunsScreen

    return RunsScreen(desk)


def _start(desk: Desk) -> Screen[Any]:
    from station.tui.start.screen import StartScreen

    return StartScreen(desk)


def _bench(desk: Desk) -> Screen[Any]:
    from station.tui.bench.screen import BenchScreen

    return BenchScreen(desk)


def _results(desk: Desk) -> Screen[Any]:
    from station.tui.results.screen import ResultsScreen

    return ResultsScreen(desk)


def _equipment(desk: Desk) -> Screen[Any]:
    from station.tui.equipment.screen import EquipmentScreen

    return EquipmentScreen(desk)


SECTIONS = (
    Section("1", "runs", N_("Runs"), _runs),
    Section("2", "start", N_("New run"), _start),
    Section("3", "bench", N_("Bench"), _bench),
    Section("4", "results", N_("Results"), _results),
    Section("5", "equipment", N_("Equipment"), _equipment),
)
