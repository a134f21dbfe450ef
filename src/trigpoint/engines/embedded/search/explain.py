"""Explaining a geocoding result: how the text was parsed, the candidates, and the parts of each score."""

from collections.abc import Iterator, Sequence

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.index.reader import IndexReader
from trigpoint.engines.embedded.query.centres import town_of_centre
from trigpoint.engines.embedded.query.crossings import read_crossing
from trigpoint.engines.embedded.query.parsed import ParsedQuery
from trigpoint.engines.embedded.rank.score import Candidate
from trigpoint.engines.embedded.search.forward import find_point, parse_query
from trigpoint.engines.embedded.search.geocode import answer, geocode_candidates
from trigpoint.engines.embedded.search.results import place_of
from trigpoint.engines.embedded.search.reverse import reverse
from trigpoint.engines.embedded.text.abbreviations import LIGHT
from trigpoint.maps.countries import country_name
from trigpoint.maps.explained import Candidate as ExplainedCandidate
from trigpoint.maps.explained import Explanation, WordRead
from trigpoint.maps.kind_queries import read_category
from trigpoint.maps.places import Place
from trigpoint.maps.queries import GeocodeQuery

MOST_SHOWN = 8
DIGITS = 3


def explain(readers: Sequence[IndexReader], query: GeocodeQuery) -> Explanation:
    """Explain the result of `geocode` for the same query."""
    text = query.text
    point = find_point(readers, text)
    parsed = parse_query(readers, text)
    matched, candidates = parsed, list[Candidate]()
    if point is None:
        matched, candidates = geocode_candidates(readers, parsed, query)
        places = answer(readers, matched, candidates, query)
    else:
        place = reverse(readers, point, query.lang)
        places = (place,) if place is not None else ()
    return Explanation(
        text=text,
        set_aside=parsed.set_aside,
        words=tuple(WordRead(word, parsed.weights[at], _meaning(parsed, at)) for at, word in enumerate(parsed.words)),
        readings=tuple(_readings(parsed, point, query.lang)),
        candidates=tuple(_candidate(matched, candidate, query.lang) for candidate in candidates[:MOST_SHOWN]),
        decided=_decided(candidates, places, query, point),
    )


def _meaning(parsed: ParsedQuery, at: int) -> str:
    """Return what a word was parsed as."""
    word = parsed.words[at]
    country = parsed.countries.get(at)
    code = next((places for places in parsed.codes if at in places), None)
    rules = (
        (at in parsed.optional, "left aside: a flat, a floor, or the word before a number"),
        (country is not None, f"the country {country}"),
        (at in parsed.inner, "belongs to the number before it"),
        (at in parsed.bound, f"a number of {parsed.bound.get(at)} words"),
        (any(at in places for places, _ in parsed.roads), "may be the number of a road"),
        (code is not None and len(word) > 3, "a number, or a postal code"),
        (at in parsed.numeric, "a number"),
        (word in LIGHT, "hardly tells"),
        (at in parsed.dense, "a pair of letters"),
        (parsed.weights[at] < 1, "says what kind of street"),
    )
    return next((meaning for holds, meaning in rules if holds), "a name")


def _readings(parsed: ParsedQuery, point: Point | None, lang: str) -> Iterator[str]:
    """Yield other interpretations of a text, as sentences."""
    if point is not None:
        yield f"The coordinate {point.latitude:.6f}, {point.longitude:.6f}."
    for code in dict.fromkeys(parsed.countries.values()):
        yield f"It names the country {country_name(code, lang) or code} ({code})."
    for number, code in parsed.code_countries.items():
        yield f"{number} is a postal code of {country_name(code, lang) or code}."
    for places in parsed.codes:
        yield f"It may name the postal code {' '.join(parsed.words[at] for at in places)}."
    for _, tokens in parsed.roads:
        yield f"It may name a road, looked up as {' or '.join(tokens)}."
    crossing = read_crossing(parsed.typed)
    if crossing is not None:
        first, second = crossing.pairs[0]
        yield f"It may name the crossing of '{first}' and '{second}'{f' in {crossing.tail}' if crossing.tail else ''}."
    town = town_of_centre(parsed.typed)
    if town is not None:
        yield f"It may name the centre of '{town}'."
    category = read_category(parsed.typed, lang)
    if category is not None:
        where = f", {'near' if category.is_near else 'in'} '{category.rest}'" if category.rest else ", around here"
        yield f"As a search it asks for {', '.join(sorted(category.kinds))}{where}."


def _candidate(parsed: ParsedQuery, candidate: Candidate, lang: str) -> ExplainedCandidate:
    place = place_of(candidate, lang)
    return ExplainedCandidate(
        name=place.name,
        where=", ".join(place.address_lines),
        kind=place.kind.value,
        source="world" if candidate.reader.about.world else "extract",
        found_by=candidate.found_by,
        at=Point(*candidate.at),
        score=round(candidate.score, DIGITS),
        parts={name: round(value, DIGITS) for name, value in candidate.parts._asdict().items() if value},
        words={parsed.words[at]: round(worth, DIGITS) for at, worth in sorted(candidate.explained.items())},
        cover=round(candidate.cover, DIGITS),
    )


def _decided(candidates: Sequence[Candidate], answer: Sequence[Place], query: GeocodeQuery, point: Point | None) -> str:
    """Return what the result is, and how far its score is ahead of the next one."""
    if not answer:
        if not candidates:
            return "Nothing: no name has the words that tell."
        return f"Nothing: the best candidate explains {candidates[0].cover:.0%} of the text, which is too little."
    best = answer[0]
    if point is not None:
        return f"{best.name}: what lies at the coordinate."
    if " & " in best.name:
        return f"The crossing {best.name}: each street explains its own part, and they meet."
    if best.address.sub_thoroughfare and all(place_of(one, query.lang).id != best.id for one in candidates):
        return f"{best.name}: an address, once the first or the last part of the text is left out as a name of something else."
    return _ahead(best, candidates)


def _ahead(best: Place, candidates: Sequence[Candidate]) -> str:
    if len(candidates) < 2:
        return f"{best.name}: the only candidate."
    ahead = {
        name: round(one - other, DIGITS)
        for name, one, other in zip(candidates[0].parts._fields, candidates[0].parts, candidates[1].parts, strict=True)
    }
    part, most = max(ahead.items(), key=lambda item: item[1])
    apart = candidates[0].score - candidates[1].score
    return f"{best.name}: ahead of the next by {apart:.3f}, most of it by {part} ({most:+.3f})."
