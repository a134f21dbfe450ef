"""Embedded maps: which sites may frame them, the contents of the page, map views, and refusals."""

import asyncio
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from conftest import NOON, FixedClock
from places_fakes import FakePlaces, a_place, an_id
from tiles_fakes import FakeTiles
from trigpoint.authority.opening import open_authority
from trigpoint.credentials import access_token
from trigpoint.credentials.call import Call
from trigpoint.credentials.key import RevocationReason
from trigpoint.credentials.quota import Meter
from trigpoint.credentials.services import Service
from trigpoint.maps.atlas import Atlas
from trigpoint.maps.categories import PoiCategory
from trigpoint.web.embed.framing import is_embed
from trigpoint.web.embed.opening import Embed
from trigpoint.web.mapkit.opening import MapKit
from web.answers import with_answering
from web.mapkit.site import OPERATOR, TILE, MapSite, a_map_site

CAFE = a_place(
    1,
    name="Café <b>&",
    poi_category=PoiCategory.CAFE,
    telephone="+377 1",
    urls=("http://[", "https://www.cafe.example/"),
)


@dataclass
class Frames:
    """A site that frames maps of a server with two places."""

    site: MapSite
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def app(self) -> Embed:
        given: dict[str, Any] = {
            "gate": self.site.authority.map_access,
            "atlas": Atlas(places=FakePlaces((CAFE, a_place(2))), tiles=FakeTiles()),
            "clock": self.site.authority.clock,
            "explain": False,
            "public_url": "https://maps.example/base",
            "base_url": "http://127.0.0.1:8060",
            "note_refusal": self.site.authority.refusals.note,
            "count_unread": self.site.authority.count_unread,
        }
        return Embed(**with_answering(given | self.options))

    def token(self, **claims: Any) -> str:
        return self.site.token(**({"scope": "embed_api"} | claims))

    def ask(self, path: str, *, method: str = "GET", **headers: str) -> httpx.Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)  # type: ignore[arg-type] # httpx knows a narrower scope
            async with httpx.AsyncClient(transport=transport, base_url="http://page.test") as client:
                return await client.request(method, path, headers=sent)

        return asyncio.run(send())

    def place(self, place: str = an_id(1), *, token: str | None = None, **headers: str) -> httpx.Response:
        return self.ask(f"/embed/v1/place?place={place}&token={self.token() if token is None else token}", **headers)


@pytest.fixture
def frames(home: Path, clock: FixedClock) -> Iterator[Frames]:
    authority = open_authority(home=home, clock=clock)
    yield Frames(a_map_site(authority))
    authority.close()


def brought(answer: httpx.Response, name: str) -> Any:
    found = re.search(f'<script type="application/json" id="{name}">(.*?)</script>', answer.text)
    assert found is not None
    return json.loads(found[1])


def test_the_page_of_a_place_has_its_card_its_policy_and_its_bootstrap(frames: Frames) -> None:
    answer = frames.place()
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer", "the address holds the token"
    assert len(answer.headers["x-rid"]) == 36
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https://maps.example data: blob:; "
        "connect-src 'self' https://maps.example; font-src 'self' https://maps.example; worker-src 'self' blob:; "
        "form-action 'none'; base-uri 'none'; frame-ancestors https://a.example:* http://a.example:*"
    )
    assert '<h1 lang="">Café &lt;b&gt;&amp;</h1>' in answer.text
    assert 'href="tel:+3771"' in answer.text
    assert ">cafe.example</a>" in answer.text
    assert "mlat=43.733800" in answer.text, "without a script there is a link"
    assert brought(answer, "shown")["pins"][0] | {"region": None} == {
        "title": "Café <b>&",
        "subtitle": "12 Rue Grimaldi, 98000 Monaco, Monaco",
        "category": "Cafe",
        "coordinate": {"latitude": 43.7338, "longitude": 7.4208},
        "region": None,
        "selected": True,
    }
    assert brought(answer, "bootstrap")["styleUrl"].startswith("https://maps.example/base/ti/style/")


def test_the_page_contains_no_token_and_no_credential_for_the_server_api(frames: Frames) -> None:
    token = frames.token()
    answer = frames.place(token=token)
    assert token not in answer.text
    assert token.split(".")[2] not in answer.text
    told = brought(answer, "bootstrap")
    assert told["authInfo"]["access_token"] == told["accessKey"]
    case = access_token.open_case(told["accessKey"], Call(Service.SERVER_API, None, NOON))
    assert case.malformed is not None, "the Server API reads no token in it"


