"""Keys: creating one as in Apple's article, one download, the other ways to create a key pair, renaming, revoking."""

import base64
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from conftest import NOON
from known_keys import granted
from trigpoint.authority.opening import Authority
from trigpoint.base.ids import TeamId
from trigpoint.credentials import keypair
from trigpoint.credentials.call import Call
from trigpoint.credentials.key import Key, KeyState, PrivateHalf
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.services import Service
from web.portal.browsing import Browser, Page

IDENTIFIER = "maps.com.mycompany.mywebsite"


@pytest.fixture
def maps_id(authority: Authority, operator: Actor, team_id: TeamId) -> str:
    return authority.maps_ids.register(
        operator, team_id=team_id, identifier=IDENTIFIER, description="My website"
    ).identifier


@pytest.fixture
def key(authority: Authority, operator: Actor, team_id: TeamId, maps_id: str) -> Key:
    return authority.keys.create(operator, team_id=team_id, name="Website", maps_id=maps_id)


def review(browser: Browser, base: str, *, name: str = "Website", **values: str) -> Page:
    form = browser.open(f"{base}/keys/new")
    return browser.press(form, "/keys/review", name=name, **values)


def test_the_service_is_disabled_with_the_reason_until_there_is_a_maps_id(ada: Browser, base: str) -> None:
    page = ada.open(f"{base}/keys/new")
    assert re.search(r'name="mapkit_js"[^>]* disabled', page.answer.text)
    assert "Register a Maps ID first." in page.text
    assert f'href="{base}/identifiers/new"' in page.answer.text


@pytest.mark.usefixtures("maps_id")
def test_a_key_is_created_as_in_apples_article(ada: Browser, base: str, authority: Authority, team_id: TeamId) -> None:
    authority.maps_ids.register(
        Actor.as_operator("test"), team_id=team_id, identifier="maps.org.other", description="Other"
    )
    form = ada.open(f"{base}/keys/new")
    configure = ada.press(form, "/keys/review", "Configure", name="Website")
    assert "0 of 2 live keys" in configure.text
    back = ada.press(configure, "/keys/new", "Save", maps_id=IDENTIFIER)
    fields = dict(back.form("/keys/review").fields)
    assert (fields["name"], fields["maps_id"], fields["mapkit_js"]) == ("Website", IDENTIFIER, "on")
    reviewed = ada.press(back, "/keys/review", "Continue")
    assert "Review the key" in reviewed.text
    made = ada.press(reviewed, "/keys", "Register")
    assert made.path.endswith("/registered")
    key_id = made.path.split("/")[-2]
    file = ada.press(made, "/download", "Download").answer
    assert file.headers["content-disposition"] == f'attachment; filename="AuthKey_{key_id}.p8"'
    assert file.headers["content-type"] == "application/pkcs8"
    private = keypair.read_private_key(file.content)
    assert private.public.der() == authority.keys.get(Actor.as_operator("test"), key_id).public_key
    again = ada.press(made, "/download", "Download")
    assert again.status == 409
    assert "was downloaded already on 15 January 2027, 08:00:00 UTC, by ada@example.com" in again.text
    page = ada.open(f"{base}/keys/{key_id}")
    assert "<button disabled>Download</button>" in page.answer.text
    use = ada.open(f"{base}/keys/{key_id}/use")
    assert key_id in use.text
    assert team_id in use.text
    assert "https://maps.example.com/v1/geocode" in use.text


