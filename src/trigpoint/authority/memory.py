"""What every request needs to know, held in memory: keys, limits and signing secrets, as of a place in the ledger.

The request's way reads no table. `is_current` costs a fraction of a microsecond; only when the ledger has moved on
does `refresh` read the new entries, and the objects that they name.
"""

import threading
from collections.abc import Callable

from trigpoint.authority.vault import Vault
from trigpoint.base.ids import KeyId
from trigpoint.credentials.events import EventKind
from trigpoint.credentials.facts import KeyFacts
from trigpoint.credentials.key import Key
from trigpoint.credentials.keypair import read_public_key
from trigpoint.credentials.maps_token import MapsToken
from trigpoint.credentials.quota import (
    DEFAULT_LIMITS,
    Account,
    Meter,
    Period,
    key_account,
    maps_id_account,
    team_account,
)
from trigpoint.store.opening import Store
from trigpoint.store.reader import Reader

SECRET_PURPOSE = "signing secret"  # noqa: S105 (a label, not a secret)


class Memory:
    """The world as this process knows it. Reading it takes no lock: each value is replaced whole."""

    def __init__(self, store: Store, vault: Vault, *, shred: Callable[[KeyId], None] = lambda _key_id: None) -> None:
        """Read from `store`; `shred` destroys what this machine has of a private half that waits no more."""
        self._shred = shred
        self._store = store
        self._vault = vault
        self._watch = store.watch
        self._refreshing = threading.Lock()
        self.sequence = -1
        self.keys: dict[KeyId, KeyFacts] = {}
        self.signing_secrets: dict[str, bytes] = {}
        self.newest_secret_id = ""
        self.limits: dict[Account, int] = {}
        self.is_behind = self._watch.moved
        self._watch.follow(self.refresh)

    def refresh(self) -> None:
        """Catch up with the ledger; raise `UnavailableError` if the database does not answer."""
        with self._refreshing:  # one after the other: what was read earlier never replaces what was read later
            mark = self._watch.mark()
            with self._store.read() as reader:
                head = reader.head()
                if self.sequence < 0:
                    self._load(reader)
                elif head.sequence > self.sequence:
                    self._follow(reader)
            self.sequence = head.sequence
            self._watch.settle(mark, head.sequence)

    def limit(self, account: Account) -> int | None:
        """Give the limit of an account; None if it has none."""
        most = self.limits.get(account)
        if most is None and account.subject.startswith("team:") and account.period is Period.DAY:
            return DEFAULT_LIMITS[account.meter]
        return most

    def limits_of(self, key: KeyFacts, meter: Meter) -> list[tuple[Account, int]]:
        """Give every limit that the calls of a key fall under, the team's first."""
        accounts = (
            team_account(key.team_id, meter),
            maps_id_account(key.maps_id, meter),
            key_account(key.key_id, meter),
            key_account(key.key_id, meter, Period.MINUTE),
        )
        found = ((account, self.limit(account)) for account in accounts)
        return [(account, limit) for account, limit in found if limit is not None]

    def _load(self, reader: Reader) -> None:
        everything = reader.keys()
        self.keys = {key.key_id: facts_of(key) for key in everything}
        self.keys |= {token.token_id: facts_of_token(token) for token in reader.maps_tokens.all()}
        self.limits = reader.limits()
        self._load_secrets(reader)

    def _follow(self, reader: Reader) -> None:
        """Read anew what the entries since the last look name."""
        for entry in reader.entries(after=self.sequence):
            if entry.kind == EventKind.BACKUP_RESTORED:
                self._load(reader)  # anything may have changed
            elif entry.kind.startswith("key."):
                if entry.kind in {EventKind.KEY_DOWNLOADED, EventKind.KEY_REVOKED, EventKind.KEY_HALF_DESTROYED}:
                    self._shred(KeyId(entry.subject))
                self._load_key(reader, KeyId(entry.subject))
            elif entry.kind.startswith("maps_token."):
                self._load_token(reader, KeyId(entry.subject))
            elif entry.kind == EventKind.QUOTA_SET:
                self.limits = reader.limits()
            elif entry.kind in {EventKind.SIGNING_SECRET_ROTATED, EventKind.SIGNING_SECRET_FORGOTTEN}:
                self._load_secrets(reader)

    def _load_key(self, reader: Reader, key_id: KeyId) -> None:
        key = reader.key(key_id)
        if key is None:
            self.keys.pop(key_id, None)
        else:
            self.keys[key_id] = facts_of(key)

    def _load_token(self, reader: Reader, token_id: KeyId) -> None:
        token = reader.maps_tokens.find(token_id)
        if token is None:
            self.keys.pop(token_id, None)
        else:
            self.keys[token_id] = facts_of_token(token)

    def _load_secrets(self, reader: Reader) -> None:
        sealed = reader.signing_secrets()
        self.signing_secrets = {
            secret_id: self._vault.open(secret, f"{SECRET_PURPOSE}:{secret_id}") for secret_id, secret, _ in sealed
        }
        self.newest_secret_id = sealed[0][0] if sealed else ""


def facts_of(key: Key) -> KeyFacts:
    """Keep of a key what judging needs; its public half is parsed once, here."""
    return KeyFacts(
        key_id=key.key_id,
        team_id=key.team_id,
        maps_id=key.maps_id,
        services=key.services,
        public_key=read_public_key(key.public_key),
        state=key.state,
        expires_at=None if key.expires_at is None else key.expires_at / 1000,
        revoked_at=None if key.revoked_at is None else key.revoked_at / 1000,
        revocation_reason=key.revocation_reason,
        ceilings=key.ceilings,
    )


def facts_of_token(token: MapsToken) -> KeyFacts:
    """Keep of an issued token what judging needs. It belongs to no Maps ID, and may have no `exp`."""
    return KeyFacts(
        key_id=token.token_id,
        team_id=token.team_id,
        maps_id="",
        services=frozenset({token.service}),
        public_key=read_public_key(token.public_key),
        state=token.state,
        revoked_at=None if token.revoked_at is None else token.revoked_at / 1000,
        may_omit_exp=token.expires_at is None,
    )
