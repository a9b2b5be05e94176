"""The register of the laboratory: a chain of entries beside the journals."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, append-only as the journals are."""
    op.create_table(
        "register",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER register_no_{verb.lower()} BEFORE {verb} ON register "
                "BEGIN SELECT RAISE(ABORT, 'register is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION register_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'register is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER register_append_only BEFORE UPDATE OR DELETE ON register "
        "FOR EACH ROW EXECUTE FUNCTION register_append_only()"
    )
