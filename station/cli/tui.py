"""`station tui`: the operator's console."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from station.cli.common import acting, add_by, add_store, port
from station.errors import BadInput, Exit
from station.locale import LANGUAGES, preferred_language, translation

if TYPE_CHECKING:
    from station.tui.browser.serve import Listening
    from station.tui.desk import Desk

LOOPBACK = "8717"

SWITCH_SECONDS = 0.0005
"""How long (s) one thread keeps another waiting; Python's own 5 ms are felt in each key."""

DRIVER = "TEXTUAL_DRIVER"
"""Textual's variable that names what paints instead of a terminal."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("tui", help="watch runs and answer them in a terminal")
    add_store(parser)
    add_by(parser)
    parser.add_argument("--bench", type=Path, metavar="FILE", help="bench file for a new run")
    parser.add_argument("--lang", choices=LANGUAGES, help="default: from the locale")
    way = parser.add_mutually_exclusive_group()
    way.add_argument(
        "--plain", action="store_true", help="in lines of text, for screen readers; needs no screen"
    )
    way.add_argument(
        "--serve",
        nargs="?",
        type=_listening,
        const=LOOPBACK,
        metavar="[HOST:]PORT",
        help=f"in a browser on this computer (port {LOOPBACK}); its address is printed",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Show the screens until the operator quits; runs go on without them.

    Raises:
        BadInput: there is no terminal, or no such bench file, or the store cannot be opened.
        StoreFailed: the store does not answer.
    """
    import gc
    import os

    # Imports make a million objects that stay: looking for garbage among them delays the start.
    gc.set_threshold(50_000, 20, 100)
    _check_bench(args.bench)
    if not (args.plain or args.serve or DRIVER in os.environ):
        _check_terminal()
    desk = _desk(args, args.store or os.environ.get("STATION_STORE"))
    try:
        if DRIVER in os.environ:
            _take_a_seat(desk)
        _show(desk, args)
    finally:
        if DRIVER in os.environ:
            _leave_the_seat(desk)
        desk.store.close()
    return Exit.DONE


def _take_a_seat(desk: "Desk") -> None:
    """Begin at a seat of one's own: whoever signs in in one page does not in the others."""
    import os
    import secrets

    from station.register import sessions

    session = sessions.kept(desk.store.url)
    os.environ[sessions.SEAT] = secrets.token_hex(8)
    if session is not None:
        sessions.keep(desk.store.url, session)


def _leave_the_seat(desk: "Desk") -> None:
    from station.register import sessions

    sessions.forget(desk.store.url)


def _desk(args: argparse.Namespace, url: str | None) -> "Desk":
    """Return the desk of whoever starts the console; its store is open."""
    from station.clock import SystemClock
    from station.metrology.rounding import Notation
    from station.records.store import default_url, open_store
    from station.register import book
    from station.register.entries import Role
    from station.register.people import has_accounts
    from station.tui.desk import Desk
    from station.tui.parts.words import Speech
    from station.tui.settings import remembered, settings_path

    memory = remembered(settings_path())
    if args.bench is not None:
        memory.settings = memory.settings.model_copy(update={"bench": str(args.bench.resolve())})
    language = args.lang or memory.settings.language or preferred_language()
    say = Speech(translation(language), Notation(language))
    address = url or default_url()
    store = open_store(address)
    try:
        # The screens act: whoever only reads has `station runs` and `station show`.
        roles = (Role.TECHNICIAN, Role.REVIEWER, Role.APPROVER, Role.ADMINISTRATOR)
        by = acting(args, store, *roles, lasting=True)
        signed_in = has_accounts(book.read(store))
    except BaseException:
        store.close()
        raise
    return Desk(store, address, SystemClock(), say, by, signed_in=signed_in, memory=memory)


def _show(desk: "Desk", args: argparse.Namespace) -> None:
    """Show lines, a page, or the screens."""
    if args.serve:
        _serve(desk, args)
        return
    if args.plain:
        from station.tui.plain.console import PlainConsole
        from station.tui.plain.lines import TypedLines

        PlainConsole(desk, TypedLines()).run()
        return
    import gc

    from station.tui.app import StationConsole

    # What was imported stays: leaving it out of each collection keeps the event loop from
    # pausing for it. A thread that looks at the store gives way to a key at once.
    gc.freeze()
    sys.setswitchinterval(SWITCH_SECONDS)
    console = StationConsole(desk)
    console.run()
    if console.failure is not None:
        raise console.failure


def _serve(desk: "Desk", args: argparse.Namespace) -> None:
    from station.tui.browser.serve import serve

    console = [sys.executable, "-m", "station", "tui", "--by", desk.by]
    for option, value in (("--lang", args.lang), ("--bench", args.bench)):
        console += [option, str(value)] if value else []

    def announce(address: str) -> None:
        print(address, flush=True)
        print(f"Whoever has this address is {desk.by}. Ctrl-C ends it.", file=sys.stderr)
        if not args.serve.is_loopback:
            print(
                "It is open to other computers, and nothing is encrypted: whoever listens on "
                "the network can read passwords and take part. Better: serve on this computer "
                "alone, and reach it by `ssh -L`.",
                file=sys.stderr,
            )

    serve(console, desk.store_url, args.serve, desk.say, announce)


def _listening(text: str) -> "Listening":
    from station.tui.browser.serve import Listening

    host, _, number = text.rpartition(":")
    return Listening(host.strip("[]") or "127.0.0.1", port(number))


def _check_bench(bench: Path | None) -> None:
    if bench is not None and not bench.is_file():
        raise BadInput(
            "There is no bench file {bench!r}. Name one, or leave --bench out.", bench=str(bench)
        )


def _check_terminal() -> None:
    # The keys are read from standard input; the screens are painted on standard error.
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise BadInput(
            "`station tui` needs a terminal on standard input and standard error. "
            "`station runs` lists the runs without one."
        )
