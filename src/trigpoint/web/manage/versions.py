"""ETags and If-Match (RFC 9110 §8.8.3, §13.1.1), so that an edit does not overwrite another one unseen."""

import re

from trigpoint.base.errors import InvalidError, StaleError
from trigpoint.web.errors import PreconditionMissingError

_TAG = re.compile(r'"([\x21\x23-\x2b\x2d-\x7e]+)"', re.ASCII)
_VERSION = re.compile(r"\d{1,18}", re.ASCII)
_LIST = re.compile(r'\s*"[\x21\x23-\x7e]*"\s*(,\s*"[\x21\x23-\x7e]*"\s*)*', re.ASCII)


def etag_of(version: int | str) -> dict[str, str]:
    """Give the ETag header for a version number, or for an edition (a hash, for records without version numbers)."""
    return {"ETag": f'"{version}"'}


def read_if_match(text: str | None) -> int | None:
    """Read the version in If-Match; None for `*`. Raises PreconditionMissingError without the header."""
    edition = read_edition(text)
    if edition is not None and _VERSION.fullmatch(edition) is None:
        raise _no_such_version()
    return None if edition is None else int(edition)


def read_edition(text: str | None) -> str | None:
    """Read the edition in If-Match, like `read_if_match`."""
    if text is None:
        raise PreconditionMissingError(
            "An edit needs If-Match with the ETag of the last response, for example '\"3\"'."
        )
    if text.strip() == "*":
        return None
    tag = _TAG.fullmatch(text.strip())
    if tag is not None:
        return tag[1]
    if _LIST.fullmatch(text) is None:
        raise InvalidError("If-Match", "one ETag in quotation marks, or *", example='"3"', received=text)
    raise _no_such_version()


def _no_such_version() -> StaleError:
    return StaleError("If-Match has no ETag of this resource. Read it again.")
