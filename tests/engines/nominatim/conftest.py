"""A Nominatim on loopback that gives recorded answers."""

from collections.abc import Iterator

import pytest

from nominatim_recorded import answer_as_nominatim
from service_fakes import FakeService, serving


@pytest.fixture
def nominatim() -> Iterator[FakeService]:
    with serving(answer_as_nominatim) as service:
        yield service
