"""One request of `/v1/*`: its steps, their order, and everything that HTTP asks around them."""

import asyncio
import logging
import re
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from running import Raw, a_running_app
from trigpoint.base.errors import InvalidError, NotFoundError, UnavailableError
from trigpoint.credentials import reasons
from trigpoint.credentials.call import Call
from trigpoint.credentials.quota import Meter, QuotaExceededError
from trigpoint.credentials.services import Service
from trigpoint.credentials.verdict import RefusedError, refuse
from trigpoint.maps.atlas import Atlas
from trigpoint.web.answering import Answering
from trigpoint.web.errors import raw_error
from trigpoint.web.floods import Refusals
from trigpoint.web.v1.endpoints import ENDPOINTS, Endpoint
from trigpoint.web.v1.pipeline import Pipeline, read_fields
from trigpoint.wire.parameters import Parameters

NOW = 86_400.0 * 20_780 + 32_400  # 09:00 UTC: the day has 54,000 seconds left
APPLE_401 = b'{"error":{"message":"Not Authorized","details":[]}}'


@dataclass(frozen=True)
class AToken:
    token: str = "a.b.c"
    expires_in_seconds: int = 1800


@dataclass
class FakeGate:
    """Admits the token `good`; refuses the rest as unknown, or raises what it was given."""

    error: Exception | None = None
    calls: list[tuple[str | None, Call]] = field(default_factory=list)
    settled: list[tuple[object, int]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def recall(self, credential: str, call: object) -> None:
        del credential, call

    async def admit(self, credential: str | None, call: Call) -> object:
        self.calls.append((credential, call))
        if self.error is not None:
            raise self.error
        if credential != "good":
            raise refuse("check", reasons.KEY_UNKNOWN, "No key with the Key ID ABCDEFGHIJ is registered here.")
        return object()

    def count_unread(self, call: Call, error: RefusedError) -> None:
        assert call.service is Service.SERVER_API
        self.unread.append(error.reason.code)

    def settle(self, grant: object, status: int) -> None:
        self.settled.append((grant, status))

    async def exchange(self, credential: str | None, call: Call) -> AToken:
        await self.admit(credential, call)
        return AToken()


class PanicError(BaseException):
    """What native code raises when it gives up: no Exception."""


async def echo(atlas: Atlas, query: str) -> str:
    del atlas
    if query == "down":
        raise UnavailableError("No place engine is configured.")
    if query == "crash":
        raise RuntimeError("what no user may see")
    if query == "panic":
        raise PanicError
    if query == "unknown":
        raise NotFoundError("No place has that ID.")
    return query


def a_row(path: str, parameter: str = "q") -> Endpoint[Any, Any]:
    def parse(parameters: Parameters) -> str:
        return f"{parameters.required_text(parameter, example='x')}" + (
            f" in {parameters.lang()}" if parameters.text("with") == "lang" else ""
        )

    return Endpoint(path, parse, echo, lambda found: f'{{"found":"{found}"}}'.encode())


ROWS = (a_row("/v1/echo"), a_row("/v1/thing/{id}", "id"), a_row("/v1/thing/all"))


def an_answering(**changes: Any) -> Answering:
    given: dict[str, Any] = {"clock": lambda: NOW, "explain": False, "base_url": "http://maps.test"}
    return Answering(**(given | changes))


def ask(
    method: str = "GET",
    path: str = "/v1/echo?q=x",
    *,
    gate: FakeGate | None = None,
    explain: bool = False,
    authorization: str | None = "Bearer good",
    **headers: str,
) -> httpx.Response:
    app: Any = Pipeline(
        gate=gate or FakeGate(),
        atlas=Atlas(),
        endpoints=ROWS,
        answering=an_answering(explain=explain),
    )
    sent: dict[str, Any] = {name.replace("_", "-"): value for name, value in headers.items()}
    if authorization is not None:
        sent["authorization"] = authorization.encode("latin-1")

    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://maps.test") as client:
            return await client.request(method, path, headers=sent)

    return asyncio.run(send())


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


def test_of_an_origin_that_is_longer_than_any_no_more_is_kept_than_shows_it() -> None:
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


def test_two_authorization_headers_are_one_odd_one() -> None:
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
def test_any_odd_authorization_is_apples_401_and_never_reaches_the_gate(authorization: str) -> None:
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
def test_a_token_is_exchanged_and_never_stored_by_a_cache(method: str) -> None:
    answer = ask(method, "/v1/token")
    assert answer.json() == {"accessToken": "a.b.c", "expiresInSeconds": 1800}
    assert answer.content == b'{"accessToken":"a.b.c","expiresInSeconds":1800}'
    assert answer.headers["cache-control"] == "no-store"


def test_an_exact_path_wins_over_a_template() -> None:
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


def test_a_flood_of_parameters_is_400() -> None:
    assert ask(path="/v1/echo?" + "&".join(f"q{n}=1" for n in range(101))).status_code == 400


def test_accept_language_is_read_by_the_row() -> None:
    assert ask(path="/v1/echo?q=x&with=lang", accept_language="fi;q=0.9, sv").json() == {"found": "x in sv"}


def test_a_refusal_without_explanation_is_apples_51_bytes() -> None:
    answer = ask(authorization="Bearer bad")
    assert (answer.status_code, answer.content, len(answer.content)) == (401, APPLE_401, 51)
    assert answer.headers["content-type"] == "application/json;charset=utf8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["www-authenticate"] == 'Bearer realm="trigpoint", error="invalid_token"'


def test_a_missing_credential_is_challenged_without_an_error_code() -> None:
    assert ask(authorization=None).headers["www-authenticate"] == 'Bearer realm="trigpoint"'


def test_an_explained_refusal_says_why_what_to_do_and_where_to_read_on() -> None:
    assert ask(authorization="Bearer bad", explain=True).json() == {
        "error": {
            "message": "Not Authorized",
            "details": [
                "KEY_UNKNOWN: No key with the Key ID ABCDEFGHIJ is registered here.",
                reasons.KEY_UNKNOWN.hint,
                "http://maps.test/docs/refusals#KEY_UNKNOWN",
            ],
        }
    }


def test_an_origin_failure_has_apples_object_even_without_explanation() -> None:
    gate = FakeGate(refuse("check", reasons.ORIGIN_CHECK_FAILURE, "The request's Origin is 'x'; the token allows 'y'."))
    detail = {"errorType": "ORIGIN_CHECK_FAILURE", "message": "The request's Origin is 'x'; the token allows 'y'."}
    assert ask(gate=gate).json() == {"error": {"message": "Not Authorized", "details": [detail]}}


@pytest.mark.parametrize(
    ("error", "status", "message", "headers"),
    [
        (
            QuotaExceededError(Meter.SERVICE_CALLS, 25_000, NOW),
            429,
            "Too Many Requests",
            {"retry-after": "54000", "ratelimit": '"day";r=0;t=54000', "ratelimit-policy": '"day";q=25000;w=86400'},
        ),
        (UnavailableError("down"), 503, "Service Unavailable", {"retry-after": "1"}),
        (RuntimeError("a secret"), 500, "Internal Server Error", {}),
        (InvalidError("q", "a rule", example="x"), 400, "Bad Request", {}),
    ],
)
def test_every_error_has_the_envelope_and_is_not_stored(
    error: Exception, status: int, message: str, headers: dict[str, str]
) -> None:
    answer = ask(gate=FakeGate(error))
    assert answer.status_code == status
    assert answer.json()["error"]["message"] == message
    assert answer.headers["cache-control"] == "no-store"
    assert headers.items() <= dict(answer.headers).items()
    assert "secret" not in answer.text


@pytest.mark.parametrize(("q", "status"), [("down", 503), ("crash", 500), ("panic", 500), ("unknown", 404)])
def test_what_the_engine_says_is_told_only_with_explanations(q: str, status: int) -> None:
    plain, explained = (ask(path=f"/v1/echo?q={q}", explain=explain) for explain in (False, True))
    assert (plain.status_code, plain.json()["error"]["details"]) == (status, [])
    assert bool(explained.json()["error"]["details"]) is (status != 500)


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/v1/echo", "GET, HEAD, OPTIONS"),
        ("DELETE", "/v1/token", "GET, HEAD, POST, OPTIONS"),
        ("PUT", "/v1/thing/x", "GET, HEAD, OPTIONS"),
    ],
)
def test_another_method_is_405_and_names_the_allowed_ones(method: str, path: str, allow: str) -> None:
    answer = ask(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allow)
    assert answer.content == b'{"error":{"message":"Method Not Allowed","details":[]}}'


