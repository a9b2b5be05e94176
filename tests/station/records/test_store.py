"""Several programs on one store, and what its address gives away."""

import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy.engine import Connection

from station.cli.main import main
from station.clock import ShiftedClock, SystemClock
from station.errors import BadInput, Exit, StationError, StoreFailed, StoreLost
from station.records import claims, dialects
from station.records.answering import Answer, Silent, within
from station.records.dialects import Turn, take_turn
from station.records.schema import INBOX
from station.records.store import open_store
from station.run.live import SILENT_SECONDS, engine_alive
from tests.station.stores import Place, Server

SECRET = "S3cr3t"
Result = TypeVar("Result")
NOW = datetime(2026, 3, 2, tzinfo=UTC)

ADDRESSES = [
    pytest.param(f"postgresql+psycopg://u:{SECRET}@127.0.0.1:1/d", id="no server"),
    pytest.param(f"postgresql://u:{SECRET}@127.0.0.1:1/d", id="no driver named"),
    pytest.param(f"postgresql+psycopg://u@127.0.0.1:1/d?password={SECRET}", id="in the query"),
    pytest.param(f"postgresql+psycopg://127.0.0.1:1/d?sslpassword={SECRET}", id="of the key"),
    pytest.param(f"postgresql+psycopg://u:{SECRET}%40%2F@127.0.0.1:1/d", id="percent signs"),
    pytest.param(f"postgresql+psycopg://u:{SECRET}@127.0.0.1:port/d", id="no port"),
    pytest.param(f"postgresql+psycopg://u:{SECRET}@127.0.0.1:99999/d", id="no such port"),
    pytest.param(f"postgresql+psycopg://u:{SECRET}@{SECRET}@127.0.0.1/d", id="two at signs"),
    pytest.param(f"postgresql+psycopg://u:{SECRET}@127.0.0.1:1/d?nonsense=1", id="no option"),
    pytest.param(f"mysql://u:{SECRET}@127.0.0.1/d", id="no store of ours"),
    pytest.param(f"//u:{SECRET}@127.0.0.1://", id="nothing at all"),
]


@pytest.mark.parametrize("url", ADDRESSES)
def test_no_password_is_told(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["runs", "--store", url]) in (Exit.BAD_INPUT, Exit.FAILED)
    monkeypatch.setenv("STATION_STORE", url)
    assert main(["runs"]) in (Exit.BAD_INPUT, Exit.FAILED)
    for arguments in (["--help"], ["run", "--help"], ["store", "copy", "--help"]):
        with pytest.raises(SystemExit):
            main(arguments)
    said = capsys.readouterr()
    assert SECRET not in said.out + said.err
    assert "Traceback" not in said.err


NO_STORES = [
    pytest.param("", Exit.BAD_INPUT, "names no file", id="no name"),
    pytest.param(":memory:", Exit.BAD_INPUT, "names no file", id="in memory"),
    pytest.param("sqlite://", Exit.BAD_INPUT, "names no file", id="in memory, too"),
    pytest.param("sqlite:///a.db?mode=ro", Exit.BAD_INPUT, "names no file", id="with options"),
    pytest.param("none.db", Exit.BAD_INPUT, "no record store at", id="not there"),
    pytest.param("folder", Exit.FAILED, "unable to open", id="a folder"),
    pytest.param("text.txt", Exit.FAILED, "is not a database", id="a text"),
    pytest.param("cut.db", Exit.FAILED, "malformed", id="half a store"),
]


