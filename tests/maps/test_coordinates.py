"""Coordinates and plus codes are read in every usual notation; other texts are not."""

# ruff: noqa: RUF001 (people write degrees, minutes and seconds with many signs)

import pytest

from trigpoint.base.geo import Point
from trigpoint.maps.coordinates import read_coordinates, read_plus_code

HERE = Point(47.141, 9.5215)


@pytest.mark.parametrize(
    "text",
    [
        "47.1410, 9.5215",
        "47.1410 9.5215",
        "47.1410;9.5215",
        "(47.1410, 9.5215)",
        "+47.1410 +9.5215",
        "N 47.1410, E 9.5215",
        "N47.1410 E9.5215",
        "E 9.5215 N 47.1410",
        "47.1410° N, 9.5215° E",
        "47 08 27.6 N 9 31 17.4 E",
        "47:08:27.6N 9:31:17.4E",
        "47º08'27.6\"N 9º31'17.4\"E",
        "47° 08′ 27.6″ N, 9° 31′ 17.4″ E",
        "47° 08' 27,6\" N 9° 31' 17,4\" E",
        "47d08m27.6s N 9d31m17.4s E",
        "N 47° 08.460' E 009° 31.290'",
        "47,1410 9,5215",
        "47,1410, 9,5215",
        "geo:47.1410,9.5215",
        "geo:47.1410,9.5215;u=35?z=17",
        "POINT(9.5215 47.1410)",
        "SRID=4326;POINT Z (9.5215 47.1410)",
        "lat 47.1410, lon 9.5215",
        "Latitude: 47.1410 Longitude: 9.5215",
        "47.1410° с. ш. 9.5215° в. д.",
        "С 47.1410 В 9.5215",
        "С47.1410, В9.5215",
        "北緯47度08分27.6秒 東経9度31分17.4秒",
        "４７．１４１０，９．５２１５",
        "47 8 27.6, 9 31 17.4",
        "47 8 27.6 9 31 17.4",
        "47 08.460, 9 31.290",
        "47-08-27.6 N 9-31-17.4 E",
        "470827.6N 0093117.4E",
        "N470827.6 E0093117.4",
        "47 deg 8' 27.60\" N, 9 deg 31' 17.40\" E",
        "47 degrees 8 minutes 27.6 seconds N, 9 degrees 31 minutes 17.4 seconds E",
        "47.1410 norte 9.5215 este",
        "+47.1410+009.5215/",
        "lat=47.1410&lon=9.5215",
        "Lat/Lon 47.1410, 9.5215",
        "GPS: 47.1410, 9.5215",
        "coordinates: 47.1410, 9.5215",
        "47.1410, 9.5215.",
        "47.1410,9.5215,455",
        "geo:47.1410,9.5215,455",
        "geo:0,0?q=47.1410,9.5215(here)",
        "POINT Z (9.5215 47.1410 455)",
        "@47.1410,9.5215,15z",
        "https://maps.example/maps/place/Vaduz/@47.1410,9.5215,15z/data=!3m1!4b1!4m5!3m4!1s0x479b3b4c5d6e7f80:0x1234!8m2",
        "https://maps.example/?q=47.1410%2C9.5215&z=12",
        "https://maps.example/#map=17/47.1410/9.5215",
        "https://maps.example/?mlat=47.1410&mlon=9.5215",
        "https://maps.example/maps/dir/47.2,9.5/47.1410,9.5215/",
        "https://maps.example/place?coordinate=47.1410,9.5215&name=Vaduz",
        "https://maps.example/maps?cp=47.1410~9.5215&lvl=14",
        "https://yandex.example/maps/?ll=9.5215%2C47.1410&z=14",
        "47.1410,9.5215,14z",
        "ll=47.1410,9.5215",
        "Lat. 47.1410 Lon. 9.5215",
        "lng 9.5215 lat 47.1410",
        "47deg 08min 27.6sec N 9deg 31min 17.4sec E",
        "북위 47.1410 동경 9.5215",
        "٤٧٫١٤١٠، ٩٫٥٢١٥",
        "gps coordinates 47.1410, 9.5215",
        "my location is 47.1410, 9.5215",
        "Vaduz (47.1410, 9.5215)",
        "we meet at 47.1410,9.5215",
        "32T 539543 5220965",
        "UTM: 32 T 539543 mE 5220965 mN",
        "32TNT3954320965",
        "MGRS 32T NT 39543 20965",
    ],
)
def test_a_coordinate_is_read_in_every_notation(text: str) -> None:
    point = read_coordinates(text)
    assert point is not None
    assert point.distance_to(HERE) < 2


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("−33.8688, 151.2093", Point(-33.8688, 151.2093)),
        ("33.8688 S, 151.2093 E", Point(-33.8688, 151.2093)),
        ("W 76.5818 N 39.2830", Point(39.283, -76.5818)),
        ("-122.5, 37.75", Point(37.75, -122.5)),
        ("0,0", Point(0, 0)),
        ("0.0, 0.0", Point(0, 0)),
        ("-0.5, -0.25", Point(-0.5, -0.25)),
        ("90, 180", Point(90, 180)),
    ],
)
def test_south_and_west_are_negative(text: str, point: Point) -> None:
    assert read_coordinates(text) == point


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("56H 334368 6250948", Point(-33.8688, 151.2093)),  # Sydney
        ("56HLH3436850948", Point(-33.8688, 151.2093)),
        ("18S 364090.5 4349366", Point(39.2830, -76.5758)),
        ("18SUJ6409049366", Point(39.2830, -76.5758)),
        ("48N 373036 141949", Point(1.2840, 103.8588)),
        ("35VLG8561172118", Point(60.1699, 24.9384)),
        ("19F 545000 3927239", Point(-54.8, -68.3)),
        ("48NUG7303641949", Point(1.2840, 103.8588)),
    ],
)
def test_utm_coordinates_are_read_in_both_hemispheres(text: str, point: Point) -> None:
    found = read_coordinates(text)
    assert found is not None
    assert found.distance_to(point) < 2


