"""Alembic's entry: it runs on the connection, and inside the transaction, that `migrating` hands over."""

from alembic import context

from trigpoint.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
context.run_migrations()
