"""The first tables: runs and their journals, inbox, live state, documents, certificates."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("run", "entry", "document", "certificate")


def upgrade() -> None:
    """Create the tables, and the triggers that keep records append-only."""
    op.create_table(
        "run",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("begun", sa.DateTime(timezone=True), nullable=False),
        sa.Column("procedure", sa.String(80), nullable=False),
        sa.Column("bench", sa.String(200), nullable=False),
        sa.Column("item", sa.String(200), nullable=False),
    )
    op.create_table(
        "entry",
        sa.Column("run", sa.String(40), sa.ForeignKey("run.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("run", sa.String(40), sa.ForeignKey("run.id"), nullable=False, index=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "live",
        sa.Column("run", sa.String(40), primary_key=True),
        sa.Column("engine", sa.String(200), nullable=False),
        sa.Column("beat", sa.Float, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "claim",
        sa.Column("instrument", sa.String(300), primary_key=True),
        sa.Column("run", sa.String(40), nullable=False),
        sa.Column("engine", sa.String(200), nullable=False),
        sa.Column("beat", sa.Float, nullable=False),
    )
    op.create_table(
        "document",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("media_type", sa.String(80), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "certificate",
        sa.Column("number", sa.String(40), primary_key=True),
        sa.Column("run", sa.String(40), sa.ForeignKey("run.id"), nullable=False, unique=True),
        sa.Column("issued", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.String(200), nullable=False),
        sa.Column("order_body", sa.Text, nullable=False),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("pdf", sa.String(64), sa.ForeignKey("document.digest"), nullable=False),
        sa.Column("xml", sa.String(64), sa.ForeignKey("document.digest"), nullable=False),
    )
    for table in APPEND_ONLY:
        _append_only(table)


def _append_only(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
    )
