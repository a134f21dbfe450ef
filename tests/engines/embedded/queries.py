"""Queries to an engine of places, and an engine of what a test drew."""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from few_cities import build_few_cities
from small_map import At, SmallMap
from trigpoint.base.geo import Point
from trigpoint.engines.embedded.engine import EmbeddedPlaces, open_embedded
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.maps.categories import ResultType
from trigpoint.maps.places import Completion, Place
from trigpoint.maps.queries import AutocompleteQuery, Filters, GeocodeQuery, Hints, ReverseQuery, SearchQuery


def an_engine(home: Path, drawn: SmallMap) -> EmbeddedPlaces:
    """Import a drawn map into a home, and open it."""
    import_files(home / "places", [drawn.write(home / "map.osm")], progress=lambda _done, _step: None)
    return open_embedded(home)


def opened(home: Path) -> closing[EmbeddedPlaces]:
    """Open the engine of a home, until the end of a `with`."""
    return closing(open_embedded(home))


@contextmanager
def an_engine_with_cities(home: Path, drawn: SmallMap, cities: Collection[str]) -> Iterator[EmbeddedPlaces]:
    """Open an engine of a drawn map and the cities of the world that have one of these names; it is closed at the end."""
    build_few_cities(home, lambda city: city.name in cities)
    with closing(an_engine(home, drawn)) as engine:
        yield engine


def geocode(engine: EmbeddedPlaces, text: str, *, hints: Hints | None = None, lang: str = "en-US") -> list[Place]:
    return list(asyncio.run(engine.geocode(GeocodeQuery(text=text, hints=hints or Hints(), lang=lang))))


def geocode_names(engine: EmbeddedPlaces, text: str) -> list[str]:
    return [place.name for place in geocode(engine, text)]


def reverse(engine: EmbeddedPlaces, at: At) -> list[Place]:
    return list(asyncio.run(engine.reverse(ReverseQuery(point=Point(*at)))))


def search(
    engine: EmbeddedPlaces,
    text: str,
    at: At | None = None,
    *,
    hints: Hints | None = None,
    filters: Filters | None = None,
) -> list[str]:
    """Return the names of what is found, near a point if one is given."""
    query = SearchQuery(text=text, hints=hints or hints_at(at), filters=filters or Filters())
    return [place.name for place in asyncio.run(engine.search(query)).places]


def search_places(
    engine: EmbeddedPlaces, text: str, at: At | None = None, **filters: frozenset[ResultType]
) -> list[Place]:
    query = SearchQuery(text=text, hints=hints_at(at), filters=Filters(**filters))
    return list(asyncio.run(engine.search(query)).places)


def complete(engine: EmbeddedPlaces, text: str, at: At | None = None) -> list[Completion]:
    return list(asyncio.run(engine.autocomplete(AutocompleteQuery(text=text, hints=hints_at(at)))))


def hints_at(at: At | None) -> Hints:
    return Hints(search_location=Point(*at) if at is not None else None)
