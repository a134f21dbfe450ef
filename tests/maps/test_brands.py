"""Brands of the world are recognised in other scripts."""

import pytest

from trigpoint.maps.brands import with_latin_brands


@pytest.mark.parametrize(
    ("text", "latin"),
    [
        ("スターバックス", "Starbucks"),
        ("麦当劳", "McDonald's"),
        ("麥當勞", "McDonald's"),
        ("ヘルシンキのマクドナルド", "ヘルシンキの McDonald's"),
        ("希尔顿酒店", "Hilton 酒店"),
        ("Старбакс рядом", "Starbucks рядом"),
        ("ماكدونالدز فادوز", "McDonald's فادوز"),
        ("ベンツ 奔驰", "ベンツ Mercedes-Benz"),
        ("Starbucks", None),
        ("Vaduz", None),
        ("Städtle", None),
        ("東京", None),
        ("Найкрасивее место", None),
        ("", None),
    ],
)
def test_a_brand_is_written_in_latin_letters(text: str, latin: str | None) -> None:
    assert with_latin_brands(text) == latin


def test_a_spelling_that_is_in_the_data_is_kept() -> None:
    assert with_latin_brands("星巴克", lambda spelling: spelling == "星巴克") is None
