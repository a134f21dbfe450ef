"""ETags and If-Match (RFC 9110 §8.8.3, §13.1.1): nobody overwrites what they have not seen."""

import re

from trigpoint.base.errors import InvalidError, StaleError
from trigpoint.web.errors import PreconditionMissingError

_TAG = re.compile(r'"([\x21\x23-\x2b\x2d-\x7e]+)"', re.ASCII)
_VERSION = re.compile(r"\d{1,18}", re.ASCII)
_LIST = re.compile(r'\s*"[\x21\x23-\x7e]*"\s*(,\s*"[\x21\x23-\x7e]*"\s*)*', re.ASCII)


def etag_of(version: int | str) -> dict[str, str]:
    """Give the header with the ETag of a version, or of the edition of what has no version."""
    return {"ETag": f'"{version}"'}


def read_if_match(text: str | None) -> int | None:
    """Read the version that an edit was made for; None is any (`*`). Without the header, an edit is refused with 428."""
    edition = read_edition(text)
    if edition is not None and _VERSION.fullmatch(edition) is None:
        raise _no_such_version()
    return None if edition is None else int(edition)


def read_edition(text: str | None) -> str | None:
    """Read the edition that an edit was made for, as `read_if_match` reads a version."""
    if text is None:
        raise PreconditionMissingError("An edit needs If-Match with the ETag of what was read, for example '\"3\"'.")
    if text.strip() == "*":
        return None
    tag = _TAG.fullmatch(text.strip())
    if tag is not None:
        return tag[1]
    if _LIST.fullmatch(text) is None:
        raise InvalidError("If-Match", "one ETag in quotation marks, or *", example='"3"', received=text)
    raise _no_such_version()


def _no_such_version() -> StaleError:
    return StaleError("If-Match names no version of this that exists. Read it again.")
