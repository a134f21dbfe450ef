"""Candidates from the index of words: which records a question may mean, before any of them is read."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import tantivy

from trigpoint.base.geo import Box, Point
from trigpoint.engines.embedded.asked import Asked
from trigpoint.engines.embedded.cells import LARGE, SIZES, cells_around
from trigpoint.engines.embedded.opened import Opened
from trigpoint.engines.embedded.records import Kind
from trigpoint.engines.embedded.textindex import EDGE
from trigpoint.engines.embedded.transliteration import to_latin
from trigpoint.engines.embedded.words import allowed_edits, is_dense, lengthen_word

Query = tantivy.Query
MUST, SHOULD = tantivy.Occur.Must, tantivy.Occur.Should
NEAR_SHARE = 0.45
FUZZY_SHARE = 0.7
PREFIX_SHARE = 0.8
MOST_AROUND = 1_024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a candidate must be, whatever its words."""

    kinds: frozenset[Kind] = frozenset()
    categories: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    box: Box | None = None
    focus: Point | None = None


ANYWHERE = Limits()


def find_exactly(opened: Opened, asked: Asked, limits: Limits, *, count: int) -> list[int]:
    """List records that have every telling word, in their name or around, and at least one in their name."""
    telling = asked.telling
    clauses: list[tuple[tantivy.Occur, tantivy.Query]] = []
    named: list[tuple[tantivy.Occur, tantivy.Query]] = []
    at_most = opened.total
    for at, word in enumerate(asked.words):
        if at in asked.optional:
            continue
        unfinished = asked.open_ended and at == len(asked.words) - 1
        name, near = _word_queries(opened, word, asked, unfinished=unfinished)
        alternatives = [name, near]
        must = at in telling and not is_dense(word)
        if at in asked.countries:
            alternatives.append(_in_country(opened, asked.countries[at]))
        elif must:
            at_most = min(at_most, _count_most(opened, word, asked, unfinished=unfinished))
        clauses.append((MUST if must else SHOULD, Query.boolean_query([(SHOULD, part) for part in alternatives])))
        if at in telling or at in asked.numeric:
            named.append((SHOULD, name))
    if not named:
        return []
    clauses.append((MUST, Query.const_score_query(Query.boolean_query(named), 0.0)))
    if at_most <= count:
        limits = replace(limits, focus=None)  # all that match are listed, wherever they lie
    return _run(opened, clauses, limits, count=count, by_rank=len(telling) <= 2)


def find_begun_around(opened: Opened, word: str, focus: Point, *, count: int) -> list[int]:
    """List records around a point of which a word of the name begins so, the best known first."""
    begun = Query.term_query(opened.schema, "edge", word[:EDGE])
    clauses = [(MUST, Query.const_score_query(begun, 0.0)), (MUST, _around(opened, focus, LARGE, worth=1.0))]
    return _run(opened, clauses, ANYWHERE, count=count, by_rank=True)


def find_begun_after(opened: Opened, before: Sequence[str], word: str, *, count: int) -> list[int]:
    """List records whose name has one of some words, and a word that begins so, the best known first."""
    said = Query.boolean_query([(SHOULD, Query.term_query(opened.schema, "name", one)) for one in before])
    begun = Query.term_query(opened.schema, "edge", word[:EDGE])
    return _run(
        opened,
        [(MUST, Query.const_score_query(said, 1.0)), (MUST, Query.const_score_query(begun, 0.0))],
        ANYWHERE,
        count=count,
        by_rank=True,
    )


def find_best_known(opened: Opened, *, count: int) -> list[int]:
    """List the best known records of all."""
    return _run(opened, [(MUST, Query.all_query())], Limits(), count=count, by_rank=True)


