"""Maps tokens in the portal: created, listed, copied, explained, suspended and resumed, revoked (contract §1.3)."""

import re
from collections.abc import Callable

import pytest

from authority.people_builders import PASSWORD, a_member
from conftest import NOON, FixedClock
from known_keys import granted
from trigpoint.authority.opening import Authority
from trigpoint.base.ids import TeamId
from trigpoint.credentials.call import Call
from trigpoint.credentials.key import KeyState
from trigpoint.credentials.maps_token import MapsToken
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.services import Service
from trigpoint.credentials.session import PROOF_LIMIT_S
from web.portal.browsing import Browser, Page
from web.portal.conftest import sign_in

ORIGIN = "https://www.example.com"


@pytest.fixture
def record(authority: Authority, operator: Actor, team_id: TeamId) -> MapsToken:
    return authority.maps_tokens.create(
        operator, team_id=team_id, service=Service.MAPKIT_JS, origins="example.com,*.example.com"
    ).record


@pytest.fixture
def path(base: str, record: MapsToken) -> str:
    return f"{base}/tokens/{record.token_id}"


def make(browser: Browser, base: str, **values: str) -> Page:
    return browser.press(browser.open(f"{base}/tokens"), "/tokens", "Create the token", **values)


def text_of(page: Page) -> str:
    found = re.search(r'<pre id="maps-token" tabindex="0">([^<]+)</pre>', page.answer.text)
    assert found
    return found[1]


def test_a_maps_token_is_created_copied_and_revoked(ada: Browser, base: str, authority: Authority) -> None:
    page = make(ada, base, websites="example.com,*.example.com", duration="30d", description="Contact page")
    assert "The Maps token was created." in page.text
    text = text_of(page)
    call = Call(Service.MAPKIT_JS, ORIGIN, NOON)
    assert authority.diagnose(text, call).verdict.failure is None
    assert "Pages on every subdomain of example.com" in page.text
    assert "RestrictionDomain" in page.text
    assert "DescriptionContact page" in page.text
    listed = ada.open(f"{base}/tokens")
    assert f'data-copy="{text}"' in listed.answer.text
    asked = ada.open(f"{page.path}/revoke")
    assert "This cannot be undone" in asked.text
    assert authority.diagnose(text, call).verdict.failure is None
    assert "The Maps token is revoked." in ada.press(asked, "/revoke", "Revoke this token").text
    failure = authority.diagnose(text, call).verdict.failure
    assert failure is not None
    assert failure.reason is not None
    assert failure.reason.code == "KEY_REVOKED"
    again = ada.press(asked, "/revoke", "Revoke this token")
    assert (again.status, "was revoked already on 15 January 2027, 08:00:00 UTC" in again.text) == (409, True)
    assert ada.open(f"{page.path}/revoke").status == 409
    assert "data-copy" not in ada.open(f"{base}/tokens").answer.text.split("<tbody>")[1].split("</tbody>")[0]


@pytest.mark.parametrize("service", Service)
def test_each_type_is_valid_for_its_service_only(
    ada: Browser, base: str, authority: Authority, service: Service
) -> None:
    text = text_of(make(ada, base, websites="example.com,*.example.com", service=service))
    opened = [one for one in Service if not authority.diagnose(text, Call(one, ORIGIN, NOON)).verdict.failure]
    assert opened == [service]


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ({"restriction": "none"}, "22 January 2027, 23:59:59 UTC"),
        ({"duration": "never"}, "Expiresnever"),
        ({"duration": "30d"}, "14 February 2027, 08:00:00 UTC"),
        ({"duration": "90d"}, "15 April 2027, 08:00:00 UTC"),
        ({"duration": "180d"}, "14 July 2027, 08:00:00 UTC"),
        ({"duration": "other", "day": "2027-06-01"}, "1 June 2027, 00:00:00 UTC"),
    ],
)
def test_a_token_expires_as_chosen(ada: Browser, base: str, values: dict[str, str], ends: str) -> None:
    page = make(ada, base, **({"websites": "example.com"} | values))
    assert (page.status, ends in page.text) == (200, True)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"websites": ""}, "It must be one or more origins, for example 'example.com, *.example.com'."),
        ({"websites": "https://example.com/"}, "It must be origins without a path"),
        ({"duration": "other", "day": ""}, "Choose the day of expiry, or another duration."),
        ({"duration": "other", "day": "2027-01-15"}, "It must be never, 30d, 90d, 180d, or a date in the future"),
        ({"duration": "9d"}, "Choose one of the durations."),
        ({"service": "all"}, "Choose one of the four types."),
        ({"description": "x" * 201}, "It must be at most 200 printable characters"),
    ],
)
def test_an_invalid_form_is_shown_again_with_its_error(
    ada: Browser, base: str, authority: Authority, operator: Actor, values: dict[str, str], said: str
) -> None:
    page = make(ada, base, **({"websites": "example.com"} | values))
    assert (page.status, said in page.text) == (400, True)
    typed = {name: value for name, value in values.items() if name in {"websites", "day", "description"}}
    assert set(typed.items()) <= set(page.form("/tokens").fields)
    assert authority.maps_tokens.list(operator) == []


