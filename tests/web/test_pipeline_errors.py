"""Error responses of the pipeline, what a page of another origin may read, and the log."""

import asyncio
import logging
import re
from typing import Any

import httpx
import pytest

from running import Raw, a_running_app
from trigpoint.base.errors import InvalidError, UnavailableError
from trigpoint.credentials import reasons
from trigpoint.credentials.quota import Meter, QuotaExceededError
from trigpoint.credentials.verdict import refuse
from trigpoint.maps.atlas import Atlas
from trigpoint.web.errors import raw_error
from trigpoint.web.floods import Refusals
from trigpoint.web.request_ids import AT_ONCE, request_ids
from trigpoint.web.v1.endpoints import ENDPOINTS, Endpoint
from trigpoint.web.v1.pipeline import Pipeline, read_fields
from web.pipeline_requests import APPLE_401, NOW, ROWS, FakeGate, an_answering, ask


def test_a_refusal_without_explanation_is_apples_51_bytes() -> None:
    answer = ask(authorization="Bearer bad")
    assert (answer.status_code, answer.content, len(answer.content)) == (401, APPLE_401, 51)
    assert answer.headers["content-type"] == "application/json;charset=utf8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["www-authenticate"] == 'Bearer realm="trigpoint", error="invalid_token"'


def test_a_missing_credential_is_challenged_without_an_error_code() -> None:
    assert ask(authorization=None).headers["www-authenticate"] == 'Bearer realm="trigpoint"'


def test_an_explained_refusal_has_the_reason_the_fix_and_a_link() -> None:
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
def test_messages_of_engines_are_shown_only_with_explanations(q: str, status: int) -> None:
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


def test_pipelined_responses_keep_their_order_and_close_when_requested() -> None:
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


def test_a_slow_reader_gets_its_response_completely() -> None:
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


def test_request_ids_are_not_predictable() -> None:
    draw = request_ids()
    ids = [draw().decode() for _ in range(3 * AT_ONCE)]
    assert len({one[:13] for one in ids}) == len(ids)  # 48 random bits
    ends = [int(one[-12:], 16) for one in ids]
    assert ends == list(range(ends[0], ends[0] + len(ids)))


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


def test_line_breaks_in_a_log_line_are_escaped(caplog: pytest.LogCaptureFixture) -> None:
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


def test_refusals_of_one_address_over_its_rate_limit_are_429_and_not_recorded(
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
    assert "Too many requests from this address were refused" in refused[-1].json()["error"]["details"][0]
    assert (len(kept), len(lines_of_ours(caplog))) == (3, 3)
    assert send_to(app, "Bearer good").status_code == 200


def test_texts_of_clients_in_a_log_line_are_short(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    ask(path="/v1/" + "a" * 8_000)
    assert len(lines_of_ours(caplog)[-1]) < 1_200
