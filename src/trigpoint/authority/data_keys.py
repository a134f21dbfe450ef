"""Data keys: each sealed private half has its own, which is outside the database, and destroyed with the half.

Data that was erased in a database still exists in its log, in pages that were not overwritten yet, on standbys, and in older
copies. Without the data key, none of it can be decrypted, not even with the master key. A data key is a file of 32 random
bytes, which only its owner may read, in the data folder of the machine that created it; no backup contains it.
"""

import os
import secrets
from pathlib import Path

from trigpoint.authority.new_files import sync_folder, write_whole
from trigpoint.base.errors import UnavailableError
from trigpoint.base.ids import KeyId, is_ten_character_id
from trigpoint.home import Home
from trigpoint.store.closed_files import give_to_owner_of

SIZE = 32


class DataKeys:
    """The data keys of this machine."""

    def __init__(self, home: Path) -> None:
        self._folder = Home(home).data_keys

    def make(self, key_id: KeyId) -> bytes:
        """Create the data key of a private half; it is on the disk when this returns. Raises UnavailableError."""
        data_key = secrets.token_bytes(SIZE)
        try:
            self._make_folder()
            descriptor = os.open(self._path(key_id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                give_to_owner_of(self._folder, descriptor)
                write_whole(descriptor, data_key)
            finally:
                os.close(descriptor)
            sync_folder(self._folder)
        except OSError as error:
            raise UnavailableError(f"No data key can be written to {self._folder}: {error.strerror}.") from error
        return data_key

    def find(self, key_id: KeyId) -> bytes | None:
        """Give the data key of a private half; None if it is not on this machine."""
        try:
            found = self._path(key_id).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise UnavailableError(f"The data key {self._path(key_id)} cannot be read: {error.strerror}.") from error
        return found if len(found) == SIZE else None

    def destroy(self, key_id: KeyId) -> None:
        """Overwrite and remove a data key, if it is on this machine. Raises OSError."""
        path = self._path(key_id)
        try:
            descriptor = os.open(path, os.O_WRONLY)
        except FileNotFoundError:
            return
        except PermissionError:  # another user of this machine has created it
            path.unlink(missing_ok=True)
            return
        try:
            write_whole(descriptor, bytes(SIZE))
        finally:
            os.close(descriptor)
            path.unlink(missing_ok=True)
        sync_folder(self._folder)

    def names(self) -> set[KeyId]:
        """Give the Key IDs whose data keys are on this machine."""
        try:
            return {KeyId(file.name) for file in self._folder.iterdir() if is_ten_character_id(file.name)}
        except FileNotFoundError:
            return set()

    def _make_folder(self) -> None:
        if self._folder.is_dir():
            return
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            give_to_owner_of(self._folder.parent, descriptor)
        finally:
            os.close(descriptor)

    def _path(self, key_id: KeyId) -> Path:
        if not is_ten_character_id(key_id):  # it becomes a file name
            raise ValueError("A Key ID has ten upper-case letters and digits.")
        return self._folder / key_id
