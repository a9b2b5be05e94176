"""Beginning a run, and taking one up again: set up, checked, and handed to the engine."""

import hashlib
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TextIO

from drivers.capabilities import Identity
from drivers.catalogue import model_of
from drivers.link.recording import Recording
from drivers.person import PERSON
from station.bench import Bench, open_bench
from station.bench_file import BenchFile, InstrumentEntry, items_of
from station.clock import SystemClock, day_of
from station.errors import BadInput, JournalMismatch, OutOfCalibration, Refused
from station.metrology.coverage import Coverage
from station.procedure import DUT, Item, Procedure, Test
from station.records.store import Store
from station.register.equipment_bench import Registered
from station.register.people import may_run
from station.run import entries as e
from station.run import journal
from station.run.engine import Engine, Watch
from station.run.guardian import Guardian, guarded
from station.run.inbox import Inbox
from station.run.journal import Journal
from station.run.judging import Judge
from station.run.live import Ownership, OwnershipLost
from station.run.operator import Operator, ScriptedOperator
from station.run.plan import BoundInstrument, PlannedObservation, PlannedPoint
from station.run.preflight import preflight, refuse_if_any
from station.run.rule import definition, is_of, rule_named
from station.run.standards import Standard
from station.run.state import RunState, fold, fold_all
from station.software import software, software_digest

COVERAGE_PROBABILITY = 0.9545
"""The laboratory's convention: k = 2.00 for many degrees of freedom (EA-4/02 M:2022, 5)."""


@dataclass(frozen=True)
class Setup:
    """What a run is to be done with.

    Attributes:
        bench: the bench file, and `bench_content` its bytes.
        standards: by role, each standard and the bytes of its certificate's file.
        simulate: put the bench into a simulated world in this process.
        real_time: let simulated time pass as on the wall.
        rule: name of the decision rule.
        by: who carries it out.
        record: where everything that goes over the wires is written down.
        replay: a recording that takes the place of all instruments.
        registered: by role, the standards that the register knows.
        language: "vi" or "en", what people are asked in.
    """

    procedure: Procedure
    bench: BenchFile
    bench_content: bytes
    standards: dict[str, tuple[Standard, bytes]]
    simulate: bool
    real_time: bool
    rule: str
    by: str
    record: TextIO | None = None
    replay: Recording | None = None
    registered: Mapping[str, Registered] = field(default_factory=dict)
    language: str = ""

    @property
    def in_process(self) -> bool:
        """Whether the run needs nothing that others could use: its bench is in this process."""
        return self.simulate or self.replay is not None

    @property
    def simulated(self) -> bool:
        """Whether no real instrument takes part."""
        return self.in_process or self.bench.simulation.control is not None

    @property
    def bench_digest(self) -> str:
        """The SHA-256 of the bench file."""
        return hashlib.sha256(self.bench_content).hexdigest()

    @property
    def claims(self) -> list[str]:
        """The addresses that no other run may use; a world in this process is nobody else's."""
        return claims_of(self.bench, simulate=self.in_process)

    @property
    def guarded_bench(self) -> BenchFile | None:
        """The bench that a guardian watches over; a world in this process ends with it."""
        return None if self.in_process else self.bench

    @property
    def tests(self) -> tuple[Test[Any], ...]:
        """The procedure's tests for the items on this bench.

        Raises:
            BadInput: there is no item, or no data for its model.
        """
        return self.procedure.tests(self.items)

    @property
    def items(self) -> dict[str, Item]:
        """What is calibrated, by role.

        Raises:
            BadInput: there is nothing, or more than one run can take.
        """
        items, most = items_of(self.bench), self.procedure.most_duts
        if not items:
            raise BadInput(f"The bench file has no [instruments.{DUT}]; put the DUT there.")
        if len(items) > most:
            raise BadInput(
                f"Procedure {self.procedure.name} takes {most} item(s) at once; the bench file has "
                f"{len(items)}: {', '.join(items)}. Leave some out."
            )
        return items


