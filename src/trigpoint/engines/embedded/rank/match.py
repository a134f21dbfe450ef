"""How well a record fits a question: which words its name explains, which its surroundings, and what is left."""

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from unicodedata import normalize

import msgspec

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.index.geometry import metres_between
from trigpoint.engines.embedded.index.reader import Opened
from trigpoint.engines.embedded.index.records import Form, House, Kind, Record
from trigpoint.engines.embedded.query.parse import Asked, Likeness, weight_of
from trigpoint.engines.embedded.text.house_numbers import candidates, key_of
from trigpoint.engines.embedded.text.latin import to_latin
from trigpoint.engines.embedded.text.normalize import (
    allowed_edits,
    begins,
    distance,
    is_nearly_one_of,
    lengthen_word,
    split,
)

MOST_FORMS = 6
TYPO = (1.0, 0.86, 0.72)
"""What a word is worth that was typed with none, one or two errors."""

SURE, SURE_BEGUN = 0.94, 0.85
"""What share of a question must be explained to be sure of it; of one that is being typed as much as `BEGUN` gives."""

BEGUN = 0.86
"""What the beginning of a word is worth for it at least."""

WORLD_BEGUN, WORLD_WHOLE = 0.93, 0.97
"""What a beginning, and a whole word, of the name of a town of the world is worth while it is being typed."""

IN_ORDER = 0.1
"""What a name gains that begins, word for word, with what is being typed: "Carrer P" is rather "Carrer Prat" than a thing
on some Carrer."""

ALIAS = 0.01
"""What a thing of the extract loses that goes by another of its names: "Andorra" is the country, then its capital."""

NEAR = 0.95
NEAR_TYPO = 0.75
OTHER_POSTCODE = 0.4
WORLD_AT_LEAST, WORLD, WORLD_ALIAS, WORLD_ALIAS_BEGUN = 0.02, 0.12, 0.04, 0.04
"""What a town of the whole world must be ahead of the extract by, the less the better it is known;
more if it goes by another of its names, and the more the fewer letters have been typed of that."""

PAIR_WORTH = 0.97
"""What a word of a name is worth that was typed as two."""

JOINED_FROM = 5
"""How many letters a word has at least that may be two words of a name."""

NOTHING = 40
"""e to the minus of this is too little to change a score."""

STREET_OF_NUMBER = 0.03
"""What a street with houses is ahead by, though it lacks the number of the question, of a thing called like it."""

OTHER_LETTERS = 0.03
"""What a name loses that has not the accents with which a word of it was typed: Bodastrasse for "Bödastrasse"."""

MOST_STREETS = 16
"""In how many streets a house number is looked up."""


Worths = dict[int, float]
"""What words of a question are worth for a record, by their places in the question."""


class Hit(msgspec.Struct, eq=False):
    """A record that a question may mean, with the house if the question names one.

    `cover` is the share of the question that is explained, `name` the share of the record's name that was said; once
    `is_sure`, nothing better can come of allowing for errors. `explained` says which words of the question are, and
    how well, `by_name` which of them by the name alone; `is_chief` if that is the chief one of its names.
    """

    opened: Opened
    id: int
    record: Record
    score: float
    cover: float
    name: float
    house: House | None = None
    number_left: bool = False
    is_sure: bool = False
    explained: Worths = {}
    by_name: Worths = {}
    is_chief: bool = True

    @property
    def at(self) -> tuple[float, float]:
        """Where it is."""
        if self.house is not None:
            return self.house.latitude, self.house.longitude
        return self.record.latitude, self.record.longitude


by_score = attrgetter("score")


