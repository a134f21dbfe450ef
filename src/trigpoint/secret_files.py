"""Secrets of the settings that come as files, as containers and service managers hand them over: `TRIGPOINT_…_FILE`."""

from collections.abc import Mapping
from pathlib import Path

from trigpoint.base.errors import InvalidError
from trigpoint.base.secrecy import hide_secrets
from trigpoint.store.closed_files import who_else_may

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
        if is_private and (why := who_else_may(file)):
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
