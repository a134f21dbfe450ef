"""The desk of leaks: says whose a found credential is, and takes it out of service.

Whoever holds a credential proves it by showing it: nothing is suspended for a token whose signature does not verify.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trigpoint.authority.teams import find_team
from trigpoint.base.clock import Clock
from trigpoint.base.errors import InvalidError, shorten
from trigpoint.base.ids import KeyId, TeamId, is_ten_character_id
from trigpoint.credentials.api_token import digest_of
from trigpoint.credentials.events import Details, Event, EventKind
from trigpoint.credentials.key import Key, KeyState
from trigpoint.credentials.keypair import read_public_key
from trigpoint.credentials.leak_patterns import Secret, SecretKind, find_secrets
from trigpoint.credentials.roles import Actor, Permission
from trigpoint.credentials.team import Team
from trigpoint.store.opening import Store
from trigpoint.store.reader import Reader
from trigpoint.store.writer import Change


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a credential is. `holder` is `key`, `maps_token` or `api_token`; `subject` its id."""

    team_id: TeamId | None
    holder: str
    subject: str
    name: str
    is_live: bool


@dataclass(frozen=True, slots=True)
class LeakReport:
    """What became of one reported credential."""

    secret: Secret
    owner: Owner | None
    suspended: bool


class Leaks:
    """Identifies and suspends what was found where it should not be."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def identify(self, secret: Secret) -> Owner | None:
        """Say whose a credential is; None if it is none of ours, or its signature does not verify."""
        with self._store.read() as reader:
            return _find_owner(reader, secret, int(self._clock() * 1000))

    def report(self, actor: Actor, text: str, *, where: str = "") -> Sequence[LeakReport]:
        """Take every credential of ours in a text out of service, and write it into the ledger.

        A Maps token is suspended; a key only if its team chose so. `where` says where it was found.
        """
        secrets = list(find_secrets(text))
        if not secrets:
            raise InvalidError("text", "a text with a private key, a Maps token or an API token", example="eyJhbGciOi…")
        return [self._report(actor, secret, shorten(where, limit=300)) for secret in secrets]

    def choose_for_keys(self, actor: Actor, team_id: str, *, suspend: bool) -> Team:
        """Choose for a team whether a leaked private key is suspended at once, or only reported.

        The same choice again changes nothing, and is not written into the ledger.
        """
        at = int(self._clock() * 1000)
        with self._store.change() as change:
            before = find_team(change, actor, team_id)
            actor.require(Permission.CHANGE_KEYS, before.team_id)
            if before.suspends_leaked_keys is suspend:
                return before
            after = replace(before, suspends_leaked_keys=suspend)
            change.put_leak_choice(after.team_id, suspend=suspend)
            details: Details = {"suspendsLeakedKeys": suspend}
            change.append(Event(EventKind.LEAK_CHOICE_SET, actor.name, after.team_id, after.team_id, details), at=at)
        return after

    def _report(self, actor: Actor, secret: Secret, where: str) -> LeakReport:
        at = int(self._clock() * 1000)
        with self._store.change() as change:
            owner = _find_owner(change, secret, at)
            if owner is None:
                return LeakReport(secret, None, suspended=False)
            suspended = owner.is_live and self._suspend(change, actor, owner, at)
            details: Details = {"what": secret.kind.value, "where": where or None, "suspended": suspended}
            change.append(Event(EventKind.LEAK_REPORTED, actor.name, owner.team_id, owner.subject, details), at=at)
        return LeakReport(secret, owner, suspended)

    @staticmethod
    def _suspend(change: Change, actor: Actor, owner: Owner, at: int) -> bool:
        if owner.holder == "maps_token":
            token = change.maps_tokens.find(KeyId(owner.subject))
            if token is None or token.state is not KeyState.ACTIVE:
                return False
            change.maps_tokens.put_state(replace(token, state=KeyState.SUSPENDED))
            event = Event(EventKind.MAPS_TOKEN_SUSPENDED, actor.name, token.team_id, token.token_id, {})
            change.append(event, at=at)
            return True
        if owner.holder == "key" and _suspends_keys(change, owner.team_id):
            key = change.key(KeyId(owner.subject))
            if key is None or key.state is not KeyState.ACTIVE:
                return False
            change.put_key(replace(key, state=KeyState.SUSPENDED, version=key.version + 1))
            change.append(Event(EventKind.KEY_SUSPENDED, actor.name, key.team_id, key.key_id, {}), at=at)
            return True
        return False


def _suspends_keys(reader: Reader, team_id: TeamId | None) -> bool:
    team = None if team_id is None else reader.team(team_id)
    return team is not None and team.suspends_leaked_keys


def _find_owner(reader: Reader, secret: Secret, at: int) -> Owner | None:
    if secret.kind is SecretKind.API_TOKEN:
        record = reader.api_tokens.find_by_digest(digest_of(secret.text))
        if record is None:
            return None
        return Owner(record.team_id, "api_token", record.token_id, record.name, record.is_live(at))
    if secret.private_key is not None:
        return _owner_of_key(reader.key_with_public_half(secret.private_key.public.der()), at)
    if secret.kind is SecretKind.MAPS_TOKEN and is_ten_character_id(secret.kid):
        return _owner_of_token(reader, secret, KeyId(str(secret.kid)), at)
    return None


def _owner_of_token(reader: Reader, secret: Secret, kid: KeyId, at: int) -> Owner | None:
    """Find the issued token or the key that a token names, if it is really signed with it."""
    token, key = reader.maps_tokens.find(kid), reader.key(kid)
    holder = token or key
    jws = secret.jws
    if jws is None or holder is None:
        return None
    if not read_public_key(holder.public_key).has_signed(jws.signing_input, jws.signature):
        return None
    if token is not None:
        return Owner(token.team_id, "maps_token", kid, token.description, token.is_live(at))
    return _owner_of_key(key, at)


def _owner_of_key(key: Key | None, at: int) -> Owner | None:
    return None if key is None else Owner(key.team_id, "key", key.key_id, key.name, key.is_live(at))
