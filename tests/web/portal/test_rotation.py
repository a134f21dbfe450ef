"""Rotation in the portal: the successor, use of the old key, its expiry, and resuming."""

import base64
import re
from collections.abc import Callable

import pytest

from authority.people_builders import PASSWORD, a_member
from conftest import NOON, FixedClock
from known_keys import granted
from trigpoint.authority.opening import Authority
from trigpoint.base.ids import TeamId
from trigpoint.credentials import keypair
from trigpoint.credentials.call import Call
from trigpoint.credentials.ceilings import Ceilings
from trigpoint.credentials.key import Key, KeyState
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.services import Service
from trigpoint.credentials.session import PROOF_LIMIT_S
from web.portal.browsing import Browser, Page
from web.portal.conftest import sign_in

DAY_MS = 86_400_000
NOON_MS = int(NOON * 1000)
CHANGES = ("rotate", "end", "resume", "ceilings")


@pytest.fixture
def key(authority: Authority, operator: Actor, team_id: TeamId) -> Key:
    authority.maps_ids.register(operator, team_id=team_id, identifier="maps.com.example", description="Site")
    return authority.keys.create(operator, team_id=team_id, name="Website", maps_id="maps.com.example")


@pytest.fixture
def path(base: str, key: Key) -> str:
    return f"{base}/keys/{key.key_id}"


@pytest.fixture
def eve(authority: Authority, operator: Actor) -> Browser:
    """Eve, Admin of another team, signed in."""
    other = authority.teams.create(operator, "Other").team_id
    return sign_in(Browser(authority), a_member(authority, other, Role.ADMIN, email="eve@example.com").email)


def use(authority: Authority, key: Key, calls: int, *, at: float, origin: str | None = None) -> None:
    authority._memory.refresh()
    for _ in range(calls):
        authority._tally.settle(granted(authority, key.key_id, Call(Service.SERVER_API, origin, at)), 200)
    authority._tally.flush()


def rotate(browser: Browser, path: str, **values: str) -> Page:
    return browser.press(browser.open(f"{path}/rotate"), "/rotate", **values)


def test_a_successor_is_created_and_can_be_downloaded_once(
    ada: Browser, path: str, key: Key, authority: Authority, operator: Actor
) -> None:
    authority.keys.set_ceilings(operator, key.key_id, Ceilings(lifetime_s=3600))
    asked = ada.open(f"{path}/rotate")
    assert ("name", "Website 2") in asked.form("/rotate").fields
    assert "with the same services, ceilings" in asked.text
    made = ada.press(asked, "/rotate", last_day="2027-01-31")
    assert re.fullmatch(r".*/keys/[A-Z0-9]{10}/registered", made.path)
    assert "Website is accepted as before. Once your programs sign with Website 2" in made.text
    new_id = made.path.split("/")[-2]
    assert f"AuthKey_{new_id}.p8" in ada.press(made, "/download").answer.headers["content-disposition"]
    assert ada.press(made, "/download").status == 409
    assert authority.keys.get(operator, new_id).ceilings.lifetime_s == 3600
    assert "on 1 February 2027, 00:00:00 UTC" in ada.open(path).text


def test_a_successor_generated_elsewhere_has_the_services_and_maps_id_of_the_old_key(
    ada: Browser, base: str, path: str, key: Key, authority: Authority, operator: Actor
) -> None:
    authority.keys.set_ceilings(operator, key.key_id, Ceilings(lifetime_s=3600))
    authority.quotas.set_calls_a_minute(operator, key.key_id, most=60)
    assert f"{base}/keys/new?follows={key.key_id}" in ada.open(f"{path}/rotate").answer.text
    form = ada.open(f"{base}/keys/new?follows={key.key_id}")
    assert "It replaces Website: it has the same Maps ID" in form.text
    assert {("name", "Website 2"), ("maps_id", "maps.com.example"), ("way", "browser")} <= set(
        form.form("/keys/review").fields
    )
    private = keypair.generate()
    reviewed = ada.press(form, "/keys/review", "Continue", way="own", public_key=private.public.pem())
    assert "ReplacesWebsite" in reviewed.text
    challenge = dict(reviewed.form("/keys").fields)["challenge"]
    proof = base64.b64encode(private.sign(challenge.encode())).decode()
    made = ada.press(reviewed, "/keys", "Register", proof=proof)
    new = authority.keys.get(operator, made.path.split("/")[-2])
    assert (new.public_key, new.ceilings.lifetime_s) == (private.public.der(), 3600)
    assert authority.quotas.calls_a_minute(operator, new.key_id) == 60


