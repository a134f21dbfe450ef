"""Queries to an engine on a small town."""

import asyncio
from pathlib import Path

from small_map import SmallMap
from trigpoint.base.geo import Point
from trigpoint.engines.embedded.engine import EmbeddedPlaces, open_embedded
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.maps.categories import ResultType
from trigpoint.maps.places import Place
from trigpoint.maps.queries import Filters, GeocodeQuery, Hints, ReverseQuery, SearchQuery


def geocode(engine: EmbeddedPlaces, text: str, *, hints: Hints | None = None, lang: str = "en-US") -> list[Place]:
    return list(asyncio.run(engine.geocode(GeocodeQuery(text=text, hints=hints or Hints(), lang=lang))))


def reverse(engine: EmbeddedPlaces, at: tuple[float, float]) -> list[Place]:
    return list(asyncio.run(engine.reverse(ReverseQuery(point=Point(*at)))))


def search(
    engine: EmbeddedPlaces, text: str, *, hints: Hints | None = None, filters: Filters | None = None
) -> list[str]:
    query = SearchQuery(text=text, hints=hints or Hints(), filters=filters or Filters())
    return [place.name for place in asyncio.run(engine.search(query)).places]


def an_engine(tmp_path: Path, drawn: SmallMap) -> EmbeddedPlaces:
    import_files(tmp_path / "places", [drawn.write(tmp_path / "map.osm")], progress=lambda _done, _step: None)
    return open_embedded(tmp_path)


def search_places(engine: EmbeddedPlaces, text: str, **filters: frozenset[ResultType]) -> list[Place]:
    query = SearchQuery(text=text, filters=Filters(**filters))
    return list(asyncio.run(engine.search(query)).places)