@dataclass(frozen=True)
class Session:
    """Who watches and who answers: what differs from one sitting to the next.

    `say` tells people what cannot be written down, because the store is away.
    """

    store: Store
    operator: Operator
    watch: Watch
    stop: threading.Event
    wall: SystemClock = field(default_factory=SystemClock)
    say: Callable[[str], None] = lambda text: None


def begin(setup: Setup, session: Session, announce: Callable[[str], None]) -> RunState:
    """Carry a new run out from preflight to its end; `announce` is told its id first.

    Raises:
        Refused: preflight found something, or the bench is in use; nothing was powered.
        InstrumentError, StationError: the run stopped; what was measured is kept.
    """
    store, tests = session.store, setup.tests
    with open_bench(
        setup.bench,
        simulate=setup.simulate,
        real_time=setup.real_time,
        record=setup.record,
        replay=setup.replay,
    ) as bench:
        on = day_of(bench.clock.now())
        run = f"{on:%Y%m%d}-{secrets.token_hex(3)}"
        with Ownership(store, run, setup.claims, session.wall) as ownership:
            identities = _checked(setup, tests, bench)
            with guarded(setup.guarded_bench) as guardian:
                begun = _begun(setup, tests, identities, run, on)
                _keep_files(setup, store)
                written = Journal.begin(store, begun, bench.clock)
                announce(run)
                (first,) = journal.read(store, run)
                session.watch(first, state := fold(RunState(), first))
                return _carry_on(setup, session, bench, written, state, ownership, guardian)


def resume(setup: Setup, session: Session, run: str) -> RunState:
    """Take `run` up again where its journal ends.

    Raises:
        JournalMismatch: it has ended, is being carried out, or what it rests on has changed.
        Refused, InstrumentError, StationError: as `begin`.
    """
    store = session.store
    with Ownership(store, run, setup.claims, session.wall) as ownership:
        # Read only now: nobody else writes any more.
        rows = list(journal.read(store, run))
        state = fold_all(rows)
        if state.ended:
            raise JournalMismatch(f"Run {run} is {state.status.value}: nothing is left to do.")
        with open_bench(
            setup.bench,
            simulate=setup.simulate,
            real_time=setup.real_time,
            not_before=state.last_at,
        ) as bench:
            identities = _checked(setup, setup.tests, bench)
            _refuse_changes(setup, state, identities)
            with guarded(setup.guarded_bench) as guardian:
                _keep_files(setup, store)
                written = Journal.behind(store, run, bench.clock, rows)
                row = written.append(_resumed(setup, state, identities))
                session.watch(row, state := fold(state, row))
                return _carry_on(setup, session, bench, written, state, ownership, guardian)


def _carry_on(
    setup: Setup,
    session: Session,
    bench: Bench,
    written: Journal,
    state: RunState,
    ownership: Ownership,
    guardian: Guardian | None,
) -> RunState:
    if isinstance(session.operator, ScriptedOperator):
        session.operator.look = bench.look
    engine = Engine(
        procedure=setup.procedure,
        tests=setup.tests,
        verification=setup.procedure.verification(setup.items),
        judge=Judge(
            {role: standard for role, (standard, _) in setup.standards.items()},
            rule_named(setup.rule),
            Coverage(COVERAGE_PROBABILITY),
        ),
        bench=bench,
        journal=written,
        state=state,
        ownership=ownership,
        vigil=guardian.confirm if guardian else lambda: None,
        watch=session.watch,
        operator=session.operator,
        inbox=Inbox(session.store, written.run, session.wall),
        wall=session.wall,
        stop=session.stop,
        say=session.say,
        refusal=_refusal(setup, session),
    )
    try:
        return engine.run()
    except OwnershipLost:
        # The bench is another engine's now: its own guardian watches over it.
        engine.outputs.safe = True
        raise
    finally:
        if guardian is not None and engine.outputs.safe:
            guardian.dismiss()


