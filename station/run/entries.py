"""What a run writes down: typed, immutable entries, the only truth about a run.

Values are in the SI unit that the entry or its planned point names. An entry is written once,
never changed; a mistake is answered by a further entry (`Voided`). Where an entry quotes an error,
`said` is what it quotes as a sentence for readers of any language (None in older records).
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from station.locale import Translate
from station.run.plan import (
    BoundInstrument,
    Order,
    Organisation,
    Overridden,
    Phase,
    PlannedObservation,
    PlannedPoint,
    Record,
    RuleDefinition,
)
from station.run.said import Said


class Allowed(Record):
    """Ambient conditions in which the method holds: °C, %RH or hPa."""

    unit: str
    low: float
    high: float


class RunBegun(Record):
    """Everything the run was set up with.

    `simulated` says that no real instrument took part; `in_process` that the world was in the
    engine's own process; `replay` is the SHA-256 of the recording that took the place of all
    instruments. `bench_digest` is the kept bench file, `software_digest` the SHA-256 of
    the station's own source; `rule_definition` is None in records of stations before it existed.
    `dut` is the role of the first item, `duts` of all of them; `verification` and `operation` name
    the document and the kind of a legal verification; `overrides` are what reviewers decided about
    overdue standards.
    `environment` is not written in records of stations before it was.
    `found_as` is where a procedure that is not installed was found, `language` what it was carried
    out in.
    """

    kind: Literal["run-begun"] = "run-begun"
    run: str
    procedure: str
    revision: int
    procedure_digest: str
    title: str
    method: str
    software: str
    software_digest: str
    simulated: bool
    in_process: bool = False
    replay: str | None = None
    seed: int | None
    bench: str
    bench_digest: str = ""
    operator: str
    rule: str
    rule_version: str
    rule_definition: RuleDefinition | None = None
    coverage_probability: float
    dut: str
    instruments: tuple[BoundInstrument, ...]
    points: tuple[PlannedPoint, ...]
    duts: tuple[str, ...] = ("dut",)
    observations: tuple[PlannedObservation, ...] = ()
    verification: str = ""
    operation: str = ""
    found_as: str = ""
    laboratory: Organisation | None
    order: Order | None
    overrides: tuple[Overridden, ...] = ()
    language: str = ""
    environment: tuple[Allowed, ...] = ()


class Resumed(Record):
    """The run goes on after an interruption; wiring and warm-up are asked for again."""

    kind: Literal["resumed"] = "resumed"
    operator: str
    software: str
    software_digest: str = ""
    bench_digest: str = ""
    instruments: tuple[BoundInstrument, ...] = ()
    reason: str


class PromptKind(StrEnum):
    """What an answer must be."""

    CONFIRM = "confirm"
    NUMBER = "number"
    YES_NO = "yes-no"
    READ = "read"
    REVIEW = "review"


class WireDrawn(Record):
    """One lead of a hookup as it is drawn."""

    from_end: str
    to_end: str
    colour: str


class Prompted(Record):
    """A person is asked for something: to wire, to confirm, for a number in `unit`, to read.

    `highest_volts` is the highest voltage (V) that the wires will carry. `about` is what the
    request is about. `instrument` is whose indication is to be read, or
    what is to be handled; `quantity` which indication of several; `factor` is `unit` in the SI unit
    of the quantity; `resolution` the smallest step that can be told apart and `expected` what it
    should show at about (both in `unit`), unknown where None; `doubts` say why a second look is
    asked for at the answer `doubted`. `entered` are the readings to be reviewed, as they were
    entered; `striking` which of them, from 1, are far from what is expected or from the others.
    `seen` is what the display of a simulated instrument shows, for whoever has no eyes there.
    """

    kind: Literal["prompted"] = "prompted"
    prompt: int
    wants: PromptKind
    text: str
    wires: tuple[WireDrawn, ...] = ()
    leads: str = ""
    unit: str = ""
    low: float | None = None
    high: float | None = None
    highest_volts: float = 0.0
    about: str = ""
    instrument: str = ""
    quantity: str = ""
    factor: float = 1.0
    resolution: float | None = None
    expected: float | None = None
    doubted: str = ""
    doubts: tuple[str, ...] = ()
    entered: tuple[str, ...] = ()
    striking: tuple[int, ...] = ()
    seen: str = ""
    said: Said | None = None

    def told_about(self, translate: Translate) -> str:
        """Return what the request is about, an error in the language of `translate`."""
        return self.about if self.said is None else self.said.told(translate)


class Answered(Record):
    """Somebody answered prompt number `prompt`."""

    kind: Literal["answered"] = "answered"
    prompt: int
    value: str
    by: str


class Corrected(Record):
    """An entry of the present point was wrong and is replaced: `number` counts from 1."""

    kind: Literal["corrected"] = "corrected"
    point: str
    phase: Phase
    number: int
    was: str
    value: str
    by: str


class EnvironmentRead(Record):
    """Ambient conditions: temperature (°C), relative humidity (%), pressure (Pa) where needed."""

    kind: Literal["environment-read"] = "environment-read"
    celsius: float
    humidity: float
    source: str
    pascals: float | None = None


class ReadingTaken(Record):
    """One indication, the reply or entry it was read from, and whose it is (see `Taken`)."""

    value: float
    raw: str
    of: str = "dut"


class WireExchange(Record):
    """What went over the wire to one instrument; `at` is in seconds of the run's clock (s)."""

    instrument: str
    sent: str
    received: str | None
    at: float
    fault: str = ""


