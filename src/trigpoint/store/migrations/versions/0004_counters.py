"""Counters: limits of teams, Maps IDs and keys by day and minute; usage and refusals by the hour; where keys are used."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "quotas",
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("meter", sa.Text, primary_key=True),
        sa.Column("period", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("team_id", sa.Text, sa.ForeignKey("teams.team_id"), nullable=False),
        sa.Column("most", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_quotas_team_id", "quotas", ["team_id"])
    op.execute("INSERT INTO quotas SELECT 'team:' || team_id, meter, 86400, team_id, daily FROM quota_limits")
    op.drop_table("quota_limits")
    op.create_table(
        "quota_windows",
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("meter", sa.Text, primary_key=True),
        sa.Column("period", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("window", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("taken", sa.BigInteger, nullable=False),
        sa.Column("alarmed", sa.Integer, nullable=False),
    )
    op.execute("INSERT INTO quota_windows SELECT 'team:' || team_id, meter, 86400, day, taken, 0 FROM quota_days")
    op.drop_table("quota_days")
    op.create_table(
        "usage_hours",
        sa.Column("hour", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("team_id", sa.Text, primary_key=True),
        sa.Column("key_id", sa.Text, primary_key=True),
        sa.Column("maps_id", sa.Text, primary_key=True),
        sa.Column("service", sa.Text, primary_key=True),
        sa.Column("origin", sa.Text, primary_key=True),
        sa.Column("status", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("calls", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_usage_hours_team_id_hour", "usage_hours", ["team_id", "hour"])
    op.create_table(
        "refusal_hours",
        sa.Column("hour", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("team_id", sa.Text, primary_key=True),
        sa.Column("key_id", sa.Text, primary_key=True),
        sa.Column("service", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, primary_key=True),
        sa.Column("calls", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_refusal_hours_team_id_hour", "refusal_hours", ["team_id", "hour"])
    op.add_column("key_uses", sa.Column("origin", sa.Text))
    op.add_column("key_uses", sa.Column("network", sa.Text))
