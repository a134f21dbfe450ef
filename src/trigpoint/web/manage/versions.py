"""ETags and If-Match (RFC 9110 §8.8.3, §13.1.1): nobody overwrites what they have not seen."""

import re

from trigpoint.base.errors import InvalidError, StaleError
from trigpoint.web.manage.problems import PreconditionMissingError

_TAG = re.compile(r'"(\d{1,18})"', re.ASCII)
_LIST = re.compile(r'\s*"[\x21\x23-\x7e]*"\s*(,\s*"[\x21\x23-\x7e]*"\s*)*', re.ASCII)


def etag_of(version: int) -> dict[str, str]:
    """Give the header with the ETag of a version."""
    return {"ETag": f'"{version}"'}


def read_if_match(text: str | None) -> int | None:
    """Read the version that an edit was made for; None is any (`*`). Without the header, an edit is refused with 428."""
    if text is None:
        raise PreconditionMissingError("An edit needs If-Match with the ETag of what was read, for example '\"3\"'.")
    if text.strip() == "*":
        return None
    tag = _TAG.fullmatch(text.strip())
    if tag is not None:
        return int(tag[1])
    if _LIST.fullmatch(text) is None:
        raise InvalidError("If-Match", "one ETag in quotation marks, or *", example='"3"', received=text)
    raise StaleError("If-Match names no version of this that exists. Read it again.")
