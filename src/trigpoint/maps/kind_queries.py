"""Parsing queries for a kind of place: "coffee", "Apotheke in Vaduz", "hotel near the station", "スーパー"."""

# ruff: noqa: RUF001 (words of many languages)

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import msgspec

from trigpoint.maps.kinds import Kind, fold_word, kinds_named


def _phrases(text: str) -> tuple[str, ...]:
    """Parse a list of phrases; returns them folded, the longest first."""
    return tuple(
        sorted(
            {fold_word(phrase) for phrase in text.replace("\n", ",").split(",") if phrase.strip()},
            key=len,
            reverse=True,
        )
    )


HERE = _phrases("""
    near me, near here, nearby, around me, around here, close by, close to me, closest to me, nearest to me, to me, in my area, in the area
    in town, in the city, in this city, in this area, around town, in der stadt, en ville, en la ciudad, in città, i byen, kaupungissa, в городе
    within walking distance, in walking distance, walking distance, near my location, around my location, nearby me, in the neighbourhood, in the neighborhood
    in der nähe, in meiner nähe, hier in der nähe, in der umgebung, um mich herum
    près de moi, près d'ici, à proximité, autour de moi, pas loin, à côté
    cerca, cerca de mí, cerca de aquí, por aquí, a prop, a prop meu, a prop de mi, a prop d'aquí, perto, perto de mim, por perto
    vicino, vicino a me, qui vicino, nelle vicinanze, nei dintorni
    lähellä, lähellä minua, lähistöllä, i nærheten, nær meg, i närheten, nära mig
    рядом, рядом со мной, поблизости, недалеко, недалеко от меня, возле меня, около меня
    بالقرب مني, قريب مني, قريبة مني, القريبة مني, بالقرب من هنا, לידי, קרוב אליי, באזור, בקרבתי, κοντά μου, εδώ κοντά, ใกล้ฉัน, ใกล้ๆ
    yakınımda, yakınımdaki, yakındaki, en yakın, поруч, поблизу, неподалік, біля мене, найближча, найближчий, मेरे पास, आस पास, नज़दीकी
    قريب, القريب, القريبة, gần đây, gần tôi, poblíž, v okolí, nablízku, a közelben, közelben, i nærheden, în apropiere, terdekat, di dekat saya, u blizini
    in de buurt, bij mij in de buurt, w pobliżu, blisko mnie, 近く, 近くの, 付近, 付近の, 附近, 附近的, この近く, この近くの, 我附近, 我附近的, 离我最近的, 最近的, 근처, 내 근처
""")
"""Phrases that mean "near me"."""

OPEN = _phrases("""
    open now, now open, open today, open late, open 24 hours, open 24/7, 24 hours, 24 hour, 24 hrs, 24h, 24/7, open
    jetzt geöffnet, jetzt offen, heute geöffnet, geöffnet, ouvert maintenant, ouverte maintenant, ouvert, ouverte, ouverts, ouvertes
    ouverts maintenant, ouvertes maintenant, abiertos ahora, abiertas ahora, abiertos, abiertas, aperti ora, aperte ora, oberts ara
    abierto ahora, abierta ahora, abierto, abierta, obert ara, oberta ara, aperto ora, aperta ora, aberto agora, aberta agora
    открыто сейчас, открытые сейчас, сейчас открыто, круглосуточно, круглосуточная, круглосуточный, 24 часа
    auki nyt, avoinna nyt, öppet nu, öppen nu, åpent nå, åpen nå, nu open, otwarte teraz, czynne teraz
    営業中, 24時間営業, 24時間, 现在营业, 24小时, 영업중, 24시간
""")
"""Phrases about opening hours. They are ignored, since the index has no opening hours."""

