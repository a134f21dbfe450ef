"""A connection costs no more than its limits, over raw sockets."""

import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from running import Raw, a_running_app
from trigpoint.web.request_limits import Limits
from web.limits_requests import ENVELOPE, LIMITS, Echo, a_request, the_refusal


@pytest.fixture
def echo() -> Echo:
    return Echo(LIMITS)


@pytest.fixture
def port(echo: Echo) -> Iterator[int]:
    with a_running_app(echo) as port:
        yield port
        echo.release.set()


def test_a_target_at_its_limit_passes_and_one_byte_more_is_414(port: int) -> None:
    assert Raw(port).send(a_request("/" + "a" * 199)).read_answer()[0] == 200
    connection = Raw(port).send(a_request("/" + "a" * 200))
    assert the_refusal(connection.read_answer()) == (
        414,
        ENVELOPE % (b"URI Too Long", b"The request target may have at most 200 bytes."),
    )
    assert connection.is_closed()


def test_headers_at_their_limit_pass_and_one_byte_more_is_431(port: int) -> None:
    fixed = len("host: a\r\n") + len("x: \r\n")
    assert Raw(port).send(a_request(headers=b"x: %s\r\n" % (b"a" * (500 - fixed)))).read_answer()[0] == 200
    connection = Raw(port).send(a_request(headers=b"x: %s\r\n" % (b"a" * (501 - fixed))))
    assert the_refusal(connection.read_answer()) == (
        431,
        ENVELOPE % (b"Request Header Fields Too Large", b"The header fields may have at most 500 bytes in total."),
    )
    assert connection.is_closed()


def test_a_header_field_without_end_is_431_before_it_ends(port: int) -> None:
    connection = Raw(port).send(b"GET / HTTP/1.1\r\nx: ")
    for _ in range(30):
        connection.send(b"a" * 100)
    assert the_refusal(connection.read_answer())[0] == 431


def test_a_head_within_limits_in_many_small_writes_passes(port: int) -> None:
    connection = Raw(port)
    for byte in a_request(headers=b"x: %s\r\n" % (b"a" * 400)):
        connection.send(bytes([byte]))
    assert connection.read_answer()[0] == 200


@pytest.mark.parametrize("length", [b"1001", b"9999999999"])
def test_a_body_announced_too_large_is_413_before_it_is_sent(port: int, echo: Echo, length: bytes) -> None:
    connection = Raw(port).send(a_request(method=b"POST", headers=b"content-length: %s\r\n" % length))
    assert the_refusal(connection.read_answer()) == (
        413,
        ENVELOPE % (b"Content Too Large", b"A request body may have at most 1,000 bytes."),
    )
    assert echo.seen == []


def test_a_body_at_its_limit_passes(port: int) -> None:
    request = a_request(method=b"POST", headers=b"content-length: 1000\r\n", body=b"a" * 1000)
    assert Raw(port).send(request).read_answer()[2] == b"/ 1000"


def test_a_chunked_body_too_large_is_413(port: int) -> None:
    connection = Raw(port).send(a_request(method=b"POST", headers=b"transfer-encoding: chunked\r\n"))
    connection.send(b"3e8\r\n%s\r\n" % (b"a" * 1000)).send(b"1\r\na\r\n")
    assert the_refusal(connection.read_answer())[0] == 413
    assert connection.is_closed()


def test_a_body_that_continues_after_the_response_ends_the_connection(port: int) -> None:
    connection = Raw(port).send(a_request("/early", method=b"POST", headers=b"transfer-encoding: chunked\r\n"))
    assert connection.read_answer()[2] == b"/early 0"
    connection.send(b"64\r\n%s\r\n" % (b"a" * 100) * 11)
    assert connection.is_closed()


def test_what_is_not_http_is_400(port: int) -> None:
    refusal = (400, ENVELOPE % (b"Bad Request", b"The request is not HTTP/1.1."))
    assert the_refusal(Raw(port).send(b"hello\r\n\r\n").read_answer()) == refusal
    assert the_refusal(Raw(port).send(b"GET http:// HTTP/1.1\r\n\r\n").read_answer())[0] == 400


