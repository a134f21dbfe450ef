"""Text that is pasted or said around a place is removed, and nothing else."""

# ruff: noqa: RUF001 (words of many languages)

import pytest

from trigpoint.maps.pasted import as_meant, text_of_link

ADDRESS = "Städtle 6, 9490 Vaduz"
ENCODED = "St%C3%A4dtle%206%2C%209490%20Vaduz"


def squeezed(text: str) -> str:
    return " ".join(text.split()).strip(" ,")


@pytest.mark.parametrize(
    "text",
    [
        f"directions to {ADDRESS}",
        f"Navigate to {ADDRESS}",
        f"how do I get to {ADDRESS}?",
        f"Where is {ADDRESS}?",
        f"Wo liegt {ADDRESS}?",
        f"¿Dónde está {ADDRESS}?",
        f"как добраться до {ADDRESS}",
        f"导航到{ADDRESS}",
        f"Address: {ADDRESS}",
        f"Our postal address: {ADDRESS}",
        f"地址：{ADDRESS}",
        f"📍 {ADDRESS}",
        f"\u200e{ADDRESS}\u200b",
        f"{ADDRESS}, Tel. +423 236 10 00",
        f"{ADDRESS}, +423 236 10 00",
        f"{ADDRESS}, Fax: (00423) 236-10-00",
        f"{ADDRESS}, info@example.com",
        f"{ADDRESS} www.example.com",
        f"{ADDRESS} https://maps.app.goo.gl/abc123",
        f"from my location to {ADDRESS}",
        f"von Bregenz nach {ADDRESS}",
        ENCODED,
        "Städtle+6,+9490+Vaduz",
        f"https://www.google.com/maps/search/?api=1&query={ENCODED}",
        "https://www.google.com/maps/place/St%C3%A4dtle+6,+9490+Vaduz/",
        "https://www.google.com/maps/dir/Bregenz/St%C3%A4dtle+6,+9490+Vaduz/",
        f"https://maps.apple.com/?q={ENCODED}",
        f"https://maps.apple.com/?daddr={ENCODED}&dirflg=d",
        f"https://www.openstreetmap.org/search?query={ENCODED}",
        f"https://waze.com/ul?q={ENCODED}&navigate=yes",
    ],
)
def test_only_the_address_remains(text: str) -> None:
    assert squeezed(as_meant(text)) == ADDRESS


@pytest.mark.parametrize(
    "text",
    [
        ADDRESS,
        "Findlay Market",
        "Find",
        "Cherche-Midi",
        "Wherewithal Studio",
        "Tel Aviv 61000",
        "Hotel 12345",
        "+47.1410000, +9.5215000",
        "+47.1410+009.5215/",
        "8FVC4GRC+2P",
        "4GRC+2P Vaduz",
        "From Here Bakery",
        "Broad St @ High St",
        "100% Natural",
        "https://example.com/maps/place/Vaduz",
        "info@example.com",
        "+423 236 10 00",
        "📍",
        "?",
        "",
        "find " * 500,
    ],
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert as_meant(text) == text


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("☕ near me", "coffee near me"),
        ("🍕", "pizza"),
        ("🏨🏖 Vaduz", "hotel Vaduz"),
        ("cash 💰 machine", "cash machine"),
    ],
)
def test_an_emoji_of_a_kind_of_place_is_read_as_its_word(text: str, meant: str) -> None:
    assert squeezed(as_meant(text)) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Kiasma opening hours", "Kiasma open now", "Kiasma open 24 hours", "Kiasma open on Sundays", "Kiasma Öffnungszeiten", "Kiasma phone number",
        "Kiasma режим работы", "Kiasma reviews",
    ],
)  # fmt: skip
def test_questions_about_a_place_are_removed(text: str) -> None:
    assert as_meant(text) == "Kiasma"


@pytest.mark.parametrize("text", ["Times Square", "Open Sunday", "Hours", "open now", "Now Coffee", "24 hours"])
def test_names_with_such_words_are_not_shortened(text: str) -> None:
    assert as_meant(text) == text


def test_a_link_without_a_search_has_no_search_text() -> None:
    assert text_of_link("https://www.google.com/maps/@47.14,9.52,15z") is None
    assert text_of_link("https://example.com/?q=Vaduz") is None


@pytest.mark.parametrize(
    "text", ["http://[", "https://]google/", "https://maps.google.com]/?q=x", "https://google.com\u2100/?q=x"]
)
def test_a_link_that_cannot_be_read_is_searched_as_it_is(text: str) -> None:
    assert text_of_link(text) is None
    assert as_meant(text)
