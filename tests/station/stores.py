"""Stores for the tests: a SQLite file, and a database on a PostgreSQL server of our own.

The server is found in the usual places, runs as nobody important in a temporary folder, answers on
a socket in that folder alone, and is ended by its own process id.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from station.clock import SystemClock
from station.records import dialects
from station.records.schema import METADATA
from station.records.store import open_store

PLACES = ("/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt", "/usr")
UNPRIVILEGED = ("postgres", "nobody")
NOT_TESTED = "POSTGRESQL IS NOT TESTED"
DEADLINE = 30.0
"""Real time (s) for a server to start or to stop."""

QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off")

IN_MEMORY = Path("/dev/shm")
ROOM = 2**30
"""Free bytes from which on the server's files are kept in memory: making a database writes 7 MB."""


def server_programs() -> Path | None:
    """The folder of `initdb` and `postgres`, the newest there is."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = [path for place in PLACES for path in Path(place).glob("*/bin/initdb")]
    return max(found, key=lambda path: path.parts, default=Path("/")).parent if found else None


def another_user() -> dict[str, Any]:
    """For `subprocess`: who runs the server, which refuses the superuser."""
    if os.geteuid() != 0:
        return {}
    import pwd  # not on Windows

    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return {}


class Server:
    """A PostgreSQL server that is ours alone."""

    def __init__(self, programs: Path, folder: Path, *settings: str) -> None:
        self._programs = programs
        self._folder = folder
        self._settings = settings
        self._names = count(1)
        self._empty: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._as = another_user()
        self._cluster = folder / "cluster"
        if self._as:
            os.chown(folder, self._as["user"], self._as["group"])
        made = subprocess.run(
            [programs / "initdb", "-D", self._cluster, "-U", "station", "-A", "trust",
             "-E", "UTF8", "--locale=C", "--no-sync"],
            cwd=folder, capture_output=True, check=False, **self._as,
        )  # fmt: skip
        if made.returncode:
            raise OSError(made.stderr.decode(errors="replace"))

    def start(self) -> None:
        """Start it, where it does not run, and wait until it answers."""
        if self._process is not None:
            return
        log = (self._folder / "log").open("ab")
        with log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._cluster, "-k", self._folder,
                 "-c", "listen_addresses=", *(x for s in self._settings for x in ("-c", s))],
                cwd=self._folder, stdout=log, stderr=log, **self._as,
            )  # fmt: skip
        clock = SystemClock()
        end = clock.monotonic() + DEADLINE
        while not self._answers():
            if self._process.poll() is not None or clock.monotonic() > end:
                raise OSError((self._folder / "log").read_text("utf-8", "replace"))
            clock.sleep(0.05)

    def stop(self, how: str = "SIGINT") -> None:
        """End it: SIGINT breaks the connections off, SIGQUIT is as a crash."""
        if self._process is not None:
            self._process.send_signal(signal.Signals[how])
            self._process.wait(timeout=DEADLINE)
            self._process = None

    def signal(self, how: str) -> None:
        """Send a signal to all its processes: SIGSTOP freezes them, SIGCONT thaws."""
        assert self._process is not None
        first = self._process.pid
        children = Path(f"/proc/{first}/task/{first}/children")
        if not children.exists():
            pytest.skip("A FROZEN SERVER IS NOT TESTED: this system lists no process's children")
        # The first one begins the others: it is met before they are counted.
        os.kill(first, signal.Signals[how])
        for child in children.read_text("ascii").split():
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.Signals[how])

    @contextmanager
    def asking_for_passwords(self, user: str) -> Iterator[None]:
        """Let `user` in with a password only."""
        rules = self._cluster / "pg_hba.conf"
        usual = rules.read_text("utf-8")
        rules.write_text(f"local all {user} scram-sha-256\n{usual}", "utf-8")
        self.execute("SELECT pg_reload_conf()")
        try:
            yield
        finally:
            rules.write_text(usual, "utf-8")
            self.execute("SELECT pg_reload_conf()")

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://station@/{database}?host={self._folder}"

    def new_database(self, template: str = "template1") -> str:
        """Make a database and return its address."""
        name = f"store{next(self._names)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def lent_database(self) -> str:
        """Return the address of a database with empty tables; give it back by `take_back`."""
        return self._empty.pop() if self._empty else self.new_database("migrated")

    def take_back(self, url: str) -> None:
        """Empty a database, so that another test may have it."""
        with Place(url).unguarded() as connection:
            for table in METADATA.tables:
                connection.exec_driver_sql(f"DELETE FROM {table}")
        self._empty.append(url)

    def execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(
            host=str(self._folder), user="station", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement)

    def _answers(self) -> bool:
        import psycopg

        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def served(*settings: str) -> Iterator[Server]:
    """A server that runs until the block is left; the test is skipped where there is none."""
    if os.name != "posix":
        pytest.skip(f"{NOT_TESTED}: a server of our own is started on POSIX only")
    programs = server_programs()
    if programs is None:
        pytest.skip(f"{NOT_TESTED}: no initdb on PATH, in /usr/lib/postgresql or beside")
    # Not pytest's own folder: what another user is to reach must not lie behind closed doors, and
    # the path of a socket is short.
    roomy = IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOM
    within = IN_MEMORY if roomy else None
    with tempfile.TemporaryDirectory(prefix="station-pg-", dir=within) as folder:
        try:
            server = Server(programs, Path(folder), *settings)
            server.start()
        except OSError as error:
            pytest.skip(f"{NOT_TESTED}: {error}")
        try:
            yield server
        finally:
            # Nothing is wanted of it any more, least of all that it writes to the disk.
            server.stop("SIGQUIT")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """One server for all tests that want one; it loses what it holds when the power goes."""
    with served(*QUICK) as server:
        server.execute("CREATE DATABASE migrated")
        open_store(server.url("migrated")).close()
        yield server


@dataclass(frozen=True)
class Place:
    """Where a store is or will be."""

    url: str

    @property
    def is_file(self) -> bool:
        return "://" not in self.url

    @contextmanager
    def connected(self) -> Iterator[sa.Connection]:
        """A connection beside the store's own; what is done is committed."""
        engine = sa.create_engine(dialects.parsed(self.url), poolclass=sa.NullPool)
        with engine.begin() as connection:
            yield connection
        engine.dispose()

    @contextmanager
    def unguarded(self) -> Iterator[sa.Connection]:
        """A connection behind the triggers' back, as whoever owns the database can have it."""
        with self.connected() as connection:
            guards: list[tuple[str, str]] = []
            if self.is_file:
                query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
                guards = [(row.name, row.sql) for row in connection.exec_driver_sql(query)]
            else:
                connection.exec_driver_sql("SET session_replication_role = replica")
            for name, _ in guards:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            yield connection
            for _, made in guards:
                connection.exec_driver_sql(made)

    def tamper(self, *statements: str) -> None:
        """Change it behind the triggers' back, which are there afterwards."""
        with self.unguarded() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)


KINDS = ("sqlite", "postgresql")


def new_place(kind: str, folder: Path, request: pytest.FixtureRequest) -> Place:
    """A place with an empty store of that kind, or none yet."""
    if kind == "sqlite":
        return Place(str(folder / "station.db"))
    server: Server = request.getfixturevalue("postgresql")
    url = server.lent_database()
    request.addfinalizer(lambda: server.take_back(url))
    return Place(url)


@pytest.fixture(params=KINDS)
def empty_place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A place where no store has been yet."""
    if request.param == "sqlite":
        return Place(str(tmp_path / "empty.db"))
    server: Server = request.getfixturevalue("postgresql")
    return Place(server.new_database())


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A store of each kind, for every test that asks for one."""
    return new_place(request.param, tmp_path, request)
