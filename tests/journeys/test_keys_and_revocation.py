"""A key over real HTTP with two workers: exchanged, used, revoked, and refused with the exact reason."""

import base64
import json
import re
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from patience import PATIENCE_S
from running import Raw
from served import Served, a_server

APPLE_401 = b'{"error":{"message":"Not Authorized","details":[]}}'
FLOODING = "127.0.0.2" if sys.platform == "linux" else None
"""Where clients are that are refused often: refusals are limited by address, and other tests share the server."""
CALL = "/v1/reverseGeocode?loc=60.1699,24.9384"


def exchange(server: Served, auth_token: str) -> str:
    answer = server.get("/v1/token", auth_token)
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["accessToken"]
    return token


def admitted(answer: httpx.Response) -> bool:
    """Tell an admitted call from a refused one, whatever the engines say."""
    return answer.status_code not in {401, 429}


def test_the_access_token_has_the_form_that_clients_need(server: Served, key: Any) -> None:
    answer = server.get("/v1/token", key.signer.auth_token())
    told = answer.json()
    assert told.keys() == {"accessToken", "expiresInSeconds"}
    assert type(told["expiresInSeconds"]) is int
    assert told["expiresInSeconds"] == 1800
    header, payload, _ = told["accessToken"].split(".")
    claims = json.loads(base64.b64decode(payload + "=="))  # the standard alphabet: one client decodes it so
    assert json.loads(base64.b64decode(header + "=="))["alg"] == "HS512"
    assert claims["exp"] - claims["iat"] == 1800
    assert abs(claims["exp"] - 1800 - time.time()) < 30


def test_a_revoked_key_is_refused_on_every_worker_with_the_time_and_the_reason(server: Served, key: Any) -> None:
    auth = key.signer.auth_token()
    access = exchange(server, auth)
    assert admitted(server.get(CALL, access))
    revoked = server.trigpoint("key", "revoke", key.key_id, "--reason", "compromised", "--yes", "--json")
    assert revoked.returncode == 0, revoked.stderr
    for _ in range(20):  # each on a connection of its own: both workers answer some
        answer = server.get(CALL, access)
        assert answer.status_code == 401
        code, hint, link = answer.json()["error"]["details"]
        assert re.fullmatch(
            rf"KEY_REVOKED: The key {key.key_id} was revoked on \d+ \w+ \d{{4}}, [\d:]+ UTC \(compromised\)\.", code
        )
        assert hint
        assert link == f"{server.url}/docs/refusals#KEY_REVOKED"
        assert server.get("/v1/token", auth).status_code == 401
    assert 'id="KEY_REVOKED"' in server.get("/docs/refusals").text


def test_no_call_is_admitted_after_the_revocation_was_acknowledged_under_load(server: Served, key: Any) -> None:
    access = exchange(server, key.signer.auth_token())
    begun_and_admitted: list[tuple[float, bool]] = []
    stop = threading.Event()

    def call_on_and_on() -> None:
        headers = {"authorization": f"Bearer {access}"}
        apart = httpx.HTTPTransport(local_address=FLOODING)
        with httpx.Client(base_url=server.url, headers=headers, timeout=30, transport=apart) as client:
            while not stop.is_set():
                begun = time.monotonic()
                begun_and_admitted.append((begun, admitted(client.get("/v1/geocode"))))

    with ThreadPoolExecutor(8) as threads:
        running = [threads.submit(call_on_and_on) for _ in range(8)]
        while len(begun_and_admitted) < 50:
            stop.wait(0.01)
        told = server.trigpoint("key", "revoke", key.key_id, "--reason", "superseded", "--yes")
        acknowledged = time.monotonic()
        before = len(begun_and_admitted)
        while len(begun_and_admitted) < before + 50:
            stop.wait(0.01)
        stop.set()
        for one in running:
            one.result()
    assert told.returncode == 0, told.stderr
    assert any(passed for _, passed in begun_and_admitted)
    assert not [begun for begun, passed in begun_and_admitted if passed and begun > acknowledged]


def test_the_reason_is_in_the_log_under_the_request_id(server: Served) -> None:
    answer = server.get(CALL, "not.a.token")
    lines = [line for line in server.log.read_text().splitlines() if answer.headers["x-rid"] in line]
    assert len(lines) == 1
    assert "401 GET /v1/reverseGeocode" in lines[0]
    assert "not.a.token" not in lines[0]


