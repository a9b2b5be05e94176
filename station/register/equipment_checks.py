"""Checks between calibrations: which are planned, when each is due, and what they are judged by.

ISO/IEC 17025:2017, 6.4.10 (intermediate checks) and 7.7.1 (check standards with control charts).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from station.clock import day_of
from station.errors import BadInput, Refused
from station.metrology.control_chart import BaselineFault, RunRule, baseline_faults, individuals
from station.metrology.errors import FitError
from station.records.store import Store
from station.register import entries as e
from station.register.book import Decide
from station.register.equipment import JUDGES, KEEPERS, find
from station.register.equipment_control import Checked, ControlLine, last_change, lately
from station.register.equipment_standing import Against, Obstacle, standing
from station.register.people import need
from station.register.state import Equipment, Register

MOST_DAYS = 3660
"""Nothing is checked more seldom."""


@dataclass(frozen=True, slots=True)
class CheckDue:
    """A planned check: when it was done last, and by which day it must be done again.

    `signalled` are the rules of its control chart that the last value completes.
    """

    plan: e.CheckPlanned
    last: date | None
    due: date
    signalled: tuple[RunRule, ...] = ()


def checks_due(store: Store, equipment: Equipment) -> tuple[CheckDue, ...]:
    """Return the planned checks of equipment, the first due first; none of what is out of service.

    Raises:
        Tampered: a journal is not what was written.
        StoreFailed: the store does not answer.
    """
    if equipment.retired:
        return ()
    found = [_due(store, equipment, plan) for plan in equipment.checks]
    return tuple(sorted(found, key=lambda each: each.due))


def is_only_checked(equipment: Equipment) -> bool:
    """Tell a check standard that nobody calibrates: it must be stable, its value is its own."""
    return not equipment.certificates and any(each.point for each in equipment.checks)


def against_use(equipment: Equipment, on: date) -> tuple[Against, ...]:
    """Return what stands against equipment; that a check standard has no certificate does not."""
    found = standing(equipment, on)
    if is_only_checked(equipment):
        found = [each for each in found if each.obstacle is not Obstacle.NO_CERTIFICATE]
    return tuple(found)


def _due(store: Store, equipment: Equipment, plan: e.CheckPlanned) -> CheckDue:
    # One that was written down by hand counts as well: it may be of the same point.
    done = [each.on for each in equipment.history if each.what is e.ServiceKind.CHECK]
    place = (plan.procedure, plan.point)
    line = lately(store, equipment, place) if plan.point else None
    if line is not None:
        done.append(line.values[-1].on)
    signalled = () if line is None else line.signalled
    if not done:
        # Never checked: due from the day on which it was said that it must be.
        return CheckDue(plan, None, min(day_of(at) for at, said in equipment.log if said == plan))
    assert plan.every_days is not None
    return CheckDue(plan, max(done), max(done) + timedelta(days=plan.every_days), signalled)


def planned(equipment: Equipment, line: ControlLine) -> e.CheckPlanned | None:
    """Return how often equipment is checked at the point of a chart, None where it is not."""
    place = (line.procedure, line.point.id)
    found = [each for each in equipment.checks if (each.procedure, each.point) == place]
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which measurements are to be the baseline: none of before an adjustment or a repair."""

    since: date | None = None
    until: date | None = None
    without: Collection[str] = ()


def line_at(lines: Sequence[ControlLine], point: str, procedure: str = "") -> ControlLine:
    """Return the chart of a point; "" is the only one there is.

    Raises:
        BadInput: there is none, or several.
    """
    found = [
        each for each in lines if point in ("", each.point.id) and procedure in ("", each.procedure)
    ]
    if len(found) == 1:
        return found[0]
    if not lines:
        raise BadInput(
            "No run measured it as its item. Measure it as a customer's instrument: `station run`."
        )
    known = tuple(f"{each.procedure} {each.point.id}" for each in lines)
    if found:
        raise BadInput("Say which point, with --point and --procedure: {points}.", points=known)
    raise BadInput(
        "No run measured it at {point!r}; measured were {points}.", point=point, points=known
    )


