"""Finding the house for a house number of the query, on a candidate street."""

from collections.abc import Iterator, Sequence

from trigpoint.engines.embedded.index.records import House, Kind
from trigpoint.engines.embedded.query.parsed import ParsedQuery
from trigpoint.engines.embedded.query.weights import WEIGHTS
from trigpoint.engines.embedded.query.words import DIRECTIONS
from trigpoint.engines.embedded.rank.score import Candidate, Worths
from trigpoint.engines.embedded.text.house_numbers import key_of, number_keys
from trigpoint.engines.embedded.text.normalize import split

MOST_STREETS = 16
"""Highest number of streets in which a house number is looked up."""

MOST_BESIDE = 8
"""Among how many candidates a house is looked for that may lie beside its town, in autocomplete."""


STAIRS = frozenset({"FI"})
"""Countries in which a letter after the number is that of a staircase in the same house: `Bulevardi 16 B 12`."""


NUMBERED_BUILDINGS = frozenset({"RU", "BY", "KZ"})
"""Countries in which the buildings of an address are houses of their own, which English calls buildings: `14, bld. 11`."""


FLATS_BEFORE = frozenset({"AU", "CA", "GB", "HK", "IE", "IN", "MY", "NZ", "SG", "US", "ZA"})
"""Countries in which a flat and a slash may stand before the number: `3/21 Boston Street`."""


BUILDINGS_IN_ENGLISH = frozenset({"bld", "bldg"})


def look_for_house(parsed: ParsedQuery, candidate: Candidate) -> None:
    """Find the house for a number of the query. The number may also be a postal code.

    Numbers match as a whole: a query for 226 1/2, 5/2 or building 2 of number 5 finds no other house instead.
    """
    free = [at for at in sorted(parsed.numeric) if at not in candidate.by_name and at not in parsed.optional]
    for keys in _keys(parsed, candidate, free):
        houses = candidate.reader.data.houses_numbered(candidate.id, [key for _, key in keys]) if keys else None
        if houses:
            used, key = next(one for one in keys if one[1] in houses)
            _take(parsed, candidate, _choose(parsed, houses[key], candidate, key), used=used, free=free)
            return
    candidate.number_left = any(at not in candidate.explained for at in free)


def _keys(parsed: ParsedQuery, candidate: Candidate, free: list[int]) -> Iterator[list[tuple[range, str]]]:
    """Yield the lookup keys that a house of the query may have, with the positions of their words, the likeliest first."""
    yield _letters_before(parsed, candidate, free)
    starts = [at for at in free if parsed.words[at][0].isdigit() and at not in parsed.inner]
    starts.sort(key=candidate.explained.__contains__)
    for at in starts:
        if at not in candidate.explained or len(parsed.words[at]) <= 4:
            yield [(range(at, at + used), key) for key, used in _keys_at(parsed, candidate, at)]
    if parsed.lettered:  # "A31" is a number too, where a street has such
        yield [(range(at, at + 1), parsed.words[at]) for at in sorted(parsed.lettered) if at not in candidate.explained]


def _letters_before(parsed: ParsedQuery, candidate: Candidate, free: list[int]) -> list[tuple[range, str]]:
    """Return the positions and keys of numbers with a letter before them, as a word of its own: `A-3`, `B 12`."""
    words = parsed.words
    return [
        (range(at - 1, at + 1), words[at - 1] + words[at])
        for at in free
        if at > 0
        and len(words[at - 1]) == 1
        and words[at - 1].isalpha()
        and words[at].isdigit()
        and at - 1 not in candidate.by_name
        and not (at > 1 and words[at - 2][0].isdigit())
    ]


def _keys_at(parsed: ParsedQuery, candidate: Candidate, at: int) -> list[tuple[str, int]]:
    """Return the lookup keys of the number that begins at a word, without those that omit a part of it."""
    least = parsed.bound.get(at, 1)
    while least > 1 and at + least - 1 in candidate.by_name:  # of "2 2-я улица" the second belongs to the street
        least -= 1
    possible = parsed.number_keys.get(at)
    if possible is None:
        possible = parsed.number_keys[at] = number_keys(parsed.words, at)
    if candidate.record.country in NUMBERED_BUILDINGS and (keys := _building_keys(parsed, at, possible)):
        return keys
    keys = [
        one
        for one in possible
        if one[1] == 1 or not any(later in candidate.by_name for later in range(at + 1, at + one[1]))
    ]
    whole = [one for one in keys if one[1] >= least]
    if least > 1 and parsed.words[at + 1].isalpha() and candidate.record.country in STAIRS:
        return keys  # the letter is a staircase
    if _is_flat_before(parsed, candidate, at, least):
        whole.append((parsed.words[at + 1], 2))
    if least == 1 and len(keys) == 1 and not DIRECTIONS.isdisjoint(parsed.said):
        after = [word for other, word in enumerate(parsed.words) if other > at and word in DIRECTIONS]
        whole += [(f"{parsed.words[at]}{word}", 1) for word in after]
    return whole


