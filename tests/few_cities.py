"""A gazetteer with only a few cities of the world, which takes a moment to build."""

from collections.abc import Callable
from pathlib import Path

import pytest

from trigpoint.engines.embedded.gazetteer import build, service
from trigpoint.engines.embedded.gazetteer.towns import City


def build_few_cities(home: Path, is_known: Callable[[City], bool]) -> None:
    """Build the gazetteer in a home with the cities that `is_known` accepts, and the countries and regions of the world."""
    towns = [city for city in build.cities() if is_known(city)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "cities", lambda: iter(towns))
        service.ensure_gazetteer(home)
