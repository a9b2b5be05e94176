"""Who acts: the name given, and where the store has accounts, proof of it."""

import argparse
import getpass
import os
import sys
from typing import TYPE_CHECKING

from station.cli.common import login_name
from station.errors import BadInput, Phrase, Refused
from station.locale import N_

if TYPE_CHECKING:
    from datetime import datetime

    from station.records.store import Store
    from station.register.entries import Role
    from station.register.state import Register

PASSWORD = "STATION_PASSWORD"
"""The variable in which a program gives its password."""

NEW_PASSWORD = "STATION_NEW_PASSWORD"

MOST_BYTES = 1000


def proven(
    args: argparse.Namespace, store: "Store", *roles: "Role", anew: bool, lasting: bool
) -> str:
    """Return who acts, also in `args.proven`; any of `roles` will do, none named: any account.

    Without accounts it is --by, or the login name of this computer, and nothing is asked. With
    `anew` the password is asked for although there is a session; with `lasting` it begins one.

    Raises:
        BadInput: what is given is no name.
        Refused: no account, no proof, or none of the roles.
    """
    from station.register import book
    from station.register.names import written
    from station.register.people import has_accounts, need

    register = book.read(store)
    if has_accounts(register):
        by = _signed_in(args, store, register, anew=anew, lasting=lasting)
        need(register, by, *roles)
    else:
        by = written(args.by or login_name())
    args.proven = by
    return by


def _signed_in(
    args: argparse.Namespace, store: "Store", register: "Register", *, anew: bool, lasting: bool
) -> str:
    """Return the login that is proved: by a password that is given, a session, or at the terminal.

    Raises:
        Refused: there is no proof, or a wrong one.
    """
    from station.clock import SystemClock
    from station.register.people import account, in_session, prove
    from station.register.sessions import kept

    clock, given = SystemClock(), given_password(args, PASSWORD, "password_fd")
    session = kept(store.url) if given is None or anew else None
    login: str = args.by or (session.login if session else login_name())
    account(register, login)
    if given is None and session is not None and session.login == login and not anew:
        if in_session(register, login, session.token, clock.now()):
            return login
        print(f"The session of {login} is over.", file=sys.stderr)
    if given is None:
        given = _asked(f"Password of {login}: ", why=f"{login} is not signed in to {store.url}")
    if lasting:
        _begin_session(store, login, given)
    else:
        prove(store, clock, login, given)
    return login


def _begin_session(store: "Store", login: str, password: str) -> "datetime":
    from station.clock import SystemClock
    from station.register.people import sign_in
    from station.register.sessions import Session, keep

    token, until = sign_in(store, SystemClock(), login, password)
    keep(store.url, Session(login=login, token=token))
    return until


def sign_in(args: argparse.Namespace, store: "Store") -> "tuple[str, datetime]":
    """Begin a session and keep it for this user; return who is signed in, and until when.

    Raises:
        Refused: a wrong password, or the store has no accounts.
    """
    from station.register import book, people

    login: str = args.by or login_name()
    if not people.has_accounts(register := book.read(store)):
        raise Refused(
            "{store} has no accounts: nobody signs in. See `station people add`.", store=store.url
        )
    people.account(register, login)
    given = given_password(args, PASSWORD, "password_fd")
    if given is None:
        given = _asked(f"Password of {login}: ", why=N_("no password is given"))
    return login, _begin_session(store, login, given)


def sign_out(store: "Store") -> str:
    """End the session of this user, if there is one; return whose it was."""
    from station.clock import SystemClock
    from station.register import people
    from station.register.sessions import forget, kept

    try:
        session = kept(store.url)
    finally:
        forget(store.url)
    if session is None:
        return ""
    people.sign_out(store, SystemClock(), session.login, session.token)
    return session.login


def given_password(args: argparse.Namespace, variable: str, option: str) -> str | None:
    """Return the password that a program gave by a file descriptor or a variable, or None.

    The variable is taken away: no process that is started from here inherits it.

    Raises:
        BadInput: the file descriptor cannot be read.
    """
    number: int | None = getattr(args, option, None)
    if number is None:
        return os.environ.pop(variable, None)
    try:
        # Not buffered: the next line may be another password's.
        with os.fdopen(number, "rb", buffering=0, closefd=False) as file:
            line = file.readline(MOST_BYTES)
        return line.decode().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            "No password can be read from file descriptor {number}.", number=number
        ) from error


def new_password(args: argparse.Namespace, login: str) -> str:
    """Return a new password: given by a program, or asked for twice without showing it.

    Raises:
        BadInput: the two differ.
        Refused: nobody is there to ask.
    """
    given = given_password(args, NEW_PASSWORD, "new_password_fd")
    if given is not None:
        return given
    first = _asked(f"New password of {login}: ", why=N_("no new password is given"))
    if _asked("The same again: ", why=N_("no new password is given")) != first:
        raise BadInput("The two passwords differ. Nothing was written.")
    return first


def _asked(question: str, *, why: str) -> str:
    if not sys.stdin.isatty():
        raise Refused(
            "{why}. `station login` at a terminal, or give the password in the variable "
            "{variable} ({new_variable} for a new one) or by a file descriptor; it is never "
            "an argument.",
            why=Phrase(why),
            variable=PASSWORD,
            new_variable=NEW_PASSWORD,
        )
    try:
        return getpass.getpass(question)
    except EOFError as error:
        raise Refused("{why}.", why=Phrase(why)) from error
    except UnicodeDecodeError:
        # Not `from` it: that would quote the password.
        raise BadInput("What was typed is not text in UTF-8. Set the terminal to it.") from None
