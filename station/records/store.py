"""The record store: one SQLite file, or a PostgreSQL database with the same tables."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from station.clock import SystemClock
from station.errors import BadInput, Phrase, StoreFailed, StoreLost, Tampered
from station.records import dialects
from station.records.dialects import SQLITE, Turn, take_turn
from station.records.migrate import HEAD as HEAD
from station.records.migrate import upgrade, version_of
from station.records.rows import CertificateIssued as CertificateIssued
from station.records.rows import RunListed as RunListed
from station.records.rows import aware as aware
from station.records.rows import certificate_from
from station.records.schema import CERTIFICATE, DOCUMENT, ENTRY, INBOX, RUN
from station.records.writer import Writer

if TYPE_CHECKING:
    from station.run.entries import RunBegun

EntryColumns = tuple[int, str, str, str, str, str]


class Store:
    """An open record store. Every method is one transaction, on disk when it returns."""

    def __init__(self, engine: Engine, url: str) -> None:
        self._engine = engine
        self.url = url
        self._writer = Writer(engine)
        self._clock = SystemClock()
        self._inode = 0

    # -- runs and journals ---------------------------------------------------------------

    def add_run(self, begun: "RunBegun", at: datetime, first: EntryColumns) -> None:
        """Enter a new run into the indexes together with the first row of its journal."""
        from station.records.uses import enter_uses

        with self.transaction("write a run") as connection:
            connection.execute(
                sa.insert(RUN).values(
                    id=begun.run,
                    begun=at,
                    procedure=begun.procedure,
                    bench=begun.bench,
                    item=item_of(begun),
                )
            )
            connection.exec_driver_sql(self._writer.statement, (begun.run, *first))
            enter_uses(connection, begun)

    def runs(self, *, newest: int | None = None, prefix: str = "") -> list[RunListed]:
        """Return runs whose id begins with `prefix`, the newest first; all, or so many."""
        query = sa.select(RUN).order_by(RUN.c.begun.desc(), RUN.c.id.desc()).limit(newest)
        if prefix:
            query = query.where(sa.func.substr(RUN.c.id, 1, len(prefix)) == prefix)
        with self.transaction("list the runs") as connection:
            rows = connection.execute(query).all()
        return [RunListed(r.id, aware(r.begun), r.procedure, r.bench, r.item) for r in rows]

    def find_run(self, prefix: str) -> RunListed:
        """Return the one run whose id is, or begins with, `prefix`.

        Raises:
            BadInput: none, or several.
        """
        found = self.runs(prefix=prefix)
        exact = [run for run in found if run.id == prefix]
        if len(exact or found) == 1:
            return (exact or found)[0]
        raise BadInput(
            "{what} begins with {prefix!r} in {store}. `station runs` lists them.",
            what=Phrase("More than one run") if found else Phrase("No run"),
            prefix=prefix,
            store=self.url,
        )

    def add_entry(
        self, run: str, seq: int, at: str, kind: str, body: str, previous: str, digest: str
    ) -> bool:
        """Append a journal row; return False where the row is there already."""
        try:
            with self._guard("write the journal"):
                self._writer.insert((run, seq, at, kind, body, previous, digest))
        except StoreLost:
            raise
        except StoreFailed as error:
            with self._guard("undo an entry that was not written"):
                self._writer.undo()
            if isinstance(error.__cause__, self._dbapi.IntegrityError):
                return False
            raise
        return True

    def has_entry(self, run: str, seq: int, digest: str) -> bool:
        """Return whether row `seq` of `run` is the one with this hash."""
        c = ENTRY.c
        query = sa.select(c.hash).where(c.run == run, c.seq == seq)
        with self.transaction("read the journal") as connection:
            return connection.execute(query).scalar() == digest

    def entries(self, run: str, after: int = -1) -> Iterator[EntryColumns]:
        """Yield (seq, at, kind, body, previous, hash) of `run` behind row `after`, in order."""
        c = ENTRY.c
        query = (
            sa.select(c.seq, c.at, c.kind, c.body, c.previous, c.hash)
            .where(c.run == run, c.seq > after)
            .order_by(c.seq)
        )
        with self.transaction("read the journal") as connection:
            rows = connection.execute(query).all()
        for row in rows:
            if not isinstance(row.seq, int) or not all(isinstance(text, str) for text in row[1:]):
                raise Tampered(
                    "Run {run}: an entry is not what was written. Run `station audit`.", run=run
                )
            yield (row.seq, row.at, row.kind, row.body, row.previous, row.hash)

    def runs_with_entries(self) -> set[str]:
        """Return the ids of all runs that have journal rows."""
        with self.long_transaction("list the journals") as connection:
            return set(connection.execute(sa.select(ENTRY.c.run).distinct()).scalars())

    # -- inbox -----------------------------------------------------------------------------

    def put_inbox(self, run: str, at: datetime, body: str) -> None:
        """Leave a command or an answer for the engine of `run`."""
        with self.transaction("write to the inbox") as connection:
            # One at a time: a number that is seen later than the next one would never be read.
            take_turn(connection, Turn.SEND)
            connection.execute(sa.insert(INBOX).values(run=run, at=at, body=body))

    def inbox(self, run: str, after: int) -> list[tuple[int, str]]:
        """Return (id, body) of what lies in the inbox of `run` behind id `after`, in order."""
        query = (
            sa.select(INBOX.c.id, INBOX.c.body)
            .where(INBOX.c.run == run, INBOX.c.id > after)
            .order_by(INBOX.c.id)
        )
        with self.transaction("read the inbox") as connection:
            return [(row.id, row.body) for row in connection.execute(query)]

    def confirm_there(self) -> None:
        """Make sure that the file that is read and written is still the one at its address.

        Raises:
            StoreFailed: it is not, though an open file goes on to be read and written unseen.
        """
        if self.path is None:
            return
        try:
            there = self.path.stat().st_ino == self._inode
        except OSError:
            there = False
        if not there:
            raise StoreFailed(
                "The record store {store} was removed or replaced while it was in use.",
                store=self.url,
            )

    # -- documents and certificates ------------------------------------------------------

    def keep(self, content: bytes, *, name: str, media_type: str) -> str:
        """Keep a file and return its digest; the same content is kept once."""
        with self.transaction("keep a document") as connection:
            return keep_document(connection, content, name=name, media_type=media_type)

    def document(self, digest: str) -> bytes:
        """Return a kept file.

        Raises:
            BadInput: there is none with that digest.
            Tampered: its content is not what was kept.
        """
        query = sa.select(DOCUMENT.c.content).where(DOCUMENT.c.digest == digest)
        with self.transaction("read a document") as connection:
            content = connection.execute(query).scalar()
        if content is None:
            raise BadInput("The store has no document {digest}.", digest=digest)
        if hashlib.sha256(content).hexdigest() != digest:
            raise Tampered(
                "Document {digest} is not what was kept. Restore the store.", digest=digest
            )
        return bytes(content)

    def document_digests(self) -> list[str]:
        """Return the digests of all kept files."""
        with self.transaction("list the documents") as connection:
            return list(connection.execute(sa.select(DOCUMENT.c.digest)).scalars())

    def certificates(self) -> list[CertificateIssued]:
        """Return all issued certificates, in order of number."""
        with self.transaction("list the certificates") as connection:
            rows = connection.execute(sa.select(CERTIFICATE).order_by(CERTIFICATE.c.number))
            return [certificate_from(row) for row in rows]

    def certificate_of(self, run: str, dut: str) -> CertificateIssued | None:
        """Return the certificate of the item `dut` of `run`, the last amendment of it, or None."""
        c = CERTIFICATE.c
        query = sa.select(CERTIFICATE).where(c.run == run, c.dut == dut).order_by(c.number)
        with self.transaction("look up a certificate") as connection:
            issued = [certificate_from(row) for row in connection.execute(query)]
        amended = {each.amends for each in issued}
        return next((each for each in issued if each.number not in amended), None)

    def migrate(self, *, create: bool = True) -> None:
        """Bring the tables to this program's version, creating them in an empty store.

        Raises:
            BadInput: it is empty and `create` is False.
            StoreFailed: it cannot be, or a newer program wrote the store.
        """
        with self._guard("open"):
            with self._engine.connect() as connection:
                version = version_of(connection)
            if version is None and not create:
                raise BadInput(
                    "{store} holds no record store. Check --store; a run makes a new one.",
                    store=self.url,
                )
            if version != HEAD:
                upgrade(self._engine, self.url)
        if self.path is not None:
            self._inode = self.path.stat().st_ino

    # -- plumbing ------------------------------------------------------------------------

    def close(self) -> None:
        """Let go of the file or the server."""
        self._writer.close()
        self._engine.dispose()

    @property
    def path(self) -> Path | None:
        """The file, where the store is one."""
        database = self._engine.url.database
        return Path(database) if self.dialect == SQLITE and database else None

    @property
    def dialect(self) -> str:
        """`dialects.SQLITE` or `dialects.POSTGRESQL`."""
        return self._engine.dialect.name

    @cached_property
    def ahead(self) -> float:
        """How far (s) the server's clock is ahead of this computer's; a file has no other.

        Several computers' heartbeats are compared, so they are all told in the server's time.
        """
        if self.dialect == SQLITE:
            return 0.0
        with self.transaction("tell the time") as connection:
            return dialects.seconds_ahead(connection, self._clock)

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def _dbapi(self) -> Any:
        return self._engine.dialect.loaded_dbapi

    @contextmanager
    def snapshot(self, what: str) -> Iterator[Connection]:
        """Yield a connection that sees the store as it is now, whatever is written meanwhile.

        Raises:
            StoreFailed: as `transaction`.
        """
        with (
            self._guard(what),
            self._engine.connect() as connection,
            dialects.unhurried(connection),
        ):
            dialects.freeze(connection)
            yield connection

    @contextmanager
    def transaction(self, what: str) -> Iterator[Connection]:
        """Yield a connection whose work is on disk, or undone, when the block is left.

        Raises:
            StoreFailed: the store did not do it; `what` says in the message what was tried.
        """
        with self._guard(what), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def long_transaction(self, what: str) -> Iterator[Connection]:
        """As `transaction`, where it may last long because it goes through all rows."""
        with (
            self._guard(what),
            self._engine.connect() as connection,
            dialects.unhurried(connection),
        ):
            yield connection
            connection.commit()

    @contextmanager
    def _guard(self, what: str) -> Iterator[None]:
        try:
            yield
        except (UnicodeEncodeError, OverflowError) as error:
            raise BadInput(
                "The record store {store} cannot {what}: {error}. Correct what was given.",
                store=self.url,
                what=Phrase(what),
                error=error,
            ) from error
        except (SQLAlchemyError, UnicodeDecodeError, self._dbapi.Error) as error:
            failure = dialects.failure(error, self._engine.url, what)
            # Where one connection has gone, so has the journal's.
            self._writer.suspect |= isinstance(failure, StoreLost)
            raise failure from error


def default_url() -> str:
    """Return the address of the user's own store."""
    from platformdirs import user_data_path

    return str(user_data_path("calibration-station", appauthor=False) / "station.db")


