"""Each weight decides between two candidates that differ in it alone, by exactly its value."""

from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest
import tantivy

from small_map import a_town
from trigpoint.base.geo import Point
from trigpoint.engines.embedded.engine import open_embedded
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.engines.embedded.index.cells import SIZES
from trigpoint.engines.embedded.index.reader import IndexReader
from trigpoint.engines.embedded.index.records import House, Kind, Level, Record, pack_names, spell
from trigpoint.engines.embedded.query.parse import parse
from trigpoint.engines.embedded.rank.houses import _weigh_postcode
from trigpoint.engines.embedded.rank.match import _explain_around, rank_records
from trigpoint.engines.embedded.rank.names import best_form
from trigpoint.engines.embedded.rank.postal_city import TownCalled, allow_postal_city
from trigpoint.engines.embedded.rank.score import Candidate, by_score, nearness, score_candidates
from trigpoint.engines.embedded.rank.world_cities import prefer_area, prefer_world_city
from trigpoint.engines.embedded.retrieve.clauses import (
    in_country,
    loose_names,
    loose_near,
    near_focus,
    seek,
    word_weight,
)
from trigpoint.engines.embedded.text.normalize import split

HERE = Point(47.14, 9.52)


SearchQuery = tantivy.Query


def a_record(
    name: str = "alpha", *, kind: Kind = Kind.POI, rank: float = 0.5, latitude: float = HERE.latitude, **more: Any
) -> Record:
    return Record(kind, 8, pack_names({"": name}), spell([split(name)]), latitude, HERE.longitude, 1, rank=rank, **more)


def scored(
    text: str = "alpha",
    record: Record | None = None,
    *,
    typed: bool = False,
    world: bool = False,
    by_name: Mapping[int, float] | None = None,
    **more: Any,
) -> Candidate:
    """Score a candidate that explains all words of a text by its name, unless said otherwise."""
    parsed = parse(text, open_ended=typed)
    all_words = dict.fromkeys(range(len(parsed.words)), 1.0)
    reader = cast("IndexReader", SimpleNamespace(about=SimpleNamespace(world=world)))
    parts = {"name": 0.9, "explained": all_words, "by_name": dict(all_words if by_name is None else by_name)} | more
    candidate = Candidate(reader, 1, record or a_record(), **parts)
    score_candidates(parsed, [candidate], None)
    assert candidate.score == pytest.approx(sum(candidate.parts))
    return candidate


@pytest.mark.parametrize(
    ("better", "worse", "by"),
    [
        ({"name": 1.0, "by_name": {}}, {"name": 0.5, "by_name": {}}, 0.45 * 0.5),
        ({"name": 1.0, "typed": True, "by_name": {}}, {"name": 0.5, "typed": True, "by_name": {}}, 0.22 * 0.5),
        ({"record": a_record(rank=0.9)}, {"record": a_record(rank=0.4)}, 0.08 * 0.5),
        ({"house": House(1, 8, 1, "8", 47.14, 9.52, None, 1)}, {}, 0.06),
        ({"number_left": True}, {}, 0.03),
        ({"name": 1.0, "record": a_record("else")}, {"name": 1.0, "record": a_record("else"), "by_name": {}}, 0.04),
        ({"name": 1.0}, {"name": 1.0, "record": a_record("Alpha!")}, 0.016),
        ({"name": 1.0}, {"name": 1.0, "record": a_record("ALPHA")}, 0.016 * 0.4),
        ({"text": "älpha", "record": a_record("älpha")}, {"text": "älpha", "record": a_record("alpha")}, 0.03),
        (
            {"text": "alpha be", "typed": True, "record": a_record("alpha beta")},
            {"text": "alpha be", "typed": True, "record": a_record("beta alpha")},
            0.1,
        ),
        ({"record": a_record(kind=Kind.POSTCODE)}, {"record": a_record(kind=Kind.AREA)}, 0.09),
        ({}, {"is_chief": False}, 0.01),
        ({"record": a_record(rank=1.0)}, {"record": a_record(rank=1.0), "world": True}, 0.02),
        (
            {"record": a_record(rank=1.0), "world": True},
            {"record": a_record(rank=0.5), "world": True},
            0.12 * 0.5 + 0.08 * 0.5,
        ),
        (
            {"record": a_record(kind=Kind.SETTLEMENT), "world": True},
            {"record": a_record("else", kind=Kind.SETTLEMENT), "world": True, "is_chief": False},
            0.25 * 0.5 + 0.045,
        ),
        (
            {"record": a_record(kind=Kind.AREA), "world": True},
            {"record": a_record("else", kind=Kind.AREA), "world": True, "is_chief": False},
            0.05,
        ),
        (
            {"text": "al", "typed": True, "record": a_record(kind=Kind.AREA), "world": True},
            {"text": "al", "typed": True, "record": a_record(kind=Kind.AREA), "world": True, "is_chief": False},
            0.05 + 2 * 0.04,
        ),
    ],
    ids=[
        "name_share", "name_share_typed", "importance", "house", "street_of_number", "whole_name", "very_letters",
        "very_letters in another case",
        "other_letters", "in_order", "code_and_town", "alias", "world", "world_unknown", "world_alias", "world_alias_area",
        "world_alias_letter",
    ],
)  # fmt: skip
def test_two_candidates_that_differ_in_one_feature_differ_by_its_weight(
    better: dict[str, Any], worse: dict[str, Any], by: float
) -> None:
    assert scored(**better).score - scored(**worse).score == pytest.approx(by)