def test_the_error_for_an_auth_token_sent_directly_says_to_exchange_it(server: Served, key: Any) -> None:
    answer = server.get(CALL, key.signer.auth_token())
    assert answer.status_code == 401
    assert answer.json()["error"]["details"][0].startswith("AUTH_TOKEN_NOT_EXCHANGED: ")
    again = server.get("/v1/token", exchange(server, key.signer.auth_token()))
    assert again.json()["error"]["details"][0].startswith("ACCESS_TOKEN_SENT: ")


def test_the_origins_of_a_token_are_checked_in_the_exchange_and_in_calls(server: Served, key: Any) -> None:
    key.signer.origin = "a.example,*.a.example"
    auth = key.signer.sign()
    access = server.get("/v1/token", auth, origin="https://a.example").json()["accessToken"]
    assert admitted(server.get(CALL, access, origin="https://www.a.example"))
    for path, token in (("/v1/token", auth), (CALL, access)):
        answer = server.get(path, token, origin="https://nota.example")
        assert answer.status_code == 401
        assert answer.json()["error"]["details"][0]["errorType"] == "ORIGIN_CHECK_FAILURE"
        assert "https://nota.example" in answer.json()["error"]["details"][0]["message"]
        assert answer.headers["access-control-allow-origin"] == "*"


def test_a_worker_that_dies_is_replaced_and_the_log_says_why(server: Served, key: Any) -> None:
    import os
    import signal

    access = exchange(server, key.signer.auth_token())
    workers = server.workers()
    assert len(workers) == 2
    os.kill(workers[0], signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE_S
    while (len(now := server.workers()) < 2 or workers[0] in now) and time.monotonic() < deadline:
        threading.Event().wait(0.05)
    assert len(now) == 2
    assert workers[0] not in now
    assert all(admitted(server.get(CALL, access)) for _ in range(10))
    assert (
        f"ERROR trigpoint.server Worker {workers[0]} has ended (SIGKILL: it did not respond" in server.log.read_text()
    )


def test_credentials_and_tokens_survive_a_restart_and_explanations_can_be_off(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with a_server(home, "--no-sample", TRIGPOINT_EXPLAIN="0") as first:
        made = first.trigpoint("team", "create", "A", "--team", "K5GNLXS2QT")
        assert made.returncode == 0
        first.trigpoint("maps-id", "register", "maps.com.a", "--team", "K5GNLXS2QT", "--description", "A")
        told = first.trigpoint(
            "key", "create", "A", "--team", "K5GNLXS2QT", "--maps-id", "maps.com.a", "--out", str(tmp_path), "--json"
        )
        path = json.loads(told.stdout)["path"]
        token = first.trigpoint("token", "create", "--team", "K5GNLXS2QT", "--private-key", path).stdout.strip()
        access = exchange(first, token)
        refused = first.get(CALL, "x.y.z")
        assert refused.content == APPLE_401
        assert first.get(CALL).content == APPLE_401
    assert first.process.returncode == 0
    with a_server(home, "--no-sample") as second:
        assert admitted(second.get(CALL, access))
        assert exchange(second, token)


def test_a_port_in_use_is_reported_with_a_message(server: Served) -> None:
    port = server.url.rpartition(":")[2]
    told = server.trigpoint("serve", "--port", port, "--no-sample")
    assert (told.returncode, told.stdout) == (4, "")
    assert f"Another program already listens on 127.0.0.1:{port}." in told.stderr


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer  x",
        "Basic eDp5",
        "Bearerx.y.z",
        "Bearer x.y.z",
        "Bearer " + "x" * 8000,
        "Bearer é",
    ],
)
def test_any_invalid_or_empty_bearer_token_is_401_with_the_error_envelope(server: Served, authorization: str) -> None:
    port = int(server.url.rpartition(":")[2])
    for path in ("/v1/token", "/v1/geocode", "/v1/geocode?q=x", "/v1/place/x"):
        connection = Raw(port).send(
            f"GET {path} HTTP/1.1\r\nhost: a\r\nauthorization: {authorization}\r\n\r\n".encode()
        )
        status, headers, body = connection.read_answer()
        connection.socket.close()
        assert status == 401
        assert json.loads(body)["error"]["message"] == "Not Authorized"
        assert headers["cache-control"] == "no-store"
        assert headers["www-authenticate"].startswith("Bearer")
        assert "x-rid" in headers


def test_twenty_clients_that_exchange_before_every_call_are_served(server: Served, key: Any) -> None:
    auth = key.signer.auth_token()
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: admitted(server.get(CALL, exchange(server, auth))), range(20)))
    assert answers == [True] * 20
