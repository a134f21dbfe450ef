"""The house that a number of a question names, on a street that was found."""

from trigpoint.engines.embedded.index.records import House
from trigpoint.engines.embedded.query.parse import DIRECTIONS, Asked
from trigpoint.engines.embedded.query.weights import WEIGHTS
from trigpoint.engines.embedded.rank.score import Hit, Worths
from trigpoint.engines.embedded.text.house_numbers import candidates, key_of
from trigpoint.engines.embedded.text.normalize import split

MOST_STREETS = 16
"""In how many streets a house number is looked up."""


STAIRS = frozenset({"FI"})
"""Where a letter behind the number is that of a staircase in the same house: `Bulevardi 16 B 12`."""


def look_for_house(asked: Asked, hit: Hit) -> None:
    """Find the house that a number of the question names; the number may also be taken for a postal code.

    A number is taken whole: who asks for 226 1/2, 5/2 or building 2 of number 5 is given no other house instead.
    """
    free = [at for at in sorted(asked.numeric) if at not in hit.by_name and at not in asked.optional]
    starts = [at for at in free if asked.words[at][0].isdigit() and at not in asked.inner]
    starts.sort(key=lambda at: at in hit.explained)
    for at in starts:
        if at in hit.explained and len(asked.words[at]) > 4:
            continue
        for key, used in _keys_at(asked, hit, at):
            houses = hit.opened.data.houses_numbered(hit.id, key)
            if houses:
                _take(asked, hit, _choose(asked, houses, hit, key), used=range(at, at + used), free=free)
                return
    for at in sorted(asked.lettered):  # "A31" is a number too, where a street has such
        houses = hit.opened.data.houses_numbered(hit.id, asked.words[at]) if at not in hit.explained else []
        if houses:
            _take(asked, hit, _choose(asked, houses, hit, asked.words[at]), used=range(at, at + 1), free=free)
            return
    hit.number_left = any(at not in hit.explained for at in free)


def _keys_at(asked: Asked, hit: Hit, at: int) -> list[tuple[str, int]]:
    """List the keys of the number that begins at a word, without those that leave a part of it out."""
    least = asked.bound.get(at, 1)
    while least > 1 and at + least - 1 in hit.by_name:  # of "2 2-я улица" the second belongs to the street
        least -= 1
    possible = asked.keys.get(at)
    if possible is None:
        possible = asked.keys[at] = candidates(asked.words, at)
    keys = [
        one for one in possible if one[1] == 1 or not any(later in hit.by_name for later in range(at + 1, at + one[1]))
    ]
    whole = [one for one in keys if one[1] >= least]
    if least > 1 and asked.words[at + 1].isalpha() and hit.record.country in STAIRS:
        return keys  # the letter is that of a staircase
    if least == 1:
        after = [word for other, word in enumerate(asked.words) if other > at and word in DIRECTIONS]
        whole += [(f"{asked.words[at]}{word}", 1) for word in after if len(keys) == 1]
    return whole


def _take(asked: Asked, hit: Hit, house: House, *, used: range, free: list[int]) -> None:
    """Let a hit be a house of its street, and explain what that says more of the question."""
    hit.house = house
    near = hit.opened.data.setting_words(house.setting)
    around = _nearly_around(asked, hit, house)
    around |= {other: WEIGHTS.near for other, word in enumerate(asked.words) if word in near}
    parts = split(house.number)  # "76, 76a, 76b" is one house
    number = [*used, *(other for other in free if asked.words[other] in parts)]
    number += [
        at for at, word in enumerate(asked.words) if word in DIRECTIONS and word in parts and at not in hit.by_name
    ]
    hit.explained = around | hit.explained | dict.fromkeys(number, 1.0)
    _weigh_postcode(asked, hit, house)


def _nearly_around(asked: Asked, hit: Hit, house: House) -> Worths:
    """Explain what is left of a question by the surroundings of a house, typing errors allowed: they may differ from its street's."""
    return {
        at: WEIGHTS.near_error
        for at, word in enumerate(asked.words)
        if at not in hit.explained and at not in asked.numeric and hit.opened.is_nearly_near(word, house.setting)
    }


def _weigh_postcode(asked: Asked, hit: Hit, house: House) -> None:
    """Take back what a postal code of the street explained, if the house has another."""
    if not house.postcode:
        return
    own = set(split(house.postcode))
    street = {word for postcode in hit.record.postcodes for word in split(postcode)}
    for at, word in enumerate(asked.words):
        if own and word in street and word not in own and at not in hit.by_name:
            hit.explained[at] = min(hit.explained.get(at, 0.0), WEIGHTS.other_code)


def _choose(asked: Asked, houses: list[House], hit: Hit, key: str) -> House:
    """Choose among houses of one number: one numbered just so, with the postal code and the town that the question names."""

    def said(house: House) -> float:
        words = set(split(house.postcode)) if house.postcode else set()
        near = hit.opened.data.setting_words(house.setting)
        named = sum(2 * (word in words) or word in near for word in asked.words)
        return named + 0.9 * len(_nearly_around(asked, hit, house)) + 0.5 * (key_of(house.number) == key)

    return max(houses, key=said) if len(houses) > 1 else houses[0]
