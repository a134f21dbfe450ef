"""The tables of people: accounts, memberships, sessions, passkeys, links, challenges, throttling, recent refusals."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, false

from trigpoint.store.tables.metadata import metadata

people = Table(
    "people",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False, unique=True),  # case-folded: addresses are compared without case
    Column("name", Text, nullable=False),
    Column("password_hash", Text),  # argon2id; absent for whoever signs in with a passkey alone
    Column("second_factor", Boolean, nullable=False),  # whether a password alone is not enough
    Column("is_operator", Boolean, nullable=False, server_default=false()),  # may set the limits of teams in the portal
    Column("created_at", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("team_id", Text, ForeignKey("teams.team_id"), primary_key=True),
    Column("person_id", Text, ForeignKey("people.person_id"), primary_key=True),
    Column("role", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "person_id"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("session_hash", Text, primary_key=True),  # SHA-256 of the cookie's value
    Column("session_id", Text, nullable=False, unique=True),  # identifies it in lists; not a credential
    Column("person_id", Text, ForeignKey("people.person_id"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("proved_at", BigInteger, nullable=False),  # when the person last gave password or passkey
    Column("network", Text, nullable=False),
    Column("browser", Text, nullable=False),
    Index(None, "person_id"),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("credential_id", Text, primary_key=True),  # base64url
    Column("person_id", Text, ForeignKey("people.person_id"), nullable=False),
    Column("public_key", LargeBinary, nullable=False),  # COSE (RFC 9053)
    Column("sign_count", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Index(None, "person_id"),
)

links = Table(
    "links",
    metadata,
    Column("link_hash", Text, primary_key=True),  # SHA-256 of the secret in the URL
    Column("link_id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("team_id", Text, ForeignKey("teams.team_id")),
    Column("role", Text),
    Column("email", Text),
    Column("person_id", Text, ForeignKey("people.person_id")),
    Column("created_at", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index(None, "team_id"),
)

challenges = Table(
    "challenges",
    metadata,
    Column("challenge", Text, primary_key=True),  # base64url; deleted when it is answered
    Column("purpose", Text, nullable=False),
    Column("person_id", Text, ForeignKey("people.person_id")),
    Column("expires_at", BigInteger, nullable=False),
)

failures = Table(
    "sign_in_failures",
    metadata,
    Column("subject", Text, primary_key=True),  # hash of what is throttled: an e-mail address, a network, or both
    Column("count", Integer, nullable=False),
    Column("last_at", BigInteger, nullable=False),
)

recent_refusals = Table(
    "recent_refusals",
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("team_id", Text),
    Column("key_id", Text),
    Column("service", Text, nullable=False),
    Column("origin", Text),
    Column("code", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Index(None, "at"),
)
