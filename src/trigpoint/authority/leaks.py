"""The desk of leaks: finds the owner of a leaked credential, records the report, and suspends the credential.

A report must contain the credential itself: a token whose signature does not verify is ignored. A token that is restricted
to origins, or has expired, is not a leak. A report by somebody of another team is recorded, but suspends nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trigpoint.authority.teams import find_team
from trigpoint.base.clock import Clock, Milliseconds, days, now_ms, to_ms
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

AGAIN_AFTER_MS = days(1)
"""Shortest interval between two records of the same report."""
_LOOKED_AT = 20
"""Most earlier reports with which a new one is compared."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The owner of a credential. `holder` is `key`, `maps_token` or `api_token`, and `subject` its ID."""

    team_id: TeamId | None
    holder: str
    subject: str
    name: str
    is_live: bool


@dataclass(frozen=True, slots=True)
class LeakReport:
    """The result for one reported credential; `owner` is None if it is not of this installation."""

    secret: Secret
    owner: Owner | None
    suspended: bool


class Leaks:
    """Finds the owners of leaked credentials, and suspends the credentials."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def identify(self, secret: Secret) -> Owner | None:
        """Find the owner of a credential; None if it is not ours, or its signature does not verify."""
        with self._store.read() as reader:
            return _find_owner(reader, secret, now_ms(self._clock))

    def report(self, actor: Actor, text: str, *, where: str = "") -> Sequence[LeakReport]:
        """Report all credentials in a text: those of this installation are recorded in the ledger, and suspended.

        A Maps token is suspended; a key only if its private half was found, and its team has chosen that; both only if the
        actor may see the team. Nothing happens for a token that is restricted to origins or has expired. `where` says where
        the text was found. Raises InvalidError for a text without a credential.
        """
        secrets = list(find_secrets(text))
        if not secrets:
            raise InvalidError("text", "a text with a private key, a Maps token or an API token", example="eyJhbGciOi…")
        return [self._report(actor, secret, shorten(where, limit=300)) for secret in secrets]

    def choose_for_keys(self, actor: Actor, team_id: str, *, suspend: bool) -> Team:
        """Set whether a leaked private key of a team is suspended at once, or only reported.

        Without a change, nothing is written to the ledger.
        """
        at = now_ms(self._clock)
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
        at = now_ms(self._clock)
        with self._store.read() as reader:
            owner = _find_owner(reader, secret, at)
            if owner is None or not _is_leak(secret, at):
                return LeakReport(secret, owner, suspended=False)
            is_own = actor.operator if owner.team_id is None else actor.may(Permission.READ, owner.team_id)
            details: Details = {"what": secret.kind.value, "where": where or None, "suspended": False}
            event = Event(EventKind.LEAK_REPORTED, actor.name, owner.team_id, owner.subject, details)
            if not (is_own and owner.is_live) and _is_known(reader, event, at, is_own=is_own):
                return LeakReport(secret, owner, suspended=False)
        with self._store.change(urgent=True) as change:
            suspended = is_own and owner.is_live and self._suspend(change, actor, owner, secret, at)
            if suspended or not _is_known(change, event, at, is_own=is_own):
                change.append(replace(event, details=details | {"suspended": suspended}), at=at)
            return LeakReport(secret, owner, suspended)

    @staticmethod
    def _suspend(change: Change, actor: Actor, owner: Owner, secret: Secret, at: Milliseconds) -> bool:
        if owner.holder == "maps_token":
            token = change.maps_tokens.find(KeyId(owner.subject))
            if token is None or token.state is not KeyState.ACTIVE:
                return False
            change.maps_tokens.put_state(replace(token, state=KeyState.SUSPENDED))
            event = Event(EventKind.MAPS_TOKEN_SUSPENDED, actor.name, token.team_id, token.token_id, {})
            change.append(event, at=at)
            return True
        if owner.holder == "key" and secret.private_key is not None and _suspends_keys(change, owner.team_id):
            key = change.key(KeyId(owner.subject))
            if key is None or key.state is not KeyState.ACTIVE:
                return False
            change.put_key(replace(key, state=KeyState.SUSPENDED, version=key.version + 1))
            change.append(Event(EventKind.KEY_SUSPENDED, actor.name, key.team_id, key.key_id, {}), at=at)
            return True
        return False


def _is_leak(secret: Secret, at: Milliseconds) -> bool:
    """Tell whether a found credential is a leak: one that is not public on purpose, and has not expired."""
    return not secret.is_public and (secret.expires_at is None or at < to_ms(secret.expires_at))


def _is_known(reader: Reader, event: Event, at: Milliseconds, *, is_own: bool) -> bool:
    """Tell whether this was reported within a day: by the same actor with the same place, or, for a stranger, by anybody."""
    reports = reader.entries(
        team_id=event.team_id, subject=event.subject, kind=event.kind.value, newest_first=True, limit=_LOOKED_AT
    )
    return any(
        at - entry.at < AGAIN_AFTER_MS
        and entry.details.get("what") == event.details["what"]
        and (not is_own or (entry.actor, entry.details.get("where")) == (event.actor, event.details["where"]))
        for entry in reports
    )


def _suspends_keys(reader: Reader, team_id: TeamId | None) -> bool:
    team = None if team_id is None else reader.team(team_id)
    return team is not None and team.suspends_leaked_keys


def _find_owner(reader: Reader, secret: Secret, at: Milliseconds) -> Owner | None:
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


def _owner_of_token(reader: Reader, secret: Secret, kid: KeyId, at: Milliseconds) -> Owner | None:
    """Find the Maps token or key that a token names, if the token is signed with it."""
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


def _owner_of_key(key: Key | None, at: Milliseconds) -> Owner | None:
    return None if key is None else Owner(key.team_id, "key", key.key_id, key.name, key.is_live(at))
