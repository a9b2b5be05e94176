"""People: who has an account, who may do what, and proof of who acts.

Where there is no account nobody is checked: a name is written down as it is given. From the first
account on, which is an administrator's, whatever changes a record needs one.
ISO/IEC 17025:2017, 6.2.5 and 6.2.6; access to records: 7.11.3.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from station.clock import Clock
from station.errors import BadInput, Phrase, Refused
from station.records.about import OF_PEOPLE, read_row, register_rows
from station.records.store import Store
from station.register import book
from station.register import entries as e
from station.register.names import new_login, new_name
from station.register.passwords import is_right, new_token, waiting
from station.register.state import Person, Register, fold_all

SESSION = timedelta(hours=4)
"""How long a session lasts: half a working day."""

REASON_LENGTH = 500

JUST_NOW = timedelta(minutes=1)
"""So long a password that was given for one command stands for it."""

ALONE = frozenset({e.Role.REVIEWER, e.Role.APPROVER, e.Role.ADMINISTRATOR})
"""Roles that no program has: 7.8.2.1 o asks for a person."""


def has_accounts(register: Register) -> bool:
    """Return whether people are checked."""
    return bool(register.people)


def account(register: Register, login: str) -> Person:
    """Return the person with an account.

    Raises:
        Refused: there is none.
    """
    person = register.people.get(login)
    if person is None:
        raise Refused(
            "{login!r} has no account in this store. Say who you are with `--by`; `station people "
            "list` names those who have one, an administrator adds one with `station people add`.",
            login=login,
        )
    if person.ended:
        raise Refused(
            "The account of {login!r} was ended ({reason}).", login=login, reason=person.ended
        )
    return person


def need(register: Register, login: str, *roles: e.Role) -> None:
    """Refuse where people are checked and `login` has none of `roles`; no role named: any will do.

    Raises:
        Refused: no account, or none of the roles.
    """
    if not has_accounts(register):
        return
    person = account(register, login)
    if roles and not person.roles & set(roles):
        had = tuple(sorted(person.roles)) or Phrase("none")
        raise Refused(
            "{login} has not the role {roles} (has: {had}). An administrator gives it with "
            "`station people role {login} {role}`.",
            login=login,
            roles=_either(roles),
            had=had,
            role=roles[0].value,
        )


def _either(roles: Sequence[e.Role]) -> object:
    """Return roles joined by "or", in the reader's language."""
    first, *others = roles
    return Phrase("{first} or {others}", first=first, others=_either(others)) if others else first


def need_for(register: Register, login: str, procedure: str, on: date, *roles: e.Role) -> None:
    """Refuse where people are checked and `login` has none of `roles`, or not for `procedure`.

    A role says what somebody does, an authorisation for which method and how long: carrying it
    out, reviewing and approving alike (6.2.6 c).

    Raises:
        Refused: no account, none of the roles, or not authorised for the method on the day `on`.
    """
    need(register, login, *roles)
    if not has_accounts(register):
        return
    span = account(register, login).authorisations.get(procedure)
    if span is None:
        raise Refused(
            "{login} is not authorised for {procedure}. An administrator authorises with "
            "`station people authorise {login} {procedure} --since DATE --until DATE`.",
            login=login,
            procedure=procedure,
        )
    since, until = span
    if not since <= on <= until:
        raise Refused(
            "{login} is authorised for {procedure} from {since} to {until}, not on {on}. An "
            "administrator extends it with `station people authorise`.",
            login=login,
            procedure=procedure,
            since=since,
            until=until,
            on=on,
        )


def may_run(store: Store, by: str, procedure: str, on: date) -> None:
    """Refuse where people are checked and `by` may not carry `procedure` out on the day `on`.

    Raises:
        Refused: no account, no technician, or not authorised for the method on that day (6.2.6).
    """
    # The rows about people alone: asked for again and again while a run goes on.
    register = fold_all(map(read_row, register_rows(store, OF_PEOPLE)))
    need_for(register, by, procedure, on, e.Role.TECHNICIAN)


def refuse_reason(reason: str) -> None:
    """Refuse a reason that is none, or that no certificate could print.

    Raises:
        BadInput: it is empty, too long, or not one line of text.
    """
    if not reason.strip() or len(reason) > REASON_LENGTH or not reason.isprintable():
        raise BadInput(
            "A reason is needed (--reason on the command line): at most {most} letters in "
            "one line.",
            most=REASON_LENGTH,
        )


