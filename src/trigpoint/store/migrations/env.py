"""Alembic's entry point: it uses the connection and the transaction of `migrating`."""

from alembic import context

from trigpoint.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
context.run_migrations()
