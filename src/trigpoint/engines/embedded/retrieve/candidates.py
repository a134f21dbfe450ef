"""Retrieving candidates from the text index, before any record is read."""

import math
from collections.abc import Hashable, Sequence

import msgspec
import tantivy
from msgspec.structs import replace

from trigpoint.base.geo import Box, Point
from trigpoint.engines.embedded.index.cells import LARGE
from trigpoint.engines.embedded.index.entries import EDGE
from trigpoint.engines.embedded.index.reader import IndexReader
from trigpoint.engines.embedded.index.records import Kind, OsmBox
from trigpoint.engines.embedded.query.parsed import ParsedQuery
from trigpoint.engines.embedded.retrieve.clauses import (
    MUST,
    SHOULD,
    Query,
    any_of,
    in_box,
    in_cells,
    in_country,
    loose_names,
    loose_near,
    near_focus,
    seek,
)
from trigpoint.engines.embedded.text.normalize import is_dense


class Limits(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The limits on candidates, independent of their words."""

    kinds: frozenset[Kind] = frozenset()
    categories: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    box: Box | None = None
    focus: Point | None = None

    @property
    def conditions(self) -> tuple[object, ...]:
        """The limits that exclude candidates: everything but the focus point."""
        return self.kinds, self.categories, self.countries, self.box


MOST_WEIGHED = 2_000
"""Highest number of records that are scored one by one around a focus point, for a short prefix."""

LEAST_DIGITS = 3
"""Fewest digits of a postal code behind its town in autocomplete."""

IN_TOWN = 5.0
"""What a word of its town is worth for a numbered road: more than how few other words the road is called by."""

ANYWHERE = Limits()
STREETS = frozenset({Kind.STREET})
POSTCODES = frozenset({Kind.POSTCODE})


def find_exactly(reader: IndexReader, parsed: ParsedQuery, limits: Limits, *, count: int) -> list[int]:
    """Return records with every telling word in name or surroundings, and at least one in the name."""
    telling = parsed.telling
    clauses: list[tuple[tantivy.Occur, tantivy.Query]] = []
    named: list[tantivy.Query] = []
    is_named = False
    # The surroundings of a record that is so named tell nothing: "Andorra" in Andorra.
    is_alone = len(parsed.words) == 1
    at_most, named_at_most = reader.total, 0
    for at, word in enumerate(parsed.words):
        if at in parsed.optional:
            continue
        sought = seek(reader, parsed, at)
        one_of = any_of(list(sought.name)) if is_alone and sought.name else None if is_alone else sought.either
        must = at in telling and not is_dense(word)
        is_country = at in parsed.countries
        if is_country:
            there = in_country(reader, parsed.countries[at])
            one_of = any_of([*sought.name, *(() if is_alone else sought.near), there])
        elif must:
            at_most = min(at_most, sought.at_most)
        if one_of is not None:
            clauses.append((MUST if must else SHOULD, one_of))
            is_named |= must and not is_country and bool(sought.name) and (is_alone or not sought.near)
        elif must:
            return []
        if at in telling or at in parsed.numeric:
            named += sought.name
            named_at_most += sought.named_at_most
    if not named:
        return []
    at_most = min(at_most, named_at_most)
    if not is_named:
        clauses.append((MUST, Query.const_score_query(any_of(named), 0.0)))
    focus = limits.focus if at_most > count else None  # otherwise all matches are returned, wherever they are
    much = _said(parsed) if parsed.is_prefix_only and at_most > MOST_WEIGHED else None
    few = len(telling) <= 2 or (parsed.countries and len([at for at in telling if at not in parsed.countries]) <= 2)
    return _run(reader, clauses, limits, count=count, by_rank=bool(few), focus=focus, much=much)


def _said(parsed: ParsedQuery) -> Hashable:
    """Return what `find_exactly` reads of a query, as a key."""
    return *parsed.words, parsed.prefix, parsed.shortened, frozenset(parsed.countries.items())


def find_prefix_around(reader: IndexReader, word: str, focus: Point, *, count: int) -> list[int]:
    """Return records around a point with a prefix in their name, the most important first."""
    prefix = Query.term_query(reader.schema, "edge", word[:EDGE])
    clauses = [(MUST, Query.const_score_query(prefix, 0.0)), (MUST, in_cells(reader, focus, (LARGE,), worth=1.0))]
    return _run(reader, clauses, ANYWHERE, count=count, by_rank=True)


def find_initials(
    reader: IndexReader, beginnings: Sequence[tuple[str, ...]], limits: Limits, *, count: int
) -> list[int]:
    """Return records around the focus point whose names have, for each of some choices, a word that begins so; the most important first."""
    clauses = []
    for choice in dict.fromkeys(beginnings):
        edges = any_of([Query.term_query(reader.schema, "edge", letters[:EDGE]) for letters in choice])
        clauses.append((MUST, Query.const_score_query(edges, 0.0)))
    if limits.focus is not None:
        clauses.append((MUST, in_cells(reader, limits.focus, (LARGE,), worth=1.0)))
    return _run(reader, clauses, limits, count=count, by_rank=True)


def find_town_around(reader: IndexReader, word: str, focus: Point) -> list[int]:
    """Return the most important town around a point with a word as its name."""
    if not reader.frequency("name", word):
        return []
    said = Query.term_query(reader.schema, "name", word)
    clauses = [(MUST, Query.const_score_query(said, 0.0)), (MUST, in_cells(reader, focus, (LARGE,), worth=1.0))]
    return _run(reader, clauses, Limits(kinds=frozenset({Kind.SETTLEMENT})), count=1, by_rank=True)


def find_prefix_after(reader: IndexReader, before: Sequence[str], word: str, *, count: int) -> list[int]:
    """Return records whose name has one of some words, and a word with a prefix, the most important first."""
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
    """Return the most important records of all."""
    return _run(reader, [(MUST, Query.all_query())], Limits(), count=count, by_rank=True)


def find_loosely(reader: IndexReader, parsed: ParsedQuery, limits: Limits, *, count: int) -> list[int]:
    """Return records with most of the telling words, with typing errors and joined or split words allowed."""
    telling = parsed.telling
    clauses: list[tuple[tantivy.Occur, tantivy.Query]] = []
    named: list[tantivy.Query] = []
    for at, word in enumerate(parsed.words):
        if at in parsed.optional:
            continue
        sought = seek(reader, parsed, at)
        alternatives = [*sought.name, *sought.near]
        if at in telling:
            names = [*sought.name, *loose_names(reader, parsed, at)]
            alternatives = [*names, *sought.near, *loose_near(reader, word)]
            named += names
        if at in parsed.countries:
            alternatives.append(in_country(reader, parsed.countries[at]))
        if alternatives:
            clauses.append((SHOULD, Query.disjunction_max_query(alternatives)))
    if not named:
        return []
    least = max(1, math.ceil(len(telling) * 0.5))
    by_name = (MUST, Query.const_score_query(any_of(named), 0.0))
    if len(telling) > 2:
        enough = Query.boolean_query(clauses, minimum_number_should_match=least)
        return _run(reader, [(MUST, enough), by_name], limits, count=count, by_rank=False, focus=limits.focus)
    is_alone = len(telling) == 1 and not parsed.numeric  # half of a region may have the name of its town
    return _run(reader, [by_name, *clauses], limits, count=count, by_rank=is_alone, focus=limits.focus)


def find_postcodes(reader: IndexReader, parsed: ParsedQuery, limits: Limits, *, count: int) -> list[int]:
    """Return the records of postal codes that a query may name, whatever its other words are."""
    found: list[int] = []
    for places in parsed.codes:
        words = [parsed.words[at] for at in places]
        if not all(reader.frequency("name", word) for word in words):
            continue
        clauses = [(MUST, Query.term_query(reader.schema, "name", word)) for word in words]
        country = parsed.code_countries.get(words[0])
        wanted = replace(limits, kinds=POSTCODES, countries=frozenset({country}) if country else limits.countries)
        ids = _run(reader, list(clauses), wanted, count=count, by_rank=True, focus=limits.focus)
        if country and not ids:  # postal codes of Monaco are written with the prefix F
            ids = _run(reader, clauses, replace(limits, kinds=POSTCODES), count=count, by_rank=True, focus=limits.focus)
        found += ids
    if parsed.before and len(parsed.prefix) >= LEAST_DIGITS and parsed.prefix.isdigit():
        found += _postcodes_begun(reader, parsed, limits, count=count)
    return found


def _postcodes_begun(reader: IndexReader, parsed: ParsedQuery, limits: Limits, *, count: int) -> list[int]:
    """Return postal codes that begin with the last word, of the place that the others name: "Helsinki 001"."""
    around = [at for at in parsed.telling if at < len(parsed.before) and at not in parsed.countries]
    if not around:
        return []
    clauses = [(MUST, Query.term_query(reader.schema, "edge", parsed.prefix[:EDGE]))]
    clauses += [(MUST, Query.term_query(reader.schema, "near", parsed.words[at])) for at in around]
    return _run(reader, clauses, replace(limits, kinds=POSTCODES), count=count, by_rank=True, focus=limits.focus)


def find_roads(reader: IndexReader, parsed: ParsedQuery, limits: Limits, *, count: int) -> list[int]:
    """Return the roads that a query may name by their number, those in its town first."""
    found: list[int] = []
    for places, tokens in parsed.roads:
        known = [token for token in tokens if reader.frequency("name", token)]
        if not known:
            continue
        clauses = [(MUST, any_of([Query.term_query(reader.schema, "name", token) for token in known[:1]]))]
        for at, word in enumerate(parsed.words):
            if at not in places and at not in parsed.optional and reader.frequency("near", word):
                clauses.append(
                    (SHOULD, Query.const_score_query(Query.term_query(reader.schema, "near", word), IN_TOWN))
                )
        found += _run(reader, clauses, replace(limits, kinds=STREETS), count=count, by_rank=True, focus=limits.focus)
    return found


def find_category(reader: IndexReader, words: list[str], limits: Limits, *, count: int) -> list[int]:
    """Return records of the categories in `limits`, with the words in their surroundings, the most important first."""
    everything = Query.const_score_query(Query.all_query(), 1.0)  # otherwise clauses that only filter would score zero
    clauses: list[tuple[tantivy.Occur, tantivy.Query]] = [(MUST, everything)]
    for word in words:
        near = Query.term_query(reader.schema, "near", word)
        name = Query.term_query(reader.schema, "name", word)
        clauses.append((MUST, Query.const_score_query(Query.boolean_query([(SHOULD, near), (SHOULD, name)]), 1.0)))
    box = on_ground(limits.box) if limits.box is not None else None
    return _run(reader, clauses, limits, count=count, by_rank=True, focus=limits.focus, box=box)


def on_ground(box: Box) -> OsmBox:
    """Convert a box to an `OsmBox`; one that crosses the antimeridian becomes one around the earth."""
    west, east = (box.west, box.east) if box.west <= box.east else (-180.0, 180.0)
    return box.south, west, box.north, east


def _run(
    reader: IndexReader,
    clauses: list[tuple[tantivy.Occur, tantivy.Query]],
    limits: Limits,
    *,
    count: int,
    by_rank: bool,
    focus: Point | None = None,
    box: OsmBox | None = None,
    much: Hashable = None,
) -> list[int]:
    """List the records that match the clauses and limits; `much` is the text if very many may match (see `_run_in_turn`)."""
    clauses += _limited(reader, limits)
    if focus is not None and much is not None:
        return _run_in_turn(reader, clauses, focus, (much, limits.conditions, count), count=count)
    if focus is not None:
        clauses.append((SHOULD, near_focus(reader, focus)))
    weight = "rank" if by_rank else reader.index.order
    return reader.index.look_up(Query.boolean_query(clauses), count=count, weight=weight, box=box)


def _limited(reader: IndexReader, limits: Limits) -> list[tuple[tantivy.Occur, tantivy.Query]]:
    """Return the clauses for the limits on candidates."""
    schema = reader.schema
    clauses: list[tuple[tantivy.Occur, tantivy.Query]] = []
    for field, values in (("kind", limits.kinds), ("category", limits.categories), ("country", limits.countries)):
        if values:
            any_of_them = any_of([Query.term_query(schema, field, value) for value in sorted(values)])
            clauses.append((MUST, Query.const_score_query(any_of_them, 0.0)))
    if limits.box is not None:
        clauses.append((MUST, Query.const_score_query(in_box(reader, limits.box), 0.0)))
    return clauses


def _run_in_turn(
    reader: IndexReader, clauses: list[tuple[tantivy.Occur, tantivy.Query]], focus: Point, said: Hashable, *, count: int
) -> list[int]:
    """Do what `_run` does when very many records match: combine the best nearby ones with the best of all.

    Nearby records must be searched for each focus point. The best of the others are among the best of all, whose scores
    do not depend on the focus point: these are cached by the text `said`.
    """
    anywhere = reader.anywhere.get(said)
    if anywhere is None:
        anywhere = reader.anywhere[said] = reader.index.find(Query.boolean_query(clauses), count=count, weight="rank")
    nearby = Query.boolean_query([*clauses, (MUST, near_focus(reader, focus))])
    scores: dict[int, float] = {}
    for score, one in [*reader.index.find(nearby, count=count, weight="rank"), *anywhere]:
        scores.setdefault(one, score)
    return sorted(scores, key=lambda one: -scores[one])[:count]
