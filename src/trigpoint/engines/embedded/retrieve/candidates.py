"""Candidates from the index of words: which records a question may mean, before any of them is read."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import tantivy

from trigpoint.base.geo import Box, Point
from trigpoint.engines.embedded.index.cells import LARGE, SIZES, cells_around
from trigpoint.engines.embedded.index.reader import IndexReader
from trigpoint.engines.embedded.index.records import Kind
from trigpoint.engines.embedded.index.textindex import EDGE
from trigpoint.engines.embedded.query.parsed import ParsedQuery
from trigpoint.engines.embedded.query.weights import WEIGHTS
from trigpoint.engines.embedded.text.latin import to_latin
from trigpoint.engines.embedded.text.normalize import allowed_edits, is_dense, lengthen_word

Query = tantivy.Query
MUST, SHOULD = tantivy.Occur.Must, tantivy.Occur.Should
MOST_AROUND = 1_024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a candidate must be, whatever its words."""

    kinds: frozenset[Kind] = frozenset()
    categories: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    box: Box | None = None
    focus: Point | None = None

    @property
    def conditions(self) -> tuple[object, ...]:
        """What excludes: everything but the point of interest."""
        return self.kinds, self.categories, self.countries, self.box


ANYWHERE = Limits()
STREETS = frozenset({Kind.STREET})
POSTCODES = frozenset({Kind.POSTCODE})


def find_exactly(reader: IndexReader, parsed: ParsedQuery, limits: Limits, *, count: int) -> list[int]:
    """List records that have every telling word, in their name or around, and at least one in their name."""
    telling = parsed.telling
    clauses: list[tuple[tantivy.Occur, tantivy.Query]] = []
    named: list[tantivy.Query] = []
    is_named = False
    at_most = reader.total
    for at, word in enumerate(parsed.words):
        if at in parsed.optional:
            continue
        sought = _seek(reader, parsed, at)
        alternatives = [*sought.name, *sought.near]
        must = at in telling and not is_dense(word)
        if at in parsed.countries:
            alternatives.append(_in_country(reader, parsed.countries[at]))
        elif must:
            at_most = min(at_most, sought.at_most)
        if alternatives:
            clauses.append((MUST if must else SHOULD, _any_of(alternatives)))
            is_named |= must and alternatives == sought.name
        elif must:
            return []
        if at in telling or at in parsed.numeric:
            named += sought.name
    if not named:
        return []
    if not is_named:
        clauses.append((MUST, Query.const_score_query(_any_of(named), 0.0)))
    focus = limits.focus if at_most > count else None  # else all that match are listed, wherever they lie
    return _run(reader, clauses, limits, count=count, by_rank=len(telling) <= 2, focus=focus)


def find_prefix_around(reader: IndexReader, word: str, focus: Point, *, count: int) -> list[int]:
    """List records around a point of which a word of the name begins so, the best known first."""
    prefix = Query.term_query(reader.schema, "edge", word[:EDGE])
    clauses = [(MUST, Query.const_score_query(prefix, 0.0)), (MUST, _around(reader, focus, (LARGE,), worth=1.0))]
    return _run(reader, clauses, ANYWHERE, count=count, by_rank=True)


def find_prefix_after(reader: IndexReader, before: Sequence[str], word: str, *, count: int) -> list[int]:
    """List records whose name has one of some words, and a word that begins so, the best known first."""
    said = Query.boolean_query([(SHOULD, Query.term_query(reader.schema, "name", one)) for one in before])
    prefix = Query.term_query(reader.schema, "edge", word[:EDGE])
    return _run(
        reader,
        [(MUST, Query.const_score_query(said, 1.0)), (MUST, Query.const_score_query(prefix, 0.0))],
        ANYWHERE,
        count=count,
        by_rank=True,
    )


def find_best_known(reader: IndexReader, *, count: int) -> list[int]:
    """List the best known records of all."""
    return _run(reader, [(MUST, Query.all_query())], Limits(), count=count, by_rank=True)


def find_loosely(reader: IndexReader, parsed: ParsedQuery, limits: Limits, *, count: int) -> list[int]:
    """List records that have most of the telling words, typing errors and joined or parted words allowed."""
    telling = parsed.telling
    clauses: list[tuple[tantivy.Occur, tantivy.Query]] = []
    named: list[tantivy.Query] = []
    for at, word in enumerate(parsed.words):
        if at in parsed.optional:
            continue
        sought = _seek(reader, parsed, at)
        alternatives = [*sought.name, *sought.near]
        if at in telling:
            names = [*sought.name, *_loose_names(reader, parsed, at)]
            alternatives = [*names, *sought.near, *_loose_near(reader, word)]
            named += names
        if at in parsed.countries:
            alternatives.append(_in_country(reader, parsed.countries[at]))
        if alternatives:
            clauses.append((SHOULD, Query.disjunction_max_query(alternatives)))
    if not named:
        return []
    least = max(1, math.ceil(len(telling) * 0.5))
    by_name = (MUST, Query.const_score_query(_any_of(named), 0.0))
    if len(telling) > 2:
        enough = Query.boolean_query(clauses, minimum_number_should_match=least)
        return _run(reader, [(MUST, enough), by_name], limits, count=count, by_rank=False, focus=limits.focus)
    return _run(reader, [by_name, *clauses], limits, count=count, by_rank=False, focus=limits.focus)


