"""File permissions: who may read or write a file beside the process that it belongs to."""

import os
import stat
import sys
from pathlib import Path


def who_else_may(file: Path) -> str:
    """Say who else may read or write a file; nothing if only this process and its own groups may.

    A group of its own will do: what Kubernetes mounts, and any file of a volume with an `fsGroup`, is of such a group.
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