def test_head_is_get_without_its_body() -> None:
    pipeline = Pipeline(gate=FakeGate(), atlas=Atlas(), endpoints=ROWS, answering=an_answering())
    with a_running_app(pipeline) as port:
        connection = Raw(port).send(
            b"HEAD /v1/echo?q=x HTTP/1.1\r\nhost: a\r\nauthorization: Bearer good\r\nconnection: close\r\n\r\n"
        )
        told = b""
        while chunk := connection.socket.recv(65536):
            told += chunk
    head, _, body = told.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"content-length: 13" in head
    assert body == b""


def test_whole_answers_keep_the_order_of_pipelined_requests_and_close_when_asked() -> None:
    pipeline = Pipeline(gate=FakeGate(), atlas=Atlas(), endpoints=ROWS, answering=an_answering())
    one = b"GET /v1/echo?q=%d HTTP/1.1\r\nhost: a\r\nauthorization: Bearer good\r\n%s\r\n"
    with a_running_app(pipeline) as port:
        connection = Raw(port).send(one % (1, b"") + one % (2, b"") + one % (3, b"connection: close\r\n"))
        answers = [connection.read_answer() for _ in range(3)]
        assert connection.is_closed()
        old = Raw(port).send(b"GET /v1/echo?q=4 HTTP/1.0\r\nauthorization: Bearer good\r\n\r\n")
        assert old.read_answer()[1]["connection"] == "close"
        assert old.is_closed()
    assert [body for _, _, body in answers] == [b'{"found":"%d"}' % number for number in (1, 2, 3)]
    assert ["connection" in headers for _, headers, _ in answers] == [False, False, True]
    assert all("date" in headers for _, headers, _ in answers)


