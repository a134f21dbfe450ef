"""Opaque texts that contain a query: page tokens, and the `metadata` of a completion (contract §4.4, §4.5).

They are a checksum and MessagePack, in base64url without padding. The checksum finds damaged texts; it is not a signature,
because the same query could be sent as parameters. Therefore the contents are checked against the limits of parameters.
"""

import base64
import binascii
import hashlib
from functools import cache
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta
from msgspec.msgpack import Decoder

from trigpoint.base.base64url import encode_base64url
from trigpoint.base.errors import InvalidError
from trigpoint.base.geo import Box, Point
from trigpoint.maps.categories import AddressCategory, PoiCategory, ResultType
from trigpoint.maps.queries import Filters, Hints, SearchQuery
from trigpoint.wire.parameters import MAX_TEXT

MAX_PAGE = 1_000
_CHECK_BYTES = 6
_encoder = msgspec.msgpack.Encoder(order="deterministic")

Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
Spot = tuple[Latitude, Longitude]
Corners = tuple[Latitude, Longitude, Latitude, Longitude]
Text = Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)]
Code = Annotated[str, Meta(pattern="^[A-Z]{2}$")]
Tag = Annotated[str, Meta(min_length=2, max_length=100)]


class SealedSearch(msgspec.Struct, array_like=True, frozen=True):
    """A whole search: the contents of a page token, and of the `metadata` of a query completion."""

    text: Text
    lang: Tag
    page: Annotated[int, Meta(ge=1, le=MAX_PAGE)]
    search_location: Spot | None
    user_location: Spot | None
    search_region: Corners | None
    region_required: bool
    countries: frozenset[Code]
    result_types: frozenset[ResultType]
    include_poi: frozenset[PoiCategory]
    exclude_poi: frozenset[PoiCategory]
    include_address: frozenset[AddressCategory]
    exclude_address: frozenset[AddressCategory]


class SealedRow(msgspec.Struct, array_like=True, frozen=True, tag="place"):
    """A completion for one place, with its coordinate, in case the place does not exist any more."""

    place_id: Annotated[str, Meta(pattern="^I[0-9A-F]{15,16}$")]
    location: Spot


class SealedSuggestion(msgspec.Struct, array_like=True, frozen=True, tag="search"):
    """A completion for a search."""

    search: SealedSearch


Sealed = SealedSearch | SealedRow | SealedSuggestion
S = TypeVar("S")

PAGE: Decoder[SealedSearch] = Decoder(SealedSearch)
ROW: Decoder[SealedRow | SealedSuggestion] = Decoder(SealedRow | SealedSuggestion)


def seal(name: str, content: Sealed) -> str:
    """Write contents as opaque text for the parameter `name`; it is not valid for another parameter."""
    payload = _encoder.encode(content)
    return encode_base64url(_checksum(name, payload) + payload)


def unseal(name: str, text: str, decoder: Decoder[S], *, origin: str) -> S:
    """Read a text; raise InvalidError for one that `seal` did not write. `origin` says in the error where texts come from."""
    try:
        sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        check, payload = sealed[:_CHECK_BYTES], sealed[_CHECK_BYTES:]
        if check == _checksum(name, payload) and encode_base64url(sealed) == text:
            return decoder.decode(payload)
    except (binascii.Error, UnicodeEncodeError, ValueError, msgspec.MsgspecError):
        pass
    raise InvalidError(name, f"copied whole and unchanged from {origin}", example=f"{name}=…", received=text)


def seal_search(query: SearchQuery, *, page: int) -> SealedSearch:
    """Convert a search to its sealed contents, for a page."""
    hints, filters, region = query.hints, query.filters, query.hints.search_region
    return SealedSearch(
        text=query.text,
        lang=query.lang,
        page=page,
        search_location=_spot(hints.search_location),
        user_location=_spot(hints.user_location),
        search_region=(region.south, region.west, region.north, region.east) if region else None,
        region_required=hints.region_required,
        countries=hints.countries,
        result_types=filters.result_types,
        include_poi=filters.include_poi,
        exclude_poi=filters.exclude_poi,
        include_address=filters.include_address,
        exclude_address=filters.exclude_address,
    )


def open_search(sealed: SealedSearch) -> SearchQuery:
    """Convert sealed contents to a search."""
    return SearchQuery(
        text=sealed.text,
        hints=Hints(
            search_location=_point(sealed.search_location),
            user_location=_point(sealed.user_location),
            search_region=Box(*sealed.search_region) if sealed.search_region else None,
            region_required=sealed.region_required,
            countries=sealed.countries,
        ),
        filters=Filters(
            result_types=sealed.result_types,
            include_poi=sealed.include_poi,
            exclude_poi=sealed.exclude_poi,
            include_address=sealed.include_address,
            exclude_address=sealed.exclude_address,
        ),
        lang=sealed.lang,
        paginated=True,
        page=sealed.page,
    )


def _checksum(name: str, payload: bytes) -> bytes:
    started = _start_checksum(name).copy()
    started.update(payload)
    return started.digest()


@cache
def _start_checksum(name: str) -> "hashlib.blake2b":
    """Start the checksum of a parameter; a copy of it takes a third of the time."""
    return hashlib.blake2b(digest_size=_CHECK_BYTES, person=name.encode()[:16])


def _spot(point: Point | None) -> Spot | None:
    return None if point is None else (point.latitude, point.longitude)


def _point(spot: Spot | None) -> Point | None:
    return None if spot is None else Point(*spot)
