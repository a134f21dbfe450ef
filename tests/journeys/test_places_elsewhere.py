"""A server with places from Nominatim and Photon: Apple's endpoints over both, also while one of them is down."""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import pytest

from commands import trigpoint
from nominatim_recorded import answer_as_nominatim
from patience import PATIENCE_S
from photon_written import answer_as_photon
from served import Served, a_server
from service_fakes import FakeService
from trigpoint.client import Signer

PASSWORD = "swordfish"


@dataclass
class Elsewhere:
    """The server, its services, and an access token."""

    server: Served
    nominatim: FakeService
    photon: FakeService
    token: str

    def get(self, path: str, **parameters: str) -> httpx.Response:
        url = str(httpx.URL(path, params=parameters)) if parameters else path
        return self.server.get(url, self.token)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    folder = tmp_path_factory.mktemp("elsewhere")
    data = folder / "data"
    data.mkdir()
    nominatim, photon = FakeService(answer_as_nominatim), FakeService(answer_as_photon)
    settings = {
        "TRIGPOINT_NOMINATIM_URL": nominatim.url.replace("//", f"//maps:{PASSWORD}@"),
        "TRIGPOINT_PHOTON_URL": photon.url,
        "TRIGPOINT_DATA": str(data),
        "TRIGPOINT_READY": "places",
        "TRIGPOINT_EXPLAIN": "1",
    }
    services = [nominatim, photon]
    try:
        with a_server(folder / "home", **settings) as server:
            yield Elsewhere(server, nominatim, photon, a_token(server, folder))
    finally:
        for service in services:
            service.close()


def a_token(server: Served, folder: Path) -> str:
    def tell(*arguments: str) -> dict[str, str]:
        with mock.patch.dict(os.environ, server.environment):
            told = trigpoint(*arguments, "--json")
        assert told.code == 0, told.err
        found: dict[str, str] = told.json
        return found

    team = tell("team", "create", "Elsewhere")["teamId"]
    tell("maps-id", "register", "maps.com.example.app", "--team", team, "--description", "A journey")
    key = tell("key", "create", "A", "--team", team, "--maps-id", "maps.com.example.app", "--out", str(folder))
    auth = Signer.from_file(Path(key["path"]), team_id=team).auth_token()
    token: str = server.get("/v1/token", auth).json()["accessToken"]
    return token


def results(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def test_the_endpoints_of_places_answer_from_the_services(elsewhere: Elsewhere) -> None:
    (address,) = results(elsewhere.get("/v1/geocode", q="Landstrasse 19 Vaduz"))
    assert address["formattedAddressLines"] == ["Landstrasse 19", "9490 Vaduz", "Liechtenstein"]
    assert address["structuredAddress"]["fullThoroughfare"] == "Landstrasse 19"
    (reversed_,) = results(elsewhere.get("/v1/reverseGeocode", loc="47.141,9.5215"))
    assert reversed_["name"] == "Städtle 3"
    found = results(elsewhere.get("/v1/search", q="restaurant in Vaduz"))
    assert {place["poiCategory"] for place in found} == {"Restaurant"}
    place = elsewhere.get(f"/v1/place/{address['id']}")
    assert (place.status_code, place.json()["name"]) == (200, "Landstrasse 19")


def test_a_row_of_photon_opens_through_nominatim(elsewhere: Elsewhere) -> None:
    rows = results(elsewhere.get("/v1/searchAutocomplete", q="Vad"))
    assert rows[0]["displayLines"] == ["Vaduz", "9490 Vaduz, Liechtenstein"]
    (vaduz,) = results(elsewhere.get(rows[0]["completionUrl"]))
    assert vaduz["name"] == "Vaduz"
    assert "/lookup" in elsewhere.nominatim.paths


def test_photon_answers_misspelled_queries_that_nominatim_does_not_find(elsewhere: Elsewhere) -> None:
    (address,) = results(elsewhere.get("/v1/geocode", q="Landstrase 19 Vadz"))
    assert address["name"] == "Landstrasse 19"


def test_readiness_and_metrics_report_each_service(elsewhere: Elsewhere) -> None:
    ready = elsewhere.server.get("/readyz")
    parts = ready.json()["parts"]
    assert ready.status_code == 200
    assert parts["nominatim"]["note"].startswith(
        f"Nominatim 5.3.3 at {elsewhere.nominatim.url} answers, data of 2026-11-26"
    )
    assert parts["photon"]["ready"]
    metrics = elsewhere.server.get("/metrics").text
    assert 'trigpoint_up{part="nominatim"} 1' in metrics
    assert 'trigpoint_service_call_duration_seconds_count{service="Nominatim",outcome="answered"}' in metrics


def test_while_nominatim_is_down_calls_get_503_within_a_second_and_recover_by_themselves(elsewhere: Elsewhere) -> None:
    port = elsewhere.nominatim.port
    elsewhere.nominatim.close()
    try:
        times = []
        for _ in range(5):
            begun = time.monotonic()
            gone = elsewhere.get("/v1/geocode", q="Landstrasse 19 Vaduz")
            times.append(time.monotonic() - begun)
            assert gone.status_code == 503
            assert f"Nominatim at http://127.0.0.1:{port}" in json.dumps(gone.json())
        assert min(times) < 1.0  # on a busy machine some take longer
        assert elsewhere.server.get("/readyz").status_code == 503
        assert elsewhere.get("/v1/searchAutocomplete", q="Vad").status_code == 200
    finally:
        elsewhere.nominatim = FakeService(answer_as_nominatim, port=port)
    try:
        begun = time.monotonic()
        while elsewhere.get("/v1/geocode", q="Landstrasse 19 Vaduz").status_code != 200:
            assert time.monotonic() - begun < PATIENCE_S
            time.sleep(0.05)
    finally:
        elsewhere.nominatim.close()
    assert PASSWORD not in elsewhere.server.log.read_text()
    assert PASSWORD not in gone.text
