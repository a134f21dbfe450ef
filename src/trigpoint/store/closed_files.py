"""File permissions: who else can read or write a file of this process."""

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
