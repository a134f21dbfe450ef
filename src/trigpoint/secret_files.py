"""Secrets of the settings that come as files, as containers and service managers hand them over: `TRIGPOINT_…_FILE`."""

import os
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

from trigpoint.base.errors import InvalidError
from trigpoint.base.secrecy import hide_secrets

SUFFIX = "_FILE"
LARGEST = 65_536
"""Bytes: no secret is as long as this."""
EXAMPLE = "/run/secrets/trigpoint"


def read_secret_file(variable: str, environment: Mapping[str, str], *, is_private: bool) -> str | None:
    """Read the file that `variable`_FILE names; None if it names none. White space around the secret is none of it.

    With `is_private` the file may be open to its owner, and to a group only if that is one of this process.
    Raises InvalidError, which never shows what is in the file.
    """
    name = variable + SUFFIX
    path = environment.get(name)
    if not path:
        return None
    if environment.get(variable):
        raise InvalidError(name, f"alone, and {variable} is set, too", example=EXAMPLE, received=path)
    try:
        file = Path(path).expanduser()
        if is_private and (why := _who_else_reads(file)):
            raise InvalidError(name, f"a file that nobody else can read ({why})", example="chmod 400", received=path)
        data = file.read_bytes()[: LARGEST + 1]
    except OSError as error:
        rule = "the path of a file that can be read"
        raise InvalidError(name, rule, example=EXAMPLE, received=f"{hide_secrets(path)}: {error.strerror}") from None
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        text = ""
    if not text or len(data) > LARGEST or "\0" in text:
        rule = "the path of a file with one secret in it, as text"
        raise InvalidError(name, rule, example=EXAMPLE, received=f"{'no' if not data else 'other'} data in {path}")
    return text


def _who_else_reads(file: Path) -> str:
    """Say who else may read a file; nothing if only this process and its own groups may."""
    if sys.platform == "win32":
        return ""
    status = file.stat()
    if status.st_mode & (stat.S_IROTH | stat.S_IWOTH):
        return "everybody on this machine may"
    is_own = status.st_gid in {os.getegid(), *os.getgroups()}
    if status.st_mode & (stat.S_IRGRP | stat.S_IWGRP) and not is_own:
        return f"the group {status.st_gid} may, and this process is not in it"
    return ""
