"""`station run`, `resume`, `abort`: one calibration, carried out by this process."""

import argparse
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from station.cli.common import Subparsers, Teller, acting, add_by, add_store, by, open_store_of
from station.cli.faults import add_faults, with_faults
from station.errors import BadInput, Exit, JournalMismatch, Phrase, StationError
from station.locale import LANGUAGES, preferred_language, translation
from station.run import DEFAULT_RULE

if TYPE_CHECKING:
    from drivers.link.recording import Recording
    from station.bench_file import BenchFile
    from station.records.store import Store
    from station.run.entries import RunBegun
    from station.run.operator import Operator
    from station.run.setup import Setup

ABORT_SECONDS = 10.0
"""How long (s) an engine may take to obey: one reading, and the calibrator's standby."""


def add_parser(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Add the commands to the command line."""
    run = subparsers.add_parser("run", help="carry out a calibration")
    run.add_argument("procedure", metavar="PROCEDURE")
    run.add_argument("--bench", type=Path, required=True, metavar="FILE")
    way = run.add_mutually_exclusive_group()
    way.add_argument("--simulate", action="store_true", help="on the simulated bench")
    way.add_argument("--replay", type=Path, metavar="FILE", help="on what was recorded")
    add_faults(run)
    run.add_argument("--record", type=Path, metavar="FILE", help="write down what is said")
    run.add_argument(
        "--rule", help=f"decision rule where the order names none (default: {DEFAULT_RULE})"
    )
    run.set_defaults(run=_run)
    resume = subparsers.add_parser("resume", help="take an interrupted run up again")
    resume.add_argument("id", metavar="RUN")
    resume.add_argument("--bench", type=Path, metavar="FILE", help="another bench file")
    resume.set_defaults(run=_resume)
    for parser in (run, resume):
        parser.add_argument(
            "--operator",
            choices=("console", "auto", "inbox"),
            default="console",
            help="who answers: this terminal, a script at a simulated bench, or the screens",
        )
        parser.add_argument(
            "--real-time", action="store_true", help="simulated time as on the wall"
        )
        parser.add_argument(
            "--lang",
            choices=LANGUAGES,
            help="default: the run's, where there is one; else the locale",
        )
        add_by(parser)
        add_store(parser)
    abort = subparsers.add_parser("abort", help="end a run for good; outputs go to standby")
    abort.add_argument("id", metavar="RUN")
    abort.add_argument("--reason", default="")
    add_by(abort)
    add_store(abort)
    abort.set_defaults(run=_abort)


def _run(args: argparse.Namespace) -> int:
    from drivers.errors import InstrumentError
    from station.bench_file import read_bench_file, read_standards
    from station.procedure import find_procedure
    from station.register.equipment_bench import with_register
    from station.run.carry_out import Session, begin
    from station.run.rule import agreed_rule
    from station.run.setup import Setup

    args.lang = args.lang or preferred_language()
    file, content = read_bench_file(args.bench)
    if args.fault and not args.simulate:
        raise BadInput("--fault goes with --simulate: a real instrument fails by itself.")
    file = with_faults(file, args)
    if args.record is not None and args.record.exists():
        # Before a store is made for nothing.
        raise BadInput("{path}: it exists. A recording needs a new file.", path=args.record)
    setup = Setup(
        procedure=find_procedure(args.procedure),
        bench=file,
        bench_content=content,
        standards=read_standards(file, args.bench.parent),
        simulate=args.simulate,
        real_time=args.real_time,
        rule=agreed_rule(file.order, args.rule, default=DEFAULT_RULE).name,
        by=by(args),
        replay=None if args.replay is None else recording(args.replay),
        language=args.lang,
    )
    tell, method = teller(args), setup.procedure.found_as or setup.procedure.name
    with ExitStack() as opening:
        store = opening.enter_context(open_store_of(args))
        setup = replace(setup, by=allowed(args, store, method))
        setup = with_register(setup, store)
        operator = operator_for(args, file, simulate=setup.in_process)
        if args.record is not None:
            setup = replace(setup, record=opening.enter_context(_new_file(args.record)))
        stop = opening.enter_context(told_to_stop())
        begun: list[str] = []

        def announce(run: str) -> None:
            begun.append(run)
            tell.line(run)

        try:
            say = complaint(args)
            begin(setup, Session(store, operator, tell, stop, say=say), announce)
        except InstrumentError:
            if begun and setup.replay is None:
                way_on = Phrase("`station resume {run}` goes on where it stopped.", run=begun[0])
                print(way_on.told(translation(args.lang)), file=sys.stderr)
            raise
    return Exit.DONE


def allowed(args: argparse.Namespace, store: "Store", procedure: str) -> str:
    """Return who carries the procedure out, proved and authorised where people are checked.

    Raises:
        Refused: no proof, no technician, or not authorised today.
    """
    from station.clock import SystemClock, day_of
    from station.register.people import may_run

    who = acting(args, store)
    may_run(store, who, procedure, day_of(SystemClock().now()))
    return who


def complaint(args: argparse.Namespace) -> Callable[[Phrase], None]:
    """Return what tells people what cannot be written down; nobody there to be told is no fault."""
    say = translation(args.lang)

    def complain(what: Phrase) -> None:
        with suppress(OSError):
            print(f"station: {what.told(say)}", file=sys.stderr, flush=True)

    return complain


def recording(path: Path) -> "Recording":
    """Return the recording at `path`.

    Raises:
        BadInput: it cannot be read, or is none.
    """
    from drivers.link.recording import BadRecording, read_recording
    from station.files import read_bytes

    try:
        return read_recording(read_bytes(path).decode("ascii", "replace"))
    except BadRecording as error:
        raise BadInput(
            "{path}: {error}. Name a file that --record wrote.", path=path, error=error
        ) from error


def _new_file(path: Path) -> TextIO:
    try:
        return path.open("x", encoding="ascii")
    except OSError as error:
        raise BadInput(
            "{path}: {why}. A recording needs a new file.", path=path, why=error
        ) from error


def _resume(args: argparse.Namespace) -> int:
    from station.register.equipment_bench import with_register
    from station.run import journal
    from station.run.carry_out import Session, resume
    from station.run.state import fold_all

    with open_store_of(args, create=False) as store, told_to_stop() as stop:
        run = store.find_run(args.id).id
        begun = fold_all(journal.read(store, run)).begun
        if begun is None:
            raise BadInput("Run {run} has no first entry. Begin a new run.", run=run)
        if begun.replay is not None:
            raise BadInput("Run {run} was a replay: replay the recording again.", run=run)
        allowed(args, store, begun.found_as or begun.procedure)
        args.lang = args.lang or begun.language or preferred_language()
        tell = teller(args)
        setup = with_register(setup_again(store, begun, args), store)
        operator = operator_for(args, setup.bench, simulate=setup.simulate)
        tell.line(run)
        resume(setup, Session(store, operator, tell, stop, say=complaint(args)), run)
    return Exit.DONE


def teller(args: argparse.Namespace) -> Teller:
    """Return what tells a run on standard output; a console operator shows prompts itself."""
    return Teller(translation(args.lang), prompts=args.operator != "console")


def setup_again(store: "Store", begun: "RunBegun", args: argparse.Namespace) -> "Setup":
    """Return the setup of a run from what was kept when it began, or from another bench file."""
    from station.bench_file import BenchFile, parse_standard, read_bench_file, read_standards
    from station.files import parse_toml
    from station.procedure import find_procedure
    from station.run.setup import Setup

    if args.bench is not None:
        file, content = read_bench_file(args.bench)
        standards = read_standards(file, args.bench.parent)
    else:
        content = store.document(begun.bench_digest)
        file = parse_toml(content, BenchFile, name="the kept bench file")
        standards = {}
        for bound in begun.instruments:
            if bound.certificate_digest is not None:
                kept = store.document(bound.certificate_digest)
                name = f"kept certificate {bound.certificate}"
                standards[bound.role] = (parse_standard(bound.role, kept, name=name), kept)
    if begun.seed is not None:
        # The same world again, also where the seed came from the command line.
        world = file.simulation.model_copy(update={"seed": begun.seed})
        file = file.model_copy(update={"simulation": world})
    return Setup(
        procedure=find_procedure(begun.found_as or begun.procedure),
        bench=file,
        bench_content=content,
        standards=standards,
        simulate=begun.in_process,
        real_time=args.real_time,
        rule=begun.rule,
        by=by(args),
    )


def _abort(args: argparse.Namespace) -> int:
    from station.clock import SystemClock
    from station.run import journal
    from station.run.inbox import Abort, send
    from station.run.live import engine_alive
    from station.run.state import fold_all

    clock = SystemClock()
    with open_store_of(args, create=False) as store:
        # Whoever has an account may end a run: its outputs go to standby.
        acting(args, store)
        run = store.find_run(args.id).id
        state = fold_all(journal.read(store, run))
        if state.ended:
            raise JournalMismatch("Run {run} is {status} already.", run=run, status=state.status)
        engine = engine_alive(store, run, clock)
        if engine is None:
            return _abort_alone(store, run, args)
        send(store, run, Abort(by=by(args), reason=args.reason), clock.now())
        end = clock.monotonic() + ABORT_SECONDS
        while clock.monotonic() < end:
            # In this order: what an engine that is gone has written is there to be read.
            gone = engine_alive(store, run, clock) is None
            if fold_all(journal.read(store, run)).ended:
                print(f"{run}: aborted; the outputs are in standby")
                return Exit.DONE
            if gone:
                return _abort_alone(store, run, args)
            clock.sleep(0.1)
    raise StationError(
        "{run}: its engine {engine} was told to abort and has not done so in {seconds:g} "
        "s. Look at the bench, and at `station show {run}`.",
        run=run,
        engine=engine,
        seconds=ABORT_SECONDS,
    )


def _abort_alone(store: "Store", run: str, args: argparse.Namespace) -> int:
    """End a run that no engine carries out; whatever is live on its bench goes to standby."""
    from station.bench import open_bench
    from station.bench_file import BenchFile
    from station.clock import SystemClock, not_before
    from station.files import parse_toml
    from station.run import journal
    from station.run.entries import Aborted
    from station.run.live import Ownership
    from station.run.outputs import Outputs
    from station.run.setup import claims_of
    from station.run.state import fold_all

    rows = list(journal.read(store, run))
    begun, last = fold_all(rows).begun, rows[-1].at
    if begun is None:
        raise BadInput("Run {run} has no first entry. `station audit` says more.", run=run)
    content = store.document(begun.bench_digest)
    file = parse_toml(content, BenchFile, name="the kept bench file")
    claims = claims_of(file, simulate=begun.in_process)
    with (
        Ownership(store, run, claims, SystemClock()),
        open_bench(file, simulate=begun.in_process, not_before=last) as bench,
    ):
        outputs = Outputs(bench.instruments)
        failures = [] if begun.in_process else outputs.standby()
        written = journal.Journal.behind(store, run, not_before(last), rows)
        if not begun.in_process:
            written.append(outputs.report(failures))
        written.append(Aborted(by=by(args), reason=args.reason))
    print(f"{run}: aborted; no engine was carrying it out")
    for failure in failures:
        live = Phrase("OUTPUT MAY BE LIVE: {failure}", failure=failure)
        print(live.told(translation(preferred_language())), file=sys.stderr)
    return Exit.FAILED if failures else Exit.DONE


def operator_for(args: argparse.Namespace, file: "BenchFile", *, simulate: bool) -> "Operator":
    """Return who answers the run's prompts.

    Raises:
        BadInput: a script is asked to wire a real bench.
    """
    from station.run.operator import ConsoleOperator, InboxOperator, ScriptedOperator

    if args.operator == "inbox":
        return InboxOperator(by(args))
    if args.operator == "console":
        return ConsoleOperator(by(args), translation(args.lang))
    if not simulate and file.simulation.control is None:
        raise BadInput(
            "--operator auto has no hands on a real bench. Use --simulate, or name the control "
            "address that `station simulate` prints under [simulation] control."
        )
    world = file.simulation
    room = {
        "°C": world.ambient_celsius,
        "%": world.humidity_percent,
        "hPa": world.pressure_pascals / 100.0,
    }
    return ScriptedOperator(by(args), room)


@contextmanager
def told_to_stop() -> Iterator[threading.Event]:
    """Yield an event that Ctrl-C and SIGTERM set, so that the engine ends at a safe place."""
    stop = threading.Event()
    kinds = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(kind, lambda *_: stop.set()) for kind in kinds]
    try:
        yield stop
    finally:
        for kind, handler in zip(kinds, before, strict=True):
            signal.signal(kind, handler)
