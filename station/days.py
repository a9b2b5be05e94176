"""A day as a person types it."""

import re
from datetime import date

from station.errors import BadInput

_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def typed_day(text: str) -> date:
    """Return the day that is written 2027-09-13, or 13/09/2027: the day before the month.

    Raises:
        BadInput: it is no day.
    """
    parts = _DAY_FIRST.fullmatch(text.strip())
    try:
        if parts is not None:
            day, month, year = map(int, parts.groups())
            return date(year, month, day)
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise BadInput("{text!r} is not a day (YYYY-MM-DD).", text=text) from error
