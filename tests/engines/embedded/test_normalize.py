"""Normalising words and house numbers: several spellings become one."""

# ruff: noqa: RUF001 (letters that look alike are what is tested)

import sys
from time import process_time

import pytest

from trigpoint.engines.embedded.query.parse import parse
from trigpoint.engines.embedded.text import normalize as words
from trigpoint.engines.embedded.text.house_numbers import join_fraction, keys_of, number_keys
from trigpoint.engines.embedded.text.normalize import distance, split, split_query, variants


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bahnhofstraße", "BAHNHOFSTR."),
        ("Main Street", "main st"),
        ("Boulevard des Moulins", "Bd. des Moulins"),
        ("Café Wüest", "cafe wuest"),
        ("улица Ленина", "ул. ЛЕНИНА"),
        ("Ｔｏｋｙｏ", "tokyo"),
        ("١٢", "12"),
        ("Łódź", "lodz"),
    ],
)
def test_one_name_written_in_two_ways_gives_the_same_words(one: str, other: str) -> None:
    assert split(one) == split(other)


def test_a_word_of_an_indian_script_keeps_its_vowels_and_is_one_word() -> None:
    lima, mali = split("लीमा"), split("माली")
    assert len(lima) == len(mali) == 1
    assert sorted(lima) != sorted(mali)
    assert split("लिमा") == lima  # long or short, an i is an i


def test_scripts_without_spaces_become_pairs_of_letters() -> None:
    assert split("上大路") == ["上大", "大路"]
    assert split_query("上海市宝山区上大路99号") == ["上海", "海市", "宝山", "山区", "上大", "大路", "99"]


def test_a_name_is_found_in_latin_letters_and_with_umlauts_written_out() -> None:
    assert "dekabristov" in variants(split("улица Декабристов"), "улица Декабристов")
    assert "stuebelstr" in variants(split("Stübelstraße"), "Stübelstraße")


@pytest.mark.parametrize(
    ("typed", "meant", "edits"),
    [("grimaldi", "grimaldi", 0), ("grimalid", "grimaldi", 1), ("grmaldi", "grimaldi", 1), ("paris", "tokyo", 3)],
)
def test_two_swapped_letters_are_one_edit(typed: str, meant: str, edits: int) -> None:
    assert distance(typed, meant) == edits


@pytest.mark.parametrize(
    ("number", "keys"),
    [
        ("12", ["12"]),
        ("12 A", ["12a"]),
        ("12-16", ["12-16", "12", "14", "16"]),
        ("12–13", ["12-13", "12", "13"]),
        ("36;38", ["36", "38", "36;38"]),
        ("5/2", ["5/2", "5"]),
        ("28 к2", ["28k2"]),
        ("7-9000", ["7-9000"]),
    ],
)
def test_a_number_is_found_under_each_of_its_parts(number: str, keys: list[str]) -> None:
    assert keys_of(number) == keys


def test_the_words_after_a_number_may_belong_to_it() -> None:
    assert number_keys(["12", "a", "vaduz"], 0) == [("12a", 2), ("12", 1)]
    assert number_keys(["28", "к2"], 0)[0] == ("28k2", 2)
    assert ("1-5", 2) in number_keys(["1", "5"], 0)


def test_units_and_words_for_number_may_stay_unexplained() -> None:
    parsed = parse("Apt 4, Landstrasse Nr. 8, Vaduz")
    assert {parsed.words[at] for at in parsed.optional} == {"apt", "4", "nr"}


@pytest.mark.parametrize("one", ["", "a", "ab", "ba", "vaduz", "vadzu", "vduz", "schaan", "shcaan", "ruggell", "abab"])
@pytest.mark.parametrize("other", ["", "b", "abc", "bca", "vaduz", "avduz", "vaduzz", "schann", "rugell", "baba"])
def test_a_comparison_that_stops_early_counts_no_further_edits(one: str, other: str) -> None:
    rows = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for at in range(len(one) + 1):
        for to in range(len(other) + 1):
            if at == 0 or to == 0:
                rows[at][to] = at + to
                continue
            same = one[at - 1] == other[to - 1]
            rows[at][to] = min(rows[at - 1][to] + 1, rows[at][to - 1] + 1, rows[at - 1][to - 1] + (not same))
            if at > 1 and to > 1 and one[at - 1] == other[to - 2] and one[at - 2] == other[to - 1]:
                rows[at][to] = min(rows[at][to], rows[at - 2][to - 2] + 1)
    assert distance(one, other) == min(3, rows[-1][-1])


def test_caches_of_texts_are_bounded_by_their_length_too() -> None:
    for at in range(3_000):
        words.split("".join(chr(0x4E00 + (at * 7 + step * 31) % 20_000) for step in range(300)))
    assert words._split_again.cache_info().currsize <= words.MOST_SPLIT
    longest = "".join(chr(0x4E00 + step) for step in range(words.LONGEST_REMEMBERED))
    fuzzy_words = words._split_again(longest)
    most = words.MOST_SPLIT * (
        sum(map(sys.getsizeof, fuzzy_words)) + sys.getsizeof(fuzzy_words) + sys.getsizeof(longest)
    )
    assert most < 12_000_000
    before = words._split_again.cache_info().misses
    words.split(longest + "一")
    assert words._split_again.cache_info().misses == before


def test_no_word_with_long_forms_is_missed_by_the_quick_test() -> None:
    short = [*words.LONG, *(f"haupt{ending}" for ending in words.SHORT_ENDINGS)]
    assert all(words.may_be_short(word) for word in short if words.lengthen_word(word))
    assert not words.may_be_short("vaduz")
    assert not words.may_be_short("lindenholz")


@pytest.mark.parametrize("text", [f"{'9' * 500}{' ' * 500}1 / 3", f"{'1' * 1_000}/", "1 " * 500 + "½"])
def test_a_long_row_of_digits_and_blanks_is_no_fraction_and_is_read_quickly(text: str) -> None:
    began = process_time()
    join_fraction(text)
    assert (
        process_time() - began < 0.05
    )  # it takes 0.5 ms; with two ways to read each blank and digit it took 60 to 500