@pytest.mark.usefixtures("maps_id")
def test_a_double_click_creates_one_key(
    ada: Browser, base: str, authority: Authority, operator: Actor, team_id: TeamId
) -> None:
    target, sent = review(ada, base).form("/keys").fill({}, button="Register")
    with ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(lambda _: ada.post(target, sent), range(4)))
    keys = authority.keys.list(operator, team_id=team_id)
    assert len(keys) == 1
    assert {page.path for page in pages} == {f"{base}/keys/{keys[0].key_id}/registered"}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"name": ""}, "1 to 50 letters, digits and spaces"),
        ({"name": "Website!"}, "1 to 50 letters, digits and spaces"),
        ({"maps_id": ""}, "Press Configure, and choose the Maps ID"),
        ({"maps_id": "maps.org.nobodys"}, "Press Configure, and choose the Maps ID"),
        ({"way": "carrier pigeon"}, "Choose one of the three ways"),
        ({"way": "own", "public_key": "ssh-rsa AAAA"}, "this is"),
        ({"expires_on": "2020-01-01"}, "today or later"),
        ({"expires_on": "soon"}, "a date (year-month-day)"),
    ],
)
@pytest.mark.usefixtures("maps_id")
def test_an_error_is_shown_at_its_field(ada: Browser, base: str, values: dict[str, str], told: str) -> None:
    page = review(ada, base, **values)
    assert (page.status, told in page.text) == (400, True)


@pytest.mark.usefixtures("maps_id")
def test_a_key_needs_a_service(ada: Browser, base: str) -> None:
    target, sent = ada.open(f"{base}/keys/new").form("/keys/review").fill({"name": "Website"})
    page = ada.post(target, [field for field in sent if field[0] != "mapkit_js"])
    assert "Choose at least one service" in page.text


def test_a_name_in_use_is_reported_at_review(ada: Browser, base: str, key: Key) -> None:
    page = review(ada, base, name="WEBSITE")
    assert f"The team already has a key with this name: {key.key_id}" in page.text


def test_a_full_maps_id_cannot_be_chosen(
    ada: Browser, base: str, key: Key, authority: Authority, operator: Actor
) -> None:
    authority.keys.create(operator, team_id=key.team_id, name="Successor", maps_id=key.maps_id)
    page = review(ada, base, name="Third", maps_id=key.maps_id, mapkit_js="on")
    assert "already has 2 live keys" in page.text
    configure = ada.press(ada.open(f"{base}/keys/new"), "/keys/review", "Configure")
    assert "2 of 2 live keys: revoke one first" in configure.text


@pytest.mark.usefixtures("maps_id")
def test_a_key_expires_at_the_end_of_its_last_day(
    ada: Browser, base: str, authority: Authority, operator: Actor, team_id: TeamId
) -> None:
    ada.press(review(ada, base, expires_on="2027-01-31"), "/keys", "Register")
    (key,) = authority.keys.list(operator, team_id=team_id)
    assert key.expires_at == 1_801_440_000_000  # 2027-02-01T00:00:00Z


@pytest.mark.usefixtures("maps_id")
def test_a_public_key_is_registered_with_a_proof(
    ada: Browser, base: str, authority: Authority, operator: Actor, team_id: TeamId
) -> None:
    private = keypair.generate()
    pem = (
        "-----BEGIN PUBLIC KEY-----\n" + base64.encodebytes(private.public.der()).decode() + "-----END PUBLIC KEY-----"
    )
    page = review(ada, base, way="own", public_key=pem)
    challenge = dict(page.form("/keys").fields)["challenge"]
    assert f"printf %s '{challenge}' | openssl dgst -sha256 -sign" in page.text
    wrong = ada.press(page, "/keys", "Register", proof=base64.b64encode(bytes(64)).decode())
    assert "The proof must be an ECDSA P-256 SHA-256 signature" in wrong.text
    proof = base64.b64encode(private.sign(challenge.encode())).decode()
    assert dict(wrong.form("/keys").fields)["challenge"] == challenge
    made = ada.press(wrong, "/keys", "Register", proof=proof)
    assert "was never on this server: only its public key was registered" in made.text
    (key,) = authority.keys.list(operator, team_id=team_id)
    assert (key.private_half, key.public_key) == (PrivateHalf.NEVER_HERE, private.public.der())