def find_loosely(opened: Opened, asked: Asked, limits: Limits, *, count: int) -> list[int]:
    """List records that have most of the telling words, typing errors and joined or parted words allowed."""
    telling = asked.telling
    clauses: list[tuple[tantivy.Occur, tantivy.Query]] = []
    named: list[tuple[tantivy.Occur, tantivy.Query]] = []
    for at, word in enumerate(asked.words):
        if at in asked.optional:
            continue
        unfinished = asked.open_ended and at == len(asked.words) - 1
        name, near = _word_queries(opened, word, asked, unfinished=unfinished)
        alternatives = [name, near]
        names = [name]
        if at in telling:
            names += _loose_names(opened, asked, at)
            alternatives = [*names, near, *_loose_near(opened, word)]
        if at in asked.countries:
            alternatives.append(_in_country(opened, asked.countries[at]))
        clauses.append((SHOULD, Query.disjunction_max_query(alternatives)))
        if at in telling:
            named += [(SHOULD, query) for query in names]
    if not named:
        return []
    least = max(1, math.ceil(len(telling) * 0.5))
    enough = Query.boolean_query([(MUST, Query.const_score_query(Query.boolean_query(named), 0.0)), *clauses])
    if len(telling) > 2:
        enough = Query.boolean_query(clauses, minimum_number_should_match=least)
        return _run(
            opened,
            [(MUST, enough), (MUST, Query.const_score_query(Query.boolean_query(named), 0.0))],
            limits,
            count=count,
            by_rank=False,
        )
    return _run(opened, [(MUST, enough)], limits, count=count, by_rank=False)


def find_category(opened: Opened, words: list[str], limits: Limits, *, count: int) -> list[int]:
    """List records of the categories in `limits`, around the words if there are any."""
    clauses: list[tuple[tantivy.Occur, tantivy.Query]] = [(MUST, Query.all_query())]
    for word in words:
        near = Query.term_query(opened.schema, "near", word)
        name = Query.term_query(opened.schema, "name", word)
        clauses.append((MUST, Query.const_score_query(Query.boolean_query([(SHOULD, near), (SHOULD, name)]), 1.0)))
    return _run(opened, clauses, limits, count=count, by_rank=True)


def _run(
    opened: Opened,
    clauses: list[tuple[tantivy.Occur, tantivy.Query]],
    limits: Limits,
    *,
    count: int,
    by_rank: bool,
) -> list[int]:
    schema = opened.schema
    if limits.kinds:
        kinds = Query.term_set_query(schema, "kind", [int(kind) for kind in limits.kinds])
        clauses.append((MUST, Query.const_score_query(kinds, 0.0)))
    if limits.categories:
        chosen = Query.term_set_query(schema, "category", sorted(limits.categories))
        clauses.append((MUST, Query.const_score_query(chosen, 0.0)))
    if limits.countries:
        chosen = Query.term_set_query(schema, "country", sorted(limits.countries))
        clauses.append((MUST, Query.const_score_query(chosen, 0.0)))
    if limits.box is not None:
        clauses.append((MUST, Query.const_score_query(_in_box(opened, limits.box), 0.0)))
    if limits.focus is not None:
        sizes = (LARGE,) if opened.about.world else range(len(SIZES))
        clauses += [(SHOULD, _around(opened, limits.focus, size, worth=0.8)) for size in sizes]
    searcher = opened.searcher
    weight = "rank" if by_rank else None
    hits = searcher.search(Query.boolean_query(clauses), limit=count, count=False, weight_by_field=weight).hits
    return [int(value or 0) for value in searcher.fast_field_values("id", [address for _, address in hits])]


def _word_queries(opened: Opened, word: str, asked: Asked, *, unfinished: bool) -> tuple[tantivy.Query, tantivy.Query]:
    """Give the queries for a word in the name, and around."""
    schema = opened.schema
    weight = _weight(opened, word, asked)
    name = Query.const_score_query(Query.term_query(schema, "name", word), weight)
    near = Query.const_score_query(Query.term_query(schema, "near", word), weight * NEAR_SHARE)
    if _may_go_on(word, asked, unfinished=unfinished):
        longer = Query.term_query(schema, "edge", (asked.begun if unfinished else word)[:EDGE])
        name = Query.disjunction_max_query([name, Query.const_score_query(longer, weight * PREFIX_SHARE)])
    return name, near


def _count_most(opened: Opened, word: str, asked: Asked, *, unfinished: bool) -> int:
    """Count what the queries of `_word_queries` match, at most."""
    count = opened.searcher.doc_freq
    may_go_on = _may_go_on(word, asked, unfinished=unfinished)
    begun = count("edge", (asked.begun if unfinished else word)[:EDGE]) if may_go_on else 0
    return begun + count("name", word) + count("near", word)