def _refusal(setup: Setup, session: Session) -> Callable[[str], str]:
    """Return what tells why somebody may not act in the run as of now, "" where he may.

    What a person begins is what he may do then; what runs by itself goes on when an authorisation
    ends meanwhile, but nothing more is taken of that person.
    """
    method = setup.procedure.found_as or setup.procedure.name

    def refusal(by: str) -> str:
        try:
            may_run(session.store, by, method, day_of(session.wall.now()))
        except Refused as refused:
            return str(refused)
        return ""

    return refusal


def _checked(setup: Setup, tests: Sequence[Test[Any]], bench: Bench) -> dict[str, Identity]:
    """Preflight, then ask every instrument who it is; nothing is powered before."""
    standards = {role: standard for role, (standard, _) in setup.standards.items()}
    on = day_of(bench.clock.now())
    duts = tuple(setup.items)
    checks = preflight(
        setup.procedure, tests, bench.instruments, standards, duts, on, setup.registered
    )
    refuse_if_any(checks)
    identities = {
        role: _declared(setup.bench.instruments[role], instrument.identify())
        for role, instrument in bench.instruments.items()
    }
    for role, standard in standards.items():
        certified, answering = standard.certificate.serial, identities[role].serial
        if certified != answering:
            raise OutOfCalibration(
                f"{role}: serial {answering} answers, certificate {standard.certificate.number} "
                f"is of serial {certified}. Name the certificate of this instrument."
            )
    return identities


def _declared(entry: InstrumentEntry, who: Identity) -> Identity:
    """Return the identity; of a model that cannot say its serial number, the bench file does."""
    who = replace(who, maker=entry.maker or who.maker, model=entry.type or who.model)
    if model_of(entry.model).states_serial or entry.serial is None:
        return who
    return replace(who, serial=entry.serial)


def claims_of(bench: BenchFile, *, simulate: bool) -> list[str]:
    """Return the addresses that one run alone may use."""
    reached = [entry.address for entry in bench.instruments.values()]
    return [] if simulate else [address for address in reached if address != PERSON]


def _keep_files(setup: Setup, store: Store) -> None:
    toml = "application/toml"
    store.keep(setup.bench_content, name="bench.toml", media_type=toml)
    for standard, content in setup.standards.values():
        store.keep(content, name=f"{standard.certificate.number}.toml", media_type=toml)


def _begun(
    setup: Setup, tests: Sequence[Test[Any]], identities: dict[str, Identity], run: str, on: date
) -> e.RunBegun:
    procedure, file = setup.procedure, setup.bench
    rule, items = rule_named(setup.rule), setup.items
    verification = procedure.verification(items)
    return e.RunBegun(
        run=run,
        procedure=procedure.name,
        revision=procedure.revision,
        procedure_digest=procedure.digest(items),
        title=procedure.title,
        method=procedure.method,
        software=software(),
        software_digest=software_digest(),
        simulated=setup.simulated,
        in_process=setup.in_process,
        replay=setup.replay.digest if setup.replay else None,
        seed=file.simulation.seed if setup.simulated else None,
        bench=file.bench.name,
        bench_digest=setup.bench_digest,
        operator=setup.by,
        rule=rule.name,
        rule_version=str(rule.version),
        rule_definition=definition(rule),
        coverage_probability=COVERAGE_PROBABILITY,
        dut=DUT,
        duts=tuple(items),
        observations=_observations(tests),
        verification=verification.document if verification else "",
        operation=verification.operation if verification else "",
        found_as=procedure.found_as,
        instruments=tuple(_bound(setup, role, who) for role, who in identities.items()),
        points=_plan(tests),
        laboratory=file.laboratory,
        order=file.order,
        language=setup.language,
        overrides=tuple(
            each for role, known in setup.registered.items() for each in known.overridden(role, on)
        ),
    )


