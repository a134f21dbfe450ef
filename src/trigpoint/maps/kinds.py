"""Kinds of places and their words: which kinds "coffee", "Apotheke" and "スーパー" mean, and the name of each kind.

A kind is the name of one of Apple's categories (`Cafe`), or an OpenStreetMap tag for something narrower than a category
(`cuisine=pizza`, `shop=books`).
"""

import tomllib
import unicodedata
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NewType

from trigpoint.maps.languages import language_chain
from trigpoint.maps.poi_tags import category_of, split_values

Kind = NewType("Kind", str)

FALLBACK = "en"
LAST_LETTER = "\U0010ffff"
LEAST_LETTERS = 4
"""Fewest letters of a word of which plurals are made."""

SAME = {
    "railway=halt": "railway=station", "landuse=cemetery": "amenity=grave_yard", "office=diplomatic": "amenity=embassy",
    "office=travel_agent": "shop=travel_agency", "healthcare=doctor": "amenity=doctors", "healthcare=dentist": "amenity=dentist",
    "shop=ice_cream": "amenity=ice_cream", "cuisine=ice_cream": "amenity=ice_cream", "shop=outdoor": "shop=sports",
    "shop=ski": "shop=sports", "shop=telecommunication": "shop=mobile_phone", "tourism=wilderness_hut": "tourism=alpine_hut",
    "cuisine=tapas": "cuisine=spanish", "cuisine=fish": "cuisine=seafood", "cuisine=fish_and_chips": "cuisine=seafood",
    "cuisine=noodle": "cuisine=ramen", "cuisine=noodles": "cuisine=ramen", "cuisine=steak": "cuisine=steak_house",
    "station=subway": "railway=subway_entrance", "cuisine=italian_pizza": "cuisine=pizza", "cuisine=pasta": "cuisine=italian",
}  # fmt: skip
"""Kinds that count as another kind, since people do not distinguish the two."""

_FOLDER = files("trigpoint.maps.words")


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that have words, as BCP 47 tags: one for each file in `words/`."""
    names = (file.name.partition(".") for file in _FOLDER.iterdir())
    return tuple(sorted(tag for tag, _, suffix in names if suffix == "toml"))


def kinds_of(tags: Mapping[str, str]) -> tuple[Kind, ...]:
    """Return every kind of an object with these tags: its category first, then the kinds that are tags."""
    category = category_of(tags)
    kinds = [] if category is None else [Kind(category)]
    for key in sorted(tags.keys() & _tag_keys()):
        asked_for = (SAME.get(f"{key}={value}", f"{key}={value}") for value in split_values(tags[key]))
        kinds += [Kind(kind) for kind in asked_for if kind in _words(FALLBACK)]
    return tuple(dict.fromkeys(kinds))


def kinds_named(text: str, lang: str = "") -> frozenset[Kind]:
    """Return the kinds that a whole text names, in any language, in the singular or plural; case and accents are ignored.

    A word that exists in the requested language has only its meaning there: "café" is a pub in Dutch only.
    """
    folded = fold_word(text)
    forms = (folded, *_singulars(folded))
    known = _known(lang)[0] if lang else ""
    for index in (_index_of(known), _index()) if known else (_index(),):
        for form in forms:
            if form in index:
                return index[form]
    return _plurals().get(folded, frozenset())


def kinds_starting(text: str, lang: str) -> tuple[tuple[str, Kind], ...]:
    """Return the words with a prefix, each with its kind: in the requested language, then in English.

    Names come before other words, and short words before long ones; each kind occurs once. Accents that were typed must be in
    the word: "städ" does not begin "stadium".
    """
    prefix = fold_word(text)
    accented = "" if text.isascii() or not prefix.isascii() else _plain(text)
    found: dict[Kind, tuple[tuple[int, int, int], str]] = {}
    for order, language in enumerate(_known(lang) if prefix else ()):
        words = _folded_words(language)
        for at in _starting(language, prefix):
            _, place, word, kind = words[at]
            if accented and not _plain(word).startswith(accented):
                continue
            rank = (order, min(place, 1), len(word))
            if kind not in found or rank < found[kind][0]:
                found[kind] = (rank, word)
    if not found:
        return ()
    ranked = sorted(found.items(), key=lambda item: item[1])
    return tuple((word, kind) for kind, (_, word) in ranked)


def kind_name(kind: Kind, lang: str) -> str:
    """Return the name of a kind in a language, else in English."""
    for language in _known(lang):
        words = _words(language).get(kind)
        if words:
            return words[0]
    return kind


def nearby(lang: str) -> str:
    """Return the text "Search Nearby" in a language, else in English."""
    return str(_file(_known(lang)[0])["nearby"])


def fold_word(text: str) -> str:
    """Fold a word for comparison: case, Latin accents and character width are removed, and spaces collapsed."""
    if text.isascii():
        return " ".join(text.lower().replace("-", " ").split())
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(character for character in decomposed if not "\u0300" <= character <= "\u036f")
    return " ".join(unicodedata.normalize("NFC", plain).replace("-", " ").replace("’", "'").split())  # noqa: RUF001 (the apostrophe of print)


def _plain(text: str) -> str:
    """Fold only the case and the spaces of a word, not its accents."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().replace("-", " ").split())


