"""Counters and generators of frequency against a rubidium reference.

A counter reads the reference with its own time base: E = indicated - reference frequency. A
generator is read by a counter whose time base is the reference: E = setting - actual frequency,
as its setting is what it indicates (VIM 4.16). Which of the two the item is, the data file of its
model says.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from math import fsum
from typing import Any

from drivers.capabilities import (
    FrequencyMeter,
    FrequencyReference,
    FrequencySource,
    ReferencedFrequencyMeter,
)
from procedures.time.frequency_budget import (
    REFERENCE_HERTZ,
    error_of_counter,
    error_of_generator,
)
from procedures.time.frequency_dut import (
    LEAST_WARM_UP_MINUTES,
    Counter,
    Dut,
    Generator,
    Series,
    dut,
    said,
)
from procedures.time.stability import conclude_stability
from station.errors import Refused
from station.locale import N_
from station.metrology.conformity import Limits
from station.metrology.coverage import DEFAULT_COVERAGE
from station.procedure import (
    DUT,
    Attendant,
    Conclusion,
    EnvironmentLimits,
    Evaluation,
    Evidence,
    Hookup,
    Items,
    Point,
    Procedure,
    Proof,
    StandardUse,
    Taken,
    Test,
    Tolerance,
    Truth,
    Wire,
    source_digest,
)

TIME_BASE, GENERATOR = "time-base", "frequency"
WARM_UP = "warm-up"

LOCK_SECONDS = 1800.0
"""How long a rubidium standard may take to lock: one that takes longer is ill (it takes some 5 min
to 7 min; from memory, unverified)."""

FOLLOW_SECONDS = 30.0
"""How long a counter may take to follow the reference at its reference input."""

COUNTER_RANGE_VOLTS = 5.0

COINCIDENCE = 3e-11
"""How closely the time base of a counter does not agree with a reference by chance."""


@dataclass(frozen=True)
class Counting:
    """Who takes part where the item is a counter."""

    reference: FrequencyReference
    dut: FrequencyMeter


@dataclass(frozen=True)
class Generating:
    """Who takes part where the item is a generator."""

    reference: FrequencyReference
    counter: ReferencedFrequencyMeter
    dut: FrequencySource


def await_lock(reference: FrequencyReference, attendant: Attendant) -> bool:
    """Wait until the reference is locked; return whether it was so at once.

    Raises:
        Refused: it does not lock.
    """
    if reference.is_locked():
        return True
    attendant.wait_until(
        N_("The reference warms up and locks."),
        reference.is_locked,
        at_most=LOCK_SECONDS,
        every=10.0,
    )
    return False


def warm_up_seconds(stated: float, point: Point, *, was_locked: bool) -> float:
    """Return how long all warm up before `point`: once, and whenever the lock was waited for.

    A reference that had to lock has not been on for a day, whatever is `stated` (s).
    """
    if not was_locked:
        return max(stated, 60.0 * LEAST_WARM_UP_MINUTES)
    return stated if point.id == WARM_UP else 0.0


def confirm_lock(reference: FrequencyReference, point: Point) -> None:
    """Make sure that the reference is locked still: else what was read is worthless.

    Raises:
        Refused: it is not.
    """
    if not reference.is_locked():
        raise Refused(
            "Point {point}: the reference has lost its lock while it was used. Look at it; "
            "`station resume` measures the point again.",
            point=point.id,
        )


def measure_counter(
    counter: Counter,
    series: dict[Point, Series],
    stated_warm_up: float,
    point: Point,
    roles: Counting,
    attendant: Attendant,
) -> Iterator[Taken]:
    """Read the reference with the counter."""
    was_locked = await_lock(roles.reference, attendant)
    if seconds := warm_up_seconds(stated_warm_up, point, was_locked=was_locked):
        attendant.wait(N_("The reference and the counter warm up."), seconds)
    of = series[point]
    roles.dut.configure_frequency(counter.range_volts, of.gate_seconds)
    for _ in range(of.readings):
        yield Taken(DUT, roles.dut.read())
    confirm_lock(roles.reference, point)


def measure_generator(
    generator: Generator,
    series: dict[Point, Series],
    stated_warm_up: float,
    point: Point,
    roles: Generating,
    attendant: Attendant,
) -> Iterator[Taken]:
    """Read the generator with a counter that follows the reference.

    Raises:
        Refused: the counter does not follow it, or the reference is not locked.
    """
    was_locked = await_lock(roles.reference, attendant)
    attendant.wait_until(
        N_("The counter is to follow the reference: is REF OUT joined to its reference input?"),
        roles.counter.follows_reference,
        at_most=FOLLOW_SECONDS,
    )
    of = series[point]
    roles.counter.configure_frequency(COUNTER_RANGE_VOLTS, of.gate_seconds)
    roles.dut.source_frequency(of.hertz, generator.volts)
    if seconds := warm_up_seconds(stated_warm_up, point, was_locked=was_locked):
        attendant.wait(N_("The reference and the generator warm up."), seconds)
    for _ in range(of.readings):
        yield Taken("counter", roles.counter.read())
    confirm_lock(roles.reference, point)


def evaluate_counter(
    known: Dut, series: dict[Point, Series], point: Point, evidence: Evidence
) -> Evaluation:
    """Return the error of the counter's indication."""
    counter = _counter(known)
    values = evidence.values(point.id, DUT)
    standard = evidence.set_to("reference", "frequency", REFERENCE_HERTZ)
    budget = error_of_counter(
        values,
        standard,
        resolution=counter.resolution / series[point].gate_seconds * point.nominal,
        resolution_source=known.figures.sources[counter.resolution_source].text,
    )
    return Evaluation(budget, reference=standard.actual, indication=fsum(values) / len(values))


