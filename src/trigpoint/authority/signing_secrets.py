"""Signing secrets, which sign access tokens: each is replaced after a month, and deleted an hour later.

The MAC keys of access keys are derived from them, and are replaced and deleted together with them.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from trigpoint.authority.memory import SECRET_PURPOSE
from trigpoint.authority.vault import Vault
from trigpoint.base.clock import Clock, Milliseconds, days, later, now_ms, to_ms
from trigpoint.base.errors import ForbiddenError
from trigpoint.credentials.access_token import LIFETIME_S
from trigpoint.credentials.events import Event, EventKind
from trigpoint.credentials.roles import SYSTEM, Actor
from trigpoint.store.opening import Store
from trigpoint.store.reader import Reader
from trigpoint.store.writer import Change

SECRET_BYTES = 64
ROTATE_AFTER_MS = days(30)
FORGET_AFTER_MS = to_ms(2 * LIFETIME_S)
"""Delete a signing secret this long after its successor was created: everything that it signed has expired by then."""


@dataclass(frozen=True, slots=True)
class SigningSecret:
    """The record of a signing secret. Times are in milliseconds; `forgotten_at`, its deletion, is None for the current one."""

    secret_id: str
    created_at: Milliseconds
    forgotten_at: Milliseconds | None


class SigningSecrets:
    """The desk of signing secrets, for the operator only."""

    def __init__(self, store: Store, vault: Vault, clock: Clock) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock

    def list(self, actor: Actor) -> Sequence[SigningSecret]:
        """List the secrets whose tokens are accepted, the current one first."""
        _require_operator(actor)
        with self._store.read() as reader:
            return _listed(reader)

    def rotate(self, actor: Actor, *, end_tokens: bool = False) -> str:
        """Create a new secret that signs from now on, and give its ID. Tokens of the old one stay valid until they expire.

        With `end_tokens` the old secrets are deleted, so that their tokens are refused at once: for secrets that leaked.
        """
        _require_operator(actor)
        with self._store.change() as change:
            return self._rotate(change, actor, end_tokens=end_tokens)

    def keep_fresh(self) -> None:
        """Create a secret if there is none, or if the newest is a month old; delete secrets that are not needed any more."""
        at = self._now()
        with self._store.read() as reader:
            if not _is_due(reader, at) and not _forgettable(reader, at):
                return
        with self._store.change() as change:
            if _is_due(change, at):
                self._rotate(change, SYSTEM, end_tokens=False)
            for secret_id in _forgettable(change, at):
                change.remove_signing_secret(secret_id)
                change.append(Event(EventKind.SIGNING_SECRET_FORGOTTEN, SYSTEM.name, None, secret_id, {}), at=at)

    def _rotate(self, change: Change, actor: Actor, *, end_tokens: bool) -> str:
        at = self._now()
        secret_id = secrets.token_hex(4)
        sealed = self._vault.seal(secrets.token_bytes(SECRET_BYTES), f"{SECRET_PURPOSE}:{secret_id}")
        before = change.signing_secrets()
        newest = max((created_at for _, _, created_at in before), default=0)
        if end_tokens:
            for old, _, _ in before:
                change.remove_signing_secret(old)
        change.add_signing_secret(secret_id, sealed, created_at=Milliseconds(max(at, newest + 1)))
        details = {"endedTokens": end_tokens}
        change.append(Event(EventKind.SIGNING_SECRET_ROTATED, actor.name, None, secret_id, dict(details)), at=at)
        return secret_id

    def _now(self) -> Milliseconds:
        return now_ms(self._clock)


def _listed(reader: Reader) -> list[SigningSecret]:
    found: list[SigningSecret] = []
    successor_at: Milliseconds | None = None
    for secret_id, _, created_at in reader.signing_secrets():  # the newest first
        end = None if successor_at is None else later(successor_at, FORGET_AFTER_MS)
        found.append(SigningSecret(secret_id, created_at, end))
        successor_at = created_at
    return found


def _forgettable(reader: Reader, at: Milliseconds) -> list[str]:
    return [one.secret_id for one in _listed(reader) if one.forgotten_at is not None and one.forgotten_at <= at]


def _is_due(reader: Reader, at: Milliseconds) -> bool:
    newest = next(iter(_listed(reader)), None)
    return newest is None or newest.created_at < at - ROTATE_AFTER_MS


def _require_operator(actor: Actor) -> None:
    if not actor.operator:
        raise ForbiddenError("Only the operator may look at or rotate signing secrets.")
