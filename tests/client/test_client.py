"""The SDK signs, exchanges, caches and renews tokens, calls the API, and passes on the server's messages."""

import asyncio
import json
import threading
from pathlib import Path
from typing import Any

import httpcore
import httpx
import jwt
import pytest

from trigpoint.base.errors import InvalidError
from trigpoint.client import ApiError, AsyncMapsClient, MapsClient, Signer
from trigpoint.credentials.key import read_key_id
from trigpoint.credentials.keypair import file_name, generate

TEAM, KEY = "K5GNLXS2QT", "2X9R4HXF34"
HERE = {"name": "Here", "coordinate": {"latitude": 60.17, "longitude": 24.94}}
EPOCH = lambda: 1_000_000.0  # noqa: E731 (a clock that stands still)


class FakeServer:
    """Gives numbered access tokens, and answers only the newest of them."""

    def __init__(self, *, lifetime: int = 1800) -> None:
        self.lifetime = lifetime
        self.exchanged: list[httpx.Request] = []
        self.called: list[httpx.Request] = []
        self.revoked = False
        self.answer: httpx.Response | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/token":
            self.exchanged.append(request)
            if self.revoked:
                return refusal("KEY_REVOKED: The key was revoked.")
            token = f"access{len(self.exchanged)}"
            return httpx.Response(200, json={"accessToken": token, "expiresInSeconds": self.lifetime})
        self.called.append(request)
        if request.headers["authorization"] != f"Bearer access{len(self.exchanged)}":
            return refusal()
        return self.answer or httpx.Response(200, json={"results": [HERE]})


def refusal(*details: str) -> httpx.Response:
    body = {"error": {"message": "Not Authorized", "details": details}}
    return httpx.Response(401, json=body, headers={"x-rid": "an-id"})


class FakeClock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def a_signer(clock: Any = EPOCH, **more: Any) -> Signer:
    return Signer(generate(), KEY, TEAM, clock=clock, **more)


def a_client(server: FakeServer, clock: Any = EPOCH, **more: Any) -> MapsClient:
    return MapsClient(
        "auth.token.x", base_url="http://maps", transport=httpx.MockTransport(server), clock=clock, **more
    )


def test_a_signed_token_has_apples_claims_and_verifies_elsewhere() -> None:
    signer = a_signer(scope="server_api", origin="a.example")
    token = signer.auth_token()
    assert jwt.get_unverified_header(token) == {"alg": "ES256", "kid": KEY, "typ": "JWT"}
    claims = jwt.decode(
        token, signer.private_key.public.pem(), ["ES256"], options={"verify_exp": False, "verify_iat": False}
    )
    assert claims == {"iss": TEAM, "iat": 1_000_000, "exp": 1_001_800, "scope": "server_api", "origin": "a.example"}


def test_a_signer_gives_the_same_token_until_a_minute_before_it_expires() -> None:
    clock = FakeClock()
    signer = a_signer(clock)
    first = signer.auth_token()
    clock.now += 1739
    assert signer.auth_token() == first
    clock.now += 1
    assert signer.auth_token() != first


def test_the_key_id_is_read_from_the_file_name(tmp_path: Path) -> None:
    path = tmp_path / file_name(read_key_id(KEY))
    path.write_bytes(generate().pem())
    assert Signer.from_file(path, team_id=TEAM).key_id == KEY
    other = path.rename(tmp_path / "key.p8")
    with pytest.raises(InvalidError, match="the name of the file does not contain it"):
        Signer.from_file(other, team_id=TEAM)
    assert Signer.from_file(other, team_id=TEAM, key_id=KEY).key_id == KEY


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"key_id": "short"}, "'keyId' must be ten upper-case letters and digits"),
        ({"team_id": "k5gnlxs2qt"}, "'teamId' must be"),
        ({"scope": "serverapi"}, "'scope' must be made of mapkit_js, server_api"),
        ({"scope": " "}, "'scope' must be at least one"),
        ({"lifetime_s": 0}, "'expiresIn' must be longer"),
    ],
)
def test_a_signer_refuses_claims_that_no_server_would_accept(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidError, match=message):
        Signer(generate(), **({"key_id": KEY, "team_id": TEAM} | wrong))


def test_an_access_token_is_exchanged_once_and_renewed_a_minute_before_it_expires() -> None:
    server, clock = FakeServer(), FakeClock()
    with a_client(server, clock) as maps:
        maps.geocode("x")
        clock.now += 1739
        maps.geocode("x")
        assert len(server.exchanged) == 1
        clock.now += 1
        maps.geocode("x")
    assert len(server.exchanged) == 2
    assert server.exchanged[0].headers["authorization"] == "Bearer auth.token.x"


def test_a_refused_access_token_is_exchanged_again_once() -> None:
    server = FakeServer()
    with a_client(server) as maps:
        maps.geocode("x")
        server.exchanged.append(server.exchanged[0])  # the server forgot the first token
        assert [place.name for place in maps.geocode("x")] == ["Here"]


def test_a_revoked_key_ends_with_the_servers_reason() -> None:
    server = FakeServer()
    with a_client(server) as maps:
        maps.geocode("x")
        server.exchanged.append(server.exchanged[0])
        server.revoked = True
        with pytest.raises(ApiError, match=r"401 Not Authorized: KEY_REVOKED: The key was revoked\.") as refused:
            maps.geocode("x")
    assert (refused.value.status, refused.value.request_id) == (401, "an-id")


