"""What a calibration method is: points, and a few small functions around them.

The author of a procedure writes these values and nothing else: no prompts, no loop over
sections, no saving, no verdict. The engine (`station.run.engine`) carries them out.
"""

import hashlib
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from importlib.resources.abc import Traversable
from typing import Any, Generic, TypeVar

from drivers.capabilities import Reading
from station.clock import Clock
from station.errors import BadInput
from station.metrology.conformity import Limits
from station.metrology.uncertainty import Budget

RolesT = TypeVar("RolesT")


@dataclass(frozen=True, slots=True)
class Point:
    """One calibration point.

    Attributes:
        id: unique in the procedure, e.g. "dc-voltage/10 V/+5 V".
        nominal: stimulus in the test's SI unit.
        range: full scale of the DUT's range, in the range's SI unit.
        hertz: frequency of the stimulus (Hz) where it alternates.
    """

    id: str
    nominal: float
    range: float
    hertz: float | None = None


@dataclass(frozen=True, slots=True)
class Wire:
    """One lead, between a terminal of one role's instrument and a terminal of another's."""

    from_role: str
    from_terminal: str
    to_role: str
    to_terminal: str
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Hookup:
    """How the instruments are wired for a test; `leads` says what leads to use."""

    name: str
    wires: tuple[Wire, ...]
    leads: str


@dataclass(frozen=True, slots=True)
class StandardValue:
    """What the standard's certificate says of one setting, on the day of use.

    Attributes:
        actual: value applied when the standard is set to the nominal one, corrected.
        standard_uncertainty: u of `actual`, from the certificate (U/k).
        certificate: number of the certificate and where in it.
        drift_half_width: half-width of what it may have changed since its calibration.
        drift_source: where that allowance comes from.
    """

    actual: float
    standard_uncertainty: float
    certificate: str
    drift_half_width: float
    drift_source: str


@dataclass(frozen=True, slots=True)
class Tolerance:
    """The limits of a point's error, the rule of thumb they come from, and its standing."""

    limits: Limits
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Test(Generic[RolesT]):
    """Points of one function, and how one of them is measured, evaluated and judged.

    Attributes:
        name: short; also the name of the standard's certified quantity. Only tests of the same
            quantity that need different hookups share it.
        title: English text; the catalogues hold the translations.
        unit: SI unit symbol of nominal values, readings, errors and limits.
        range_unit: SI unit symbol of the DUT's ranges; another one where a counter has ranges of
            its input voltage.
        points: in the order of measurement.
        hookup: the wiring all points of the test need.
        roles: dataclass whose fields name the roles and ask for a capability each.
        standard: the role whose certificate gives the reference value.
        measure: yields one `Reading` after another; relies on nothing measured before.
        budget: the error of indication and its uncertainty.
        tolerance: the limits of the error at a point.
        seconds: expected duration of one point (s), for the estimate of remaining time.
    """

    name: str
    title: str
    unit: str
    range_unit: str
    points: tuple[Point, ...]
    hookup: Hookup
    roles: type[RolesT]
    standard: str
    measure: Callable[[Point, RolesT, Clock], Iterator[Reading]]
    budget: Callable[[Point, tuple[Reading, ...], StandardValue], Budget]
    tolerance: Callable[[Point], Tolerance]
    seconds: float


@dataclass(frozen=True, slots=True)
class EnvironmentLimits:
    """Ambient conditions in which the method holds: °C and % relative humidity."""

    celsius: tuple[float, float]
    humidity: tuple[float, float]
    source: str


@dataclass(frozen=True, slots=True)
class Proof:
    """On what a procedure is proved by simulation (`station validate`): names, no simulator.

    Attributes:
        bench: folder with `bench.toml`, the simulated bench, and the certificates it names; they
            say what U and stability the standards have.
        functions: test → function whose true error it finds, where that has another name.
    """

    bench: Traversable
    functions: Mapping[str, str] = field(default_factory=dict)

    def function(self, test: str) -> str:
        """Return the function of the simulated instruments that `test` is about."""
        return self.functions.get(test, test)


@dataclass(frozen=True, slots=True)
class Procedure:
    """A calibration method.

    Attributes:
        name: as on the command line.
        revision: counted up at every change that can change a result.
        title: English text for the certificate.
        method: number and title of the documented method it follows.
        dut: name of the role that is calibrated.
        environment: limits of the ambient conditions.
        tests: from a DUT model's name to its tests; raises `BadInput` for an unknown model.
        digest: hexadecimal SHA-256 of everything that decides a result for that DUT model.
        adjust: what is done when the as-found decision is a failure; None where nothing can be.
        proof: on what it is proved; None where nobody has said so.
    """

    name: str
    revision: int
    title: str
    method: str
    dut: str
    environment: EnvironmentLimits
    tests: Callable[[str], tuple[Test[Any], ...]]
    digest: Callable[[str], str]
    adjust: Callable[[Any, Clock], None] | None = None
    proof: Proof | None = None


def source_digest(*modules: str, extra: bytes = b"") -> str:
    """Return the SHA-256 of the source text of the named modules and of `extra` bytes."""
    digest = hashlib.sha256()
    for name in modules:
        digest.update(inspect.getsource(sys.modules[name]).encode())
    digest.update(extra)
    return digest.hexdigest()


def find_procedure(name: str) -> Procedure:
    """Return the installed procedure `name`.

    Raises:
        BadInput: no installed package offers it.
    """
    found = {entry.name: entry for entry in entry_points(group="station.procedures")}
    if name not in found:
        known = ", ".join(sorted(found)) or "none"
        raise BadInput(f"There is no procedure {name!r}. Installed procedures: {known}.")
    procedure = found[name].load()
    if not isinstance(procedure, Procedure):
        raise BadInput(f"Procedure {name!r} is not a station.procedure.Procedure.")
    return procedure
