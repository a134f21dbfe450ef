"""Private keys on disk: readable by their owner only, never over another file, and durable before they are reported."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from trigpoint.authority.new_files import publish, sync_folder, write_whole
from trigpoint.base.errors import ConflictError, InvalidError, UnavailableError
from trigpoint.credentials.keypair import read_private_key

MODE = 0o600
SIZE_LIMIT = 4096


@dataclass(slots=True)
class ReservedFile:
    """A new file under a hidden name, readable by its owner only. `write` fills it; `publish` renames it."""

    path: Path
    draft: Path
    descriptor: int
    _written: bool = field(default=False, init=False)

    def write(self, pem: bytes) -> None:
        """Write the whole key, and wait until it is on the disk."""
        try:
            write_whole(self.descriptor, pem)
        except OSError as error:  # the system names no file for a descriptor
            raise OSError(error.errno, error.strerror, str(self.path)) from None
        sync_folder(self.draft.parent)
        self._written = True

    def publish(self) -> Path:
        """Give the file its name, never over another."""
        try:
            publish(self.draft, self.path)
        except FileExistsError:
            raise ConflictError(f"The file {self.path} appeared meanwhile; the key is in {self.draft}.") from None
        return self.path

    def settle(self, error: BaseException) -> None:
        """Remove the file if its key was not registered. If that is not known, the file stays."""
        if not (self._written and isinstance(error, UnavailableError | ConflictError | OSError)):
            self.draft.unlink(missing_ok=True)


@contextmanager
def reserve(path: Path) -> Iterator[ReservedFile]:
    """Open a new file for a private key. Raises `ConflictError` if the name is taken."""
    check_folder(path.parent)
    if path.exists():
        raise ConflictError(f"The file {path} exists already, and is not overwritten.")
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    file = ReservedFile(path, draft, os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE))
    try:
        yield file
    except BaseException as error:
        file.settle(error)
        raise
    finally:
        os.close(file.descriptor)


def find_left_behind(path: Path, public_key: bytes) -> Path | None:
    """Find the file of a download that was killed before it gave the file its name. `public_key` is DER."""
    for draft in path.parent.glob(f".{path.name}.*"):
        with contextlib.suppress(OSError, InvalidError):
            if draft.stat().st_size <= SIZE_LIMIT and read_private_key(draft.read_bytes()).public.der() == public_key:
                return draft
    return None


def check_folder(folder: Path) -> None:
    """Refuse a folder that does not exist or is not writable, before anything is changed."""
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise InvalidError("--out", "a folder that exists and can be written to", example=".", received=str(folder))