def find_postcodes(reader: IndexReader, parsed: ParsedQuery, limits: Limits, *, count: int) -> list[int]:
    """List the postal codes that a question may name, whatever else it says."""
    found: list[int] = []
    for places in parsed.codes:
        words = [parsed.words[at] for at in places]
        if not all(reader.searcher.doc_freq("name", word) for word in words):
            continue
        clauses = [(MUST, Query.term_query(reader.schema, "name", word)) for word in words]
        country = parsed.code_countries.get(words[0])
        wanted = replace(limits, kinds=POSTCODES, countries=frozenset({country}) if country else limits.countries)
        found += _run(reader, clauses, wanted, count=count, by_rank=True, focus=limits.focus)
    return found


def find_roads(reader: IndexReader, parsed: ParsedQuery, limits: Limits, *, count: int) -> list[int]:
    """List the roads that a question may name by their number, those in its town first."""
    found: list[int] = []
    for places, tokens in parsed.roads:
        known = [token for token in tokens if reader.searcher.doc_freq("name", token)]
        if not known:
            continue
        clauses = [(MUST, _any_of([Query.term_query(reader.schema, "name", token) for token in known[:1]]))]
        for at, word in enumerate(parsed.words):
            if at not in places and at not in parsed.optional and reader.searcher.doc_freq("near", word):
                clauses.append((SHOULD, Query.const_score_query(Query.term_query(reader.schema, "near", word), 1.0)))
        found += _run(reader, clauses, replace(limits, kinds=STREETS), count=count, by_rank=True, focus=limits.focus)
    return found


def find_category(reader: IndexReader, words: list[str], limits: Limits, *, count: int) -> list[int]:
    """List records of the categories in `limits`, around the words if there are any."""
    clauses: list[tuple[tantivy.Occur, tantivy.Query]] = [(MUST, Query.all_query())]
    for word in words:
        near = Query.term_query(reader.schema, "near", word)
        name = Query.term_query(reader.schema, "name", word)
        clauses.append((MUST, Query.const_score_query(Query.boolean_query([(SHOULD, near), (SHOULD, name)]), 1.0)))
    return _run(reader, clauses, limits, count=count, by_rank=True, focus=limits.focus)


def _run(
    reader: IndexReader,
    clauses: list[tuple[tantivy.Occur, tantivy.Query]],
    limits: Limits,
    *,
    count: int,
    by_rank: bool,
    focus: Point | None = None,
) -> list[int]:
    schema = reader.schema
    chosen = (
        ("kind", [int(kind) for kind in limits.kinds]),
        ("category", sorted(limits.categories)),
        ("country", sorted(limits.countries)),
    )
    for field, values in chosen:
        if values:
            any_of_them = Query.boolean_query([(SHOULD, Query.term_query(schema, field, value)) for value in values])
            clauses.append((MUST, Query.const_score_query(any_of_them, 0.0)))
    if limits.box is not None:
        clauses.append((MUST, Query.const_score_query(_in_box(reader, limits.box), 0.0)))
    if focus is not None:
        clauses.append((SHOULD, _near(reader, focus)))
    searcher = reader.searcher
    weight = "rank" if by_rank else None
    candidates = searcher.search(Query.boolean_query(clauses), limit=count, count=False, weight_by_field=weight).hits
    return [int(value or 0) for value in searcher.fast_field_values("id", [address for _, address in candidates])]


class _Sought(NamedTuple):
    """How a word is looked up: the query for it in names if any name has it, the one for what lies around likewise.

    `at_most` is how many records these match at most.
    """

    name: list[tantivy.Query]
    near: list[tantivy.Query]
    at_most: int


