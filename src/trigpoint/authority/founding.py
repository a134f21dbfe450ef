"""Creating an installation: a row of the database proves which master key belongs to it."""

from trigpoint.authority.vault import Vault
from trigpoint.base.clock import Milliseconds
from trigpoint.store.opening import Store

PURPOSE = "installation"
"""The purpose with which the constant is sealed."""
_CHECK = b"trigpoint"


def found_installation(store: Store, vault: Vault, *, at: Milliseconds) -> None:
    """Set up the installation if it is new; else raise `UnavailableError` if the master key is another one."""
    with store.read() as reader:
        check = reader.master_key_check()
    if check is None:
        with store.change() as change:
            check = change.master_key_check()  # another process may have created it meanwhile
            if check is None:
                change.found_installation(vault.seal(_CHECK, PURPOSE), at=at)
                return
    vault.open(check, PURPOSE)


def find_check(store: Store) -> bytes | None:
    """Give the constant that was sealed with the master key; None for a database without an installation."""
    with store.read() as reader:
        return reader.master_key_check()
