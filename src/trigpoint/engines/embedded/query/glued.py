"""A name whose words were typed as one, in small letters: `marinabaysands`, `dintaifung`. Two joined words are found without it."""

from collections.abc import Callable

SHORTEST, LONGEST = 8, 40
LEAST_PART, MOST_PARTS = 3, 4


def part_words(text: str, is_word: Callable[[str], bool]) -> str | None:
    """Return the words of a text without blanks, as few as possible; None if it has any other signs, or other parts than words."""
    word = text.strip().casefold()
    if not (SHORTEST <= len(word) <= LONGEST and word.isascii() and word.isalpha()):
        return None
    best: list[list[str] | None] = [[]] + [None] * len(word)
    for end in range(LEAST_PART, len(word) + 1):
        for start in range(end - LEAST_PART + 1):
            before = best[start]
            if before is None or len(before) == MOST_PARTS or not is_word(word[start:end]):
                continue
            known = best[end]
            if known is None or len(before) + 1 < len(known):
                best[end] = [*before, word[start:end]]
    parts = best[len(word)]
    return " ".join(parts) if parts is not None and len(parts) > 1 else None
