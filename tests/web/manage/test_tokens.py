"""Maps tokens: diagnosis, introspection, and the public keys that verify them."""

import asyncio
import json
from typing import Any

import pytest
from joserfc import jwk, jwt

from conftest import NOON
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials import auth_token
from trigpoint.credentials.call import Call
from trigpoint.credentials.keypair import PrivateKey, read_private_key
from trigpoint.credentials.roles import Role
from trigpoint.credentials.services import Service
from trigpoint.credentials.snapshot_signature import sign_url
from web.manage.callers import REQUEST_ID, Caller, World


@pytest.fixture
def private(world: World) -> PrivateKey:
    return read_private_key(world.authority.keys.download(world.operator, world.key).pem)


def a_token(world: World, private: PrivateKey, **more: Any) -> str:
    return auth_token.sign(
        private,
        key_id=KeyId(world.key),
        team_id=TeamId(world.team),
        issued_at=int(NOON),
        expires_at=int(NOON) + 1800,
        **more,
    )


def introspect(caller: Caller, token: str, **more: str) -> dict[str, Any]:
    answer = caller.post(
        "tokens/introspect", data={"token": token, "token_type_hint": "access_token", "odd": "1"} | more
    )
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def failure(caller: Caller, token: str, **more: str) -> str | None:
    found = caller.post("tokens/diagnose", {"token": token} | more).json()
    failed = [finding["code"] for finding in found["findings"] if finding["outcome"] == "failed"]
    assert found["refused"] is bool(failed)
    return failed[0] if failed else None


def test_a_valid_token_is_diagnosed_without_failures(world: World, admin: Caller, private: PrivateKey) -> None:
    token = a_token(world, private, scope="server_api")
    found = admin.post("tokens/diagnose", {"token": f"  Bearer {token}\n"}).json()
    assert (found["kind"], found["refused"]) == ("auth token", False)
    assert (found["keyId"], found["teamId"], found["mapsId"]) == (world.key, world.team, world.maps_id)
    assert found["times"] == {"iat": "2027-01-15T08:00:00Z", "exp": "2027-01-15T08:30:00Z"}
    assert {finding["outcome"] for finding in found["findings"]} <= {"passed", "warned"}


def test_an_invalid_token_is_diagnosed_with_a_fix(world: World, admin: Caller, private: PrivateKey) -> None:
    token = a_token(world, private, scope="mapkit_js", origin="example.com")
    assert failure(admin, token) == "SCOPE_LACKS_SERVICE"
    assert failure(admin, token, service="mapkit_js", origin="https://example.org") == "ORIGIN_CHECK_FAILURE"
    assert failure(admin, token, service="mapkit_js", origin="https://example.com") is None
    admin.post(f"keys/{world.key}/revoke", {"reason": "compromised"})
    assert failure(admin, token, service="mapkit_js") == "KEY_REVOKED"


def test_a_diagnosis_reveals_nothing_about_keys_of_other_teams(world: World, private: PrivateKey) -> None:
    stranger = world.caller(Role.ACCOUNT_HOLDER, team=world.other_team)
    token = a_token(world, private)
    found = stranger.post("tokens/diagnose", {"token": token})
    assert failure(stranger, token) == "KEY_UNKNOWN"
    assert not {"keyId", "teamId", "mapsId"} & set(found.json())
    assert world.maps_id not in found.text
    assert introspect(stranger, token) == {"active": False}


def test_introspection_says_what_a_token_is_valid_for(world: World, admin: Caller, private: PrivateKey) -> None:
    token = a_token(world, private, scope="mapkit_js server_api", origin="example.com")
    assert introspect(admin, token) == {
        "active": True,
        "scope": "mapkit_js server_api",
        "client_id": world.maps_id,
        "token_type": "auth",
        "exp": int(NOON) + 1800,
        "iat": int(NOON),
        "iss": world.team,
        "sub": world.key,
        "origin": "example.com",
    }
    assert introspect(admin, token, origin="https://example.org") == {"active": False}
    assert introspect(admin, token, service="web_snapshots") == {"active": False}
    assert introspect(admin, token, service="server_api", origin="https://example.com")["scope"] == "server_api"


@pytest.mark.parametrize("token", ["x", "a.b.c", "tp_x", " "])
def test_a_text_that_is_no_token_is_not_active(admin: Caller, token: str) -> None:
    assert introspect(admin, token) == {"active": False}


def test_introspection_follows_a_revocation_at_once(world: World, admin: Caller, private: PrivateKey) -> None:
    token = a_token(world, private)
    assert introspect(admin, token)["active"] is True
    admin.post(f"keys/{world.key}/revoke", {"reason": "superseded"})
    assert introspect(admin, token) == {"active": False}


