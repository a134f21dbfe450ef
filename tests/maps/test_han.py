"""A text in Han characters is also read in the other ones, and without the word for a city."""

import pytest

from trigpoint.maps.han import other_han


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("紐約", ["纽约"]),
        ("纽约", ["紐約"]),
        ("紐約市", ["紐約", "纽约市", "纽约"]),
        ("巴黎市", ["巴黎"]),
        ("파리시", ["파리"]),
        ("上海", []),
        ("津市", []),
        ("Vaduz", []),
        ("", []),
        ("東" * 101, []),
    ],
)
def test_a_text_in_han_has_other_spellings(text: str, others: list[str]) -> None:
    assert list(other_han(text)) == others
