"""File permissions: who else can read or write a file of this process, and whose a new file is."""

import os
import stat
import sys
from pathlib import Path


def who_else_may(file: Path) -> str:
    """Say who else may read or write a file; "" if only its owner and this process's own groups may.

    Group access is accepted for a group that this process is in: Kubernetes mounts secrets, and volumes with an
    `fsGroup`, that way.
    """
    if sys.platform == "win32":
        return ""
    status = file.stat()
    if status.st_mode & (stat.S_IROTH | stat.S_IWOTH):
        return "everybody on this machine may"
    is_own = status.st_gid in {os.getegid(), *os.getgroups()}
    if status.st_mode & (stat.S_IRGRP | stat.S_IWGRP) and not is_own:
        return f"the group {status.st_gid} may, and this process is not in it"
    return ""


def open_private(path: Path) -> int:
    """Open a file to read and write, and create it if needed, with access for its owner only; give its descriptor."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    give_to_owner_of(path.parent, descriptor)
    return descriptor


def give_to_owner_of(folder: Path, descriptor: int) -> None:
    """Give a new file to the owner of its folder, if root has created it, for example by a command with `sudo`.

    Otherwise the server, which runs as that owner, could not open it.
    """
    if sys.platform != "win32" and os.geteuid() == 0:
        owner = folder.stat()
        if owner.st_uid != 0:
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
