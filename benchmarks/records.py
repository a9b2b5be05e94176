"""Tracing both ways in a store of ten thousand runs of a hundred points."""

import hashlib
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.measure import Line, seconds_each
from station.clock import SystemClock
from station.metrology.conformity import RULES
from station.records.chain import GENESIS, REGISTER, row_hash
from station.records.checkpoint import checkpoint
from station.records.store import Store, open_store
from station.records.trace import trace
from station.records.uses import touched_by
from station.register import book
from station.register import entries as r
from station.register.equipment import read_all
from station.register.equipment_standing import due_of
from station.run import entries as e
from station.run.plan import BoundInstrument, Phase, PlannedPoint
from station.run.rule import definition

RUNS = 10_000
POINTS = 100
CALIBRATORS = 100
"""Each is used by one run in a hundred; the thermometer of the room by all of them."""

PIECES = 500
OF_PIECES = ("equipment-entered", "certificate-entered", "certificate-accepted")

BEGAN = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
COLUMNS = {
    "run": "id, begun, procedure, bench, item",
    "entry": "run, seq, at, kind, body, previous, hash",
    "register": "seq, at, kind, body, previous, hash",
    "point_list": "digest, body",
    "standard_use": "run, role, serial, title, certificate, document, points",
    "certificate": "number, run, dut, issued, issued_by, order_body, entries, head, pdf, xml",
}
STATEMENTS = {
    table: f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(columns.split(', ')))})"
    for table, columns in COLUMNS.items()
}


def tracing() -> str:
    return "\n".join(str(line) for line in lines(RUNS))


def lines(runs: int) -> list[Line]:
    """Return how long it takes to look both ways, and to write a checkpoint."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "station.db"
        fill(path, runs)
        number = f"C26.{runs // 2:05d}"
        with open_store(str(path)) as store, closing(sqlite3.connect(path)) as bare:
            book.act(store, SystemClock(), lambda register: list(_equipment()))
            listed = seconds_each(store.runs, times=1)
            ids = seconds_each(lambda: _ids(bare), times=1)
            dated = seconds_each(lambda: _due(store), times=1)
            bodies = seconds_each(lambda: _bodies(bare), times=1)
            down = seconds_each(lambda: trace(store, number), times=1)
            rare = seconds_each(lambda: touched_by(store, ["CAL-7"], None), times=1)
            every = seconds_each(lambda: touched_by(store, ["ROOM-1"], None), times=1)
            ends = seconds_each(lambda: checkpoint(store), times=1, rounds=3)
            rows = seconds_each(lambda: _rows_of(bare, _name(runs // 2)), times=1)
            first = seconds_each(lambda: _first_entries(bare), times=1, rounds=1)
            keys = seconds_each(lambda: _keys(bare), times=1, rounds=3)
    parsed, read = "bare SQLite, its rows parsed as JSON", "first entry of each journal parsed"
    return [
        Line(f"list of {runs} runs", listed, "bare SQLite, the same rows", ids, "≤ 100 ms"),
        Line(
            f"due list of {PIECES} pieces", dated, "bare SQLite, parsed as JSON", bodies, "≤ 100 ms"
        ),
        Line(f"trace of a certificate, {POINTS} points", down, parsed, rows, "≤ 100 ms"),
        Line(f"trace of a standard used by 1 % of {runs} runs", rare, read, first, "≤ 100 ms"),
        Line(f"trace of a standard used by all {runs} runs", every, read, first, "≤ 100 ms"),
        Line(f"checkpoint of {runs} runs", ends, "bare SQLite, keys of all entries", keys, "≤ 2 s"),
    ]


def fill(path: Path, runs: int) -> None:
    """Make a store of finished runs, by inserts of whole tables, without waiting for the disk."""
    open_store(str(path)).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute(
            "INSERT INTO document VALUES (?, 'application/toml', 'x', x'00')", ("0" * 64,)
        )
        bodies = [each.model_dump_json() for each in made_up_run()]
        kinds = [json.loads(body)["kind"] for body in bodies]
        connection.execute(STATEMENTS["point_list"], (_LIST_DIGEST, _LIST))
        for number in range(runs):
            for table, row in _run(number, kinds, bodies):
                connection.execute(STATEMENTS[table], row)
        connection.executemany(STATEMENTS["register"], _register(runs))
        connection.commit()


def _run(
    number: int, kinds: list[str], bodies: list[str]
) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Yield the rows of one run; it differs from the others in its name and its calibrator."""
    name, serial = _name(number), f"CAL-{number % CALIBRATORS}"
    at = (BEGAN + timedelta(minutes=30 * number)).isoformat()
    stored = at.replace("T", " ").removesuffix("+00:00") + ".000000"
    first = bodies[0].replace("RUN-NAME", name).replace("CAL-SERIAL", serial)
    yield "run", (name, stored, "dmm", "bench", "a multimeter")
    previous = GENESIS
    for seq, (kind, body) in enumerate(zip(kinds, [first, *bodies[1:]], strict=True)):
        digest = row_hash(name, seq, at, kind, body, previous)
        yield "entry", (name, seq, at, kind, body, previous, digest)
        previous = digest
    for role, of in (("calibrator", serial), ("room", "ROOM-1")):
        yield "standard_use", (name, role, of, role, f"K-{of}", "0" * 64, _LIST_DIGEST)
    certificate = (f"C26.{number:05d}", name, "dut", stored, "A", "{}", len(bodies), previous)
    yield "certificate", (*certificate, "0" * 64, "0" * 64)


