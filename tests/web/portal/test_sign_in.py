"""Set-up, sign-in, cookies, forged requests, security headers."""

import re

import pytest

from authority.people_builders import PASSWORD
from conftest import FixedClock
from trigpoint.authority.opening import Authority
from trigpoint.authority.people.sessions import Visitor
from trigpoint.credentials.person import Person
from trigpoint.credentials.session import PROOF_LIMIT_S
from trigpoint.web.portal.frame.addresses import PLAIN_COOKIE, SECURE_COOKIE, Addresses
from trigpoint.web.portal.frame.visits import read_cookie
from web.portal.browsing import BASE, Browser
from web.portal.conftest import sign_in


def test_the_set_up_link_creates_the_first_account_and_signs_it_in(authority: Authority) -> None:
    browser = Browser(authority)
    assert "trigpoint person set-up-link" in browser.open("/").text
    path = f"/set-up/{authority.people.issue_set_up_link().secret}"
    page = browser.open(path)
    told = browser.press(page, "", name="Ada", email="ada@example.com", password="password123", team_name="My Co")
    assert told.status == 400
    assert "It must be none that is known from breaches" in told.text
    home = browser.press(page, "", name="Ada", email="ada@example.com", password=PASSWORD, team_name="My Co")
    assert home.path.startswith("/teams/")
    assert "Make your first call" in home.text
    assert browser.open(path).status == 404


def test_signing_in_gives_a_host_cookie_that_scripts_cannot_read(authority: Authority, person: Person) -> None:
    browser = Browser(authority)
    page = browser.open("/sign-in")
    target, sent = page.form("/sign-in").fill({"email": person.email, "password": PASSWORD})
    answer = browser._send("POST", target, sent, {"origin": BASE}, follow=False).answer
    cookie = answer.headers["set-cookie"]
    assert re.match(r"__Host-trigpoint=[\w-]{43}; ", cookie)
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert answer.status_code == 303


def test_the_session_changes_at_sign_in(ada: Browser, authority: Authority, person: Person) -> None:
    before = ada.cookies["__Host-trigpoint"]
    assert len(authority.sessions.list(person.person_id)) == 1
    page = ada.open("/account")
    target, sent = page.form("/sign-out").fill({})
    assert "You are signed out" in ada.post(target, sent).text
    assert authority.sessions.find(before) is None


def test_a_wrong_password_does_not_say_which_was_wrong(authority: Authority, person: Person) -> None:
    browser = Browser(authority)
    texts = []
    for email in (person.email, "nobody@example.com"):
        page = browser.press(browser.open("/sign-in"), "/sign-in", email=email, password="not it at all")
        assert page.status == 403
        texts.append(page.text)
    assert texts[0] == texts[1]
    assert "The address or the password is wrong." in texts[0]


def test_too_many_attempts_get_the_time_to_wait(authority: Authority, person: Person) -> None:
    browser = Browser(authority)
    for _ in range(5):
        browser.press(browser.open("/sign-in"), "/sign-in", email=person.email, password="not it at all")
    page = browser.press(browser.open("/sign-in"), "/sign-in", email=person.email, password=PASSWORD)
    assert (page.status, page.answer.headers["retry-after"]) == (429, "2")


def test_too_many_challenges_for_passkeys_get_the_time_to_wait(authority: Authority) -> None:
    browser = Browser(authority)
    told = [browser.post("/passkeys/options", {}).status for _ in range(30)]
    assert set(told) == {200}
    answer = browser.post("/passkeys/options", {}).answer
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
    assert answer.json() == {"error": "Too many attempts to sign in. Try again in 2 seconds."}


def test_the_redirect_after_sign_in_stays_on_this_server(authority: Authority, person: Person) -> None:
    browser = Browser(authority)
    page = browser.open("/account")
    assert page.path == "/sign-in"
    assert browser.press(page, "/sign-in", email=person.email, password=PASSWORD).path == "/account"
    for elsewhere in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        other = Browser(authority)
        page = other.press(other.open("/sign-in"), "/sign-in", email=person.email, password=PASSWORD, next=elsewhere)
        assert page.answer.url.host == "maps.example.com"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_of_another_site_is_refused(ada: Browser, headers: dict[str, str]) -> None:
    page = ada.open("/account")
    target, sent = page.form("/account/name").fill({"name": "Eve"})
    told = ada.post(target, sent, **headers)
    assert told.status == 403
    assert "Another site sent this form" in told.text


