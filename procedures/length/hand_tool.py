"""What callipers and micrometers have in common: how they are tried with gauge blocks, and judged.

The faces are closed first (zero), then one block is measured again and again (repeatability),
then each length. At the other places of a calliper one length is measured several times.
Whoever handles them puts the blocks in anew for every reading.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from math import sqrt
from statistics import fmean

from pydantic import Field

from drivers.capabilities import GaugeBlocks, LengthIndicator
from procedures.details import Stated
from procedures.length.blocks import BLOCKS, CLOSED, LENGTH, Stack, faces_of, standard_length
from procedures.length.length_budget import Reads, Warmth, comparison_of_lengths
from procedures.length.limits import FILES, MILLIMETRE, SAME, content
from station.errors import BadInput
from station.evidence import Evaluation, Evidence, Taken
from station.locale import N_
from station.metrology.inputs import Input, rectangular
from station.metrology.type_a import Scatter, pooled, pooled_readings, scatter
from station.procedure import (
    DUT,
    Attendant,
    Conclusion,
    Hookup,
    Item,
    Items,
    Point,
    StandardUse,
    Test,
    Tolerance,
    source_digest,
)

ZERO_READINGS = 3
ROOM_DOUBT_KELVIN = 1.0
"""Half-width (K) of room thermometer and gradient to the bench: this laboratory's allowance."""

INCH = 25.4  # mm
GROSS = 3.0
"""Times the limit; beyond, something other than the instrument's error is likelier."""

ON_BENCH = Hookup("gauge blocks", (), N_("blocks and instrument side by side, cleaned, not held"))
INSIDE = Hookup(
    "inside jaws", (), N_("the block in a holder, the inside jaws between its side jaws")
)
DEPTH = Hookup(
    "depth rod",
    (),
    N_("the block on a flat plate, the end of the beam on it, the rod on the plate"),
)


class ToolDetails(Stated):
    """What the bench file says of the item; the settings of its driver are among it.

    Attributes:
        resolution_mm: last digit, value of the vernier, or what is told apart on a scale (mm).
        low_mm: beginning of the measuring range (mm).
        high_mm: its end (mm).
        lengths: to be measured, in mm, as "10, 41.3, 125=100+25"; "" for the usual ones.
        mpe_mm: ± limit of error (mm) the maker states; without it the table of the procedure.
        mpe_source: where that is stated.
        block_grade: of the gauge blocks, K, 0, 1 or 2.
        readings: at each length.
        repeats: readings of the repeatability.
        soak_minutes: time for blocks and instrument to take on the temperature of the room.
        apart_kelvin: half-width (K) of what their temperatures may differ then.
        expansion_doubt: half-width (1/K) of the doubt about each coefficient.
    """

    resolution_mm: float | None = Field(default=None, gt=0.0, le=1.0)
    low_mm: float = Field(default=0.0, ge=0.0)
    high_mm: float = Field(gt=0.0, le=10_000.0)
    lengths: str = ""
    mpe_mm: float | None = Field(default=None, gt=0.0, le=1.0)
    mpe_source: str = "stated in the bench file, by the maker or the customer"
    block_grade: str = "1"
    readings: int = Field(default=1, ge=1, le=100)
    repeats: int = Field(default=5, ge=3, le=100)
    soak_minutes: float = Field(default=30.0, ge=0.0, le=2880.0)
    apart_kelvin: float = Field(default=0.5, ge=0.0, le=10.0)
    expansion_doubt: float = Field(default=1e-6, ge=0.0, le=2e-5)


def resolution_of(item: Item, details: ToolDetails, known: Mapping[str, float]) -> float:
    """Return the resolution (mm) of the item, stated or known of its model.

    Raises:
        BadInput: it is neither.
    """
    found = details.resolution_mm or known.get(item.model)
    if found is None:
        raise BadInput(
            "[instruments.{dut}.details] resolution_mm is missing: state the last digit of the "
            "display, or the value of the vernier, of the {model} in mm.",
            dut=DUT,
            model=item.model,
        )
    return found


def within_range(lengths: tuple[Stack, ...], details: ToolDetails) -> None:
    """Check that the instrument reaches all lengths.

    Raises:
        BadInput: it does not.
    """
    low, high = details.low_mm * MILLIMETRE, details.high_mm * MILLIMETRE
    for stack in lengths:
        if not low * (1.0 - SAME) <= stack.nominal <= high * (1.0 + SAME):
            raise BadInput(
                "[instruments.{dut}.details] {length} mm is outside {low:g} mm to {high:g} mm: "
                "correct the length, or low_mm and high_mm.",
                dut=DUT,
                length=stack.text,
                low=details.low_mm,
                high=details.high_mm,
            )