def _register(runs: int) -> Iterator[tuple[object, ...]]:
    """Yield the rows of the register: a review, an approval, an issue a run."""
    previous, seq = GENESIS, 0
    for number in range(runs):
        run, c = _name(number), f"C26.{number:05d}"
        lived = (
            r.Reviewed(by="B", run=run, dut="dut", accepted=True),
            r.Approved(by="C", run=run, dut="dut"),
            r.Issued(by="C", number=c, run=run, dut="dut", pdf="0" * 64, xml="0" * 64),
        )
        for entry in lived:
            at, body = BEGAN.isoformat(), entry.model_dump_json()
            digest = row_hash(REGISTER, seq, at, entry.kind, body, previous)
            yield seq, at, entry.kind, body, previous, digest
            previous, seq = digest, seq + 1


def _name(number: int) -> str:
    return f"20260105-{number:06x}"


def _points() -> tuple[PlannedPoint, ...]:
    return tuple(
        PlannedPoint(
            id=f"dc-voltage/10 V/{n / 10:g} V",
            test="dc-voltage",
            title="DC voltage",
            unit="V",
            nominal=n / 10,
            range=10.0,
            range_unit="V",
            hertz=None,
            lower=-1e-4,
            upper=1e-4,
            tolerance_source="made up",
            tolerance_verified=False,
            seconds=5.0,
            standards=("calibrator", "room"),
        )
        for n in range(POINTS)
    )


_LIST = json.dumps({"dut": [point.id for point in _points()]}, separators=(",", ":"))
_LIST_DIGEST = hashlib.sha256(_LIST.encode()).hexdigest()


def _bound(role: str, serial: str) -> BoundInstrument:
    return BoundInstrument(
        role=role,
        model="made-up",
        title=role,
        maker="Nobody",
        stated_model="M",
        serial=serial,
        firmware="",
        address="x",
        certificate=None if role == "dut" else f"K-{serial}",
        certificate_digest=None if role == "dut" else "0" * 64,
        certificate_issuer="A laboratory",
        calibrated=date(2026, 1, 1),
        due=date(2027, 1, 1),
        traceability="SI",
    )


