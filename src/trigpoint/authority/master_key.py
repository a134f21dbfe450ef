"""The master key: 32 bytes that seal what rests in the database. It is made once, and never leaves the machine."""

import base64
import binascii
import os
import secrets
from pathlib import Path

from trigpoint.base.errors import InvalidError, UnavailableError

SIZE = 32
FILE = "master.key"


def find_master_key(home: Path, *, given: str | None) -> bytes:
    """Give the master key: from the setting if it is there, else from `master.key` in `home`, made if need be."""
    if given is not None:
        return _decode(given, "TRIGPOINT_MASTER_KEY")
    path = home / FILE
    if not path.exists():
        _make(path)
    try:
        mode = path.stat().st_mode & 0o077
        text = path.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise UnavailableError(f"The master key {path} cannot be read: {error}.") from error
    if mode:
        raise UnavailableError(
            f"The master key {path} can be read by others on this machine. Close it with: chmod 600 {path}"
        )
    return _decode(text, str(path))


def keep_master_key(home: Path, key: bytes) -> None:
    """Write a master key that came from elsewhere, if `home` has none."""
    if not (home / FILE).exists():
        _make(home / FILE, key)


def _make(path: Path, key: bytes | None = None) -> None:
    """Write a key, a new one or a given, beside its place and link it there: two processes that start agree on one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{FILE}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(key or secrets.token_bytes(SIZE)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _decode(text: str, name: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != SIZE:
        example = "the output of: openssl rand -base64 32"
        raise InvalidError(name, "32 bytes in Base64", example=example, received="something else")
    return key
