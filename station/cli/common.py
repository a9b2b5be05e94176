"""What several commands share: the store they work on, and how a run is told line by line."""

import argparse
import getpass
import os
import sys
from datetime import date
from typing import TYPE_CHECKING

from station.errors import BadInput
from station.locale import Translate

if TYPE_CHECKING:
    from station.records.store import Store
    from station.register.entries import Role
    from station.run.entries import Entry
    from station.run.journal import Row
    from station.run.state import RunState

Subparsers = argparse._SubParsersAction  # noqa: SLF001  (argparse gives it no public name)


GREATEST_PORT = 65535


def natural(text: str) -> int:
    """Return a whole number from 0 up, for argparse."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 up")
    return int(text)


def port(text: str) -> int:
    """Return the number of a port, for argparse."""
    if not text.isdecimal() or int(text) > GREATEST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: 0 to {GREATEST_PORT}")
    return int(text)


def day(text: str) -> date:
    """Return a day, for argparse."""
    from station.days import typed_day

    try:
        return typed_day(text)
    except BadInput as error:
        raise argparse.ArgumentTypeError(f"{error}") from error


def descriptor(text: str) -> int:
    """Return the number of a file descriptor, for argparse; what is none is not repeated."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError("it takes a number; a password is never an argument")
    return int(text)


def add_store(parser: argparse.ArgumentParser) -> None:
    """Add --store."""
    parser.add_argument(
        "--store",
        metavar="URL",
        help="record store: a file name or a database address "
        "(default: the variable STATION_STORE, else the user's data folder)",
    )


def open_store_of(args: argparse.Namespace, *, create: bool = True) -> "Store":
    """Open the store that the command line, the environment or the default names."""
    from station.records.store import default_url, open_store

    url = args.store or os.environ.get("STATION_STORE") or default_url()
    return open_store(url, create=create)


def add_by(parser: argparse.ArgumentParser) -> None:
    """Add --by, and how a program proves it where the store has accounts."""
    parser.add_argument(
        "--by", metavar="NAME", help="who does it (default: who is signed in, else the login name)"
    )
    parser.add_argument(
        "--password-fd",
        type=descriptor,
        metavar="N",
        help="file descriptor to read the password from (or the variable STATION_PASSWORD); "
        "default: the session of `station login`, else asked for",
    )


def acting(
    args: argparse.Namespace,
    store: "Store",
    *roles: "Role",
    anew: bool = False,
    lasting: bool = False,
) -> str:
    """Return who acts, proved and with one of `roles` where the store has accounts.

    Every command that changes a record asks this first. With `anew` a session is not enough; with
    `lasting` a password begins one, for what is started from here.

    Raises:
        Refused: no account, no proof, or none of the roles.
    """
    from station.cli.person import proven

    return proven(args, store, *roles, anew=anew, lasting=lasting)


def by(args: argparse.Namespace) -> str:
    """Return who acts: after `acting`, who is proved; before, what is given."""
    proven: str = getattr(args, "proven", "")
    return proven or args.by or login_name()


def login_name() -> str:
    """Return the name with which this computer knows who types.

    Raises:
        BadInput: it knows none, as in some containers.
    """
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError) as error:
        raise BadInput(
            "This computer does not say who you are. Name yourself with --by."
        ) from error


class Teller:
    """Tells a run as it happens: one line an entry that a person wants to see."""

    def __init__(self, say: Translate, *, prompts: bool = True) -> None:
        self._say = say
        self._prompts = prompts

    def __call__(self, row: "Row", state: "RunState") -> None:
        """Print the line of `row`, if it has one."""
        line = self.told(row, state)
        if line:
            self.line(line)

    @staticmethod
    def line(text: str) -> None:
        """Print a line; whoever stops reading does not stop a calibration."""
        try:
            print(text, flush=True)
        except OSError:
            # From here on into nothing, also at the interpreter's own last flush.
            sys.stdout = open(os.devnull, "w", encoding="utf-8")

    def told(self, row: "Row", state: "RunState") -> str:
        """Return the line of `row`, "" where it has none."""
        from station.cli import telling as tell
        from station.run import entries as e

        say, entry = self._say, row.entry
        match entry:
            case e.RunBegun():
                return tell.items_lines(entry, say)
            case e.Prompted():
                # Ambient conditions are asked for where they are given.
                quiet = not self._prompts or entry.wants is e.PromptKind.NUMBER
                return "" if quiet else tell.prompt_lines(entry, say)
            case e.Observed():
                return tell.progress_line(state, tell.observation_line(entry, state, say))
            case e.Measured() | e.Overloaded():
                point = next(p for p in state.points if p.id == entry.point)
                return tell.progress_line(state, tell.outcome_line(entry, point, say))
            case e.Voided():
                return f"{say('void')}: {entry.point} ({entry.reason})"
            case e.Decided():
                of = f", {entry.dut}" if len(state.duts) > 1 else ""
                return f"{say(entry.phase.value)}{of}: {say(entry.verdict)}"
            case e.PausedByPerson():
                return say("paused")
            case e.MadeSafe() if entry.failures:
                named = "; ".join(each.told(say) for each in entry.unsafe)
                return f"{say('OUTPUTS MAY BE LIVE')}: {named}"
            case _:
                return _line_of_person(entry, say)


def _line_of_person(entry: "Entry", say: Translate) -> str:
    from station.cli import telling as tell
    from station.run import entries as e

    match entry:
        case e.Corrected():
            return tell.correction_line(entry, say)
        case e.Suspected():
            return f"{say('stands all the same')}: {entry.point}: {say(entry.suspicion)}"
        case e.Concluded():
            return "\n".join(tell.conclusion_lines(entry, say))
        case e.Inspected():
            return tell.inspection_line(entry, say)
        case e.Removed():
            return tell.removal_line(entry, say)
        case e.Skipped():
            return tell.skip_line(entry, say)
        case e.Noted():
            return tell.note_line(entry, say)
        case _:
            return ""