def test_a_successor_with_other_options_can_be_created_on_the_server_too(
    ada: Browser, base: str, key: Key, authority: Authority, operator: Actor, team_id: TeamId
) -> None:
    authority.keys.set_ceilings(operator, key.key_id, Ceilings(lifetime_s=3600))
    form = ada.open(f"{base}/keys/new?follows={key.key_id}")
    reviewed = ada.press(form, "/keys/review", "Continue", way="here", expires_on="2027-12-31")
    made = ada.press(reviewed, "/keys", "Register")
    new = authority.keys.get(operator, made.path.split("/")[-2])
    assert (new.ceilings.lifetime_s, new.expires_at) == (3600, 1830297600_000)
    assert authority.keys.get(operator, key.key_id).expires_at is None
    authority.maps_ids.register(operator, team_id=team_id, identifier="maps.org.other", description="Other")
    wrong = ada.press(form, "/keys/review", "Continue", maps_id="maps.org.other", name="Another")
    assert (
        wrong.status,
        "Website is for maps.com.example; the key that replaces it must be for the same Maps ID." in wrong.text,
    ) == (400, True)
    assert ada.open(f"{base}/keys/new?follows=K5GNLXS2QT").status == 404


def test_a_double_click_creates_one_successor(ada: Browser, path: str, authority: Authority, team_id: TeamId) -> None:
    asked = ada.open(f"{path}/rotate")
    first, second = ada.press(asked, "/rotate"), ada.press(asked, "/rotate")
    assert first.path == second.path
    assert "nothing was created twice" in second.text
    assert len(authority.keys.list_live(team_id)) == 2


@pytest.mark.parametrize(
    ("values", "status", "said"),
    [
        ({"name": "!"}, 400, "It must be 1 to 50 letters, digits and spaces, for example"),
        ({"name": "website"}, 409, "The team has a key named 'Website' already"),
        ({"last_day": "2027-01-14"}, 400, "It must be today or later."),
        ({"last_day": "soon"}, 400, "It must be a date (year-month-day)."),
        ({"last_day": "9999-12-31"}, 400, "It must be a date (year-month-day)."),
    ],
)
def test_an_invalid_form_is_shown_again_with_its_error(
    ada: Browser, path: str, authority: Authority, team_id: TeamId, values: dict[str, str], status: int, said: str
) -> None:
    page = rotate(ada, path, **values)
    assert (page.status, said in page.text) == (status, True)
    assert set(values.items()) <= set(page.form("/rotate").fields)
    assert len(authority.keys.list_live(team_id)) == 1


def test_a_third_live_key_is_not_offered_and_not_created(ada: Browser, path: str) -> None:
    asked = ada.open(f"{path}/rotate")
    rotate(ada, path)
    page = ada.open(f"{path}/rotate")
    assert "already has two live keys: Website and Website 2" in page.text
    assert not any(form.action.endswith("/rotate") for form in page.forms)
    refused = ada.press(asked, "/rotate", name="Another")
    assert (refused.status, "already has 2 live keys" in refused.text) == (409, True)


def test_the_page_says_who_still_uses_the_old_key_and_when_it_is_safe_to_revoke(
    ada: Browser, path: str, key: Key, authority: Authority, operator: Actor, clock: FixedClock
) -> None:
    new = authority.rotation.rotate(operator, key.key_id)
    use(authority, key, 3, at=NOON, origin="https://shop.example.com")
    use(authority, key, 1, at=NOON)
    use(authority, new, 12, at=NOON + 7200, origin="https://www.example.com")
    clock.now = NOON + 7200
    page = ada.open(path)
    assert "Not safe to revoke yet. It made 4 of the 16 calls of its Maps ID in the last 24 hours." in page.text
    assert "Who still uses Website" in page.text
    assert "https://shop.example.com 3 callsno origin (a program, not a web page) 1 call" in page.text
    assert "25.0 %" in page.text
    assert "75.0 %" in page.text
    assert "Still in useIt made 4 of the 16 calls" in ada.open(f"{path}/revoke").text
    clock.now = NOON + 24 * 3600 + 7200
    page = sign_in(Browser(authority), "ada@example.com").open(path)
    assert "Safe to revoke. Nobody has used it for 24 hours." in page.text
    assert "Who still uses" not in page.text


def test_the_last_day_is_set_changed_and_removed(
    ada: Browser, path: str, key: Key, authority: Authority, operator: Actor
) -> None:
    def ends() -> int | None:
        return authority.keys.get(operator, key.key_id).expires_at

    page = ada.press(ada.open(path), "/end", "Set the last day", last_day="2027-01-15")
    assert "The last day of the key was set." in page.text
    assert "This key expires within a day, on 16 January 2027, 00:00:00 UTC" in page.text
    assert ends() == NOON_MS + DAY_MS - 8 * 3_600_000
    assert ("last_day", "2027-01-15") in page.form("/end").fields
    page = ada.press(page, "/end", "Change the day", last_day="2027-02-28")
    assert "expires in 44 days" not in page.text
    assert ends() == 1803859200_000
    page = ada.press(page, "/end", "Remove the last day")
    assert "does not expire any more" in page.text
    assert ends() is None
    assert [entry.kind for entry in authority.audit.events(operator, subject=key.key_id)].count("key.expiry_set") == 3


@pytest.mark.parametrize(
    ("day", "said"),
    [("", "Choose the last day."), ("2027-01-14", "It must be today or later."), ("x", "It must be a date")],
)
def test_an_invalid_last_day_is_shown_again_with_its_error(ada: Browser, path: str, day: str, said: str) -> None:
    page = ada.press(ada.open(path), "/end", last_day=day)
    assert (page.status, said in page.text) == (400, True)
    assert ("last_day", day) in page.form("/end").fields


