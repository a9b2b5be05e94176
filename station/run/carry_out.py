"""Beginning a run, and taking one up again: set up, checked, and handed to the engine."""

import secrets
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from drivers.capabilities import Identity
from drivers.catalogue import model_of
from station.bench import Bench, open_bench
from station.bench_file import InstrumentEntry
from station.clock import SystemClock, day_of
from station.errors import JournalMismatch, OutOfCalibration, Phrase, Refused
from station.metrology.coverage import Coverage
from station.procedure import Test
from station.records.store import Store
from station.register.people import may_run
from station.run import journal
from station.run.beginning import begun, refuse_changes, resumed
from station.run.engine import Engine, Watch
from station.run.guardian import Guardian, Watched, guarded
from station.run.inbox import Inbox
from station.run.journal import Journal
from station.run.judging import Judge
from station.run.live import Ownership, OwnershipLost
from station.run.operator import Operator, ScriptedOperator
from station.run.people import People
from station.run.preflight import preflight, refuse_if_any
from station.run.rule import rule_named
from station.run.sentry import Sentry
from station.run.setup import COVERAGE_PROBABILITY, Setup
from station.run.state import RunState, fold, fold_all


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
    say: Callable[[Phrase], None] = lambda text: None


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
            with guarded(_watched(setup, store, run, ownership)) as guardian:
                first_entry = begun(setup, tests, identities, run, on)
                _keep_files(setup, store)
                written = Journal.begin(store, first_entry, bench.clock)
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
            raise JournalMismatch(
                "Run {run} is {status}: nothing is left to do.", run=run, status=state.status
            )
        with open_bench(
            setup.bench,
            simulate=setup.simulate,
            real_time=setup.real_time,
            not_before=state.last_at,
        ) as bench:
            identities = _checked(setup, setup.tests, bench)
            refuse_changes(setup, state, identities)
            with guarded(_watched(setup, store, run, ownership)) as guardian:
                _keep_files(setup, store)
                written = Journal.behind(store, run, bench.clock, rows)
                row = written.append(resumed(setup, state, identities))
                session.watch(row, state := fold(state, row))
                return _carry_on(setup, session, bench, written, state, ownership, guardian)


def _watched(setup: Setup, store: Store, run: str, ownership: Ownership) -> Watched | None:
    bench = setup.guarded_bench
    if bench is None:
        return None
    return Watched(bench=bench, store=store.url, run=run, engine=ownership.engine)


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
    sentry = Sentry(ownership, session.store, written.run, session.wall)
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
        vigil=lambda: _confirm(guardian, sentry, engine.people),
        watch=session.watch,
        operator=session.operator,
        inbox=Inbox(session.store, written.run, session.wall),
        wall=session.wall,
        stop=session.stop,
        say=session.say,
        refusal=_refusal(setup, session),
    )
    try:
        # Where time passes at once nobody waits for a reading.
        with sentry.watching(engine.outputs) if bench.paced else nullcontext():
            return engine.run()
    except OwnershipLost:
        # The bench is another engine's now: its own guardian watches over it.
        engine.outputs.safe = True
        raise
    finally:
        if guardian is not None and engine.outputs.safe:
            guardian.dismiss()


def _confirm(guardian: Guardian | None, sentry: Sentry, people: People) -> None:
    """Make sure that somebody watches over the bench, and that nobody wants the run to end."""
    if guardian is not None:
        guardian.confirm()
    if sentry.abort is not None:
        people.aborted(sentry.abort)


def _refusal(setup: Setup, session: Session) -> Callable[[str], Refused | None]:
    """Return what tells why somebody may not act in the run as of now, None where he may.

    What a person begins is what he may do then; what runs by itself goes on when an authorisation
    ends meanwhile, but nothing more is taken of that person.
    """
    method = setup.procedure.found_as or setup.procedure.name

    def refusal(by: str) -> Refused | None:
        try:
            may_run(session.store, by, method, day_of(session.wall.now()))
        except Refused as refused:
            return refused
        return None

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
                "{role}: serial {answering} answers, certificate {certificate} is of serial "
                "{certified}. Name the certificate of this instrument.",
                role=role,
                answering=answering,
                certificate=standard.certificate.number,
                certified=certified,
            )
    return identities


def _declared(entry: InstrumentEntry, who: Identity) -> Identity:
    """Return the identity; of a model that cannot say its serial number, the bench file does."""
    who = replace(who, maker=entry.maker or who.maker, model=entry.type or who.model)
    if model_of(entry.model).states_serial or entry.serial is None:
        return who
    return replace(who, serial=entry.serial)


def _keep_files(setup: Setup, store: Store) -> None:
    toml = "application/toml"
    store.keep(setup.bench_content, name="bench.toml", media_type=toml)
    for standard, content in setup.standards.values():
        store.keep(content, name=f"{standard.certificate.number}.toml", media_type=toml)
