"""A text in the wrong keyboard layout is read in the other one."""

import pytest

from trigpoint.maps.keyboard import other_layout


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("vjcrdf", "москва"),
        ("Cfyrn-Gtnth,ehu", "Санкт-Петербург"),
        ("ekbwf ajydbpbyf, 15", "улица фонвизина, 15"),
        ("мфвгя", "vaduz"),
        ("Рудыштлш", "Helsinki"),
    ],
)
def test_the_same_keys_in_the_other_layout(text: str, meant: str) -> None:
    assert other_layout(text) == meant


@pytest.mark.parametrize("text", ["abc", "Vaduz Москва", "東京都港区", "Zürich", "12345", "", "a" * 101])
def test_texts_without_a_reading_in_another_layout(text: str) -> None:
    assert other_layout(text) is None