@pytest.mark.parametrize(
    "text",
    [
        "91, 0.5", "12 34", "47.14N 9.52", "1e400, 2", "nan,nan", "47.1", "9490", "Landstrasse 47.1, 9.5",
        "47° 61' N 9° 31' E", "N 47.1 N 9.5", "E 47.1 E 9.5", "47.14, 180.5", "1.5 2.5 3.5", "12-16", "5/2 1",
        "Landstrasse 47.1410", "from 47.1410,9.5215 to 47.1663,9.5103", "33C 539543 5220965", "61T 539543 5220965",
        "32TZZ3954320965", "32TNT395432096", "-122, 37", "5 RUE 9800", "12 C AB 1234",
    ],
)  # fmt: skip
def test_other_texts_are_no_coordinates(text: str) -> None:
    assert read_coordinates(text) is None


@pytest.mark.parametrize(
    ("code", "point"),
    [("849VCWC8+R9", Point(37.4220625, -122.0840625)), ("6ph57vp3+pr", Point(1.2868125, 103.8545625))],
)
def test_a_plus_code_is_the_middle_of_its_cell(code: str, point: Point) -> None:
    read = read_coordinates(code)
    assert read is not None
    assert read.distance_to(point) < 0.1


def test_a_finer_plus_code_lies_inside_the_cell_of_the_coarser() -> None:
    coarse, fine = read_coordinates("849VCWC8+R9"), read_coordinates("849VCWC8+R9G")
    assert coarse is not None
    assert fine is not None
    assert 0 < coarse.distance_to(fine) < 10


def test_a_short_plus_code_is_completed_from_the_town_behind_it() -> None:
    code = read_plus_code("CWC8+R9 Mountain View")
    assert code is not None
    assert (code.is_whole, code.rest) == (False, "Mountain View")
    assert code.near(Point(37.39, -122.08)).distance_to(Point(37.4220625, -122.0840625)) < 0.1


@pytest.mark.parametrize("text", ["CWC8+R9", "849VCWC8+R", "849VCWC+R9", "A49VCWC8+R9", "4th+Main", "849VCWC8R9"])
def test_other_texts_are_no_plus_codes(text: str) -> None:
    assert read_plus_code(text) is None
