"""The desk of keys. The numbers are those of `docs/flows.md`, "One new key"."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from trigpoint.authority.key_rules import require_free_name, require_maps_id, require_new_public_half, require_version
from trigpoint.authority.maps_ids import find_maps_id
from trigpoint.authority.once import remember_creation, require_first
from trigpoint.authority.possession import Possession
from trigpoint.authority.private_halves import PrivateHalves
from trigpoint.authority.succession import (
    Predecessor,
    ceilings_event,
    find_key,
    find_predecessor,
    hand_over,
    put_expiry,
)
from trigpoint.authority.teams import find_team, no_such_team
from trigpoint.authority.vault import Vault
from trigpoint.base.clock import Clock, Milliseconds, now_ms, to_seconds, to_words
from trigpoint.base.errors import ConflictError, InvalidError
from trigpoint.base.ids import ENTROPY_BYTES, KeyId, ten_character_id
from trigpoint.credentials import keypair
from trigpoint.credentials.ceilings import NO_CEILINGS, Ceilings
from trigpoint.credentials.events import Details, Event, EventKind
from trigpoint.credentials.key import (
    Key,
    KeyState,
    PrivateHalf,
    RevocationReason,
    check_expiry,
    check_room,
    read_key_id,
    read_key_name,
    read_revocation_note,
)
from trigpoint.credentials.keypair import PublicKey
from trigpoint.credentials.once import Once
from trigpoint.credentials.roles import Actor, Permission
from trigpoint.credentials.services import MAPKIT_JS_SERVICE, Service
from trigpoint.credentials.team import read_team_id
from trigpoint.store.opening import Store


@dataclass(frozen=True, slots=True)
class DownloadedKey:
    """A downloaded private half. `pem` are the bytes of the file."""

    key: Key
    file_name: str
    pem: bytes

    def __repr__(self) -> str:
        """Keep the secret out of logs."""
        return f"DownloadedKey({self.file_name})"


class Keys:
    """Creates, registers, finds, hands out, renames and revokes keys."""

    def __init__(self, store: Store, vault: Vault, halves: PrivateHalves, clock: Clock) -> None:
        self._store = store
        self._halves = halves
        self._clock = clock
        self._possession = Possession(vault.derive("proof of possession"))

    def create(
        self,
        actor: Actor,
        *,
        team_id: str,
        name: str,
        maps_id: str,
        services: frozenset[Service] = MAPKIT_JS_SERVICE,
        expires_at: Milliseconds | None = None,
        follows: str | None = None,
        once: Once | None = None,
    ) -> Key:
        """Create a key pair on this server; the private half is sealed until its single download.

        With `follows`, the ID of a key with the same Maps ID, the new key takes over its ceilings and limits. `expires_at`
        is in milliseconds. Raises InvalidError, ForbiddenError, NotFoundError, ConflictError.
        """
        private = keypair.generate()  # noqa: TID251 - this desk seals it
        old = None if follows is None else Predecessor(read_key_id(follows), None)
        draft = _Draft(team_id, name, maps_id, services, expires_at, private.public, PrivateHalf.WAITING, once, old)
        return self._add(actor, draft, private.pem())

    def create_successor(
        self, actor: Actor, key_id: str, *, name: str, old_ends_at: Milliseconds | None = None, once: Once | None = None
    ) -> Key:
        """Create the successor of a key, with its Maps ID, services, ceilings and limits; both are live.

        With `old_ends_at` (milliseconds), the old key expires at that time. Everything is one transaction.
        """
        check_expiry(old_ends_at, now_ms(self._clock))
        old = self.get(actor, key_id)
        private = keypair.generate()  # noqa: TID251 - this desk seals it
        draft = _Draft(
            team_id=old.team_id,
            name=name,
            maps_id=old.maps_id,
            services=old.services,
            expires_at=None,
            public_key=private.public,
            private_half=PrivateHalf.WAITING,
            once=once,
            follows=Predecessor(old.key_id, old_ends_at),
        )
        return self._add(actor, draft, private.pem())

    def challenge(self, actor: Actor, *, team_id: str) -> str:
        """Give a challenge to sign with a private key that was created elsewhere. It is valid for ten minutes."""
        with self._store.read() as reader:
            team = find_team(reader, actor, team_id)
        actor.require(Permission.CHANGE_KEYS, team.team_id)
        return self._possession.challenge(team.team_id, self._clock())

    def register(
        self,
        actor: Actor,
        *,
        team_id: str,
        name: str,
        maps_id: str,
        public_key: PublicKey,
        challenge: str,
        proof: bytes,
        services: frozenset[Service] = MAPKIT_JS_SERVICE,
        expires_at: Milliseconds | None = None,
        follows: str | None = None,
        once: Once | None = None,
    ) -> Key:
        """Register the public half of a key that was created elsewhere, with a proof of possession of its private half.

        `proof` is an ECDSA P-256 SHA-256 signature over the challenge: 64 raw bytes, or DER. The other parameters are those
        of `create`.
        """
        self._possession.check(public_key, challenge, proof, team_id=team_id, at=self._clock())
        old = None if follows is None else Predecessor(read_key_id(follows), None)
        draft = _Draft(team_id, name, maps_id, services, expires_at, public_key, PrivateHalf.NEVER_HERE, once, old)
        return self._add(actor, draft, None)

    def list(self, actor: Actor, *, team_id: str | None = None, maps_id: str | None = None) -> Sequence[Key]:
        """List the keys of a team or a Maps ID, or of all teams that the actor may see; the oldest first."""
        with self._store.read() as reader:
            team = find_team(reader, actor, team_id).team_id if team_id is not None else None
            wanted = find_maps_id(reader, actor, maps_id).identifier if maps_id is not None else None
            keys = reader.keys(team_id=team, maps_id=wanted)
            return [key for key in keys if actor.may(Permission.READ, key.team_id)]

    def list_live(self, team_id: str) -> Sequence[Key]:
        """List the live keys of a team. Anybody may, because public halves are no secrets."""
        at = now_ms(self._clock)
        with self._store.read() as reader:
            team = reader.team(read_team_id(team_id))
            if team is None:
                raise no_such_team(team_id)
            return [key for key in reader.keys(team_id=team.team_id) if key.is_live(at)]

    def get(self, actor: Actor, key_id: str) -> Key:
        """Find one key."""
        with self._store.read() as reader:
            return find_key(reader, actor, key_id)

    def require_download(self, actor: Actor, key_id: str) -> None:
        """Raise `ConflictError` unless the private half can be downloaded."""
        key = self.get(actor, key_id)
        if key.private_half is not PrivateHalf.WAITING:
            raise ConflictError(why_no_download(key))

    def find_active_named(self, actor: Actor, team_id: str, name: str) -> Key | None:
        """Find the active key of a team with a name, whose case does not matter; None if there is none."""
        with self._store.read() as reader:
            return reader.active_key_named(find_team(reader, actor, team_id).team_id, name)

    def download(
        self, actor: Actor, key_id: str, *, deliver: Callable[[DownloadedKey], object] | None = None
    ) -> DownloadedKey:
        """Give the private half, once: it is erased in the same transaction, and then its data key is destroyed.

        `deliver` is called before the transaction ends: if it raises an error, nothing has changed, and the half can still
        be downloaded. Raises ConflictError if it cannot be downloaded (any more).
        """
        at = now_ms(self._clock)
        actor.require(Permission.CHANGE_KEYS, self.get(actor, key_id).team_id)
        data_key = self._halves.find_data_key(read_key_id(key_id))
        with self._store.change() as change:
            key = find_key(change, actor, key_id)
            actor.require(Permission.CHANGE_KEYS, key.team_id)
            sealed = change.sealed_private_half(key.key_id)
            if sealed is None:
                raise ConflictError(why_no_download(key))
            pem = self._halves.open(key.key_id, sealed, data_key)
            change.erase_private_half(key.key_id)
            after = replace(
                key,
                private_half=PrivateHalf.DOWNLOADED,
                downloaded_at=at,
                downloaded_by=actor.name,
                version=key.version + 1,
            )
            change.put_key(after)
            change.append(Event(EventKind.KEY_DOWNLOADED, actor.name, key.team_id, key.key_id, {}), at=at)
            downloaded = DownloadedKey(after, keypair.file_name(key.key_id), pem)
            if deliver is not None:
                deliver(downloaded)
        self._halves.shred(key.key_id)
        return downloaded

    def rename(self, actor: Actor, key_id: str, *, name: str, version: int | None = None) -> Key:
        """Rename a key. With `version`, raises StaleError if the key was changed since that version."""
        clean_name = read_key_name(name)
        at = now_ms(self._clock)
        with self._store.change() as change:
            key = find_key(change, actor, key_id)
            actor.require(Permission.CHANGE_KEYS, key.team_id)
            require_version(key, version)
            require_free_name(change, key, clean_name)
            after = replace(key, name=clean_name, version=key.version + 1)
            change.put_key(after)
            details: Details = {"name": clean_name, "before": key.name}
            change.append(Event(EventKind.KEY_RENAMED, actor.name, key.team_id, key.key_id, details), at=at)
        return after

    def revoke(self, actor: Actor, key_id: str, *, reason: RevocationReason, note: str | None = None) -> Key:
        """Revoke a key for good: once this has returned, no call with its tokens is admitted on any machine."""
        clean_note = read_revocation_note(note)
        at = now_ms(self._clock)
        with self._store.change(urgent=True) as change:
            key = find_key(change, actor, key_id)
            actor.require(Permission.CHANGE_KEYS, key.team_id)
            if key.state is KeyState.REVOKED:
                raise ConflictError(f"The key {key.key_id} was revoked already{_when(key.revoked_at)}.")
            waiting = key.private_half is PrivateHalf.WAITING
            change.erase_private_half(key.key_id)
            after = replace(
                key,
                state=KeyState.REVOKED,
                revoked_at=at,
                revoked_by=actor.name,
                revocation_reason=reason,
                revocation_note=clean_note,
                private_half=PrivateHalf.DESTROYED if waiting else key.private_half,
                version=key.version + 1,
            )
            change.put_key(after)
            details: Details = {"reason": reason.value, "note": clean_note, "mapsId": key.maps_id, "name": key.name}
            change.append(Event(EventKind.KEY_REVOKED, actor.name, key.team_id, key.key_id, details), at=at)
        self._halves.shred(key.key_id)
        return after

    def set_ceilings(self, actor: Actor, key_id: str, ceilings: Ceilings, *, version: int | None = None) -> Key:
        """Set the ceilings of a key; tokens that exceed them are refused from now on. `version` as for `rename`."""
        at = now_ms(self._clock)
        with self._store.change() as change:
            key = find_key(change, actor, key_id)
            actor.require(Permission.CHANGE_KEYS, key.team_id)
            require_version(key, version)
            after = replace(key, ceilings=ceilings, version=key.version + 1)
            change.put_key(after)
            change.append(ceilings_event(actor, after), at=at)
        return after

    def set_expiry(
        self, actor: Actor, key_id: str, expires_at: Milliseconds | None, *, version: int | None = None
    ) -> Key:
        """Set the expiry of a key (milliseconds, or None for never), for example of the old key after a rotation.

        `version` as for `rename`.
        """
        at = now_ms(self._clock)
        check_expiry(expires_at, at)
        with self._store.change() as change:
            key = find_key(change, actor, key_id)
            actor.require(Permission.CHANGE_KEYS, key.team_id)
            if not key.is_live(at):
                raise ConflictError(f"The key {key.key_id} is not live: it is revoked, suspended or expired.")
            require_version(key, version)
            return put_expiry(change, actor, key, expires_at, at=at)

    def resume(self, actor: Actor, key_id: str) -> Key:
        """Accept a suspended key again, because the report that it leaked was wrong."""
        at = now_ms(self._clock)
        with self._store.change() as change:
            key = find_key(change, actor, key_id)
            actor.require(Permission.CHANGE_KEYS, key.team_id)
            if key.state is not KeyState.SUSPENDED:
                raise ConflictError(f"The key {key.key_id} is not suspended.")
            check_room(sum(other.is_live(at) for other in change.keys(maps_id=key.maps_id)), key.maps_id)
            require_free_name(change, key, key.name)
            after = replace(key, state=KeyState.ACTIVE, version=key.version + 1)
            change.put_key(after)
            change.append(Event(EventKind.KEY_RESUMED, actor.name, key.team_id, key.key_id, {}), at=at)
        return after

    def _add(self, actor: Actor, draft: "_Draft", pem: bytes | None) -> Key:
        key_id = _new_key_id()
        name = read_key_name(draft.name)
        at = now_ms(self._clock)
        check_expiry(draft.expires_at, at)
        if not draft.services:
            raise InvalidError("services", "at least one service", example=Service.SERVER_API)
        with self._store.change() as change:
            # 1. May this member?
            team = find_team(change, actor, draft.team_id)
            actor.require(Permission.CHANGE_KEYS, team.team_id)
            require_first(change, draft.once)
            # 2. Do the rules allow it?
            maps_id = require_maps_id(change, actor, team.team_id, draft.maps_id)
            old = find_predecessor(change, actor, draft.follows, maps_id=maps_id)
            check_room(sum(key.is_live(at) for key in change.keys(maps_id=maps_id)), maps_id)
            key = Key(
                key_id=key_id,
                team_id=team.team_id,
                maps_id=maps_id,
                name=name,
                services=draft.services,
                public_key=draft.public_key.der(),
                created_at=at,
                created_by=actor.name,
                private_half=draft.private_half,
                expires_at=draft.expires_at,
                ceilings=NO_CEILINGS if old is None else old.ceilings,
            )
            require_free_name(change, key, name)
            require_new_public_half(change, key)
            # 3. One transaction for the row, the sealed private half and the event.
            change.add_key(key, sealed_private_half=None if pem is None else self._halves.seal(key_id, pem))
            remember_creation(change, draft.once, key.key_id, at=at)
            kind = EventKind.KEY_CREATED if pem is not None else EventKind.KEY_REGISTERED
            details: Details = {
                "name": name,
                "mapsId": key.maps_id,
                "services": " ".join(sorted(key.services)),
                "expiresAt": key.expires_at,
                "thumbprint": draft.public_key.thumbprint(),
            }
            change.append(Event(kind, actor.name, team.team_id, key.key_id, details), at=at)
            if old is not None and draft.follows is not None:
                hand_over(change, actor, old, key, old_ends_at=draft.follows.ends_at, at=at)
        return key


@dataclass(frozen=True, slots=True)
class _Draft:
    """A requested key, before the rules are checked."""

    team_id: str
    name: str
    maps_id: str
    services: frozenset[Service]
    expires_at: Milliseconds | None
    public_key: PublicKey
    private_half: PrivateHalf
    once: Once | None
    follows: Predecessor | None = None


def why_no_download(key: Key) -> str:
    """Give a sentence that says why the private half of a key cannot be downloaded (any more)."""
    match key.private_half:
        case PrivateHalf.DOWNLOADED:
            return (
                f"The private key {key.key_id} was downloaded already{_when(key.downloaded_at)}, by {key.downloaded_by}. "
                "It can be downloaded once, and no copy is kept. If the file is lost, revoke the key and create another."
            )
        case PrivateHalf.NEVER_HERE:
            return f"The private half of the key {key.key_id} was never on this server: only its public key was registered."
        case PrivateHalf.DESTROYED:
            end = f"ended{_when(key.expires_at)}" if key.revoked_at is None else f"was revoked{_when(key.revoked_at)}"
            return f"The key {key.key_id} {end} before it was downloaded; its private half is destroyed."
        case PrivateHalf.WAITING:
            return f"The private half of the key {key.key_id} is missing in the database."


def _when(milliseconds: Milliseconds | None) -> str:
    return "" if milliseconds is None else f" on {to_words(to_seconds(milliseconds))}"


def _new_key_id() -> KeyId:
    return KeyId(ten_character_id(secrets.token_bytes(ENTROPY_BYTES)))
