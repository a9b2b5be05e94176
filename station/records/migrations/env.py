"""Run by alembic: migrate over the connection that `station.records.store` hands in."""

from alembic import context

from station.records.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
