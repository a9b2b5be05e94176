"""Accounts for the tests; everybody has the same password, hashed at little cost."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache

from argon2 import PasswordHasher

from station.clock import SystemClock
from station.records.store import Store
from station.register import book
from station.register.entries import Authorised, Entry, PasswordSet, PersonEntered, Role, RoleGiven

PASSWORD = "đúng ngựa pin ghim"
ADMINISTRATOR, TECHNICIAN, REVIEWER, APPROVER, AUDITOR = "an", "binh", "chi", "dung", "em"
ROLES: dict[str, tuple[Role, ...]] = {
    ADMINISTRATOR: (Role.ADMINISTRATOR,),
    TECHNICIAN: (Role.TECHNICIAN,),
    REVIEWER: (Role.REVIEWER,),
    APPROVER: (Role.APPROVER,),
    AUDITOR: (Role.AUDITOR,),
    # Has every role, and may do whatever four eyes leave.
    "giang": (Role.TECHNICIAN, Role.REVIEWER, Role.APPROVER),
}
WORKERS = {Role.TECHNICIAN, Role.REVIEWER, Role.APPROVER}
SINCE, UNTIL = date(2026, 1, 1), date(2099, 12, 31)

Told = Callable[..., tuple[int, str, str]]
"""Gives a command; returns what it ended with, and what it printed and complained of."""

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Its texts say themselves what they cost: they are compared as any other."""


@cache
def encoded() -> str:
    return cheaply_hashed(PASSWORD)


def cheaply_hashed(password: str) -> str:
    return CHEAP.hash(unicodedata.normalize("NFKC", password))


def name_of(login: str) -> str:
    return f"Person {login.upper()}"


def enter(store: Store, *logins: str) -> None:
    """Give accounts to the people named, all where none is; workers are authorised for dmm."""
    entries: list[Entry] = []
    for login in logins or ROLES:
        entries += [
            PersonEntered(by=ADMINISTRATOR, login=login, name=name_of(login)),
            PasswordSet(by=ADMINISTRATOR, login=login, hash=encoded()),
            *(RoleGiven(by=ADMINISTRATOR, login=login, role=role) for role in ROLES[login]),
        ]
        if WORKERS.intersection(ROLES[login]):
            entries.append(
                Authorised(by=ADMINISTRATOR, login=login, procedure="dmm", since=SINCE, until=UNTIL)
            )
    written: Sequence[Entry] = entries
    book.act(store, SystemClock(), lambda _: written)


@dataclass
class HandClock:
    """A clock that is moved by hand."""

    at: datetime = field(default=datetime(2026, 11, 20, 2, 0, tzinfo=UTC))

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