def evaluate_generator(
    volts: float, series: dict[Point, Series], point: Point, evidence: Evidence
) -> Evaluation:
    """Return the error of the generator's frequency."""
    values = evidence.values(point.id, "counter")
    standard = evidence.set_to("reference", "frequency", REFERENCE_HERTZ)
    budget = error_of_generator(
        point.nominal, values, standard, volts=volts, gate_seconds=series[point].gate_seconds
    )
    actual = fsum(values) / len(values) * standard.actual / REFERENCE_HERTZ
    return Evaluation(budget, reference=actual, indication=point.nominal)


def suspicion(of: str, known: Dut, point: Point, evidence: Evidence) -> str:
    """Return what the readings look like where it is a usual mistake.

    Args:
        of: role whose readings they are.
        known: the item.
        point: at which they were taken.
        evidence: with the readings.
    """
    values = evidence.values(point.id, of)
    limit, error = known.time_base.half_width(point.nominal), fsum(values) / len(values)
    error -= point.nominal
    if abs(error) > 100.0 * limit:
        return N_("The frequency is far off: is the right output connected to the right input?")
    if of == DUT and abs(error) < COINCIDENCE * point.nominal:
        return N_("The counter agrees too well: is the reference at its reference input?")
    third = len(values) // 3
    if third and abs(fsum(values[-third:]) - fsum(values[:third])) / third > 0.2 * limit:
        return N_("The frequency is still changing: have all been on for long enough?")
    return ""


def conclude_time_base(
    known: Dut, series: dict[Point, Series], dut: str, evidence: Evidence
) -> tuple[Conclusion, ...]:
    """Return the relative error of the counter's time base, and the stability of its readings."""
    point = next(each for each in series if each.id != WARM_UP)
    result = evaluate_counter(known, series, point, evidence).budget.evaluate(DEFAULT_COVERAGE)
    time_base = Conclusion(
        name="time-base",
        title=N_("Relative deviation of the time base from its nominal frequency"),
        value=-result.value / point.nominal,
        unit="1",
        expanded_uncertainty=result.expanded_uncertainty / point.nominal,
        coverage_factor=result.k,
        source="minus the relative error of indication: a fast time base counts too little",
    )
    return (time_base, *conclude_stability(DUT, series, dut, evidence))


def at_ten_megahertz(point: Point) -> tuple[float, ...]:
    """Return what every point asks of the reference's certificate (Hz)."""
    return (REFERENCE_HERTZ,)


def tests(items: Items) -> tuple[Test[Any], ...]:
    """Return the test of a counter or of a generator.

    Raises:
        BadInput: there is no data file for the model, the file is wrong, or the details are.
    """
    known = dut(items[DUT])
    generator = known.figures.generator
    return (_of_counter(known),) if generator is None else (_of_generator(known, generator),)


def _counter(known: Dut) -> Counter:
    if known.figures.counter is None:
        raise TypeError(f"{known.figures.model} is no counter")
    return known.figures.counter


