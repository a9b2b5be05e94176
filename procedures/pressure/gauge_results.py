"""From what was read on the manifold to errors, hysteresis and what follows from all pressures."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

from procedures.pressure import gauge_budget as budgets
from procedures.pressure.details import Details, Kind
from procedures.pressure.gauge_suspicion import suspicion, unsteady
from procedures.pressure.plan import Plan
from station.evidence import Evaluation, Evidence, StandardValue
from station.locale import N_
from station.metrology.conformity import Limits
from station.metrology.uncertainty import Result
from station.procedure import Conclusion, Point, Tolerance

CONTROLLER, QUANTITY = "controller", "gauge-pressure"
"""Role of the standard, and the quantity of its certificate."""

HYSTERESIS = "pressure-hysteresis"

BEFORE, AFTER = f"{CONTROLLER}/before", f"{CONTROLLER}/after"
"""What the standard indicates before and after all gauges are read."""


def deviations(plan: Plan, dut: str, evidence: Evidence) -> dict[int, tuple[float, ...]]:
    """Return gauge minus standard (Pa) by series, from zero up the scale."""
    found: dict[int, dict[int, float]] = {}
    for id_, step in plan.steps.items():
        (reading,) = evidence.values(id_, dut)
        indication = plan.details[dut].indicated(reading)
        found.setdefault(step.series, {})[step.place] = indication - _indicated(id_, evidence)
    return {
        number: tuple(places[place] for place in sorted(places)) for number, places in found.items()
    }


def _indicated(observation: str, evidence: Evidence) -> float:
    """Return what the standard indicated (Pa) while the gauges were read."""
    return fmean((*evidence.values(observation, BEFORE), *evidence.values(observation, AFTER)))


def _unsteadiness(plan: Plan, evidence: Evidence) -> float:
    """Return the greatest change (Pa) of the standard's indication while gauges were read.

    Of all observations: the two or three at one pressure may by chance have met the controller at
    the same phase of its hunting, each of them.
    """
    return max(
        abs(evidence.values(id_, AFTER)[0] - evidence.values(id_, BEFORE)[0]) for id_ in plan.steps
    )


def evaluate_error(plan: Plan, point: Point, evidence: Evidence) -> Evaluation:
    """Return the mean error going up and down (Pa)."""
    details, place = plan.details[point.dut], plan.place(point)
    found = deviations(plan, point.dut, evidence)
    deviation = budgets.mean_error(found, place)
    pressure = fmean(_indicated(id_, evidence) for id_ in plan.at_place(place))
    standard = _certified(point.nominal, pressure, evidence)
    budget = budgets.error_of_indication(
        deviation=deviation,
        pressure=pressure,
        standard=standard,
        unsteadiness=_unsteadiness(plan, evidence),
        spread=_spread(details, found, place),
        line=plan.line(point.dut),
        room=evidence.room,
        ammeter=details.ammeter_limit(pressure),
        temperature_effect=details.temperature_effect(pressure),
        reference_celsius=details.reference_celsius,
    )
    head = budgets.head_pascals(plan.line(point.dut), pressure, evidence.room)
    return Evaluation(budget, standard.actual + head, pressure + deviation)


def _certified(nominal: float, indication: float, evidence: Evidence) -> StandardValue:
    """Return the standard's value where it indicates nearly the nominal pressure.

    The certificate is asked at the nominal pressure itself: a hair beyond its last point, or below
    zero, it would say nothing, and the correction is the same.
    """
    value = evidence.indicated(CONTROLLER, QUANTITY, nominal)
    return replace(value, actual=value.actual + value.slope * (indication - nominal))


def _spread(details: Details, found: budgets.Readings, place: int) -> budgets.Spread:
    return budgets.Spread(
        resolution=details.step_pascals,
        pointer=details.kind is Kind.DIAL,
        zero_deviation=budgets.zero_deviation(found),
        repeatability=budgets.repeatability(found),
        reproducibility=budgets.reproducibility(found),
        hysteresis=budgets.hysteresis_at(found, _inside(details, place, len(found[1]) - 1)),
    )


def _inside(details: Details, place: int, top: int) -> int:
    """Return where on the scale the hysteresis is taken from that counts at a place.

    Where a run turns at an end that is not the scale's own, up and down read the same there, and
    hide what the tube lags behind: the place beside it shows it.
    """
    return min(max(place, 1), top - 1) if details.is_of_part else place


def evaluate_hysteresis(plan: Plan, point: Point, evidence: Evidence) -> Evaluation:
    """Return going down minus going up (Pa), of the series without screwing the gauge on anew.

    Down is where the pressure falls: of a vacuum gauge from zero to the end of its scale.
    """
    details, place = plan.details[point.dut], plan.place(point)
    found = deviations(plan.without_reclamping, point.dut, evidence)
    ups = [found[number][place] for number in budgets.UPS if number in found]
    downs = [found[number][place] for number in budgets.DOWNS if number in found]
    pairs = min(len(ups), len(downs))
    up, down = fmean(ups[:pairs]), fmean(downs[:pairs])
    if plan.full_scale < 0.0:
        up, down = down, up
    budget = budgets.difference_of_up_and_down(
        up=up,
        down=down,
        pairs=pairs,
        resolution=details.step_pascals,
        pointer=details.kind is Kind.DIAL,
        unsteadiness=_unsteadiness(plan.without_reclamping, evidence),
    )
    return Evaluation(budget, point.nominal + up, point.nominal + down)


def suspect(plan: Plan, point: Point, evidence: Evidence) -> str:
    """Return what the readings of an observation look like, an English sentence, or ""."""
    if point.id not in plan.steps:
        return ""
    before = plan.previous(point.id)
    (first,), (last,) = evidence.values(point.id, BEFORE), evidence.values(point.id, AFTER)
    if changed := unsteady(min(each.limit(first) for each in plan.details.values()), last - first):
        return changed
    for dut, details in plan.details.items():
        for reading in evidence.values(point.id, dut):
            known = _known(plan, before, dut, evidence)
            found = suspicion(details, 0.5 * (first + last), details.indicated(reading), known)
            if found:
                return found
    return ""


def _known(
    plan: Plan, before: str | None, dut: str, evidence: Evidence
) -> tuple[float, float] | None:
    """Return pressure and reading (Pa) of the observation before, where both are at hand."""
    if before is None or not evidence.values(before, BEFORE) or not evidence.values(before, dut):
        return None
    reading = evidence.values(before, dut)[0]
    return _indicated(before, evidence), plan.details[dut].indicated(reading)


def conclude(plan: Plan, dut: str, evidence: Evidence) -> tuple[Conclusion, ...]:
    """Return what follows from all pressures: the widths, and the greatest error with its U."""
    found = deviations(plan, dut, evidence)
    places = range(len(plan.levels))
    results = [
        evaluate_error(plan, point, evidence).budget.evaluate() for point in error_points(plan, dut)
    ]
    drawn = [
        ("zero-deviation", N_("Zero deviation f0"), budgets.zero_deviation(found)),
        ("repeatability", N_("Repeatability b'"), budgets.repeatability(found)),
        ("reproducibility", N_("Reproducibility b"), budgets.reproducibility(found)),
        (
            "hysteresis",
            N_("Greatest hysteresis h"),
            max(budgets.hysteresis_at(found, place) for place in places),
        ),
        (
            "error-and-uncertainty",
            N_("Greatest error with its uncertainty, U' = |E| + U"),
            max(abs(result.value) + result.expanded_uncertainty for result in results),
        ),
    ]
    widths = tuple(
        Conclusion(name, title, value, "Pa", budgets.DKD)
        for name, title, value in drawn
        if value is not None
    )
    if plan.details[dut].kind is not Kind.TRANSMITTER:
        return widths
    return (*widths, greatest_of_span(results, plan.full_scale))


def greatest_of_span(results: Sequence[Result], full_scale: float) -> Conclusion:
    """Return the greatest error of a transmitter as it is stated of one, in % of its span."""
    worst = max(results, key=lambda result: abs(result.value))
    percent = 100.0 / full_scale
    return Conclusion(
        "error-of-span",
        N_("Greatest error, of the span"),
        percent * worst.value,
        "%",
        "(I - I0)/(I1 - I0) - p/p1, the pressures corrected",
        expanded_uncertainty=abs(percent) * worst.expanded_uncertainty,
        coverage_factor=worst.k,
    )


def error_points(plan: Plan, dut: str) -> tuple[Point, ...]:
    """Return the points at which the error of an item is reported."""
    details = plan.details[dut]
    return tuple(
        Point(f"{QUANTITY}/{dut}/{plan.said(level)}", level, abs(plan.full_scale), dut=dut,
              rests_on=tuple(plan.steps))
        for level in plan.levels
        if details.is_assessed_at(level)
    )  # fmt: skip


def hysteresis_points(plan: Plan, dut: str) -> tuple[Point, ...]:
    """Return the points at which hysteresis is reported: at both ends of a series there is none."""
    details, observed = plan.details[dut], tuple(plan.without_reclamping.steps)
    return tuple(
        Point(f"{HYSTERESIS}/{dut}/{plan.said(level)}", level, abs(plan.full_scale), dut=dut,
              rests_on=observed)
        for level in plan.levels[1:-1]
        if details.is_assessed_at(level)
    )  # fmt: skip


def error_tolerance(plan: Plan, point: Point) -> Tolerance:
    """Return the limits of the error."""
    details = plan.details[point.dut]
    limit = details.limit(point.nominal)
    if details.accuracy_class is None:
        said = f"{details.percent_of_span:g} % of the span"
        said += f" + {details.percent_of_reading:g} %" if details.percent_of_reading else ""
        return Tolerance(Limits(-limit, limit), f"item's details: {said}", verified=True)
    norm = "EN 837-1" if details.kind is Kind.DIAL else "item's details"
    source = f"{norm}, class {details.accuracy_class:g}"
    return Tolerance(Limits(-limit, limit), source, verified=True)


def hysteresis_tolerance(plan: Plan, point: Point) -> Tolerance:
    """Return the limits of the hysteresis: those of the error."""
    details = plan.details[point.dut]
    limit = details.limit(point.nominal)
    if details.kind is not Kind.DIAL:
        source = "not more than the limit of the error, this laboratory's choice"
        return Tolerance(Limits(-limit, limit), source, verified=True)
    source = (
        "EN 837-1: not more than the limit of the error (from memory, unverified); likewise German "
        "Eichordnung, annex 16, 3.4"
    )
    return Tolerance(Limits(-limit, limit), source, verified=False)
