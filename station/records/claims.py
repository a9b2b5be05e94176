"""Who carries a run out, and which instruments that engine uses: two tables with a heartbeat.

Callers give and get POSIX time (s) of this computer; the tables hold the server's.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from station.errors import StoreFailed
from station.records.dialects import Turn, take_turn
from station.records.schema import CLAIM, LIVE
from station.records.store import Store


def take(
    store: Store, run: str, engine: str, instruments: Sequence[str], now: float, silent: float
) -> str | None:
    """Make `engine` the one that carries `run` out and uses `instruments` (addresses).

    Owners that were not heard of for `silent` seconds (s) before `now` (POSIX time, s) have
    lost what they had. Returns who holds the run or an instrument, or None when taken.
    """
    now += store.ahead
    stale = now - silent
    try:
        with store.transaction("take the run") as connection:
            # Two engines must not both look and then take.
            take_turn(connection, Turn.CLAIM)
            connection.execute(sa.delete(LIVE).where(LIVE.c.run == run, LIVE.c.beat < stale))
            connection.execute(sa.delete(CLAIM).where(CLAIM.c.beat < stale))
            holder = _holder(connection, run, engine, instruments)
            if holder is None:
                _put(connection, run, engine, instruments, now)
            return holder
    except StoreFailed as error:
        if isinstance(error.__cause__, IntegrityError):
            return "another engine, just now"
        raise


def _holder(
    connection: Connection, run: str, engine: str, instruments: Sequence[str]
) -> str | None:
    live = connection.execute(sa.select(LIVE).where(LIVE.c.run == run)).first()
    if live is not None and live.engine != engine:
        return str(live.engine)
    query = sa.select(CLAIM).where(CLAIM.c.instrument.in_(instruments), CLAIM.c.engine != engine)
    claim = connection.execute(query).first()
    return f"{claim.engine}, which uses {claim.instrument} for run {claim.run}" if claim else None


def user(
    store: Store, instruments: Sequence[str], now: float, silent: float
) -> tuple[str, str, str] | None:
    """Return (instrument, run, engine) of one of `instruments` that is used now, or None."""
    stale = now + store.ahead - silent
    query = sa.select(CLAIM).where(CLAIM.c.instrument.in_(instruments), CLAIM.c.beat >= stale)
    with store.transaction("look who uses the bench") as connection:
        row = connection.execute(query.order_by(CLAIM.c.run)).first()
    return (row.instrument, row.run, row.engine) if row else None


def _put(
    connection: Connection, run: str, engine: str, instruments: Sequence[str], now: float
) -> None:
    connection.execute(sa.delete(LIVE).where(LIVE.c.run == run))
    connection.execute(sa.insert(LIVE).values(run=run, engine=engine, beat=now, body="{}"))
    connection.execute(sa.delete(CLAIM).where(CLAIM.c.engine == engine))
    for instrument in instruments:
        connection.execute(
            sa.insert(CLAIM).values(instrument=instrument, run=run, engine=engine, beat=now)
        )


def beat(store: Store, run: str, engine: str, now: float, body: str | None) -> bool:
    """Say that `engine` is alive at POSIX time `now` (s) and shows `body` (None: as before).

    Returns False where the run is not its own any more.
    """
    now += store.ahead
    values: dict[str, Any] = {"beat": now} | ({} if body is None else {"body": body})
    with store.transaction("say that the engine is alive") as connection:
        mine = connection.execute(
            sa.update(LIVE).where(LIVE.c.run == run, LIVE.c.engine == engine).values(values)
        )
        connection.execute(sa.update(CLAIM).where(CLAIM.c.engine == engine).values(beat=now))
        return mine.rowcount == 1


def leave_word(store: Store, run: str, engine: str, body: str) -> None:
    """Show `body` in the place of `engine`, which is gone; nothing where another has the run."""
    with store.transaction("say what an engine cannot say any more") as connection:
        mine = sa.update(LIVE).where(LIVE.c.run == run, LIVE.c.engine == engine)
        connection.execute(mine.values(body=body))


def live(store: Store, run: str) -> tuple[str, float, str] | None:
    """Return (engine, beat, body) of the engine that carries out `run`, or None."""
    with store.transaction("read the live state") as connection:
        row = connection.execute(sa.select(LIVE).where(LIVE.c.run == run)).first()
    return (row.engine, row.beat - store.ahead, row.body) if row else None


def end_live(store: Store, run: str, engine: str) -> None:
    """`engine` has let go of `run` and of its instruments."""
    with store.transaction("let go of the run") as connection:
        connection.execute(sa.delete(LIVE).where(LIVE.c.run == run, LIVE.c.engine == engine))
        connection.execute(sa.delete(CLAIM).where(CLAIM.c.engine == engine))
