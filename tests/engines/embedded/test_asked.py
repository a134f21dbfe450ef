"""What a person typed, taken apart: which words name a flat or a floor, and may be left unexplained."""

# ruff: noqa: RUF001 (letters that look alike are what this file is about)

import asyncio
from pathlib import Path

import pytest

from small_map import a_town
from trigpoint.engines.embedded.asked import take_apart
from trigpoint.engines.embedded.house_numbers import keys_of
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.engines.embedded.places import open_embedded
from trigpoint.maps.queries import GeocodeQuery


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
def test_a_flat_or_a_floor_may_be_left_unexplained(text: str, unit: list[str]) -> None:
    asked = take_apart(text)
    assert [asked.words[at] for at in sorted(asked.optional)] == unit


@pytest.mark.parametrize("text", ["10 Floor Street", "Kerros 2 Cafe", "Mikonkatu 8, 00100 Helsinki", "Level 42", "#4"])
def test_a_word_for_a_floor_that_is_part_of_a_name_must_be_explained(text: str) -> None:
    assert take_apart(text).optional == frozenset()


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
    import_files(tmp_path / "places", [drawn.write(tmp_path / "town.osm")], progress=lambda _step, _share: None)
    engine = open_embedded(tmp_path)
    best = asyncio.run(engine.geocode(GeocodeQuery(text=text)))[0]
    engine.close()
    assert (best.address.thoroughfare, best.address.sub_thoroughfare) == ("Landstrasse", "1")


@pytest.mark.parametrize(
    ("number", "keys"),
    [
        ("вл.4", ["vl4", "4"]),
        ("в27А", ["v27a", "27a"]),
        ("д. 10", ["d10", "10"]),
        ("5а стр.8", ["5astr8"]),
        ("12 A", ["12a"]),
    ],
)
def test_a_number_is_found_without_the_word_for_it(number: str, keys: list[str]) -> None:
    assert keys_of(number) == keys


@pytest.mark.parametrize("typed", ["д10", "вл10", "в10", "дом10"])
def test_a_number_may_be_typed_in_one_with_the_word_for_it(typed: str) -> None:
    assert take_apart(f"улица Фонвизина {typed}").words[-1] == "10"
