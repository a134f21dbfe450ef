"""The base class of all JSON types, and field types that several of them share."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeVar, overload

import msgspec
from msgspec import Meta

from trigpoint.base.clock import Milliseconds, to_seconds

TeamIdText = Annotated[str, Meta(description="Ten upper-case letters and digits.", examples=["K5GNLXS2QT"])]
KeyIdText = Annotated[str, Meta(description="Ten upper-case letters and digits.", examples=["2X9R4HXF34"])]
MapsIdText = Annotated[
    str, Meta(description="Three or four fields, the first 'maps'.", examples=["maps.com.mycompany.mywebsite"])
]
RoleName = Literal["account_holder", "admin", "developer", "viewer"]
ServiceName = Literal["embed_api", "mapkit_js", "server_api", "web_snapshots"]
ReasonName = Literal["superseded", "compromised", "no_longer_needed"]
Moment = Annotated[datetime, Meta(tz=True, description="A time with its UTC offset (RFC 3339).")]


class Shape(msgspec.Struct, rename="camel", omit_defaults=True, forbid_unknown_fields=True):
    """A JSON object: members in camelCase, times in UTC (ISO 8601). Absent members are omitted, never null."""


_Wider = TypeVar("_Wider", bound=Shape)


def members_of(shape: Shape) -> dict[str, object]:
    """Give the JSON members of an object, with times as text and without the absent ones."""
    members: dict[str, object] = msgspec.to_builtins(shape)
    return members


def widen(kind: type[_Wider], shape: Shape, **more: str | None) -> _Wider:
    """Copy an object into a subclass with further fields, for example a key into a created key with its private half."""
    return kind(**msgspec.structs.asdict(shape), **more)


@overload
def to_moment(milliseconds: Milliseconds) -> datetime: ...
@overload
def to_moment(milliseconds: Milliseconds | None) -> datetime | None: ...
def to_moment(milliseconds: Milliseconds | None) -> datetime | None:
    """Give a time in UTC, in whole seconds; None stays None."""
    return None if milliseconds is None else datetime.fromtimestamp(int(to_seconds(milliseconds)), UTC)


def word_of(word: str) -> Any:
    """Give the value of an enum member for a field whose Literal lists all values; tests/api compare the two."""
    return str(word)


def words_of(words: Iterable[str]) -> list[Any]:
    """Give the values of several enum members, in alphabetical order."""
    return sorted(str(word) for word in words)