def baseline_of(
    equipment: Equipment, line: ControlLine, chosen: Chosen, reason: str, by: str
) -> e.BaselineAccepted:
    """Return the baseline that measurements make, with what is doubtful about it.

    Raises:
        BadInput: they are too few, or all equal.
    """
    values = _chosen_values(equipment, line, chosen)
    errors = [each.error for each in values]
    try:
        limits = individuals(errors).location
    except FitError as error:
        raise BadInput(
            "{count} of the measurements chosen make no limits: two at least that differ are "
            "needed. Measure it more often.",
            count=len(errors),
        ) from error
    return e.BaselineAccepted(
        by=by,
        equipment=equipment.entered.equipment,
        procedure=line.procedure,
        point=line.point.id,
        unit=line.point.unit,
        runs=tuple(each.run for each in values),
        first=values[0].on,
        last=values[-1].on,
        centre=limits.centre,
        standard_deviation=limits.standard_deviation,
        doubts=tuple(fault.value for fault in baseline_faults(errors, limits)),
        reason=reason.strip(),
        simulated=line.simulated,
    )


def _chosen_values(equipment: Equipment, line: ControlLine, chosen: Chosen) -> list[Checked]:
    # What was measured before an adjustment is of another instrument, whatever day is asked for.
    since, stood = max(chosen.since or date.min, last_change(equipment)), line.baseline
    if chosen.since is None and stood is not None and since <= stood.last:
        raise BadInput(
            "{point} has a baseline of {first} to {last}. Say from which day on another one is: "
            "--since DATE.",
            point=line.point.id, first=stood.first, last=stood.last,
        )  # fmt: skip
    unknown = sorted({*chosen.without} - {each.run for each in line.values})
    if unknown:
        raise BadInput("No such run measured it there: {runs}.", runs=tuple(unknown))
    until = chosen.until or date.max
    return [v for v in line.values if since <= v.on <= until and v.run not in chosen.without]


def accept_baseline(entry: e.BaselineAccepted) -> Decide:
    """Judge by these measurements from now on.

    A reason is needed where something is doubtful, or where another baseline stood.
    """

    def decide(register: Register) -> Sequence[e.Entry]:
        need(register, entry.by, *JUDGES)
        equipment = find(register, entry.equipment)
        place = (entry.procedure, entry.point, entry.simulated)
        stood = [
            each
            for each in equipment.baselines
            if (each.procedure, each.point, each.simulated) == place
        ]
        if stood and not entry.reason:
            raise Refused(
                "{point} has a baseline of {first} to {last}, accepted by {by}. Another one needs "
                "a reason: --reason.",
                point=entry.point, first=stood[0].first, last=stood[0].last, by=stood[0].by,
            )  # fmt: skip
        if entry.doubts and not entry.reason:
            raise Refused(
                "A doubtful baseline ({doubts}) needs a reason: --reason.",
                doubts=tuple(BaselineFault(each) for each in entry.doubts),
            )
        return [entry]

    return decide


def plan_check(entry: e.CheckPlanned) -> Decide:
    """Have equipment checked every so many days, or no more."""

    def decide(register: Register) -> Sequence[e.Entry]:
        need(register, entry.by, *KEEPERS)
        equipment = find(register, entry.equipment)
        if entry.every_days is not None and not 0 < entry.every_days <= MOST_DAYS:
            raise BadInput("A check is made every 1 to {most} days.", most=MOST_DAYS)
        known = [(each.procedure, each.point) for each in equipment.checks]
        if entry.every_days is None and (entry.procedure, entry.point) not in known:
            raise BadInput("{name} has no such check planned.", name=entry.equipment)
        return [entry.model_copy(update={"equipment": equipment.entered.equipment})]

    return decide