def rank_records(opened: Opened, asked: Asked, ids: Sequence[int], *, focus: Point | None) -> list[Hit]:
    """Read records and order them, the best first."""
    hits = [_match(opened, asked, record_id) for record_id in dict.fromkeys(ids)]
    if asked.numeric:
        hits.sort(key=by_score, reverse=True)
        streets = [hit for hit in hits if hit.record.kind == Kind.STREET and hit.record.numbered]
        for hit in streets[:MOST_STREETS]:
            _look_for_house(asked, hit)
            hit.score += STREET_OF_NUMBER * hit.number_left
    if focus is not None:
        for hit in hits:
            hit.score += nearness(hit.at, focus) * (2 if asked.open_ended else 1)
    if asked.accented:
        for hit in hits:
            hit.score -= OTHER_LETTERS * _has_other_letters(asked, hit)
    hits = [hit for hit in hits if hit.name > 0]
    hits.sort(key=by_score, reverse=True)
    return hits


def nearness(at: tuple[float, float], focus: Point) -> float:
    """Give what closeness to the point of interest is worth: most within a kilometre, a little within a region."""
    kilometres = metres_between(at[0], at[1], focus.latitude, focus.longitude) / 1000
    worth = 0.05 * math.exp(-kilometres / 150)
    if kilometres < NOTHING * 10:
        worth += 0.05 * math.exp(-kilometres / 10)
        if kilometres < NOTHING:
            worth += 0.06 * math.exp(-kilometres) + 0.05 * math.exp(-kilometres / 0.15)
    return worth


def _has_other_letters(asked: Asked, hit: Hit) -> bool:
    """Tell whether a word that was typed with accents is one of the name, or begins one, without them only."""
    record = hit.record
    for at, typed in asked.accented.items():
        if at in hit.by_name and asked.marks[at] in record.spelled:
            return not any(typed in normalize("NFC", name).casefold() for name in record.names.values())
    return False


def _match(opened: Opened, asked: Asked, record_id: int) -> Hit:
    record = opened.data.record(record_id)
    by_name, name, is_chief = _best_form(asked, record.spelled)
    if opened.about.world and asked.open_ended and len(asked.words) == 1 and by_name.get(0, 0.0) >= BEGUN:
        # In the world it tells nothing that a name is short; how well known it is does.
        name = min(1.0, name / by_name[0])
        by_name = {0: WORLD_WHOLE if by_name[0] == 1.0 else WORLD_BEGUN}
    explained = by_name
    if len(by_name) < len(asked.words):
        explained = by_name | _explain_around(opened, asked, record_id, record, by_name)
    hit = Hit(opened, record_id, record, 0.0, 0.0, name, None, False, False, explained, by_name, is_chief)
    _score(asked, hit)
    return hit


def _explain_around(opened: Opened, asked: Asked, record_id: int, record: Record, by_name: Worths) -> Worths:
    """Explain words that the name does not by what lies around it, its street, number and postal code."""
    near = opened.data.setting_words(record.setting)
    own = opened.data.own_words(record_id)
    explained: Worths = {}
    for at, word in enumerate(asked.words):
        if at in by_name or at in asked.optional:
            continue
        if word in near or word in own or (at in asked.countries and asked.countries[at] == record.country):
            explained[at] = NEAR
        elif (
            at == len(asked.words) - 1
            and asked.open_ended
            and (opened.is_begun_near(asked.begun, record.setting) or begins(asked.begun, own))
        ):
            explained[at] = NEAR * 0.9
        elif at not in asked.numeric and (opened.is_nearly_near(word, record.setting) or is_nearly_one_of(word, own)):
            explained[at] = NEAR_TYPO
    return explained


def _score(asked: Asked, hit: Hit) -> None:
    gained = 0.0
    for at, worth in hit.explained.items():
        gained += asked.counted[at] * worth
    record, name, open_ended = hit.record, hit.name, asked.open_ended
    hit.cover = cover = min(1.0, gained / asked.total)
    hit.is_sure = cover > (SURE_BEGUN if open_ended else SURE) and (open_ended or name > 0.45)
    shape = 0.78 + 0.22 * name if open_ended else 0.55 + 0.45 * name
    score = cover * shape + 0.08 * record.rank
    if hit.house is not None:
        score += 0.06
    if open_ended and asked.before and _is_in_order(asked, record.spelled):
        score += IN_ORDER
    if hit.opened.about.world:
        score -= WORLD_AT_LEAST + WORLD * (1 - record.rank)
        if not hit.is_chief:
            hit.score = score - (WORLD_ALIAS + _few_letters(asked) * WORLD_ALIAS_BEGUN)
            return
    elif not hit.is_chief:
        score -= ALIAS
    if name > 0.99 and len(hit.by_name) == len(asked.words) - len(asked.optional):
        score += 0.04
    hit.score = score


