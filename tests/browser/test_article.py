"""Apple's article on keys, followed in a browser: from the set-up link to a geocode with the downloaded file, and the revocation."""

import base64
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from browser.chromium import PASSWORD, register_maps_id, set_up, violations
from served import Served
from trigpoint.client import Signer
from trigpoint.credentials import keypair

pytestmark = pytest.mark.xdist_group("browser")
IDENTIFIER = "maps.com.mycompany.mywebsite"


def begin_key(page: Page, name: str, way: str) -> None:
    """Walk from Keys to the review of a new key."""
    page.get_by_role("link", name="Keys", exact=True).click()
    page.get_by_role("link", name=re.compile("Key$|Create your first key")).first.click()
    page.get_by_label("Key Name").fill(name)
    expect(page.get_by_label("MapKit JS")).to_be_checked()
    page.get_by_role("button", name="Configure").click()
    assert violations(page) == []
    page.get_by_label(IDENTIFIER).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Key Name")).to_have_value(name)
    page.get_by_label(way).check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Review the key").wait_for()
    assert violations(page) == []


def exchange_and_geocode(server: Served, file: Path, team_id: str) -> tuple[str, int]:
    """Sign with a file, exchange, geocode; return the auth token and the status."""
    signer = Signer.from_file(file, team_id=team_id)
    token = signer.sign()
    access = server.get("/v1/token", token).json()["accessToken"]
    found = server.get("/v1/geocode?q=Mannerheimintie 5, Helsinki", access)
    assert found.json()["results"][0]["country"] == "Finland"
    return token, found.status_code


def team_id_of(page: Page) -> str:
    found = re.search(r"/teams/(\w{10})", page.url)
    assert found
    return found[1]


def test_apples_article_can_be_followed_from_the_set_up_link_to_an_explained_refusal(
    page: Page, server: Served, set_up_link: str, tmp_path: Path
) -> None:
    set_up(page, set_up_link)
    team_id = team_id_of(page)
    page.get_by_role("link", name="Keys", exact=True).click()
    expect(page.get_by_text("A key belongs to a Maps ID.")).to_be_visible()
    assert violations(page) == []  # the empty list
    register_maps_id(page, IDENTIFIER, "My website")
    begin_key(page, "Website", "On the server")
    page.get_by_role("button", name="Register").dblclick()
    page.get_by_role("heading", name="Your key is registered").wait_for()
    with page.expect_download() as started:
        page.get_by_role("button", name="Download").click()
    file = tmp_path / started.value.suggested_filename
    started.value.save_as(file)
    assert re.fullmatch(r"AuthKey_[A-Z0-9]{10}\.p8", file.name)
    assert len(file.read_bytes()) == 257
    expect(page.get_by_role("button", name="Downloaded")).to_be_disabled()
    page.get_by_role("link", name="Done").click()
    page.get_by_role("heading", name="Use Website").wait_for()
    token, status = exchange_and_geocode(server, file, team_id)
    assert status == 200

    key_id = file.stem.removeprefix("AuthKey_")
    page.get_by_role("link", name="Keys", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(1)  # the double click made one key
    page.get_by_role("link", name="Website", exact=True).click()
    expect(page.get_by_role("button", name="Download")).to_be_disabled()
    page.get_by_role("link", name="Revoke this key…").click()
    page.get_by_label("Compromised").check()
    page.get_by_label("Type the name of the key").fill("Website")
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("The key is revoked.")).to_be_visible()
    assert violations(page) == []
    assert server.get("/v1/token", token).status_code == 401

    page.get_by_role("link", name="Why was it refused?").click()
    page.get_by_label("Token or URL").fill(token)
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_role("heading", name=re.compile("^Refused: "))).to_be_visible()
    expect(page.get_by_role("link", name="KEY_REVOKED")).to_be_visible()
    expect(page.get_by_role("link", name=f"the key {key_id}")).to_be_visible()
    assert violations(page) == []


def contents_of(request: Request) -> bytes:
    """All that a request carries, percent-decoded."""
    body = request.post_data_buffer or b""
    text = "\n".join([request.url, *(f"{name}: {value}" for name, value in request.headers.items())]).encode()
    return unquote_to_bytes(text) + b"\n" + body + b"\n" + unquote_to_bytes(body.replace(b"+", b" "))


def traces_of(private: keypair.PrivateKey) -> list[bytes]:
    """Every form in which the secret number could travel: raw, hexadecimal, Base64 at each alignment."""
    numbers = private._key.private_numbers()
    secret = numbers.private_value.to_bytes(32, "big")
    traces = [secret, secret.hex().encode(), secret.hex().upper().encode(), str(numbers.private_value).encode()]
    for shift in range(3):
        whole = base64.b64encode(bytes(shift) + secret)[4:-4]
        traces += [whole, whole.replace(b"+", b"-").replace(b"/", b"_")]
    return traces


def test_a_key_made_in_the_browser_never_leaves_it(
    page: Page, context: BrowserContext, server: Served, set_up_link: str, tmp_path: Path
) -> None:
    sent: list[bytes] = []
    context.on("request", lambda request: sent.append(contents_of(request)))
    set_up(page, set_up_link)
    team_id = team_id_of(page)
    register_maps_id(page, IDENTIFIER, "My website")
    begin_key(page, "Careful", "In this browser")
    with page.expect_download() as started:
        page.get_by_role("button", name="Generate and register").click()
    file = tmp_path / started.value.suggested_filename
    started.value.save_as(file)
    page.get_by_text(f"{file.name} was saved.").wait_for()
    assert violations(page) == []
    page.get_by_role("link", name="Done").click()
    page.get_by_role("heading", name="Use Careful").wait_for()

    private = keypair.read_private_key(file.read_bytes())
    public = base64.b64encode(private.public.der())[20:80]
    assert any(public in content.replace(b"\n", b"").replace(b"\r", b"") for content in sent)  # the test can see
    for content in sent:
        plain = content.replace(b"\n", b"").replace(b"\r", b"")
        assert not any(trace in content or trace in plain for trace in traces_of(private))
    assert b"PRIVATE KEY" not in b"".join(sent)
    assert all("localhost" in line.decode("latin-1") for line in (content.split(b"\n", 1)[0] for content in sent))
    assert exchange_and_geocode(server, file, team_id)[1] == 200
    page.goto(page.url.replace("/use", ""))
    expect(page.get_by_text("was never on this server: only its public key was registered")).to_be_visible()


def test_a_passkey_signs_in_alone_and_as_second_factor(
    page: Page, context: BrowserContext, url: str, set_up_link: str
) -> None:
    set_up(page, set_up_link)
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    page.goto(f"{url}/account")
    page.get_by_label("Name of the new passkey").fill("My laptop")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("The passkey was added.").wait_for()
    page.get_by_role("button", name="Require a passkey after the password").click()
    page.get_by_text("is required").wait_for()
    assert violations(page) == []  # with a passkey in the list

    def sign_out() -> None:
        page.locator("summary", has_text="Ada Lovelace").click()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_text("You are signed out.").wait_for()

    sign_out()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("heading", name="My Company").wait_for()
    sign_out()
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Use your passkey").wait_for()
    assert violations(page) == []
    page.goto(f"{url}/account")
    page.get_by_role("heading", name="Sign in").wait_for()  # the password alone opened nothing
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Use your passkey").click()
    page.get_by_role("heading", name="Your account").wait_for()