def test_a_form_without_the_sessions_token_is_refused(ada: Browser) -> None:
    told = ada.post("/account/name", {"name": "Eve"})
    assert told.status == 403
    assert "belongs to another session" in told.text
    assert ada.post("/account/name", {"name": "Eve", "form_token": "0" * 48}).status == 403


def end_session(browser: Browser) -> None:
    """End the session of a browser, as its expiry does, or somebody in another browser."""
    secret = browser.cookies.get(SECURE_COOKIE)
    found = browser.authority.sessions.find(secret)
    assert found is not None
    browser.authority.sessions.end(found.session.person_id, found.session.session_id)


@pytest.mark.parametrize("typed", ["Two\r\nlines", '"><b>', "ä & b", " "])
def test_a_form_of_an_ended_session_is_kept_until_somebody_has_signed_in(ada: Browser, base: str, typed: str) -> None:
    form = ada.open(f"{base}/identifiers/new")
    end_session(ada)
    kept = ada.press(form, "/identifiers/review", identifier="maps.com.example", description=typed)
    assert (kept.status, "Your session has ended, so nothing was changed." in kept.text) == (403, True)
    assert ("description", typed) in kept.form("/identifiers/review").fields
    still = ada.press(kept, "/identifiers/review")  # nobody has signed in yet: it is kept again
    sign_in(ada, "ada@example.com")
    other = ada.press(still, "/identifiers/review")
    assert (other.status, "You are signed in as ada@example.com" in other.text) == (403, True)
    done = ada.press(other, "/identifiers/review")
    assert done.path.endswith("/identifiers/review")
    assert done.status in {200, 400}  # as the rules for descriptions say


def test_a_form_with_a_password_is_not_kept(ada: Browser) -> None:
    form = ada.open("/account")
    end_session(ada)
    kept = ada.press(form, "/account/password", current=PASSWORD, password="another one, quite long")
    assert kept.status == 403
    assert "A password is not kept" in kept.text
    assert "another one" not in kept.answer.text
    assert PASSWORD not in kept.answer.text


def test_a_script_of_a_page_gets_the_end_of_the_session_as_json(ada: Browser) -> None:
    form = ada.open("/account")
    end_session(ada)
    told = ada.post("/account/name", form.form("/account/name").fields, accept="application/json")
    assert told.status == 403
    assert told.answer.json()["error"].startswith("Your session has ended, so nothing was changed. Sign in")


def test_a_form_without_any_sign_of_its_site_is_not_kept(ada: Browser) -> None:
    told = ada.raw("POST", "/account/name", data={"name": "Eve"})
    assert told.status_code == 403
    assert "Eve" not in told.text


@pytest.mark.usefixtures("ada")
def test_a_page_whose_url_has_a_secret_sends_no_path_as_its_referrer(authority: Authority) -> None:
    """Its assets' requests would carry the secret into the access log of a proxy."""
    browser = Browser(authority)
    for path in ("/sign-in?next=/invitations/abc", "/invitations/abc", "/reset/abc"):
        assert browser.open(path).answer.headers.get_list("referrer-policy") == ["strict-origin"], path


def test_every_response_has_the_security_headers(ada: Browser, base: str) -> None:
    for path in ("/", "/sign-in", f"{base}/keys", "/nothing", "/set-up/wrong"):
        headers = ada.open(path).answer.headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        policy = "strict-origin" if path.startswith("/set-up/") else "same-origin"
        assert headers.get_list("referrer-policy") == [policy], path
        assert "max-age" in headers["strict-transport-security"]
        assert len(headers["x-rid"]) == 36


def test_no_page_has_inline_script_or_style(ada: Browser, base: str) -> None:
    for path in ("/account", base, f"{base}/keys", f"{base}/identifiers/new", f"{base}/refused", f"{base}/activity"):
        text = ada.open(path).answer.text
        assert not re.search(r"<script(?![^>]*\bsrc=)", text)
        assert not re.search(r"\son\w+=|\sstyle=|<style", text)
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text)


def test_assets_are_immutable_for_caches(ada: Browser) -> None:
    found = re.search(r'href="(/assets/portal\.css\?[\w-]+)"', ada.open("/account").answer.text)
    assert found
    answer = ada.open(found[1]).answer
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert ada.open("/assets/nothing.css").status == 404


