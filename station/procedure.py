"""What a calibration method is: what is observed, what is reported, and small functions around.

The author of a procedure writes these values and nothing else: no prompts, no loop over
sections, no saving, no verdict. The engine (`station.run.engine`) carries them out.
docs/write-a-procedure.md takes the reader from nothing to a proved procedure.
"""

import hashlib
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from importlib.metadata import EntryPoint, entry_points
from importlib.resources.abc import Traversable
from typing import Any, Generic, Protocol, TypeVar

from station.clock import Clock
from station.errors import BadInput, Phrase
from station.evidence import Evaluation, Evidence, StandardValue, Taken
from station.metrology.conformity import Limits

__all__ = [
    "Approach",
    "Attendant",
    "Conclusion",
    "EnvironmentLimits",
    "Evaluation",
    "Evidence",
    "Hookup",
    "Inspection",
    "Item",
    "Items",
    "Point",
    "Procedure",
    "Proof",
    "StandardUse",
    "StandardValue",
    "Taken",
    "Test",
    "Tolerance",
    "Truth",
    "Use",
    "Verification",
    "Wire",
    "find_procedure",
    "source_digest",
]

RolesT = TypeVar("RolesT")

DUT = "dut"
"""The role of the item that is calibrated; further ones are called "dut-2", "dut-3", …"""


@dataclass(frozen=True, slots=True)
class Item:
    """What is calibrated.

    Attributes:
        model: as `station models` lists it, or as the procedure's data files are named.
        details: what the bench file says of this item ([instruments.dut.details]): its range,
            class or division, and how it is to be calibrated; the procedure checks them.
        named: what is calibrated where the instrument of the role only reads it (a probe at its
            readout); "" where it is the instrument itself.
    """

    model: str
    details: Mapping[str, int | float | str] = field(default_factory=dict)
    named: str = ""


Items = Mapping[str, Item]
"""Role ("dut", "dut-2", …) → item."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that is observed or reported.

    Attributes:
        id: unique in the run, e.g. "dc-voltage/10 V/+5 V".
        nominal: stimulus in the test's SI unit.
        range: full scale of the DUT's range, in the range's SI unit.
        hertz: frequency of the stimulus (Hz) where it alternates.
        dut: role of the item that the result is about.
        label: what tells it from points of the same nominal value, a short English text such as
            "left front"; the catalogues hold the translations.
        rests_on: ids of the observations that a result is evaluated from; where there are none,
            the point is measured itself.
    """

    id: str
    nominal: float
    range: float
    hertz: float | None = None
    dut: str = DUT
    label: str = ""
    rests_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wire:
    """One connection, from a terminal of one role to a terminal of another: a lead, a hose."""

    from_role: str
    from_terminal: str
    to_role: str
    to_terminal: str
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Hookup:
    """How the instruments are connected for a test; `leads` says with what."""

    name: str
    wires: tuple[Wire, ...]
    leads: str


class Use(Enum):
    """How a standard gives its value."""

    SET = "set"
    """It is set to a nominal value, or has one: a calibrator, a weight, a gauge block."""

    READ = "read"
    """It indicates: a reference thermometer, a reference multimeter."""


def _nominal(point: Point) -> tuple[float, ...]:
    return (point.nominal,)


@dataclass(frozen=True, slots=True)
class StandardUse:
    """Which certified quantity of which role's certificate a test needs.

    Attributes:
        role: of the standard.
        quantity: name of the table or equation in its certificate.
        use: whether it is set or read.
        at: the values of the quantity that a point asks of the certificate, for the check before
            the run; for the point's nominal value where nothing else is said.
        unit: in which the certificate states it; "" is the test's.
    """

    role: str
    quantity: str
    use: Use = Use.SET
    at: Callable[[Point], tuple[float, ...]] = _nominal
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """The limits of a point's error, the rule of thumb they come from, and its standing."""

    limits: Limits
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Conclusion:
    """Something that follows from all points of a test: hysteresis, coefficients, a minimum weight.

    Attributes:
        name: short, unique in its test, e.g. "hysteresis".
        title: English text; the catalogues hold the translations.
        value: in `unit`.
        unit: SI unit symbol, "1" for a number.
        expanded_uncertainty: U of `value` at the run's coverage; None where none is stated.
        coverage_factor: k of it; None where there is none.
        source: the formula and where it stands.
    """

    name: str
    title: str
    value: float
    unit: str
    source: str
    expanded_uncertainty: float | None = None
    coverage_factor: float | None = None


