"""`/v1/searchAutocomplete`: completions of a query, each with the URL of its search (contract §4.5)."""

from functools import lru_cache
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

from trigpoint.maps.atlas import AutocompleteAnswer
from trigpoint.maps.categories import ResultType
from trigpoint.maps.places import Completion
from trigpoint.maps.queries import AutocompleteQuery, Filters, SearchQuery
from trigpoint.wire.hints import parse_filters, parse_hints
from trigpoint.wire.parameters import Parameters
from trigpoint.wire.place import AddressBody, Location, address_body, location_body
from trigpoint.wire.sealed import SealedRow, SealedSuggestion, seal, seal_search

MAX_ROW_TEXT = 200
"""Longest text of a completion in its URL, in characters."""


class AutocompleteResult(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """A completion."""

    completion_url: str
    display_lines: tuple[str, ...]
    location: Location
    structured_address: AddressBody | None = None


class SearchAutocompleteResponse(msgspec.Struct):
    """The completions, best first."""

    results: list[AutocompleteResult]


def parse(parameters: Parameters) -> AutocompleteQuery:
    """Read the query; raises InvalidError."""
    return AutocompleteQuery(
        text=parameters.required_text("q", example="caf"),
        hints=parse_hints(parameters),
        filters=parse_filters(parameters, with_queries=True),
        lang=parameters.lang(),
    )


def render(answer: AutocompleteAnswer) -> bytes:
    """Write the response as JSON."""
    return msgspec.json.encode(SearchAutocompleteResponse([_row_body(row, answer.query) for row in answer.rows]))


def _row_body(row: Completion, query: AutocompleteQuery) -> AutocompleteResult:
    location = location_body(row.location)
    return AutocompleteResult(
        completion_url=_completion_url(row, query, location),
        display_lines=row.display_lines,
        location=location,
        structured_address=None if row.address is None else address_body(row.address),
    )


def _completion_url(row: Completion, query: AutocompleteQuery, location: Location) -> str:
    """Write the relative URL of the search for a completion: exactly its place, or its query with the same hints.

    The URL fits into a request line, contains no language, and does not change if it is parsed and encoded again.
    """
    text = " ".join((row.query or " ".join(row.display_lines)).split())[:MAX_ROW_TEXT].rstrip()
    if row.place_id is not None:
        spot = (location.latitude, location.longitude)
        content: SealedRow | SealedSuggestion = SealedRow(row.place_id, spot)
    else:
        filters = replace(query.filters, result_types=query.filters.result_types - {ResultType.QUERY})
        content = SealedSuggestion(seal_search(_search_of(row, query, text, filters), page=1))
    return f"/v1/search?q={_encode(text)}&metadata={seal('metadata', content)}"


@lru_cache(maxsize=4096)
def _encode(text: str) -> str:
    """Percent-encode the text of a row. It is cached, because most rows come again with the next letter."""
    return quote(text, safe="")


def _search_of(row: Completion, query: AutocompleteQuery, text: str, filters: Filters) -> SearchQuery:
    """Make the search of a query completion: with the same filters, around the same point, or, for a crossing, around it."""
    is_anywhere = row.address is None and query.hints.focus is not None
    near = query.hints if is_anywhere else replace(query.hints, search_location=row.location)
    return SearchQuery(text=text, hints=near, filters=filters, lang=query.lang)