def test_a_page_is_one_map_view_and_its_later_bootstraps_are_not_counted(frames: Frames) -> None:
    frames.site.authority.quotas.set(OPERATOR, frames.site.key.team_id, meter=Meter.MAP_VIEWS, daily=1)
    key = brought(frames.place(), "bootstrap")["accessKey"]
    token = frames.token()
    again = frames.ask("/embed/v1/bootstrap", authorization=f"Bearer {token}", x_maps_access_token=f"Bearer {key}")
    assert again.status_code == 200, again.text
    assert again.json()["accessKey"].count("_") >= 6
    assert "access-control-allow-origin" not in again.headers, "no page of another origin reads it"
    for odd in ("", f"Bearer {key}x", "Bearer "):
        over = frames.ask("/embed/v1/bootstrap", authorization=f"Bearer {token}", x_maps_access_token=odd)
        assert over.status_code == 429, odd
    page = frames.place(token=token)
    assert page.status_code == 429
    assert page.headers["retry-after"] == str(16 * 3600)
    assert "map views are used up" in page.text


def test_the_access_key_of_an_embed_token_is_accepted_for_tiles(frames: Frames) -> None:
    issued = frames.site.authority.maps_tokens.create(
        OPERATOR, team_id=frames.site.key.team_id, service=Service.EMBED_API, origins="a.example", description="Blog"
    )
    token = issued.text
    answer = frames.place(token=token)
    assert answer.status_code == 200, answer.text
    key = brought(answer, "bootstrap")["accessKey"]
    assert frames.site.ask(f"{TILE}?accessKey={key}").status_code == 200
    assert frames.site.bootstrap(token).status_code == 401, "it opens no map of MapKit JS"
    frames.site.authority.maps_tokens.revoke(OPERATOR, issued.record.token_id)
    assert frames.site.ask(f"{TILE}?accessKey={key}").status_code == 401
    assert frames.place(token=token).status_code == 401


def test_a_token_without_origins_may_be_framed_by_anyone(frames: Frames) -> None:
    assert "frame-ancestors" not in frames.place(token=frames.token(origin=None)).headers["content-security-policy"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"referer": "https://a.example/post/1", "sec_fetch_dest": "iframe"}, 200),
        ({"referer": "https://b.example/", "sec_fetch_dest": "iframe"}, 401),
        ({"referer": "https://b.example/", "sec_fetch_dest": "document"}, 200),
        ({"referer": "https://b.example/"}, 200),
        ({"referer": "http://[broken", "sec_fetch_dest": "iframe"}, 200),
        ({"referer": "http://page.test/", "sec_fetch_dest": "iframe"}, 200),
        ({"origin": "https://b.example"}, 401),
    ],
)
def test_a_frame_on_another_site_gets_a_page_with_the_reason(
    frames: Frames, headers: dict[str, str], status: int
) -> None:
    answer = frames.place(**headers)
    assert answer.status_code == status
    if status == 401:
        assert (
            "The request&#39;s Origin is &#39;https://b.example&#39;; the token allows &#39;a.example&#39;."
            in answer.text
        )
        assert "frame-ancestors" not in answer.headers["content-security-policy"], "whoever frames it may read it"


def test_the_holder_of_a_signed_token_gets_the_reason_and_others_the_request_id(frames: Frames) -> None:
    expired = frames.place(token=frames.token(issued_at=int(NOON) - 900, expires_at=int(NOON) - 300))
    assert expired.status_code == 401
    assert "The token expired on" in expired.text
    forged = frames.place(token=frames.token()[:-8] + "AAAAAAAA")
    assert forged.status_code == 401
    assert "signature" not in forged.text
    assert forged.headers["x-rid"] in forged.text
    assert frames.token().split(".")[1] not in forged.text
    found = frames.site.authority.refusals.find(OPERATOR, forged.headers["x-rid"])
    assert (found.code, found.service) == ("SIGNATURE_INVALID", "embed_api")
    told = Frames(frames.site, {"explain": True}).place(token=frames.token()[:-8] + "AAAAAAAA")
    assert "The signature does not verify" in told.text


def test_a_scope_of_another_service_is_refused(frames: Frames) -> None:
    answer = frames.place(token=frames.token(scope="mapkit_js"))
    assert answer.status_code == 401
    assert "this call needs &#39;embed_api&#39;" in answer.text


def test_without_a_token_the_page_says_what_to_add(frames: Frames) -> None:
    answer = frames.ask(f"/embed/v1/place?place={an_id(1)}&token=")
    assert answer.status_code == 401
    assert "The URL of the embedded map has no token." in answer.text
    assert frames.site.authority.refusals.find(OPERATOR, answer.headers["x-rid"]).code == "EMBED_TOKEN_MISSING"