def test_a_double_click_creates_one_token(ada: Browser, base: str, authority: Authority, operator: Actor) -> None:
    form = ada.open(f"{base}/tokens")
    first = ada.press(form, "/tokens", "Create the token", websites="example.com")
    second = ada.press(form, "/tokens", "Create the token", websites="example.com")
    assert first.path == second.path
    assert "nothing was created twice" in second.text
    ada.press(form, "/tokens", "Create the token", websites="other.example")  # back, and something else: another wish
    assert len(authority.maps_tokens.list(operator)) == 2


def test_an_origin_is_tested_without_javascript_and_nothing_is_created(
    ada: Browser, base: str, path: str, authority: Authority, operator: Actor
) -> None:
    typed = {
        "websites": "localhost,deploy-*--site.example.app",
        "page": "http://localhost:5173/",
        "description": "Mine",
    }
    action, fields = ada.open(f"{base}/tokens").form("/tokens").fill(typed, button="Test")
    page = ada.post(action, fields)
    assert "http://localhost:5173/ would be accepted, because of the entry localhost" in page.text
    assert "Pages on the visitor's own machine, on any port" in page.text
    assert "with letters, digits and hyphens in between" in page.text
    assert set(typed.items()) <= set(page.form("/tokens").fields)
    assert len(authority.maps_tokens.list(operator)) == 1
    shown = ada.open(f"{path}?page=https://a.b.example.com/x")
    assert "https://a.b.example.com/x would be accepted, because of the entry *.example.com" in shown.text
    assert "would be refused: no entry covers it" in ada.open(f"{path}?page=https://example.org").text


def test_a_suspended_token_says_so_and_is_resumed(
    ada: Browser, base: str, record: MapsToken, authority: Authority, operator: Actor
) -> None:
    issued = authority.maps_tokens.create(operator, team_id=record.team_id, service=Service.MAPKIT_JS, origins=None)
    record = issued.record
    path = f"{base}/tokens/{record.token_id}"
    authority.leaks.report(operator, issued.text, where="https://example.org/app.js")
    page = ada.open(path)
    assert "Suspended: it is refused" in page.text
    assert "on 15 January 2027, 08:00:00 UTC, found in https://example.org/app.js" in page.text
    assert f"Maps token {record.token_id} is suspended" in ada.open(base).text
    assert "suspended" in ada.open(f"{base}/tokens").text
    assert "Resumed. The next call is accepted." in ada.press(page, "/resume", "Resume the token").text
    assert authority.maps_tokens.get(operator, record.token_id).state is KeyState.ACTIVE
    assert "Resumed. The next call is accepted." in ada.press(page, "/resume").text
    authority.maps_tokens.revoke(operator, record.token_id)
    assert ada.press(page, "/resume").status == 409


def test_the_consequence_of_a_revocation_is_shown_in_numbers(
    ada: Browser, path: str, record: MapsToken, authority: Authority
) -> None:
    authority._memory.refresh()
    for _ in range(7):
        authority._tally.settle(granted(authority, record.token_id, Call(Service.MAPKIT_JS, ORIGIN, NOON)), 200)
    authority._tally.flush()
    page = ada.open(f"{path}/revoke")
    assert "Calls in the last 24 hours7" in page.text
    assert f"Used from{ORIGIN}" in page.text


@pytest.mark.parametrize("change", ["tokens", "TOKEN/revoke", "TOKEN/resume"])
@pytest.mark.parametrize(("role", "sees_text"), [(Role.DEVELOPER, True), (Role.VIEWER, False)])
def test_lower_roles_cannot_create_a_maps_token(
    base: str, path: str, as_role: Callable[[Role], Browser], role: Role, change: str, *, sees_text: bool
) -> None:
    low = as_role(role)
    page = low.open(path)
    assert ("Copy the token" in page.text) is sees_text
    assert ('data-copy="ey' in low.open(f"{base}/tokens").answer.text) is sees_text
    assert "/revoke" not in page.answer.text
    token = dict(low.open("/account").form("/account/name").fields)["form_token"]
    address = f"{base}/tokens" if change == "tokens" else change.replace("TOKEN", path)
    assert low.post(address, {"form_token": token, "websites": "example.com"}).status == 403


def test_for_a_person_outside_the_team_the_token_does_not_exist(
    base: str, path: str, authority: Authority, operator: Actor
) -> None:
    other = authority.teams.create(operator, "Other").team_id
    eve = sign_in(Browser(authority), a_member(authority, other, Role.ADMIN, email="eve@example.com").email)
    own = f"/teams/{other}/tokens"
    for address in (f"{base}/tokens", path, f"{path}/revoke", path.replace(base, f"/teams/{other}"), f"{own}/nothing"):
        assert eve.open(address).status == 404
    token = dict(eve.open("/account").form("/account/name").fields)["form_token"]
    for address in (f"{base}/tokens", f"{path}/revoke", f"{path}/resume"):
        assert eve.post(address, {"form_token": token, "service": "mapkit_js"}).status == 404


@pytest.mark.parametrize("change", ["make", "revoke"])
def test_the_identity_must_be_confirmed_after_ten_minutes(
    ada: Browser, base: str, path: str, clock: FixedClock, change: str
) -> None:
    clock.now += PROOF_LIMIT_S
    if change == "make":
        asked, action = make(ada, base, websites="example.com"), "/tokens"
    else:
        asked, action = ada.press(ada.open(f"{path}/revoke"), "/revoke", "Revoke this token"), "/revoke"
    assert "Confirm your identity" in asked.text
    done = ada.press(asked, action, password_again=PASSWORD)
    assert ("The Maps token was created." if change == "make" else "The Maps token is revoked.") in done.text
