"""Which name a label shows: a small reader of the expressions stands in for MapLibre."""

import pytest

from trigpoint.maps.style.expressions import Expression
from trigpoint.maps.style.names import name_in


def shown(language: str, offered: tuple[str, ...] | None, **names: str) -> str:
    found = value_of(
        name_in(language, "name_{}", offered), {key.replace("__", "-"): name for key, name in names.items()}
    )
    assert isinstance(found, str)
    return found


def value_of(expression: Expression | object, names: dict[str, str]) -> object:
    if not isinstance(expression, list):
        return expression
    word, *rest = expression
    if word == "get":
        return names.get(rest[0])
    if word == "coalesce":
        return next((value for one in rest if (value := value_of(one, names)) is not None), None)
    if word == "case":
        return value_of(rest[1] if value_of(rest[0], names) else rest[2], names)
    if word in {"any", "all"}:
        return (any if word == "any" else all)(value_of(one, names) for one in rest)
    left, right = (value_of(one, names) for one in rest)
    assert isinstance(left, str)
    assert isinstance(right, str)
    return left < right if word == "<" else left >= right


@pytest.mark.parametrize(
    ("language", "expected"),
    [("", "Москва"), ("ru", "Москва"), ("de", "Moskau"), ("de-CH", "Moskau"), ("en", "Moscow"), ("fr", "Moscow")],
)
def test_a_name_in_another_script_falls_back_to_a_readable_one(language: str, expected: str) -> None:
    assert shown(language, ("de", "en"), name="Москва", name_de="Moskau", name_en="Moscow") == expected


def test_a_name_in_latin_letters_needs_no_translation() -> None:
    assert shown("fr", ("en",), name="München", name_en="Munich") == "München"
    assert shown("en", ("en",), name="München", name_en="Munich") == "Munich"
    assert shown("zh", ("en",), name="München", name_en="Munich") == "München"


def test_a_reader_of_the_script_gets_the_local_name() -> None:
    assert shown("uk", ("en",), name="Москва", name_en="Moscow") == "Москва"
    assert shown("ja", ("en",), name="上海市", name_en="Shanghai") == "上海市"
    assert shown("fa", ("en",), name="القاهرة", name_en="Cairo") == "القاهرة"


def test_without_any_translation_the_local_name_is_shown() -> None:
    assert shown("en", ("en",), name="Москва") == "Москва"
    assert shown("en", (), name="Москва") == "Москва"


def test_a_variety_of_a_language_is_preferred_where_the_tiles_have_it() -> None:
    names = {"name": "臺北市", "name_zh__Hans": "台北市", "name_zh__Hant": "臺北市", "name_zh": "台北"}
    assert shown("zh-Hans", ("zh", "zh-Hans", "zh-Hant"), **names) == "台北市"
    assert shown("zh-TW", ("zh", "zh-Hans", "zh-Hant"), **names) == "臺北市"


def test_without_a_list_of_languages_all_possible_ones_are_tried() -> None:
    assert shown("fi", None, name="Helsingfors", name_fi="Helsinki") == "Helsinki"


def test_a_schema_says_where_its_local_name_is() -> None:
    latin = ["coalesce", ["get", "name"], ["get", "name:latin"], ""]
    assert value_of(name_in("fr", "name:{}", None, local=latin), {"name:latin": "Vaduz"}) == "Vaduz"


def test_a_feature_without_a_name_has_an_empty_label() -> None:
    assert shown("en", ("en",)) == ""