def digest_of(module: str, items: Items) -> str:
    """Return the SHA-256 of a procedure of hand tools and of what it is told of the items."""
    told = repr({role: (item.model, sorted(item.details.items())) for role, item in items.items()})
    modules = ("length_budget", "limits", "blocks", "hand_tool")
    names = (*(f"procedures.length.{name}" for name in modules), module)
    return source_digest(*names, extra=b"".join([told.encode(), *map(content, FILES)]))


@dataclass(frozen=True)
class Roles:
    """Who takes part."""

    blocks: GaugeBlocks
    dut: LengthIndicator


@dataclass(frozen=True, slots=True)
class Taking:
    """One length, where it is put, and how often; `soaks` first lets temperatures become equal."""

    stack: Stack
    place: str
    count: int
    soaks: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """All there is to measure in one test, and what its results are evaluated with.

    Attributes:
        details: of the item.
        resolution: what can be told apart (m).
        reading: half-width of reading it off, in resolutions.
        instrument: what the instrument adds (m), estimate 0.
        tolerance: stack → limits.
        pitch: of the screw (m), where there is one.
        takings: id of an observation, or of a point that is measured itself → what is done.
        repeatability: id of the observation that shows it; "" where points show their own.
        results: id of a point → id of what its indication is read at.
    """

    details: ToolDetails
    resolution: float
    reading: float
    instrument: Input
    tolerance: Callable[[Stack], Tolerance]
    pitch: float | None = None
    takings: Mapping[str, Taking] = field(default_factory=dict)
    repeatability: str = ""
    results: Mapping[str, str] = field(default_factory=dict)


def measure(plan: Plan, point: Point, roles: Roles, attendant: Attendant) -> Iterator[Taken]:
    """Put the blocks of `point` in, as often as it asks, and read the instrument."""
    taking = plan.takings[point.id]
    if taking.soaks:
        attendant.wait(
            N_("Blocks and instrument take on the temperature of the room."),
            60.0 * plan.details.soak_minutes,
        )
    for _ in range(taking.count):
        roles.blocks.insert(taking.stack.blocks, f"{DUT} {taking.place}")
        yield Taken(DUT, roles.dut.read_length())


def evaluate(plan: Plan, point: Point, evidence: Evidence) -> Evaluation:
    """Return the error of indication at 20 °C (m), with its budget."""
    read_at = plan.results[point.id]
    stack = plan.takings[read_at].stack
    standard = standard_length(stack, evidence)
    taken = evidence.values(read_at, DUT)
    known = _scatter(plan, taken, evidence)
    budget = comparison_of_lengths(
        Reads.LENGTH,
        stack.nominal,
        standard,
        Warmth(
            celsius=evidence.room.celsius,
            doubt_kelvin=ROOM_DOUBT_KELVIN,
            apart_kelvin=plan.details.apart_kelvin,
            expansion_doubt=plan.details.expansion_doubt,
            source="room thermometer, soaking time; steel: laboratory's allowances",
        ),
        indication=_indication(taken, known),
        reading=_reading(plan, known),
        instrument=plan.instrument,
        faces=faces_of(stack, plan.details.block_grade),
    )
    return Evaluation(budget, reference=standard.actual, indication=fmean(taken))


def _scatter(plan: Plan, taken: tuple[float, ...], evidence: Evidence) -> Scatter:
    """Return the scatter of one reading, of those of now and of the repeatability (m)."""
    series = [taken] if len(taken) > 1 else []
    if plan.repeatability:
        series.append(evidence.values(plan.repeatability, DUT))
    return pooled([scatter(values) for values in series])


def _indication(taken: tuple[float, ...], known: Scatter) -> Input:
    return pooled_readings(
        "indication",
        taken,
        known,
        source=f"mean of {len(taken)}; scatter of this run's readings, ν = {known.dof:g}",
    )


def _reading(plan: Plan, known: Scatter) -> Input:
    """Return what the resolution adds to the scatter, which holds it already if it is larger."""
    half = plan.reading * plan.resolution
    left = sqrt(max(half**2 - 3.0 * known.standard_deviation**2, 0.0))
    return rectangular(
        "reading",
        half_width=left,
        source=f"resolution {plan.resolution / MILLIMETRE:g} mm and how it is read, beyond the "
        "scatter (JCGM 100, 4.3.10: not twice)",
    )


def conclude(plan: Plan, dut: str, evidence: Evidence) -> tuple[Conclusion, ...]:
    """Return the repeatability of the instrument (m)."""
    again = evidence.values(plan.repeatability, dut)
    if len(again) < 2:
        return ()
    return (
        Conclusion(
            name="repeatability",
            title=N_("Repeatability, one standard deviation"),
            value=scatter(again).standard_deviation,
            unit="m",
            source=f"experimental standard deviation of {len(again)} readings (JCGM 100, 4.2.2)",
        ),
    )


