"""Addresses are written in the order of their country, each line in one language."""

import pytest

from trigpoint.maps.address_formats import COMMA_BEFORE_NUMBER, LINES, NATIVE, NUMBER_FIRST
from trigpoint.maps.addresses import AddressNames, address_in, format_lines, full_thoroughfare
from trigpoint.maps.countries import country_codes, country_name
from trigpoint.maps.languages import language_chain
from trigpoint.maps.places import StructuredAddress
from trigpoint.maps.subdivisions import _NAMES, subdivision_code


def lines_of(country_code: str, lang: str = "en", **parts: str) -> tuple[str, ...]:
    street = full_thoroughfare(parts.get("thoroughfare"), parts.get("sub_thoroughfare"), country_code=country_code)
    address = StructuredAddress(**parts, full_thoroughfare=street)
    return format_lines(address, country_code=country_code, country=country_name(country_code, lang))


@pytest.mark.parametrize(
    ("country_code", "lang", "parts", "lines"),
    [
        (
            "US",
            "en",
            {
                "thoroughfare": "Apple Park Way",
                "locality": "Cupertino",
                "administrative_area": "California",
                "administrative_area_code": "CA",
                "post_code": "95014",
            },
            ("Apple Park Way", "Cupertino, CA  95014", "United States"),
        ),
        (
            "FR",
            "en",
            {
                "thoroughfare": "Avenue Anatole France",
                "sub_thoroughfare": "5",
                "locality": "Paris",
                "post_code": "75007",
                "administrative_area": "Île-de-France",
            },
            ("5 Avenue Anatole France", "75007 Paris", "France"),
        ),
        (
            "MC",
            "fr",
            {"thoroughfare": "Rue Grimaldi", "sub_thoroughfare": "12", "locality": "Monaco", "post_code": "98000"},
            ("12 Rue Grimaldi", "98000 Monaco", "Monaco"),
        ),
        (
            "LI",
            "de",
            {"thoroughfare": "Landstrasse", "sub_thoroughfare": "7", "locality": "Vaduz", "post_code": "9490"},
            ("Landstrasse 7", "9490 Vaduz", "Liechtenstein"),
        ),
        (
            "FI",
            "fi",
            {"thoroughfare": "Mannerheimintie", "sub_thoroughfare": "3", "locality": "Helsinki", "post_code": "00100"},
            ("Mannerheimintie 3", "00100 Helsinki", "Suomi"),
        ),
        (
            "GB",
            "en",
            {"thoroughfare": "Downing Street", "sub_thoroughfare": "10", "locality": "London", "post_code": "SW1A 2AA"},
            ("10 Downing Street", "London", "SW1A 2AA", "United Kingdom"),
        ),
        (
            "CA",
            "en",
            {
                "thoroughfare": "Wellington Street",
                "sub_thoroughfare": "111",
                "locality": "Ottawa",
                "administrative_area_code": "ON",
                "post_code": "K1A 0A9",
            },
            ("111 Wellington Street", "Ottawa ON  K1A 0A9", "Canada"),
        ),
        (
            "AU",
            "en",
            {
                "thoroughfare": "George St",
                "sub_thoroughfare": "1",
                "locality": "Sydney",
                "administrative_area_code": "NSW",
                "post_code": "2000",
            },
            ("1 George St", "Sydney NSW 2000", "Australia"),
        ),
        (
            "ES",
            "es",
            {"thoroughfare": "Calle Mayor", "sub_thoroughfare": "10", "locality": "Madrid", "post_code": "28013"},
            ("Calle Mayor, 10", "28013 Madrid", "España"),
        ),
        (
            "BR",
            "pt",
            {
                "thoroughfare": "Avenida Paulista",
                "sub_thoroughfare": "1578",
                "sub_locality": "Bela Vista",
                "locality": "São Paulo",
                "administrative_area": "São Paulo",
                "administrative_area_code": "SP",
                "post_code": "01310-200",
            },
            ("Avenida Paulista, 1578", "Bela Vista", "São Paulo - SP", "01310-200", "Brasil"),
        ),
        (
            "RU",
            "ru",
            {
                "thoroughfare": "улица Лескова",
                "sub_thoroughfare": "5",
                "locality": "Москва",
                "administrative_area": "Москва",
                "post_code": "127349",
            },
            ("улица Лескова, 5", "Москва", "127349", "Россия"),
        ),
        (
            "HU",
            "hu",
            {"thoroughfare": "Andrássy út", "sub_thoroughfare": "5", "locality": "Budapest", "post_code": "1061"},
            ("Budapest", "Andrássy út 5", "1061", "Magyarország"),
        ),
        (
            "JP",
            "ja",
            {
                "sub_locality": "千代田",
                "sub_thoroughfare": "1-1",
                "locality": "千代田区",
                "administrative_area": "東京都",
                "post_code": "100-0001",
            },
            ("日本", "〒100-0001", "東京都千代田区千代田1-1"),
        ),
        (
            "JP",
            "en",
            {"thoroughfare": "Chuo-dori", "sub_thoroughfare": "6", "locality": "Chuo", "administrative_area": "Tokyo"},
            ("Chuo-dori 6", "Chuo, Tokyo", "Japan"),
        ),
        (
            "CN",
            "zh",
            {
                "thoroughfare": "上大路",
                "sub_thoroughfare": "99",
                "sub_locality": "宝山区",
                "locality": "上海市",
                "administrative_area": "上海市",
                "post_code": "200444",
            },
            ("中国", "上海市宝山区上大路99号", "200444"),
        ),
        (
            "KR",
            "ko",
            {
                "thoroughfare": "테헤란로",
                "sub_thoroughfare": "152",
                "sub_locality": "강남구",
                "administrative_area": "서울특별시",
                "post_code": "06236",
            },
            ("대한민국", "서울특별시 강남구 테헤란로 152", "06236"),
        ),
        (
            "SG",
            "en",
            {
                "thoroughfare": "Bayfront Avenue",
                "sub_thoroughfare": "10",
                "locality": "Singapore",
                "post_code": "018956",
            },
            ("10 Bayfront Avenue", "Singapore 018956", "Singapore"),
        ),
    ],
)
def test_lines_follow_the_country(country_code: str, lang: str, parts: dict[str, str], lines: tuple[str, ...]) -> None:
    assert lines_of(country_code, lang, **parts) == lines


