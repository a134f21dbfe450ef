"""Indexes for the keys of a team, and for keys and Maps tokens that expire soon."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_index("ix_keys_team_id", "keys", ["team_id"])
    op.create_index("ix_keys_expires_at", "keys", ["expires_at"])
    op.create_index("ix_maps_tokens_expires_at", "maps_tokens", ["expires_at"])