ZERO = N_(
    "The zero is off: clean the faces and close them again; set it only if users do so before use."
)
INCHES = N_("The instrument may show inches: set it to millimetres.")
OTHER_BLOCK = N_("This is the length of another block: look at which one is in the instrument.")
TURN = N_("The thimble may have been read one turn of its screw off (the half millimetre).")
DIRT = N_("This is far from the length of the block: look for dirt or burrs, and how it lies.")
SCATTERS = N_("The readings scatter by more than the limit of error: clean faces and blocks.")


def suspicion(plan: Plan, point: Point, evidence: Evidence) -> str:
    """Return what looks like a usual mistake in the readings at `point`, or ""."""
    taking = plan.takings.get(point.id)
    values = evidence.values(point.id, DUT)
    if taking is None or not values:
        return ""
    limit = plan.tolerance(taking.stack).limits.upper
    assert limit is not None  # the tables and the details state both limits
    nominal = taking.stack.nominal
    if nominal == 0.0:
        return ZERO if abs(fmean(values)) > limit else ""
    gross = GROSS * limit
    wrong = next((value for value in values if abs(value - nominal) > gross), None)
    if wrong is not None:
        return _explained(plan, wrong, nominal, gross)
    # One step of the display more or less is no scatter.
    return SCATTERS if max(values) - min(values) > limit + plan.resolution else ""


def _explained(plan: Plan, value: float, nominal: float, gross: float) -> str:
    """Return what may have happened where `value` (m) is far from `nominal` (m)."""
    others = {block for taking in plan.takings.values() for block in taking.stack.blocks}
    others |= {taking.stack.nominal for taking in plan.takings.values()}
    if abs(value * INCH - nominal) <= gross + 0.005 * nominal:
        return INCHES
    if plan.pitch is not None and abs(abs(value - nominal) - plan.pitch) <= gross:
        return TURN
    if any(abs(value - other) <= gross for other in others - {0.0, nominal}):
        return OTHER_BLOCK
    return DIRT


def lengths_test(name: str, title: str, plan: Plan, lengths: tuple[Stack, ...]) -> Test[Roles]:
    """Return the test of one place at zero and at all `lengths`."""
    at, again = "JAWS", plan.details.repeats
    middle = lengths[len(lengths) // 2]
    zero, repeated = f"{name}/zero/readings", f"{name}/repeatability"
    closes = plan.details.low_mm == 0.0
    single = {
        f"{name}/{stack.text} mm/reading": Taking(stack, at, plan.details.readings)
        for stack in lengths
    }
    first = Taking(CLOSED, at, ZERO_READINGS, soaks=True)
    takings = {
        **({zero: first} if closes else {}),
        repeated: Taking(middle, at, again, soaks=not closes),
        **single,
    }
    read_at = {id_.removesuffix("/reading"): id_ for id_ in single}
    results = {**({f"{name}/0 mm": zero} if closes else {}), **read_at}
    return _test(name, title, plan, takings, results, repeated)


def place_test(
    name: str,
    title: str,
    plan: Plan,
    place: str,
    lengths: tuple[Stack, ...],
    hookup: Hookup = ON_BENCH,
) -> Test[Roles]:
    """Return the test of `lengths` at another place, each read several times."""
    takings = {
        f"{name}/{stack.text} mm": Taking(stack, place, plan.details.repeats) for stack in lengths
    }
    made = _test(name, title, plan, takings, {id_: id_ for id_ in takings}, "")
    return replace(made, hookup=hookup)


def _test(
    name: str,
    title: str,
    plan: Plan,
    takings: Mapping[str, Taking],
    results: Mapping[str, str],
    repeated: str,
) -> Test[Roles]:
    full = plan.details.high_mm * MILLIMETRE
    complete = replace(plan, takings=takings, results=results, repeatability=repeated)
    points = tuple(
        Point(
            id_,
            takings[read_at].stack.nominal,
            full,
            rests_on=() if read_at == id_ else (read_at, repeated),
        )
        for id_, read_at in results.items()
    )
    observed = tuple(
        Point(id_, taking.stack.nominal, full)
        for id_, taking in takings.items()
        if id_ not in results
    )
    blocks = {point.id: takings[results[point.id]].stack.blocks for point in points}
    for taking in takings.values():  # a grade that is none is refused before anything is measured
        faces_of(taking.stack, plan.details.block_grade)

    def tolerance(point: Point) -> Tolerance:
        return plan.tolerance(takings[results[point.id]].stack)

    return Test(
        name=name,
        title=title,
        unit="m",
        range_unit="m",
        points=points,
        hookup=ON_BENCH,
        roles=Roles,
        standards=(StandardUse(BLOCKS, LENGTH, at=lambda point: blocks[point.id]),),
        measure=partial(measure, complete),
        evaluate=partial(evaluate, complete),
        tolerance=tolerance,
        seconds=40.0,
        observations=observed,
        suspicion=partial(suspicion, complete),
        conclude=partial(conclude, complete) if repeated else None,
    )
