"""For a short prefix, the candidates are the same as if every record were scored."""

import random
from collections.abc import Iterator

import pytest

from small_map import VADUZ, SmallMap
from trigpoint.base.geo import Point
from trigpoint.engines.embedded.engine import open_embedded
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.engines.embedded.index.reader import IndexReader
from trigpoint.engines.embedded.query.parse import parse
from trigpoint.engines.embedded.retrieve import candidates
from trigpoint.engines.embedded.retrieve.candidates import Limits, find_exactly

NEAR = (47.139, 9.5195)
KINDS = ({"place": "village", "population": "4000"}, {"amenity": "cafe"}, {"tourism": "museum", "wikidata": "Q1"})


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IndexReader]:
    """An index of 200 things that begin with S, of unlike importance, around Vaduz and up to 300 km away."""
    home, town, chance = tmp_path_factory.mktemp("begun"), SmallMap(), random.Random(2)
    for number in range(200):
        spread = chance.choice((0.01, 0.1, 3.0))
        at = (VADUZ[0] + chance.uniform(-spread, spread), VADUZ[1] + chance.uniform(-spread, spread))
        town.node(at, name=f"S{chance.choice('aeiou')}l {number}", **chance.choice(KINDS))
    import_files(home / "places", [town.write(home / "town.osm")], progress=lambda _done, _step: None)
    engine = open_embedded(home)
    yield engine.readers()[0]
    engine.close()


@pytest.mark.parametrize("limits", [Limits(), Limits(categories=frozenset({"Cafe"}))])
@pytest.mark.parametrize("count", [1, 5, 40])
def test_nearby_records_and_the_most_important_ones_include_the_best_candidates(
    reader: IndexReader, limits: Limits, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for typed in ("s", "sa", "sal"):
        for focus in (Point(*NEAR), Point(VADUZ[0] + 2.5, VADUZ[1]), Point(60.17, 24.94)):
            asked = Limits(categories=limits.categories, focus=focus)
            lists = []
            for most in (10_000, 0, 0):  # weighed one by one; in turn, nothing remembered yet; in turn again
                monkeypatch.setattr(candidates, "MOST_WEIGHED", most)
                lists.append(find_exactly(reader, parse(typed, open_ended=True), asked, count=count))
            assert lists[0] == lists[1] == lists[2]
            assert lists[0]
    assert len(reader.anywhere) > 0
