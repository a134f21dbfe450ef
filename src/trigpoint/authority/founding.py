"""Founding an installation, and keeping the secrets that sign its access tokens fresh."""

import secrets

from trigpoint.authority.memory import SECRET_PURPOSE, Memory
from trigpoint.authority.vault import Vault
from trigpoint.credentials.access_token import LIFETIME_S
from trigpoint.credentials.events import Event, EventKind
from trigpoint.credentials.roles import SYSTEM
from trigpoint.store.opening import Store

SECRET_BYTES = 64
ROTATE_AFTER_MS = 30 * 86_400_000
FORGET_AFTER_MS = 2 * LIFETIME_S * 1000
"""A secret is forgotten when its successor is so old: whatever it signed has expired by then."""
PURPOSE = "installation"
"""What the check of the master key is sealed for."""
_CHECK = b"trigpoint"


def found_installation(store: Store, vault: Vault, *, at: int) -> None:
    """Found the installation if it is new; else raise `UnavailableError` if the master key is not its own."""
    with store.read() as reader:
        check = reader.master_key_check()
    if check is None:
        with store.change() as change:
            check = change.master_key_check()  # another process may have been quicker
            if check is None:
                change.found_installation(vault.seal(_CHECK, PURPOSE), at=at)
                return
    vault.open(check, PURPOSE)


def rotate_signing_secret(store: Store, vault: Vault, *, at: int) -> str:
    """Sign access tokens with a new secret from now on; those that are out stay valid until they expire."""
    secret_id = secrets.token_hex(4)
    sealed = vault.seal(secrets.token_bytes(SECRET_BYTES), f"{SECRET_PURPOSE}:{secret_id}")
    with store.change() as change:
        created = [created_at for _, _, created_at in change.signing_secrets()]
        newest = max(created, default=0)
        in_use_since = max((each for each in created if each < at - FORGET_AFTER_MS), default=0)
        change.remove_signing_secrets(created_before=in_use_since)
        change.add_signing_secret(secret_id, sealed, created_at=max(at, newest + 1))
        change.append(Event(EventKind.SIGNING_SECRET_ROTATED, SYSTEM.name, None, secret_id, {}), at=at)
    return secret_id


def keep_secrets_fresh(store: Store, vault: Vault, memory: Memory, *, at: int) -> None:
    """Rotate the signing secret if there is none, or if it is a month old."""
    with store.read() as reader:
        newest = max((created_at for _, _, created_at in reader.signing_secrets()), default=None)
    if newest is None or newest < at - ROTATE_AFTER_MS:
        rotate_signing_secret(store, vault, at=at)
    memory.refresh()