def test_a_target_that_was_not_escaped_is_read_as_if_it_were(port: int, echo: Echo) -> None:
    assert Raw(port).send(a_request("/straße?q=Städtle+1,東京")).read_answer()[0] == 200
    assert (echo.seen, echo.queries) == (["/straße"], [b"q=St%C3%A4dtle+1,%E6%9D%B1%E4%BA%AC"])


def test_an_additional_cr_at_the_end_of_a_header_field_is_whitespace(port: int, echo: Echo) -> None:
    token = b"authorization: Bearer x\r\r\n"
    body = b"a\r\r\nb"
    request = a_request("/1", method=b"POST", headers=token + b"content-length: 5\r\n", body=body)
    assert Raw(port).send(request).read_answer()[2] == b"/1 5"
    last = b"GET /2 HTTP/1.1\r\nhost: a\r\nauthorization: Bearer x\r\r\n\r\n"
    assert Raw(port).send(last).read_answer()[2] == b"/2 0"
    assert [value for scope_headers in echo.headers for name, value in scope_headers if name == b"authorization"] == [
        b"Bearer x",
        b"Bearer x",
    ]


def test_an_escaped_target_has_the_same_limit(port: int) -> None:
    assert Raw(port).send(a_request("/?q=" + "ä" * 32)).read_answer()[0] == 200  # 196 bytes
    assert the_refusal(Raw(port).send(a_request("/?q=" + "ä" * 33)).read_answer())[0] == 414  # 202 bytes


@pytest.mark.parametrize(
    "start", [b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + bytes(12)]
)
def test_the_proxy_protocol_is_refused_with_its_reason(port: int, start: bytes) -> None:
    status, body = the_refusal(Raw(port).send(start + a_request()).read_answer())
    assert status == 400
    assert b"This is the PROXY protocol" in body
    assert b"TRIGPOINT_TRUSTED_PROXIES" in body


@pytest.mark.parametrize(
    ("head", "why"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", b"no Host header"),
        (b"GET / HTTP/1.1\r\nhost: a\r\nhost: a\r\n\r\n", b"more than one Host header"),
        (b"GET / HTTP/1.0\r\nhost: a\r\nHost: b\r\n\r\n", b"more than one Host header"),
        (b"GET / HTTP/1.1\r\nhost: [\r\n\r\n", b"neither a host name nor an address"),
        (b"GET / HTTP/1.1\r\nhost: a b\r\n\r\n", b"neither a host name nor an address"),
        (b"GET / HTTP/1.1\r\nhost: a@b\r\n\r\n", b"neither a host name nor an address"),
        (b"GET / HTTP/1.1\r\nhost: a/b\r\n\r\n", b"neither a host name nor an address"),
    ],
)
def test_a_request_without_exactly_one_host_is_400(port: int, head: bytes, why: bytes) -> None:
    status, body = the_refusal(Raw(port).send(head).read_answer())
    assert (status, why in body) == (400, True), body


@pytest.mark.parametrize(
    "host", [b"", b"a", b"a:80", b"127.0.0.1:8060", b"[::1]:8060", b"a_b.example", b"xn--stdtle-cua.example", b"a. \t"]
)
def test_a_host_is_a_name_or_an_address_and_maybe_a_port(port: int, host: bytes) -> None:
    assert Raw(port).send(b"GET / HTTP/1.1\r\nhost: %s\r\n\r\n" % host).read_answer()[0] == 200


def test_http_1_0_needs_no_host(port: int) -> None:
    assert Raw(port).send(b"GET / HTTP/1.0\r\n\r\n").read_answer()[0] == 200


