"""Maps tokens; ceilings on keys; whether a team wants its leaked keys suspended."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "maps_tokens",
        sa.Column("token_id", sa.Text, primary_key=True),
        sa.Column("team_id", sa.Text, sa.ForeignKey("teams.team_id"), nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("origin", sa.Text),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("expires_at", sa.BigInteger),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
        sa.Column("revoked_by", sa.Text),
    )
    op.create_index("ix_maps_tokens_team_id", "maps_tokens", ["team_id"])
    op.add_column("keys", sa.Column("ceiling_scopes", sa.Text))
    op.add_column("keys", sa.Column("ceiling_lifetime_s", sa.BigInteger))
    op.add_column("keys", sa.Column("ceiling_origins", sa.Text))
    op.add_column("teams", sa.Column("suspends_leaked_keys", sa.Boolean, nullable=False, server_default=sa.false()))
