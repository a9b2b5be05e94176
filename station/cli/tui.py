"""`station tui`: the operator's console."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from station.cli.common import acting, add_by, add_store
from station.errors import BadInput, Exit
from station.locale import LANGUAGES, preferred_language, translation

if TYPE_CHECKING:
    from station.tui.desk import Desk


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("tui", help="watch runs and answer them in a terminal")
    add_store(parser)
    add_by(parser)
    parser.add_argument("--bench", type=Path, metavar="FILE", help="bench file for a new run")
    parser.add_argument("--lang", choices=LANGUAGES, help="default: from the locale")
    parser.add_argument(
        "--plain", action="store_true", help="in lines of text, for screen readers; needs no screen"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Show the screens until the operator quits; runs go on without them.

    Raises:
        BadInput: there is no terminal, or no such bench file, or the store cannot be opened.
        StoreFailed: the store does not answer.
    """
    import os

    from station.clock import SystemClock
    from station.metrology.rounding import Notation
    from station.records.store import default_url, open_store
    from station.register import book
    from station.register.entries import Role
    from station.register.people import has_accounts
    from station.tui.desk import Desk
    from station.tui.parts.words import Speech
    from station.tui.settings import remembered, settings_path

    _check_bench(args.bench)
    if not args.plain:
        _check_terminal()
    url = args.store or os.environ.get("STATION_STORE") or default_url()
    memory = remembered(settings_path())
    if args.bench is not None:
        memory.settings = memory.settings.model_copy(update={"bench": str(args.bench.resolve())})
    language = args.lang or memory.settings.language or preferred_language()
    say = Speech(translation(language), Notation(language))
    store = open_store(url)
    try:
        # The screens act: whoever only reads has `station runs` and `station show`.
        by = acting(args, store, Role.TECHNICIAN, lasting=True)
    except BaseException:
        store.close()
        raise
    desk = Desk(
        *(store, url, SystemClock(), say, by),
        signed_in=has_accounts(book.read(store)),
        memory=memory,
    )
    try:
        _show(desk, plain=args.plain)
    finally:
        store.close()
    return Exit.DONE


def _show(desk: "Desk", *, plain: bool) -> None:
    """Show lines, or the screens."""
    if plain:
        from station.tui.plain.console import PlainConsole
        from station.tui.plain.lines import TypedLines

        PlainConsole(desk, TypedLines()).run()
        return
    import gc

    from station.tui.app import StationConsole

    # What was imported stays: leaving it out of each collection keeps the event loop from
    # pausing for it.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    StationConsole(desk).run()


def _check_bench(bench: Path | None) -> None:
    if bench is not None and not bench.is_file():
        raise BadInput(f"There is no bench file {str(bench)!r}. Name one, or leave --bench out.")


def _check_terminal() -> None:
    # The keys are read from standard input; the screens are painted on standard error.
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise BadInput(
            "`station tui` needs a terminal on standard input and standard error. "
            "`station runs` lists the runs without one."
        )