def _of_counter(known: Dut) -> Test[Any]:
    counter = _counter(known)
    high, low = counter.terminals
    leads = N_("50 Ω coaxial; nothing at the counter's reference input: its own time base is read")
    wires = (
        Wire("reference", "10MHZ HI", DUT, high, "coaxial"),
        Wire("reference", "10MHZ LO", DUT, low, "screen"),
    )
    series = _series(TIME_BASE, counter.series, counter.range_volts)
    return Test(
        name=TIME_BASE,
        title=N_("Frequency read with the counter's own time base"),
        unit="Hz",
        range_unit="V",
        observations=tuple(point for point in series if point.id == WARM_UP),
        points=tuple(point for point in series if point.id != WARM_UP),
        hookup=Hookup("reference to the counter", wires, leads),
        roles=Counting,
        standards=(StandardUse("reference", "frequency", at=at_ten_megahertz),),
        measure=partial(measure_counter, counter, series, known.details.warm_up_minutes * 60.0),
        evaluate=partial(evaluate_counter, known, series),
        tolerance=partial(_tolerance, known),
        suspicion=partial(suspicion, DUT, known),
        conclude=partial(conclude_time_base, known, series),
        seconds=120.0,
    )


def _of_generator(known: Dut, generator: Generator) -> Test[Any]:
    high, low = generator.terminals
    leads = N_("50 Ω coaxial; the counter has a high input resistance")
    wires = (
        Wire("reference", "REF OUT", "counter", "REF IN", "coaxial"),
        Wire(DUT, high, "counter", "CH1 HI", "coaxial"),
        Wire(DUT, low, "counter", "CH1 LO", "screen"),
    )
    series = _series(GENERATOR, generator.series, generator.hertz)
    return Test(
        name=GENERATOR,
        title=N_("Frequency of the output"),
        unit="Hz",
        range_unit="Hz",
        observations=tuple(point for point in series if point.id == WARM_UP),
        points=tuple(point for point in series if point.id != WARM_UP),
        hookup=Hookup("reference and generator to the counter", wires, leads),
        roles=Generating,
        standards=(StandardUse("reference", "frequency", at=at_ten_megahertz),),
        measure=partial(measure_generator, generator, series, known.details.warm_up_minutes * 60.0),
        evaluate=partial(evaluate_generator, generator.volts, series),
        tolerance=partial(_tolerance, known),
        suspicion=partial(suspicion, "counter", known),
        conclude=partial(conclude_stability, "counter", series),
        seconds=60.0,
    )


def _series(name: str, stated: tuple[Series, ...], range_: float) -> dict[Point, Series]:
    """Return the points with their series; before them one reading at the end of the warm-up."""
    first = stated[0].model_copy(update={"readings": 1})
    return {
        Point(WARM_UP, first.hertz, range_): first,
        **{Point(f"{name}/{said(each.hertz)}", each.hertz, range_): each for each in stated},
    }


def _tolerance(known: Dut, point: Point) -> Tolerance:
    half = known.time_base.half_width(point.nominal)
    source = known.figures.sources[known.time_base.source]
    return Tolerance(Limits(-half, half), source.text, source.verified)


def true_error(truth: Truth, point: Point) -> float:
    """Return what a simulated counter or generator really errs at a point (Hz)."""
    if point.id.startswith(TIME_BASE):
        return truth.error_in_room(point.dut, "frequency", point.nominal, range_=point.range)
    return point.nominal - truth.output_in_room(point.dut, "frequency", point.nominal)


def digest(items: Items) -> str:
    """Return the SHA-256 of these modules, the DUT model's data file and its details."""
    known = dut(items[DUT])
    return source_digest(
        "procedures.time.frequency",
        "procedures.time.frequency_budget",
        "procedures.time.frequency_dut",
        "procedures.data_file",
        "procedures.time.stability",
        "procedures.time.allan",
        extra=known.content + known.details.model_dump_json().encode(),
    )


PROCEDURE = Procedure(
    name="frequency",
    revision=1,
    title=N_("Calibration of a counter's time base or of a generator's frequency"),
    method=N_("Direct measurement with a rubidium frequency reference"),
    environment=EnvironmentLimits(
        celsius=(18.0, 28.0),
        humidity=(10.0, 80.0),
        source="accuracy of the DUT holds at 23 °C ± 5 °C; humidity: laboratory's limits",
    ),
    tests=tests,
    digest=digest,
    proof=Proof(
        bench=files("procedures") / "time" / "benches" / "frequency-counter",
        further={
            "generator": files("procedures") / "time" / "benches" / "frequency-generator",
        },
        functions={TIME_BASE: "frequency"},
        error=true_error,
    ),
)