def test_a_client_that_does_not_read_gets_its_answers_in_pieces_and_all_of_them() -> None:
    def render(found: str) -> bytes:
        return found.encode() * 2_000_000

    async def ask_at_once(atlas: Atlas, query: str) -> str:
        del atlas
        return query

    row = Endpoint("/v1/long", lambda parameters: parameters.required_text("q", example="x"), ask_at_once, render)
    pipeline = Pipeline(gate=FakeGate(), atlas=Atlas(), endpoints=[row], answering=an_answering())
    one = b"GET /v1/long?q=%s HTTP/1.1\r\nhost: a\r\nauthorization: Bearer good\r\n\r\n"
    with a_running_app(pipeline) as port:
        connection = Raw(port).send(b"".join(one % letter for letter in (b"a", b"b", b"c", b"d")))
        assert [connection.read_answer()[2] for _ in range(4)] == [
            letter * 2_000_000 for letter in (b"a", b"b", b"c", b"d")
        ]


def test_a_preflight_needs_no_credential_and_allows_the_headers_of_mapkit() -> None:
    answer = ask("OPTIONS", authorization=None, origin="https://a.example", access_control_request_method="GET")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert {"authorization", "x-maps-access-token"} <= set(answer.headers["access-control-allow-headers"].split(", "))


@pytest.mark.parametrize("authorization", ["Bearer good", "Bearer bad"])
def test_a_page_can_read_answers_and_refusals(authorization: str) -> None:
    answer = ask(authorization=authorization, origin="https://a.example")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "x-rid" in answer.headers["access-control-expose-headers"]
    assert "access-control-allow-origin" not in ask(authorization=authorization).headers