MODIFIERS = _phrases("""
    five star, four star, three star, 5 star, 4 star, 3 star, 5 stars, 4 stars, 3 stars, 5 sterne, 4 sterne, 3 sterne, 5 étoiles, 4 étoiles, 3 étoiles
    5 estrellas, 4 estrellas, 3 estrellas, 5 stelle, 4 stelle, 3 stelle, luxury
    top rated, best rated, highly rated, high rated, romantic, cosy, cozy, affordable, inexpensive, budget, quiet, popular, new, old, small
    dog friendly, pet friendly, family friendly, kid friendly, child friendly, vegan friendly, wheelchair accessible, accessible, please, late night, all night
    any good, some good, best, good, great, nice, cheap, cheapest, closest, nearest, next, the nearest, the closest, local, public, free, find, any
    ev, e, electric, electric vehicle, electric car, car, vehicle, fast, rapid, quick, kids, children's, family, a, an, the, some, where is the nearest, where is, where are, where to find, wo ist, wo gibt es, où est, où trouver, dónde hay, dónde está
    dove, on hi ha, onde há, где, где находится, где ближайшая, где ближайший, missä on, hvor er, var finns, gdzie jest
    die nächste, der nächste, das nächste, die nächsten, den nächsten, das beste, die besten, günstigste, schöne, kinderfreundliche, hundefreundliche
    la más cercana, el más cercano, más cerca, los mejores, las mejores, mejores, les meilleurs, meilleurs, meilleures, bon, bons, bonne
    beste, gute, günstige, nächste, nächster, nächstes, öffentliche, kostenlose, meilleur, meilleure, pas cher, pas chère, barato, barata, le plus proche, la plus proche
    mejor, más cercano, más cercana, el más cercano, migliore, più vicino, più vicina, ближайший, ближайшая, ближайшее, ближайшие
    лучший, лучшие, lähin, paras, nærmeste, beste, närmaste, bästa, dichtstbijzijnde, najbliższy, najbliższa
""")
"""Words before or after a kind of place that do not change the kind."""

NEAR = _phrases("""
    near to, near, nearby, close to, next to, beside, besides, around, opposite, across from, within walking distance of, not far from
    in der nähe von, in der nähe vom, in der nähe der, in der nähe des, nahe bei, nahe, neben, gegenüber, beim, bei
    près de, près du, près de la, près des, à côté de, à côté du, autour de, autour du, en face de, à proximité de
    cerca de, cerca del, al lado de, junto a, alrededor de, a prop de, a prop del, al costat de, perto de, perto do, perto da
    vicino a, vicino al, vicino alla, accanto a, nei pressi di, рядом с, рядом со, возле, около, недалеко от, напротив
    nær, ved siden av, i nærheten av, nära, bredvid, i närheten av, in de buurt van, naast, vlakbij, w pobliżu, koło, obok
""")
"""Words between a kind of place and the place that it should be near."""

WITH = frozenset(
    _phrases("""
    with, without, for, that, which, where, open, serving, mit, ohne, für, wo, avec, sans, pour, où, con, sin, para, que, donde, amb, sense
    per, com, med, uten, for, utan, som, с, со, без, для, где, который, которая, z, dla, met, voor, jossa, jolla
""")
)
"""Words between a kind of place and what it should have: "cafe with wifi", "restaurants open on Sunday". The index knows nothing of that."""

ARTICLES = frozenset(
    _phrases("the, a, an, die, der, das, den, ein, eine, einen, la, le, les, el, los, las, un, una, une, il, lo, gli")
)
"""Words before a kind of which another was removed: "la gasolinera más cercana"."""

NEAREST = frozenset(_phrases("nearest, closest"))

WITHIN = re.compile(
    r"\s+(?:with)?in\s+\d+(?:[.,]\d+)?\s*(?:km|kilomet(?:er|re)s?|m|met(?:er|re)s?|mi|miles?|min(?:ute)?s?)(?:\s+(?:walk|drive))?\s*$",
    re.IGNORECASE,
)
"""Phrases about distance. They are ignored, since results are ordered by distance."""

JOINING = frozenset(
    _phrases("""
    in, at, near, around, on, by, bei, im, am, nahe, à, a, au, aux, en, em, dans, près, de, di, da, del, della, nel, vicino, cerca
    в, на, у, 在, i, w, im, na, ved, vid, bij
""")
)
"""Words between a kind of place and the area that it should be in."""

GENITIVE = frozenset(_phrases("de, del, dels, d, di, da, della, du, des, do, dos, of"))
"""Words between a kind of place and its name: "Parc de la Mola"."""

MOST_WORDS = 5

_DENSE_BESIDE = re.compile(
    r"^\s*(?P<where>\S.+?)(?:附近|周边|周邊|周围|周圍|旁边|旁邊)的?\s*(?P<what>\S+)\s*$"
    r"|^\s*(?P<place>\S.+?)(?:(?:の)?(?:近く|付近|周辺)の|\s+(?:근처|주변)의?\s+)(?P<kind>\S+)\s*$"
)
"""A place, a word for "near" and a kind, in Chinese, Japanese and Korean: `上海大学附近的酒店`."""

_DENSE = re.compile(r"[぀-ヿ一-鿿가-힯]")
"""Characters of scripts that are written without spaces."""

