"""Query clauses for the text index: for a word, the surroundings of a point, a box, and a country."""

import math

import tantivy

from trigpoint.base.geo import Box, Point
from trigpoint.engines.embedded.index.cells import LARGE, SIZES, cells_around
from trigpoint.engines.embedded.index.entries import EDGE
from trigpoint.engines.embedded.index.reader import IndexReader, Sought
from trigpoint.engines.embedded.query.parsed import ParsedQuery
from trigpoint.engines.embedded.query.weights import WEIGHTS
from trigpoint.engines.embedded.text.latin import to_latin
from trigpoint.engines.embedded.text.normalize import allowed_edits, is_dense, lengthen_word

Query = tantivy.Query
MUST, SHOULD = tantivy.Occur.Must, tantivy.Occur.Should


def seek(reader: IndexReader, parsed: ParsedQuery, at: int) -> Sought:
    """Make the queries for a word or prefix, or take them from the cache. Queries without matches are left out."""
    word = parsed.words[at]
    edge = ""
    unfinished = parsed.open_ended and at == len(parsed.words) - 1
    if (unfinished and not is_dense(word)) or (word in parsed.shortened and len(word) > 1):
        edge = (parsed.prefix if unfinished else word)[:EDGE]
    if edge:  # what is being typed hardly comes again
        return _seek(reader, parsed, at, edge)
    key = (word, parsed.weights[at])
    sought = reader.sought.get(key)
    if sought is None:
        sought = reader.sought[key] = _seek(reader, parsed, at, edge)
    return sought


def _seek(reader: IndexReader, parsed: ParsedQuery, at: int, edge: str) -> Sought:
    schema, count, word = reader.schema, reader.frequency, parsed.words[at]
    in_names, around = count("name", word), count("near", word)
    weight = word_weight(reader, parsed, at, in_names)
    names, near = [], []
    by_name = in_names
    if in_names:
        names.append(Query.const_score_query(Query.term_query(schema, "name", word), weight))
    if edge:
        prefix = count("edge", edge)
        by_name += prefix
        if prefix:
            longer = Query.term_query(schema, "edge", edge)
            names.append(Query.const_score_query(longer, weight * WEIGHTS.find_prefix))
    if around:
        near.append(Query.const_score_query(Query.term_query(schema, "near", word), weight * WEIGHTS.find_near))
    names = [Query.disjunction_max_query(names)] if len(names) > 1 else names
    either = any_of([*names, *near]) if names or near else None
    return Sought(tuple(names), tuple(near), either, by_name + around, by_name)


def any_of(queries: list[tantivy.Query]) -> tantivy.Query:
    """Return the query that matches any of some queries."""
    return Query.boolean_query([(SHOULD, query) for query in queries]) if len(queries) > 1 else queries[0]


def loose_names(reader: IndexReader, parsed: ParsedQuery, at: int) -> list[tantivy.Query]:
    """Return the queries for a word with typing errors, joined with its neighbour, or transliterated to Latin."""
    schema = reader.schema
    word = parsed.words[at]
    weight = word_weight(reader, parsed, at, reader.frequency("name", word))
    field = "main" if reader.about.world else "name"
    sought = []
    edits = allowed_edits(word) if not reader.about.world or len(word) > 9 else min(1, allowed_edits(word))
    unfinished = parsed.open_ended and at == len(parsed.words) - 1
    if edits and not is_dense(word):
        is_beginning = unfinished and len(word) > 3
        sought.append((nearly(reader, field, word, edits, is_beginning=is_beginning), weight * WEIGHTS.find_error))
    if len(word) > 5 and (longer := lengthen_word(word)):
        sought.append((nearly(reader, field, longer[-1], allowed_edits(longer[-1])), weight * WEIGHTS.find_error))
    if at + 1 < len(parsed.words):
        pair = word + parsed.words[at + 1]
        if reader.frequency("name", pair):
            sought.append(([Query.term_query(schema, "name", pair)], weight * WEIGHTS.find_joined))
        if allowed_edits(pair):
            sought.append((nearly(reader, field, pair, 1), weight))
    latin = to_latin(word)
    if latin != word:
        sought.append((nearly(reader, field, latin, allowed_edits(latin)), weight * WEIGHTS.find_error))
    return [Query.const_score_query(any_of(queries), worth) for queries, worth in sought if queries]


def loose_near(reader: IndexReader, word: str) -> list[tantivy.Query]:
    edits = allowed_edits(word)
    if not edits or is_dense(word):
        return []
    queries = nearly(reader, "near", word, edits)
    return [Query.const_score_query(any_of(queries), WEIGHTS.find_near * WEIGHTS.find_error)] if queries else []


def nearly(
    reader: IndexReader, field: str, word: str, edits: int, *, is_beginning: bool = False
) -> list[tantivy.Query]:
    """Return the queries for a word with typing errors in a field; empty if there is no such term.

    With `is_beginning`, terms with such a prefix match too. If the terms cannot be looked up, tantivy scans all terms.
    """
    if not edits:
        return [Query.term_query(reader.schema, field, word)] if reader.frequency(field, word) else []
    words = reader.nearly(field, word, edits, is_prefix=is_beginning)
    if words is None:
        return [Query.fuzzy_term_query(reader.schema, field, word, distance=edits, prefix=is_beginning)]
    return [Query.term_query(reader.schema, field, other) for other in words]


def word_weight(reader: IndexReader, parsed: ParsedQuery, at: int, frequency: int) -> float:
    """Return the boost of a word by its frequency in names: rare words select more than frequent ones."""
    rare = math.log(1 + reader.total / (1 + frequency)) / math.log(2 + reader.total)
    return max(0.05, parsed.weights[at] * (1 - WEIGHTS.find_rare + WEIGHTS.find_rare * rare))


def in_country(reader: IndexReader, code: str) -> tantivy.Query:
    return Query.const_score_query(Query.term_query(reader.schema, "country", code), WEIGHTS.find_country)


def near_focus(reader: IndexReader, focus: Point) -> tantivy.Query:
    """Return the query for records near the focus point, with a higher score the closer they are."""
    sizes = (LARGE,) if reader.about.world else tuple(range(len(SIZES)))
    return in_cells(reader, focus, sizes, worth=WEIGHTS.find_cell)


def in_cells(reader: IndexReader, point: Point, sizes: tuple[int, ...], *, worth: float) -> tantivy.Query:
    """Return the query for records in the cells around a point, with the score `worth` for each size of cells.

    It is cached, as people type a whole word from the same place.
    """
    key = (point, sizes, worth)
    around = reader.around.get(key)
    if around is None:
        cells = [cell for size in sizes for cell in cells_around(point, size)]
        terms = [Query.term_query(reader.schema, "cell", cell) for cell in cells]
        around = reader.around[key] = any_of([Query.const_score_query(term, worth) for term in terms])
    return around


def in_box(reader: IndexReader, box: Box) -> tantivy.Query:
    """Return the query for a box, in two parts if it crosses the antimeridian."""
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
