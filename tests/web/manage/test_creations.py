"""Each object is created once, and a private key is returned once."""

from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from trigpoint.credentials import keypair
from trigpoint.credentials.roles import Role
from web.manage.callers import MAPS_ID, Caller, World

NEW_KEY = {"name": "New", "mapsId": MAPS_ID}
ONCE = {"idempotency-key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


def key_count(world: World) -> int:
    return len(world.authority.keys.list(world.operator, team_id=world.team))


def test_the_private_key_is_returned_once(world: World, admin: Caller) -> None:
    answer = admin.post(f"teams/{world.team}/keys", NEW_KEY)
    made = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/manage/v1/keys/{made['keyId']}"
    assert made["fileName"] == f"AuthKey_{made['keyId']}.p8"
    private = keypair.read_private_key(made["privateKey"])
    assert private.public.pem() == made["publicKey"]
    found = admin.get(f"keys/{made['keyId']}").json()
    assert "privateKey" not in found
    assert (found["privateHalf"], found["downloadedBy"]) == ("downloaded", made["createdBy"])
    assert admin.post(f"keys/{made['keyId']}/download").status_code == 409


def test_a_key_can_be_downloaded_later(world: World, admin: Caller) -> None:
    made = admin.post(f"teams/{world.team}/keys", NEW_KEY | {"download": False}).json()
    assert made["privateHalf"] == "waiting"
    assert "privateKey" not in made
    got = admin.post(f"keys/{made['keyId']}/download").json()
    assert keypair.read_private_key(got["privateKey"]).public.pem() == made["publicKey"]
    again = admin.post(f"keys/{made['keyId']}/download")
    assert again.status_code == 409
    assert "was downloaded already on 15 January 2027" in again.json()["detail"]


def test_a_repetition_creates_no_second_key_and_does_not_return_the_secret(world: World, admin: Caller) -> None:
    before = key_count(world)
    made = admin.post(f"teams/{world.team}/keys", NEW_KEY, headers=ONCE).json()
    again = admin.post(f"teams/{world.team}/keys", NEW_KEY, headers=ONCE)
    assert (again.status_code, again.json()["type"]) == (409, "/manage/docs#problem-already-created")
    assert again.json()["subject"] == made["keyId"]
    assert made["privateKey"].splitlines()[1] not in again.text
    assert key_count(world) == before + 1


def test_a_key_whose_response_was_lost_is_returned_to_the_repetition(world: World, admin: Caller) -> None:
    waiting = admin.post(f"teams/{world.team}/keys", NEW_KEY | {"download": False}, headers=ONCE).json()
    again = admin.post(f"teams/{world.team}/keys", NEW_KEY | {"download": False}, headers=ONCE)
    assert (again.status_code, again.json()["keyId"]) == (201, waiting["keyId"])


def test_of_simultaneous_repetitions_one_gets_the_private_key(world: World, admin: Caller) -> None:
    before = key_count(world)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: admin.post(f"teams/{world.team}/keys", NEW_KEY, headers=ONCE), range(6)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]
    assert key_count(world) == before + 1


def test_an_idempotency_key_is_valid_for_one_request_of_one_token(world: World, admin: Caller) -> None:
    admin.post(f"teams/{world.team}/keys", NEW_KEY, headers=ONCE)
    other = admin.post(f"teams/{world.team}/keys", NEW_KEY | {"name": "Other"}, headers=ONCE)
    assert (other.status_code, other.json()["type"]) == (422, "/manage/docs#problem-idempotency-key-reused")
    elsewhere = admin.post(f"teams/{world.team}/maps-ids", {"mapsId": "maps.a.b", "description": "x"}, headers=ONCE)
    assert elsewhere.status_code == 422
    somebody_else = world.caller(Role.ADMIN).post(
        f"teams/{world.team}/maps-ids", {"mapsId": "maps.a.b", "description": "x"}, headers=ONCE
    )
    assert somebody_else.status_code == 201


@pytest.mark.parametrize("key", ["", "with blank", "x" * 129, "é"])
def test_a_malformed_idempotency_key_is_refused(world: World, admin: Caller, key: str) -> None:
    answer = admin.post(f"teams/{world.team}/keys", NEW_KEY, headers={"idempotency-key": key.encode()})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["name"] == "Idempotency-Key"


