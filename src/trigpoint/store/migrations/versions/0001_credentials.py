"""Credentials: teams, Maps IDs, keys, the ledger, quotas."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("master_key_check", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("id = 1", name="ck_installation_single"),
    )
    op.create_table(
        "teams",
        sa.Column("team_id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "maps_ids",
        sa.Column("identifier_key", sa.Text, primary_key=True),
        sa.Column("identifier", sa.Text, nullable=False),
        sa.Column("team_id", sa.Text, sa.ForeignKey("teams.team_id"), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("ix_maps_ids_team_id", "maps_ids", ["team_id"])
    op.create_table(
        "keys",
        sa.Column("key_id", sa.Text, primary_key=True),
        sa.Column("team_id", sa.Text, sa.ForeignKey("teams.team_id"), nullable=False),
        sa.Column("maps_id", sa.Text, nullable=False),
        sa.Column("maps_id_key", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.Column("services", sa.Text, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("private_half", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("expires_at", sa.BigInteger),
        sa.Column("downloaded_at", sa.BigInteger),
        sa.Column("downloaded_by", sa.Text),
        sa.Column("revoked_at", sa.BigInteger),
        sa.Column("revoked_by", sa.Text),
        sa.Column("revocation_reason", sa.Text),
        sa.Column("revocation_note", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("public_key", name="uq_keys_public_key"),
    )
    op.create_index("ix_keys_maps_id_key", "keys", ["maps_id_key"])
    active = sa.text("state = 'active'")
    op.create_index(
        "uq_keys_name_of_active",
        "keys",
        ["team_id", "name_key"],
        unique=True,
        sqlite_where=active,
        postgresql_where=active,
    )
    op.create_table(
        "vault",
        sa.Column("key_id", sa.Text, sa.ForeignKey("keys.key_id"), primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "key_uses",
        sa.Column("key_id", sa.Text, primary_key=True),
        sa.Column("last_used_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "signing_secrets",
        sa.Column("secret_id", sa.Text, primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "ledger",
        sa.Column(
            "sequence", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False
        ),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("team_id", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
    )
    op.create_index("ix_ledger_team_id", "ledger", ["team_id"])
    op.create_index("ix_ledger_subject", "ledger", ["subject"])
    head = op.create_table(
        "ledger_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.CheckConstraint("id = 1", name="ck_ledger_head_single"),
    )
    op.bulk_insert(head, [{"id": 1, "sequence": 0, "hash": "0" * 64}])
    op.create_table(
        "quota_limits",
        sa.Column("team_id", sa.Text, sa.ForeignKey("teams.team_id"), primary_key=True),
        sa.Column("meter", sa.Text, primary_key=True),
        sa.Column("daily", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "quota_days",
        sa.Column("team_id", sa.Text, primary_key=True),
        sa.Column("meter", sa.Text, primary_key=True),
        sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("taken", sa.BigInteger, nullable=False),
    )
