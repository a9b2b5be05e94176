"""An index of the standards that runs use, filled for the runs that are there."""

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("point_list", "standard_use")


def upgrade() -> None:
    """Create both tables, append-only as the journals are, and fill them from the journals."""
    op.create_table(
        "point_list",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "standard_use",
        sa.Column("run", sa.String(40), sa.ForeignKey("run.id"), primary_key=True),
        sa.Column("role", sa.String(80), primary_key=True),
        sa.Column("serial", sa.String(200), nullable=False, index=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("certificate", sa.String(200), nullable=False),
        sa.Column("document", sa.String(64), nullable=False),
        sa.Column("points", sa.String(64), sa.ForeignKey("point_list.digest"), nullable=False),
    )
    _fill(op.get_bind())
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    for table in TABLES:
        op.execute(
            f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
        )


def _fill(connection: sa.Connection) -> None:
    runs = connection.exec_driver_sql("SELECT run FROM entry WHERE seq = 0 ORDER BY run")
    first = sa.text("SELECT body FROM entry WHERE run = :run AND seq = 0 AND kind = 'run-begun'")
    known: set[str] = set()
    for run in runs.scalars().all():
        body = connection.execute(first, {"run": run}).scalar()
        if body is not None:
            _enter(connection, run, json.loads(body), known)


def _enter(connection: sa.Connection, run: str, begun: dict[str, Any], known: set[str]) -> None:
    """Enter a run's standards; which points rest on which was not written down then."""
    lists: dict[str, list[str]] = {}
    for point in begun["points"]:
        lists.setdefault(point.get("dut", "dut"), []).append(point["id"])
    body = json.dumps(lists, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(body.encode()).hexdigest()
    used = [each for each in begun["instruments"] if each.get("certificate_digest")]
    if used and digest not in known:
        known.add(digest)
        entered = sa.text("INSERT INTO point_list (digest, body) VALUES (:digest, :body)")
        connection.execute(entered, {"digest": digest, "body": body})
    insert = sa.text(
        "INSERT INTO standard_use (run, role, serial, title, certificate, document, points) "
        "VALUES (:run, :role, :serial, :title, :certificate, :document, :points)"
    )
    for each in used:
        connection.execute(
            insert,
            {
                "run": run,
                "role": each["role"],
                "serial": each["serial"],
                "title": each["title"],
                "certificate": each["certificate"] or "",
                "document": each["certificate_digest"],
                "points": digest,
            },
        )
