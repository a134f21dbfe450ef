"""The master key: 32 bytes that seal what rests in the database. It is made once, and never leaves the machine."""

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
from trigpoint.store.closed_files import who_else_may

SIZE = 32


def find_master_key(home: Path, *, given: str | None, check: bytes | None = None) -> bytes:
    """Give the master key: from the setting if it is there, else from `master.key` in `home`.

    It is made if need be, unless the database belongs to an installation already: `check` is what that has sealed with
    its master key, None for a new one.
    """
    if given is not None:
        return _decode(given, "TRIGPOINT_MASTER_KEY")
    path = Home(home).master_key
    if not path.exists():
        if check is not None:
            _adopt_restored(home, check)
        else:
            Home(home).restored_master_key.unlink(
                missing_ok=True
            )  # of a restore that was killed before anything had happened
            _make(path, secrets.token_bytes(SIZE))
    return _read(path)


def keep_aside(home: Path, key: bytes) -> Path | None:
    """Write the master key of a backup aside, until what it opens is there; None if `home` has one already."""
    if Home(home).master_key.exists():
        return None
    Home(home).restored_master_key.unlink(missing_ok=True)
    aside = Home(home).restored_master_key
    _make(aside, key)
    return aside


def keep_for_good(aside: Path) -> None:
    """Give a master key that was written aside its name."""
    with contextlib.suppress(FileExistsError):
        publish(aside, Home(aside.parent).master_key)
    aside.unlink(missing_ok=True)


def _adopt_restored(home: Path, check: bytes) -> None:
    """Finish a restore that was killed when its database was there, and the master key had no name yet."""
    aside = Home(home).restored_master_key
    try:
        Vault(_read(aside)).open(check, PURPOSE)
    except (UnavailableError, InvalidError):
        raise UnavailableError(
            f"The master key {Home(home).master_key} is missing, and this database was founded with it. Put it back from where a copy "
            "is kept (chmod 600), or set TRIGPOINT_MASTER_KEY. No new one was made: it would open nothing."
        ) from None
    keep_for_good(aside)


def _read(path: Path) -> bytes:
    try:
        others = who_else_may(path)
        text = _wait_for(path)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise UnavailableError(f"The master key {path} cannot be read: {reason}.") from error
    if others:
        raise UnavailableError(
            f"The master key {path} can be read by others on this machine ({others}). Close it with: chmod 600 {path}. Where the file "
            "system keeps no such modes, set TRIGPOINT_MASTER_KEY instead, and remove the file."
        )
    return _decode(text, str(path))


def _wait_for(path: Path) -> str:
    """Read the file; without hard links its name may be there a moment before the key is."""
    for _ in range(100):
        text = path.read_text("ascii")
        if text:
            return text
        time.sleep(0.02)
    return text


def _make(path: Path, key: bytes) -> None:
    """Write a key beside its place and link it there: two processes that start agree on one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{Home(path.parent).master_key.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
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
