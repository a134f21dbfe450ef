"""Autocompletion: the nearest of many matches, the order of words, abbreviations and prefixes."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from small_map import VADUZ, At, SmallMap
from trigpoint.base.geo import Point
from trigpoint.engines.embedded.engine import EmbeddedPlaces, open_embedded
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.engines.embedded.query.parse import parse
from trigpoint.engines.embedded.rank.names import find_likest
from trigpoint.maps.queries import AutocompleteQuery, Hints

FAR: At = (VADUZ[0] + 0.006, VADUZ[1])
"""Some 670 m north of the point of interest."""


def a_street(drawn: SmallMap, at: At, name: str) -> None:
    drawn.way([at, (at[0], at[1] + 0.0005)], highway="residential", name=name)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPlaces]:
    home = tmp_path_factory.mktemp("home")
    drawn = SmallMap()
    drawn.boundary((47.15, 9.55), 0.1, 2, name="Liechtenstein", **{"ISO3166-1:alpha2": "LI"})
    for number in range(100):
        a_street(drawn, (FAR[0] + number * 0.00002, FAR[1]), f"Carrer Pa{number:02}")
    a_street(drawn, (VADUZ[0] + 0.0003, VADUZ[1]), "Carrer Prat Primer")
    a_street(drawn, (VADUZ[0] + 0.01, VADUZ[1]), "Carrer Roger Bernat")
    a_street(drawn, (VADUZ[0] + 0.02, VADUZ[1]), "Steinstrasse")
    drawn.node(VADUZ, amenity="cafe", name="Pitiusa", addr__street="Carrer Prat Primer")
    drawn.node((VADUZ[0] + 0.02, VADUZ[1]), place="village", name="Santa Coloma")
    drawn.node((VADUZ[0] + 0.021, VADUZ[1]), amenity="cafe", name="R. Palacios", addr__street="Carrer Major")
    import_files(home / "places", [drawn.write(home / "town.osm")], progress=lambda _done, _step: None)
    reader = open_embedded(home)
    yield reader
    reader.close()


def complete(engine: EmbeddedPlaces, text: str) -> list[str]:
    query = AutocompleteQuery(text=text, hints=Hints(search_location=Point(*VADUZ)))
    return [row.display_lines[0] for row in asyncio.run(engine.autocomplete(query)) if row.place_id is not None]


def test_the_nearest_of_a_hundred_streets_that_begin_alike_is_found(engine: EmbeddedPlaces) -> None:
    assert "Carrer Prat Primer" in complete(engine, "Carrer P")[:2]


def test_a_name_that_begins_with_the_query_comes_before_one_that_contains_its_words(engine: EmbeddedPlaces) -> None:
    assert complete(engine, "Carrer P")[0] == "Carrer Prat Primer"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Carrer R", "Carrer Roger Bernat"),  # "r" is short for "rue"
        ("San", "Santa Coloma"),  # "san" is "st", like "saint" and "street"
    ],
)
def test_an_unfinished_word_is_not_read_as_an_abbreviation(engine: EmbeddedPlaces, text: str, name: str) -> None:
    assert name in complete(engine, text)


def test_a_single_last_letter_is_read_as_a_prefix(tmp_path: Path) -> None:
    drawn = SmallMap()
    a_street(drawn, VADUZ, "New Castle")
    a_street(drawn, (VADUZ[0] + 0.5, VADUZ[1]), "New Yard")
    import_files(tmp_path / "places", [drawn.write(tmp_path / "town.osm")], progress=lambda _done, _step: None)
    engine = open_embedded(tmp_path)
    assert complete(engine, "New Y")[0] == "New Yard"  # "y" is "and" in Spanish
    assert complete(engine, "New")[0] == "New Castle"
    engine.close()


def test_a_prefix_does_not_match_other_words_with_the_same_abbreviation(engine: EmbeddedPlaces) -> None:
    assert "Steinstrasse" not in complete(engine, "San")


@pytest.mark.parametrize(
    ("text", "word", "prefix"),
    [
        ("Rue Gri", "gri", "gri"),
        ("San", "st", "san"),
        ("Boulevard", "bd", "boulevard"),
        ("Carrer R", "r", "r"),
        ("東京", "東京", "東京"),
        ("улица Ак", "ак", "ак"),
        ("Landstrasse д8", "8", "8"),
    ],
)
def test_the_last_word_matches_as_abbreviation_and_as_prefix(text: str, word: str, prefix: str) -> None:
    parsed = parse(text, open_ended=True)
    assert (parsed.words[-1], parsed.prefix) == (word, prefix)


@pytest.mark.parametrize("text", ["San ", "San,", "…"])
def test_only_the_last_word_is_unfinished(text: str) -> None:
    parsed = parse(text, open_ended=True)
    assert (parsed.prefix, parsed.open_ended) == ("", False)


def test_no_word_of_a_complete_query_is_unfinished() -> None:
    assert parse("San").prefix == ""


def test_a_word_is_compared_once_a_query_and_used_once_a_name() -> None:
    parsed = parse("Bad Baden")
    first = find_likest(parsed, "badn", {})
    assert first[0] == (1,)
    assert find_likest(parsed, "badn", {1: 1.0}) == ((), 0.0), "the word that it means is taken"
    assert list(parsed.likenesses) == ["badn"]
    assert find_likest(parsed, "badn", {}) == first


@pytest.mark.parametrize("joined", ["badbaden", "bdbaden"])
def test_two_query_words_may_match_one_word_of_the_name(joined: str) -> None:
    assert find_likest(parse("Bad Baden"), joined, {})[0] == (0, 1)
    assert find_likest(parse("Bad Baden"), joined, {0: 1.0})[0] == ()


@given(
    st.lists(st.sampled_from(["im", "bad", "baden", "st", "12", "rue", "é"]), max_size=3),
    st.text("badenst1é", min_size=1, max_size=6),
    st.text("badenst1é", min_size=1, max_size=9),
    st.sets(st.integers(0, 3)),
)
def test_the_worth_of_a_prefix_equals_that_of_a_comparison_with_every_word(
    before: list[str], typed: str, word: str, taken: set[int]
) -> None:
    parsed = parse(" ".join([*before, typed]), open_ended=True)
    used = dict.fromkeys(taken, 1.0)
    at_once = find_likest(parsed, word, used)
    parsed = msgspec.structs.replace(parsed, is_prefix_only=False)
    assert find_likest(parsed, word, used) == at_once


def test_completions_show_the_address_of_the_place(engine: EmbeddedPlaces) -> None:
    query = AutocompleteQuery(text="Carrer P", hints=Hints(search_location=Point(*VADUZ)))
    rows = [row for row in asyncio.run(engine.autocomplete(query)) if row.place_id is not None]
    ids = [row.place_id for row in rows if row.place_id is not None]
    places = asyncio.run(engine.find_places(ids, lang="en-US"))
    assert len(rows) > 5
    for row, place in zip(rows, map(places.get, ids), strict=True):
        assert place is not None
        assert (row.display_lines[0], row.location, row.address) == (place.name, place.coordinate, place.address)
