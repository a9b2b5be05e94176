"""`station people`, `login`, `logout`: accounts, roles, authorisations, sessions."""

import argparse
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from station.cli.common import (
    Subparsers,
    acting,
    add_by,
    add_store,
    day,
    descriptor,
    open_store_of,
)
from station.errors import Exit

if TYPE_CHECKING:
    from station.records.store import Store
    from station.register.entries import Entry
    from station.register.state import Person, Register

SECRET = {"hash", "session"}
"""What an entry of the register has that is not told, though nobody can sign in with it."""

ROLES = ("technician", "reviewer", "approver", "administrator", "auditor")


def add_parser(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Add the commands to the command line."""
    people = subparsers.add_parser("people", help="accounts, roles, authorisations")
    commands = people.add_subparsers(title="commands", metavar="COMMAND", required=True)
    listed = commands.add_parser("list", help="who has an account, which roles, since when what")
    listed.add_argument("--json", action="store_true", help="print JSON")
    add_store(listed)
    listed.set_defaults(run=_list)
    told = commands.add_parser("history", help="what was written of accounts: by whom, and when")
    told.add_argument("login", nargs="?", metavar="LOGIN", help="(default: all)")
    told.add_argument("--json", action="store_true", help="print JSON")
    add_store(told)
    told.set_defaults(run=_history)
    add = _command(commands, "add", _add, "make an account; the first is an administrator's")
    add.add_argument("--name", required=True, help="as certificates print it")
    add.add_argument("--role", choices=ROLES, action="append", default=[], help="may be repeated")
    add.add_argument(
        "--unattended", action="store_true", help="a program's: its password is made and printed"
    )
    password = _command(commands, "password", _password, "set a new password; one's own by default")
    for parser in (add, password):
        parser.add_argument(
            "--new-password-fd",
            type=descriptor,
            metavar="N",
            help="file descriptor to read it from (or the variable STATION_NEW_PASSWORD)",
        )
    rename = _command(commands, "rename", _rename, "enter another name of somebody")
    rename.add_argument("--name", required=True, help="as certificates print it from now on")
    role = _command(commands, "role", _role, "give or take a role")
    role.add_argument("role", choices=ROLES)
    role.add_argument("--take", action="store_true", help="take it")
    authorise = _command(commands, "authorise", _authorise, "let somebody carry a method out")
    authorise.add_argument("procedure", metavar="PROCEDURE")
    authorise.add_argument("--since", type=day, required=True, metavar="DATE")
    authorise.add_argument("--until", type=day, required=True, metavar="DATE")
    end = _command(commands, "end", _end, "end an account, or one authorisation")
    end.add_argument("--procedure", metavar="PROCEDURE", help="end this authorisation alone")
    end.add_argument("--reason", required=True)
    _add_sessions(subparsers)


def _add_sessions(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    login = subparsers.add_parser("login", help="give the password once for some hours")
    logout = subparsers.add_parser("logout", help="end that")
    add_by(login)
    for parser, run in ((login, _login), (logout, _logout)):
        add_store(parser)
        parser.set_defaults(run=run)


def _command(commands: Any, name: str, run: Any, help: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help)
    parser.add_argument("login", metavar="LOGIN")
    add_by(parser)
    add_store(parser)
    parser.set_defaults(run=run)
    return parser


def _add(args: argparse.Namespace) -> int:
    """Make an account.

    Raises:
        Refused, BadInput: see `station.register.people.added`; nothing was written.
    """
    from station.cli.person import new_password
    from station.register import book, people
    from station.register.entries import Role
    from station.register.passwords import hashed, new_token

    roles = [Role(role) for role in args.role]
    with open_store_of(args) as store:
        first = not people.has_accounts(book.read(store))
        # Whoever makes the first account is its owner: nobody else is there to say so.
        by = args.login if first else acting(args, store, Role.ADMINISTRATOR)
        checked = dict(by=by, login=args.login, name=args.name, unattended=args.unattended)

        def decide(register: "Register") -> "Sequence[Entry]":
            return people.added(register, **checked, hash=encoded, roles=roles)

        # Refused before a password is asked for, and again when it is written.
        encoded = ""
        decide(book.read(store))
        password = new_token() if args.unattended else new_password(args, args.login)
        encoded = hashed(password)
        person = _act(store, decide).people[args.login]
    print(_line(person))
    if args.unattended:
        print(f"Its password, shown this once: {password}")
    return Exit.DONE


def _list(args: argparse.Namespace) -> int:
    from station.register import book

    with open_store_of(args, create=False) as store:
        people = book.read(store).people.values()
    if args.json:
        print(json.dumps([_as_json(person) for person in people], ensure_ascii=False, indent=2))
        return Exit.DONE
    if not people:
        print("No accounts: nobody is checked. `station people add` makes the first one.")
    for person in people:
        print(_line(person))
    return Exit.DONE


def _history(args: argparse.Namespace) -> int:
    from station.clock import ZONE
    from station.register import book
    from station.register.people import account

    with open_store_of(args, create=False) as store:
        if args.login is not None:
            account(book.read(store), args.login)
        written = [
            (row.at, row.entry.model_dump(mode="json", exclude=SECRET)) for row in book.rows(store)
        ]
    of_people = [(at, body) for at, body in written if "login" in body]
    asked = [each for each in of_people if args.login in (None, each[1]["login"])]
    if args.json:
        told = [{"at": at.isoformat(), **body} for at, body in asked]
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return Exit.DONE
    for at, body in asked:
        login, kind, by = body.pop("login"), body.pop("kind"), body.pop("by", "")
        words = ", ".join(f"{name} {value}" for name, value in body.items() if value)
        signed = f"  (by {by})" if by else ""
        print(
            f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}  {login:<12} {kind:<20} {words}{signed}".rstrip()
        )
    return Exit.DONE


def _password(args: argparse.Namespace) -> int:
    from station.cli.person import new_password
    from station.register import book, people
    from station.register.passwords import hashed, new_token

    with open_store_of(args, create=False) as store:
        # Whoever finds a session open shall not keep the account with it.
        by = acting(args, store, anew=True)
        person = people.account(book.read(store), args.login)
        people.password_set(book.read(store), by=by, login=args.login, hash="")
        password = new_token() if person.unattended else new_password(args, args.login)
        encoded = hashed(password)
        _act(store, lambda r: people.password_set(r, by=by, login=args.login, hash=encoded))
    print(f"{args.login}: a new password; sessions with the old one are over")
    if person.unattended:
        print(f"It is, shown this once: {password}")
    return Exit.DONE


def _rename(args: argparse.Namespace) -> int:
    from station.register import people
    from station.register.entries import Role

    with open_store_of(args, create=False) as store:
        by = acting(args, store, Role.ADMINISTRATOR)
        return _told(store, args.login, lambda r: people.renamed(
            r, by=by, login=args.login, name=args.name
        ))  # fmt: skip


def _role(args: argparse.Namespace) -> int:
    from station.register import people
    from station.register.entries import Role

    role = Role(args.role)
    with open_store_of(args, create=False) as store:
        by = acting(args, store, Role.ADMINISTRATOR)
        return _told(store, args.login, lambda r: people.role_changed(
            r, by=by, login=args.login, role=role, taken=args.take
        ))  # fmt: skip


def _authorise(args: argparse.Namespace) -> int:
    from station.procedure import find_procedure
    from station.register import people
    from station.register.entries import Role

    found = find_procedure(args.procedure)
    procedure = found.found_as or found.name
    with open_store_of(args, create=False) as store:
        by = acting(args, store, Role.ADMINISTRATOR)
        return _told(store, args.login, lambda r: people.authorised(
            r, by=by, login=args.login, procedure=procedure, since=args.since, until=args.until
        ))  # fmt: skip


def _end(args: argparse.Namespace) -> int:
    from station.register import people
    from station.register.entries import Role

    with open_store_of(args, create=False) as store:
        by = acting(args, store, Role.ADMINISTRATOR)
        given = {"by": by, "login": args.login, "reason": args.reason}

        def decide(register: "Register") -> "Sequence[Entry]":
            if args.procedure is None:
                return people.ended(register, **given)
            return people.authorisation_ended(register, **given, procedure=args.procedure)

        return _told(store, args.login, decide)


def _login(args: argparse.Namespace) -> int:
    """Begin a session.

    Raises:
        Refused: a wrong password, or the store has no accounts.
    """
    from station.cli.person import sign_in

    with open_store_of(args, create=False) as store:
        login, until = sign_in(args, store)
    print(f"{login} is signed in to {store.url} until {until.astimezone():%H:%M}")
    return Exit.DONE


def _logout(args: argparse.Namespace) -> int:
    from station.cli.person import sign_out

    with open_store_of(args, create=False) as store:
        login = sign_out(store)
    print(f"{login} is signed out" if login else "nobody was signed in")
    return Exit.DONE


def _told(store: "Store", login: str, decide: Any) -> int:
    print(_line(_act(store, decide).people[login]))
    return Exit.DONE


def _act(store: "Store", decide: Any) -> "Register":
    from station.clock import SystemClock
    from station.register import book

    return book.act(store, SystemClock(), decide)


def _line(person: "Person") -> str:
    marks = sorted(role.value for role in person.roles)
    marks += ["unattended"] if person.unattended else []
    marks += [f"ended: {person.ended}"] if person.ended else []
    spans = (f"{p} {since}…{until}" for p, (since, until) in person.authorisations.items())
    return f"{person.login:<12} {person.name:<24} {', '.join(marks)}  {'; '.join(spans)}".rstrip()


def _as_json(person: "Person") -> dict[str, Any]:
    return {
        "login": person.login,
        "name": person.name,
        "unattended": person.unattended,
        "roles": sorted(person.roles),
        "authorisations": {
            procedure: {"since": since.isoformat(), "until": until.isoformat()}
            for procedure, (since, until) in person.authorisations.items()
        },
        "ended": person.ended,
    }