def made_up_run() -> Iterator[e.Entry]:
    """Yield the entries of a run: its beginning, the room, the points, verdict and end."""
    rule = RULES["guarded-non-binary"]
    yield e.RunBegun(
        run="RUN-NAME",
        procedure="dmm",
        revision=1,
        procedure_digest="1" * 64,
        title="Digital multimeter",
        method="made up",
        software="station",
        software_digest="2" * 64,
        simulated=True,
        seed=1,
        bench="bench",
        operator="A",
        rule=rule.name,
        rule_version=str(rule.version),
        rule_definition=definition(rule),
        coverage_probability=0.9545,
        dut="dut",
        instruments=(
            _bound("calibrator", "CAL-SERIAL"),
            _bound("room", "ROOM-1"),
            _bound("dut", "D-1"),
        ),
        points=_points(),
        laboratory=None,
        order=None,
    )
    yield e.EnvironmentRead(celsius=23.0, humidity=50.0, source="A")
    for point in _points():
        yield _measured(point)
    yield e.Decided(phase=Phase.AS_FOUND, verdict="pass")
    yield e.Finished(verdict="pass")


def _measured(point: PlannedPoint) -> e.Measured:
    line = e.ContributionMade(
        name="applied",
        value=point.nominal,
        standard_uncertainty=1e-6,
        sensitivity=1.0,
        contribution=1e-6,
        share=1.0,
        dof=None,
        distribution="normal",
        source="certificate",
    )
    return e.Measured(
        point=point.id,
        phase=Phase.AS_FOUND,
        readings=tuple(e.ReadingTaken(value=point.nominal, raw="+1.0E+00") for _ in range(5)),
        wire=tuple(
            e.WireExchange(instrument="dut", sent="READ?", received="+1.0E+00", at=1.0)
            for _ in range(5)
        ),
        reference=point.nominal,
        indication=point.nominal,
        error=0.0,
        standard_uncertainty=1e-6,
        dof=None,
        coverage_factor=2.0,
        coverage_reason="normal",
        expanded_uncertainty=2e-6,
        budget=(line, line, line),
        lower=-1e-4,
        upper=1e-4,
        acceptance_lower=-9.8e-5,
        acceptance_upper=9.8e-5,
        verdict="pass",
        false_decision_probability=0.0,
        seconds=5.0,
    )


def _equipment() -> Iterator[r.Entry]:
    for number in range(PIECES):
        name, when = f"S-{number}", date(2026, 1, 1) + timedelta(days=number % 365)
        yield r.EquipmentEntered(
            by="A", equipment=name, title="Calibrator", maker="Nobody", type="M", serial=name
        )
        yield r.CertificateEntered(
            by="A", equipment=name, number=f"K-{number}", issuer="A laboratory", dated=when,
            due=when + timedelta(days=365), document="0" * 64, source="made up",
        )  # fmt: skip
        yield r.CertificateAccepted(by="A", equipment=name, number=f"K-{number}")


def _due(store: Store) -> list[date]:
    found = [due_of(each) for each in read_all(store).equipment.values()]
    return sorted(due for due in found if due is not None)


def _bodies(bare: sqlite3.Connection) -> int:
    rows = bare.execute("SELECT body FROM register WHERE kind IN (?, ?, ?)", OF_PIECES)
    return sum(len(json.loads(body)) for (body,) in rows)


def _ids(bare: sqlite3.Connection) -> int:
    return len(bare.execute("SELECT * FROM run ORDER BY begun DESC").fetchall())


def _rows_of(bare: sqlite3.Connection, run: str) -> int:
    rows = bare.execute("SELECT body FROM entry WHERE run = ? ORDER BY seq", (run,))
    return sum(len(json.loads(body)) for (body,) in rows)


def _first_entries(bare: sqlite3.Connection) -> int:
    rows = bare.execute("SELECT body FROM entry WHERE seq = 0")
    return sum(len(json.loads(body)["instruments"]) for (body,) in rows)


def _keys(bare: sqlite3.Connection) -> int:
    return sum(1 for _ in bare.execute("SELECT run, max(seq) FROM entry GROUP BY run"))


BENCHMARKS = (tracing,)
