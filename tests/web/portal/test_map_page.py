"""The page Map: the tiles in service, the access key that a session gets, and the page's policy."""

import asyncio
import html
from collections.abc import Callable

import pytest

from authority.people_builders import the_first_person
from conftest import NOON
from tiles_fakes import OSM_SET, WORLD_SET, FakeTiles
from trigpoint.authority.opening import Authority
from trigpoint.base.ids import TeamId
from trigpoint.credentials.call import Call
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.services import Service
from trigpoint.credentials.verdict import RefusedError
from trigpoint.maps.tiles import TileSet
from trigpoint.web.data_age import ages_of
from trigpoint.web.portal.frame.map_parts import MapParts
from trigpoint.web.portal.maps.page import policy
from trigpoint.web.portal.opening import Portal
from web.portal.browsing import BASE, Browser
from web.portal.conftest import sign_in


def with_sets(authority: Authority, browser: Browser, *sets: TileSet) -> Browser:
    parts = MapParts(FakeTiles(sets), "/mk/assets/maplibre-1.mjs", "/mk/assets/maplibre-worker-1.mjs")
    browser.app = Portal(authority, base_url=BASE, map_parts=parts)
    return browser


def test_a_region_is_shown_with_its_date_its_credits_and_how_to_use_it(
    authority: Authority, ada: Browser, base: str
) -> None:
    page = with_sets(authority, ada, WORLD_SET, OSM_SET).open(f"{base}/map")
    text = html.unescape(page.answer.text)
    assert page.status == 200
    assert 'data-box="47,9.4,47.3,9.7"' in text
    assert 'data-script="/mk/assets/maplibre-1.mjs"' in text
    assert "2026-11-20" in text
    assert '<a href="https://www.openstreetmap.org/copyright" rel="noreferrer">© OpenStreetMap contributors</a>' in text
    assert f'<script src="{BASE}/mk/6/mapkit.js"></script>' in text
    assert 'new mapkit.Coordinate(<span id="code-center">47.1500, 9.5500</span>)' in text
    assert "trigpoint import" not in text


def test_without_a_region_the_page_says_what_to_import(authority: Authority, ada: Browser, base: str) -> None:
    world = with_sets(authority, ada, WORLD_SET).open(f"{base}/map").answer.text
    assert "This is a map of the world, to zoom level 6." in world
    assert "trigpoint import liechtenstein-latest.osm.pbf" in world
    assert "data-box" not in world
    nothing = with_sets(authority, ada).open(f"{base}/map").answer.text
    assert "This installation has no map yet." in nothing
    assert 'id="map"' not in nothing


@pytest.mark.parametrize("role", list(Role))
def test_every_member_gets_an_access_key_for_ten_minutes(
    authority: Authority, ada: Browser, as_role: Callable[[Role], Browser], base: str, role: Role
) -> None:
    member = ada if role is Role.ACCOUNT_HOLDER else as_role(role)
    found = member.open(f"{base}/map/access").answer
    assert found.headers["cache-control"] == "no-store"
    told = found.json()
    assert told["renewInSeconds"] == 540

    def ask(at: float) -> object:
        return asyncio.run(authority.map_access.admit(told["accessKey"], Call(Service.MAPKIT_JS, None, at)))

    assert ask(NOON + 599)
    with pytest.raises(RefusedError, match="The access key expired"):
        ask(NOON + 600)


def test_nobody_else_gets_an_access_key(authority: Authority, ada: Browser, base: str) -> None:
    stranger = Browser(authority)
    assert stranger.open(f"{base}/map/access").answer.url.path == "/sign-in"
    assert ada.open("/teams/NOBODYSONE/map/access").status == 404


def test_the_portals_access_key_is_valid_nowhere_else(authority: Authority, ada: Browser, base: str) -> None:
    key = ada.open(f"{base}/map/access").answer.json()["accessKey"]
    with pytest.raises(RefusedError):
        asyncio.run(authority.admit(key, Call(Service.SERVER_API, None, NOON)))
    with pytest.raises(RefusedError):
        asyncio.run(authority.map_access.open(key, Call(Service.MAPKIT_JS, None, NOON)))


def test_the_policy_of_the_page_allows_the_map_and_nothing_else(ada: Browser, base: str) -> None:
    own = ada.open(f"{base}/map").answer.headers.get_list("content-security-policy")
    assert own == [policy(BASE, "maps.example.com")]
    assert "worker-src 'self' blob:" in own[0]
    assert "script-src 'self';" in own[0]
    others = ada.open(f"{base}/keys").answer.headers.get_list("content-security-policy")
    assert len(others) == 1
    assert "worker-src" not in others[0]
    assert "connect-src 'self' https://maps.example.com;" in policy(BASE, "localhost:8060")


def test_after_set_up_the_first_person_is_shown_the_map(authority: Authority) -> None:
    ada = sign_in(Browser(authority), the_first_person(authority).email)
    page = ada.open("/")
    assert "/map" in page.answer.text


def test_the_url_of_a_tile_is_explained_like_a_token(
    authority: Authority, ada: Browser, base: str, team_id: TeamId, operator: Actor
) -> None:
    issued = authority.maps_tokens.create(operator, team_id=team_id, service=Service.MAPKIT_JS, origins="a.example", description="")  # fmt: skip
    call = Call(Service.MAPKIT_JS, "https://a.example", NOON)
    key = asyncio.run(authority.map_access.open(issued.text, call)).access_key
    address = f"https://maps.example.com/ti/osm/14/8567/5712.mvt?v=1&accessKey={key}&x=1"

    def ask(text: str) -> str:
        return ada.press(ada.open(f"{base}/refused"), "/refused", token=text).text

    for text in (key, address):
        assert "Accepted: every check passes now." in ask(text)
    authority.maps_tokens.revoke(operator, issued.record.token_id)
    assert "KEY_REVOKED" in ask(address)
    assert "ACCESS_KEY_INVALID" in ask(key[:-1])
    assert "ACCESS_KEY_MISSING" in ask("https://maps.example.com/ti/osm/14/8567/5712.mvt?accessKey=")
    other = authority.teams.create(operator, "Others").team_id
    theirs = authority.maps_tokens.create(operator, team_id=other, service=Service.MAPKIT_JS, origins="a.example", description="")  # fmt: skip
    foreign = asyncio.run(authority.map_access.open(theirs.text, call)).access_key
    assert "KEY_UNKNOWN" in ask(foreign)


def test_regions_are_listed_with_their_age_and_stale_ones_with_the_remedy(
    authority: Authority, ada: Browser, base: str
) -> None:
    day = "2026-11-20T10:00:00Z"
    found = ages_of({"andorra": "2026-10-01T10:00:00Z", "monaco": day}, stale_days=30, now=NOON - 50 * 86_400)
    parts = MapParts(FakeTiles((WORLD_SET, OSM_SET)), "/s", "/w", ages=lambda: found)
    ada.app = Portal(authority, base_url=BASE, map_parts=parts)
    text = html.unescape(ada.open(f"{base}/map").answer.text)
    assert (
        '<th scope="row">monaco</th><td data-label="Data as of">2026-11-20</td><td data-label="Age">5 days</td>' in text
    )
    assert "<strong>Older than 30 days:</strong> the data of andorra (55 days). To update it," in text
    assert text.count("run <code>trigpoint update</code> on the machine") == 1


def test_without_regions_no_age_is_shown(authority: Authority, ada: Browser, base: str) -> None:
    text = with_sets(authority, ada, WORLD_SET, OSM_SET).open(f"{base}/map").answer.text
    assert "Regions" not in text
    assert "Older than" not in text
