"""No exception of the SDK repeats a key or a token, however it is used wrongly."""

import asyncio
import traceback
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from secrets_fed import FED, PEM, TOKEN, leaked
from trigpoint.base.errors import InvalidError
from trigpoint.client import ApiError, AsyncMapsClient, MapsClient, Signer
from trigpoint.credentials.keypair import generate

IDS = {"team_id": "K5GNLXS2QT", "key_id": "2X9R4HXF34"}


def echo(request: httpx.Request) -> httpx.Response:
    """A server that repeats what it was sent, as a debugging proxy does."""
    told = f"{request.url} {request.headers} {request.url.params}"
    if "plain" in request.url.path:
        return httpx.Response(502, text=told.replace("%0A", "\n"))
    return httpx.Response(400, json={"error": {"message": told, "details": [told, {"message": told}]}})


def a_client(credential: Signer | str = "a.b.c", **more: str) -> MapsClient:
    return MapsClient(credential, transport=httpx.MockTransport(echo), **more)  # type: ignore[arg-type]


def call(client: MapsClient) -> None:
    with client:
        client.get("/v1/geocode", q="x")


def await_call(text: str) -> None:
    async def ask() -> None:
        async with AsyncMapsClient(text, transport=httpx.MockTransport(echo)) as client:
            await client.geocode(text)

    asyncio.run(ask())


USES: dict[str, Callable[[str], object]] = {
    "the path of a key": lambda text: Signer.from_file(text, team_id="K5GNLXS2QT"),
    "a path object": lambda text: Signer.from_file(Path(text), team_id="K5GNLXS2QT"),
    "the team": lambda text: Signer(generate(), "2X9R4HXF34", text),
    "the key id": lambda text: Signer(generate(), text, "K5GNLXS2QT"),
    "the scope": lambda text: Signer(generate(), **IDS, scope=text),
    "the text of a key": lambda text: Signer.from_text(text[:-40], **IDS),  # cut off: a whole one is read
    "the credential": lambda text: call(a_client(text)),
    "the credential and a line end": lambda text: call(a_client(text + "\nx")),
    "the address": lambda text: call(a_client(base_url=text)),
    "an address of http": lambda text: call(a_client(base_url=f"http://{text}")),
    "the origin": lambda text: call(a_client(origin=text)),
    "a path of the server": lambda text: a_client().get(text),
    "a path that a plain proxy answers": lambda text: a_client().get("/plain/" + text),
    "a parameter": lambda text: a_client().geocode(text),
    "asyncio": await_call,
}


@pytest.fixture(params=FED)
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("use", USES)
def test_exceptions_do_not_contain_the_arguments(form: str, use: str) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 (each use has its own; what counts is what they tell)
        USES[use](FED[form])
    told = "".join(traceback.format_exception_only(caught.value)) + repr(caught.value) + str(vars(caught.value))
    assert leaked(form, told) == []


def test_a_key_in_place_of_its_path_is_recognised() -> None:
    with pytest.raises(InvalidError, match=r"Signer.from_text.*got 'the text of a private key'"):
        Signer.from_file(PEM, team_id="K5GNLXS2QT")
    with pytest.raises(InvalidError, match="got 'a token'"):
        Signer.from_file(TOKEN, team_id="K5GNLXS2QT")
    assert Signer.from_text(PEM.replace("\n", "\\n"), **IDS).sign().count(".") == 2


def test_a_credential_that_no_header_can_carry_is_refused_before_it_is_sent() -> None:
    for wrong in ("", " ", "a b.c.d", "a\nb", "ä.b.c"):
        with pytest.raises(InvalidError, match="a Signer or an auth token"):
            a_client(wrong)
    with pytest.raises(ApiError):  # blanks around it, a line end of a file: fine
        a_client(" a.b.c\n").exchange()


def test_repr_shows_no_secret() -> None:
    signer = Signer(generate(), **IDS)
    token = signer.auth_token()
    client = a_client(TOKEN)
    assert leaked("auth token", repr(client)) == []
    assert token not in repr(signer)