def _is_flat_before(parsed: ParsedQuery, candidate: Candidate, at: int, count: int) -> bool:
    """Tell whether a number of `count` words is a flat, a slash and the number of the house, before the street's name."""
    is_pair = count == 2 and parsed.words[at + 1].isdigit() and at + 2 in candidate.by_name
    return is_pair and candidate.record.country in FLATS_BEFORE


def _building_keys(parsed: ParsedQuery, at: int, possible: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return the keys of a house number with the building behind it, in English: "14, bld. 11"; empty if none is said."""
    words = parsed.words
    return [
        (key_of(f"{key}{letter}{words[at + used + 1]}"), used)
        for key, used in possible
        if at + used + 1 < len(words) and words[at + used] in BUILDINGS_IN_ENGLISH and words[at + used + 1].isdigit()
        for letter in "ск"
    ]


def _take(parsed: ParsedQuery, candidate: Candidate, house: House, *, used: range, free: list[int]) -> None:
    """Set the house of a candidate, and add the query words that match the house."""
    candidate.house = house
    near = candidate.reader.data.setting_words(house.setting)
    around = _nearly_around(parsed, candidate, house)
    around |= {other: WEIGHTS.near for other, word in enumerate(parsed.words) if word in near}
    parts = split(house.number)  # "76, 76a, 76b" is one house
    number = [*used, *(other for other in free if parsed.words[other] in parts)]
    if not DIRECTIONS.isdisjoint(parts):
        number += [
            at
            for at, word in enumerate(parsed.words)
            if word in DIRECTIONS and word in parts and at not in candidate.by_name
        ]
    candidate.explained = around | candidate.explained | dict.fromkeys(number, 1.0)
    _weigh_postcode(parsed, candidate, house)


def _nearly_around(parsed: ParsedQuery, candidate: Candidate, house: House) -> Worths:
    """Match the remaining query words with the surroundings of a house, which may differ from its street's; errors allowed."""
    return {
        at: WEIGHTS.near_error
        for at, word in enumerate(parsed.words)
        if at not in candidate.explained
        and at not in parsed.numeric
        and candidate.reader.is_nearly_near(word, house.setting)
    }


def _weigh_postcode(parsed: ParsedQuery, candidate: Candidate, house: House) -> None:
    """Reduce the worth of a postal code that matched the street, if the house has another one."""
    if not house.postcode or candidate.record.postcodes == (house.postcode,):
        return
    own = set(split(house.postcode))
    street = {word for postcode in candidate.record.postcodes for word in split(postcode)}
    if not own or street <= own:
        return
    for at, word in enumerate(parsed.words):
        if word in street and word not in own and at not in candidate.by_name:
            candidate.explained[at] = min(candidate.explained.get(at, 0.0), WEIGHTS.other_code)


def _choose(parsed: ParsedQuery, houses: list[House], candidate: Candidate, key: str) -> House:
    """Choose among houses with the same key: by the exact number, and by the postal code and town in the query."""

    def said(house: House) -> float:
        words = set(split(house.postcode)) if house.postcode else set()
        near = candidate.reader.data.setting_words(house.setting)
        named = sum(2 * (word in words) or word in near for word in parsed.words)
        return named + 0.9 * len(_nearly_around(parsed, candidate, house)) + 0.5 * (key_of(house.number) == key)

    return max(houses, key=said) if len(houses) > 1 else houses[0]


def lacks_finished_number(parsed: ParsedQuery, candidates: Sequence[Candidate]) -> bool:
    """Tell whether the best candidate is a street without the number of an address that is typed up to its town or beyond."""
    return bool(candidates) and candidates[0].number_left and not parsed.prefix[:1].isdigit()


def lacks_its_house(parsed: ParsedQuery, candidates: Sequence[Candidate]) -> bool:
    """Tell whether the best candidate is a street without the number of the query, which another street of its name may have.

    An unfinished number is that of any house which begins with it.
    """
    best = candidates[0]
    is_street = bool(parsed.numeric) and best.record.kind == Kind.STREET and best.house is None
    if is_street and parsed.prefix[:1].isdigit() and best.reader.data.house_keys(best.id, parsed.prefix, limit=1):
        return False
    return is_street and any(candidate.house is not None for candidate in candidates[1:MOST_BESIDE])
