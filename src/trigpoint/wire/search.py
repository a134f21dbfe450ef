"""`/v1/search`: places by name or kind, in pages (contract §4.4)."""

import msgspec
from msgspec.structs import replace

from trigpoint.base.geo import Point
from trigpoint.maps.atlas import SearchAnswer
from trigpoint.maps.categories import PoiCategory
from trigpoint.maps.place_ids import PlaceId
from trigpoint.maps.places import Place
from trigpoint.maps.queries import Hints, SearchQuery
from trigpoint.maps.regions import region_of_answer
from trigpoint.wire.hints import parse_filters, parse_hints
from trigpoint.wire.parameters import Parameters
from trigpoint.wire.place import AddressBody, Location, MapRegion, address_body, location_body, region_body
from trigpoint.wire.sealed import (
    MAX_PAGE,
    PAGE,
    ROW,
    SealedSuggestion,
    open_search,
    seal,
    seal_search,
    unseal,
)

MAX_TOKEN = 8_192


class SearchPlace(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """A Place in the field order of search, with its POI category."""

    id: str
    alternate_ids: tuple[str, ...] | None = None
    name: str
    formatted_address_lines: tuple[str, ...]
    structured_address: AddressBody
    country: str | None = None
    country_code: str | None = None
    coordinate: Location
    display_map_region: MapRegion
    poi_category: PoiCategory | None = None
    telephone: str | None = None
    urls: tuple[str, ...] | None = None


class PaginationInfo(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """The tokens of the next and previous pages, and the numbers of pages and results."""

    next_page_token: str | None = None
    prev_page_token: str | None = None
    total_page_count: int
    total_results: int


class SearchResponse(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """One page of a search."""

    display_map_region: MapRegion
    pagination_info: PaginationInfo | None = None
    results: list[SearchPlace]


def parse(parameters: Parameters) -> SearchQuery:
    """Read a search, a further page of one, or the search of a completion; raise InvalidError.

    A page token contains the whole query, so that all other parameters are ignored.
    """
    token = parameters.text("pageToken", max_length=MAX_TOKEN)
    if token is not None:
        origin = "'nextPageToken' or 'prevPageToken' of a search"
        return open_search(unseal("pageToken", token, PAGE, origin=origin))
    text = parameters.required_text("q", example="coffee")
    base = _opened_row(parameters, text)
    return replace(
        base,
        text=text,
        hints=parse_hints(parameters, otherwise=base.hints),
        filters=parse_filters(parameters, otherwise=base.filters),
        lang=parameters.lang(),
        paginated=parameters.boolean("enablePagination"),
    )


def _opened_row(parameters: Parameters, text: str) -> SearchQuery:
    """Give the search in the `metadata` of a completion; without `metadata`, a search for the text alone."""
    metadata = parameters.text("metadata", max_length=MAX_TOKEN)
    if metadata is None:
        return SearchQuery(text=text)
    row = unseal("metadata", metadata, ROW, origin="a 'completionUrl' of an autocomplete")
    if isinstance(row, SealedSuggestion):
        return open_search(row.search)
    return SearchQuery(text=text, hints=Hints(search_location=Point(*row.location)), place_id=PlaceId(row.place_id))


def render(answer: SearchAnswer) -> bytes:
    """Write the response as JSON, with `paginationInfo` if pages were requested."""
    query, found = answer.query, answer.found
    region = found.region or region_of_answer((place.region for place in found.places), query.hints)
    response = SearchResponse(
        display_map_region=region_body(region),
        pagination_info=_pagination(query, found.total) if query.paginated else None,
        results=[_search_place(place) for place in found.places],
    )
    return msgspec.json.encode(response)


def _pagination(query: SearchQuery, total: int) -> PaginationInfo:
    pages = min(MAX_PAGE, -(-total // query.page_size))
    return PaginationInfo(
        next_page_token=_page_token(query, query.page + 1) if query.page < pages else None,
        prev_page_token=_page_token(query, query.page - 1) if query.page > 1 else None,
        total_page_count=pages,
        total_results=total,
    )


def _page_token(query: SearchQuery, page: int) -> str:
    return seal("pageToken", seal_search(query, page=page))


def _search_place(place: Place) -> SearchPlace:
    return SearchPlace(
        id=place.id,
        alternate_ids=place.alternate_ids or None,
        name=place.name,
        formatted_address_lines=place.address_lines,
        structured_address=address_body(place.address),
        country=place.country,
        country_code=place.country_code,
        coordinate=location_body(place.coordinate),
        display_map_region=region_body(place.region),
        poi_category=place.poi_category,
        telephone=place.telephone,
        urls=place.urls or None,
    )