def test_concurrent_changes_of_a_key_are_refused_instead_of_lost(
    ada: Browser, path: str, as_role: Callable[[Role], Browser]
) -> None:
    bob = as_role(Role.ADMIN)
    of_ada, of_bob = ada.open(path), bob.open(path)
    ada.press(of_ada, "/end", last_day="2027-03-01")
    refused = bob.press(of_bob, "/end", last_day="2027-02-01")
    assert (refused.status, "Somebody else has changed this key." in refused.text) == (409, True)
    assert ("last_day", "2027-02-01") in refused.form("/end").fields
    assert "The last day of the key was set." in bob.press(refused, "/end").text


def test_an_expiry_soon_is_shown_on_the_key_and_on_the_overview(
    ada: Browser, base: str, path: str, key: Key, authority: Authority, operator: Actor
) -> None:
    for days, said in ((31, ""), (29, "expires in 29 days"), (6, "expires in 6 days"), (0.5, "expires within a day")):
        authority.keys.set_expiry(operator, key.key_id, int(NOON_MS + days * DAY_MS))
        assert (f"This key {said}" in ada.open(path).text) is bool(said)
        assert (f"Key Website {said}" in ada.open(base).text) is bool(said)


def test_a_suspended_key_says_so_and_is_resumed(
    ada: Browser, base: str, path: str, key: Key, authority: Authority, operator: Actor
) -> None:
    authority.leaks.choose_for_keys(operator, key.team_id, suspend=True)
    pem = authority.keys.download(operator, key.key_id).pem.decode()
    authority.leaks.report(operator, pem, where="https://example.org/app.js")
    page = ada.open(path)
    assert "Suspended: its tokens are refused" in page.text
    assert "on 15 January 2027, 08:00:00 UTC, found in https://example.org/app.js" in page.text
    assert "Key Website is suspended" in ada.open(base).text
    assert f"/keys/{key.key_id}" in ada.open(f"{base}/keys?show=suspended").answer.text
    assert f"/keys/{key.key_id}" not in ada.open(f"{base}/keys?show=expired").answer.text
    resumed = ada.press(page, "/resume", "Resume the key")
    assert "Resumed. The next call is accepted." in resumed.text
    assert authority.keys.get(operator, key.key_id).state is KeyState.ACTIVE
    assert "Resumed. The next call is accepted." in ada.press(page, "/resume").text


def test_a_key_is_not_resumed_if_its_maps_id_has_two_live_keys(
    ada: Browser, path: str, key: Key, authority: Authority, operator: Actor
) -> None:
    authority.leaks.choose_for_keys(operator, key.team_id, suspend=True)
    authority.leaks.report(operator, authority.keys.download(operator, key.key_id).pem.decode())
    page = ada.open(path)
    for name in ("One", "Two"):
        authority.keys.create(operator, team_id=key.team_id, name=name, maps_id=key.maps_id)
    refused = ada.press(page, "/resume")
    assert (refused.status, "already has 2 live keys" in refused.text) == (409, True)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("role", [Role.DEVELOPER, Role.VIEWER])
def test_lower_roles_see_the_traffic_and_change_nothing(
    path: str, as_role: Callable[[Role], Browser], role: Role, change: str
) -> None:
    low = as_role(role)
    page = low.open(path)
    assert "Traffic of the last 24 hours" in page.text
    assert not [form.action for form in page.forms if form.action.endswith(CHANGES)]
    assert "/rotate" not in page.answer.text
    token = dict(low.open("/account").form("/account/name").fields)["form_token"]
    assert low.post(f"{path}/{change}", {"form_token": token}).status == 403
    if change in {"rotate", "ceilings"}:
        assert low.open(f"{path}/{change}").status == 403


@pytest.mark.parametrize("change", CHANGES)
def test_for_a_person_outside_the_team_the_key_does_not_exist(path: str, eve: Browser, change: str) -> None:
    token = dict(eve.open("/account").form("/account/name").fields)["form_token"]
    assert eve.post(f"{path}/{change}", {"form_token": token}).status == 404
    if change in {"rotate", "ceilings"}:
        assert eve.open(f"{path}/{change}").status == 404


@pytest.mark.parametrize(("change", "values"), [("rotate", {}), ("end", {"last_day": "2027-03-01"})])
def test_the_identity_must_be_confirmed_after_ten_minutes(
    ada: Browser, path: str, clock: FixedClock, change: str, values: dict[str, str]
) -> None:
    clock.now += PROOF_LIMIT_S
    page = ada.open(f"{path}/rotate" if change == "rotate" else path)
    asked = ada.press(page, f"/{change}", **values)
    assert "Confirm your identity" in asked.text
    done = ada.press(asked, f"/{change}", password_again=PASSWORD)
    assert done.status == 200
    assert "Your key is registered" in done.text or "The last day of the key was set." in done.text
