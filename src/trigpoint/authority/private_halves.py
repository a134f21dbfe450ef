"""Private halves until their one download: each is sealed with the master key and its own data key, which is destroyed then.

1. A half is sealed inside the transaction that writes it. So a data key without a row is not needed by any transaction.
2. A download or revocation erases the row, commits, and destroys the data key before the response. Other machines destroy
   theirs when they read the event, and the response waits for that (`store/confirming.py`).
3. If a process is killed in between, there was no response; what is left is destroyed within a minute, or at the next start.
4. On PostgreSQL, the data key may be on another machine. It is sent through the database, encrypted to a key that exists
   only in the memory of this process: what remains in the database cannot be decrypted.
"""

import base64
import hmac
import logging
import secrets
import time
from dataclasses import replace

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from trigpoint.authority.data_keys import DataKeys
from trigpoint.authority.vault import Vault
from trigpoint.base.clock import Clock, now_ms, to_ms
from trigpoint.base.errors import ConflictError
from trigpoint.base.ids import KeyId
from trigpoint.credentials.events import Event, EventKind
from trigpoint.credentials.key import PrivateHalf
from trigpoint.credentials.roles import SYSTEM
from trigpoint.store.handovers import Handover
from trigpoint.store.opening import Store
from trigpoint.store.writer import Change

PATIENCE_S = 4.0
"""Timeout for a data key from another machine."""
LOOK_EVERY_S = 0.02
"""Interval between two queries for it."""
_LOG = logging.getLogger("trigpoint.authority")


