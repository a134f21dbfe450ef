"""The tables of teams, keys and the ledger. Times are in milliseconds since the epoch; ids are text."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    false,
    text,
)

from trigpoint.store.tables.metadata import metadata

installation = Table(
    "installation",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="single"), primary_key=True, autoincrement=False),
    Column("created_at", BigInteger, nullable=False),
    Column(
        "master_key_check", LargeBinary, nullable=False
    ),  # a sealed constant, by which a wrong master key is noticed
)

teams = Table(
    "teams",
    metadata,
    Column("team_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("suspends_leaked_keys", Boolean, nullable=False, server_default=false()),
)

maps_ids = Table(
    "maps_ids",
    metadata,
    Column("identifier_key", Text, primary_key=True),  # in lower case: identifiers are compared without case
    Column("identifier", Text, nullable=False),
    Column("team_id", Text, ForeignKey("teams.team_id"), nullable=False),
    Column("description", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "team_id"),
)

keys = Table(
    "keys",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("team_id", Text, ForeignKey("teams.team_id"), nullable=False),
    Column("maps_id", Text, nullable=False),
    Column("maps_id_key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),  # case-folded: names are compared without case
    Column("services", Text, nullable=False),  # words separated by spaces, sorted
    Column("public_key", LargeBinary, nullable=False, unique=True),
    Column("private_half", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("expires_at", BigInteger),
    Column("downloaded_at", BigInteger),
    Column("downloaded_by", Text),
    Column("revoked_at", BigInteger),
    Column("revoked_by", Text),
    Column("revocation_reason", Text),
    Column("revocation_note", Text),
    Column("ceiling_scopes", Text),  # words separated by spaces, sorted
    Column("ceiling_lifetime_s", BigInteger),
    Column("ceiling_origins", Text),
    Column("version", Integer, nullable=False),
    Index(
        "uq_keys_name_of_active",
        "team_id",
        "name_key",
        unique=True,
        sqlite_where=text("state = 'active'"),
        postgresql_where=text("state = 'active'"),
    ),
    Index(None, "maps_id_key"),
    Index(None, "team_id"),
    Index(None, "expires_at"),
)

vault = Table(
    "vault",
    metadata,
    Column("key_id", Text, ForeignKey("keys.key_id"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

key_uses = Table(
    "key_uses",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("last_used_at", BigInteger, nullable=False),
    Column("origin", Text),  # the Origin header of that use, if there was one
    Column("network", Text),  # the first part of the client's address: 24 bits of IPv4, 48 of IPv6
)

signing_secrets = Table(
    "signing_secrets",
    metadata,
    Column("secret_id", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

ledger = Table(
    "ledger",
    metadata,
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("team_id", Text),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index(None, "team_id"),
    Index(None, "subject"),
)

ledger_head = Table(
    "ledger_head",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="single"), primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
)
api_tokens = Table(
    "api_tokens",
    metadata,
    Column("token_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("team_id", Text, ForeignKey("teams.team_id")),  # null with `role`: it acts as the operator
    Column("role", Text),
    Column("owner", Text),  # the person that a personal token acts for
    Column("start", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Column("revoked_at", BigInteger),
    Column("revoked_by", Text),
    Index(None, "team_id"),
)

creations = Table(
    "creations",
    metadata,
    Column("actor", Text, primary_key=True),
    Column("once_key", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index(None, "created_at"),
)

workers = Table(
    "workers",  # used on PostgreSQL only, as an UNLOGGED table; on SQLite workers share a number in a file
    metadata,
    Column("name", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
)

handovers = Table(
    "handovers",  # used on PostgreSQL only: requests of one machine to another for a data key
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("key_id", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("mac", LargeBinary, nullable=False),
    Column("answer", LargeBinary),
    Column("created_at", BigInteger, nullable=False),
)

compatibility = Table(
    "compatibility",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="single"), primary_key=True, autoincrement=False),
    Column("oldest", Text, nullable=False),  # the oldest schema that a program must know to use this database
)
