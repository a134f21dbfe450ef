"""The page Try it: the Maps token it uses, and who may create it."""

from collections.abc import Callable

from conftest import NOON
from tiles_fakes import OSM_SET
from trigpoint.authority.opening import Authority
from trigpoint.credentials.roles import Actor, Role
from web.portal.browsing import Browser
from web.portal.test_map_page import with_sets

OPERATOR = Actor.as_operator("test")
MAKE = "Create a Maps token for seven days"


def test_a_token_is_created_once_and_then_used(authority: Authority, ada: Browser, base: str) -> None:
    browser = with_sets(authority, ada, OSM_SET)
    page = browser.open(f"{base}/map/try")
    assert MAKE in page.answer.text
    assert "data-token" not in page.answer.text
    for _ in range(2):
        browser.press(page, f"{base}/map/try", MAKE)
    found = browser.open(f"{base}/map/try").answer
    team_id = base.rpartition("/")[2]
    (record,) = authority.maps_tokens.list(OPERATOR, team_id=team_id)
    assert record.origin is None
    assert record.description == "Try it, in the portal"
    assert record.expires_at is not None
    assert record.expires_at <= (NOON + 8 * 86_400) * 1000
    assert f'data-token="{authority.maps_tokens.copy(OPERATOR, record.token_id)}"' in found.text
    assert 'src="/mk/5.x.x/mapkit.js"' in found.text
    assert found.headers["cache-control"] == "no-store"


def test_a_revoked_token_is_not_used(authority: Authority, ada: Browser, base: str) -> None:
    browser = with_sets(authority, ada, OSM_SET)
    browser.press(browser.open(f"{base}/map/try"), f"{base}/map/try", MAKE)
    (record,) = authority.maps_tokens.list(OPERATOR, team_id=base.rpartition("/")[2])
    authority.maps_tokens.revoke(OPERATOR, record.token_id)
    assert MAKE in browser.open(f"{base}/map/try").answer.text


def test_a_member_without_the_right_to_read_tokens_gets_an_explanation(
    authority: Authority, as_role: Callable[[Role], Browser], base: str
) -> None:
    text = with_sets(authority, as_role(Role.VIEWER), OSM_SET).open(f"{base}/map/try").answer.text
    assert "Your role cannot use Maps tokens." in text
    assert "data-token" not in text
