"""One request of `/v1/*`: its steps, their order, and the rules of HTTP."""

import asyncio
from typing import Any

import pytest

from trigpoint.credentials.call import Call
from trigpoint.credentials.services import Service
from trigpoint.maps.atlas import Atlas
from trigpoint.web.v1.pipeline import Pipeline
from web.pipeline_requests import APPLE_401, NOW, ROWS, FakeGate, an_answering, ask


def test_an_admitted_call_gets_the_rendered_answer() -> None:
    answer = ask()
    assert (answer.status_code, answer.content) == (200, b'{"found":"x"}')
    assert answer.headers["content-type"] == "application/json;charset=utf8"
    assert answer.headers["content-length"] == "13"
    assert answer.headers["cache-control"] == "private, max-age=0"


def test_the_gate_sees_the_header_the_service_the_origin_and_the_time() -> None:
    gate = FakeGate()
    ask(gate=gate, origin="https://a.example")
    assert gate.calls == [("good", Call(Service.SERVER_API, "https://a.example", NOW, "127.0.0.1"))]


def test_an_overlong_origin_is_truncated() -> None:
    gate = FakeGate()
    ask(gate=gate, origin="https://" + "a" * 8_000)
    assert gate.calls[0][1].origin == "https://" + "a" * 293


@pytest.mark.parametrize(
    ("path", "status"),
    [("/v1/echo?q=x", 200), ("/v1/echo", 400), ("/v1/echo?q=unknown", 404), ("/v1/echo?q=crash", 500)],
)
def test_an_admitted_call_is_settled_with_the_status_of_its_answer(path: str, status: int) -> None:
    gate = FakeGate()
    ask(path=path, gate=gate)
    assert [settled for _, settled in gate.settled] == [status]


def test_a_refused_call_is_not_settled() -> None:
    gate = FakeGate()
    ask(gate=gate, authorization="Bearer bad")
    assert gate.settled == []


def test_two_authorization_headers_are_read_as_one_malformed_header() -> None:
    gate = FakeGate()
    app = Pipeline(gate=gate, atlas=Atlas(), endpoints=ROWS, answering=an_answering())
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"authorization", b"Bearer good"), (b"authorization", b"Bearer good")]
    scope = {"type": "http", "method": "GET", "path": "/v1/echo", "query_string": b"q=x", "headers": headers}
    asyncio.run(app(scope, None, send))  # type: ignore[arg-type]
    assert sent[0]["status"] == 401


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "good", "Basic good", "Bearergood", "Bearer a b", "\x7f", "é"],
)
def test_a_malformed_authorization_header_is_apples_401_and_never_reaches_the_gate(authorization: str) -> None:
    gate = FakeGate()
    for path in ("/v1/echo?q=x", "/v1/token"):
        answer = ask(path=path, gate=gate, authorization=authorization)
        assert (answer.status_code, answer.content) == (401, APPLE_401)
    assert gate.calls == []


@pytest.mark.parametrize("path", ["/v1/echo?q=x", "/v1/echo", "/v1/token"])
@pytest.mark.parametrize(
    ("authorization", "reason"),
    [
        (None, "AUTHORIZATION_MISSING"),
        ("", "AUTHORIZATION_MISSING"),
        ("Bearer ", "BEARER_EMPTY"),
        ("Basic good", "AUTHORIZATION_NOT_BEARER"),
        ("Bearer [object Object]", "TOKEN_UNSET"),
    ],
)
def test_a_call_without_a_token_is_counted_once_by_its_reason(
    path: str, authorization: str | None, reason: str
) -> None:
    gate = FakeGate()
    assert ask(path=path, gate=gate, authorization=authorization).status_code == 401
    assert gate.unread == [reason]


@pytest.mark.parametrize(
    ("method", "path", "authorization"),
    [
        ("GET", "/v1/echo?q=x", "Bearer good"),
        ("GET", "/v1/echo?q=x", "Bearer bad"),  # the gate has seen it, and counts it
        ("GET", "/v1/nothing", None),
        ("PUT", "/v1/echo?q=x", None),
        ("OPTIONS", "/v1/echo?q=x", None),
    ],
)
def test_nothing_else_is_counted_as_a_call_without_a_token(method: str, path: str, authorization: str | None) -> None:
    gate = FakeGate()
    ask(method, path, gate=gate, authorization=authorization)
    assert gate.unread == []


def test_the_scheme_of_the_authorization_is_read_in_any_case() -> None:
    assert ask(authorization="bearer good").status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_response_of_an_exchange_must_not_be_cached(method: str) -> None:
    answer = ask(method, "/v1/token")
    assert answer.json() == {"accessToken": "a.b.c", "expiresInSeconds": 1800}
    assert answer.content == b'{"accessToken":"a.b.c","expiresInSeconds":1800}'
    assert answer.headers["cache-control"] == "no-store"


def test_an_exact_path_takes_precedence_over_a_template() -> None:
    assert ask(path="/v1/thing/all?q=exact").json() == {"found": "exact"}
    assert ask(path="/v1/thing/I63").json() == {"found": "I63"}
    assert ask(path="/v1/thing/I63?id=other").json() == {"found": "I63"}


@pytest.mark.parametrize("path", ["/v1/", "/v1/nothing", "/v1/thing/", "/v1/thing/a/b", "/v1/token/", "/v1/Echo"])
def test_an_unknown_path_is_404_in_the_envelope(path: str) -> None:
    answer = ask(path=path)
    assert (answer.status_code, answer.content) == (404, b'{"error":{"message":"Not Found","details":[]}}')


@pytest.mark.parametrize("explain", [False, True])
def test_a_bad_parameter_is_400_and_says_which_rule(explain: bool) -> None:
    answer = ask(path="/v1/echo?q=", explain=explain)
    told = "Parameter 'q' must be given, for example 'x'; it is missing."
    assert answer.status_code == 400
    assert answer.json() == {"error": {"message": "Bad Request", "details": [told]}}


def test_admission_comes_before_the_parameters() -> None:
    assert ask(path="/v1/echo", authorization=None).status_code == 401


def test_unknown_parameters_are_ignored_and_percent_encoding_is_undone() -> None:
    assert ask(path="/v1/echo?limit=3&q=a%20b%2Cc+%C3%A9&q=second&x").json() == {"found": "a b,c é"}


def test_too_many_parameters_are_400() -> None:
    assert ask(path="/v1/echo?" + "&".join(f"q{n}=1" for n in range(101))).status_code == 400


@pytest.mark.parametrize("query", ["q=Z%FCrich", "limit=3&q=Z%FCrich", "q=x&q=%E9%80"])
def test_a_value_in_another_encoding_is_400(query: str) -> None:
    answer = ask(path=f"/v1/echo?{query}", explain=True)
    told = "Parameter 'q' must be text in UTF-8, percent-encoded, for example 'q=Caf%C3%A9'; got 'bytes of another encoding'."
    assert answer.status_code == 400
    assert answer.json() == {"error": {"message": "Bad Request", "details": [told]}}


def test_accept_language_is_passed_to_the_endpoint() -> None:
    assert ask(path="/v1/echo?q=x&with=lang", accept_language="fi;q=0.9, sv").json() == {"found": "x in sv"}
