"""Which calibrations a bench is made for, and why the others are not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_type_hints

from station.errors import StationError
from station.locale import N_
from station.roles import role_words
from station.tui.parts.words import Speech

if TYPE_CHECKING:
    from station.bench_file import BenchFile


@dataclass(frozen=True, slots=True)
class Fit:
    """An installed procedure; `why_not` says what hinders it on this bench, "" where nothing."""

    name: str
    title: str
    why_not: str = ""


def fits(file: "BenchFile", say: Speech) -> tuple[Fit, ...]:
    """Return all installed procedures, those first that the bench can carry out."""
    # Late: no other screen needs a procedure.
    from importlib.metadata import entry_points

    installed = sorted(entry.name for entry in entry_points(group="station.procedures"))
    found = [_fit(name, file, say) for name in installed]
    return tuple(sorted(found, key=lambda fit: bool(fit.why_not)))


def best(found: Sequence[Fit], used: str) -> str:
    """Return the procedure to offer: `used` if it fits, or where none does."""
    fitting = [fit.name for fit in found if not fit.why_not]
    return used if used in fitting or not fitting else fitting[0]


def _fit(name: str, file: "BenchFile", say: Speech) -> Fit:
    from station.bench import DUTS
    from station.bench_file import items_of
    from station.procedure import find_procedure

    items = items_of(file)
    try:
        procedure = find_procedure(name)
    except StationError as error:
        return Fit(name, "", error.told(say))
    title = say(procedure.title)
    if not items:
        return Fit(name, title, say(N_("The bench file has no item: [instruments.dut].")))
    try:
        tests = procedure.tests(items)
    except StationError as error:
        return Fit(name, title, error.told(say))
    if len(items) > procedure.most_duts:
        why = say("It takes {most} at once; the bench has {there}.")
        return Fit(name, title, why.format(most=procedure.most_duts, there=len(items)))
    roles = {role for test in tests for role in get_type_hints(test.roles)} - {DUTS}
    missing = ", ".join(role_words(role, say) for role in sorted(roles - set(file.instruments)))
    if missing:
        return Fit(name, title, say("The bench has no {roles}.").format(roles=missing))
    return Fit(name, title)
