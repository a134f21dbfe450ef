"""The vault, which seals secrets for the database: it encrypts them with the master key (AES-256-GCM)."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from trigpoint.base.errors import UnavailableError

VERSION = b"\x01"
VERSION_WITH_DATA_KEY = b"\x02"
NONCE_BYTES = 12


class Vault:
    """Seals and opens secrets. A secret that was sealed for one purpose cannot be opened for another."""

    def __init__(self, master_key: bytes) -> None:
        self._master_key = master_key
        self._cipher = AESGCM(self.derive("seal"))

    def derive(self, purpose: str) -> bytes:
        """Derive a key of 32 bytes for a purpose (HKDF-SHA-256)."""
        return HKDF(hashes.SHA256(), 32, salt=None, info=f"trigpoint:{purpose}".encode()).derive(self._master_key)

    def reveal_master_key(self) -> bytes:
        """Give the master key itself, for a backup that is to contain it."""
        return self._master_key

    def seal(self, plain: bytes, purpose: str) -> bytes:
        """Seal a secret; the result has a version, a nonce, and the ciphertext with its tag."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return VERSION + nonce + self._cipher.encrypt(nonce, plain, purpose.encode())

    def seal_under(self, data_key: bytes, plain: bytes, purpose: str) -> bytes:
        """Seal a secret with the master key and a data key (32 bytes): both are needed to open it."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        cipher = self._cipher_under(data_key)
        return VERSION_WITH_DATA_KEY + nonce + cipher.encrypt(nonce, plain, purpose.encode())

    def open_under(self, data_key: bytes, sealed: bytes, purpose: str) -> bytes:
        """Open a secret of `seal_under`; raise `UnavailableError` if a key is wrong, or if the secret was altered."""
        nonce, ciphertext = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._cipher_under(data_key).decrypt(nonce, ciphertext, purpose.encode())
        except (InvalidTag, ValueError):
            raise UnavailableError(
                "A private half cannot be decrypted: its data key or the master key is not the right one."
            ) from None

    @staticmethod
    def needs_data_key(sealed: bytes) -> bool:
        """Tell whether a secret was sealed with a data key."""
        return sealed[:1] == VERSION_WITH_DATA_KEY

    def _cipher_under(self, data_key: bytes) -> AESGCM:
        derived = HKDF(hashes.SHA256(), 32, salt=data_key, info=b"trigpoint:data key").derive(self._master_key)
        return AESGCM(derived)

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """Open a sealed secret; raise `UnavailableError` if it was sealed with another key or altered."""
        nonce, ciphertext = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, ciphertext, purpose.encode())
        except (InvalidTag, ValueError):
            raise UnavailableError(
                "A secret in the database cannot be decrypted: the master key is not the one of this installation. Restore "
                "master.key (or TRIGPOINT_MASTER_KEY) from a copy."
            ) from None
