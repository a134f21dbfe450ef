"""Each weight decides between two candidates that differ in that alone, and by as much as it says."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.index.reader import IndexReader
from trigpoint.engines.embedded.index.records import House, Kind, Record, spell
from trigpoint.engines.embedded.query.parse import parse
from trigpoint.engines.embedded.rank.houses import _weigh_postcode
from trigpoint.engines.embedded.rank.match import _explain_around
from trigpoint.engines.embedded.rank.names import best_form
from trigpoint.engines.embedded.rank.postal_city import allow_postal_city
from trigpoint.engines.embedded.rank.score import Candidate, nearness, score_candidate
from trigpoint.engines.embedded.text.normalize import split

HERE = Point(47.14, 9.52)


def a_record(
    name: str = "alpha", *, kind: Kind = Kind.POI, rank: float = 0.5, latitude: float = HERE.latitude, **more: Any
) -> Record:
    return Record(kind, 8, {"": name}, spell([split(name)]), latitude, HERE.longitude, 1, rank=rank, **more)


def score_of(
    text: str = "alpha",
    record: Record | None = None,
    *,
    typed: bool = False,
    world: bool = False,
    by_name: Mapping[int, float] | None = None,
    **more: Any,
) -> float:
    """Score a candidate that explains all words of a text by its name, unless said otherwise."""
    parsed = parse(text, open_ended=typed)
    all_words = dict.fromkeys(range(len(parsed.words)), 1.0)
    reader = cast("IndexReader", SimpleNamespace(about=SimpleNamespace(world=world)))
    parts = {"name": 0.9, "explained": all_words, "by_name": dict(all_words if by_name is None else by_name)} | more
    candidate = Candidate(reader, 1, record or a_record(), **parts)
    score_candidate(parsed, candidate, None)
    assert candidate.score == pytest.approx(sum(candidate.parts))
    return candidate.score


@pytest.mark.parametrize(
    ("better", "worse", "by"),
    [
        ({"name": 1.0, "by_name": {}}, {"name": 0.5, "by_name": {}}, 0.45 * 0.5),
        ({"name": 1.0, "typed": True, "by_name": {}}, {"name": 0.5, "typed": True, "by_name": {}}, 0.22 * 0.5),
        ({"record": a_record(rank=0.9)}, {"record": a_record(rank=0.4)}, 0.08 * 0.5),
        ({"house": House(1, 8, 1, "8", 47.14, 9.52, None, 1)}, {}, 0.06),
        ({"number_left": True}, {}, 0.03),
        ({"name": 1.0, "record": a_record("else")}, {"name": 1.0, "record": a_record("else"), "by_name": {}}, 0.04),
        ({"name": 1.0}, {"name": 1.0, "record": a_record("Alpha!")}, 0.01),
        ({"text": "älpha", "record": a_record("älpha")}, {"text": "älpha", "record": a_record("alpha")}, 0.03),
        (
            {"text": "alpha be", "typed": True, "record": a_record("alpha beta")},
            {"text": "alpha be", "typed": True, "record": a_record("beta alpha")},
            0.1,
        ),
        ({"record": a_record(kind=Kind.POSTCODE)}, {"record": a_record(kind=Kind.AREA)}, 0.08),
        ({}, {"is_chief": False}, 0.01),
        ({"record": a_record(rank=1.0)}, {"record": a_record(rank=1.0), "world": True}, 0.02),
        (
            {"record": a_record(rank=1.0), "world": True},
            {"record": a_record(rank=0.5), "world": True},
            0.12 * 0.5 + 0.08 * 0.5,
        ),
        (
            {"record": a_record(kind=Kind.SETTLEMENT), "world": True},
            {"record": a_record(kind=Kind.SETTLEMENT), "world": True, "is_chief": False},
            0.25 * 0.5,
        ),
        (
            {"record": a_record(kind=Kind.AREA), "world": True},
            {"record": a_record(kind=Kind.AREA), "world": True, "is_chief": False},
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
        "other_letters", "in_order", "code_and_town", "alias", "world", "world_unknown", "world_alias", "world_alias_area",
        "world_alias_letter",
    ],
)  # fmt: skip
def test_of_two_candidates_that_differ_in_one_thing_the_better_is_ahead_by_it(
    better: dict[str, Any], worse: dict[str, Any], by: float
) -> None:
    assert score_of(**better) - score_of(**worse) == pytest.approx(by)


@pytest.mark.parametrize(
    ("north", "typed", "worth"),
    [(0.0, False, 0.31), (0.0, True, 0.42), (0.9, False, 0.0769), (0.9, True, 0.0514), (0.09, False, 0.1587)],
)
def test_what_lies_near_is_ahead_by_region_district_neighbourhood_and_corner(
    north: float,
    typed: bool,  # noqa: FBT001 (a parameter of a table)
    worth: float,
) -> None:
    assert nearness(a_record(latitude=HERE.latitude + north), HERE, open_ended=typed) == pytest.approx(worth, abs=5e-4)


def test_what_lies_round_the_corner_is_ahead_of_what_lies_a_kilometre_away() -> None:
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
def test_a_likeness_of_a_word_is_worth_as_much_as_it_is_like(text: str, name: str, worth: float) -> None:
    by_name, _, _ = best_form(parse(text), a_record(name))
    assert set(by_name.values()) == {worth}


def test_a_beginning_is_worth_more_the_more_of_the_word_it_is() -> None:
    by_name, _, _ = best_form(parse("gamma alph", open_ended=True), a_record("gamma alphabet"))
    assert by_name[1] == pytest.approx(0.86 + 0.14 * 4 / 8)


def test_a_word_tells_by_its_looks() -> None:
    assert parse("the alpha street 12").weights == (0.15, 1.0, 0.45, 0.5)
    assert parse("gamma 12 b").weights == (1.0, 0.5, 0.1)
    assert parse("gamma 12, b").weights == (1.0, 0.5, 0.2)
    assert parse("улица Баумана 13/12 к2").weights[2:] == (0.5, 0.1, 0.1)
    assert parse("東京").weights == (0.5,)
    assert parse("New Y", open_ended=True).weights == (1.0, 0.6)


def an_index(near: set[str], own: set[str]) -> IndexReader:
    data = SimpleNamespace(setting_words=lambda _setting: near, own_words=lambda _record: own)
    nearly = lambda word, _setting: word == "vadux"  # noqa: E731
    about = SimpleNamespace(world=False)
    return cast(
        "IndexReader", SimpleNamespace(data=data, is_nearly_near=nearly, is_prefix_near=lambda *_: False, about=about)
    )


def test_what_lies_around_explains_less_than_the_name() -> None:
    parsed = parse("alpha vaduz vadux 9490")
    explained = _explain_around(an_index({"vaduz"}, {"9490"}), parsed, 1, a_record(), {0: 1.0})
    assert explained == {1: 0.95, 2: 0.75, 3: 0.95}


def test_a_code_of_the_street_that_is_not_that_of_the_house_explains_little() -> None:
    parsed = parse("alpha 8, 9494")
    record = a_record(kind=Kind.STREET, postcodes=["9490", "9494"])
    candidate = Candidate(an_index(set(), set()), 1, record, 1.0, explained={0: 1.0, 1: 1.0, 2: 0.95}, by_name={0: 1.0})
    _weigh_postcode(parsed, candidate, House(1, 8, 1, "8", 47.14, 9.52, "9490", 1))
    assert candidate.explained[2] == 0.4


def test_a_town_nearby_explains_a_house_less_than_its_own() -> None:
    parsed = parse("alpha 8 gamma")
    house = House(1, 8, 1, "8", 47.14, 9.52, None, 1)
    candidate = Candidate(
        an_index(set(), set()), 1, a_record(kind=Kind.STREET), 1.0, house=house, explained={0: 1.0, 1: 1.0}
    )
    assert allow_postal_city(parsed, [candidate], lambda _words: [HERE], focus=None)
    assert candidate.explained[2] == 0.85
    candidate.explained = {0: 1.0, 1: 1.0}
    assert not allow_postal_city(parsed, [candidate], lambda _words: [Point(48.14, 9.52)], focus=None)
