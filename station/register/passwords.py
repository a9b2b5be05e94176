"""Passwords: kept as argon2id's encoded text, compared slowly, the slower the more were wrong.

Parameters are argon2-cffi's defaults, the second recommended set of RFC 9106, section 4 (3 passes,
64 MiB, 4 lanes): about 0.15 s on the machine this was written on.
"""

import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from station.errors import BadInput

SHORTEST = 10
"""Characters a password has at least."""

LONGEST = 200
"""Characters it has at most, so that nobody makes the station hash a book."""

FREE = 3
"""So many wrong passwords in a row cost no waiting."""

LONGEST_WAIT = timedelta(minutes=15)


def hashed(password: str) -> str:
    """Return argon2id's encoded text of a new password.

    Raises:
        BadInput: it is too short or too long, or no text.
    """
    from argon2 import PasswordHasher

    plain = _plain(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise BadInput(
            "A password has {shortest} to {longest} characters. Choose another.",
            shortest=SHORTEST,
            longest=LONGEST,
        )
    return PasswordHasher().hash(plain)


def is_right(encoded: str, password: str) -> bool:
    """Return whether `password` is the one that `encoded` was made of; "" is made of none.

    Raises:
        BadInput: it is no text.
    """
    from argon2 import PasswordHasher
    from argon2.exceptions import VerifyMismatchError

    plain = _plain(password)
    if not encoded or len(plain) > LONGEST:
        return False
    try:
        return PasswordHasher().verify(encoded, plain)
    except VerifyMismatchError:
        return False


def waiting(wrong: Sequence[datetime], now: datetime) -> timedelta:
    """Return how long nobody may try again after the wrong passwords given at `wrong`.

    The first ones are free; each further one doubles the wait, from 1 s to 15 min.
    """
    counted = len(wrong) - FREE
    if counted < 0:
        return timedelta(0)
    span = min(timedelta(seconds=2.0 ** min(counted, 20)), LONGEST_WAIT)
    # Where another computer's clock is ahead, it is no longer than that either.
    return min(max(wrong[-1] + span - now, timedelta(0)), span)


def new_token() -> str:
    """Return a secret that nobody can guess: 256 bits, for programs and sessions."""
    return secrets.token_urlsafe(32)


def _plain(password: str) -> str:
    """Return the password as it is compared: ế may be typed as one letter or as three marks.

    Raises:
        BadInput: it came as bytes that are no text.
    """
    plain = unicodedata.normalize("NFKC", password)
    try:
        plain.encode()
    except UnicodeEncodeError:
        # Not `from` it: that would quote the password.
        raise BadInput("The password is not text in UTF-8. Give it so.") from None
    return plain