def test_concurrent_renames_are_refused_instead_of_lost(
    ada: Browser, base: str, key: Key, as_role: Callable[[Role], Browser]
) -> None:
    bob = as_role(Role.ADMIN)
    path = f"{base}/keys/{key.key_id}"
    of_ada, of_bob = ada.open(path), bob.open(path)
    assert "The name was changed" in ada.press(of_ada, "/rename", name="Shop").text
    refused = bob.press(of_bob, "/rename", name="Blog")
    assert refused.status == 409
    assert "Somebody else has changed this key. Its name is now Shop." in refused.text
    assert ("name", "Blog") in refused.form("/rename").fields


def test_a_revocation_needs_the_name_and_a_reason(
    ada: Browser, base: str, key: Key, authority: Authority, operator: Actor
) -> None:
    asked = ada.open(f"{base}/keys/{key.key_id}/revoke")
    assert f"{IDENTIFIER} will have no live key" in asked.text.replace(". ", ".")
    wrong = ada.press(asked, "", confirmation="website")
    assert wrong.status == 400
    assert "It must be the key's name: Website" in wrong.text
    assert "Choose a reason." in wrong.text
    assert authority.keys.get(operator, key.key_id).state is KeyState.ACTIVE
    done = ada.press(asked, "", confirmation="Website", reason="compromised", note="in a public repository")
    assert "The key is revoked." in done.text
    assert "because compromised: in a public repository" in done.text
    found = authority.keys.get(operator, key.key_id)
    assert (found.state, found.revoked_by) == (KeyState.REVOKED, "ada@example.com")
    assert ada.press(asked, "", confirmation="Website", reason="compromised").status == 409
    assert ada.open(f"{base}/keys/{key.key_id}/revoke").status == 409


@pytest.mark.parametrize("role", [Role.DEVELOPER, Role.VIEWER])
@pytest.mark.parametrize("path", ["", "/configure", "/review", "/new", "/KEY/download", "/KEY/rename", "/KEY/revoke"])
def test_lower_roles_see_and_change_nothing(
    base: str, key: Key, as_role: Callable[[Role], Browser], role: Role, path: str
) -> None:
    low = as_role(role)
    page = low.open(f"{base}/keys/{key.key_id}")
    assert page.status == 200
    assert not any(form.action.endswith(("/download", "/rename")) for form in page.forms)
    token = dict(low.open("/account").form("/account/name").fields)["form_token"]
    fields = {
        "form_token": token,
        "name": "Website",
        "confirmation": "Website",
        "reason": "compromised",
        "version": "1",
    }
    refused = low.post(f"{base}/keys{path.replace('KEY', key.key_id)}", fields)
    assert refused.status == 403
    assert f"The role {role.words} may not create, download, rename or revoke keys" in refused.text


def test_search_and_filter(ada: Browser, base: str, key: Key) -> None:
    for query, found in (("q=websit", True), (f"q={key.key_id}", True), ("q=nothing", False), ("show=revoked", False)):
        assert (f"/keys/{key.key_id}" in ada.open(f"{base}/keys?{query}").answer.text) is found


def test_the_consequence_of_a_revocation_is_shown_in_numbers(
    ada: Browser, base: str, key: Key, authority: Authority, operator: Actor
) -> None:
    authority._memory.refresh()
    for origin, calls in (("https://www.example.com", 1200), ("https://shop.example.com", 34), (None, 1)):
        call = Call(Service.SERVER_API, origin, NOON, "192.0.2.7")
        for _ in range(calls):
            authority._tally.settle(granted(authority, key.key_id, call), 200)
    authority._tally.flush()
    successor = authority.keys.create(operator, team_id=key.team_id, name="Successor", maps_id=key.maps_id)
    page = ada.open(f"{base}/keys/{key.key_id}/revoke")
    assert "Calls in this hour and the previous one1,235" in page.text
    assert "Used fromhttps://www.example.com, https://shop.example.com" in page.text
    assert f"Other live keysSuccessor {successor.key_id}" in page.text
    assert "Last used15 January 2027, 08:00:00 UTC" in page.text
