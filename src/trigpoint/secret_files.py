"""Settings whose secret is in a file, as containers and service managers provide them: `TRIGPOINT_…_FILE`."""

from collections.abc import Mapping
from pathlib import Path

from trigpoint.base.errors import InvalidError
from trigpoint.base.secrecy import hide_secrets
from trigpoint.store.closed_files import who_else_may

SUFFIX = "_FILE"
LARGEST = 65_536
"""Largest file, in bytes."""
EXAMPLE = "/run/secrets/trigpoint"


def read_secret_file(variable: str, environment: Mapping[str, str], *, is_private: bool) -> str | None:
    """Read the file that the variable `variable`_FILE names; None if that is unset. White space around the text is removed.

    With `is_private`, only the file's owner may read it, and a group that this process belongs to.
    Raises InvalidError, which never shows the contents of the file.
    """
    name = variable + SUFFIX
    path = environment.get(name)
    if not path:
        return None
    if environment.get(variable):
        raise InvalidError(name, f"left out, because {variable} is set, too", example=EXAMPLE, received=path)
    try:
        file = Path(path).expanduser()
        if is_private and (why := who_else_may(file)):
            raise InvalidError(name, f"a file that nobody else can read ({why})", example="chmod 400", received=path)
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except OSError as error:
        rule = "the path of a file that can be read"
        raise InvalidError(name, rule, example=EXAMPLE, received=f"{hide_secrets(path)}: {error.strerror}") from None
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        text = ""
    if not text or len(data) > LARGEST or "\0" in text:
        rule = f"the path of a file with one secret in it, as text of at most {LARGEST:,} bytes"
        what = (
            "a file with more bytes"
            if len(data) > LARGEST
            else "a file with other data"
            if text or data
            else "an empty file"
        )
        raise InvalidError(name, rule, example=EXAMPLE, received=f"{what}, {path}")
    return text
