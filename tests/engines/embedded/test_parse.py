"""Parsing a query: flats and floors that need no match, numbers, crossings."""

# ruff: noqa: RUF001 (letters that look alike are what this file is about)

import asyncio
from pathlib import Path
from typing import Any

import pytest

from small_map import a_town
from trigpoint.engines.embedded.engine import open_embedded
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.engines.embedded.query.crossings import without_direction
from trigpoint.engines.embedded.query.parse import parse
from trigpoint.engines.embedded.query.parsed import ParsedQuery
from trigpoint.engines.embedded.query.respelled import other_numerals
from trigpoint.engines.embedded.query.rewrite import rewrite, write_calle_out
from trigpoint.engines.embedded.search import forward
from trigpoint.engines.embedded.text.house_numbers import keys_of
from trigpoint.maps.queries import AutocompleteQuery, GeocodeQuery, SearchQuery


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("123 Main Street Apt 4", ["apt", "4"]),
        ("Mikonkatu 8, 2nd floor", ["2nd", "floor"]),
        ("Mikonkatu 8, 2. krs./2nd floor, 00100 Helsinki", ["2", "krs", "2nd", "floor"]),
        ("Postikuja 2, 2. krs./Floor 2", ["2", "krs", "floor", "2"]),
        ("Keskuskatu 7, Floors 1-3, 00100 Helsinki", ["floors", "1", "3"]),
        ("12 rue Grimaldi, 2e étage, Monaco", ["2e", "etage"]),
        ("Hauptstraße 8, 3. Stock", ["3", "stock"]),
        ("Mikonkatu 8 2 kerros", ["2", "kerros"]),
        ("2 Bayfront Avenue, #01-05", ["01", "05"]),
        ("123 Main Street #4", ["4"]),
        ("улица Фонвизина, 10, кв 12, этаж 3", ["кв", "12", "этаж", "3"]),
    ],
)
def test_a_flat_or_a_floor_needs_no_match(text: str, unit: list[str]) -> None:
    parsed = parse(text)
    assert [parsed.words[at] for at in sorted(parsed.optional)] == unit


@pytest.mark.parametrize(
    "text",
    [
        "10 Floor Street",
        "Kerros 2 Cafe",
        "Mikonkatu 8, 00100 Helsinki",
        "Level 42",
        "#4",
        "Balzers (FL) 11 Neugrüt",
    ],
)
def test_a_word_for_a_floor_that_is_part_of_a_name_needs_a_match(text: str) -> None:
    assert parse(text).optional == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "Landstrasse 1, 2. Stock",
        "Landstrasse 1, 2. Stock, Vaduz",
        "Floor 2, Landstrasse 1",
        "Landstrasse 1 #4, Vaduz",
        "Landstrasse 1, 2. krs./Floor 2, Vaduz",
        "Apt 7, Landstrasse 1, 1er étage, Vaduz",
    ],
)
def test_an_address_is_found_with_its_flat_or_floor(tmp_path: Path, text: str) -> None:
    drawn = a_town()
    drawn.node((47.1391, 9.5171), number=9601, addr__street="Landstrasse", addr__housenumber="1", addr__city="Vaduz")
    import_files(tmp_path / "places", [drawn.write(tmp_path / "town.osm")], progress=lambda _done, _step: None)
    engine = open_embedded(tmp_path)
    best = asyncio.run(engine.geocode(GeocodeQuery(text=text)))[0]
    engine.close()
    assert (best.address.thoroughfare, best.address.sub_thoroughfare) == ("Landstrasse", "1")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("上大路99号3号楼2单元501室", "上大路99号 "),
        ("南陈路351弄2号", "南陈路351弄2号"),
        ("中华人民共和国上海市", "中国 上海市"),
        ("Tvetenvn. 5", "Tvetenveien 5"),
        ("Kongshavn", "Kongshavn"),
        ("C/Major, 5", "Major, 5"),
        ("c/o Muster", "c/o Muster"),
        ("Hauptstr5a", "Hauptstr 5a"),
        ("д.6 кв.№15", "д.6 кв 15"),
    ],
)
def test_a_query_is_normalised_like_the_data(text: str, written: str) -> None:
    assert rewrite(text) == written


@pytest.mark.parametrize(
    ("number", "keys"),
    [
        ("вл.4", ["vl4", "4"]),
        ("в27А", ["v27a", "27a"]),
        ("д. 10", ["d10", "10"]),
        ("5а стр.8", ["5as8"]),
        ("10 строение 2", ["10s2"]),
        ("25 корп. 1 стр. 2", ["25k1s2"]),
        ("д. 1, к. 1", ["d1k1", "1k1"]),
        ("36 с13", ["36s13"]),
        ("12, 14", ["12", "14", "12,14"]),
        ("km. 22", ["km22", "22"]),
        ("351弄2号", ["351-2"]),
        ("98号", ["98"]),
        ("12 A", ["12a"]),
    ],
)
def test_a_number_is_found_without_the_word_for_it(number: str, keys: list[str]) -> None:
    assert keys_of(number) == keys


@pytest.mark.parametrize("typed", ["д10", "вл10", "в10", "дом10"])
def test_a_number_may_be_joined_to_the_word_for_it(typed: str) -> None:
    assert parse(f"улица Фонвизина {typed}").words[-1] == "10"


