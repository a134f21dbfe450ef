"""Parts of an address that only mail delivery needs are removed, but never the whole text."""

import pytest

from trigpoint.engines.embedded.query.words import codes_in
from trigpoint.maps.postal import country_of_sign, leave_aside


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("S(018972)", "018972"),
        ("D-95463 Bindlach", "95463 Bindlach"),
        ("AD-500 Andorra", "AD500 Andorra"),
        ("Rue X 5, 75008 Paris Cedex 08", "Rue X 5, 75008 Paris"),
        ("Postfach 380, 9494 Schaan", ", 9494 Schaan"),
        ("C.P. 06000, México", "06000, México"),
        ("12345-6789", "12345"),
        ("LI9490 Vaduz", "9490 Vaduz"),
        ("Singapore (S) 018972", "Singapore 018972"),
        ("CP AD100 Canillo", "AD100 Canillo"),
        ("Monaco Cedex", "Monaco"),
    ],
)
def test_parts_for_mail_delivery_are_removed(text: str, kept: str) -> None:
    assert leave_aside(text).text.strip() == kept


@pytest.mark.parametrize(
    "text",
    [
        "Mozart Pl 5, Wien", "Wilmington, DE 19801", "I 70", "A 9 Bindlach", "Postfach 12", "Box 12", "ZIP", "Zip Street",
        "12 Main St", "E 6 Oslo", "D 12", "Cedex", "5-12345", "D95463",
        "MD150",
    ],
)  # fmt: skip
def test_words_that_may_be_part_of_a_name_stay(text: str) -> None:
    assert leave_aside(text).text == text


def test_the_country_before_a_code_is_remembered() -> None:
    assert leave_aside("FL-9490 Vaduz").countries == {"9490": "LI"}
    assert leave_aside("9490 Vaduz").countries == {}


def test_removed_parts_are_returned() -> None:
    assert leave_aside("PB 100, ZIP 21224-3866").left == ("PB 100", "ZIP", "-3866")


@pytest.mark.parametrize(
    ("words", "places"),
    [
        (["9490", "vaduz"], [(0,)]),
        (["ec1a", "1bb"], [(0, 1), (0,)]),
        (["114", "55", "stockholm"], [(0, 1), (0,)]),
        (["12", "main"], []),
    ],
)
def test_words_and_pairs_of_words_may_be_codes(words: list[str], places: list[tuple[int, ...]]) -> None:
    assert codes_in(words) == places


@pytest.mark.parametrize(
    ("sign", "country"),
    [
        ("NO", "NO"),
        ("nor", "NO"),
        ("DEU", "DE"),
        ("GER", "DE"),
        ("FL", "LI"),
        ("USA", "US"),
        ("QQQ", None),
        ("MD", "MD"),
    ],
)
def test_a_country_has_codes_of_two_and_of_three_letters_and_one_for_vehicles(sign: str, country: str | None) -> None:
    assert country_of_sign(sign) == country


def test_a_code_of_three_letters_that_may_be_a_word_counts_only_where_it_is_marked() -> None:
    assert country_of_sign("PAN", is_marked=False) is None
    assert country_of_sign("FIN", is_marked=False) == "FI"
