"""Queries to an engine of several regions."""

import asyncio
from contextlib import closing
from pathlib import Path

from trigpoint.engines.embedded.engine import EmbeddedPlaces, open_embedded
from trigpoint.maps.places import Place
from trigpoint.maps.queries import GeocodeQuery, Hints


def opened(home: Path) -> closing[EmbeddedPlaces]:
    return closing(open_embedded(home))


def geocode(engine: EmbeddedPlaces, text: str, hints: Hints | None = None) -> list[Place]:
    return list(asyncio.run(engine.geocode(GeocodeQuery(text=text, hints=hints or Hints()))))