def _is_in_order(asked: Asked, spelled: str) -> bool:
    """Tell whether a name begins with the words of a question, of which the last may be unfinished."""
    if asked.opening in spelled and (spelled.startswith(asked.opening) or f"\n{asked.opening}" in spelled):
        return True
    said = f" {' '.join(asked.words)} "  # the last word may be the short form of what was typed
    return said in spelled and (spelled.startswith(said) or f"\n{said}" in spelled)


def _few_letters(asked: Asked) -> int:
    """Say how few letters have been typed: 3 for one, 0 for four and more, as they begin one of sixty names of anything."""
    return max(0, 4 - len(asked.begun)) if asked.open_ended and len(asked.words) == 1 else 0


def _look_for_house(asked: Asked, hit: Hit) -> None:
    """Find the house that a number of the question names; the number may also be taken for a postal code."""
    free = [at for at in sorted(asked.numeric) if at not in hit.by_name and at not in asked.optional]
    free.sort(key=lambda at: at in hit.explained)
    for at in free:
        if at in hit.explained and len(asked.words[at]) > 4:
            continue
        for key, used in candidates(asked.words, at):
            if used > 1 and any(later in hit.by_name for later in range(at + 1, at + used)):
                continue
            houses = hit.opened.data.houses_numbered(hit.id, key)
            if houses:
                hit.house = _choose(asked, houses, hit, key)
                near = hit.opened.data.setting_words(hit.house.setting)
                around = _nearly_around(asked, hit, hit.house)
                around |= {other: NEAR for other, word in enumerate(asked.words) if word in near}
                parts = split(hit.house.number)  # "76, 76a, 76b" is one house
                number = [*range(at, at + used), *(other for other in free if asked.words[other] in parts)]
                hit.explained = around | hit.explained | dict.fromkeys(number, 1.0)
                _weigh_postcode(asked, hit, hit.house)
                _score(asked, hit)
                return
    hit.number_left = any(at not in hit.explained for at in free)


def _nearly_around(asked: Asked, hit: Hit, house: House) -> Worths:
    """Explain what is left of a question by the surroundings of a house, typing errors allowed: they may differ from its street's."""
    return {
        at: NEAR_TYPO
        for at, word in enumerate(asked.words)
        if at not in hit.explained and at not in asked.numeric and hit.opened.is_nearly_near(word, house.setting)
    }


def _weigh_postcode(asked: Asked, hit: Hit, house: House) -> None:
    """Take back what a postal code of the street explained, if the house has another."""
    own = set(split(house.postcode)) if house.postcode else set()
    street = {word for postcode in hit.record.postcodes for word in split(postcode)}
    for at, word in enumerate(asked.words):
        if own and word in street and word not in own and at not in hit.by_name:
            hit.explained[at] = min(hit.explained.get(at, 0.0), OTHER_POSTCODE)


def _choose(asked: Asked, houses: list[House], hit: Hit, key: str) -> House:
    """Choose among houses of one number: one numbered just so, with the postal code and the town that the question names."""

    def said(house: House) -> float:
        words = set(split(house.postcode)) if house.postcode else set()
        near = hit.opened.data.setting_words(house.setting)
        named = sum(2 * (word in words) or word in near for word in asked.words)
        return named + 0.9 * len(_nearly_around(asked, hit, house)) + 0.5 * (key_of(house.number) == key)

    return max(houses, key=said) if len(houses) > 1 else houses[0]