def test_parameters_are_written_as_the_api_reads_them() -> None:
    server = FakeServer()
    with a_client(server, origin="https://a.example") as maps:
        maps.get(
            "/v1/search",
            q="a b",
            searchLocation=(60.1, 24.9),
            limitToCountries=["FI", "SE"],
            enablePagination=True,
            lang=None,
        )
    assert dict(server.called[0].url.params) == {
        "q": "a b",
        "searchLocation": "60.1,24.9",
        "limitToCountries": "FI,SE",
        "enablePagination": "true",
    }
    assert server.called[0].headers["origin"] == server.exchanged[0].headers["origin"] == "https://a.example"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (httpx.Response(502, text="<html>Bad gateway"), "502 <html>Bad gateway"),
        (httpx.Response(200, text="<html>"), "200 the response is not JSON"),
        (httpx.Response(400, json={"error": {"message": "Bad Request", "details": [{"message": "why"}]}}), "400 Bad Request: why"),
        (httpx.Response(400, json={"error": {"message": "Bad Request", "details": "why"}}), "400 Bad Request"),
        (httpx.Response(500, json={"error": {"message": "Odd", "details": 5}}), "500 Odd"),
        (httpx.Response(429, json={"error": {"message": "Too Many Requests"}}, headers={"retry-after": "9"}), "429 Too Many"),
    ],
)  # fmt: skip
def test_every_error_response_raises_one_exception_type_with_the_servers_message(
    answer: httpx.Response, message: str
) -> None:
    server = FakeServer()
    server.answer = answer
    with a_client(server) as maps, pytest.raises(ApiError) as refused:
        maps.reverse_geocode(60, 24)
    assert str(refused.value).startswith(message)
    assert refused.value.retry_after == (9 if answer.status_code == 429 else None)


@pytest.mark.parametrize(
    ("point", "received"), [((60.17,), "one number"), (((60.17, 24.94), 24.94), "a point and a number")]
)
def test_a_point_is_two_numbers_or_a_coordinate_object(point: tuple[Any, ...], received: str) -> None:
    with (
        a_client(FakeServer()) as maps,
        pytest.raises(InvalidError, match=f"two numbers, or one point.*got '{received}'"),
    ):
        maps.reverse_geocode(*point)


def test_many_threads_share_one_exchange() -> None:
    server = FakeServer()
    with a_client(server) as maps:
        threads = [threading.Thread(target=maps.geocode, args=("x",)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (len(server.exchanged), len(server.called)) == (1, 8)


def test_many_tasks_share_one_exchange_and_recover_from_a_refusal() -> None:
    server = FakeServer()

    async def work() -> list[Any]:
        transport = httpx.MockTransport(server)
        async with AsyncMapsClient(a_signer(), base_url="http://maps", transport=transport, clock=FakeClock()) as maps:
            found = await asyncio.gather(*(maps.geocode("x") for _ in range(8)))
            assert len(server.exchanged) == 1
            server.exchanged.append(server.exchanged[0])
            return [*found, await maps.reverse_geocode(1, 2)]

    assert [[place.name for place in found] for found in asyncio.run(work())] == [["Here"]] * 9


def test_importing_the_sdk_does_not_load_the_server() -> None:
    import subprocess
    import sys

    code = "import sys, trigpoint.client; print(*sorted(m for m in sys.modules if 'trigpoint' in m or m == 'uvicorn'))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not [
        name
        for name in loaded
        if name.startswith(("trigpoint.web", "trigpoint.store", "trigpoint.authority", "uvicorn"))
    ]
    assert json.dumps(loaded)


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:8060", "http://localhost:8060/", "http://[::1]:8060"])
def test_a_server_on_this_machine_is_called_without_the_proxies_of_the_environment(
    base_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy would read the token, and most refuse to call the machine that asks."""
    asked: list[str] = []

    def note(_pool: object, request: Any) -> Any:
        asked.append(request.url.host.decode())
        raise httpcore.ConnectError("noted")

    monkeypatch.setattr(httpcore.HTTPProxy, "handle_request", lambda *_given: pytest.fail("a proxy was asked"))
    monkeypatch.setattr(httpcore.ConnectionPool, "handle_request", note)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with MapsClient("auth.token.x", base_url=base_url) as maps, pytest.raises(httpx.ConnectError, match="noted"):
        maps.exchange()
    assert len(asked) == 1


def test_a_server_elsewhere_is_called_through_the_proxy_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def note(_pool: object, _request: Any) -> Any:
        raise httpcore.ConnectError("through the proxy")

    monkeypatch.setattr(httpcore.HTTPProxy, "handle_request", note)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with (
        MapsClient("auth.token.x", base_url="http://maps.example") as maps,
        pytest.raises(httpx.ConnectError, match="through"),
    ):
        maps.exchange()


@pytest.mark.parametrize("kind", [httpx.ConnectError("[Errno 111] Connection refused"), httpx.ReadTimeout("")])
def test_an_error_of_the_connection_names_the_server(kind: httpx.TransportError) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise type(kind)(str(kind), request=request)

    url, transport = "http://ada:secret@[::1]:8060/maps", httpx.MockTransport(fail)
    why = str(kind).removeprefix("[Errno 111] ") or "ReadTimeout"
    with MapsClient("a.b.c", base_url=url, transport=transport) as maps, pytest.raises(type(kind)) as found:
        maps.geocode("Helsinki")
    assert str(found.value) == f"No response from http://[::1]:8060: {why}"

    async def snapshot() -> None:
        async with AsyncMapsClient("a.b.c", base_url=url, transport=transport) as maps:
            await maps.snapshot((60.17, 24.94))

    with pytest.raises(type(kind)) as found:
        asyncio.run(snapshot())
    assert str(found.value) == f"No response from http://[::1]:8060: {why}"
    assert found.value.request.url.path == "/maps/api/v1/snapshot"