@pytest.mark.parametrize(
    ("version", "field", "stays_open"),
    [
        (b"1.1", b"", True),
        (b"1.1", b"connection: keep-alive\r\n", True),
        (b"1.1", b"Connection: close\r\n", False),
        (b"1.0", b"", False),
        (b"1.0", b"connection: keep-alive\r\n", False),
    ],
)
def test_a_connection_stays_open_in_http_1_1_unless_it_is_to_be_closed(
    port: int, version: bytes, field: bytes, stays_open: bool
) -> None:
    connection = Raw(port).send(b"GET / HTTP/%b\r\nhost: a\r\n%b\r\n" % (version, field))
    status, headers, _ = connection.read_answer()
    assert status == 200
    assert headers.get("connection") == (None if stays_open else "close")
    if stays_open:
        assert connection.send(a_request("/again")).read_answer()[0] == 200
    else:
        assert connection.is_closed()


def test_a_head_that_does_not_end_in_time_is_408(port: int) -> None:
    connection = Raw(port).send(b"GET / HTTP/1.1\r\nx: ")
    assert the_refusal(connection.read_answer()) == (
        408,
        ENVELOPE % (b"Request Timeout", b"A request must arrive completely within 0.3 seconds."),
    )
    assert connection.is_closed()


def test_a_body_that_does_not_end_in_time_is_408(port: int) -> None:
    connection = Raw(port).send(a_request(method=b"POST", headers=b"content-length: 9\r\n", body=b"a"))
    assert the_refusal(connection.read_answer())[0] == 408


def test_a_slow_second_request_is_408_too(port: int) -> None:
    connection = Raw(port).send(a_request("/1"))
    assert connection.read_answer()[2] == b"/1 0"
    assert the_refusal(connection.send(b"GET /2").read_answer())[0] == 408


def test_a_connection_that_sends_nothing_is_closed(port: int) -> None:
    assert Raw(port).is_closed()


def test_requests_refused_by_the_protocol_are_logged_under_their_id(
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "trigpoint.requests")
    _, headers, _ = Raw(port).send(a_request("/" + "a" * 300)).read_answer()
    lines = [record.getMessage() for record in caplog.records if record.name == "trigpoint.requests"]
    assert lines == [f"{headers['x-rid']} 414 - - protocol: The request target may have at most 200 bytes."]


def test_a_request_in_progress_is_not_slow(port: int, echo: Echo) -> None:
    connection = Raw(port).send(a_request("/hold"))
    connection.socket.settimeout(0.6)
    with pytest.raises(TimeoutError):
        connection.read_answer()
    echo.release.set()
    assert connection.read_answer()[2] == b"/hold 0"


def test_pipelined_requests_are_answered_in_order_and_the_refusal_last(port: int) -> None:
    connection = Raw(port).send(a_request("/1") + a_request("/2") + a_request("/" + "a" * 300))
    assert connection.read_answer()[2] == b"/1 0"
    assert connection.read_answer()[2] == b"/2 0"
    assert the_refusal(connection.read_answer())[0] == 414
    assert connection.is_closed()


def test_the_client_can_read_the_refusal_while_it_still_sends(port: int) -> None:
    connection = Raw(port).send(a_request(method=b"POST", headers=b"content-length: 5000\r\n", body=b"a" * 5000))
    assert the_refusal(connection.read_answer())[0] == 413


def test_an_upgrade_that_is_not_offered_is_ignored(port: int) -> None:
    upgrade = b"connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n"
    connection = Raw(port).send(a_request("/1", headers=upgrade))
    assert connection.read_answer()[2] == b"/1 0"
    assert connection.send(a_request("/2")).read_answer()[2] == b"/2 0"


@pytest.mark.parametrize("version", [b"2.0", b"0.9", b"1.2"])
def test_another_version_of_http_is_400(port: int, echo: Echo, version: bytes) -> None:
    status, body = the_refusal(Raw(port).send(a_request().replace(b"1.1", version)).read_answer())
    assert (status, b"The request is not HTTP/1.1." in body, echo.seen) == (400, True, [])