@pytest.mark.parametrize(("rank", "is_city"), [(0.65, True), (0.1, True), (1.0, False)])
def test_a_world_city_comes_before_a_thing_of_its_name_unless_that_is_very_important(
    rank: float, is_city: bool
) -> None:
    thing = scored(record=a_record(rank=rank), name=1.0)
    city = scored(record=a_record(kind=Kind.SETTLEMENT, rank=0.9), name=1.0, world=True)
    candidates = sorted([thing, city], key=by_score, reverse=True)
    prefer_world_city(parse("alpha"), candidates)
    assert (max(candidates, key=by_score) is city) is is_city


def test_an_area_before_a_comma_gains_before_a_thing_with_all_words_in_its_name() -> None:
    thing = scored("alpha, beta", a_record("alpha beta"), name=1.0)
    area = scored("alpha, beta", a_record(kind=Kind.AREA), name=1.0, by_name={0: 1.0})
    before = area.score
    assert prefer_area(parse("alpha, beta"), [thing, area], None)
    assert area.score - before == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("north", "level", "by"),
    [(0.044, Level.LOCALITY, 0.1), (0.046, Level.LOCALITY, 0.0), (0.044, Level.SUB_LOCALITY, 0.0)],
    ids=["a town around it", "a town elsewhere", "a quarter"],
)
def test_a_station_loses_to_the_town_around_it_of_its_name(north: float, level: Level, by: float) -> None:
    station = scored(record=a_record(category="PublicTransport"), name=1.0)
    there = a_record(kind=Kind.SETTLEMENT, level=level, latitude=HERE.latitude + north)
    town = scored(record=there, name=1.0, world=True)
    before = station.score
    assert prefer_area(parse("alpha"), [station, town], None) is (by > 0)
    assert before - station.score == pytest.approx(by)
    assert not prefer_area(parse("alpha"), [station, town], Point(*station.at))  # what is nearer counts there


@pytest.mark.parametrize(
    ("north", "typed", "worth"),
    [(0.0, False, 0.31), (0.0, True, 0.42), (0.9, False, 0.0769), (0.9, True, 0.0514), (0.09, False, 0.1587)],
)
def test_the_distance_bonus_has_steps_for_region_district_neighbourhood_and_street_corner(
    north: float,
    typed: bool,
    worth: float,
) -> None:
    assert nearness(a_record(latitude=HERE.latitude + north), HERE, open_ended=typed) == pytest.approx(worth, abs=5e-4)


def test_a_place_very_near_comes_before_one_a_kilometre_away() -> None:
    corner, kilometre = (
        nearness(a_record(latitude=HERE.latitude + off), HERE, open_ended=False) for off in (0.0005, 0.009)
    )
    assert corner - kilometre == pytest.approx(0.0746, abs=5e-4)


@pytest.mark.parametrize(
    ("text", "name", "worth"),
    [
        ("alphabet", "alphabet", 1.0),
        ("alphabit", "alphabet", 0.86),
        ("alfabit", "alfabat", 0.86),
        ("alphybit", "alphabet", 0.72),
        ("alpha beta", "alphabeta", 0.97),
        ("alphabeta", "alpha beta", 0.97),
    ],
    ids=["same", "one_error", "one_error_of_few_letters", "two_errors", "split", "joined"],
)
def test_the_worth_of_a_misspelled_word_depends_on_its_similarity(text: str, name: str, worth: float) -> None:
    by_name, _, _ = best_form(parse(text), a_record(name))
    assert set(by_name.values()) == {worth}


def test_a_match_is_worth_less_across_scripts_for_joined_words_and_for_a_prefix() -> None:
    assert best_form(parse("moskva"), a_record("москва"))[0] == {0: 0.98}
    assert best_form(parse("alpa beta"), a_record("alphabeta"))[0] == {0: 0.95 * 0.86, 1: 0.95 * 0.86}
    assert best_form(parse("gamma alphb", open_ended=True), a_record("gamma alphabet"))[0] == {0: 1.0, 1: 0.9 * 0.86}


