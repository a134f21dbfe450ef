"""Several regions give the same results as one import of all of them, for any query."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from made_regions import NAMES, REGIONS, STREETS, a_region, put, put_region, shelf_of
from trigpoint.base.geo import Box, Point
from trigpoint.engines.embedded.engine import EmbeddedPlaces, open_embedded
from trigpoint.home import DataFolder
from trigpoint.maps.categories import ResultType
from trigpoint.maps.queries import AutocompleteQuery, Filters, GeocodeQuery, Hints, ReverseQuery, SearchQuery

Both = tuple[EmbeddedPlaces, EmbeddedPlaces]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """One import of all regions, and the regions side by side."""
    merged, beside = tmp_path_factory.mktemp("merged"), tmp_path_factory.mktemp("beside")
    put(DataFolder(merged).places, *map(a_region, REGIONS))
    for region in REGIONS:
        put_region(beside, region)
    with closing(open_embedded(merged)) as one, closing(open_embedded(beside)) as many:
        yield one, many


def texts() -> list[str]:
    """Make what may be asked: names, addresses, spelled right and wrong, crossings, kinds, codes, and beginnings of them."""
    chance = random.Random(5)
    towns = [town for _, _, town in REGIONS.values()]
    whole = [*STREETS, *NAMES, *towns, "Neudorf", "Land MC", "90111", "90222 Monaco", "restaurant", "café"]
    whole += [f"{street} {number}" for street in STREETS for number in (1, 5, 99)]
    whole += [f"{street} 3, {town}" for street in STREETS for town in towns]
    whole += [f"{street[:-2]}{street[-1]} 3, {town[:-1]}" for street in STREETS for town in towns]
    whole += [f"{name} {town}" for name in NAMES for town in towns]
    whole += [f"{kind} in {town}" for kind in ("restaurant", "Hotel", "pharmacy") for town in (*towns, "Sch", "Mon")]
    whole += [f"1th Avenue & {street}" for street in STREETS] + [f"{street} & 2th" for street in STREETS]
    whole += [f"{street}, {country}" for street in STREETS for _, country, _ in REGIONS.values()]
    return whole + [text[: chance.randint(1, len(text))].strip() for text in whole]


def hints() -> list[Hints]:
    """Make where it may be asked: nowhere, in a region, between them, confined to one, or to some countries."""
    points = [Point(*centre) for centre, _, _ in REGIONS.values()]
    box = Box(south=47.12, west=9.5, north=47.16, east=9.54)
    found = [Hints(), Hints(search_location=Point(48.5, 10.5)), Hints(countries=frozenset({"NO", "LI"}))]
    found += [Hints(search_location=point) for point in points]
    return [*found, Hints(search_region=box), Hints(search_region=box, region_required=True)]


@pytest.mark.parametrize("at", range(len(hints())))
def test_text_queries_have_the_results_of_one_index(both: Both, at: int) -> None:
    near, some = hints()[at], random.Random(at).sample(texts(), 100)

    async def ask(engine: EmbeddedPlaces, text: str) -> tuple[object, ...]:
        only = Filters(result_types=frozenset({ResultType.POI}))
        return (
            await engine.geocode(GeocodeQuery(text=text, hints=near)),
            await engine.explain(GeocodeQuery(text=text, hints=near)),
            await engine.search(SearchQuery(text=text, hints=near)),
            await engine.search(SearchQuery(text=text, hints=near, page=2, page_size=4)),
            await engine.search(SearchQuery(text=text, hints=near, filters=only)),
            await engine.autocomplete(AutocompleteQuery(text=text, hints=near)),
        )

    async def run() -> list[str]:
        merged, beside = both
        return [text for text in some if await ask(merged, text) != await ask(beside, text)]

    assert asyncio.run(run()) == []


def test_reverse_queries_have_the_results_of_one_index(both: Both) -> None:
    chance = random.Random(6)
    points = [
        Point(centre[0] + chance.uniform(-0.06, 0.06) / wide, centre[1] + chance.uniform(-0.06, 0.06) / wide)
        for centre, _, _ in REGIONS.values()
        for wide in (1, 5, 12)
        for _ in range(40)
    ]

    async def run() -> tuple[list[Point], int]:
        merged, beside = both
        queries = [ReverseQuery(point=point) for point in points]
        answers = [(await merged.reverse(query), await beside.reverse(query)) for query in queries]
        other = [point for point, (one, two) in zip(points, answers, strict=True) if one != two]
        return other, sum(bool(one) for one, _ in answers)

    other, found = asyncio.run(run())
    assert other == []
    assert found > 200


def test_a_place_is_found_by_its_id_in_any_region(both: Both) -> None:
    async def run() -> int:
        merged, beside = both
        ids = [
            place.id
            for text in (*STREETS, "Monaco", "Tromsø", "90111", "Landstrasse 3, Vaduz")
            for place in await merged.geocode(GeocodeQuery(text=text))
        ]
        assert await merged.find_places(ids, lang="de") == await beside.find_places(ids, lang="de")
        assert await merged.find_alternate_ids(ids) == await beside.find_alternate_ids(ids)
        return len(await beside.find_places(ids, lang="de"))

    assert asyncio.run(run()) > 10


def test_the_status_lists_each_region(both: Both) -> None:
    one, many = (asyncio.run(engine.status()) for engine in both)
    assert many.counts == one.counts | {"postcodes": many.counts["postcodes"]}
    assert [region.name for region in many.regions] == ["default", "alps", "coast", "north"]
    assert [region.name for region in one.regions] == ["default"]
    assert all(region.answers and region.trouble is None and region.counts["streets"] for region in many.regions)
    assert [source.attribution for source in many.sources] == ["© OpenStreetMap contributors"] * 4
    assert (many.ready, many.holds_region) == (True, True)
    assert many.example


def test_a_region_is_not_searched_for_points_outside_it(both: Both) -> None:
    reader = both[1].readers()[0]
    asked: list[int] = []
    files = reader.data._files  # type: ignore[attr-defined]
    for at, file in enumerate(files):
        file.db.set_trace_callback(lambda _sql, at=at: asked.append(at))
    for region, (centre, _, _) in REGIONS.items():
        asked.clear()
        assert asyncio.run(both[1].reverse(ReverseQuery(point=Point(*centre))))
        assert {shelf_of(Path(), region)} == {shelf_of(Path(), ["plain", "alps", "coast", "north"][at]) for at in asked}
    for file in files:
        file.db.set_trace_callback(None)