def test_a_missing_part_takes_its_separator_with_it() -> None:
    assert lines_of("US", locality="Cupertino", post_code="95014") == ("Cupertino  95014", "United States")
    assert lines_of("US", locality="Cupertino", administrative_area_code="CA") == ("Cupertino, CA", "United States")
    assert lines_of("FI", post_code="00100") == ("00100", "Finland")
    assert lines_of("FI") == ("Finland",)
    assert format_lines(StructuredAddress(), country_code=None, country=None) == ()


def test_a_state_stands_in_for_a_missing_town_without_being_said_twice() -> None:
    state = {"administrative_area": "California", "administrative_area_code": "CA"}
    assert lines_of("US", **state) == ("California", "United States")
    assert lines_of("US", sub_administrative_area="Alameda County", **state) == ("Alameda County, CA", "United States")


def test_without_a_street_the_quarter_is_shown() -> None:
    assert lines_of("FI", sub_locality="Kallio", locality="Helsinki") == ("Kallio", "Helsinki", "Finland")
    with_street = {"thoroughfare": "Fleminginkatu", "sub_locality": "Kallio", "locality": "Helsinki"}
    assert lines_of("FI", **with_street) == ("Fleminginkatu", "Helsinki", "Finland")


@pytest.mark.parametrize(
    ("street", "number", "country_code", "full"),
    [
        ("Main Street", "12", "US", "12 Main Street"),
        ("Hauptstrasse", "12a", "CH", "Hauptstrasse 12a"),
        ("Rua Augusta", "5", "PT", "Rua Augusta, 5"),
        ("中央大街", "5", "CN", "中央大街5号"),
        ("中央大街", "5号", "CN", "中央大街5号"),
        ("銀座", "4-5-6", "JP", "銀座4-5-6"),
        ("Main Street", None, "US", "Main Street"),
        (None, "12", "CZ", "12"),
        (None, None, "CZ", None),
        ("Somewhere", "1", None, "Somewhere 1"),
    ],
)
def test_the_house_number_is_placed_as_the_country_writes_it(
    street: str | None, number: str | None, country_code: str | None, full: str | None
) -> None:
    assert full_thoroughfare(street, number, country_code=country_code) == full