def test_a_complete_spelling_with_one_edit_is_preferred_to_a_third_of_another() -> None:
    record = a_record("alpha beta gamma")
    record.spelled = spell([["alpha", "beta", "gamma"], ["alphi"]])
    assert best_form(parse("alpha"), record)[0] == {0: 0.86}


def test_half_of_a_spelling_is_preferred_to_another_with_two_edits() -> None:
    record = a_record("alphabet beta")
    record.spelled = spell([["alphabet", "beta"], ["alphibut"]])
    assert best_form(parse("alphabet"), record)[0] == {0: 1.0}


def test_a_name_that_repeats_a_word_is_found_by_that_word_and_by_both_joined() -> None:
    record = a_record("alpha alpha")
    assert best_form(parse("alphaalpha alpha"), record)[0] == {0: 0.97, 1: 1.0}
    assert best_form(parse("alpha alphaalpha"), record)[0] == {0: 1.0, 1: 0.97}
    assert best_form(parse("alphaalpha"), record)[0] == {0: 0.97}


def test_in_the_gazetteer_the_length_of_a_prefix_does_not_matter() -> None:
    reader = cast(
        "IndexReader",
        SimpleNamespace(
            data=SimpleNamespace(records=lambda ids: [a_record() for _ in ids]), about=SimpleNamespace(world=True)
        ),
    )
    worths = [
        rank_records(reader, parse(text, open_ended=True), [1], focus=None)[0].by_name[0]
        for text in ("al", "alph", "alpha")
    ]
    assert worths == [0.93, 0.93, 0.97]


@pytest.mark.parametrize(
    ("text", "typed", "last", "name", "is_sure"),
    [
        ("alpha beta", False, 0.9, 0.9, True),
        ("alpha beta", False, 0.86, 0.9, False),
        ("alpha beta", False, 0.9, 0.46, True),
        ("alpha beta", False, 0.9, 0.44, False),
        ("alpha be", True, 0.72, 0.1, True),
        ("alpha be", True, 0.68, 0.1, False),
    ],
)
def test_a_result_is_sure_when_enough_of_the_query_and_of_the_name_match(
    text: str,
    typed: bool,
    last: float,
    name: float,
    is_sure: bool,
) -> None:
    assert scored(text, typed=typed, explained={0: 1.0, 1: last}, name=name).is_sure == is_sure


def test_a_longer_prefix_of_a_word_is_worth_more() -> None:
    by_name, _, _ = best_form(parse("gamma alph", open_ended=True), a_record("gamma alphabet"))
    assert by_name[1] == pytest.approx(0.86 + 0.14 * 4 / 8)


def test_the_weight_of_a_word_depends_on_its_form() -> None:
    assert parse("the alpha street 12").weights == (0.15, 1.0, 0.45, 0.5)
    assert parse("gamma 12 b").weights == (1.0, 0.5, 0.1)
    assert parse("gamma 12, b").weights == (1.0, 0.5, 0.2)
    assert parse("улица Баумана 13/12 к2").weights[2:] == (0.5, 0.1, 0.1)
    assert parse("東京").weights == (0.5,)
    assert parse("New Y", open_ended=True).weights == (1.0, 0.6)


def an_index(near: set[str], own: set[str]) -> IndexReader:
    data = SimpleNamespace(setting_words=lambda _setting: near, own_words=lambda _record: own)
    nearly = lambda word, _setting: word == "vadux"  # noqa: E731 (one word is alike, whatever the setting)
    about = SimpleNamespace(world=False)
    return cast(
        "IndexReader",
        SimpleNamespace(data=data, is_nearly_near=nearly, is_prefix_near=lambda *_: True, about=about),
    )


def test_words_of_surrounding_areas_are_worth_less_than_those_of_the_name() -> None:
    parsed = parse("alpha vaduz vadux 9490")
    explained = _explain_around(an_index({"vaduz"}, {"9490"}), parsed, 1, a_record(), {0: 1.0})
    assert explained == {1: 0.95, 2: 0.75, 3: 0.95}


def test_a_word_for_the_kind_of_a_thing_is_worth_less_than_its_surroundings() -> None:
    record = a_record(category="Hotel")
    explained = _explain_around(an_index(set(), set()), parse("alpha hotel museum"), 1, record, {0: 1.0})
    assert explained == {1: 0.75}


def test_a_prefix_of_a_surrounding_area_is_worth_less_than_the_whole_word() -> None:
    parsed = parse("alpha vad", open_ended=True)
    explained = _explain_around(an_index(set(), set()), parsed, 1, a_record(), {0: 1.0})
    assert explained == {1: 0.95 * 0.9}