# -- proof of who acts -----------------------------------------------------------------------


def prove(store: Store, clock: Clock, login: str, password: str) -> None:
    """Write down that the right password was given; a wrong one is written down and refused.

    It is compared while the register is held still, so that many who try at once are one after
    the other, and each wrong one makes the next wait.

    Raises:
        Refused: no account, a wrong password, or too early after wrong ones.
    """
    _prove(store, clock, login, password, e.SignedIn(login=login))


def sign_in(store: Store, clock: Clock, login: str, password: str) -> tuple[str, datetime]:
    """Begin a session; return the token that stands for the password, and until when it does.

    Raises:
        Refused: as `prove`.
    """
    token, until = new_token(), clock.now() + SESSION
    signed = e.SignedIn(login=login, session=_digest(token), until=until)
    _prove(store, clock, login, password, signed)
    return token, until


def sign_out(store: Store, clock: Clock, login: str, token: str) -> None:
    """End a session; one that is over or was never begun is no fault."""

    def decide(register: Register) -> Sequence[e.Entry]:
        person, session = register.people.get(login), _digest(token)
        known = person is not None and session in person.sessions
        return [e.SignedOut(login=login, session=session)] if known else []

    book.act(store, clock, decide)


def in_session(register: Register, login: str, token: str, now: datetime) -> bool:
    """Return whether `token` stands for the password of `login` now."""
    person = register.people.get(login)
    return person is not None and person.sessions.get(_digest(token), now) > now


def refuse_absent(register: Register, login: str, now: datetime) -> None:
    """Refuse who acts at a screen whose session is over, where people are checked.

    Raises:
        Refused: no account, no running session, nor a password given just now.
    """
    if not has_accounts(register):
        return
    person = account(register, login)
    running = any(until > now for until in person.sessions.values())
    if not running and (person.proved is None or now - person.proved > JUST_NOW):
        raise Refused(
            "The session of {login} is over: sign in again, or `station login`.", login=login
        )


def _prove(store: Store, clock: Clock, login: str, password: str, signed: e.SignedIn) -> None:
    right = False

    def decide(register: Register) -> Sequence[e.Entry]:
        nonlocal right
        person = account(register, login)
        left = waiting(person.wrong, clock.now())
        if left:
            raise Refused(
                "{count} wrong passwords were given for {login}. Try again in {seconds:.0f} s.",
                count=len(person.wrong),
                login=login,
                seconds=left.total_seconds(),
            )
        right = is_right(person.hash, password)
        return [signed if right else e.PasswordWrong(login=login)]

    book.act(store, clock, decide)
    if not right:
        raise Refused("The password of {login} is wrong; that was written down.", login=login)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


# -- what an administrator writes ------------------------------------------------------------


def added(
    register: Register,
    *,
    by: str,
    login: str,
    name: str,
    hash: str,
    unattended: bool,
    roles: Sequence[e.Role],
) -> list[e.Entry]:
    """Return the entries of a new account; the first one is an administrator's.

    Raises:
        BadInput: login or name are not such.
        Refused: `by` is no administrator, login or name are another's or look like it, or the
            first account is a program's.
    """
    need(register, by, e.Role.ADMINISTRATOR)
    new_login(register, login)
    name = new_name(register, login, name)
    known = register.people.get(login)
    if known is not None and not (known.ended and known.name == name):
        raise Refused(
            "The login {login!r} is that of {name}, for good: records carry it. Choose another.",
            login=login,
            name=known.name,
        )
    if known is not None and known.unattended != unattended:
        was = Phrase("a program's") if known.unattended else Phrase("a person's")
        raise Refused(
            "The login {login!r} was {was} and stays that. Choose another.", login=login, was=was
        )
    if not has_accounts(register):
        if unattended:
            raise Refused("The first account is an administrator's, and no program's.")
        roles = (*roles, e.Role.ADMINISTRATOR)
    entered = e.PersonEntered(by=by, login=login, name=name, unattended=unattended)
    given = (e.RoleGiven(by=by, login=login, role=role) for role in dict.fromkeys(roles))
    refuse_program(login, unattended=unattended, roles=roles)
    return [entered, e.PasswordSet(by=by, login=login, hash=hash), *given]