def test_every_answer_has_a_request_id_of_its_own() -> None:
    form = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
    answers = [ask(path=path) for path in ("/v1/echo?q=x", "/v1/echo", "/v1/none", "/v1/echo?q=crash") * 2]
    ids = [answer.headers["x-rid"] for answer in answers]
    assert all(form.fullmatch(one) for one in ids)
    assert len(set(ids)) == 8


def test_the_log_has_the_full_reason_under_the_request_id_and_never_the_token(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, "trigpoint.requests"):
        answer = ask(path="/v1/echo?q=private", authorization="Bearer s3cret")
    line = caplog.records[-1].getMessage()
    assert line.startswith(answer.headers["x-rid"])
    assert "401 GET /v1/echo KEY_UNKNOWN: No key with the Key ID ABCDEFGHIJ is registered here." in line
    assert "s3cret" not in line
    assert "private" not in line


def test_a_bad_parameter_is_logged_by_its_name_without_what_was_searched_for(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, "trigpoint.requests"):
        ask(gate=FakeGate(InvalidError("loc", "a point", example="1,2", received="my home")))
    assert caplog.records[-1].getMessage().endswith("400 GET /v1/echo invalid: parameter loc")


def test_a_log_line_stays_one_line(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "trigpoint.requests"):
        ask(path="/v1/a%0Ab%1B")
    assert caplog.records[-1].getMessage().isprintable()


def test_a_crash_is_logged_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    ask(path="/v1/echo?q=crash")
    assert caplog.records[-1].exc_info is not None


def test_a_response_written_below_the_application_has_the_same_envelope() -> None:
    head, _, body = raw_error(413, "A body has at most 9 bytes.", b"rid").partition(b"\r\n\r\n")
    assert body == b'{"error":{"message":"Content Too Large","details":["A body has at most 9 bytes."]}}'
    assert b"content-length: %d" % len(body) in head
    assert head.startswith(b"HTTP/1.1 413 Content Too Large\r\n")


def test_paths_of_endpoints_are_unique_and_below_v1() -> None:
    paths = [row.path for row in ENDPOINTS]
    assert len(set(paths)) == len(paths)
    assert all(path.startswith("/v1/") for path in paths)


def test_a_query_may_come_in_raw_utf_8() -> None:
    assert read_fields("q=Café+Große&lang=fr".encode(), None) == {"q": ["Café Große"], "lang": ["fr"]}
    assert read_fields(b"q=Caf%C3%A9%20%ff", None) == {"q": ["Café \ufffd"]}


def lines_of_ours(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "trigpoint.requests"]


def send_to(app: Any, authorization: str) -> httpx.Response:
    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://maps.test") as client:
            return await client.get("/v1/echo?q=x", headers={"authorization": authorization})

    return asyncio.run(send())


def test_refusals_of_one_address_beyond_its_measure_are_429_and_neither_logged_nor_kept(
    caplog: pytest.LogCaptureFixture,
) -> None:
    kept: list[str] = []
    app: Any = Pipeline(
        gate=FakeGate(),
        atlas=Atlas(),
        endpoints=ROWS,
        answering=an_answering(
            note_refusal=lambda request_id, *_: kept.append(request_id),
            refusals=Refusals(per_s=1, at_once=3, clock=lambda: NOW),
        ),
    )
    caplog.set_level(logging.INFO)
    refused = [send_to(app, "Bearer bad") for _ in range(9)]
    assert [answer.status_code for answer in refused] == [401] * 3 + [429] * 6
    assert refused[-1].headers["retry-after"] == "1"
    assert "Too many calls of this address were refused" in refused[-1].json()["error"]["details"][0]
    assert (len(kept), len(lines_of_ours(caplog))) == (3, 3)
    assert send_to(app, "Bearer good").status_code == 200


def test_what_strangers_write_into_a_log_line_is_short(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    ask(path="/v1/" + "a" * 8_000)
    assert len(lines_of_ours(caplog)[-1]) < 1_200