def _best_form(asked: Asked, spelled: str) -> tuple[Worths, float, bool]:
    """Give the words that the best spelling of a name explains, the share of it that was said, and if it is the chief one."""
    if asked.open_ended and len(asked.words) == 1:
        begun = _begun_form(asked, spelled)
        if begun is not None:
            worth, share, is_chief = begun
            return {0: worth}, share, is_chief
    lines = spelled.split("\n")
    chief = lines[0]
    best: tuple[Worths, float, bool] = ({}, 0.0, bool(chief))
    best_worth = 0.0
    for line in lines if len(lines) <= MOST_FORMS else _likely_lines(asked, lines):
        explained, share = _explain(asked, line.split())
        if not explained:
            continue
        worth = 0.0
        for at, value in explained.items():
            worth += asked.weights[at] * value
        worth *= 0.5 + 0.5 * share
        if worth > best_worth:
            best, best_worth = (explained, share, line is chief or f"{line}city " == chief), worth
    return best


def _begun_form(asked: Asked, spelled: str) -> tuple[float, float, bool] | None:
    """Explain one word that is being typed by the spelling that it begins best: worth, share, and if that is the chief one.

    Does what `_explain` does with one word, for the usual case, in which nothing is misspelled; None in any other.
    """
    begun, whole = asked.marks[-1], f" {asked.words[0]} "
    chief, _, others = spelled.partition("\n")
    if begun in chief or whole in chief:  # "Lon" is short for London, and nearer to what was typed
        return *_begin(begun, whole, chief), True
    best: tuple[float, float, bool] | None = None
    best_worth = 0.0
    if begun in others or whole in others:
        for line in others.split("\n"):
            if begun in line or whole in line:
                value, share = _begin(begun, whole, line)
                worth = value * (0.5 + 0.5 * share)
                if worth > best_worth:
                    best, best_worth = (value, share, False), worth
    return best


def _begin(begun: str, whole: str, line: str) -> tuple[float, float]:
    """Give what a word is worth for a spelling that has it or one that it begins, and the share of that it is."""
    if whole in line:
        found, value = whole[1:-1], 1.0
    else:
        at = line.index(begun) + 1
        found = line[at : line.index(" ", at)]
        value = BEGUN + (1 - BEGUN) * min(1.0, (len(whole) - 2) / len(found))
    share = value if line.count(" ") == 2 else weight_of(found) * value / _weight_of_line(line)
    return value, share


@lru_cache(maxsize=16_384)
def _weight_of_line(line: str) -> float:
    return sum(map(weight_of, line.split()))


def _likely_lines(asked: Asked, lines: Sequence[str]) -> Sequence[str]:
    """Choose, of many spellings, the chief one and those that share most words with the question."""
    marks = asked.marks if asked.open_ended else asked.marks[:-1]
    shares = []
    for at, line in enumerate(lines):
        for mark in marks:
            if mark in line:
                break
        else:
            continue
        form = line.split()
        same: float = len(asked.said.intersection(form))
        if not same and asked.open_ended and marks[-1] in line:
            same = 0.9
        if same:
            shares.append((-same / len(form), at))
    if not shares:
        return lines[:MOST_FORMS]
    shares.sort()
    return [lines[0], *(lines[at] for _, at in shares[:MOST_FORMS] if at)]


def _explain(asked: Asked, form: Form) -> tuple[Worths, float]:
    """Pair the words of a name with words of the question: the same, then nearly the same, joined or begun."""
    words, said = asked.words, asked.said
    used: Worths = {}
    left: list[str] = []
    covered = total = 0.0
    for word in form:
        weight = weight_of(word)
        total += weight
        if word in said:
            at = words.index(word)
            while at in used and word in words[at + 1 :]:  # that place is taken by the same word before it
                at = words.index(word, at + 1)
            if at not in used:
                used[at] = 1.0
                covered += weight
                continue
        left.append(word)
    for word in left:
        if len(used) == len(words):
            return used, min(1.0, covered / total)
        found, worth = find_likest(asked, word, used)
        for at in found:
            used[at] = worth
        covered += weight_of(word) * worth
    if left and len(form) > 1 and covered < total and asked.longest >= JOINED_FROM:
        covered = max(covered, total * _joined(asked, form, used))
    return used, min(1.0, covered / total) if total else 0.0


