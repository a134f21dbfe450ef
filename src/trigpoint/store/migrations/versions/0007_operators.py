"""Whether a person is an operator, who may set the limits of teams in the portal."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("people", sa.Column("is_operator", sa.Boolean, nullable=False, server_default=sa.false()))
