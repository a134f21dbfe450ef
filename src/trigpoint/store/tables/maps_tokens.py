"""The table of Maps tokens. Their text is stored sealed."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, Table, Text

from trigpoint.store.tables.metadata import metadata

maps_tokens = Table(
    "maps_tokens",
    metadata,
    Column("token_id", Text, primary_key=True),  # the `kid` of the token
    Column("team_id", Text, ForeignKey("teams.team_id"), nullable=False),
    Column("service", Text, nullable=False),
    Column("origin", Text),
    Column("description", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("expires_at", BigInteger),
    Column("state", Text, nullable=False),
    Column("revoked_at", BigInteger),
    Column("revoked_by", Text),
    Index(None, "team_id"),
    Index(None, "expires_at"),
)
