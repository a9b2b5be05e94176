"""How a load is put on a balance and what is read; which results rest on which weighings."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from drivers.capabilities import Balance, Weights
from procedures.mass.balance_budget import Display, without_rounding
from procedures.mass.balance_details import Details
from procedures.mass.balance_loads import even_loads, greatest_load, said, weights_of
from procedures.mass.balance_plausible import NOT_FOLLOWING, Expected, suspicion
from station.evidence import Evidence, StandardValue, Taken
from station.locale import N_
from station.metrology.type_a import Scatter, scatter
from station.procedure import DUT, Attendant, Hookup, Point

PAN = f"{DUT} PAN"

MASS, MARKED_MASS = "mass", "mass-marked"
"""Of the weights' certificate: conventional mass (kg) by nominal value; of those with a mark."""

ECCENTRICITY = "eccentricity"
CENTRE = N_("centre")
POSITIONS = (N_("left front"), N_("right front"), N_("right rear"), N_("left rear"))

HOOKUP = Hookup(
    "balance",
    (),
    N_(
        "balance level, warmed up and loaded once to its capacity; weights open beside it until "
        "they have its temperature; doors closed while reading"
    ),
)

AT_REST = N_("Weights and balance come to rest.")
REST_SECONDS = 5.0
"""Between putting a load on and asking for a steady indication: this laboratory's choice."""

SECONDS_A_LOAD = 25.0
"""What a person takes (s) to change the weights and to close the doors."""

MOST_ADDED = 30
"""Additions of small weights after which a balance is taken not to follow them."""

OWN_CHANGE = 0.5
"""Of d: what an indication must have risen to have changed; less is how floats are stored."""


@dataclass(frozen=True)
class Roles:
    """Who takes part."""

    dut: Balance
    weights: Weights


@dataclass(frozen=True, slots=True)
class Weighing:
    """What is put on, and how it is read.

    Attributes:
        load: kg.
        position: on the pan; "" is its centre.
        tare: load (kg) that is tared first and stays.
        times: how often it is done, each time from an empty pan.
        step: small weight (kg) that is added, again and again, until the indication changes; 0:
            the indication is read as it is.
        changes: how many changes are waited for.
    """

    load: float
    position: str = ""
    tare: float = 0.0
    times: int = 1
    step: float = 0.0
    changes: int = 1

    @property
    def seconds(self) -> float:
        """About how long it takes (s)."""
        small = 0 if not self.step else 8 * self.changes
        return self.times * (2 + small + bool(self.tare)) * SECONDS_A_LOAD


