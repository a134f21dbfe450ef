"""Spellings of a name, stored as one text in which words and prefixes can be found."""

from hypothesis import given
from hypothesis import strategies as st

from trigpoint.engines.embedded.index.records import Kind, Record, pack_names, spell

WORD = st.text("abcçдأ京1", min_size=1, max_size=6)
FORMS = st.lists(st.lists(WORD, max_size=4), max_size=5)


def named(forms: list[list[str]]) -> Record:
    return Record(
        kind=Kind.POI, ref=0, packed_names=pack_names({}), spelled=spell(forms), latitude=0.0, longitude=0.0, setting=0
    )  # fmt: skip


@given(FORMS)
def test_spellings_are_read_back_without_duplicates_and_empty_ones(forms: list[list[str]]) -> None:
    wanted = [list(form) for form in dict.fromkeys(tuple(form) for form in forms if form)]
    assert named(forms).forms == wanted
    assert named(forms).chief.split() == (wanted[0] if wanted else [])


@given(FORMS, WORD)
def test_words_and_prefixes_are_found_by_the_spaces_around_them(forms: list[list[str]], word: str) -> None:
    spelled = named(forms).spelled
    words = [other for form in forms for other in form]
    assert (f" {word} " in spelled) == (word in words)
    assert (f" {word}" in spelled) == any(other.startswith(word) for other in words)