def test_a_postal_code_of_the_street_but_not_of_the_house_is_worth_little() -> None:
    parsed = parse("alpha 8, 9494")
    record = a_record(kind=Kind.STREET, postcodes=("9490", "9494"))
    candidate = Candidate(an_index(set(), set()), 1, record, 1.0, explained={0: 1.0, 1: 1.0, 2: 0.95}, by_name={0: 1.0})
    _weigh_postcode(parsed, candidate, House(1, 8, 1, "8", 47.14, 9.52, "9490", 1))
    assert candidate.explained[2] == 0.4


def test_a_nearby_town_is_worth_less_for_a_house_than_its_own() -> None:
    parsed = parse("alpha 8 gamma")
    house = House(1, 8, 1, "8", 47.14, 9.52, None, 1)
    candidate = Candidate(
        an_index(set(), set()), 1, a_record(kind=Kind.STREET), 1.0, house=house, explained={0: 1.0, 1: 1.0}
    )
    assert allow_postal_city(parsed, [candidate], lambda _words: [TownCalled(HERE, is_well_known=True)], focus=None)
    assert (candidate.explained[2], candidate.is_elsewhere) == (0.85, False)
    candidate.explained, candidate.is_sure = {0: 1.0, 1: 1.0}, False
    far = Point(48.14, 9.52)
    assert not allow_postal_city(parsed, [candidate], lambda _words: [TownCalled(far, is_well_known=False)], focus=None)
    assert not candidate.is_elsewhere
    assert not allow_postal_city(parsed, [candidate], lambda _words: [TownCalled(far, is_well_known=True)], focus=None)
    assert candidate.is_elsewhere


def test_a_town_near_a_street_is_worth_more_than_one_farther_away() -> None:
    parsed = parse("alpha gamma")
    record = a_record(kind=Kind.STREET, box=(47.14, 9.52, 47.15, 9.53))
    street = Candidate(an_index(set(), set()), 1, record, 1.0, explained={0: 1.0}, by_name={0: 1.0})
    for latitude, worth in ((47.17, 0.85), (47.27, 0.75)):
        street.explained = {0: 1.0}
        town = TownCalled(Point(latitude, 9.52), is_well_known=True)
        assert allow_postal_city(parsed, [street], lambda _words, town=town: [town], focus=None)
        assert street.explained[1] == worth


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IndexReader]:
    """The index of a town with a street `Landstrasse` in Vaduz."""
    home = tmp_path_factory.mktemp("weights")
    import_files(home / "places", [a_town().write(home / "town.osm")], progress=lambda _done, _step: None)
    engine = open_embedded(home)
    yield engine.readers()[0]
    engine.close()


def counts(reader: IndexReader, query: SearchQuery) -> float:
    """Give what the best record is found by."""
    return float(reader.searcher.search(query, limit=1).hits[0][0])


def test_in_retrieval_a_word_of_the_name_has_the_highest_weight(reader: IndexReader) -> None:
    parsed = parse("landstrasse vaduz landstrase")
    street, town, error = (
        word_weight(reader, parsed, at, reader.searcher.doc_freq("name", word)) for at, word in enumerate(parsed.words)
    )
    assert counts(reader, seek(reader, parsed, 0).name[0]) == pytest.approx(street)
    assert counts(reader, seek(reader, parsed, 1).near[0]) == pytest.approx(town * 0.45)
    assert counts(reader, loose_names(reader, parsed, 2)[0]) == pytest.approx(error * 0.7)
    assert counts(reader, loose_near(reader, "vadux")[0]) == pytest.approx(0.45 * 0.7)
    typed = parse("landst", open_ended=True)
    assert counts(reader, seek(reader, typed, 0).name[0]) == pytest.approx(word_weight(reader, typed, 0, 0) * 0.8)
    parted = parse("land strasse")
    assert counts(reader, loose_names(reader, parted, 0)[0]) == pytest.approx(word_weight(reader, parted, 0, 0) * 1.5)


def test_in_retrieval_nearness_and_country_have_a_weight_too(reader: IndexReader) -> None:
    assert counts(reader, near_focus(reader, HERE)) == pytest.approx(0.8 * len(SIZES))
    assert counts(reader, in_country(reader, "LI")) == pytest.approx(0.3)


@pytest.mark.parametrize(("frequency", "weight"), [(0, 0.998), (98, 0.404)])
def test_in_retrieval_a_rare_word_has_more_weight_than_a_frequent_one(frequency: int, weight: float) -> None:
    reader = cast("IndexReader", SimpleNamespace(total=98))
    assert word_weight(reader, parse("alpha"), 0, frequency) == pytest.approx(weight, abs=1e-3)