def test_an_access_token_is_introspected_too(world: World, admin: Caller, private: PrivateKey) -> None:
    call = Call(Service.SERVER_API, None, NOON)
    credential = a_token(world, private, scope="server_api")
    access = asyncio.run(world.authority.exchange(credential, call)).token
    found = introspect(admin, access)
    assert (found["active"], found["token_type"], found["scope"]) == (True, "access", "server_api")
    assert (found["iss"], found["sub"]) == (world.team, world.key)
    assert introspect(world.caller(Role.ADMIN, team=world.other_team), access) == {"active": False}
    assert failure(admin, access) is None


def test_an_unknown_service_is_named(admin: Caller) -> None:
    answer = admin.post("tokens/introspect", data={"token": "x", "service": "maps"})
    assert (answer.status_code, answer.json()["errors"][0]["name"]) == (400, "service")
    assert admin.post("tokens/introspect", data={}).status_code == 400


def test_a_public_key_of_the_team_verifies_its_tokens(world: World, private: PrivateKey) -> None:
    token = a_token(world, private)
    answers = [
        world.outsider.get(f"/.well-known/jwks.json?team={world.team}"),
        world.outsider.get(f"/teams/{world.team}/.well-known/jwks.json"),
    ]
    for answer in answers:
        assert answer.headers["content-type"] == "application/jwk-set+json"
        assert answer.headers["cache-control"] == "public, max-age=30"
        assert answer.headers["access-control-allow-origin"] == "*"
        keys = jwk.KeySet.import_key_set(answer.json())
        assert jwt.decode(token, keys, algorithms=["ES256"]).claims["iss"] == world.team
        assert "d" not in json.loads(answer.text)["keys"][0]


def test_only_live_keys_are_published(world: World, admin: Caller) -> None:
    def key_ids(team: str) -> list[str]:
        return [key["kid"] for key in world.outsider.get(f"/.well-known/jwks.json?team={team}").json()["keys"]]

    assert key_ids(world.team) == [world.key]
    assert key_ids(world.other_team) == []
    admin.post(f"keys/{world.key}/revoke", {"reason": "superseded"})
    assert key_ids(world.team) == []


@pytest.mark.parametrize(("query", "status"), [("", 400), ("?team=x", 400), ("?team=AAAAAAAAAA", 404)])
def test_the_published_keys_are_those_of_one_team(world: World, query: str, status: int) -> None:
    answer = world.outsider.get(f"/.well-known/jwks.json{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_a_refusal_is_found_by_the_request_id_of_its_answer(world: World, admin: Caller) -> None:
    found = admin.get(f"refusals/{REQUEST_ID.upper()}").json()
    assert (found["requestId"], found["code"], found["detail"]) == (REQUEST_ID, "KEY_REVOKED", "The key was revoked.")
    assert (found["keyId"], found["origin"], found["at"]) == (world.key, "https://a.example", "2027-01-15T08:00:00Z")
    assert found["hint"]
    assert admin.get(f"refusals/{REQUEST_ID[:-1]}1").status_code == 404
    assert admin.get("refusals/1").json()["errors"][0]["name"] == "requestId"


def test_a_snapshot_s_url_is_diagnosed_and_its_signature_is_not_repeated(
    world: World, admin: Caller, private: PrivateKey
) -> None:
    path = "https://maps.example.com/api/v1/snapshot?center=47.14%2C9.52"
    url = sign_url(private, path, team_id=TeamId(world.team), key_id=KeyId(world.key), referer="https://a.example/")

    def diagnose(text: str, **more: str) -> dict[str, Any]:
        answer = admin.post("snapshots/diagnose", {"url": text} | more)
        assert answer.status_code == 200, answer.text
        assert url.rpartition("=")[2] not in answer.text
        found: dict[str, Any] = answer.json()
        return found

    good = diagnose(url, referer="https://a.example/")
    assert (good["kind"], good["refused"], good["mapsId"]) == ("signed snapshot URL", False, world.maps_id)
    bad = diagnose(url.replace("%2C", ","), referer="https://a.example/")
    (failed,) = [one for one in bad["findings"] if one["outcome"] == "failed"]
    assert failed["code"] == "SNAPSHOT_SIGNATURE_INVALID"
    assert "'%2C' became ','" in failed["detail"]
    token = a_token(world, private, scope="web_snapshots", origin="a.example")
    assert diagnose(f"{path}&token={token}", origin="https://a.example")["kind"] == "snapshot URL with a token"
    assert diagnose(f"{path}&token={token}")["refused"] is True
    odd = admin.post("snapshots/diagnose", {"url": "https://maps.example.com/v1/geocode?q=a"})
    assert (odd.status_code, "must be the URL of a snapshot" in odd.text) == (400, True)
