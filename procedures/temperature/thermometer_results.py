"""What the readings of a comparison of thermometers amount to."""

from statistics import fmean

from procedures.temperature.details import along
from procedures.temperature.fit import FitPoint, Fitted, callendar_van_dusen, fitted, its90
from procedures.temperature.reference import REFERENCE, between, certified, half_range
from procedures.temperature.thermometer_budget import (
    Compared,
    ReadoutTerms,
    ReferenceReading,
    Source,
    error_of_display,
    error_of_resistance,
    shared_and_own,
)
from procedures.temperature.thermometer_item import (
    NOMINAL_ITS90,
    Kind,
    Plan,
    half_width,
    kelvin_per_ohm,
    nominal_celsius,
    nominal_ohms,
    observation,
)
from station.evidence import Evaluation, Evidence, StandardValue
from station.locale import N_
from station.metrology.conformity import Limits
from station.metrology.physics.iec60751 import C_PER_CELSIUS4
from station.metrology.uncertainty import Budget
from station.procedure import Conclusion, Point, Tolerance

RESISTANCE = "resistance"
"""Quantity of the certificate of the readout that measures an item's resistance."""

FAR_FROM_SETPOINT, FAR_FROM_LIMIT = 5.0, 10.0
"""K, and times the limit of error, from where on somebody should look."""

STATED = "stated by the laboratory from the source's calibration"


def compared(plan: Plan, role: str, visit: str, evidence: Evidence) -> Compared:
    """Return what the item `role` and the reference indicated in an observation."""
    reference = between(evidence.values(visit, REFERENCE))
    taken = evidence.values(visit, role)
    item = plan.items[role]
    if item.kind is Kind.RESISTANCE:
        correction = _readout_at(role, taken, evidence).actual - fmean(taken)
        taken = tuple(nominal_celsius(item, ohms + correction) for ohms in taken)
    return Compared(taken, reference, certified(reference, evidence))


def _readout_at(role: str, ohms: tuple[float, ...], evidence: Evidence) -> StandardValue:
    return evidence.indicated(role, RESISTANCE, fmean(ohms))


def budget_of(plan: Plan, role: str, visit: str, evidence: Evidence) -> Budget:
    """Return the budget of the error (°C) of the item `role` in an observation."""
    run, item = plan.run, plan.items[role]
    found = compared(plan, role, visit, evidence)
    indicated = evidence.values(visit, REFERENCE)
    nominal, slope = found.standard.actual, abs(found.standard.slope)
    source = Source(
        radial=along(run.radial, nominal),
        axial=along(run.axial, nominal),
        conduction=run.conduction,
        stability=half_range(indicated) * slope,
        stated=STATED,
    )
    reading = ReferenceReading(
        run.reference_resolution, run.reference_readout_ppm * 1e-6 * abs(fmean(indicated))
    )
    returned = hysteresis_of(plan, role, evidence)
    if item.kind is Kind.DIGITAL:
        assert item.resolution is not None
        return error_of_display(
            found, resolution=item.resolution, returned=returned, reading=reading, source=source
        )
    return error_of_resistance(
        found,
        item_readout=_readout_terms(plan, role, visit, evidence),
        returned=returned,
        reading=reading,
        source=source,
    )


def _readout_terms(plan: Plan, role: str, visit: str, evidence: Evidence) -> ReadoutTerms:
    taken = evidence.values(visit, role)
    readout = _readout_at(role, taken, evidence)
    slope = kelvin_per_ohm(plan.items[role], fmean(taken))
    return ReadoutTerms(
        standard_uncertainty=readout.standard_uncertainty * slope,
        dof=readout.dof,
        certificate=readout.certificate,
        drift_half_width=readout.drift_half_width * slope,
        drift_source=readout.drift_source,
    )


def hysteresis_of(plan: Plan, role: str, evidence: Evidence) -> float:
    """Return by how much (K) the error changed from the first visit to the return."""
    first, last = (compared(plan, role, visit, evidence).error for visit in (plan.first, plan.last))
    return last - first


def evaluate(plan: Plan, point: Point, evidence: Evidence) -> Evaluation:
    """Return error, reference temperature and indication (°C) of one item at one temperature."""
    budget = budget_of(plan, point.dut, point.rests_on[0], evidence)
    found = compared(plan, point.dut, point.rests_on[0], evidence)
    return Evaluation(budget, found.standard.actual, found.standard.actual + found.error)


def tolerance(plan: Plan, point: Point) -> Tolerance:
    """Return the limits of the error (°C): the item's class, or what its details say."""
    item = plan.items[point.dut]
    half = half_width(item, point.nominal)
    if item.class_ is None:
        return Tolerance(Limits(-half, half), N_("limit of error given for this item"), True)
    source = f"IEC 60751:2022, class {item.class_.value}; where the class ends is unverified"
    return Tolerance(Limits(-half, half), source, False)