@dataclass(frozen=True, slots=True)
class Approach:
    """What comes to rest while it is waited for: people see it drawn.

    Attributes:
        last: returns the value seen last, None before the first.
        within: by how much it may still change or scatter, in `unit`.
        unit: symbol of the unit, from any zero.
    """

    last: Callable[[], float | None]
    within: float
    unit: str


class Attendant(Protocol):
    """Who stands by while a point is measured: keeps the time, and waits where people can see it.

    A wait ends at once when the run is paused or aborted; the point then begins anew.
    """

    @property
    def clock(self) -> Clock:
        """The time that all instruments of the bench live in."""
        ...

    def wait(self, why: str, seconds: float) -> None:
        """Let `seconds` (s) pass; people see `why`, an English text, and the time left."""
        ...

    def wait_until(
        self,
        why: str,
        done: Callable[[], bool],
        *,
        at_most: float,
        every: float = 5.0,
        approach: Approach | None = None,
    ) -> None:
        """Ask `done` every `every` s until it says yes; people see `approach`, where it is known.

        Raises:
            Refused: it did not within `at_most` s; nothing was recorded of the point.
        """
        ...


@dataclass(frozen=True, slots=True)
class Test(Generic[RolesT]):
    """Points of one function, and how they are measured, evaluated and judged.

    First `observations` are made, in order; then `points` are measured, or evaluated from what
    was observed. A point is done again when a run is resumed in its middle: `measure` relies on
    nothing measured before.

    Attributes:
        name: short and unique, unless tests of one quantity need different hookups.
        title: English text; the catalogues hold the translations.
        symbol: stands for the title where there is no room for it, the same in all languages
            ("U DC"); "" where the beginning of the title tells it from the others.
        unit: SI unit symbol of nominal values, readings, errors and limits.
        range_unit: SI unit symbol of the DUT's ranges; another one where a counter has ranges of
            its input voltage.
        points: what is reported, each with error, U, limits and verdict.
        hookup: the wiring all points of the test need.
        roles: dataclass whose fields name the roles and ask for a capability each. A field `duts`
            of type `Mapping[str, Capability]` holds every item that still takes part, by role.
        standards: whose certificates give the reference values.
        measure: yields one reading after another, each with the role it is of.
        evaluate: the error, as a model with an uncertainty budget; pure.
        tolerance: the limits of the error at a point.
        seconds: expected duration of one point or observation (s), for the time remaining.
        observations: what is only observed; results name them in `rests_on`.
        suspicion: what looks like a usual mistake (leads swapped, wrong range, not settled), as
            an English sentence for the person at the bench; "" where nothing does. Asked before a
            point is closed; the evidence holds its readings and the test's observations so far.
        conclude: what follows from all points of one DUT, by its role.
        headings: English words above what the evaluation calls reference and indication, where a
            reader would take it for something else ("Rising", "Falling"); None: those two.
    """

    name: str
    title: str
    unit: str
    range_unit: str
    points: tuple[Point, ...]
    hookup: Hookup
    roles: type[RolesT]
    standards: tuple[StandardUse, ...]
    measure: Callable[[Point, RolesT, Attendant], Iterator[Taken]]
    evaluate: Callable[[Point, Evidence], Evaluation]
    tolerance: Callable[[Point], Tolerance]
    seconds: float
    observations: tuple[Point, ...] = ()
    suspicion: Callable[[Point, Evidence], str] | None = None
    conclude: Callable[[str, Evidence], tuple[Conclusion, ...]] | None = None
    headings: tuple[str, str] | None = None
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class EnvironmentLimits:
    """Ambient conditions in which the method holds.

    Attributes:
        celsius: temperature (°C).
        humidity: relative humidity (%).
        source: who says so.
        pascals: atmospheric pressure (Pa), where the method needs to know it.
    """

    celsius: tuple[float, float]
    humidity: tuple[float, float]
    source: str
    pascals: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Inspection:
    """An external inspection or technical check: a question to which the answer must be yes.

    Attributes:
        id: short, e.g. "inscriptions".
        text: English question; the catalogues hold the translations.
        clause: of the verification document, marked where it was not seen there.
    """

    id: str
    text: str
    clause: str