@lru_cache(maxsize=1024)
def _known(lang: str) -> tuple[str, ...]:
    """Return the languages to look in: the requested one, if it has words, and English."""
    return tuple(dict.fromkeys([*(tag for tag in language_chain(lang) if tag in languages()), FALLBACK]))


@cache
def _file(language: str) -> dict[str, Any]:
    """Read the file of a language, on first use: reading all of them takes some ten milliseconds."""
    return tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


@cache
def _words(language: str) -> Mapping[Kind, tuple[str, ...]]:
    return {Kind(kind): tuple(words) for kind, words in _file(language)["words"].items()}


@cache
def _folded_words(language: str) -> tuple[tuple[str, int, str, Kind], ...]:
    """Return every word of a language as (folded, position among the words of its kind, as written, kind)."""
    return tuple(
        (fold_word(word), place, word, kind)
        for kind, words in _words(language).items()
        for place, word in enumerate(words)
    )


@cache
def _sorted_words(language: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the folded words of a language in their order, and the index of each."""
    words, indexes = zip(
        *sorted((folded, at) for at, (folded, _, _, _) in enumerate(_folded_words(language))), strict=True
    )
    return words, indexes


def _starting(language: str, prefix: str) -> Sequence[int]:
    """Return the indexes of a language's folded words that have a prefix."""
    words, indexes = _sorted_words(language)
    first = bisect_left(words, prefix)
    if first == len(words) or not words[first].startswith(prefix):
        return ()
    return sorted(indexes[first : bisect_left(words, prefix + LAST_LETTER, first)])


def _singulars(folded: str) -> tuple[str, ...]:
    """Return the possible singulars of a word that ends in `s`: `pharmacie` and `pharmacy` for `pharmacies`."""
    if not folded.endswith("s") or len(folded) < 4:
        return ()
    return folded[:-1], f"{folded[:-3]}y" if folded.endswith("ies") else folded[:-2]


@cache
def _index() -> Mapping[str, frozenset[Kind]]:
    index: dict[str, frozenset[Kind]] = {}
    for language in languages():
        for folded, _, _, kind in _folded_words(language):
            index[folded] = index.get(folded, frozenset()) | {kind}
    for words in _further_words().values():
        for said, names in words.items():
            for folded in map(fold_word, names):
                index.setdefault(folded, frozenset([Kind(said)]))
    return index


@cache
def _further_words() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """Return the most usual words of languages without a file of their own: language, kind, words."""
    return tomllib.loads((files("trigpoint.maps") / "further_words.toml").read_text(encoding="utf-8"))


@cache
def _index_of(language: str) -> Mapping[str, frozenset[Kind]]:
    index: dict[str, frozenset[Kind]] = {}
    for folded, _, _, kind in _folded_words(language):
        index[folded] = index.get(folded, frozenset()) | {kind}
    return index


@cache
def _plurals() -> Mapping[str, frozenset[Kind]]:
    """Return the kinds by plural, which the endings in `plurals` of each language make of the first of its words."""
    index: dict[str, frozenset[Kind]] = {}
    for language in languages():
        endings: Mapping[str, Sequence[str]] = _file(language).get("plurals", {})
        for folded, _, _, kind in _folded_words(language):
            first, blank, rest = folded.partition(" ")
            for ending, plurals in endings.items() if len(first) >= LEAST_LETTERS else ():
                for plural in plurals if first.endswith(ending) else ():
                    word = f"{first.removesuffix(ending)}{plural}{blank}{rest}"
                    index[word] = index.get(word, frozenset()) | {kind}
    return index


@cache
def _tag_keys() -> frozenset[str]:
    return frozenset(kind.partition("=")[0] for kind in (*_words(FALLBACK), *SAME) if "=" in kind)