def renamed(register: Register, *, by: str, login: str, name: str) -> list[e.Entry]:
    """Return the entry of a person's new name: the login, and what was done under it, stay.

    Raises:
        BadInput: it is no name.
        Refused: `by` is no administrator, there is no such account, or the name is another's.
    """
    need(register, by, e.Role.ADMINISTRATOR)
    person = account(register, login)
    name = new_name(register, login, name)
    return [e.PersonEntered(by=by, login=login, name=name, unattended=person.unattended)]


def refuse_program(login: str, *, unattended: bool, roles: Sequence[e.Role]) -> None:
    """Refuse to give a program what only a person may have.

    Raises:
        Refused: it would.
    """
    if unattended and (mine := ALONE.intersection(roles)):
        raise Refused(
            "{login} is a program: it cannot be {roles}, which a person answers for (ISO/IEC "
            "17025:2017, 7.8.2.1 o).",
            login=login,
            roles=_either(sorted(mine)),
        )


def password_set(register: Register, *, by: str, login: str, hash: str) -> list[e.Entry]:
    """Return the entry of a new password: one's own, or set by an administrator.

    Raises:
        Refused: neither.
    """
    account(register, login)
    if by != login:
        need(register, by, e.Role.ADMINISTRATOR)
    return [e.PasswordSet(by=by, login=login, hash=hash)]


def role_changed(
    register: Register, *, by: str, login: str, role: e.Role, taken: bool
) -> list[e.Entry]:
    """Return the entry that gives or takes a role; none where it is so already.

    Raises:
        Refused: `by` is no administrator, it is the last one's, or a program would get it.
    """
    need(register, by, e.Role.ADMINISTRATOR)
    person = account(register, login)
    if not taken:
        refuse_program(login, unattended=person.unattended, roles=[role])
        return [] if role in person.roles else [e.RoleGiven(by=by, login=login, role=role)]
    if role not in person.roles:
        return []
    if role is e.Role.ADMINISTRATOR:
        _another_administrator(register, login)
    return [e.RoleTaken(by=by, login=login, role=role)]


def authorised(
    register: Register, *, by: str, login: str, procedure: str, since: date, until: date
) -> list[e.Entry]:
    """Return the entry that authorises a person for a method.

    Raises:
        BadInput: it would end before it begins.
        Refused: `by` is no administrator, or there is no such account.
    """
    need(register, by, e.Role.ADMINISTRATOR)
    account(register, login)
    if until < since:
        raise BadInput(
            "An authorisation from {since} cannot end on {until}. Correct --until.",
            since=since,
            until=until,
        )
    entry = e.Authorised(by=by, login=login, procedure=procedure, since=since, until=until)
    return [entry]


def authorisation_ended(
    register: Register, *, by: str, login: str, procedure: str, reason: str
) -> list[e.Entry]:
    """Return the entry that ends an authorisation.

    Raises:
        Refused: `by` is no administrator, or there is none.
    """
    need(register, by, e.Role.ADMINISTRATOR)
    refuse_reason(reason)
    if procedure not in account(register, login).authorisations:
        raise Refused(
            "{login} is not authorised for {procedure}: there is nothing to end.",
            login=login,
            procedure=procedure,
        )
    entry = e.AuthorisationEnded(by=by, login=login, procedure=procedure, reason=reason)
    return [entry]


def ended(register: Register, *, by: str, login: str, reason: str) -> list[e.Entry]:
    """Return the entry that ends an account.

    Raises:
        Refused: `by` is no administrator, or it is the last one's.
    """
    need(register, by, e.Role.ADMINISTRATOR)
    refuse_reason(reason)
    if e.Role.ADMINISTRATOR in account(register, login).roles:
        _another_administrator(register, login)
    return [e.AccountEnded(by=by, login=login, reason=reason)]


def _another_administrator(register: Register, login: str) -> None:
    others = (p for p in register.people.values() if p.login != login)
    if not any(e.Role.ADMINISTRATOR in person.roles for person in others):
        raise Refused("{login} is the only administrator. Make another one first.", login=login)
