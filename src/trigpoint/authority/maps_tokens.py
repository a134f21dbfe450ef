"""The desk of Maps tokens, which this server signs (contract §1.3): issuing, listing, copying and revoking them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo

from trigpoint.authority.once import remember_creation, require_first
from trigpoint.authority.teams import find_team
from trigpoint.authority.vault import Vault
from trigpoint.base.clock import Clock, now_ms, to_ms, to_seconds, to_words
from trigpoint.base.errors import ConflictError, InvalidError, NotFoundError
from trigpoint.base.ids import ENTROPY_BYTES, KeyId, ten_character_id
from trigpoint.credentials import keypair
from trigpoint.credentials.events import Details, Event, EventKind
from trigpoint.credentials.key import KeyState, read_key_id
from trigpoint.credentials.maps_token import (
    MapsToken,
    end_of_unrestricted,
    read_end,
    read_token_description,
    write_token,
)
from trigpoint.credentials.once import Once
from trigpoint.credentials.origin_lists import read_origin_list
from trigpoint.credentials.roles import Actor, Permission
from trigpoint.credentials.services import Service
from trigpoint.store.opening import Store
from trigpoint.store.reader import Reader


@dataclass(frozen=True, slots=True)
class IssuedMapsToken:
    """A new Maps token: its record, and the token itself."""

    record: MapsToken
    text: str

    def __repr__(self) -> str:
        """Keep the token out of logs."""
        return f"IssuedMapsToken({self.record.token_id})"


class MapsTokens:
    """Issues and manages Maps tokens. The private key of a token signs it, and is not stored."""

    def __init__(self, store: Store, vault: Vault, clock: Clock, zone: tzinfo) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock
        self._zone = zone

    def create(
        self,
        actor: Actor,
        *,
        team_id: str,
        service: Service,
        origins: str | None,
        expires: str | None = None,
        description: str = "",
        once: Once | None = None,
    ) -> IssuedMapsToken:
        """Issue a token. With `origins` it is restricted to them, and expires by `expires`: never, 30d, 90d, 180d, or a date.

        Without `origins` it expires at 23:59:59 of the seventh day after today, in the time zone of the installation.
        """
        clean = read_token_description(description)
        now = self._clock()
        claim, end = self._read_restriction(origins, expires, now=now)
        private = keypair.generate()  # noqa: TID251 - this desk seals it
        token_id = KeyId(ten_character_id(secrets.token_bytes(ENTROPY_BYTES)))
        with self._store.change() as change:
            team = find_team(change, actor, team_id).team_id
            actor.require(Permission.CHANGE_MAPS_TOKENS, team)
            require_first(change, once)
            text = write_token(
                private, token_id=token_id, team_id=team, issued_at=int(now), origin=claim, expires_at=end
            )
            record = MapsToken(
                token_id=token_id,
                team_id=team,
                service=service,
                origin=claim,
                description=clean,
                public_key=private.public.der(),
                created_at=to_ms(now),
                created_by=actor.name,
                expires_at=None if end is None else to_ms(end),
            )
            change.maps_tokens.add(record, sealed=self._vault.seal(text.encode("ascii"), _purpose(token_id)))
            remember_creation(change, once, token_id, at=record.created_at)
            created = Event(EventKind.MAPS_TOKEN_CREATED, actor.name, team, token_id, _details(record))
            change.append(created, at=record.created_at)
        return IssuedMapsToken(record, text)

    def _read_restriction(
        self, origins: str | None, expires: str | None, *, now: float
    ) -> tuple[str | None, int | None]:
        """Read the origins, and the expiry in seconds since the epoch, None for a token that does not expire."""
        if origins is not None:
            return read_origin_list(origins), read_end(expires, now=now, zone=self._zone)
        if expires is not None:
            rule = "left out for a token without origins, which expires after seven days"
            raise InvalidError("expires", rule, example="--origins example.com", received=expires)
        return None, end_of_unrestricted(now, self._zone)

    def list(self, actor: Actor, *, team_id: str | None = None) -> Sequence[MapsToken]:
        """List the tokens of a team, or of every team that the actor may see; the newest first."""
        with self._store.read() as reader:
            team = find_team(reader, actor, team_id).team_id if team_id is not None else None
            return [token for token in reader.maps_tokens.all(team) if actor.may(Permission.READ, token.team_id)]

    def get(self, actor: Actor, token_id: str) -> MapsToken:
        """Find the record of one token."""
        with self._store.read() as reader:
            return find_maps_token(reader, actor, token_id)

    def copy(self, actor: Actor, token_id: str) -> str:
        """Give the token itself again. Viewers may see its record, but not the token."""
        with self._store.read() as reader:
            record = find_maps_token(reader, actor, token_id)
            actor.require(Permission.CREATE_TOKENS, record.team_id)
            sealed = reader.maps_tokens.sealed_text(record.token_id)
        return self._vault.open(sealed, _purpose(record.token_id)).decode("ascii")

    def revoke(self, actor: Actor, token_id: str) -> MapsToken:
        """Revoke a token for good: once this has returned, it is refused."""
        return self._turn(actor, token_id, KeyState.REVOKED, EventKind.MAPS_TOKEN_REVOKED)

    def resume(self, actor: Actor, token_id: str) -> MapsToken:
        """Accept a suspended token again, because the report that it leaked was wrong."""
        return self._turn(actor, token_id, KeyState.ACTIVE, EventKind.MAPS_TOKEN_RESUMED)

    def _turn(self, actor: Actor, token_id: str, state: KeyState, kind: EventKind) -> MapsToken:
        at = now_ms(self._clock)
        with self._store.change(urgent=state is KeyState.REVOKED) as change:
            before = find_maps_token(change, actor, token_id)
            actor.require(Permission.CHANGE_MAPS_TOKENS, before.team_id)
            if before.state is KeyState.REVOKED:
                when = "" if before.revoked_at is None else f" on {to_words(to_seconds(before.revoked_at))}"
                raise ConflictError(f"The Maps token {before.token_id} was revoked already{when}.")
            if before.state is state:
                raise ConflictError(f"The Maps token {before.token_id} is not suspended.")
            revoked = state is KeyState.REVOKED
            after = replace(
                before, state=state, revoked_at=at if revoked else None, revoked_by=actor.name if revoked else None
            )
            change.maps_tokens.put_state(after)
            details: Details = {"service": before.service.value, "origin": before.origin}
            change.append(Event(kind, actor.name, before.team_id, before.token_id, details), at=at)
        return after


def find_maps_token(reader: Reader, actor: Actor, token_id: str) -> MapsToken:
    """Find a token; raise NotFoundError if there is none, or if the actor may not see it."""
    token = reader.maps_tokens.find(read_key_id(token_id))
    if token is None or not actor.may(Permission.READ, token.team_id):
        raise NotFoundError(f"There is no Maps token with the ID {token_id}.")
    return token


def _purpose(token_id: KeyId) -> str:
    return f"maps token:{token_id}"


def _details(record: MapsToken) -> Details:
    return {
        "service": record.service.value,
        "origin": record.origin,
        "expiresAt": record.expires_at,
        "description": record.description,
        "thumbprint": keypair.read_public_key(record.public_key).thumbprint(),
    }
