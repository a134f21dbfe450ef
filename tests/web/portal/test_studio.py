"""The Snapshot studio: access, listed keys, and the rate limit of previews."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from tiles_fakes import OSM_SET, FakeTiles
from trigpoint.authority.opening import Authority
from trigpoint.base.errors import UnavailableError
from trigpoint.credentials.key import RevocationReason
from trigpoint.credentials.roles import Actor, Role
from trigpoint.maps.snapshots.queries import SnapshotQuery
from trigpoint.web.portal.frame.map_parts import MapParts
from trigpoint.web.portal.maps import studio
from trigpoint.web.portal.maps.studio import MOST_A_MINUTE, Previews
from trigpoint.web.portal.opening import Portal
from web.portal.browsing import BASE, Browser

OPERATOR = Actor.as_operator("test")
PICTURE = "map/studio/picture?center=47.1,9.5&size=100x80"


@dataclass
class Painter:
    """Paints nothing, and remembers what it was asked for."""

    asked: list[SnapshotQuery] = field(default_factory=list)
    error: Exception | None = None

    async def paint(self, query: SnapshotQuery) -> bytes:
        self.asked.append(query)
        if self.error is not None:
            raise self.error
        return b"\x89PNG"


@pytest.fixture(autouse=True)
def fresh_previews(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studio, "_previews", Previews())


def with_painter(authority: Authority, browser: Browser, painter: Painter | None) -> Browser:
    parts = MapParts(FakeTiles((OSM_SET,)), "/s", "/w", snapshot=None if painter is None else painter.paint)
    browser.app = Portal(authority, base_url=BASE, map_parts=parts)
    return browser


def test_keys_that_can_sign_are_listed_without_secrets(authority: Authority, ada: Browser, base: str) -> None:
    team_id = base.rpartition("/")[2]
    authority.maps_ids.register(OPERATOR, team_id=team_id, identifier="maps.com.studio", description="Studio")
    live, gone = (
        authority.keys.create(OPERATOR, team_id=team_id, name=name, maps_id="maps.com.studio")
        for name in ("One", "Two")
    )
    authority.keys.revoke(OPERATOR, gone.key_id, reason=RevocationReason.COMPROMISED)
    browser = with_painter(authority, ada, Painter())
    assert "Snapshot studio" in browser.open(f"{base}/map").text
    page = browser.open(f"{base}/map/studio")
    assert f'value="{live.key_id}"' in page.answer.text
    assert gone.key_id not in page.answer.text
    assert f"/keys/{live.key_id}/use?language=shell#snapshot" in page.answer.text
    assert "connect-src 'self'" in page.answer.headers["content-security-policy"], "a key file has nowhere to go"
    assert page.answer.headers["cache-control"] == "no-store"


def test_a_preview_is_painted_from_the_parameters_of_the_endpoint(
    authority: Authority, ada: Browser, base: str
) -> None:
    painter = Painter()
    answer = with_painter(authority, ada, painter).open(f"{base}/{PICTURE}").answer
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"\x89PNG", "image/png")
    assert answer.headers["cache-control"] == "no-store"
    assert painter.asked[0].size == (100, 80)


@pytest.mark.parametrize(
    ("query", "error", "status", "told"),
    [
        ("center=1,2", None, 200, ""),
        ("size=1x1", None, 400, "Parameter 'center' must be given"),
        ("center=1,2&size=9x9", None, 400, "Parameter 'size' must be"),
        ("center=1,2&lang=" + "x" * 5_000, None, 413, "at most 5,000 characters"),
        ("center=1,2", UnavailableError("The painters are busy."), 503, "The painters are busy."),
    ],
)
def test_an_invalid_parameter_is_reported_to_the_page(
    authority: Authority, ada: Browser, base: str, query: str, error: Exception | None, status: int, told: str
) -> None:
    answer = with_painter(authority, ada, Painter(error=error)).open(f"{base}/map/studio/picture?{query}").answer
    assert answer.status_code == status
    assert told in answer.text


def test_nobody_else_gets_previews_of_a_team(
    authority: Authority, ada: Browser, base: str, as_role: Callable[[Role], Browser]
) -> None:
    painter = Painter()
    assert with_painter(authority, as_role(Role.VIEWER), painter).open(f"{base}/{PICTURE}").answer.status_code == 200
    stranger = with_painter(authority, Browser(authority), painter)
    assert stranger.open(f"{base}/{PICTURE}").answer.headers.get("content-type") != "image/png"
    other = with_painter(authority, ada, painter).open(f"/teams/AAAAAAAAAA/{PICTURE}")
    assert other.answer.status_code == 404
    assert len(painter.asked) == 1


def test_previews_are_limited_per_person_and_minute() -> None:
    previews = Previews()
    assert all(previews.may_have_one("ada", 100.0 + number) for number in range(MOST_A_MINUTE))
    assert not previews.may_have_one("ada", 159.9)
    assert previews.may_have_one("bob", 159.9)
    assert previews.may_have_one("ada", 160.1)
    assert not previews.may_have_one("ada", 160.2)


def test_a_person_over_the_limit_gets_a_message(
    authority: Authority, ada: Browser, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Previews, "may_have_one", lambda *_: False)
    answer = with_painter(authority, ada, Painter()).open(f"{base}/{PICTURE}").answer
    assert answer.status_code == 429
    assert "at most 30 previews per minute" in answer.text


def test_without_an_engine_the_page_says_what_is_missing(authority: Authority, ada: Browser, base: str) -> None:
    browser = with_painter(authority, ada, None)
    assert "Snapshot studio" not in browser.open(f"{base}/map").text
    assert "This installation has no engine for snapshots." in browser.open(f"{base}/map/studio").text
    assert browser.open(f"{base}/{PICTURE}").answer.status_code == 503