@dataclass(frozen=True)
class Plan:
    """The weighings of a run.

    Attributes:
        details: of the balance.
        of: id of an observation → its weighing.
    """

    details: Details
    of: Mapping[str, Weighing]

    def measure(self, point: Point, roles: Roles, attendant: Attendant) -> Iterator[Taken]:
        """Zero the empty pan, put the load on, and read; as often as is planned."""
        weighing = self.of[point.id]
        for number in range(1, weighing.times + 1):
            roles.weights.load((), PAN)
            roles.dut.zero()
            tare = weights_of(weighing.tare)
            if tare:
                self._put(roles, attendant, tare)
                roles.dut.tare()
            load = weights_of(weighing.load)
            if load:
                self._put(roles, attendant, load, weighing.position, beside=tare)
            yield from self._read(weighing, roles, attendant, series(number))

    def _read(
        self, weighing: Weighing, roles: Roles, attendant: Attendant, of: str
    ) -> Iterator[Taken]:
        """Read the indication, and further ones until it has changed as often as is planned."""
        lying = (*weights_of(weighing.tare), *weights_of(weighing.load))
        last, changes = math.nan, 0
        for added in range(MOST_ADDED + 1):
            small = weights_of(float(f"{added * weighing.step:.9g}"))
            if small:
                self._put(roles, attendant, small, weighing.position, beside=lying)
            reading = roles.dut.weigh()
            yield Taken(of, reading)
            changes += reading.value - last > OWN_CHANGE * self.details.division
            last = reading.value
            if not weighing.step or changes == weighing.changes:
                return

    def _put(
        self,
        roles: Roles,
        attendant: Attendant,
        weights: tuple[float, ...],
        position: str = "",
        *,
        beside: tuple[float, ...] = (),
    ) -> None:
        roles.weights.load(weights, PAN, position, beside=beside)
        attendant.wait(AT_REST, REST_SECONDS)

    def indications(self, id_: str, evidence: Evidence) -> tuple[float, ...]:
        """Return the indication (kg) of each time, without its rounding where that was sought."""
        weighing = self.of[id_]
        return tuple(
            self._indication(weighing, values)
            for values in (
                evidence.values(id_, series(number)) for number in range(1, weighing.times + 1)
            )
            if values
        )

    def _indication(self, weighing: Weighing, values: tuple[float, ...]) -> float:
        if not weighing.step:
            return values[0]
        return without_rounding(values, interval=self.details.division, step=weighing.step)

    def display(self) -> Display:
        """Return what indications are rounded to."""
        if self.details.adds_weights:
            return Display(self.details.step, "additional weights in steps of e/10")
        return Display(self.details.division, "scale interval d")

    def fine_step(self) -> float:
        """Return the small weight (kg) by which rounding is taken away; 0 where d is fine."""
        return self.details.step if self.details.adds_weights else 0.0

    def repeatability(self, id_: str, evidence: Evidence) -> Scatter:
        """Return s (kg) of the weighings of one load."""
        return scatter(self.indications(id_, evidence))

    def eccentricity(self, ids: tuple[str, ...], evidence: Evidence) -> float:
        """Return |ΔI_ecc|max/(2·L_ecc): cg-18, 7.1.1.4 (from memory, unverified)."""
        load = self.of[ids[0]].load
        return self.greatest_difference(ids, evidence) / (2.0 * load)

    def greatest_difference(self, ids: tuple[str, ...], evidence: Evidence) -> float:
        """Return |ΔI_ecc|max (kg), the first of `ids` being the centre."""
        (centre,), *others = (self.indications(id_, evidence) for id_ in ids)
        return max(abs(found - centre) for (found,) in others)

    def suspicion(self, point: Point, evidence: Evidence) -> str:
        """Return what looks like a mistake, an English sentence; "" where nothing does."""
        weighing, details = self.of[point.id], self.details
        all_series = [
            evidence.values(point.id, series(number)) for number in range(1, weighing.times + 1)
        ]
        if any(len(values) > MOST_ADDED for values in all_series):
            return NOT_FOLLOWING
        first = [values[0] for values in all_series if values]
        limit = details.tolerance(weighing.load).limits.upper if weighing.load else 0.0
        expected = Expected(
            weighing.load, weighing.tare, max(limit, details.division), details.capacity
        )
        return suspicion(first, expected)


def series(number: int) -> str:
    """Return whose the readings of a repeated weighing are."""
    return f"{DUT}/{number}"


def standard_values(load: float, evidence: Evidence) -> tuple[StandardValue, ...]:
    """Return what the certificate says of each weight of a load (kg)."""
    used: set[float] = set()
    found = []
    for nominal in weights_of(load):
        quantity = MARKED_MASS if nominal in used else MASS
        found.append(evidence.set_to("weights", quantity, nominal))
        used.add(nominal)
    return tuple(found)


def repeatability_load(details: Details) -> float:
    """Return a load (kg) of one weight or two, between half of Max and Max."""
    single = [w for w in single_weights(details.capacity) if w <= greatest_load(details.capacity)]
    if single[-1] >= 0.5 * details.capacity:
        return single[-1]
    return 2.0 * single[-1]


def eccentricity_load(details: Details) -> float:
    """Return the single weight (kg) about or above a third of Max (cg-18, 5.3, unverified)."""
    third = details.capacity / 3.0
    return next(w for w in single_weights(details.capacity) if w >= ABOUT * third)


ABOUT = 0.9
"""How much less than a third of Max is still about a third: a choice of this laboratory."""


def single_weights(capacity: float) -> list[float]:
    """Return nominal values (kg) of single weights around the capacity, in rising order."""
    top = math.floor(math.log10(capacity))
    return [float(f"{figure}e{decade}") for decade in (top - 1, top) for figure in (1, 2, 5)]


def calibration_loads(details: Details) -> tuple[float, ...]:
    """Return the loads (kg) at which the error is found in a calibration."""
    return even_loads(details.capacity, details.loads)


def eccentricity_ids(load: float) -> tuple[str, ...]:
    """Return the ids of the weighings of a load at the centre and at the other positions."""
    return tuple(f"{ECCENTRICITY}/{said(load)}/{place}" for place in (CENTRE, *POSITIONS))


def eccentric_weighings(load: float, step: float = 0.0) -> dict[str, Weighing]:
    """Return the weighings of a load at all positions, by id."""
    places = ("", *POSITIONS)
    return {
        id_: Weighing(load, position=place, step=step)
        for id_, place in zip(eccentricity_ids(load), places, strict=True)
    }


def observations(plan: Mapping[str, Weighing], capacity: float) -> tuple[Point, ...]:
    """Return a point for each weighing."""
    return tuple(Point(id_, weighing.load, capacity) for id_, weighing in plan.items())