@pytest.mark.parametrize("name", [b"upgrade:", b"Upgrade:", b"UPGRADE:", b"Upgrade: websocket\r\nupgrade:"])
@pytest.mark.parametrize(
    "framed", [b"content-length: 4\r\n\r\nBODY", b"transfer-encoding: chunked\r\n\r\n4\r\nBODY\r\n0\r\n\r\n"]
)
def test_a_body_with_an_upgrade_is_read_and_the_upgrade_ignored(port: int, name: bytes, framed: bytes) -> None:
    """As Java's HttpClient sends it without TLS. The next request is in the same segment."""
    upgrade = b"connection: Upgrade, HTTP2-Settings\r\n" + name + b" h2c\r\nhttp2-settings: AAMAAABkAAQ\r\n"
    head, _ = a_request("/1", method=b"POST", headers=upgrade).split(b"\r\n\r\n")
    connection = Raw(port).send(head + b"\r\n" + framed + a_request("/2"))
    assert connection.read_answer()[2] == b"/1 4"
    assert connection.read_answer()[2] == b"/2 0"


@pytest.mark.parametrize("framing", [b"content-length: 28\r\n", b"transfer-encoding: chunked\r\n"])
@pytest.mark.parametrize("name", [b"uPgRaDe", b"upgrade"])
def test_a_body_with_an_upgrade_that_is_not_removed_is_400_and_never_the_next_request(
    port: int, echo: Echo, framing: bytes, name: bytes
) -> None:
    """Because of its spelling, or because the head comes in two parts."""
    upgrade = b"connection: Upgrade, HTTP2-Settings\r\n" + name + b": h2c\r\n" + framing
    request = a_request("/1", method=b"POST", headers=upgrade)
    cut = len(request) if name == b"uPgRaDe" else 30
    connection = Raw(port).send(a_request("/0") + request[:cut])
    assert connection.read_answer()[2] == b"/0 0"
    connection.send(request[cut:] + a_request("/2"))
    status, body = the_refusal(connection.read_answer())
    assert (status, b"send it without the Upgrade header" in body) == (400, True)
    assert connection.is_closed()
    assert echo.seen == ["/0"]
    empty = a_request("/3", method=b"POST", headers=b"connection: Upgrade\r\nupgrade: h2c\r\ncontent-length: 0\r\n")
    assert Raw(port).send(empty).read_answer()[2] == b"/3 0"


def test_a_new_connection_displaces_the_one_that_has_waited_longest() -> None:
    with a_running_app(Echo(Limits(header_seconds=30, max_connections=4))) as port:
        slow = [Raw(port).send(b"GET / HT") for _ in range(4)]
        for _ in range(3):
            assert Raw(port).send(a_request()).read_answer()[0] == 200
        assert slow[0].is_closed()


def test_a_connection_too_many_is_503_when_all_are_busy() -> None:
    echo = Echo(Limits(max_connections=2))
    with a_running_app(echo) as port:
        busy = [Raw(port).send(a_request("/hold")) for _ in range(2)]
        while len(echo.seen) < 2:
            threading.Event().wait(0.005)
        status, headers, body = Raw(port).send(a_request()).read_answer()
        assert (status, headers["retry-after"]) == (503, "1")
        assert headers["access-control-allow-origin"] == "*"
        assert body == ENVELOPE % (b"Service Unavailable", b"All connections are busy. Try again shortly.")
        echo.release.set()
        assert [one.read_answer()[0] for one in busy] == [200, 200]


def test_requests_in_progress_end_before_the_server_stops() -> None:
    echo = Echo(Limits())
    answers: list[Any] = []
    with a_running_app(echo) as port:
        connection = Raw(port).send(a_request("/hold"))
        while not echo.seen:
            threading.Event().wait(0.005)
        reader = threading.Thread(target=lambda: answers.append(connection.read_answer()))
        reader.start()
        threading.Timer(0.2, echo.release.set).start()
    reader.join()
    assert answers[0][2] == b"/hold 0"
