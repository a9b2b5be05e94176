"""What the observations of a block calibrator amount to."""

from itertools import combinations
from statistics import fmean

from procedures.temperature.block_budget import (
    Block,
    error_of_block,
    mean_indication,
    mean_reference,
)
from procedures.temperature.block_item import BlockPlan, Seen, place
from procedures.temperature.details import along
from procedures.temperature.reference import (
    QUANTITY,
    REFERENCE,
    between,
    certified,
    half_range,
)
from procedures.temperature.thermometer_budget import Compared, ReferenceReading
from station.evidence import Evaluation, Evidence
from station.locale import N_
from station.metrology.conformity import Limits
from station.procedure import DUT, Conclusion, Point, Tolerance

FAR_FROM_LIMIT, FAR_FROM_SETPOINT = 5.0, 5.0
"""Times the limit of error, and K, from where on somebody should look."""

ALONE, LOADED = "alone", "loaded"


def visited(id_: str, evidence: Evidence) -> Compared:
    """Return what block and reference indicated in turn, the reference in its usual place."""
    reference = between(evidence.values(id_, REFERENCE))
    return Compared(evidence.values(id_, DUT), reference, certified(reference, evidence))


def off(id_: str, where: str, evidence: Evidence) -> float:
    """Return by how much (K) the reference at a place is above the block's indication."""
    indicated = evidence.values(id_, f"{REFERENCE}/{where}")
    standard = evidence.indicated(REFERENCE, QUANTITY, fmean(indicated))
    return standard.actual - fmean(evidence.values(id_, f"{DUT}/{where}"))


def axial_of(plan: BlockPlan, evidence: Evidence) -> float:
    """Return the greatest difference (K) from the bottom, at the heights of the zone."""
    id_, details = plan.of(Seen.AXIAL), plan.details
    hole = details.holes[0]
    bottom = fmean((off(id_, place(hole), evidence), off(id_, f"{place(hole)} again", evidence)))
    return max(
        abs(off(id_, place(hole, height), evidence) - bottom) for height in details.heights[1:]
    )


def radial_of(plan: BlockPlan, evidence: Evidence) -> float:
    """Return the greatest difference (K) between two holes."""
    id_ = plan.of(Seen.RADIAL)
    found = [off(id_, place(hole), evidence) for hole in plan.details.holes]
    return max(abs(one - other) for one, other in combinations(found, 2))


def loading_of(plan: BlockPlan, evidence: Evidence) -> float:
    """Return what thermometers in the other holes make of the first one (K)."""
    id_ = plan.of(Seen.LOADING)
    return abs(off(id_, LOADED, evidence) - off(id_, ALONE, evidence))


def stability_of(plan: BlockPlan, evidence: Evidence) -> float:
    """Return half the range (K) of what the reference indicated in the long observation."""
    indicated = evidence.values(plan.of(Seen.STABILITY), REFERENCE)
    slope = certified(indicated, evidence).slope
    return half_range(indicated) * abs(slope)


def hysteresis_at(plan: BlockPlan, celsius: float, evidence: Evidence) -> float:
    """Return the difference (K) of the errors, up and down; at the turn the greatest of all."""
    differences = {}
    for each in plan.details.points:
        visits = plan.errors_at(each)
        if len(visits) > 1:
            up, down = (visited(id_, evidence).error for id_ in visits)
            differences[each] = abs(up - down)
    return differences.get(celsius, max(differences.values()))


def block_at(plan: BlockPlan, celsius: float, evidence: Evidence) -> Block:
    """Return what was found of the block: its homogeneity where that is worst."""
    return Block(
        radial=radial_of(plan, evidence),
        axial=axial_of(plan, evidence),
        hysteresis=hysteresis_at(plan, celsius, evidence),
        loading=loading_of(plan, evidence),
        stability=stability_of(plan, evidence),
        conduction=plan.details.conduction,
    )


def evaluate(plan: BlockPlan, point: Point, evidence: Evidence) -> Evaluation:
    """Return error, reference temperature and indication (°C) at one temperature."""
    details = plan.details
    visits = [visited(id_, evidence) for id_ in plan.errors_at(point.nominal)]
    indication, standard = mean_indication(visits), mean_reference(visits)
    readout = details.reference_readout_ppm * 1e-6 * abs(fmean(visits[0].reference))
    budget = error_of_block(
        indication,
        standard,
        resolution=details.resolution,
        reading=ReferenceReading(details.reference_resolution, readout),
        block=block_at(plan, point.nominal, evidence),
    )
    return Evaluation(budget, standard.actual, indication.value)


def tolerance(plan: BlockPlan, point: Point) -> Tolerance:
    """Return the limits of the error (°C) that the block's details say."""
    half = along(plan.details.limit, point.nominal)
    return Tolerance(Limits(-half, half), N_("limit of error given for this item"), True)


def suspicion(plan: BlockPlan, point: Point, evidence: Evidence) -> str:
    """Return what looks like a usual mistake in an observation, as a sentence."""
    if plan.visits[point.id].seen is not Seen.ERROR or not evidence.values(point.id, REFERENCE):
        return ""
    found = visited(point.id, evidence)
    if abs(found.standard.actual - point.nominal) > FAR_FROM_SETPOINT:
        return N_(
            "The reference thermometer is far from the set-point: is its probe in the block, at "
            "the bottom of its hole, on the right channel, its certificate that of this probe?"
        )
    indicated = evidence.values(point.id, REFERENCE)
    if abs(indicated[-1] - indicated[0]) * abs(found.standard.slope) > plan.details.stable_within:
        return N_("The reference thermometer moved while it was read: wait longer, read again.")
    if abs(found.error) > FAR_FROM_LIMIT * along(plan.details.limit, point.nominal):
        return N_(
            "The error is several times the limit: is the sleeve the right one, and the reference "
            "deep enough?"
        )
    return ""


def conclude(plan: BlockPlan, dut: str, evidence: Evidence) -> tuple[Conclusion, ...]:
    """Return what users of the block must know of it (K)."""
    if any(id_ not in evidence.readings for id_ in plan.visits):
        return ()
    at = f"at {plan.uniform_at:g} °C, EURAMET cg-13"
    zone = f"{plan.details.heights[-1]:g} mm, {at}"
    turn = plan.details.points[-1]
    rows = (
        ("axial", N_("Axial inhomogeneity"), axial_of(plan, evidence), zone),
        ("radial", N_("Difference between holes"), radial_of(plan, evidence), at),
        ("loading", N_("Influence of loading"), loading_of(plan, evidence), at),
        ("stability", N_("Stability, half the range"), stability_of(plan, evidence), at),
        ("hysteresis", N_("Hysteresis"), hysteresis_at(plan, turn, evidence), "EURAMET cg-13"),
    )
    return tuple(
        Conclusion(name, title, value, "°C", source) for name, title, value, source in rows
    )