def test_every_code_in_the_formats_is_a_country() -> None:
    assert set(LINES) | set(NATIVE) | NUMBER_FIRST | COMMA_BEFORE_NUMBER <= country_codes()
    assert not NUMBER_FIRST & COMMA_BEFORE_NUMBER


TOKYO = AddressNames(
    administrative_area={"": "東京都", "en": "Tokyo"},
    locality={"": "千代田区", "en": "Chiyoda"},
    thoroughfare={"": "内堀通り", "en": "Uchibori-dori"},
    sub_thoroughfare="3",
)


def test_an_address_is_wholly_in_the_language_asked_for_when_the_data_has_it() -> None:
    address = address_in(TOKYO, "en-GB", country_code="JP")
    assert format_lines(address, country_code="JP", country="Japan") == ("Uchibori-dori 3", "Chiyoda, Tokyo", "Japan")


def test_one_missing_translation_keeps_the_whole_line_local() -> None:
    address = address_in(TOKYO, "fr", country_code="JP")
    assert address.full_thoroughfare == "内堀通り3"
    lines = format_lines(address, country_code="JP", country="Japon")
    assert lines == ("Japon", "東京都千代田区内堀通り3")
    partly = AddressNames(
        administrative_area=TOKYO.administrative_area, locality=TOKYO.locality, thoroughfare={"": "内堀通り"}
    )
    assert address_in(partly, "en", country_code="JP").locality == "千代田区"


def test_a_romanised_town_never_shares_a_line_with_a_native_street() -> None:
    romanised = AddressNames(locality={"": "Dachang"}, thoroughfare={"": "泮池南路"}, sub_thoroughfare="3")
    address = address_in(romanised, "zh", country_code="CN")
    assert address.locality == "Dachang"
    assert format_lines(address, country_code="CN", country="中国") == ("中国", "Dachang", "泮池南路3号")


def test_a_romanised_town_is_called_by_its_native_name_where_the_data_has_it() -> None:
    known = AddressNames(locality={"": "Dachang", "zh": "大场镇"}, thoroughfare={"": "泮池南路"})
    address = address_in(known, "fr", country_code="CN")
    assert format_lines(address, country_code="CN", country="Chine") == ("Chine", "大场镇泮池南路")


def test_lines_of_different_languages_may_follow_each_other() -> None:
    moscow = AddressNames(
        thoroughfare={"": "улица Лескова"}, locality={"": "Москва", "de": "Moskau"}, sub_thoroughfare="5"
    )
    address = address_in(moscow, "de", country_code="RU")
    assert (address.thoroughfare, address.locality) == ("улица Лескова", "Moskau")


def test_areas_of_interest_keep_their_own_names_once() -> None:
    names = AddressNames(areas_of_interest=({"": "Esplanadi", "sv": "Esplanaden"}, {"": "Esplanadi"}, {}))
    assert address_in(names, "fi", country_code="FI").areas_of_interest == ("Esplanadi",)
    assert address_in(names, "sv", country_code="FI").areas_of_interest == ("Esplanaden", "Esplanadi")


@pytest.mark.parametrize(
    ("lang", "chain"),
    [
        ("en-US", ("en-US", "en")),
        ("zh-Hant-TW", ("zh-Hant-TW", "zh-Hant", "zh-TW", "zh")),
        ("zh-TW", ("zh-TW", "zh-Hant", "zh")),
        ("nb", ("nb", "no")),
        ("yue", ("yue", "zh-Hant", "zh")),
    ],
)
def test_a_language_falls_back_to_related_ones(lang: str, chain: tuple[str, ...]) -> None:
    assert language_chain(lang) == chain


def test_countries_are_named_in_the_language_asked_for() -> None:
    assert country_name("DE", "fi") == "Saksa"
    assert country_name("jp", "ja-JP") == "日本"
    assert country_name("TW", "zh-Hant-TW") == "台灣"
    assert country_name("FI", "xx") == "Finland"


def test_states_have_codes() -> None:
    assert [len(names) for names in _NAMES.values()] == [56, 13, 8, 27, 32]
    assert subdivision_code("US", "maryland") == subdivision_code("US", "md") == "MD"
    assert subdivision_code("FI", "Uusimaa") is None
