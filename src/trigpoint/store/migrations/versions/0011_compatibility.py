"""The oldest schema that a program must know to use this database."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    table = op.create_table(
        "compatibility",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("oldest", sa.Text, nullable=False),
        sa.CheckConstraint("id = 1", name="ck_compatibility_single"),
    )
    op.bulk_insert(table, [{"id": 1, "oldest": "0011"}])