def open_store(url: str, *, create: bool = True, durable: bool = True) -> Store:
    """Open a store, migrating it where needed; `url` may be a file name, `durable` awaits the disk.

    Raises:
        BadInput: the address is not one, or nothing is there and `create` is False.
        StoreFailed: it cannot be opened, or was written by a newer version of this program.
    """
    parsed = dialects.parsed(url)
    shown = dialects.shown(parsed)
    path = parsed.database if parsed.get_backend_name() == SQLITE else None
    if path and not create and not Path(path).exists():
        raise BadInput(
            "There is no record store at {path}. Check --store; a run makes a new one.", path=path
        )
    try:
        if path:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        engine = dialects.make_engine(parsed, durable=durable)
    except ImportError as error:
        raise BadInput(
            "{error}: PostgreSQL needs `pip install calibration-station[postgresql]`.", error=error
        ) from error
    except ArgumentError as error:
        raise BadInput("{store} cannot be opened: {error}.", store=shown, error=error) from error
    except OSError as error:
        raise StoreFailed(
            "The folder of {store} cannot be made: {why}.", store=shown, why=error
        ) from error
    store = Store(engine, shown)
    try:
        store.migrate(create=create or path is not None)
    except BaseException:
        store.close()
        raise
    return store


def keep_document(connection: Connection, content: bytes, *, name: str, media_type: str) -> str:
    """Keep a file in the transaction of `connection` and return its digest."""
    digest = hashlib.sha256(content).hexdigest()
    known = sa.select(DOCUMENT.c.digest).where(DOCUMENT.c.digest == digest)
    if connection.execute(known).first() is None:
        # Two benches may keep the same certificate at once.
        connection.execute(
            sa.text(
                "INSERT INTO document (digest, media_type, name, content) "
                "VALUES (:digest, :media_type, :name, :content) ON CONFLICT (digest) DO NOTHING"
            ),
            {"digest": digest, "media_type": media_type, "name": name, "content": content},
        )
    return digest


def enter_certificate(connection: Connection, certificate: CertificateIssued) -> None:
    """Enter an issued certificate into the index, in the transaction of `connection`."""
    values = {c.name: getattr(certificate, c.name) for c in CERTIFICATE.columns}
    connection.execute(sa.insert(CERTIFICATE).values(values))


def item_of(begun: "RunBegun") -> str:
    """Return title and serial number of a run's first item, and how many more there are."""
    dut = next(i for i in begun.instruments if i.role == begun.dut)
    more = len(begun.duts) - 1
    return f"{dut.title}, {dut.serial} (+{more})" if more else f"{dut.title}, {dut.serial}"
