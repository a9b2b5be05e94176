"""A connection to PostgreSQL that does not wait for ever.

A server that is frozen, or whose disk is, keeps its connections: the network's own timeouts see
nothing, and the client's library would wait for its answer without end, with outputs live.
"""

from collections.abc import Generator
from typing import Any, TypeVar

import psycopg

from station.clock import Clock, SystemClock

Result = TypeVar("Result")
Answer = Generator[Any, Any, Result]
"""How psycopg does anything: it yields what it waits for, and is sent what came: 0 is nothing yet
(psycopg 3.3, `psycopg.waiting`)."""


class AnsweringConnection(psycopg.Connection[Any]):
    """Given up when its server shows no sign of life for `answer_seconds` (s)."""

    answer_seconds = 5.0

    def wait(self, gen: Answer[Result], *args: Any, **options: Any) -> Result:
        """Do what `gen` does, as psycopg would.

        Raises:
            OperationalError: the server fell silent; the connection is closed.
        """
        try:
            return super().wait(within(self.answer_seconds, gen, SystemClock()), *args, **options)
        except Silent as silent:
            self.pgconn.finish()
            raise psycopg.OperationalError(str(silent)) from silent


class Silent(Exception):
    """Nothing came in time."""


def within(seconds: float, answer: Answer[Result], clock: Clock) -> Answer[Result]:
    """Go through `answer`, as long as something comes every `seconds` (s).

    Raises:
        Silent: nothing came for so long.
    """
    end = clock.monotonic() + seconds
    try:
        wanted = next(answer)
        while True:
            came = yield wanted
            if came:
                end = clock.monotonic() + seconds
            elif clock.monotonic() >= end:
                raise Silent(f"the server has not answered for {seconds:g} s")
            wanted = answer.send(came)
    except StopIteration as done:
        result: Result = done.value
        return result
