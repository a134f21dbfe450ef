"""Maps tokens in the database. Their text is stored sealed, so that people can copy it again."""

from sqlalchemy import (
    Connection,
    RowMapping,
    insert,
    select,
    update,
)

from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials.key import KeyState
from trigpoint.credentials.maps_token import MapsToken
from trigpoint.credentials.services import Service
from trigpoint.store import tables
from trigpoint.store.tables import maps_tokens

_USES = tables.key_uses
_TOKENS = select(
    maps_tokens,
    _USES.c.last_used_at,
    _USES.c.origin.label("last_used_origin"),
    _USES.c.network.label("last_used_network"),
).outerjoin(_USES, maps_tokens.c.token_id == _USES.c.key_id)


class MapsTokensReader:
    """Queries for Maps tokens."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self, team_id: TeamId | None = None) -> list[MapsToken]:
        """The tokens of a team, or all, the newest first."""
        question = _TOKENS.order_by(maps_tokens.c.created_at.desc(), maps_tokens.c.token_id)
        if team_id is not None:
            question = question.where(maps_tokens.c.team_id == team_id)
        return [maps_token_of(row) for row in self._connection.execute(question).mappings()]

    def ending(self, *, after: int, before: int, team_id: TeamId | None = None) -> list[MapsToken]:
        """Tokens of a team, or all, that expire from `after` (inclusive) to `before` (exclusive), in milliseconds."""
        question = _TOKENS.where(maps_tokens.c.expires_at >= after, maps_tokens.c.expires_at < before)
        if team_id is not None:
            question = question.where(maps_tokens.c.team_id == team_id)
        return [maps_token_of(row) for row in self._connection.execute(question).mappings()]

    def find(self, token_id: KeyId) -> MapsToken | None:
        """One token."""
        row = self._connection.execute(_TOKENS.where(maps_tokens.c.token_id == token_id)).mappings().first()
        return None if row is None else maps_token_of(row)

    def sealed_text(self, token_id: KeyId) -> bytes:
        """The sealed text of a token."""
        question = select(maps_tokens.c.sealed).where(maps_tokens.c.token_id == token_id)
        return bytes(self._connection.execute(question).scalar_one())


class MapsTokensWriter(MapsTokensReader):
    """Changes to Maps tokens."""

    def add(self, token: MapsToken, *, sealed: bytes) -> None:
        """Write a new token."""
        row = {
            "token_id": token.token_id,
            "team_id": token.team_id,
            "service": token.service.value,
            "origin": token.origin,
            "description": token.description,
            "public_key": token.public_key,
            "sealed": sealed,
            "created_at": token.created_at,
            "created_by": token.created_by,
            "expires_at": token.expires_at,
            "state": token.state.value,
        }
        self._connection.execute(insert(maps_tokens), row)

    def put_state(self, token: MapsToken) -> None:
        """Write the new state of a token."""
        here = maps_tokens.c.token_id == token.token_id
        values = {"state": token.state.value, "revoked_at": token.revoked_at, "revoked_by": token.revoked_by}
        self._connection.execute(update(maps_tokens).where(here).values(values))


def maps_token_of(row: RowMapping) -> MapsToken:
    """Read a token; its last use comes from the joined table."""
    return MapsToken(
        token_id=KeyId(row["token_id"]),
        team_id=TeamId(row["team_id"]),
        service=Service(row["service"]),
        origin=row["origin"],
        description=row["description"],
        public_key=row["public_key"],
        created_at=row["created_at"],
        created_by=row["created_by"],
        expires_at=row["expires_at"],
        state=KeyState(row["state"]),
        revoked_at=row["revoked_at"],
        revoked_by=row["revoked_by"],
        last_used_at=row["last_used_at"],
        last_used_origin=row["last_used_origin"],
        last_used_network=row["last_used_network"],
    )
