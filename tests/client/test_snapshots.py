"""The SDK writes the URLs of snapshots, signed or with a token, and fetches the pictures."""

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from snapshots_fakes import PNG
from trigpoint.base.errors import InvalidError
from trigpoint.client import ApiError, AsyncMapsClient, MapsClient, Signer
from trigpoint.client.answers import Coordinate
from trigpoint.credentials.jws import decode_base64url
from trigpoint.credentials.keypair import generate
from trigpoint.credentials.snapshot_url import SIGNED_START, read_query
from trigpoint.wire.parameters import Parameters
from trigpoint.wire.snapshot import parse

TEAM, KEY = "K5GNLXS2QT", "2X9R4HXF34"
HELSINKI = Coordinate(latitude=60.1699, longitude=24.9384)
NOW = 1_000_000.0


def a_signer() -> Signer:
    return Signer(generate(), KEY, TEAM, clock=lambda: NOW)


def is_signed_by(signer: Signer, query: bytes) -> bool:
    found = read_query(query)
    signature = decode_base64url((found.signature or "").encode(), "signature")
    return found.message == SIGNED_START + query.rpartition(b"&signature=")[0] and (
        signer.private_key.public.has_signed(found.message, signature)
    )


def test_a_signed_url_contains_the_given_parameters() -> None:
    signer = a_signer()
    maps = MapsClient(signer, base_url="https://maps.example.com/")
    url = maps.snapshot_url(
        HELSINKI,
        z=14.5,
        size=(320, 200),
        scale=2,
        poi=False,
        color_scheme="dark",
        annotations=[{"point": HELSINKI, "glyphText": "a"}, {"point": "Kluuvikatu 4, Helsinki"}],
        overlays=[{"points": ["60,24", "61,25"], "lineWidth": 3}],
        expires_in_s=60,
        referer="https://example.com/",
    )
    assert url.startswith("https://maps.example.com/api/v1/snapshot?center=60.1699%2C24.9384&")
    query = urlsplit(url).query
    assert is_signed_by(signer, query.encode())
    fields = parse_qs(query)
    assert fields["expires"] == [str(int(NOW) + 60)]
    assert fields["referer"] == ["https://example.com/"]
    asked = parse(Parameters(fields))
    assert (asked.zoom, asked.size, asked.scale, asked.shows_points_of_interest) == (14.5, (320, 200), 2, False)
    assert [one.point for one in asked.annotations][1] == "Kluuvikatu 4, Helsinki"
    assert len(asked.overlays) == 1
    maps.close()


def test_the_url_contains_a_token_where_there_is_no_signer() -> None:
    maps = MapsClient("aaa.bbb.ccc", base_url="https://maps.example.com")
    assert maps.snapshot_url("auto", annotations=[{"point": "1,2"}]).endswith("&token=aaa.bbb.ccc")
    for more in ({"expires_in_s": 60}, {"referer": "https://a.example/"}):
        with pytest.raises(InvalidError, match="left out, because the credential is a token"):
            maps.snapshot_url("auto", **more)  # type: ignore[arg-type]
    maps.close()


def test_apples_snapshots_have_a_host_of_their_own() -> None:
    maps = MapsClient(a_signer())
    assert maps.snapshot_url((60.17, 24.94)).startswith("https://snapshot.apple-mapkit.com/api/v1/snapshot?center=60.17%2C24.94&teamId=")  # fmt: skip
    maps.close()


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_lifetime_must_be_positive(seconds: int) -> None:
    with pytest.raises(InvalidError, match="longer than 0 seconds"):
        a_signer().sign_snapshot("/api/v1/snapshot?center=1,2", expires_in_s=seconds)


class FakeServer:
    def __init__(self, *answers: httpx.Response) -> None:
        self.answers = list(answers)
        self.called: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.called.append(request)
        return self.answers.pop(0)


def test_a_picture_is_fetched_without_an_exchange_and_byte_for_byte_as_it_was_signed() -> None:
    signer, server = a_signer(), FakeServer(httpx.Response(200, content=PNG))
    with MapsClient(signer, base_url="http://maps", origin="https://a.example", transport=httpx.MockTransport(server)) as maps:  # fmt: skip
        picture = maps.snapshot("Städtle 1, 'Vaduz' (LI) | {}", z=14, referer="https://a.example/")
    assert picture == PNG
    (request,) = server.called
    assert request.url.path == "/api/v1/snapshot"
    assert is_signed_by(signer, request.url.query)
    assert "authorization" not in request.headers
    assert (request.headers["origin"], request.headers["referer"]) == ("https://a.example", "https://a.example/")


def test_the_asyncio_client_fetches_them_too() -> None:
    async def fetch() -> bytes:
        transport: Any = httpx.MockTransport(FakeServer(httpx.Response(200, content=PNG)))
        async with AsyncMapsClient(a_signer(), base_url="http://maps", transport=transport) as maps:
            return await maps.snapshot(HELSINKI)

    assert asyncio.run(fetch()) == PNG


def test_a_refusal_says_why_and_a_response_that_is_no_image_is_an_error() -> None:
    refusal = {"error": {"message": "Not Authorized", "details": ["KEY_REVOKED: The key was revoked."]}}
    server = FakeServer(httpx.Response(401, json=refusal, headers={"x-rid": "an-id"}), httpx.Response(200, json={"a": 1}), httpx.Response(200, text="hello"))  # fmt: skip
    with MapsClient(a_signer(), base_url="http://maps", transport=httpx.MockTransport(server)) as maps:
        with pytest.raises(ApiError, match="KEY_REVOKED") as told:
            maps.snapshot(HELSINKI)
        assert (told.value.status, told.value.request_id) == (401, "an-id")
        for _ in range(2):
            with pytest.raises(ApiError, match="the response is no"):
                maps.snapshot(HELSINKI)
