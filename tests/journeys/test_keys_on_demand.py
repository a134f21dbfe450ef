"""A real server with a key cache smaller than the number of keys: a revoked key is refused, cached or not."""

import os
import time
from pathlib import Path
from unittest import mock

import pytest

from commands import trigpoint
from patience import PATIENCE_S
from served import Served, a_server
from services import new_migrated_database
from trigpoint.authority.opening import open_authority
from trigpoint.client import Signer
from trigpoint.credentials.keypair import read_private_key
from trigpoint.credentials.roles import SYSTEM

CALL = "/v1/reverseGeocode?loc=60.1699,24.9384"
"""A call that is admitted, and finds no places (503)."""
REMEMBERED, KEYS = 10, 25


def make_keys(home: Path, database_url: str | None) -> list[Signer]:
    authority = open_authority(home=home, database_url=database_url)
    team = authority.teams.create(SYSTEM, "On demand").team_id
    signers = []
    for number in range(KEYS):
        maps_id = f"maps.com.example.app{number}"
        authority.maps_ids.register(SYSTEM, team_id=team, identifier=maps_id, description="A journey")
        key = authority.keys.create(SYSTEM, team_id=team, name=f"Key {number}", maps_id=maps_id)
        private = read_private_key(authority.keys.download(SYSTEM, key.key_id).pem)
        signers.append(Signer(private, key.key_id, team))
    authority.close()
    return signers


def count(server: Served, name: str) -> int:
    """Read a counter of all workers, which each of them writes down once a second."""
    lines = server.get("/metrics").text.splitlines()
    return int(next(line.rpartition(" ")[2] for line in lines if line.startswith(f"{name} ")))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_revoked_key_is_refused_even_if_no_worker_has_it_cached(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    home = tmp_path / "home"
    address = None if kind == "sqlite" else new_migrated_database(request.getfixturevalue("postgres"))
    signers = make_keys(home, address)
    settings = {"TRIGPOINT_KEYS_IN_MEMORY": str(REMEMBERED)} | ({"TRIGPOINT_DATABASE_URL": address} if address else {})
    with a_server(home, "--workers", "2", "--no-sample", **settings) as server:
        access = [server.get("/v1/token", signer.auth_token()).json()["accessToken"] for signer in signers]
        for _ in range(3):  # each on a connection of its own, so that both workers use more keys than they remember
            assert all(server.get(CALL, token).status_code not in {401, 429} for token in access)
        with mock.patch.dict(os.environ, server.environment):
            for number in (0, 1, KEYS - 1):  # the first were forgotten, the last is remembered
                told = trigpoint("key", "revoke", signers[number].key_id, "--reason", "compromised", "--yes")
                assert told.code == 0, told.err
                for _ in range(10):
                    for path, token in ((CALL, access[number]), ("/v1/token", signers[number].auth_token())):
                        answer = server.get(path, token)
                        assert answer.status_code == 401
                        assert answer.json()["error"]["details"][0].startswith("KEY_REVOKED: ")
        assert server.get(CALL, access[2]).status_code not in {401, 429}
        deadline = time.monotonic() + PATIENCE_S
        while count(server, "trigpoint_key_evictions_total") == 0:
            assert time.monotonic() < deadline, "no worker has forgotten a key"
            time.sleep(0.1)
        assert count(server, "trigpoint_keys_remembered") <= REMEMBERED
