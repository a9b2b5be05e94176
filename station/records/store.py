"""The record store: one SQLite file, or a PostgreSQL database with the same tables."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError

from station.errors import BadInput, StoreFailed, Tampered
from station.records.schema import CERTIFICATE, DOCUMENT, ENTRY, INBOX, LIVE, RUN

if TYPE_CHECKING:
    from station.run.entries import RunBegun

HEAD = "0001"
"""The schema version this code writes: the newest file in `migrations/versions`."""

EntryColumns = tuple[int, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class RunListed:
    """A run as the index has it."""

    id: str
    begun: datetime
    procedure: str
    bench: str
    item: str


@dataclass(frozen=True, slots=True)
class CertificateIssued:
    """An issued certificate as the store has it; `pdf` and `xml` are document digests."""

    number: str
    run: str
    issued: datetime
    issued_by: str
    order_body: str
    entries: int
    head: str
    pdf: str
    xml: str


class Store:
    """An open record store. Every method is one transaction, on disk when it returns."""

    def __init__(self, engine: Engine, url: str) -> None:
        self._engine = engine
        self.url = url
        self._writer: Connection | None = None

    # -- runs and journals ---------------------------------------------------------------

    def add_run(self, begun: "RunBegun", at: datetime) -> None:
        """Enter a new run into the index."""
        dut = next(i for i in begun.instruments if i.role == begun.dut)
        item = f"{dut.title}, {dut.serial}"
        with self._transaction("write a run") as connection:
            connection.execute(
                sa.insert(RUN).values(
                    id=begun.run,
                    begun=at,
                    procedure=begun.procedure,
                    bench=begun.bench,
                    item=item,
                )
            )

    def runs(self) -> list[RunListed]:
        """Return all runs, the newest first."""
        with self._transaction("list the runs") as connection:
            rows = connection.execute(sa.select(RUN).order_by(RUN.c.begun.desc(), RUN.c.id.desc()))
            return [RunListed(r.id, _aware(r.begun), r.procedure, r.bench, r.item) for r in rows]

    def find_run(self, prefix: str) -> RunListed:
        """Return the one run whose id is, or begins with, `prefix`.

        Raises:
            BadInput: none, or several.
        """
        found = [run for run in self.runs() if run.id.startswith(prefix)]
        exact = [run for run in found if run.id == prefix]
        if len(exact or found) == 1:
            return (exact or found)[0]
        what = "No run" if not found else "More than one run"
        raise BadInput(f"{what} begins with {prefix!r} in {self.url}. `station runs` lists them.")

    def add_entry(
        self, run: str, seq: int, at: str, kind: str, body: str, previous: str, digest: str
    ) -> bool:
        """Append a journal row; return False where the row is there already."""
        values = (run, seq, at, kind, body, previous, digest)
        try:
            with self._guard("write the journal"):
                connection = self._writing()
                connection.exec_driver_sql(self._insert_entry, values)
                connection.commit()
        except StoreFailed as error:
            if self._writer is not None:
                self._writer.rollback()
            if isinstance(error.__cause__, IntegrityError):
                return False
            raise
        return True

    def entries(self, run: str, after: int = -1) -> Iterator[EntryColumns]:
        """Yield (seq, at, kind, body, previous, hash) of `run` behind row `after`, in order."""
        c = ENTRY.c
        query = (
            sa.select(c.seq, c.at, c.kind, c.body, c.previous, c.hash)
            .where(c.run == run, c.seq > after)
            .order_by(c.seq)
        )
        with self._transaction("read the journal") as connection:
            rows = connection.execute(query).all()
        for row in rows:
            yield (row.seq, row.at, row.kind, row.body, row.previous, row.hash)

    def runs_with_entries(self) -> set[str]:
        """Return the ids of all runs that have journal rows."""
        with self._transaction("list the journals") as connection:
            return set(connection.execute(sa.select(ENTRY.c.run).distinct()).scalars())

    # -- inbox and live state ------------------------------------------------------------

    def put_inbox(self, run: str, at: datetime, body: str) -> None:
        """Leave a command or an answer for the engine of `run`."""
        with self._transaction("write to the inbox") as connection:
            connection.execute(sa.insert(INBOX).values(run=run, at=at, body=body))

    def inbox(self, run: str, after: int) -> list[tuple[int, str]]:
        """Return (id, body) of what lies in the inbox of `run` behind id `after`, in order."""
        query = (
            sa.select(INBOX.c.id, INBOX.c.body)
            .where(INBOX.c.run == run, INBOX.c.id > after)
            .order_by(INBOX.c.id)
        )
        with self._transaction("read the inbox") as connection:
            return [(row.id, row.body) for row in connection.execute(query)]

    def show_live(self, run: str, engine: str, beat: float, body: str | None) -> None:
        """Say that `engine` was alive at POSIX time `beat` (s); `body` None keeps what is shown."""
        values: dict[str, Any] = {"engine": engine, "beat": beat}
        if body is not None:
            values["body"] = body
        with self._transaction("write the live state") as connection:
            changed = connection.execute(sa.update(LIVE).where(LIVE.c.run == run).values(values))
            if changed.rowcount == 0:
                connection.execute(sa.insert(LIVE).values({"run": run, "body": "{}", **values}))

    def live(self, run: str) -> tuple[str, float, str] | None:
        """Return (engine, beat, body) of the engine that carries out `run`, or None."""
        with self._transaction("read the live state") as connection:
            row = connection.execute(sa.select(LIVE).where(LIVE.c.run == run)).first()
        return (row.engine, row.beat, row.body) if row else None

    def end_live(self, run: str) -> None:
        """The engine of `run` has gone."""
        with self._transaction("write the live state") as connection:
            connection.execute(sa.delete(LIVE).where(LIVE.c.run == run))

    # -- documents and certificates ------------------------------------------------------

    def keep(self, content: bytes, *, name: str, media_type: str) -> str:
        """Keep a file and return its digest; the same content is kept once."""
        digest = hashlib.sha256(content).hexdigest()
        with self._transaction("keep a document") as connection:
            there = connection.execute(
                sa.select(DOCUMENT.c.digest).where(DOCUMENT.c.digest == digest)
            ).first()
            if there is None:
                connection.execute(
                    sa.insert(DOCUMENT).values(
                        digest=digest, media_type=media_type, name=name, content=content
                    )
                )
        return digest

    def document(self, digest: str) -> bytes:
        """Return a kept file.

        Raises:
            BadInput: there is none with that digest.
            Tampered: its content is not what was kept.
        """
        query = sa.select(DOCUMENT.c.content).where(DOCUMENT.c.digest == digest)
        with self._transaction("read a document") as connection:
            content = connection.execute(query).scalar()
        if content is None:
            raise BadInput(f"The store has no document {digest}.")
        if hashlib.sha256(content).hexdigest() != digest:
            raise Tampered(f"Document {digest} is not what was kept. Restore the store.")
        return bytes(content)

    def document_digests(self) -> list[str]:
        """Return the digests of all kept files."""
        with self._transaction("list the documents") as connection:
            return list(connection.execute(sa.select(DOCUMENT.c.digest)).scalars())

    def certificates(self) -> list[CertificateIssued]:
        """Return all issued certificates, in order of number."""
        with self._transaction("list the certificates") as connection:
            rows = connection.execute(sa.select(CERTIFICATE).order_by(CERTIFICATE.c.number))
            return [_certificate(row) for row in rows]

    def certificate_of(self, run: str) -> CertificateIssued | None:
        """Return the certificate issued for `run`, or None."""
        with self._transaction("read a certificate") as connection:
            row = connection.execute(sa.select(CERTIFICATE).where(CERTIFICATE.c.run == run)).first()
        return _certificate(row) if row else None

    def add_certificate(self, certificate: CertificateIssued) -> None:
        """Enter an issued certificate.

        Raises:
            StoreFailed: the number or the run has one already (somebody was faster).
        """
        values = {c.name: getattr(certificate, c.name) for c in CERTIFICATE.columns}
        with self._transaction("enter a certificate") as connection:
            connection.execute(sa.insert(CERTIFICATE).values(values))

    # -- plumbing ------------------------------------------------------------------------

    def close(self) -> None:
        """Let go of the file or the server."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        self._engine.dispose()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def _insert_entry(self) -> str:
        mark = "?" if self._engine.dialect.name == "sqlite" else "%s"
        columns = "run, seq, at, kind, body, previous, hash"
        return f"INSERT INTO entry ({columns}) VALUES ({', '.join([mark] * 7)})"

    def _writing(self) -> Connection:
        # The journal's own connection stays open: a pool check-out per entry costs more than
        # the insert itself.
        if self._writer is None or self._writer.invalidated:
            self._writer = self._engine.connect()
        return self._writer

    @contextmanager
    def _transaction(self, what: str) -> Iterator[Connection]:
        with self._guard(what), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _guard(self, what: str) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            raise StoreFailed(
                f"The record store {self.url} failed to {what}: {cause}. Check disk space, "
                "permissions and that nothing else holds it; nothing acknowledged is lost."
            ) from error


