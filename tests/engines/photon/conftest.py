"""A Photon on loopback that gives the answers of the documentation's form."""

from collections.abc import Iterator

import pytest

from photon_written import answer_as_photon
from service_fakes import FakeService, serving


@pytest.fixture
def photon() -> Iterator[FakeService]:
    with serving(answer_as_photon) as service:
        yield service