def _seek(reader: IndexReader, parsed: ParsedQuery, at: int) -> _Sought:
    """Make the queries for a word, or for what it may be the beginning of. What no record has is left out."""
    schema, count, word = reader.schema, reader.searcher.doc_freq, parsed.words[at]
    in_names, around = count("name", word), count("near", word)
    weight = _weight(reader, parsed, at, in_names)
    names, near = [], []
    at_most = in_names + around
    if in_names:
        names.append(Query.const_score_query(Query.term_query(schema, "name", word), weight))
    unfinished = parsed.open_ended and at == len(parsed.words) - 1
    if (unfinished and not is_dense(word)) or (word in parsed.shortened and len(word) > 1):
        edge = (parsed.prefix if unfinished else word)[:EDGE]
        prefix = count("edge", edge)
        at_most += prefix
        if prefix:
            longer = Query.term_query(schema, "edge", edge)
            names.append(Query.const_score_query(longer, weight * WEIGHTS.find_prefix))
    if around:
        near.append(Query.const_score_query(Query.term_query(schema, "near", word), weight * WEIGHTS.find_near))
    return _Sought([Query.disjunction_max_query(names)] if len(names) > 1 else names, near, at_most)


def _any_of(queries: list[tantivy.Query]) -> tantivy.Query:
    """Give the query for what matches one of some queries."""
    return Query.boolean_query([(SHOULD, query) for query in queries]) if len(queries) > 1 else queries[0]


def _loose_names(reader: IndexReader, parsed: ParsedQuery, at: int) -> list[tantivy.Query]:
    """Give the queries for a word with typing errors, joined to its neighbour, or written in Latin."""
    schema = reader.schema
    word = parsed.words[at]
    weight = _weight(reader, parsed, at, reader.searcher.doc_freq("name", word))
    field = "main" if reader.about.world else "name"
    found = []
    edits = allowed_edits(word) if not reader.about.world or len(word) > 9 else min(1, allowed_edits(word))
    unfinished = parsed.open_ended and at == len(parsed.words) - 1
    if edits and not is_dense(word):
        fuzzy = Query.fuzzy_term_query(schema, field, word, distance=edits, prefix=unfinished and len(word) > 3)
        found.append(Query.const_score_query(fuzzy, weight * WEIGHTS.find_error))
    for longer in lengthen_word(word)[-1:] if len(word) > 5 else ():
        fuzzy = Query.fuzzy_term_query(schema, field, longer, distance=allowed_edits(longer))
        found.append(Query.const_score_query(fuzzy, weight * WEIGHTS.find_error))
    if at + 1 < len(parsed.words):
        pair = word + parsed.words[at + 1]
        found.append(Query.const_score_query(Query.term_query(schema, "name", pair), weight * WEIGHTS.find_joined))
        if allowed_edits(pair):
            fuzzy = Query.fuzzy_term_query(schema, field, pair, distance=1)
            found.append(Query.const_score_query(fuzzy, weight))
    latin = to_latin(word)
    if latin != word:
        fuzzy = Query.fuzzy_term_query(schema, field, latin, distance=allowed_edits(latin))
        found.append(Query.const_score_query(fuzzy, weight * WEIGHTS.find_error))
    return found


def _loose_near(reader: IndexReader, word: str) -> list[tantivy.Query]:
    edits = allowed_edits(word)
    if not edits or is_dense(word):
        return []
    fuzzy = Query.fuzzy_term_query(reader.schema, "near", word, distance=edits)
    return [Query.const_score_query(fuzzy, WEIGHTS.find_near * WEIGHTS.find_error)]


def _weight(reader: IndexReader, parsed: ParsedQuery, at: int, frequency: int) -> float:
    """Give the weight of a word that so many names have: rare words choose, frequent ones hardly do."""
    rare = math.log(1 + reader.total / (1 + frequency)) / math.log(2 + reader.total)
    return max(0.05, parsed.weights[at] * (1 - WEIGHTS.find_rare + WEIGHTS.find_rare * rare))


def _in_country(reader: IndexReader, code: str) -> tantivy.Query:
    return Query.const_score_query(Query.term_query(reader.schema, "country", code), WEIGHTS.find_country)


def _near(reader: IndexReader, focus: Point) -> tantivy.Query:
    """Give the query for what lies near the point of interest, worth more the nearer it lies."""
    sizes = (LARGE,) if reader.about.world else tuple(range(len(SIZES)))
    return _around(reader, focus, sizes, worth=WEIGHTS.find_cell)


def _around(reader: IndexReader, point: Point, sizes: tuple[int, ...], *, worth: float) -> tantivy.Query:
    """Give the query for what lies in the cells around a point, worth as much for each size of them.

    It is remembered, as people type a whole word from one place.
    """
    key = (point, sizes, worth)
    around = reader.around.get(key)
    if around is None:
        if len(reader.around) >= MOST_AROUND:
            reader.around.clear()
        cells = [cell for size in sizes for cell in cells_around(point, size)]
        terms = [Query.term_query(reader.schema, "cell", cell) for cell in cells]
        around = reader.around[key] = _any_of([Query.const_score_query(term, worth) for term in terms])
    return around


def _in_box(reader: IndexReader, box: Box) -> tantivy.Query:
    """Give the query for a box; one that crosses the antimeridian is two."""
    schema = reader.schema
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