def test_after_a_revocation_page_and_bootstrap_are_refused(frames: Frames) -> None:
    token = frames.token()
    key = brought(frames.place(token=token), "bootstrap")["accessKey"]
    frames.site.authority.keys.revoke(OPERATOR, frames.site.key.key_id, reason=RevocationReason.COMPROMISED)
    assert frames.place(token=token).status_code == 401
    renewed = frames.ask("/embed/v1/bootstrap", authorization=f"Bearer {token}", x_maps_access_token=f"Bearer {key}")
    assert renewed.status_code == 401
    assert renewed.json()["error"]["message"] == "Not Authorized"


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        (f"place={an_id(77)}", 404, "This place was not found."),
        ("place=%3Cscript%3Ealert(1)%3C/script%3E", 400, "Parameter &#39;place&#39; must be a place ID"),
        ("", 400, "Parameter &#39;place&#39; must be given"),
        (f"place={an_id(1)}&colorScheme=%22onload%3D", 400, "Parameter &#39;colorScheme&#39; must be one of"),
    ],
)
def test_an_invalid_url_gets_an_error_page_with_its_status(frames: Frames, query: str, status: int, told: str) -> None:
    answer = frames.ask(f"/embed/v1/place?{query}&token={frames.token()}")
    assert answer.status_code == status
    assert told in answer.text
    assert "<script" not in answer.text
    assert frames.token()[:40] not in answer.text


def test_a_map_shows_its_pins_and_counts_those_that_are_not_known(frames: Frames) -> None:
    pins = json.dumps([{"place": an_id(1)}, {"place": an_id(2), "selected": 1}, {"place": an_id(77)}])
    answer = frames.ask(f"/embed/v1/embed?annotations={quote(pins)}&colorScheme=dark&token={frames.token()}")
    assert answer.status_code == 200
    assert "One place was not found." in answer.text
    assert '<html lang="en-US" class="dark">' in answer.text
    shown = brought(answer, "shown")
    assert [(pin["title"], pin.get("selected", False)) for pin in shown["pins"]] == [
        ("Café <b>&", False),
        ("12 Rue Grimaldi", True),
    ]
    assert 'id="card"' not in answer.text


def test_only_get_and_head_are_allowed_and_other_paths_are_404(frames: Frames) -> None:
    assert frames.ask("/embed/v1/place", method="POST").status_code == 405
    assert frames.ask("/embed/v1/places").status_code == 404
    assert frames.ask("/embed/assets/..%2f..%2fpages.py").status_code == 404
    script = frames.ask("/embed/assets/page.js")
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert frames.ask("/embed/assets/page.js", if_none_match=script.headers["etag"]).status_code == 304


def test_the_log_has_no_token(frames: Frames, caplog: pytest.LogCaptureFixture) -> None:
    token = frames.token(scope="mapkit_js")
    with caplog.at_level(logging.DEBUG, logger="trigpoint"):
        Frames(frames.site, {"log_requests": True}).place(token=token)
    assert "SCOPE_LACKS_SERVICE" in caplog.text
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("trigpoint")]
    assert not [line for line in ours if token.split(".")[1] in line or token.split(".")[2] in line]


@pytest.mark.parametrize(
    ("path", "host", "expected"),
    [
        ("/embed/v1/place", b"maps.example", True),
        ("/v1/place", b"maps.example", False),
        ("/v1/place", b"Embed.Example", True),
        ("/v1/place", b"embed.example:8443", True),
        ("/v1/embed", b"localhost:8061", True),
        ("/v1/embed", b"localhost:8060", False),
        ("/v1/geocode", b"embed.example", False),
        ("/v1/place", b"not-embed.example", False),
    ],
)
def test_apples_paths_without_prefix_work_on_the_configured_hosts(path: str, host: bytes, *, expected: bool) -> None:
    hosts = frozenset({b"embed.example", b"localhost:8061"})
    assert is_embed(path, [(b"accept", b"*/*"), (b"host", host)], hosts) is expected
    assert is_embed("/v1/place", [(b"host", host)], frozenset()) is False


def test_paths_without_prefix_use_the_same_files(frames: Frames) -> None:
    answer = frames.ask(f"/v1/place?place={an_id(1)}&token={frames.token()}")
    assert 'src="../mk/6/mapkit.js"' in answer.text
    assert 'src="../../mk/6/mapkit.js"' in frames.place().text
    assert isinstance(frames.site.app, MapKit)