def suspicion(plan: Plan, point: Point, evidence: Evidence) -> str:
    """Return what looks like a usual mistake in an observation, as a sentence."""
    indicated = evidence.values(point.id, REFERENCE)
    if not indicated:
        return ""
    standard = certified(between(indicated), evidence)
    if abs(standard.actual - point.nominal) > FAR_FROM_SETPOINT:
        return N_(
            "The reference thermometer is far from the set-point: is its probe in the source, its "
            "channel the right one, its certificate that of this probe?"
        )
    if abs(indicated[-1] - indicated[0]) * abs(standard.slope) > plan.run.stable_within:
        return N_("The reference thermometer moved while it was read: wait longer, read again.")
    for role, item in plan.items.items():
        if not evidence.values(point.id, role):
            continue
        error = compared(plan, role, point.id, evidence).error
        if abs(error) > FAR_FROM_LIMIT * half_width(item, point.nominal):
            return N_(
                "An item is far from the reference: is it in the source, deep enough, on its own "
                "channel, and are no two items exchanged?"
            )
    return ""


def conclude(plan: Plan, dut: str, evidence: Evidence) -> tuple[Conclusion, ...]:
    """Return hysteresis, and the coefficients of a resistance thermometer."""
    if any(not evidence.values(each, dut) for each in _visited(plan)):
        return ()
    returned = Conclusion(
        "hysteresis",
        N_("Change at the first temperature after all others"),
        hysteresis_of(plan, dut, evidence),
        "°C",
        "error at the return less error at the first visit",
    )
    if plan.items[dut].kind is Kind.DIGITAL:
        return (returned,)
    return (returned, *coefficients(plan, dut, evidence))


def _visited(plan: Plan) -> tuple[str, ...]:
    return (*map(observation, plan.run.points), plan.last)


def fit_of(plan: Plan, dut: str, evidence: Evidence) -> Fitted | None:
    """Return the characteristic of a resistance thermometer; None of too few temperatures."""
    item = plan.items[dut]
    if item.function.startswith(NOMINAL_ITS90):
        form = its90(int(item.function.removeprefix(NOMINAL_ITS90)))
    else:
        form = callendar_van_dusen(plan.run.points)
    if len(plan.run.points) < len(form.names):
        return None
    return fitted([_fit_point(plan, dut, each, evidence) for each in plan.run.points], form)


def _fit_point(plan: Plan, dut: str, celsius: float, evidence: Evidence) -> FitPoint:
    visit = observation(celsius)
    budget = budget_of(plan, dut, visit, evidence)
    found = compared(plan, dut, visit, evidence)
    item = plan.items[dut]
    shared, own = shared_and_own(budget)
    indicated = found.standard.actual + found.error
    ohms = nominal_ohms(item, indicated)
    slope = 1.0 / kelvin_per_ohm(item, ohms)
    return FitPoint(
        found.standard.actual,
        ohms,
        own * slope,
        {name: u * slope for name, u in shared.items()},
    )


def coefficients(plan: Plan, dut: str, evidence: Evidence) -> tuple[Conclusion, ...]:
    """Return each coefficient with U (k = 2), and how two of them are correlated."""
    fit = fit_of(plan, dut, evidence)
    if fit is None:
        return ()
    names, values = fit.coefficients.names, fit.coefficients.values
    covariance = fit.coefficients.covariance
    u = [covariance[i][i] ** 0.5 for i in range(len(names))]
    function = plan.items[dut].function
    source = f"least squares, {function}, covariance of the points (JCGM 102:2011, 6.2); k = 2"
    # Symbols are their own titles, in every language.
    found = [
        Conclusion(name, name, value, _unit(name), source, 2 * u[i])
        for i, (name, value) in enumerate(zip(names, values, strict=True))
    ]
    for i, one in enumerate(names):
        for j in range(i + 1, len(names)):
            pair, r = f"r({one}, {names[j]})", covariance[i][j] / (u[i] * u[j])
            found.append(Conclusion(pair, pair, r, "1", source))
    if "B" in names and "C" not in names and min(plan.run.points) < 0.0:
        found.append(Conclusion("C", "C", C_PER_CELSIUS4, _unit("C"), "IEC 60751:2022, not fitted"))
    return tuple(found)


def _unit(name: str) -> str:
    units = {"R0": "Ω", "RTPW": "Ω", "A": "1/°C", "B": "1/°C²", "C": "1/°C⁴"}
    return units.get(name, "1")
