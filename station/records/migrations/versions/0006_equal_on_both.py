"""What PostgreSQL would refuse or allow and SQLite would not: long texts, TRUNCATE."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TEXTS = {
    "run": ("procedure", "bench", "item"),
    "live": ("engine",),
    "claim": ("instrument", "engine"),
    "document": ("media_type", "name"),
    "certificate": ("dut", "issued_by"),
    "standard_use": ("role", "serial", "title", "certificate"),
}
"""What people name; SQLite never looked at the length."""

APPEND_ONLY = (
    "run", "entry", "register", "document", "certificate", "point_list", "standard_use",
)  # fmt: skip


def upgrade() -> None:
    """Take the lengths away and refuse TRUNCATE, which no row's trigger meets."""
    if op.get_bind().dialect.name == "sqlite":
        return
    for table, columns in TEXTS.items():
        for column in columns:
            op.alter_column(table, column, type_=sa.Text())
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
        )
