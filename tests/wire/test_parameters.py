"""Each reader returns the value, None if it is missing, or an error with the parameter and the received value."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.base.errors import InvalidError
from trigpoint.base.geo import Box, Point
from trigpoint.maps.categories import PoiCategory, ResultType
from trigpoint.maps.routes import Avoid
from trigpoint.wire.parameters import Parameters, best_language, canonical_language


def given_parameters(accept_language: str | None = None, **values: str | list[str]) -> Parameters:
    lists = {name: [value] if isinstance(value, str) else value for name, value in values.items()}
    return Parameters(lists, accept_language=accept_language)


def refusal_of(read: object, *arguments: object, **options: object) -> InvalidError:
    assert callable(read)
    with pytest.raises(InvalidError) as caught:
        read(*arguments, **options)
    return caught.value


def test_a_missing_or_empty_text_is_none() -> None:
    assert given_parameters().text("q") is None
    assert given_parameters(q="").text("q") is None
    assert given_parameters(q=" \t ").text("q") is None


def test_a_required_text_names_itself_and_an_example() -> None:
    refused = refusal_of(given_parameters(q=" ").required_text, "q", example="1 Main St")
    assert str(refused) == "Parameter 'q' must be given, for example '1 Main St'; it is missing."


def test_whitespace_around_a_text_is_removed() -> None:
    assert given_parameters(q="  Rue Grimaldi ").required_text("q", example="x") == "Rue Grimaldi"


def test_the_first_value_that_is_not_empty_counts() -> None:
    assert given_parameters(q=["", "a", "b"]).text("q") == "a"


@pytest.mark.parametrize("length", [1024, 1025])
def test_a_text_has_at_most_1024_characters(length: int) -> None:
    parameters = given_parameters(q="ä" * length)
    if length == 1024:
        assert parameters.text("q") == "ä" * 1024
    else:
        assert "at most 1,024 characters" in str(refusal_of(parameters.text, "q"))


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("TRUE", True), ("false", False), ("", False), ("1", True), ("0", False)]
)
def test_a_boolean_is_true_or_false(text: str, *, value: bool) -> None:
    assert given_parameters(enablePagination=text).boolean("enablePagination") is value


def test_an_unknown_optional_value_is_ignored_and_noted() -> None:
    parameters = given_parameters(avoid="Tolls,Highways, ferries")
    assert parameters.known_choices("avoid", Avoid) == frozenset({Avoid.TOLLS})
    assert parameters.ignored == ["'avoid' has unknown values, which were ignored: Highways, ferries"]
    known = given_parameters(avoid="tolls")
    assert (known.known_choices("avoid", Avoid), known.ignored) == (frozenset({Avoid.TOLLS}), [])


def test_another_boolean_is_refused() -> None:
    refused = refusal_of(given_parameters(enablePagination="yes").boolean, "enablePagination")
    assert str(refused) == "Parameter 'enablePagination' must be 'true' or 'false', for example 'true'; got 'yes'."


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("43.73,7.42", Point(43.73, 7.42)),
        (" 43.73 , 7.42 ", Point(43.73, 7.42)),
        ("-90,-180", Point(-90, -180)),
        ("90,180", Point(90, 180)),
        ("+1,.5", Point(1, 0.5)),
        ("1e1,1E-1", Point(10, 0.1)),
    ],
)
def test_a_point_is_latitude_then_longitude(text: str, point: Point) -> None:
    assert given_parameters(loc=text).required_point("loc") == point


@pytest.mark.parametrize(
    "text",
    ["90.1,0", "0,180.1", "1", "1,2,3", "nan,0", "inf,0", "1_0,2", "a,b", "1;2", "0x1,2", "1e9,0", "٤,٢", ","],
)
def test_a_malformed_coordinate_is_refused(text: str) -> None:
    refused = refusal_of(given_parameters(loc=text).point, "loc")
    assert (refused.name, refused.received) == ("loc", text)
    assert "latitude from -90 to 90" in refused.rule


def test_a_missing_point_is_refused_where_it_is_required() -> None:
    assert given_parameters().point("loc") is None
    assert str(refusal_of(given_parameters().required_point, "loc")).endswith("it is missing.")


def test_coordinates_are_separated_by_bars() -> None:
    parameters = given_parameters(destinations="1,2|3,4|")
    assert parameters.required_points("destinations", at_most=2) == (Point(1, 2), Point(3, 4))
    assert "one to 1 coordinates" in str(refusal_of(parameters.required_points, "destinations", at_most=1))
    assert "it is missing" in str(refusal_of(given_parameters().required_points, "destinations", at_most=10))


def test_coordinates_may_be_a_json_array() -> None:
    parameters = Parameters({"destinations[]": ["1,2", "3,4"]})
    assert parameters.required_points("destinations", at_most=10) == (Point(1, 2), Point(3, 4))


def test_a_box_is_north_east_south_west() -> None:
    box = given_parameters(searchRegion="38,-122.1,37.5,-122.5").box("searchRegion")
    assert box == Box(south=37.5, west=-122.5, north=38, east=-122.1)


def test_a_box_may_cross_the_antimeridian() -> None:
    box = given_parameters(searchRegion="-10,-170,-20,170").box("searchRegion")
    assert box == Box(south=-20, west=170, north=-10, east=-170)


@pytest.mark.parametrize("text", ["37.5,-122.1,38,-122.5", "91,0,0,0", "0,181,0,0", "1,2,3", "a,b,c,d"])
def test_a_malformed_box_is_refused(text: str) -> None:
    refused = refusal_of(given_parameters(searchRegion=text).box, "searchRegion")
    assert "northLatitude,eastLongitude,southLatitude,westLongitude" in refused.rule


def test_lang_takes_precedence_over_accept_language_over_english() -> None:
    assert given_parameters("fr", lang="de").lang() == "de"
    assert given_parameters("fr;q=0.5, fi").lang() == "fi"
    assert given_parameters("*").lang() == "en-US"
    assert given_parameters().lang() == "en-US"


@pytest.mark.parametrize("text", ["english", "e", "en-", "12", "en GB", "en-GB-", "*", "ä"])
def test_a_malformed_language_is_refused(text: str) -> None:
    refused = refusal_of(given_parameters(lang=text).lang)
    assert str(refused) == f"Parameter 'lang' must be a BCP 47 tag, for example 'en-GB'; got '{text}'."


@pytest.mark.parametrize(
    ("text", "tag"),
    [("EN-gb", "en-GB"), ("zh-hant-tw", "zh-Hant-TW"), ("en_GB", "en-GB"), ("es-419", "es-419"), ("yue", "yue")],
)
def test_a_language_is_written_as_bcp_47_writes_it(text: str, tag: str) -> None:
    assert canonical_language(text) == tag


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("da, en-gb;q=0.8, en;q=0.7", "da"),
        ("en;q=0, de;q=0.1", "de"),
        ("", None),
        (";;q=,", None),
        ("de;q=x, fr;q=0.1", "fr"),
    ],
)
def test_the_best_accepted_language_is_taken(header: str, tag: str | None) -> None:
    assert best_language(header) == tag


@given(st.text(max_size=200))
def test_a_malformed_accept_language_is_never_an_error(header: str) -> None:
    tag = best_language(header)
    assert tag is None or canonical_language(tag) == tag


def test_countries_are_alpha_2_codes_in_any_case() -> None:
    assert given_parameters(limitToCountries="us,CA").countries() == {"US", "CA"}
    assert given_parameters(limitToCountries=",").countries() == frozenset()


@pytest.mark.parametrize("code", ["USA", "XX", "EU", "U", "840"])
def test_another_country_is_refused(code: str) -> None:
    refused = refusal_of(given_parameters(limitToCountries=f"FI,{code}").countries)
    assert (refused.name, refused.received) == ("limitToCountries", code)


def test_enum_values_are_read_in_any_case() -> None:
    parameters = given_parameters(resultTypeFilter="Poi,pointofinterest", includePoiCategories="evcharger")
    assert parameters.choices("resultTypeFilter", ResultType) == {ResultType.POI, ResultType.POINT_OF_INTEREST}
    assert parameters.choices("includePoiCategories", PoiCategory) == {PoiCategory.EV_CHARGER}


def test_an_unknown_enum_value_is_refused_with_the_known_ones() -> None:
    parameters = given_parameters(resultTypeFilter="Query")
    assert parameters.choices("resultTypeFilter", ResultType) == {ResultType.QUERY}
    refused = refusal_of(parameters.choices, "resultTypeFilter", ResultType, without=frozenset({ResultType.QUERY}))
    assert "'poi', 'address', 'physicalFeature', 'pointOfInterest'" in refused.rule
    assert refused.received == "Query"


def test_a_list_has_at_most_100_items() -> None:
    assert len(given_parameters(ids=",".join("a" * 100)).items("ids")) == 100
    assert "101 items" in str(refusal_of(given_parameters(ids=",".join("a" * 101)).items, "ids"))


def test_a_time_is_iso_8601_with_its_offset() -> None:
    assert given_parameters(departureDate="2023-04-15T16:42:00Z").instant("departureDate") == 1_681_576_920.0
    assert given_parameters(departureDate="2023-04-15T18:42:00+02:00").instant("departureDate") == 1_681_576_920.0


@pytest.mark.parametrize("text", ["now", "2023-04-15", "2023-04-15T16:42:00", "1681576920"])
def test_another_time_is_refused(text: str) -> None:
    refused = refusal_of(given_parameters(departureDate=text).instant, "departureDate")
    assert refused.rule == "a date and time in ISO 8601, in UTC"


@given(st.text(max_size=100))
def test_no_text_causes_another_kind_of_error(text: str) -> None:
    parameters = given_parameters(v=text)
    readers = [parameters.point, parameters.box, parameters.boolean, parameters.countries, parameters.instant]
    for read in readers:
        with contextlib.suppress(InvalidError):
            read("v")
