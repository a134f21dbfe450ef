"""How far each worker has read the ledger, on PostgreSQL; the rows may be lost in a crash of the server."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    unlogged = ["UNLOGGED"] if op.get_bind().dialect.name == "postgresql" else []
    op.create_table(
        "workers",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        prefixes=unlogged,
    )
    # This row tells that the table was not emptied since (`store/confirming.py`); older installations get it later.
    op.execute("INSERT INTO workers (name, position) VALUES ('', 9223372036854775807)")