@dataclass(frozen=True, slots=True)
class Verification:
    """A legal verification: its inspections come first; a failed operation ends it for the item.

    Attributes:
        document: number and title of what it follows.
        operation: English text, e.g. "initial verification".
    """

    document: str
    operation: str
    inspections: tuple[Inspection, ...]


class Truth(Protocol):
    """A simulated bench, to be asked for what nobody on a bench can know."""

    def output_in_room(self, name: str, function: str, nominal: float, hertz: float = 0.0) -> float:
        """Return what a source, or a thing with a nominal value, really is or puts out."""
        ...

    def error_in_room(
        self, name: str, function: str, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return an instrument's true error at `value`, in the room as it is."""
        ...


@dataclass(frozen=True, slots=True)
class Proof:
    """On what a procedure is proved by simulation (`station validate`): names, no simulator.

    Attributes:
        bench: folder with `bench.toml`, the simulated bench, and the certificates it names; they
            say what U and stability the standards have.
        functions: test, or quantity of a certificate → function of the simulated instruments that
            it is about, where that has another name.
        error: the true error of the item at a point, where it is no error of indication.
        further: benches for other items, by a short name.
        room: unit ("°C", "%", "hPa") → half-width of how wrongly the room is read; 0 where it is
            not named.
    """

    bench: Traversable
    functions: Mapping[str, str] = field(default_factory=dict)
    error: "Callable[[Truth, Point], float] | None" = None
    room: Mapping[str, float] = field(default_factory=dict)
    further: Mapping[str, Traversable] = field(default_factory=dict)

    def function(self, test: str) -> str:
        """Return the function of the simulated instruments that a test or quantity is about."""
        return self.functions.get(test, test)


def _no_verification(items: Items) -> Verification | None:
    return None


@dataclass(frozen=True, slots=True)
class Procedure:
    """A calibration method.

    Attributes:
        name: as on the command line.
        revision: counted up at every change that can change a result.
        title: English text for the certificate.
        method: number and title of the documented method it follows.
        environment: limits of the ambient conditions.
        tests: from the items to their tests; raises `BadInput` for an unknown model or details
            that are wrong or missing.
        digest: hexadecimal SHA-256 of everything that decides a result for those items.
        most_duts: how many items one run can take.
        adjust: what is done when the as-found decision is a failure and a person agrees; None
            where nothing can be.
        adjusts: the capability that an item needs to be adjusted.
        verification: the legal verification that the items' details ask for; None: a calibration.
        proof: on what it is proved; None where nobody has said so.
        found_as: "module:ATTRIBUTE" where it is not installed, so that a run finds it again.
    """

    name: str
    revision: int
    title: str
    method: str
    environment: EnvironmentLimits
    tests: Callable[[Items], tuple[Test[Any], ...]]
    digest: Callable[[Items], str]
    most_duts: int = 1
    adjust: Callable[[Any, Clock], None] | None = None
    adjusts: type = object
    verification: Callable[[Items], Verification | None] = _no_verification
    proof: Proof | None = None
    found_as: str = ""


def source_digest(*modules: str, extra: bytes = b"") -> str:
    """Return the SHA-256 of the source text of the named modules and of `extra` bytes."""
    digest = hashlib.sha256()
    for name in modules:
        digest.update(inspect.getsource(sys.modules[name]).encode())
    digest.update(extra)
    return digest.hexdigest()


def find_procedure(name: str) -> Procedure:
    """Return the installed procedure `name`; "module:ATTRIBUTE" names one that is not installed.

    Raises:
        BadInput: no installed package offers it, or it cannot be loaded.
    """
    found = {entry.name: entry for entry in entry_points(group="station.procedures")}
    entry = EntryPoint(name, name, "station.procedures") if ":" in name else found.get(name)
    if entry is None:
        known = tuple(sorted(found)) or Phrase("none")
        raise BadInput(
            "There is no procedure {name!r}. Installed procedures: {known}.", name=name, known=known
        )
    try:
        procedure = entry.load()
    except (ImportError, AttributeError, SyntaxError) as error:
        raise BadInput(
            "Procedure {name!r} cannot be loaded: {error}.", name=name, error=error
        ) from error
    if not isinstance(procedure, Procedure):
        raise BadInput("Procedure {name!r} is not a station.procedure.Procedure.", name=name)
    return replace(procedure, found_as=name) if ":" in name else procedure