def test_a_password_is_not_accepted_over_plain_http() -> None:
    over_http = Addresses("http://127.0.0.1:8060")
    assert over_http.is_protected("localhost:8060")
    assert over_http.is_protected("[::1]:8060")
    assert not over_http.is_protected("192.168.1.5:8060")
    assert Addresses("https://maps.example.com").is_protected("192.168.1.5:8060")


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Macintosh) AppleWebKit/605 (KHTML, like Gecko) Version/18 Safari/605", "trigpoint-loopback"),
        ("Mozilla/5.0 (X11; Linux) AppleWebKit/537 (KHTML, like Gecko) Chrome/140 Safari/537", "__Host-trigpoint"),
        ("Mozilla/5.0 (X11; Linux; rv:145.0) Gecko/20100101 Firefox/145.0", "__Host-trigpoint"),
    ],
)
def test_only_safari_on_loopback_gets_a_plain_cookie(agent: str, name: str) -> None:
    assert Addresses("http://localhost:8060").cookie_name(agent) == name
    assert Addresses("https://maps.example.com").cookie_name(agent) == "__Host-trigpoint"


def test_irreversible_actions_need_a_confirmation_after_ten_minutes(
    ada: Browser, base: str, clock: FixedClock, authority: Authority, person: Person
) -> None:
    actor = authority.people.actor(person.person_id)
    team_id = base.rsplit("/", 1)[1]
    authority.maps_ids.register(actor, team_id=team_id, identifier="maps.com.example", description="Site")
    key = authority.keys.create(actor, team_id=team_id, name="Website", maps_id="maps.com.example")
    clock.now += PROOF_LIMIT_S
    asked = ada.press(ada.open(f"{base}/keys/{key.key_id}"), "/download")
    assert "Confirm your identity" in asked.text
    wrong = ada.press(asked, "/download", password_again="not it at all")
    assert (wrong.status, "This is not your password." in wrong.text) == (403, True)
    file = ada.press(wrong, "/download", password_again=PASSWORD)
    assert file.answer.text.startswith("-----BEGIN PRIVATE KEY-----")


def test_the_cookie_for_loopback_is_valid_nowhere_else(authority: Authority, person: Person) -> None:
    secret = authority.sessions.begin(person.person_id, Visitor("192.0.2.7", "Safari/605"), method="password").secret
    assert read_cookie({PLAIN_COOKIE: secret}, takes_plain=True) == secret
    assert read_cookie({PLAIN_COOKIE: secret}, takes_plain=False) is None
    assert read_cookie({PLAIN_COOKIE: "tossed", SECURE_COOKIE: secret}, takes_plain=True) == secret
    assert Addresses("http://localhost:8060").takes_plain_cookie("localhost:8060")
    assert Addresses("http://localhost:8060").takes_plain_cookie("[::1]:8060")
    assert not Addresses("http://localhost:8060").takes_plain_cookie("127.evil.com")
    assert not Addresses("https://localhost:8060").takes_plain_cookie("localhost:8060")
    browser = Browser(authority)  # at https://maps.example.com
    assert browser.open("/account", cookie=f"{PLAIN_COOKIE}={secret}").path == "/sign-in"
    assert browser.open("/account", cookie=f"{SECURE_COOKIE}={secret}").path == "/account"


def test_a_host_name_that_only_begins_like_loopback_is_not_loopback() -> None:
    assert not Addresses("http://127.0.0.1:8060").is_protected("127.evil.com")
    assert Addresses("http://127.0.0.1:8060").is_protected("127.0.0.1:8060")


def test_the_scheme_reported_by_a_trusted_proxy_is_used_for_urls() -> None:
    unset = Addresses("http://127.0.0.1:8060")
    assert unset.seen_over("http", "maps.example.com") is unset
    assert unset.seen_over("https", "maps.example.com") == Addresses("https://maps.example.com")
    assert unset.seen_over("https", "maps.example.com").is_protected("maps.example.com")
    fixed = Addresses("https://maps.example.com")
    assert fixed.seen_over("https", "another.example") is fixed


@pytest.mark.parametrize(
    ("host", "origin", "headers", "named"),
    [
        ("localhost", "http://localhost:18120", {}, True),
        ("maps.internal", "https://maps.example.org", {"x-forwarded-for": "192.0.2.7"}, True),
        ("maps.example.com", "https://evil.example", {}, False),
    ],
)
def test_a_changed_host_behind_a_proxy_is_explained(
    authority: Authority, host: str, origin: str, headers: dict[str, str], *, named: bool
) -> None:
    answer = Browser(authority).raw(
        "POST", "/sign-in", data={"email": "a"}, headers={"host": host, "origin": origin} | headers
    )
    assert answer.status_code == 403
    assert ("TRIGPOINT_URL" in answer.text) is named
    assert ("proxy_set_header Host" in answer.text) is named
    assert ("Another site sent this form" in answer.text) is not named
