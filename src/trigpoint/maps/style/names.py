"""The name that a label shows: in the requested language, else a name that the reader can read, else the local name."""

from collections.abc import Sequence

from trigpoint.maps.languages import language_chain
from trigpoint.maps.style.expressions import Expression

LOCAL: Expression = ["coalesce", ["get", "name"], ""]

_SCRIPTS = {
    "Cyrillic": ("\u0400", "\u0530", "ru uk bg sr mk be kk ky tg mn tt ba"),
    "Greek": ("\u0370", "\u0400", "el"),
    "Armenian": ("\u0530", "\u0590", "hy"),
    "Hebrew": ("\u0590", "\u0600", "he iw yi"),
    "Arabic": ("\u0600", "\u0780", "ar fa ur ps ckb ug sd"),
    "Devanagari": ("\u0900", "\u0980", "hi mr ne sa"),
    "Thai": ("\u0e00", "\u0e80", "th"),
    "Georgian": ("\u10a0", "\u1100", "ka"),
    "Han": ("\u2e80", "\uac00", "zh ja yue"),
    "Hangul": ("\uac00", "\ud7b0", "ko"),
}
"""For each script its first character, the first one after its last, and the languages written in it."""

_LATIN_ENDS = "\u0370"


def name_in(language: str, name_key: str, offered: Sequence[str] | None, *, local: Expression = LOCAL) -> Expression:
    """Return the expression of a name for a reader of `language` (a BCP 47 tag; "" for local names only).

    `name_key` is the pattern of the property with a language's name (`name_{}`); `offered` are the languages that the
    tiles have, None for unknown; `local` is the expression of the local name, "" for none. A feature without a name in
    the language shows its local name if that is in Latin or in the language's script, else its English name, else the
    local name after all.
    """
    if not language:
        return local
    wanted = [_get(name_key, tag) for tag in language_chain(language) if offered is None or tag in offered]
    if offered is not None and "en" not in offered:
        return ["coalesce", *wanted, local] if wanted else local
    readable: list[object] = ["case", _is_readable(language, local), local, ["coalesce", _get(name_key, "en"), local]]
    return ["coalesce", *wanted, readable] if wanted else readable


def _is_readable(language: str, local: Expression) -> Expression:
    latin: Expression = ["<", local, _LATIN_ENDS]
    primary = language.split("-", maxsplit=1)[0].lower()
    for first, behind, languages in _SCRIPTS.values():
        if primary in languages.split():
            return ["any", latin, ["all", [">=", local, first], ["<", local, behind]]]
    return latin


def _get(name_key: str, tag: str) -> Expression:
    return ["get", name_key.format(tag)]
