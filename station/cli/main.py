"""`station`: reads the command line, runs one command, turns every failure into a sentence."""

import argparse
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import NoReturn

from station.cli import (
    audit,
    bench,
    budget,
    certificate,
    demo,
    dossier,
    equipment,
    export,
    laboratory,
    people,
    procedures,
    remove,
    review,
    run,
    runs,
    simulate,
    store,
    trace,
    tui,
    validate,
)
from station.errors import Exit, Phrase, StationError, told
from station.locale import LANGUAGES, preferred_language, translation

COMMANDS = (
    demo, procedures, run, remove, runs, tui, simulate, bench, budget, validate, certificate, audit,
    store, people, equipment, review, trace, dossier, export, laboratory,
)  # fmt: skip


class _Parser(argparse.ArgumentParser):
    """An argument parser whose complaint is one line and says where help is."""

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message}. See `{self.prog} --help`.", file=sys.stderr)
        raise SystemExit(Exit.BAD_INPUT)


class _Version(argparse.Action):
    """Prints the version; asked for only then, because the answer takes as long as the rest."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        print(f"calibration-station {version('calibration-station')}")
        raise SystemExit(Exit.DONE)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    made = _Parser(
        prog="station",
        description="Instrument control and automated calibration.",
        epilog="Exit codes: 0 done, 2 wrong use or bad input, 3 an instrument or the store failed, "
        "4 refused by a rule, 130 aborted.",
    )
    made.add_argument("--version", action=_Version, nargs=0, help="print the version and end")
    subparsers = made.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_parser(subparsers)
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; no traceback reaches the user."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that lacks Ω or ạ shows a substitute; it does not end a calibration.
            stream.reconfigure(errors="replace")
    args = argparse.Namespace()
    try:
        parser().parse_args(argv, args)
        code: int = args.run(args)
        sys.stdout.flush()
    except StationError as error:
        return _report(error, args, error.exit)
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except KeyboardInterrupt:
        return _report(Phrase("interrupted"), args, Exit.ABORTED)
    except BaseExceptionGroup as group:
        for failure in group.exceptions:
            _report(failure, args, Exit.FAILED)
        live = Phrase("OUTPUTS MAY BE LIVE: check the instruments by hand.")
        return _report(live, args, Exit.FAILED)
    except Exception as error:
        return _unexpected(error, args)
    return code


def _report(what: BaseException | Phrase, args: argparse.Namespace, code: int) -> int:
    """Say what happened in the reader's language: as the command was told, else as the computer."""
    asked = getattr(args, "lang", None)
    say = translation(asked if asked in LANGUAGES else preferred_language())
    words = told(what, say) if isinstance(what, Exception | Phrase) else what
    print(f"station: {words}", file=sys.stderr)
    return code


def _unexpected(error: Exception, args: argparse.Namespace) -> int:
    from drivers.errors import InstrumentError
    from station.metrology.errors import MetrologyError

    if isinstance(error, InstrumentError):
        return _report(error, args, Exit.FAILED)
    if isinstance(error, MetrologyError):
        return _report(error, args, Exit.BAD_INPUT)
    import traceback

    from platformdirs import user_log_path

    folder = user_log_path("calibration-station", appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    report = folder / "last-error.txt"
    report.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    what = Phrase(
        "internal error ({kind}: {error}). Please report it with {report}.",
        kind=type(error).__name__,
        error=error,
        report=report,
    )
    return _report(what, args, Exit.FAILED)


if __name__ == "__main__":
    raise SystemExit(main())
