"""API tokens in the database, and idempotency keys."""

from collections.abc import Mapping

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from trigpoint.base.clock import Milliseconds
from trigpoint.base.ids import TeamId
from trigpoint.credentials.api_token import ApiToken
from trigpoint.credentials.once import Once
from trigpoint.credentials.roles import Role
from trigpoint.store import tables


class ApiTokensReader:
    """Queries for API tokens."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self, team_id: TeamId | None = None) -> list[ApiToken]:
        """The API tokens of a team, or all, the oldest first."""
        table = tables.api_tokens
        question = select(table).order_by(table.c.created_at, table.c.token_id)
        if team_id is not None:
            question = question.where(table.c.team_id == team_id)
        return [api_token_of(row) for row in self._connection.execute(question).mappings()]

    def find(self, token_id: str) -> ApiToken | None:
        """One API token by its id."""
        question = select(tables.api_tokens).where(tables.api_tokens.c.token_id == token_id)
        row = self._connection.execute(question).mappings().first()
        return None if row is None else api_token_of(row)

    def find_by_digest(self, digest: bytes) -> ApiToken | None:
        """One API token by its hash."""
        question = select(tables.api_tokens).where(tables.api_tokens.c.digest == digest)
        row = self._connection.execute(question).mappings().first()
        return None if row is None else api_token_of(row)


class ApiTokensWriter(ApiTokensReader):
    """Changes to API tokens."""

    def add(self, token: ApiToken) -> None:
        """Write a new API token."""
        self._connection.execute(insert(tables.api_tokens), row_of_api_token(token))

    def put(self, token: ApiToken) -> None:
        """Write a changed API token."""
        table = tables.api_tokens
        self._connection.execute(
            update(table).where(table.c.token_id == token.token_id).values(row_of_api_token(token))
        )


class CreationsReader:
    """Queries for idempotency keys."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, once: Once) -> tuple[str, str] | None:
        """The creation under the same key: its fingerprint and its id."""
        table = tables.creations
        question = select(table.c.fingerprint, table.c.subject).where(
            table.c.actor == once.actor, table.c.once_key == once.key
        )
        row = self._connection.execute(question).first()
        return None if row is None else (row.fingerprint, row.subject)


class CreationsWriter(CreationsReader):
    """Changes to idempotency keys."""

    def add(self, once: Once, subject: str, *, at: Milliseconds) -> None:
        """Write what was created under a key."""
        row = {
            "actor": once.actor,
            "once_key": once.key,
            "fingerprint": once.fingerprint,
            "subject": subject,
            "created_at": at,
        }
        self._connection.execute(insert(tables.creations), row)

    def remove(self, *, created_before: Milliseconds) -> None:
        """Delete keys whose retention is over."""
        self._connection.execute(delete(tables.creations).where(tables.creations.c.created_at < created_before))


def note_api_token_use(connection: Connection, token_id: str, at: Milliseconds) -> None:
    """Write when an API token was last used; an earlier time never replaces a later one."""
    table = tables.api_tokens
    earlier = table.c.last_used_at.is_(None) | (table.c.last_used_at < at)
    connection.execute(update(table).where(table.c.token_id == token_id, earlier).values(last_used_at=at))


def api_token_of(row: RowMapping) -> ApiToken:
    """Read an API token."""
    team, role = row["team_id"], row["role"]
    return ApiToken(
        token_id=row["token_id"],
        name=row["name"],
        team_id=None if team is None else TeamId(team),
        role=None if role is None else Role(role),
        owner=row["owner"],
        start=row["start"],
        digest=row["digest"],
        created_at=row["created_at"],
        created_by=row["created_by"],
        expires_at=row["expires_at"],
        last_used_at=row["last_used_at"],
        revoked_at=row["revoked_at"],
        revoked_by=row["revoked_by"],
    )


def row_of_api_token(token: ApiToken) -> Mapping[str, object]:
    """Write an API token. Its last use is written by `note_api_token_use` alone."""
    return {
        "token_id": token.token_id,
        "name": token.name,
        "team_id": token.team_id,
        "role": None if token.role is None else token.role.value,
        "owner": token.owner,
        "start": token.start,
        "digest": token.digest,
        "created_at": token.created_at,
        "created_by": token.created_by,
        "expires_at": token.expires_at,
        "revoked_at": token.revoked_at,
        "revoked_by": token.revoked_by,
    }
