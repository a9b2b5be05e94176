"""`station validate`: does U cover the truth as often as it claims? Proof by simulation."""

import argparse
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from station.cli.common import Subparsers, natural
from station.clock import Clock, SystemClock
from station.errors import BadInput, Exit

if TYPE_CHECKING:
    from station.validation.report import Report

TRIALS = 300
SEED = 1

PARTS = 10
"""How often progress is told where the line cannot be written over."""

BAR = 30
"""Characters of the bar that is drawn where it can."""

ABOUT = """\
Carries whole calibrations out on the simulated bench, in virtual time, with true errors drawn from
what certificates and specifications state, and counts how often the reported interval y ± U covers
the truth, and how many verdicts are false. The report is the same for the same seed, whatever the
number of workers. Ctrl-C ends it early and reports what was done, as incomplete.
"""

CODES = (
    "Exit codes: 0 coverage is compatible with the claim, 4 it is not (below it by more than "
    "chance) or U is wider than the limits, 130 interrupted; otherwise as for every command."
)


def add_parser(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "validate", help="prove a procedure by simulation", description=ABOUT, epilog=CODES
    )
    parser.add_argument("procedure", metavar="PROCEDURE")
    parser.add_argument(
        "--trials", type=_positive, default=TRIALS, help=f"whole calibrations (default: {TRIALS})"
    )
    parser.add_argument("--seed", type=natural, default=SEED, help=f"default: {SEED}")
    parser.add_argument(
        "--workers", type=_positive, help="processes (default: as many as processors)"
    )
    parser.add_argument(
        "--bench",
        type=Path,
        metavar="FILE",
        help="another bench file, for the U of your own standards "
        "(default: the one the procedure names)",
    )
    parser.add_argument("--rule", help="decision rule (default: that of `station run`)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of Markdown")
    parser.add_argument("--out", type=Path, metavar="FILE.md", help="write the Markdown there too")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prove the procedure and print the report; 4 where it is not proved.

    Raises:
        BadInput: there is no such procedure, or it does not say on what it can be proved.
        TrialFailed: a run of a trial stopped.
    """
    from station.cli.run import told_to_stop
    from station.procedure import find_procedure
    from station.run.setup import COVERAGE_PROBABILITY
    from station.validation.finding import assessed
    from station.validation.report import Report
    from station.validation.study import studied
    from station.validation.subject import subject

    proved = subject(find_procedure(args.procedure), _rule(args), args.bench)
    progress = Progress(args.trials, SystemClock(), sys.stderr)
    with told_to_stop() as stop:
        trials = studied(
            proved,
            seed=args.seed,
            trials=args.trials,
            workers=args.workers or os.cpu_count() or 1,
            stop=stop,
            progress=progress.tell,
        )
    progress.end()
    study = assessed(trials, claim=COVERAGE_PROBABILITY, planned=args.trials)
    report = Report(proved, study, args.seed, _command(args))
    _print(report, args)
    if not study.complete:
        return Exit.ABORTED
    return Exit.DONE if study.proved else Exit.REFUSED


def _rule(args: argparse.Namespace) -> str:
    from station.run import DEFAULT_RULE
    from station.run.rule import rule_named

    return rule_named(args.rule or DEFAULT_RULE).name


def _print(report: "Report", args: argparse.Namespace) -> None:
    print(report.as_json() if args.json else report.as_markdown())
    if args.out is not None:
        try:
            args.out.write_text(report.as_markdown() + "\n", encoding="utf-8")
        except OSError as error:
            raise BadInput(
                "{path}: cannot be written ({why}).", path=args.out, why=error
            ) from error
    print(report.verdict, file=sys.stderr)


def _command(args: argparse.Namespace) -> str:
    """Return what must be typed to get the same report; workers and files do not change it."""
    words = ["station", "validate", args.procedure]
    words += ["--trials", str(args.trials), "--seed", str(args.seed)]
    words += [] if args.bench is None else ["--bench", str(args.bench)]
    words += [] if args.rule is None else ["--rule", args.rule]
    return shlex.join(words)


def _positive(text: str) -> int:
    number = natural(text)
    if number == 0:
        raise argparse.ArgumentTypeError("0 is not enough; state at least 1")
    return number


class Progress:
    """Says how many trials are done and how long the rest will take."""

    def __init__(self, total: int, clock: Clock, output: TextIO) -> None:
        self._total, self._clock, self._output = total, clock, output
        self._began = clock.monotonic()
        self._over = output.isatty()
        self._told = 0

    def tell(self, done: int) -> None:
        """Tell that `done` trials are done; on a terminal over the line before."""
        left = (self._clock.monotonic() - self._began) * (self._total - done) / done
        line = f"{done}/{self._total} trials, {left:.0f} s left"
        if self._over:
            full = BAR * done // self._total
            bar = "█" * full + "░" * (BAR - full)
            print(f"\r{bar} {line:<40}", end="", file=self._output, flush=True)
        elif done * PARTS // self._total > self._told * PARTS // self._total:
            print(line, file=self._output, flush=True)
        self._told = done

    def end(self) -> None:
        """End the line that was written over."""
        if self._over and self._told:
            print(file=self._output)
