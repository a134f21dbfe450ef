"""The desk of API tokens, the credentials of the management API."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from trigpoint.authority.once import remember_creation, require_first
from trigpoint.authority.teams import find_team
from trigpoint.base.clock import Clock, Milliseconds, days, later, now_ms, to_seconds, to_words
from trigpoint.base.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from trigpoint.base.ids import ENTROPY_BYTES as ID_ENTROPY_BYTES
from trigpoint.base.ids import TeamId, ten_character_id
from trigpoint.credentials.api_token import (
    ENTROPY_BYTES,
    SHOWN_LENGTH,
    ApiToken,
    check_token_expiry,
    digest_of,
    encode_token,
    read_token_id,
    read_token_name,
)
from trigpoint.credentials.api_token_checks import actor_of, require_form, require_live
from trigpoint.credentials.events import Details, Event, EventKind
from trigpoint.credentials.fingerprint import fingerprint
from trigpoint.credentials.once import Once
from trigpoint.credentials.roles import Actor, Permission, Role
from trigpoint.store.opening import Store
from trigpoint.store.reader import Reader
from trigpoint.store.writer import Change

DEFAULT_DAYS = 90
"""Lifetime of a token for which no expiry is given."""
USE_STEP_MS = 60_000
"""Shortest interval between two writes of a token's last use."""


@dataclass(frozen=True, slots=True)
class IssuedApiToken:
    """A new API token, with the token itself, which is not stored."""

    token: str
    record: ApiToken

    def __repr__(self) -> str:
        """Keep the secret out of logs."""
        return f"IssuedApiToken({self.record.token_id})"


@dataclass(frozen=True, slots=True)
class Holder:
    """The holder of an API token: its record, and the actor as whom its calls are made."""

    actor: Actor
    token: ApiToken


class ApiTokens:
    """Creates, lists, judges and revokes API tokens."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def create(
        self,
        actor: Actor,
        *,
        name: str,
        team_id: str | None,
        role: Role | None,
        expires_at: Milliseconds | None = None,
        owner: str | None = None,
        once: Once | None = None,
    ) -> IssuedApiToken:
        """Create a token with a role in a team, which must not have more permissions than the actor's own role.

        Without team and role it acts as the operator, and only the operator may create it. `owner` makes it personal: it
        must be the name of the actor, and the token never has more permissions than that person has at the time of a call.
        `expires_at` is in milliseconds; None means in 90 days.
        """
        at = now_ms(self._clock)
        until = expires_at if expires_at is not None else later(at, days(DEFAULT_DAYS))
        check_token_expiry(until, at)
        clean_name = read_token_name(name)
        token = encode_token(secrets.token_bytes(ENTROPY_BYTES))
        with self._store.change() as change:
            team = self._require_reach(change, actor, team_id, role, owner)
            require_first(change, once)
            record = ApiToken(
                token_id=ten_character_id(secrets.token_bytes(ID_ENTROPY_BYTES)),
                name=clean_name,
                team_id=team,
                role=role,
                owner=owner,
                start=token[:SHOWN_LENGTH],
                digest=digest_of(token),
                created_at=at,
                created_by=actor.name,
                expires_at=until,
            )
            change.api_tokens.add(record)
            remember_creation(change, once, record.token_id, at=at)
            details: Details = {
                "name": clean_name,
                "role": "operator" if role is None else role.value,
                "owner": owner,
                "expiresAt": until,
                "fingerprint": fingerprint(record.digest),
            }
            change.append(Event(EventKind.API_TOKEN_CREATED, actor.name, team, record.token_id, details), at=at)
        return IssuedApiToken(token, record)

    def list(self, actor: Actor, *, team_id: str | None = None) -> Sequence[ApiToken]:
        """List the tokens of a team, the oldest first: all of them for an Admin, for others only their own."""
        with self._store.read() as reader:
            team = find_team(reader, actor, team_id).team_id if team_id is not None else None
            return [token for token in reader.api_tokens.all(team) if may_see(actor, token)]

    def get(self, actor: Actor, token_id: str) -> ApiToken:
        """Find one token; raise NotFoundError as `find_api_token`."""
        with self._store.read() as reader:
            return find_api_token(reader, actor, token_id)

    def revoke(self, actor: Actor, token_id: str) -> ApiToken:
        """Revoke a token: once this has returned, it is refused. Raises ConflictError if it was revoked already."""
        at = now_ms(self._clock)
        with self._store.change(urgent=True) as change:
            token = find_api_token(change, actor, token_id)
            if token.revoked_at is not None:
                when = to_words(to_seconds(token.revoked_at))
                raise ConflictError(f"The API token {token.token_id} was revoked already on {when}.")
            after = replace(token, revoked_at=at, revoked_by=actor.name)
            change.api_tokens.put(after)
            details: Details = {"name": token.name}
            event = Event(EventKind.API_TOKEN_REVOKED, actor.name, token.team_id, token.token_id, details)
            change.append(event, at=at)
        return after

    def authenticate(self, unverified_token: str) -> Holder:
        """Give the holder of a token, or raise `RefusedError` with the reason. The time of its use is recorded."""
        digest = digest_of(require_form(unverified_token))
        at = now_ms(self._clock)
        with self._store.read() as reader:
            token = require_live(reader.api_tokens.find_by_digest(digest), at)
            actor = actor_of(token, _role_of_owner(reader, token))
        if token.last_used_at is None or token.last_used_at <= at - USE_STEP_MS:
            self._store.usage.note_api_token_use(token.token_id, at=at)
        return Holder(actor, token)

    @staticmethod
    def _require_reach(
        change: Change, actor: Actor, team_id: str | None, role: Role | None, owner: str | None
    ) -> TeamId | None:
        if team_id is None or role is None:
            if team_id is not None or role is not None or owner is not None:
                raise InvalidError("role", "given if a team is given, and only then", example=Role.DEVELOPER)
            if not actor.operator:
                raise ForbiddenError("Only the operator may create an API token of the whole installation.")
            return None
        team = find_team(change, actor, team_id).team_id
        own_role = actor.roles.get(team)
        if owner is None:
            actor.require(Permission.CHANGE_API_TOKENS, team)
        elif owner != actor.name or own_role is None:
            raise ForbiddenError("Only its owner may create a personal API token.")
        if own_role is not None and not actor.operator and not own_role.covers(role):
            raise ForbiddenError(f"The role {own_role.words} may not give an API token the role {role.words}.")
        return team


def may_see(actor: Actor, token: ApiToken) -> bool:
    """Tell whether an actor may see and revoke a token: their own, or one of a team whose tokens they may change."""
    if token.owner is not None and token.owner == actor.name:
        return True
    if token.team_id is None:
        return actor.operator
    return actor.may(Permission.CHANGE_API_TOKENS, token.team_id)


def _role_of_owner(reader: Reader, token: ApiToken) -> Role | None:
    """Find the present role of a personal token's owner in the token's team; None if they have left it."""
    if token.owner is None or token.team_id is None:
        return None
    person = reader.people.person_with_email(token.owner)  # the audit trail names people by their address
    return None if person is None else reader.people.roles(person.person_id).get(token.team_id)


def find_api_token(reader: Reader, actor: Actor, token_id: str) -> ApiToken:
    """Find a token; raise NotFoundError if there is none, or if the actor may not see it."""
    token = reader.api_tokens.find(read_token_id(token_id))
    if token is None or not may_see(actor, token):
        raise NotFoundError(f"There is no API token with the ID {token_id}.")
    return token
