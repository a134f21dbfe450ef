"""The master key: 32 bytes that encrypt secrets in the database. It is generated once, and never sent anywhere."""

import base64
import binascii
import contextlib
import os
import secrets
import time
from pathlib import Path

from trigpoint.authority.founding import PURPOSE
from trigpoint.authority.new_files import publish, write_whole
from trigpoint.authority.vault import Vault
from trigpoint.base.errors import InvalidError, UnavailableError
from trigpoint.home import Home
from trigpoint.store.closed_files import give_to_owner_of, who_else_may

SIZE = 32


def find_master_key(home: Path, *, given: str | None, check: bytes | None = None) -> bytes:
    """Give the master key: `given` from the setting, else from the file `master.key` in `home`.

    The file is created if it is missing, unless the database belongs to an installation already: `check` is the constant
    that was sealed with the installation's master key, None for a new installation. Raises `UnavailableError`.
    """
    if given is not None:
        return _decode(given, "TRIGPOINT_MASTER_KEY")
    path = Home(home).master_key
    if not path.exists():
        if check is not None:
            _adopt_restored(home, check)
        else:
            Home(home).restored_master_key.unlink(missing_ok=True)  # left by a restore that was killed
            _make(path, secrets.token_bytes(SIZE))
    return _read(path)


def write_aside(home: Path, key: bytes) -> Path | None:
    """Write the master key of a backup to a temporary file, until the restore has succeeded; None if `home` has a key."""
    if Home(home).master_key.exists():
        return None
    Home(home).restored_master_key.unlink(missing_ok=True)
    aside = Home(home).restored_master_key
    _make(aside, key)
    return aside


def put_in_place(aside: Path) -> None:
    """Rename the temporary file of a master key to its final name."""
    with contextlib.suppress(FileExistsError):
        publish(aside, Home(aside.parent).master_key)
    aside.unlink(missing_ok=True)


def _adopt_restored(home: Path, check: bytes) -> None:
    """Finish a restore that was killed between writing the database and renaming the file of the master key."""
    aside = Home(home).restored_master_key
    try:
        Vault(_read(aside)).open(check, PURPOSE)
    except (UnavailableError, InvalidError):
        raise UnavailableError(
            f"The master key {Home(home).master_key} is missing, and secrets in this database are encrypted with it. Restore it "
            "from a copy (chmod 600), or set TRIGPOINT_MASTER_KEY. No new one was created: it could not decrypt them."
        ) from None
    put_in_place(aside)


def _read(path: Path) -> bytes:
    try:
        others = who_else_may(path)
        text = _wait_for(path)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise UnavailableError(f"The master key {path} cannot be read: {reason}.") from error
    if others:
        raise UnavailableError(
            f"The master key {path} can be read by others on this machine ({others}). Protect it with: chmod 600 {path}. If "
            "the file system does not support this, set TRIGPOINT_MASTER_KEY instead, and delete the file."
        )
    return _decode(text, str(path))


def _wait_for(path: Path) -> str:
    """Read the file; on a file system without hard links, it may be empty for a moment."""
    for _ in range(100):
        text = path.read_text("ascii")
        if text:
            return text
        time.sleep(0.02)
    return text


def _make(path: Path, key: bytes) -> None:
    """Write a key to a draft, and link it to its name: of two processes that start at once, both use the same key."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{Home(path.parent).master_key.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        give_to_owner_of(path.parent, descriptor)
        write_whole(descriptor, base64.b64encode(key) + b"\n")
        with contextlib.suppress(FileExistsError):
            publish(draft, path)
    finally:
        os.close(descriptor)
        draft.unlink(missing_ok=True)


def _decode(text: str, name: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != SIZE:
        example = "the output of: openssl rand -base64 32"
        raise InvalidError(name, "32 bytes in Base64", example=example, received="something else")
    return key
