"""The one connection that journal entries go through."""

from typing import Any

from sqlalchemy.engine import Connection, Engine

from station.records.dialects import SQLITE

COLUMNS = "run, seq, at, kind, body, previous, hash"


class Writer:
    """Stays open, and its one statement goes to the driver as it is.

    A pool check-out and a layer of events per entry cost as much as the insert.

    Attributes:
        suspect: set where another connection of the store was lost: so is this one.
    """

    def __init__(self, engine: Engine) -> None:
        self.suspect = False
        self._engine = engine
        self._connection: Connection | None = None
        mark = "?" if engine.dialect.name == SQLITE else "%s"
        self.statement = f"INSERT INTO entry ({COLUMNS}) VALUES ({', '.join([mark] * 7)})"

    def insert(self, values: tuple[Any, ...]) -> None:
        """Write an entry; it is on disk when this returns. Raises what the driver does."""
        driver = self.connected()
        driver.cursor().execute(self.statement, values)
        driver.commit()

    def undo(self) -> None:
        """Take back what was begun and failed."""
        self.connected().rollback()

    def connected(self) -> Any:
        """Return the driver's connection, opened where there is none that holds."""
        if self.suspect and self._connection is not None:
            self._connection.invalidate()
            self.close()
        self.suspect = False
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection.connection.driver_connection

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
