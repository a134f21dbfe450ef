"""Whose the map data is: what a command as root creates belongs to the owner of the data folder."""

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

from trigpoint.home import DataFolder


def give_to_owner(data: Path) -> None:
    """Give what root has created in a map data folder to the folder's owner, for example after a command with `sudo`.

    Otherwise a server or a timer, which runs as that owner, could not replace it. Symbolic links are not followed, and
    files with several names are left as they are, so that nothing outside of the folder changes hands.
    """
    if sys.platform == "win32" or os.geteuid() != 0:
        return
    with suppress(OSError):
        owner = data.stat()
        if owner.st_uid != 0:
            give(data, whose=0, to=(owner.st_uid, owner.st_gid))


def give(data: Path, *, whose: int, to: tuple[int, int]) -> None:
    """Give the map data that belongs to the user `whose` to a user and a group; other files in the folder stay."""
    folder = DataFolder(data)
    ours = {
        one.name
        for one in (
            folder.places,
            folder.regions,
            folder.gazetteer,
            folder.routes,
            folder.tiles,
            folder.fetched,
            folder.fetch_lock,
        )
    }
    for place, folders, files, descriptor in os.fwalk(data, follow_symlinks=False):
        names = [*folders, *files]
        if place == str(data):
            names = [name for name in names if name in ours]
            folders[:] = [name for name in folders if name in ours]
        for name in names:
            with suppress(OSError):
                found = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
                if found.st_uid == whose and (found.st_nlink == 1 or stat.S_ISDIR(found.st_mode)):
                    os.chown(name, *to, dir_fd=descriptor, follow_symlinks=False)