class ContributionMade(Record):
    """One line of the uncertainty budget."""

    name: str
    value: float
    standard_uncertainty: float
    sensitivity: float
    contribution: float
    share: float
    dof: float | None
    distribution: str
    source: str


class Measured(Record):
    """A finished point: readings, bytes, error of indication, uncertainty and verdict."""

    kind: Literal["measured"] = "measured"
    point: str
    phase: Phase
    readings: tuple[ReadingTaken, ...]
    wire: tuple[WireExchange, ...]
    reference: float
    indication: float
    error: float
    standard_uncertainty: float
    dof: float | None
    coverage_factor: float
    coverage_reason: str
    expanded_uncertainty: float
    budget: tuple[ContributionMade, ...]
    lower: float
    upper: float
    acceptance_lower: float
    acceptance_upper: float
    verdict: str
    false_decision_probability: float | None
    seconds: float


class Observed(Record):
    """Something was observed that results will rest on: readings and bytes."""

    kind: Literal["observed"] = "observed"
    point: str
    phase: Phase
    readings: tuple[ReadingTaken, ...]
    wire: tuple[WireExchange, ...]
    seconds: float


class Suspected(Record):
    """A result looked like a usual mistake, and a person said that it stands.

    `duts` are the items whose readings did, where several were read together.
    """

    kind: Literal["suspected"] = "suspected"
    point: str
    phase: Phase
    suspicion: str
    duts: tuple[str, ...] = ()


class Concluded(Record):
    """What follows from all points of a test for one item; U is None where none is stated."""

    kind: Literal["concluded"] = "concluded"
    phase: Phase
    test: str
    dut: str
    conclusions: tuple["ConclusionDrawn", ...]


class ConclusionDrawn(Record):
    """One conclusion, in `unit`; k of its U is None where there is none, or was not written."""

    name: str
    title: str
    value: float
    unit: str
    expanded_uncertainty: float | None
    source: str
    coverage_factor: float | None = None


class Inspected(Record):
    """An external inspection or technical check was answered."""

    kind: Literal["inspected"] = "inspected"
    dut: str
    inspection: str
    text: str
    clause: str
    passed: bool
    by: str


class Removed(Record):
    """An item no longer takes part; the others go on."""

    kind: Literal["removed"] = "removed"
    dut: str
    reason: str
    by: str
    said: Said | None = None

    def told(self, translate: Translate) -> str:
        """Return a person's reason as it was given, that of a fault in a language."""
        return self.reason if self.said is None else self.said.told(translate)


class Overloaded(Record):
    """The DUT showed overload: there is no number, and none is made up. It counts as a failure."""

    kind: Literal["overloaded"] = "overloaded"
    point: str
    phase: Phase
    reply: str
    wire: tuple[WireExchange, ...]
    seconds: float


