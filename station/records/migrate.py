"""Bringing a store's tables to this program's version."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from station.errors import StoreFailed
from station.records.dialects import Turn, take_turn, unhurried

MIGRATIONS = Path(__file__).parent / "migrations"

HEAD = max(path.stem[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
"""The schema version this code writes: the newest file in `migrations/versions`."""


def version_of(connection: Connection) -> str | None:
    """Return the version of the tables, or None where there are none."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if version is None else str(version)


def upgrade(engine: Engine, shown: str) -> None:
    """Migrate the store called `shown` to `HEAD`, creating the tables in an empty one.

    Raises:
        StoreFailed: a newer program wrote it, or nobody knows its version.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.connect() as connection, unhurried(connection):
        # Two programs may open a new store at once: the second one waits, then looks again.
        take_turn(connection, Turn.MIGRATE)
        version = version_of(connection)
        if version is not None and version > HEAD:
            raise StoreFailed(
                "The record store {store} is of version {version}, this program of {wanted}. "
                "Use the newer program.",
                store=shown,
                version=version,
                wanted=HEAD,
            )
        if version != HEAD:
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise StoreFailed(
                    "The record store {store} is of an unknown version {version}: {error}. "
                    "Restore it from a backup.",
                    store=shown,
                    version=version,
                    error=error,
                ) from error
        connection.commit()