def test_a_repeated_registration_gets_the_first_response(world: World, admin: Caller) -> None:
    body = {"mapsId": "maps.com.second", "description": "Second"}
    first, second = (admin.post(f"teams/{world.team}/maps-ids", body, headers=ONCE) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert admin.post(f"teams/{world.team}/maps-ids", body).status_code == 409


def test_a_team_is_created_once(world: World) -> None:
    caller = world.installation()
    first, second = (caller.post("teams", {"name": "Third"}, headers=ONCE) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json()["teamId"] == second.json()["teamId"]


def a_registration(world: World, admin: Caller, private: keypair.PrivateKey) -> dict[str, Any]:
    challenge = admin.post(f"teams/{world.team}/keys/challenge").json()
    assert challenge["expiresInSeconds"] == 600
    proof = b64encode(private.sign(challenge["challenge"].encode())).decode()
    return NEW_KEY | {"publicKey": private.public.pem(), "challenge": challenge["challenge"], "proof": proof}


def test_a_public_key_is_registered_with_a_proof(world: World, admin: Caller) -> None:
    private = keypair.generate()
    body = a_registration(world, admin, private)
    first, second = (admin.post(f"teams/{world.team}/keys/register", body, headers=ONCE) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json()["privateHalf"] == "never_here"
    assert first.json()["publicKey"] == private.public.pem()
    assert second.json()["keyId"] == first.json()["keyId"]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"proof": "AAAA"}, "proof"),
        ({"proof": "§"}, "proof"),
        ({"challenge": "x"}, "challenge"),
        ({"publicKey": "x"}, "publicKey"),
    ],
)
def test_a_registration_without_proof_is_refused(
    world: World, admin: Caller, change: dict[str, str], name: str
) -> None:
    body = a_registration(world, admin, keypair.generate()) | change
    answer = admin.post(f"teams/{world.team}/keys/register", body)
    assert answer.status_code == 400
    assert name in answer.json()["detail"]


def test_a_key_is_created_with_services_and_expiry(world: World, admin: Caller) -> None:
    body = NEW_KEY | {"services": ["server_api"], "expiresAt": "2027-02-01T00:00:00+02:00", "download": False}
    made = admin.post(f"teams/{world.team}/keys", body).json()
    assert (made["services"], made["expiresAt"]) == (["server_api"], "2027-01-31T22:00:00Z")
    naive = admin.post(f"teams/{world.team}/keys", NEW_KEY | {"expiresAt": "2027-02-01T00:00:00"})
    assert naive.status_code == 400
    none = admin.post(f"teams/{world.team}/keys", NEW_KEY | {"services": []})
    assert none.json()["errors"][0]["name"] == "services"


def test_an_api_token_is_shown_once_and_ends_at_its_revocation(world: World, admin: Caller) -> None:
    made = admin.post(f"teams/{world.team}/api-tokens", {"name": "CI", "role": "developer"}, headers=ONCE).json()
    holder = Caller(world.app, made["token"])
    assert holder.get("me").json()["role"] == "developer"
    again = admin.post(f"teams/{world.team}/api-tokens", {"name": "CI", "role": "developer"}, headers=ONCE)
    assert (again.status_code, again.json()["subject"]) == (409, made["apiTokenId"])
    listed = admin.get(f"teams/{world.team}/api-tokens")
    assert made["token"] not in listed.text
    assert admin.ask("DELETE", f"api-tokens/{made['apiTokenId']}").status_code == 204
    assert holder.get("me").json()["code"] == "API_TOKEN_REVOKED"
    assert admin.get(f"api-tokens/{made['apiTokenId']}").json()["state"] == "revoked"


def test_an_invitation_link_is_shown_once(world: World, admin: Caller) -> None:
    body = {"role": "developer", "email": "grace@example.com"}
    made = admin.post(f"teams/{world.team}/invitations", body, headers=ONCE).json()
    assert made["link"].startswith("/invitations/")
    assert admin.post(f"teams/{world.team}/invitations", body, headers=ONCE).status_code == 409
    listed = admin.get(f"teams/{world.team}/invitations")
    assert made["invitationId"] in listed.text
    assert made["link"].rpartition("/")[2] not in listed.text
    path = f"teams/{world.team}/invitations/{made['invitationId']}"
    assert [admin.ask("DELETE", path).status_code for _ in range(2)] == [204, 404]


def test_a_maps_token_is_issued_copied_and_revoked(world: World, admin: Caller) -> None:
    body = {"type": "mapkit_js", "origins": "example.org", "expires": "30d"}
    first, second = (admin.post(f"teams/{world.team}/maps-tokens", body, headers=ONCE) for _ in range(2))
    made = first.json()
    assert first.status_code == second.status_code == 201
    assert second.json() == made
    assert (made["type"], made["origin"], made["restriction"]) == ("mapkit_js", "example.org", "Domain")
    path = f"maps-tokens/{made['tokenId']}"
    assert admin.post(f"{path}/copy").json()["token"] == made["token"]
    assert "token" not in admin.get(path).json()
    assert admin.post(f"{path}/revoke").json()["state"] == "revoked"
    listed = admin.get(f"teams/{world.team}/maps-tokens").json()["items"]
    assert {row["tokenId"]: row["state"] for row in listed} == {made["tokenId"]: "revoked", world.maps_token: "active"}