FIRST_DENSE = "\u1100"
"""All characters of those scripts come after this one, in any of their forms."""


class _Phrase(NamedTuple):
    """A phrase to remove, its words, and whether it may be a part of a word (scripts without spaces)."""

    text: str
    words: list[str]
    is_dense: bool


class _Phrases(NamedTuple):
    """Phrases to remove, in the order in which they are tried, and their first words."""

    all: tuple[_Phrase, ...]
    first_words: frozenset[str]


def _to_leave_out(phrases: Sequence[str]) -> _Phrases:
    parted = tuple(_Phrase(phrase, phrase.split(), _DENSE.search(phrase) is not None) for phrase in phrases)
    return _Phrases(parted, frozenset(phrase.words[0] for phrase in parted))


_OPEN, _HERE = _to_leave_out(OPEN), _to_leave_out(HERE)
_BEFORE, _BEHIND = tuple(f"{phrase} " for phrase in MODIFIERS), tuple(f" {phrase}" for phrase in MODIFIERS)


class CategoryQuery(msgspec.Struct, frozen=True, gc=False):
    """The kinds of place that a text asks for, the rest of the text, which names an area, and the words for the kinds.

    `is_near` is True if the results should be near that place rather than in it, `says_where` if a word such as "in" or
    "near" stands before the place.
    """

    kinds: frozenset[Kind]
    rest: str
    what: str = ""
    is_near: bool = False
    says_where: bool = False


@lru_cache(maxsize=4096)
def read_category(text: str, lang: str = "") -> CategoryQuery | None:
    """Parse a query for a kind of place; None if the text is no such query.

    Either a kind comes before "near" and a place after it, or a kind is the whole text, or its beginning or end; the
    longest kind wins. Phrases for "near me" and for opening hours are removed. "Parc de" is the beginning of a name.
    """
    if text.isalpha() and max(text) < FIRST_DENSE:  # a single word, of which nothing can be removed
        kinds, what = _kinds_said(text, lang)
        return CategoryQuery(kinds, "", what) if kinds else None
    if fold_word(text.rstrip().rpartition(" ")[2]) in GENITIVE:
        return None
    plain = text.replace(",", " ")
    if "in " in plain and plain[-1:].isalpha():
        plain = WITHIN.sub("", plain)
    timeless = _without(plain, _OPEN)
    here = _without(timeless, _HERE)
    tried = {plain, here}
    category = _read_whole((plain,) if fold_word(plain) == fold_word(here) else (plain, here), lang)
    if category is None and max(text, default="") >= FIRST_DENSE:
        category = _read_dense_beside(timeless, lang)
    if category is not None:
        return category
    parted = (
        _read_parts(kept.split(), lang) for kept in dict.fromkeys((timeless, here)) if " " in kept or kept not in tried
    )
    return next(filter(None, parted), None)


def _read_whole(texts: Iterable[str], lang: str) -> CategoryQuery | None:
    """Return the kinds that the first of the texts names which is nothing else than a kind."""
    for text in texts:
        kinds, what = _kinds_said(text, lang)
        if kinds:
            return CategoryQuery(kinds, "", what)
    return None


def _read_parts(words: list[str], lang: str) -> CategoryQuery | None:
    """Parse a kind with a place beside it, or with what it should have."""
    category = _read_beside(words, lang) or _read_kind(words, lang)
    if (category is None or category.rest) and not WITH.isdisjoint(map(str.casefold, words)):
        return _read_with(words, lang) or category
    return category


def _read_with(words: list[str], lang: str) -> CategoryQuery | None:
    """Parse a kind before a word such as "with"; what stands behind is not known of any place."""
    for at in range(1, min(len(words) - 1, MOST_WORDS + 1)):
        if fold_word(words[at]) in WITH:
            kinds, what = _kinds_of(words[:at], lang)
            return CategoryQuery(kinds, "", what) if kinds else None
    return None


def _read_beside(words: list[str], lang: str) -> CategoryQuery | None:
    """Parse a kind, a word such as "near", and a place; None if the words are not in this form."""
    for at in range(1, min(len(words), MOST_WORDS + 3)):
        kinds, what = _kinds_of(words[:at], lang)
        if not kinds:
            continue
        behind = fold_word(" ".join(words[at:]))
        for phrase in NEAR:
            if behind.startswith(f"{phrase} "):
                return CategoryQuery(
                    kinds, " ".join(words[at + len(phrase.split()) :]), what, is_near=True, says_where=True
                )
        if behind.startswith("to ") and len(words) > at + 1 and not NEAREST.isdisjoint(map(fold_word, words[:at])):
            return CategoryQuery(kinds, " ".join(words[at + 1 :]), what, is_near=True, says_where=True)
    return None


