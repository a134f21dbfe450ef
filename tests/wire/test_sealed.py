"""Sealed parameters (page tokens, completion metadata) are read back unchanged, and changed ones are refused."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.base.errors import InvalidError
from trigpoint.base.geo import Box, Point
from trigpoint.maps.categories import AddressCategory, PoiCategory, ResultType
from trigpoint.maps.queries import Filters, Hints, SearchQuery
from trigpoint.wire.sealed import PAGE, SealedRow, open_search, seal, seal_search, unseal

points = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
boxes = st.builds(
    lambda south, north, west, east: Box(south=min(south, north), west=west, north=max(south, north), east=east),
    st.floats(-90, 90),
    st.floats(-90, 90),
    st.floats(-180, 180),
    st.floats(-180, 180),
)
hints = st.builds(
    Hints,
    search_location=st.none() | points,
    user_location=st.none() | points,
    search_region=st.none() | boxes,
    region_required=st.booleans(),
    countries=st.frozensets(st.sampled_from(["FI", "MC", "US"])),
)
filters = st.builds(
    Filters,
    result_types=st.frozensets(st.sampled_from(ResultType)),
    include_poi=st.frozensets(st.sampled_from(PoiCategory)),
    exclude_poi=st.frozensets(st.sampled_from(PoiCategory)),
    include_address=st.frozensets(st.sampled_from(AddressCategory)),
    exclude_address=st.frozensets(st.sampled_from(AddressCategory)),
)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=1024)
searches = st.builds(
    SearchQuery,
    text=texts,
    hints=hints,
    filters=filters,
    lang=st.sampled_from(["en-US", "zh-Hant-TW", "fi"]),
    paginated=st.just(True),
    page=st.integers(1, 1000),
)


def opened(token: str) -> SearchQuery:
    return open_search(unseal("pageToken", token, PAGE, origin="a search"))


@given(searches)
def test_a_page_token_contains_the_whole_search(query: SearchQuery) -> None:
    assert opened(seal("pageToken", seal_search(query, page=query.page))) == query


def test_a_token_needs_no_escaping_in_a_url() -> None:
    token = seal("pageToken", seal_search(SearchQuery(text="Ärger & Co.?/#+%" * 9), page=2))
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_the_same_search_gives_the_same_token() -> None:
    every = Filters(include_poi=frozenset(PoiCategory))
    tokens = {seal("pageToken", seal_search(SearchQuery(text="x", filters=every), page=2)) for _ in range(3)}
    assert len(tokens) == 1


@given(searches, st.data())
def test_a_changed_token_is_refused(query: SearchQuery, data: st.DataObject) -> None:
    token = seal("pageToken", seal_search(query, page=2))
    position = data.draw(st.integers(0, len(token) - 1))
    character = data.draw(st.sampled_from("AZaz09-_.").filter(lambda drawn: drawn != token[position]))
    with pytest.raises(InvalidError, match="Parameter 'pageToken' must be copied whole and unchanged from a search"):
        opened(token[:position] + character + token[position + 1 :])


@given(st.text(max_size=200))
def test_a_text_that_was_never_sealed_is_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        opened(text)


def test_a_sealed_text_is_valid_for_one_parameter_only() -> None:
    row = seal("metadata", SealedRow("I44DB04166AB43CD4", (1.0, 2.0)))
    with pytest.raises(InvalidError):
        opened(row)


def test_the_limits_of_parameters_apply_to_forged_tokens() -> None:
    good = seal_search(SearchQuery(text="x"), page=2)
    for forged in ({"page": 0}, {"page": 1001}, {"search_location": (91.0, 0.0)}, {"text": "x" * 1025}, {"text": ""}):
        changed = type(good)(**{name: getattr(good, name) for name in good.__struct_fields__} | forged)
        with pytest.raises(InvalidError):
            opened(seal("pageToken", changed))


def test_padding_is_not_part_of_a_token() -> None:
    token = seal("pageToken", seal_search(SearchQuery(text="xy"), page=2))
    padded = base64.urlsafe_b64encode(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))).decode()
    if padded == token:
        padded += "===="
    with pytest.raises(InvalidError):
        opened(padded)
