"""What one run of several gauges amounts to: the same pressures, in the same order, for all."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from procedures.details import checked
from procedures.pressure.details import GASES, SAME, Details, Kind, Sequence
from procedures.pressure.gauge_budget import Line
from procedures.pressure.series import (
    AFTER_RECLAMPING,
    POINTS,
    Step,
    pressures,
    sequence_of,
    steps,
)
from station.errors import BadInput
from station.procedure import Items, Point

FINE_CLASS, FINE_POINTS = 0.6, 11
"""EN 837-1: down to this class at least 10 pressures (maker's guide); 11 divide a scale evenly."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The items and the steps of a run.

    Attributes:
        details: by role of the item.
        sequence: of DKD-R 6-1.
        levels: pressures from zero up the scale (Pa).
        steps: id of an observation → its step, in the order in which they are taken.
    """

    details: Mapping[str, Details]
    sequence: Sequence
    levels: tuple[float, ...]
    steps: Mapping[str, Step]

    @property
    def full_scale(self) -> float:
        """Pressure (Pa) at the end of the scale."""
        return self.levels[-1]

    @property
    def is_of_transmitters(self) -> bool:
        """Whether currents are read."""
        return any(each.kind is Kind.TRANSMITTER for each in self.details.values())

    @property
    def without_reclamping(self) -> "Plan":
        """The same without the series after the gauges were screwed on again."""
        kept = {i: step for i, step in self.steps.items() if step.series not in AFTER_RECLAMPING}
        return replace(self, steps=MappingProxyType(kept))

    def at_place(self, place: int) -> tuple[str, ...]:
        """Return the observations at a place of the scale."""
        return tuple(i for i, step in self.steps.items() if step.place == place)

    def previous(self, observation: str) -> str | None:
        """Return the observation before one of the same series; None for its first."""
        ids = tuple(self.steps)
        at = ids.index(observation)
        before = ids[at - 1] if at else None
        same = before and self.steps[before].series == self.steps[observation].series
        return before if same else None

    def place(self, point: Point) -> int:
        """Return the place of a point on the scale."""
        return self.levels.index(point.nominal)

    def said(self, pascals: float) -> str:
        """Return a pressure as it is said at a bench, in the unit of the first gauge."""
        first = next(iter(self.details.values()))
        return f"{pascals / first.pascals:.6g} {first.unit}"

    def line(self, dut: str) -> Line:
        """Return the hose to an item."""
        details = self.details[dut]
        gravity, half_width = details.gravity_and_half_width
        return Line(
            gas=GASES[details.gas],
            below=details.below,
            below_half_width=details.below_half_width,
            gravity=gravity,
            gravity_half_width=half_width,
        )


def planned(items: Items) -> Plan:
    """Return the plan for all items: the most thorough sequence and the longest rests of any.

    Raises:
        BadInput: details are wrong, or the items cannot share a manifold.
    """
    details = {role: checked(role, item.details, Details) for role, item in items.items()}
    _refuse_mixed(details)
    each = tuple(details.values())
    sequence = min(map(sequence_of, each))
    levels = pressures(each[0].full_scale_pascals, max(map(_points, each)))
    kind = Kind.DIAL if any(one.kind is Kind.DIAL for one in each) else Kind.DIGITAL
    plan = Plan(MappingProxyType(details), sequence, levels, MappingProxyType({}))
    named = {
        f"M{step.series} {'up' if step.goes_up else 'down'}/{plan.said(step.pascals)}": step
        for step in steps(sequence, levels, kind)
    }
    return replace(plan, steps=MappingProxyType(named))


def _points(details: Details) -> int:
    if details.points is not None:
        return details.points
    usual = POINTS[sequence_of(details)]
    fine = details.accuracy_class is not None and details.accuracy_class <= FINE_CLASS
    return max(usual, FINE_POINTS) if fine else usual


def _refuse_mixed(details: Mapping[str, Details]) -> None:
    first, *others = details
    for role in others:
        one, other = details[first], details[role]
        end, other_end = one.full_scale_pascals, other.full_scale_pascals
        if abs(end - other_end) > SAME * abs(end):
            raise BadInput(
                "{first} ends at {end:g} {unit}, {role} at {other_end:g} {other_unit}: all gauges "
                "of a run get the same pressures. Calibrate gauges of another range in another "
                "run.",
                first=first,
                end=one.full_scale,
                unit=one.unit,
                role=role,
                other_end=other.full_scale,
                other_unit=other.unit,
            )
        if (one.kind is Kind.TRANSMITTER) is not (other.kind is Kind.TRANSMITTER):
            raise BadInput(
                "{first} is a {kind}, {role} a {other}: of transmitters a current is read, of "
                "gauges a pressure. Begin a run for each.",
                first=first,
                kind=one.kind,
                role=role,
                other=other.kind,
            )
        if one.mode is not other.mode or one.document != other.document:
            raise BadInput(
                "{first} is for {mode}, {role} for {other}: a run is the one or the other, by one "
                "document. Begin a run for each.",
                first=first,
                mode=one.mode,
                role=role,
                other=other.mode,
            )
