"""The record store: schema, migrations, and the few questions asked of it."""
