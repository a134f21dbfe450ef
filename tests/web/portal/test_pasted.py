"""Texts pasted into "Why was it refused?": tokens, headers, and URLs of snapshots and embedded maps."""

import pytest

from trigpoint.authority.opening import Authority
from trigpoint.credentials import auth_token, keypair
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.services import Service
from trigpoint.credentials.snapshot_signature import sign_url
from trigpoint.web.portal.refusals.pasted import Kind, Pasted, read_pasted
from web.portal.browsing import Browser

OPERATOR = Actor.as_operator("test")
HOST = "https://maps.example.com"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.b.c", Pasted(Kind.TOKEN, "a.b.c")),
        ("Authorization: Bearer a.b\n.c ", Pasted(Kind.TOKEN, "a.b.c")),
        ("1_x_y", Pasted(Kind.ACCESS_KEY, "1_x_y")),
        ("https://m.example/ti/osm/1/2/3.mvt?v=1&accessKey=1_x&z=1", Pasted(Kind.ACCESS_KEY, "1_x")),
        (f"{HOST}/embed/v1/place?place=I1&token=a.b.c", Pasted(Kind.TOKEN, "a.b.c", Service.EMBED_API)),
        (f'"{HOST}/v1/embed?center=1,2&amp;token=a.b.c"', Pasted(Kind.TOKEN, "a.b.c", Service.EMBED_API)),
        ("/embed/v1/embed?center=1,2", Pasted(Kind.TOKEN, "", Service.EMBED_API)),
        ("https://[broken?token=a", Pasted(Kind.TOKEN, "https://[broken?token=a")),
        ("/api/v1/snapshot?center=1,2", Pasted(Kind.SNAPSHOT, "/api/v1/snapshot?center=1,2", Service.WEB_SNAPSHOTS)),
        ("", Pasted(Kind.TOKEN, "")),
    ],
)
def test_the_credential_is_found_in_what_is_pasted(text: str, expected: Pasted) -> None:
    assert read_pasted(text) == expected


def a_key(authority: Authority, base: str) -> tuple[str, str, keypair.PrivateKey]:
    team_id = base.rpartition("/")[2]
    authority.maps_ids.register(OPERATOR, team_id=team_id, identifier="maps.com.paste", description="Paste")
    key = authority.keys.create(OPERATOR, team_id=team_id, name="Paste", maps_id="maps.com.paste")
    private = keypair.read_private_key(authority.keys.download(OPERATOR, key.key_id).pem)
    return team_id, key.key_id, private


def test_a_snapshot_url_is_judged_completely_and_its_signature_is_not_shown(
    authority: Authority, ada: Browser, base: str
) -> None:
    team_id, key_id, private = a_key(authority, base)
    url = sign_url(private, f"{HOST}/api/v1/snapshot?center=1,2", team_id=team_id, key_id=key_id)  # type: ignore[arg-type] # texts
    page = ada.press(ada.open(f"{base}/refused"), "/refused", token=url)
    assert page.status == 200
    assert "Accepted: every check passes now." in page.text
    assert "86 characters of base64url, not shown" in page.text
    page = ada.press(ada.open(f"{base}/refused"), "/refused", token=url.replace("center=1,2", "center=1,3"))
    assert "Refused:" in page.text
    assert "SNAPSHOT_SIGNATURE" in page.answer.text


def test_the_url_of_an_embedded_map_is_judged_for_the_embed_api(authority: Authority, ada: Browser, base: str) -> None:
    team_id, key_id, private = a_key(authority, base)
    now = int(authority.clock())
    token = auth_token.sign(
        private,
        key_id=key_id,  # type: ignore[arg-type] # a text
        team_id=team_id,  # type: ignore[arg-type] # a text
        issued_at=now,
        expires_at=now + 600,
        scope="mapkit_js",
    )
    page = ada.press(ada.open(f"{base}/refused"), "/refused", token=f"{HOST}/embed/v1/place?place=I1&token={token}")
    assert "this call needs 'embed_api'" in page.text
    page = ada.press(ada.open(f"{base}/refused"), "/refused", token=f"{HOST}/embed/v1/place?place=I1")
    assert page.status == 400
    assert "This URL has no token." in page.text