class Voided(Record):
    """A result is declared void and its point is measured again."""

    kind: Literal["voided"] = "voided"
    point: str
    phase: Phase
    reason: str
    by: str


class Skipped(Record):
    """A point or observation is not measured in this phase: somebody's decision, with a reason.

    What rests on it is not evaluated either. Voiding it takes the decision back. `took_back` is
    the number of the question that is no longer asked because of it.
    """

    kind: Literal["skipped"] = "skipped"
    point: str
    phase: Phase
    reason: str
    by: str
    took_back: int | None = None


class Noted(Record):
    """Somebody's remark on a point, for the record; no certificate prints it.

    `path` is where a photo or another file was then, `sha256` what was in it.
    """

    kind: Literal["noted"] = "noted"
    point: str
    phase: Phase
    text: str
    path: str = ""
    sha256: str = ""
    by: str


class Declined(Record):
    """A person asked for something that cannot be done; `reason` says why."""

    kind: Literal["declined"] = "declined"
    what: str
    reason: str
    by: str
    said: Said | None = None

    def told(self, translate: Translate) -> str:
        """Return the reason in the language of `translate`."""
        return translate(self.reason) if self.said is None else self.said.told(translate)


class Decided(Record):
    """The verdict over all points of a phase for one item."""

    kind: Literal["decided"] = "decided"
    phase: Phase
    verdict: str
    dut: str = "dut"


class AdjustDeclined(Record):
    """A person decided that an item that fails is not adjusted."""

    kind: Literal["adjust-declined"] = "adjust-declined"
    by: str


class AdjustBegun(Record):
    """An adjustment is about to change the item. Destructive: never repeated unasked."""

    kind: Literal["adjust-begun"] = "adjust-begun"
    by: str


class AdjustDone(Record):
    """The adjustment ended."""

    kind: Literal["adjust-done"] = "adjust-done"
    by: str


class PausedByPerson(Record):
    """Outputs are in standby until somebody lets the run go on."""

    kind: Literal["paused"] = "paused"
    by: str


class WentOn(Record):
    """The pause is over."""

    kind: Literal["went-on"] = "went-on"
    by: str


class Faulted(Record):
    """The run stopped on a fault; `resume` can take it up again."""

    kind: Literal["faulted"] = "faulted"
    error: str
    message: str
    wire: tuple[WireExchange, ...]
    said: Said | None = None

    def told(self, translate: Translate) -> str:
        """Return the message in the language of `translate`, as far as it has its words."""
        return self.message if self.said is None else self.said.told(translate)


class MadeSafe(Record):
    """Outputs were put to standby; `failures` names those that could not be."""

    kind: Literal["made-safe"] = "made-safe"
    instruments: tuple[str, ...]
    failures: tuple[str, ...]
    said: tuple[Said, ...] = ()

    @property
    def unsafe(self) -> tuple[Said, ...]:
        """The failures as sentences."""
        return self.said or tuple(Said(text=failure) for failure in self.failures)


class StoreWasAway(Record):
    """The store's server was away for so long (s); the outputs were in standby meanwhile."""

    kind: Literal["store-was-away"] = "store-was-away"
    seconds: float


class Aborted(Record):
    """A person ended the run for good."""

    kind: Literal["aborted"] = "aborted"
    by: str
    reason: str
    said: Said | None = None

    def told(self, translate: Translate) -> str:
        """Return a person's reason as it was given, another one in a language."""
        return self.reason if self.said is None else self.said.told(translate)


class Finished(Record):
    """Every point is measured and decided."""

    kind: Literal["finished"] = "finished"
    verdict: str


Entry = Annotated[
    RunBegun
    | Resumed
    | Prompted
    | Answered
    | Corrected
    | EnvironmentRead
    | Observed
    | Suspected
    | Concluded
    | Inspected
    | Removed
    | Measured
    | Overloaded
    | Voided
    | Skipped
    | Noted
    | Declined
    | Decided
    | AdjustDeclined
    | AdjustBegun
    | AdjustDone
    | PausedByPerson
    | WentOn
    | Faulted
    | MadeSafe
    | StoreWasAway
    | Aborted
    | Finished,
    Field(discriminator="kind"),
]

ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)
"""Reads an entry back from its JSON."""