def _may_go_on(word: str, asked: Asked, *, unfinished: bool) -> bool:
    """Tell whether a word may be the beginning of a longer one."""
    return (unfinished and not is_dense(word)) or (word in asked.shortened and len(word) > 1)


def _loose_names(opened: Opened, asked: Asked, at: int) -> list[tantivy.Query]:
    """Give the queries for a word with typing errors, joined to its neighbour, or written in Latin."""
    schema = opened.schema
    word = asked.words[at]
    weight = _weight(opened, word, asked)
    field = "main" if opened.about.world else "name"
    found = []
    edits = allowed_edits(word) if not opened.about.world or len(word) > 9 else min(1, allowed_edits(word))
    unfinished = asked.open_ended and at == len(asked.words) - 1
    if edits and not is_dense(word):
        fuzzy = Query.fuzzy_term_query(schema, field, word, distance=edits, prefix=unfinished and len(word) > 3)
        found.append(Query.const_score_query(fuzzy, weight * FUZZY_SHARE))
    for longer in lengthen_word(word)[-1:] if len(word) > 5 else ():
        fuzzy = Query.fuzzy_term_query(schema, field, longer, distance=allowed_edits(longer))
        found.append(Query.const_score_query(fuzzy, weight * FUZZY_SHARE))
    if at + 1 < len(asked.words):
        pair = word + asked.words[at + 1]
        found.append(Query.const_score_query(Query.term_query(schema, "name", pair), weight * 1.5))
        if allowed_edits(pair):
            fuzzy = Query.fuzzy_term_query(schema, field, pair, distance=1)
            found.append(Query.const_score_query(fuzzy, weight))
    latin = to_latin(word)
    if latin != word:
        fuzzy = Query.fuzzy_term_query(schema, field, latin, distance=allowed_edits(latin))
        found.append(Query.const_score_query(fuzzy, weight * FUZZY_SHARE))
    return found


def _loose_near(opened: Opened, word: str) -> list[tantivy.Query]:
    edits = allowed_edits(word)
    if not edits or is_dense(word):
        return []
    fuzzy = Query.fuzzy_term_query(opened.schema, "near", word, distance=edits)
    return [Query.const_score_query(fuzzy, NEAR_SHARE * FUZZY_SHARE)]


def _weight(opened: Opened, word: str, asked: Asked) -> float:
    """Give the weight of a word: rare words choose, frequent ones hardly do."""
    frequency = opened.searcher.doc_freq("name", word)
    rare = math.log(1 + opened.total / (1 + frequency)) / math.log(2 + opened.total)
    at = asked.words.index(word) if word in asked.words else 0
    return max(0.05, asked.weights[at] * (0.3 + 0.7 * rare))


def _in_country(opened: Opened, code: str) -> tantivy.Query:
    return Query.const_score_query(Query.term_query(opened.schema, "country", code), 0.3)


def _around(opened: Opened, point: Point, size: int, *, worth: float) -> tantivy.Query:
    """Give the query for what lies around a point; people type a whole word from one place."""
    key = (point, size, worth)
    around = opened.around.get(key)
    if around is None:
        if len(opened.around) >= MOST_AROUND:
            opened.around.clear()
        cells = [(SHOULD, Query.term_query(opened.schema, "cell", cell)) for cell in cells_around(point, size)]
        around = opened.around[key] = Query.const_score_query(Query.boolean_query(cells), worth)
    return around


def _in_box(opened: Opened, box: Box) -> tantivy.Query:
    """Give the query for a box; one that crosses the antimeridian is two."""
    schema = opened.schema
    north_south = Query.range_query(schema, "lat", tantivy.FieldType.Float, box.south, box.north)
    if box.west <= box.east:
        east_west = Query.range_query(schema, "lng", tantivy.FieldType.Float, box.west, box.east)
    else:
        east_west = Query.boolean_query(
            [
                (SHOULD, Query.range_query(schema, "lng", tantivy.FieldType.Float, box.west, 180.0)),
                (SHOULD, Query.range_query(schema, "lng", tantivy.FieldType.Float, -180.0, box.east)),
            ]
        )
    return Query.boolean_query([(MUST, north_south), (MUST, east_west)])