@pytest.mark.parametrize(("url", "code", "says"), NO_STORES)
def test_what_is_no_store_is_refused_in_a_line(
    url: str,
    code: Exit,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("text.txt").write_text("No store is this.\n" * 1000, "utf-8")
    with open_store("whole.db") as store:
        store.migrate()
    whole = Path("whole.db").read_bytes()
    Path("cut.db").write_bytes(whole[: len(whole) // 4096 // 2 * 4096])
    assert main(["store", "copy", url, "copy.db"]) == code
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1
    assert not Path("copy.db").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("show", "2026\udcff"), "surrogates not allowed"),
        (("runs", "--newest", "9" * 30), "too large|out of range"),
    ],
    ids=["no text", "no number of rows"],
)
def test_what_no_database_takes_is_refused_in_a_line(
    place: Place, arguments: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    open_store(place.url).close()
    assert main([*arguments, "--store", place.url]) in (Exit.BAD_INPUT, Exit.FAILED)
    said = capsys.readouterr().err
    assert re.search(says, said)
    assert "internal error" not in said
    assert said.count("\n") == 1


def test_what_a_server_does_not_allow_is_refused_in_a_line(
    postgresql: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    there = postgresql.new_database("migrated")
    postgresql.execute("DROP ROLE IF EXISTS reader")
    postgresql.execute("CREATE ROLE reader LOGIN")
    with Place(there).connected() as connection:
        connection.exec_driver_sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
    as_reader = ("station@", "reader@")
    for url, says in (
        (postgresql.url("nowhere"), 'database "nowhere" does not exist'),
        (there.replace("station@", "nobody@"), 'role "nobody" does not exist'),
        (postgresql.new_database().replace(*as_reader), "permission denied for schema"),
    ):
        assert main(["store", "copy", there, url]) == Exit.FAILED
        said = capsys.readouterr().err
        assert says in said
        assert said.count("\n") == 1
    # Who may only read reads.
    assert main(["runs", "--store", there.replace(*as_reader)]) == Exit.DONE
    with open_store(there.replace(*as_reader)) as store:
        with pytest.raises(StoreFailed, match="permission denied for table document"):
            store.keep(b"1", name="a", media_type="text/plain")


def test_a_wrong_password_is_refused_and_not_told(
    postgresql: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    postgresql.execute("DROP ROLE IF EXISTS keeper")
    postgresql.execute(f"CREATE ROLE keeper LOGIN PASSWORD '{SECRET}'")
    there = postgresql.new_database("migrated")
    with postgresql.asking_for_passwords("keeper"):
        right, wrong = (
            there.replace("station@", f"keeper:{word}@") for word in (SECRET, f"{SECRET}x")
        )
        assert main(["audit", "--store", wrong]) == Exit.FAILED
        said = capsys.readouterr().err
        assert 'password authentication failed for user "keeper"' in said
        assert SECRET not in said
        assert said.count("\n") == 1
        # The right one is let in, and no further: it may not read.
        assert main(["audit", "--store", right]) == Exit.FAILED
        said = capsys.readouterr().err
        assert "permission denied for table" in said
        assert SECRET not in said


def test_an_open_store_shows_no_password(postgresql: Server) -> None:
    url = postgresql.new_database("migrated").replace("station@", f"station:{SECRET}@")
    with open_store(url) as store:
        assert SECRET not in store.url
        assert "***" in store.url
        with pytest.raises(StationError) as failed, store.transaction("try") as connection:
            connection.exec_driver_sql(f"SELECT '{SECRET}' FROM nowhere")
        assert SECRET not in str(failed.value)


def at_once(acts: Sequence[Callable[[], Result]]) -> list[Result]:
    """Do all of it in threads that begin together."""
    begin = threading.Barrier(len(acts))

    def act(one: Callable[[], Result]) -> Result:
        begin.wait()
        return one()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(act, acts))


def test_of_many_engines_one_takes_the_run(place: Place) -> None:
    stores = [open_store(place.url) for _ in range(6)]
    for run in ("r1", "r2", "r3"):
        acts = [
            lambda s=store, n=number, r=run: claims.take(s, r, f"e{n}", [], 0.0, 5.0)
            for number, store in enumerate(stores)
        ]
        results = at_once(acts)
        assert results.count(None) == 1
        (holder,) = {result for result in results if result is not None}
        assert holder == f"e{results.index(None)}"
    for store in stores:
        store.close()


def test_of_many_engines_one_takes_an_instrument(place: Place) -> None:
    stores = [open_store(place.url) for _ in range(6)]
    acts = [
        lambda s=store, n=number: claims.take(s, f"r{n}", f"e{n}", ["GPIB0::4::INSTR"], 0.0, 5.0)
        for number, store in enumerate(stores)
    ]
    assert at_once(acts).count(None) == 1
    for store in stores:
        store.close()


def test_many_keep_the_same_document(place: Place) -> None:
    stores = [open_store(place.url) for _ in range(6)]
    content = bytes(range(256)) * 1000
    acts = [lambda s=store: s.keep(content, name="a", media_type="text/plain") for store in stores]
    (digest,) = set(at_once(acts))
    assert stores[0].document_digests() == [digest]
    for store in stores:
        store.close()


def test_many_open_a_new_store(empty_place: Place) -> None:
    def opened() -> int:
        with open_store(empty_place.url) as store:
            return len(store.runs())

    assert at_once([opened] * 4) == [0] * 4


def test_a_command_is_never_behind_the_one_that_was_read(place: Place) -> None:
    """A sender that is slow to commit must not be overtaken: its number would be read past."""
    with open_store(place.url) as slow, open_store(place.url) as quick:
        with quick.transaction("enter a run") as connection:
            connection.exec_driver_sql(
                "INSERT INTO run VALUES ('r', '2026-03-02 00:00:00', 'p', 'b', 'i')"
            )
        with slow.transaction("send slowly") as connection:
            take_turn(connection, Turn.SEND)
            connection.execute(INBOX.insert().values(run="r", at=NOW, body="abort"))
            other = threading.Thread(target=quick.put_inbox, args=("r", NOW, "go on"))
            other.start()
            other.join(0.2)
            assert other.is_alive()
            assert slow.path is not None or quick.inbox("r", 0) == []
        other.join()
        assert [body for _, body in quick.inbox("r", 0)] == ["abort", "go on"]


def test_a_store_that_another_program_holds_is_waited_for_a_while(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in dialects.LOCK_MILLISECONDS:
        monkeypatch.setitem(dialects.LOCK_MILLISECONDS, kind, 50)
    hold = "BEGIN IMMEDIATE" if place.is_file else "LOCK TABLE document"
    with open_store(place.url) as store:
        store.close()
        with place.connected() as connection:
            connection.exec_driver_sql(hold)
            with pytest.raises(StoreFailed, match=r"is locked|lock timeout") as failed:
                store.keep(b"1", name="a", media_type="text/plain")
            assert not isinstance(failed.value, StoreLost), "the server is there"
            assert store.runs() == [], "who only reads does"
        assert store.document(store.keep(b"1", name="a", media_type="text/plain")) == b"1"


def test_who_froze_within_a_transaction_holds_nobody_up(
    postgresql: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A laptop whose lid was closed while it was taking a run: the server ends its transaction."""
    monkeypatch.setattr(dialects, "IDLE_MILLISECONDS", 500)
    url = postgresql.new_database("migrated")
    with open_store(url) as frozen, open_store(url) as other:

        def take_slowly() -> None:
            with frozen.transaction("take a run") as connection:
                take_turn(connection, Turn.CLAIM)
                assert claims.take(other, "r", "e", ["A"], 0.0, 5.0) is None
                connection.exec_driver_sql("SELECT 1")

        with pytest.raises(StoreLost, match="idle-in-transaction"):
            take_slowly()
        assert frozen.runs() == [], "it goes on with another connection"


class Answers:
    """What psycopg would wait for: `came` is what comes, and what time it is then (s)."""

    def __init__(self, *came: tuple[int, float]) -> None:
        self.came = list(came)
        self.at = 0.0

    def monotonic(self) -> float:
        return self.at

    now = sleep = None

    def went_through(self, answer: "Answer[str]") -> str:
        """Do as psycopg does."""
        try:
            next(answer)
            while True:
                came, self.at = self.came.pop(0)
                answer.send(came)
        except StopIteration as done:
            return str(done.value)

    def answer(self) -> "Answer[str]":
        """An answer that comes in two pieces."""
        for _ in range(2):
            while not (yield 1):
                pass
        return "all of it"


@pytest.mark.parametrize(
    ("came", "is_answered"),
    [
        pytest.param(((1, 0.0), (1, 0.0)), True, id="at once"),
        pytest.param(((0, 4.9), (1, 9.9), (0, 14.8), (1, 14.9)), True, id="slowly"),
        pytest.param(((1, 9.0), (1, 18.0)), True, id="after this program itself was frozen"),
        pytest.param(((0, 5.0),), False, id="not at all"),
        pytest.param(((1, 1.0), (0, 5.9), (0, 6.0)), False, id="half of it"),
    ],
)
def test_a_sign_of_life_is_waited_for(
    came: tuple[tuple[int, float], ...], is_answered: bool
) -> None:
    peer = Answers(*came)
    answer = within(5.0, peer.answer(), peer)  # type: ignore[arg-type]  # what it needs of a clock
    if is_answered:
        assert peer.went_through(answer) == "all of it"
    else:
        with pytest.raises(Silent, match="not answered for 5 s"):
            peer.went_through(answer)
    assert peer.came == []


def test_a_long_search_is_waited_for_longer(postgresql: Server) -> None:
    def patience(connection: Connection) -> tuple[float, str]:
        driver = connection.connection.driver_connection
        idle = connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar()
        return driver.answer_seconds, str(idle)  # type: ignore[union-attr]  # it is connected

    with open_store(postgresql.new_database("migrated")) as store:
        for doing in (store.long_transaction, store.snapshot):
            with doing("search") as connection:
                assert patience(connection) == (dialects.LONG_ANSWER_SECONDS, "0")
            with store.transaction("ask") as connection:
                assert patience(connection) == (dialects.ANSWER_SECONDS, "10s")


@pytest.mark.parametrize("shift", [-60.0, 60.0])
def test_computers_whose_clocks_differ(postgresql: Server, shift: float) -> None:
    """A bench's clock is a minute off: it neither loses its run nor takes another's."""
    url, right = postgresql.new_database("migrated"), SystemClock()
    wrong = ShiftedClock(right, timedelta(seconds=shift))
    with open_store(url) as one, open_store(url) as two:
        one._clock = wrong  # type: ignore[assignment]
        mine = wrong.now().timestamp()
        assert claims.take(one, "r", "e1", ["A"], mine, SILENT_SECONDS) is None
        now = right.now().timestamp()
        assert claims.take(two, "r", "e2", ["A"], now, SILENT_SECONDS) == "e1"
        assert engine_alive(two, "r", right) == "e1"
        assert engine_alive(one, "r", wrong) == "e1"  # type: ignore[arg-type]
        assert abs(one.ahead + shift) < 1.0


def test_the_address_is_parsed_as_its_driver_wants() -> None:
    assert dialects.parsed("postgresql://u@h/d").drivername == "postgresql+psycopg"
    assert dialects.parsed("a.db").database == "a.db"
    with pytest.raises(BadInput, match="postgresql"):
        dialects.parsed("oracle://u@h/d")
