"""Choosing one of Valhalla's languages for a BCP 47 tag, as Valhalla itself would silently fall back to English."""

from functools import lru_cache

FALLBACK = "en-US"
LANGUAGES = (
    "ar-SA", "bg-BG", "ca-ES", "cs-CZ", "da-DK", "de-DE", "el-GR", "en-AU", "en-GB", "en-US", "es-ES", "et-EE",
    "fi-FI", "fr-FR", "he-IL", "hi-IN", "hu-HU", "it-IT", "ja-JP", "ko-KR", "mn-MN", "nb-NO", "nl-NL", "pl-PL",
    "pt-BR", "pt-PT", "ro-RO", "ru-RU", "sk-SK", "sl-SI", "sv-SE", "tr-TR", "uk-UA", "vi-VN",
)  # fmt: skip
"""The languages of instructions in Valhalla 3.9; a test requests each of them."""

FIRST = {"en": "en-US", "pt": "pt-PT", "no": "nb-NO", "nn": "nb-NO", "iw": "he-IL"}
"""The variant for a language without a supported region; `iw` is the old code of Hebrew."""

REGIONS = {
    **{f"en-{region}": "en-GB" for region in ("GB", "IE", "IN", "ZA", "SG", "HK", "MT", "KE", "NG")},
    "en-NZ": "en-AU",
}
"""Regions that use the variant of another region."""


@lru_cache(maxsize=1024)
def choose_language(tag: str) -> str:
    """Return the language for a tag: the same region, else a similar one, else the language's default, else English."""
    language, *rest = tag.lower().split("-")
    region = next((part.upper() for part in rest if len(part) == 2), "")
    wanted = f"{language}-{region}"
    if wanted in LANGUAGES:
        return wanted
    if wanted in REGIONS:
        return REGIONS[wanted]
    prefix = f"{language}-"
    return FIRST.get(language) or next((name for name in LANGUAGES if name.startswith(prefix)), FALLBACK)
