"""A run may have several certificates, one for each of its items."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Name the item of each certificate: until now every run had the one called "dut"."""
    with op.batch_alter_table("certificate") as table:
        table.add_column(sa.Column("dut", sa.String(40), nullable=False, server_default="dut"))
        table.drop_constraint("uq_certificate_run", type_="unique")
        table.create_unique_constraint("uq_certificate_run", ["run", "dut"])
    if op.get_bind().dialect.name == "sqlite":
        # The table was made anew, and its triggers went with the old one.
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER certificate_no_{verb.lower()} BEFORE {verb} ON certificate "
                "BEGIN SELECT RAISE(ABORT, 'certificate is append-only'); END"
            )
