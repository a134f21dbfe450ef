"""Founding an installation: the row that says which master key is its own."""

from trigpoint.authority.vault import Vault
from trigpoint.base.clock import Milliseconds
from trigpoint.store.opening import Store

PURPOSE = "installation"
"""What the check of the master key is sealed for."""
_CHECK = b"trigpoint"


def found_installation(store: Store, vault: Vault, *, at: Milliseconds) -> None:
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


def find_check(store: Store) -> bytes | None:
    """Give what the installation has sealed with its master key; None if the database belongs to none yet."""
    with store.read() as reader:
        return reader.master_key_check()
