"""What a record store holds, as frozen values for whoever analyses it (`station.analysis`)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """One indication: `value` in `unit`, `raw` as it was received or entered.

    `point` is the id of a point or of an observation; `of` the role it is of; `number` counts
    from 1.
    """

    run: str
    phase: str
    point: str
    number: int
    of: str
    value: float
    unit: str
    raw: str


@dataclass(frozen=True, slots=True)
class Contribution:
    """One line of a point's uncertainty budget; `contribution` in `unit`, `dof` None: infinite."""

    run: str
    dut: str
    phase: str
    point: str
    unit: str
    name: str
    value: float
    standard_uncertainty: float
    sensitivity: float
    contribution: float
    share: float
    dof: float | None
    distribution: str
    source: str


@dataclass(frozen=True, slots=True)
class Point:
    """A result that stands; numbers are in `unit`, and None where the item showed overload.

    `dof` is also None where it is infinite. `lower` and `upper` are the limits of the error, `at`
    is when it was written down.
    """

    run: str
    dut: str
    phase: str
    point: str
    test: str
    at: datetime
    unit: str
    nominal: float
    range: float
    range_unit: str
    hertz: float | None
    reference: float | None
    indication: float | None
    error: float | None
    standard_uncertainty: float | None
    dof: float | None
    coverage_factor: float | None
    expanded_uncertainty: float | None
    lower: float
    upper: float
    verdict: str
    readings: tuple[Reading, ...] = ()
    budget: tuple[Contribution, ...] = ()


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What follows from all points of a test; U and k are None where none is stated."""

    run: str
    dut: str
    phase: str
    test: str
    name: str
    title: str
    value: float
    unit: str
    expanded_uncertainty: float | None
    coverage_factor: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """An external inspection or technical check of an item; `clause` is of what requires it."""

    run: str
    dut: str
    inspection: str
    text: str
    clause: str
    passed: bool
    by: str


@dataclass(frozen=True, slots=True)
class Environment:
    """The room at an instant: °C, % relative humidity, Pa where it was needed."""

    run: str
    at: datetime
    celsius: float
    humidity: float
    pascals: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Run:
    """A run with what stands: results, conclusions, inspections, and what was read for them."""

    id: str
    begun: datetime
    procedure: str
    revision: int
    bench: str
    item: str
    operator: str
    rule: str
    status: str
    simulated: bool
    points: tuple[Point, ...]
    observed: tuple[Reading, ...]
    conclusions: tuple[Conclusion, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    environment: tuple[Environment, ...] = ()

    @property
    def readings(self) -> tuple[Reading, ...]:
        """All readings, of points and observations."""
        return (*(r for point in self.points for r in point.readings), *self.observed)