def _plan(tests: Sequence[Test[Any]]) -> tuple[PlannedPoint, ...]:
    planned = []
    for test in tests:
        for point in test.points:
            tolerance = test.tolerance(point)
            planned.append(
                PlannedPoint(
                    id=point.id,
                    test=test.name,
                    title=test.title,
                    unit=test.unit,
                    nominal=point.nominal,
                    range=point.range,
                    range_unit=test.range_unit,
                    hertz=point.hertz,
                    lower=tolerance.limits.lower,
                    upper=tolerance.limits.upper,
                    tolerance_source=tolerance.source,
                    tolerance_verified=tolerance.verified,
                    seconds=0.0 if point.rests_on else test.seconds,
                    dut=point.dut,
                    rests_on=point.rests_on,
                    label=point.label,
                    standards=tuple(dict.fromkeys(use.role for use in test.standards)),
                    headings=test.headings,
                )
            )
    return tuple(planned)


def _observations(tests: Sequence[Test[Any]]) -> tuple[PlannedObservation, ...]:
    return tuple(
        PlannedObservation(
            id=point.id,
            test=test.name,
            title=test.title,
            unit=test.unit,
            nominal=point.nominal,
            seconds=test.seconds,
        )
        for test in tests
        for point in test.observations
    )


def _bound(setup: Setup, role: str, who: Identity) -> BoundInstrument:
    entry = setup.bench.instruments[role]
    bound = BoundInstrument(
        role=role,
        model=entry.model,
        title=model_of(entry.model).title,
        maker=who.maker,
        stated_model=who.model,
        serial=who.serial,
        firmware=who.firmware,
        address=entry.address,
        # The settings of a readout say nothing of the probe that is calibrated.
        details={**(entry.settings if entry.item is None else {}), **entry.details},
        item=entry.item,
    )
    if role not in setup.standards:
        return bound
    standard, _ = setup.standards[role]
    certificate = standard.certificate
    return bound.model_copy(
        update={
            "certificate": certificate.number,
            "certificate_digest": standard.digest,
            "certificate_issuer": certificate.issuer,
            "calibrated": certificate.date,
            "due": certificate.due,
            "traceability": certificate.traceability,
        }
    )


def _refuse_changes(setup: Setup, state: RunState, identities: dict[str, Identity]) -> None:
    """Refuse to mix results of two methods, two items or two certificates in one run."""
    begun = state.begun
    if begun is None:
        raise JournalMismatch("The run has no first entry. Begin a new run.")
    procedure = setup.procedure
    changed = []
    if (setup.simulated, setup.in_process) != (begun.simulated, begun.in_process):
        changed.append("real and simulated instruments")
    if not is_of(rule_named(setup.rule), begun):
        changed.append("decision rule, or its definition")
    if procedure.revision != begun.revision:
        changed.append(f"procedure revision {begun.revision} → {procedure.revision}")
    elif procedure.digest(setup.items) != begun.procedure_digest:
        changed.append("source text or data of the procedure")
    for bound in begun.instruments:
        if bound.role in state.removed:
            continue
        if bound.role not in identities:
            changed.append(f"{bound.role} is missing")
        elif identities[bound.role].serial != bound.serial:
            changed.append(f"serial of {bound.role}")
        elif bound.certificate_digest is not None:
            standard = setup.standards.get(bound.role)
            if standard is None or standard[0].digest != bound.certificate_digest:
                changed.append(f"certificate of {bound.role}")
    if changed:
        raise JournalMismatch(
            f"Run {begun.run} cannot go on; changed since it began: {', '.join(changed)}. "
            "Begin a new run."
        )


def _resumed(setup: Setup, state: RunState, identities: dict[str, Identity]) -> e.Resumed:
    return e.Resumed(
        operator=setup.by,
        software=software(),
        software_digest=software_digest(),
        bench_digest=setup.bench_digest,
        instruments=tuple(_bound(setup, role, who) for role, who in identities.items()),
        reason=_reason(state),
    )


def _reason(state: RunState) -> str:
    return state.fault.message if state.fault else "the engine ended without a word"