def find_likest(asked: Asked, word: str, used: Worths) -> tuple[tuple[int, ...], float]:
    """Find which word of the question, or which two written as one, may mean a word of a name, and what that is worth."""
    if asked.is_plainly_begun and word.startswith(asked.begun):
        last = len(asked.words) - 1
        if last not in used and word not in asked.pairs:  # nothing that is misspelled is worth as much
            return (last,), BEGUN + (1 - BEGUN) * len(asked.begun) / len(word)
    likenesses = asked.alike.get(word)
    if likenesses is None:
        likenesses = asked.alike[word] = _likenesses(asked, word)
    best: tuple[int, ...] = ()
    worth = 0.0
    for places, value, is_whole in likenesses:
        if (value > worth or is_whole) and used.keys().isdisjoint(places):
            best, worth = places, value
            if is_whole:
                break
    return best, worth


def _likenesses(asked: Asked, word: str) -> tuple[Likeness, ...]:
    """List what of a question may mean a word of a name, in the order of the question."""
    found: list[Likeness] = []
    is_ascii, is_long = word.isascii(), len(word) > 5
    for at, other, begun, pair, may_err, other_is_ascii in asked.pieces:
        value = _alike(other, word) if may_err or not (is_ascii and other_is_ascii) else 0.0
        if begun:
            value = max(value, _begun(begun, word))
        if value > 0:
            found.append(Likeness((at,), value))
        if pair:
            if pair == word:
                found.append(Likeness((at, at + 1), PAIR_WORTH, is_whole=True))
            elif is_long:
                value = 0.95 * _alike(pair, word)
                if value > 0:
                    found.append(Likeness((at, at + 1), value))
    return tuple(found)


def _begun(typed: str, word: str) -> float:
    """Give what the beginning of a word is worth for it, with an error if it is long enough."""
    for form in (word, *lengthen_word(word)):
        if form.startswith(typed):
            return BEGUN + (1 - BEGUN) * len(typed) / len(form)
    return 0.9 * _alike(typed, word[: len(typed)]) if len(typed) > 3 else 0.0


def _alike(typed: str, word: str) -> float:
    """Give what a typed word is worth for a word of a name."""
    edits = allowed_edits(typed)
    if edits:
        errors = _errors(typed, word)
        if errors <= edits:
            return TYPO[errors]
    if not word.isascii() or not typed.isascii():
        latin, typed_latin = to_latin(word), to_latin(typed)
        if latin != word or typed_latin != typed:
            errors = distance(typed_latin, latin)
            if errors <= allowed_edits(typed_latin):
                return TYPO[errors] * 0.98
    return 0.0


def _errors(typed: str, word: str) -> int:
    """Count the errors in a word, its long forms tried too."""
    longer_typed, longer = lengthen_word(typed), lengthen_word(word)
    if not longer_typed and not longer:
        return distance(typed, word)
    return min(distance(one, form) for one in (typed, *longer_typed) for form in (word, *longer))


def _joined(asked: Asked, form: Form, used: Worths) -> float:
    """Look for a word of the question that is two words of the name: `newyork` for `new york`."""
    for first, second in pairwise(form):
        pairs = [start + second for start in (first, *lengthen_word(first))]
        for at, other in enumerate(asked.words):
            if at not in used and len(other) >= JOINED_FROM and any(_alike(other, pair) > 0 for pair in pairs):
                used[at] = 0.95
                return 0.95 * (weight_of(first) + weight_of(second)) / sum(weight_of(word) for word in form)
    return 0.0
