"""The tables of webhooks: their settings, the queue of messages, and the lease of the process that delivers."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from trigpoint.store.tables.metadata import metadata

webhooks = Table(
    "webhooks",
    metadata,
    Column("webhook_id", Text, primary_key=True),
    Column("team_id", Text, ForeignKey("teams.team_id")),  # absent for the whole installation
    Column("url", Text, nullable=False),
    Column("events", Text, nullable=False),  # kinds and patterns separated by spaces
    Column("description", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # the secret that signs
    Column("created_at", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("disabled_because", Text),
    Column("last_success_at", BigInteger),
    Column("old_secret_until", BigInteger),  # until when the replaced secret also signs
    Index(None, "team_id"),
)

old_secrets = Table(
    "webhook_old_secrets",
    metadata,
    Column("webhook_id", Text, ForeignKey("webhooks.webhook_id"), primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),  # of the renewal in the ledger
    Column("sealed", LargeBinary, nullable=False),
    Column("until", BigInteger, nullable=False),
)

deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("delivery_id", Text, primary_key=True),
    Column("webhook_id", Text, ForeignKey("webhooks.webhook_id"), nullable=False),
    Column("sequence", BigInteger, nullable=False),  # of the event in the ledger
    Column("kind", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("next_at", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("last_at", BigInteger),
    Column("last_status", Integer),
    Column("last_error", Text),
    Index(None, "webhook_id", "sequence"),
    Index(None, "state", "next_at"),
)

feed = Table(
    "webhook_feed",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="single"), primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),  # events up to this ledger sequence have become messages
    Column("holder", Text, nullable=False),  # the process that has the lease to deliver
    Column("held_until", BigInteger, nullable=False),
)
