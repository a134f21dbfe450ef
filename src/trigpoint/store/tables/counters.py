"""The tables of limits and counters. Counters are no part of the ledger; hours and days are counted from the epoch."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from trigpoint.store.tables.metadata import metadata

quotas = Table(
    "quotas",
    metadata,
    Column("subject", Text, primary_key=True),  # team:…, maps_id:… or key:…
    Column("meter", Text, primary_key=True),
    Column("period", Integer, primary_key=True, autoincrement=False),  # seconds: a day or a minute
    Column("team_id", Text, ForeignKey("teams.team_id"), nullable=False),
    Column("most", BigInteger, nullable=False),
    Index(None, "team_id"),
)

quota_windows = Table(
    "quota_windows",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("meter", Text, primary_key=True),
    Column("period", Integer, primary_key=True, autoincrement=False),
    Column("window", BigInteger, primary_key=True, autoincrement=False),  # which day or minute
    Column("taken", BigInteger, nullable=False),  # by the leases of all workers
    Column("alarmed", Integer, nullable=False),  # the highest alarm that was written, per cent
)

usage_hours = Table(
    "usage_hours",
    metadata,
    Column("hour", Integer, primary_key=True, autoincrement=False),
    Column("team_id", Text, primary_key=True),
    Column("key_id", Text, primary_key=True),
    Column("maps_id", Text, primary_key=True),  # empty for a token that belongs to none
    Column("service", Text, primary_key=True),
    Column("origin", Text, primary_key=True),  # empty if the request named none
    Column("status", Integer, primary_key=True, autoincrement=False),
    Column("calls", BigInteger, nullable=False),
    Index(None, "team_id", "hour"),
)

refusal_hours = Table(
    "refusal_hours",
    metadata,
    Column("hour", Integer, primary_key=True, autoincrement=False),
    Column("team_id", Text, primary_key=True),  # empty if the key is not known
    Column("key_id", Text, primary_key=True),
    Column("service", Text, primary_key=True),
    Column("reason", Text, primary_key=True),
    Column("calls", BigInteger, nullable=False),
    Index(None, "team_id", "hour"),
)