def default_url() -> str:
    """Return the address of the user's own store."""
    from platformdirs import user_data_path

    folder = user_data_path("calibration-station", appauthor=False)
    return f"sqlite:///{(folder / 'station.db').as_posix()}"


def open_store(url: str) -> Store:
    """Open a store, creating and migrating it where needed; `url` may be a plain file name.

    Raises:
        BadInput: the address is not one.
        StoreFailed: it cannot be opened, or was written by a newer version of this program.
    """
    if "://" not in url:
        url = f"sqlite:///{Path(url).as_posix()}"
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(parsed, json_serializer=json.dumps)
    except (ArgumentError, ImportError) as error:
        raise BadInput(f"{url!r} is not a record store: {error}.") from error
    except OSError as error:
        raise StoreFailed(f"The folder of {url} cannot be made: {error.strerror}.") from error
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
    store = Store(engine, parsed.render_as_string(hide_password=True))
    try:
        _migrate(store)
    except BaseException:
        store.close()
        raise
    return store


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=5000",
        # Without it INSERT OR REPLACE deletes rows behind the append-only triggers' back.
        "recursive_triggers=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _migrate(store: Store) -> None:
    with store._guard("open"):  # noqa: SLF001  (this module's own class)
        with store._engine.connect() as connection:  # noqa: SLF001
            known = sa.inspect(connection).has_table("alembic_version")
            version = (
                connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
                if known
                else None
            )
        if version == HEAD:
            return
        if version is not None and version > HEAD:
            raise StoreFailed(
                f"The record store {store.url} is of version {version}, this program of {HEAD}. "
                "Use the newer program."
            )
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with store._engine.begin() as connection:  # noqa: SLF001
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _aware(at: datetime) -> datetime:
    """SQLite forgets the zone; what is written is always UTC."""
    from datetime import UTC

    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _certificate(row: sa.Row[Any]) -> CertificateIssued:
    values: Sequence[Any] = [
        _aware(value) if isinstance(value, datetime) else value for value in row
    ]
    return CertificateIssued(*values)
