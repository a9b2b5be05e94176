"""Logins and names: written one way, and no two that people take for one another."""

import re
import unicodedata
from functools import reduce

from station.errors import BadInput, Phrase, Refused
from station.register.state import Register

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")

LENGTH = 100
"""Letters that a name has at most."""

ALIKE = str.maketrans({"0": "o", "1": "l", ".": None, "-": None, "_": None})
"""What looks alike in a login, or is easily overlooked."""

ONE_WRITING = frozenset({"CJK", "HIRAGANA", "KATAKANA"})
"""Letters that one name may well mix."""


def folded(name: str) -> str:
    """Return a name without what tells nobody apart: capitals, width, spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def written(name: str) -> str:
    """Return a name as records have it: letters composed, single spaces.

    Raises:
        BadInput: it is none, is too long, or has what cannot be seen.
    """
    if not name.strip() or len(name) > LENGTH or not name.isprintable():
        raise BadInput(
            "A name has 1 to {most} letters in one line, not {name!r:.120}.", most=LENGTH, name=name
        )
    return " ".join(unicodedata.normalize("NFC", name).split())


def new_login(register: Register, login: str) -> None:
    """Refuse a login that is none, or that looks like another one.

    Raises:
        BadInput: it is none.
        Refused: another account's looks like it.
    """
    if not LOGIN.fullmatch(login):
        raise BadInput(
            "{login!r} is no login: 1 to 40 of a-z, 0-9, dot, hyphen, underscore.", login=login
        )
    for other in register.people:
        if other != login and other.translate(ALIKE) == login.translate(ALIKE):
            raise Refused(
                "{login!r} is easily taken for the login {other!r}. Choose another.",
                login=login,
                other=other,
            )


def new_name(register: Register, login: str, name: str) -> str:
    """Return the name of the account `login` as records have it.

    Raises:
        BadInput: it is none, or mixes letters of several writings that look alike.
        Refused: it is another person's.
    """
    name = written(name)
    writings = {_writing(letter) for letter in unicodedata.normalize("NFKC", name)} - {""}
    if len(writings) > 1 and not writings <= ONE_WRITING:
        words = sorted(writing.lower() for writing in writings)
        mixed = reduce(
            lambda one, more: Phrase("{one} and {more}", one=one, more=more), map(Phrase, words)
        )
        raise BadInput(
            "The name {name!r} mixes {mixed} letters. Write it with one kind.",
            name=name,
            mixed=mixed,
        )
    for person in register.people.values():
        known = {folded(each) for each in (person.login, person.name, *person.former)}
        if person.login != login and folded(name) in known:
            raise Refused(
                "{name!r} is how {login} is known. Add what tells the two apart, as "
                "certificates will print it.",
                name=name,
                login=person.login,
            )
    return name


def _writing(letter: str) -> str:
    """Return which writing a letter is of, e.g. LATIN; "" where it is none."""
    return unicodedata.name(letter, "").partition(" ")[0] if letter.isalpha() else ""