@pytest.mark.parametrize(("name", "last"), [("Station No9", "no9"), ("Bar Km0", "km0")])
def test_a_word_of_a_name_is_no_marked_number(name: str, last: str) -> None:
    assert parse(name).words[-1] == last


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("North Landstrasse and W. Aeulestrasse, Vaduz", "Landstrasse & Aeulestrasse"),
        ("Saint-Michel & Landstrasse", "Avenue Saint-Michel & Landstrasse"),
        ("Hotel & Landstrasse", "Hotel & Landstrasse"),
    ],
)
def test_a_crossing_is_found_with_other_words_around_it(tmp_path: Path, text: str, name: str) -> None:
    drawn = a_town()
    drawn.way([(47.13, 9.516), (47.15, 9.516)], highway="residential", name="Avenue Saint-Michel")
    drawn.node((47.1401, 9.5161), amenity="bar", name="Le Saint-Michel", addr__street="Landstrasse")
    drawn.node((47.1401, 9.5171), tourism="hotel", name="Hotel & Landstrasse", addr__street="Landstrasse")
    import_files(tmp_path / "places", [drawn.write(tmp_path / "town.osm")], progress=lambda _done, _step: None)
    engine = open_embedded(tmp_path)
    found = asyncio.run(engine.geocode(GeocodeQuery(text=text)))
    engine.close()
    assert found[0].name == name


@pytest.mark.parametrize(
    ("text", "plain"),
    [("N High", "High"), ("S. Main St", "Main St"), ("North", "North"), ("Northfield Road", "Northfield Road")],
)
def test_a_compass_direction_can_be_left_out(text: str, plain: str) -> None:
    assert without_direction(text) == plain


@pytest.mark.parametrize(
    ("street", "number", "texts"),
    [
        (
            "Новодмитровская улица",
            "5а стр.8",
            ["Новодмитровская 5а стр 8", "Новодмитровская 5а с8", "Новодмитровская улица 5а, строение 8", "5as8 Novodmitrovskaya"],
        ),
        ("улица Руставели", "25 к1 с2", ["Руставели 25 корпус 1 строение 2", "Руставели 25к1с2"]),
        ("南陈路", "351弄2号", ["南陈路 351弄2号", "南陈路351弄2号", "南陈路 351-2"]),
        ("CG-2", "km. 22", ["CG-2 km. 22", "CG-2 km 22", "CG-2 22", "km 22, CG-2"]),
    ],
)  # fmt: skip
def test_a_number_of_many_parts_is_found_as_people_write_it(
    tmp_path: Path, street: str, number: str, texts: list[str]
) -> None:
    drawn = a_town()
    drawn.way([(47.13, 9.515), (47.13, 9.52)], highway="residential", name=street)
    drawn.node((47.1301, 9.517), addr__street=street, addr__housenumber=number)
    drawn.node((47.1301, 9.518), addr__street=street, addr__housenumber="7")
    import_files(tmp_path / "places", [drawn.write(tmp_path / "town.osm")], progress=lambda _done, _step: None)
    engine = open_embedded(tmp_path)
    found = {text: asyncio.run(engine.geocode(GeocodeQuery(text=text, lang="ru"))) for text in texts}
    engine.close()
    assert {text: [place.address.sub_thoroughfare for place in places[:1]] for text, places in found.items()} == {
        text: [number] for text in texts
    }


@pytest.mark.parametrize("text", ["Landstrasse 8, 9490 Vaduz", "Landstrasse 400, Vaduz", "9490 Vaduz", "Landstrasse"])
def test_a_query_is_parsed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    import_files(tmp_path / "places", [a_town().write(tmp_path / "town.osm")], progress=lambda _done, _step: None)
    engine = open_embedded(tmp_path)
    parsed: list[str] = []

    def parse_and_note(said: str, **how: Any) -> ParsedQuery:
        parsed.append(said)
        return parse(said, **how)

    monkeypatch.setattr(forward, "parse", parse_and_note)
    for ask in (
        lambda: engine.geocode(GeocodeQuery(text=text)),
        lambda: engine.search(SearchQuery(text=text)),
        lambda: engine.autocomplete(AutocompleteQuery(text=text)),
        lambda: engine.explain(GeocodeQuery(text=text)),
    ):
        parsed.clear()
        assert asyncio.run(ask())
        assert parsed == [text]
    engine.close()


def test_a_parsed_query_is_immutable() -> None:
    with pytest.raises(AttributeError, match="immutable"):
        parse("Vaduz").open_ended = True  # type: ignore[misc]


@pytest.mark.parametrize("text", ["9490 Vaduz", "I-70", "Landstrasse 8"])
def test_nothing_is_found_where_no_data_was_imported(tmp_path: Path, text: str) -> None:
    engine = open_embedded(tmp_path)
    assert asyncio.run(engine.geocode(GeocodeQuery(text=text))) == ()
    engine.close()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("c/ Major 3", "carrer Major 3"),
        ("Ordino, C/Major", "Ordino, carrer Major"),
        ("c/o Muster", "c/o Muster"),
        ("Landstrasse/Austrasse", "Landstrasse/Austrasse"),
    ],
)
def test_the_sign_for_a_street_is_written_out_as_the_data_writes_streets(text: str, written: str) -> None:
    assert write_calle_out(text, {"cr": 7, "cl": 2}.__getitem__) == written


def test_the_sign_for_a_street_stays_where_no_street_is_called_so() -> None:
    assert write_calle_out("c/ Mayor", {"cr": 0, "cl": 0}.__getitem__) == "c/ Mayor"
    assert write_calle_out("c/ Mayor", {"cr": 0, "cl": 1}.__getitem__) == "calle Mayor"


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Albert Ier", "Albert 1er"),
        ("Albert 1er", "Albert Ier"),
        ("Stade Louis 2", "Stade Louis II"),
        ("paris xvie", "paris 16e"),
        ("12 Ivy Street", "12 Ivy Street"),
        ("Louis XX", "Louis XX"),
        ("IIII", "IIII"),
        ("Street 19", "Street 19"),
    ],
)
def test_numerals_may_be_roman_or_figures(text: str, other: str) -> None:
    assert other_numerals(text) == other
