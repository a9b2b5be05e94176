"""A certificate may take the place of another, and the register says of each that it was issued."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from station.clock import SystemClock
from station.records.chain import GENESIS, REGISTER, row_hash

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

REASON = "entered when the store was brought to version 0005"


def upgrade() -> None:
    """Name what a certificate amends; until now none did. Enter each into the register."""
    with op.batch_alter_table("certificate") as table:
        table.add_column(sa.Column("amends", sa.String(40), nullable=False, server_default=""))
        table.drop_constraint("uq_certificate_run", type_="unique")
        table.create_unique_constraint("uq_certificate_run", ["run", "dut", "amends"])
    if op.get_bind().dialect.name == "sqlite":
        # The table was made anew, and its triggers went with the old one.
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER certificate_no_{verb.lower()} BEFORE {verb} ON certificate "
                "BEGIN SELECT RAISE(ABORT, 'certificate is append-only'); END"
            )
    _enter(op.get_bind())


def _enter(connection: sa.Connection) -> None:
    issued = connection.exec_driver_sql(
        "SELECT number, run, dut, issued_by, pdf, xml FROM certificate ORDER BY number"
    ).all()
    last = connection.exec_driver_sql(
        "SELECT seq, hash FROM register ORDER BY seq DESC LIMIT 1"
    ).first()
    seq, previous = (0, GENESIS) if last is None else (last.seq + 1, last.hash)
    at = SystemClock().now().isoformat()
    insert = sa.text(
        "INSERT INTO register (seq, at, kind, body, previous, hash) "
        "VALUES (:seq, :at, 'issued', :body, :previous, :hash)"
    )
    for row in issued:
        body = _body(row)
        digest = row_hash(REGISTER, seq, at, "issued", body, previous)
        values = {"seq": seq, "at": at, "body": body, "previous": previous, "hash": digest}
        connection.execute(insert, values)
        seq, previous = seq + 1, digest


def _body(row: sa.Row[Any]) -> str:
    entry = {
        "by": row.issued_by,
        "kind": "issued",
        "number": row.number,
        "run": row.run,
        "dut": row.dut,
        "pdf": row.pdf,
        "xml": row.xml,
        "amends": "",
        "reason": REASON,
    }
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