class PrivateHalves:
    """Seals and opens private halves, and destroys their data keys."""

    def __init__(self, store: Store, vault: Vault, data_keys: DataKeys, clock: Clock) -> None:
        self._store = store
        self._vault = vault
        self._data_keys = data_keys
        self._clock = clock
        self._secret = vault.derive("handover")

    def seal(self, key_id: KeyId, pem: bytes) -> bytes:
        """Seal a new private half; called inside the transaction that writes it."""
        return self._vault.seal_under(self._data_keys.make(key_id), pem, _purpose(key_id))

    def find_data_key(self, key_id: KeyId) -> bytes | None:
        """Give the data key of a half that was not downloaded yet, from this machine or another.

        None if the half needs no data key, or is gone. It must not be called inside a transaction, because it may wait for
        another machine. Raises `ConflictError` if no machine gives it.
        """
        with self._store.read() as reader:
            sealed = reader.sealed_private_half(key_id)
        if sealed is None or not self._vault.needs_data_key(sealed):
            return None
        found = self._data_keys.find(key_id)
        if found is None and self._waits(key_id):
            found = self._ask(key_id)
        if found is None and self._waits(key_id):
            raise ConflictError(
                f"The private half of the key {key_id} cannot be decrypted here: its data key is on the machine that created "
                "the key, which does not respond, or it is lost. No backup contains it. Download the key on that machine, or "
                "revoke the key and create another: nobody ever had this private half."
            )
        return found

    def open(self, key_id: KeyId, sealed: bytes, data_key: bytes | None) -> bytes:
        """Decrypt a sealed half; `data_key` is None for one of an earlier version, which has none."""
        if data_key is None:
            return self._vault.open(sealed, _purpose(key_id))
        return self._vault.open_under(data_key, sealed, _purpose(key_id))

    def shred(self, key_id: KeyId) -> None:
        """Destroy the data key of a half that was downloaded or has ended, if it is on this machine.

        If the disk fails, that is logged, and `sweep` tries again.
        """
        try:
            self._data_keys.destroy(key_id)
        except OSError as error:
            _LOG.error("The data key of %s could not be destroyed, which is retried: %s", key_id, error.strerror)

    def _waits(self, key_id: KeyId) -> bool:
        with self._store.read() as reader:
            return reader.sealed_private_half(key_id) is not None

    def sweep(self) -> None:
        """Destroy data keys that are not needed any more, and the halves of expired keys; seal older halves with a data key."""
        with self._store.read() as reader:
            sealed = reader.sealed_private_halves()
            unwanted = reader.expired_private_halves(to_ms(self._clock()))
        here = self._data_keys.names()
        older = [key_id for key_id, one in sealed.items() if not self._vault.needs_data_key(one)]
        if not older and not unwanted and here <= sealed.keys():
            return
        with self._store.change() as change:  # no other process writes meanwhile
            for key_id in change.expired_private_halves(to_ms(self._clock())):
                self._end(change, key_id)
            for key_id, one in change.sealed_private_halves().items():
                if not self._vault.needs_data_key(one):
                    self._seal_anew(change, key_id, one)
            for key_id in self._data_keys.names() - change.sealed_private_halves().keys():
                self.shred(key_id)
        if older:
            self._store.empty_log()

    def hand_over(self) -> None:
        """Send data keys that are on this machine to the machines that have requested them."""
        for request in self._store.handovers.unanswered():
            if not hmac.compare_digest(request.mac, self._mac(request)):
                continue  # the request is not from a process with the master key
            data_key = self._data_keys.find(request.key_id)
            if data_key is not None:
                ours = X25519PrivateKey.generate()
                shared = _agree(ours, request.public_key, request.request_id)
                box = ours.public_key().public_bytes_raw() + Vault(shared).seal(data_key, request.request_id)
                self._store.handovers.answer(request.request_id, self._vault.seal(box, request.request_id))

    def _end(self, change: Change, key_id: KeyId) -> None:
        key = change.key(key_id)
        if key is None:
            return
        change.erase_private_half(key_id)
        change.put_key(replace(key, private_half=PrivateHalf.DESTROYED, version=key.version + 1))
        event = Event(EventKind.KEY_HALF_DESTROYED, SYSTEM.name, key.team_id, key_id, {})
        change.append(event, at=now_ms(self._clock))

    def _seal_anew(self, change: Change, key_id: KeyId, sealed: bytes) -> None:
        pem = self._vault.open(sealed, _purpose(key_id))
        self._data_keys.destroy(key_id)  # left by an attempt that was killed
        change.put_sealed_private_half(key_id, self.seal(key_id, pem))

    def _ask(self, key_id: KeyId) -> bytes | None:
        """Request a data key from the other machines of the installation; None on timeout, and with SQLite."""
        if self._store.is_local:
            return None
        ours = X25519PrivateKey.generate()
        request = Handover(secrets.token_hex(16), key_id, ours.public_key().public_bytes_raw(), b"")
        request = request._replace(mac=self._mac(request))
        self._store.handovers.ask(request, at=now_ms(self._clock))
        deadline = time.monotonic() + PATIENCE_S
        try:
            while time.monotonic() < deadline:
                answer = self._store.handovers.answer_to(request.request_id)
                if answer is not None:
                    box = self._vault.open(answer, request.request_id)
                    shared = _agree(ours, box[:32], request.request_id)
                    return Vault(shared).open(box[32:], request.request_id)
                time.sleep(LOOK_EVERY_S)
        finally:
            self._store.handovers.forget(request.request_id)
        return None

    def _mac(self, request: Handover) -> bytes:
        public = base64.b64encode(request.public_key).decode("ascii")
        text = f"{request.request_id}.{request.key_id}.{public}"
        return hmac.digest(self._secret, text.encode("ascii"), "sha256")


def _agree(ours: X25519PrivateKey, theirs: bytes, request_id: str) -> bytes:
    """Derive the key that encrypts a data key for one request (X25519, HKDF-SHA-256)."""
    shared = ours.exchange(X25519PublicKey.from_public_bytes(theirs))
    return HKDF(hashes.SHA256(), 32, salt=None, info=f"trigpoint:handover:{request_id}".encode()).derive(shared)


def _purpose(key_id: KeyId) -> str:
    return f"private key:{key_id}"