def _read_dense_beside(text: str, lang: str) -> CategoryQuery | None:
    """Parse a place, a word for "near" and a kind in a script without spaces; None if the text is not in this form."""
    found = _DENSE_BESIDE.match(text)
    if found is None:
        return None
    where, what = (found["where"], found["what"]) if found["where"] else (found["place"], found["kind"])
    kinds, said = _kinds_said(what, lang)
    return CategoryQuery(kinds, where, said, is_near=True, says_where=True) if kinds else None


def _read_kind(words: list[str], lang: str) -> CategoryQuery | None:
    for what, where in _cuts(words):
        kinds, said = _kinds_of(what, lang)
        if kinds:
            if _is_here(fold_word(" ".join(where))):
                return CategoryQuery(kinds, "", said)
            place = _place_words(where)
            return CategoryQuery(kinds, " ".join(place), said, says_where=len(place) < len(where))
    return None


def _is_here(where: str) -> bool:
    """Tell whether words mean "near me", or are a joining word of which the place was not typed yet: "restaurants near"."""
    return where in HERE or where in NEAR or (len(where) > 1 and where in JOINING)


def _kinds_of(words: list[str], lang: str) -> tuple[frozenset[Kind], str]:
    """Return the kinds that words name, and the words used, ignoring `MODIFIERS` before and after them if needed."""
    return _kinds_said(" ".join(words), lang)


@lru_cache(maxsize=4096)
def _kinds_said(text: str, lang: str) -> tuple[frozenset[Kind], str]:
    left = text.split()
    while True:
        said = " ".join(left)
        kinds = kinds_named(said, lang)
        if kinds:
            return kinds, said
        folded = fold_word(said)
        if folded.startswith(_BEFORE):
            phrase = next(phrase for phrase in _BEFORE if folded.startswith(phrase))
            left = left[len(phrase.split()) :]
        elif folded.endswith(_BEHIND):
            phrase = next(phrase for phrase in _BEHIND if folded.endswith(phrase))
            left = left[: -len(phrase.split())]
        elif len(left) > 1 and len(left) < len(text.split()) and fold_word(left[0]) in ARTICLES:
            left = left[1:]
        else:
            return frozenset(), text


def _without(text: str, phrases: _Phrases) -> str:
    """Remove phrases from a text, unless nothing would be left."""
    words = text.split()
    tokens = [(token, at) for at, word in enumerate(words) for token in fold_word(word).split()]
    if len(tokens) == 1 and text.isascii():
        return tokens[0][0]
    said = {token for token, _ in tokens}
    if len(tokens) == 1 or not said.isdisjoint(phrases.first_words):
        tokens = _leave_out(tokens, said, phrases, words)
    kept = {at for _, at in tokens}
    return " ".join(word for at, word in enumerate(words) if at in kept)


def _leave_out(
    tokens: list[tuple[str, int]], said: set[str], phrases: _Phrases, words: list[str]
) -> list[tuple[str, int]]:
    """Return the tokens without the phrases. If a phrase is a part of a word, the rest is written back to `words`."""
    for phrase, wanted, is_dense in phrases.all:
        for at in range(len(tokens) - len(wanted), -1, -1) if wanted[0] in said else ():
            if len(wanted) < len(tokens) and [token for token, _ in tokens[at : at + len(wanted)]] == wanted:
                del tokens[at : at + len(wanted)]
        if is_dense and len(tokens) == 1 and tokens[0][0] != phrase:
            tokens = [(tokens[0][0].replace(phrase, ""), tokens[0][1])]
            words[tokens[0][1]] = tokens[0][0]
    return tokens


def _cuts(words: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Yield all splits of the words into kind and area, in both orders, the longest kind first."""
    for length in range(min(len(words), MOST_WORDS), 0, -1):
        yield words[:length], words[length:]
        if length < len(words):
            yield words[-length:], words[:-length]


def _place_words(words: list[str]) -> list[str]:
    """Remove the joining word ("in", "at") from the words of an area."""
    if len(words) > 1 and fold_word(words[0]) in JOINING:
        return words[1:]
    return words[:-1] if len(words) > 1 and fold_word(words[-1]) in JOINING else words
