"""Pages of lists: a cursor names the last item of a page, so that no item is skipped or repeated."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

import msgspec
from litestar.params import QueryParameter

from trigpoint.base.errors import InvalidError

LARGEST = 200
DEFAULT = 50

Limit = Annotated[int, QueryParameter(ge=1, le=LARGEST, description=f"Items per page, at most {LARGEST}.")]
Cursor = Annotated[str | None, QueryParameter(description="The `nextCursor` of the previous page.")]
Item = TypeVar("Item")
Place = tuple[int | str, ...]


def cut_page(
    items: Sequence[Item], place_of: Callable[[Item], Place], *, cursor: str | None, limit: int
) -> tuple[list[Item], str | None]:
    """Cut one page out of a list that is sorted by `place_of`; return it with the cursor of the next page, if there is one."""
    if cursor is not None:
        after = read_cursor(cursor, like=place_of(items[0]) if items else None)
        items = [item for item in items if place_of(item) > after]
    page = list(items[:limit])
    return page, write_cursor(place_of(page[-1])) if len(items) > limit else None


def write_cursor(place: Place) -> str:
    """Write a position as an opaque text."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode("ascii").rstrip("=")


def read_cursor(cursor: str, *, like: Place | None = None) -> Place:
    """Read a cursor. `like` is a position in the same list, to check the types; raises InvalidError if they differ."""
    try:
        place = msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=list[int | str])
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        place = []
    if not place or (like is not None and [type(part) for part in place] != [type(part) for part in like]):
        raise InvalidError("cursor", "a nextCursor of the same list", example="WzEyXQ", received=cursor)
    return tuple(place)
