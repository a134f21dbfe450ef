"""Malformed requests to the portal get a reason, and cause no traceback in the log."""

import logging
import socket

import pytest

from authority.people_builders import PASSWORD
from running import Raw, a_running_app
from trigpoint.authority.opening import Authority
from trigpoint.base.hosts import host_of, is_own_machine
from trigpoint.credentials.person import Person
from trigpoint.web.app import PORTAL_PATHS
from trigpoint.web.portal.frame.addresses import Addresses
from trigpoint.web.portal.opening import PAGES, Portal, give_asset
from web.portal.browsing import Browser


@pytest.mark.parametrize("host", ["[", "[::1", "[x]", "a[b]c", "]", "", b"\xff", "http://[", "a" * 5_000])
@pytest.mark.usefixtures("person")
@pytest.mark.parametrize("path", ["/sign-in", "/invitations/abcdefgh", "/set-up/abcdefgh"])
def test_a_malformed_host_is_handled(
    authority: Authority, caplog: pytest.LogCaptureFixture, host: str | bytes, path: str
) -> None:
    browser = Browser(authority)
    for method in ("GET", "POST"):
        answer = browser.raw(method, path, headers={"host": host, "origin": "http://["})
        assert answer.status_code in {200, 303, 400, 403, 404}, (method, answer.text)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_loopback_hosts_are_recognised_by_their_address() -> None:
    assert [
        one
        for one in ("localhost", "a.localhost:80", "127.0.0.1:8060", "127.9.9.9", "[::1]:80")
        if not is_own_machine(host_of(one))
    ] == []
    assert [
        one
        for one in ("127.evil.example", "127.0.0.1.evil.example", "[::2]", "", "[", "example.com")
        if is_own_machine(host_of(one))
    ] == []
    assert host_of("[::1]:8060") == "::1"
    assert not Addresses("https://maps.example.com").is_own_origin("http://[", "[")


@pytest.mark.parametrize(
    ("after", "address"),
    [
        ("/€", "/%E2%82%AC"),
        ("/a b", "/a%20b"),
        ("/%41?x=ü#y", "/%41?x=%C3%BC#y"),
        ("//evil.example", "/"),
        ("/\r\nx: y", "/"),
    ],
)
def test_the_path_of_a_redirect_is_percent_encoded(
    authority: Authority, person: Person, after: str, address: str
) -> None:
    browser = Browser(authority)
    answer = browser.raw("POST", "/sign-in", data={"email": person.email, "password": PASSWORD, "next": after})
    assert (answer.status_code, answer.headers["location"]) == (303, address)


@pytest.mark.parametrize("before", ["1" + "0" * 23, "-" + "9" * 30, "9223372036854775808", "9" * 5_000, "1.5", "x"])
def test_a_number_too_large_for_the_database_is_handled(ada: Browser, base: str, before: str) -> None:
    assert ada.open(f"{base}/activity?before={before}").status in {200, 400}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nvalue'),
        ("multipart/form-data; boundary=x", b"--x\r\n"),
        ("multipart/form-data; boundary=", b"--\r\n"),
        ("multipart/form-data", b"--x\r\n\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Type: \xff\r\n\r\nx\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\n" * 3_000),
        ("application/x-www-form-urlencoded", b"\xff=%ff&%=%&&=&a=%u1234"),
        ("application/x-www-form-urlencoded", b"a=1&" * 30_000),
        ("application/x-www-form-urlencoded; charset=utf-7", b"a=+AGE-"),
        ("application/x-www-form-urlencoded; charset=nonsense", b"a=1"),
        ("application/json", b"[" * 60_000),
        ("application/json", b'{"a": 1}'),
        ("application/json; charset=\xff", b"1"),
        ("text/plain; \xff", b"1"),
        ("", b"1"),
    ],
)
@pytest.mark.usefixtures("person")
def test_a_truncated_or_malformed_body_is_handled(
    authority: Authority, caplog: pytest.LogCaptureFixture, kind: str, body: bytes
) -> None:
    answer = Browser(authority).raw("POST", "/sign-in", content=body, headers={"content-type": kind.encode("latin-1")})
    assert answer.status_code in {400, 403, 413, 415}, answer.text
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_client_that_disconnects_during_a_form_causes_one_log_line(
    authority: Authority, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    caplog.set_level(logging.INFO, "trigpoint")
    secret = "abcdefghijklmnop"
    with a_running_app(Portal(authority, base_url="http://localhost")) as port:
        head = f"POST /invitations/{secret} HTTP/1.1\r\nHost: a\r\nContent-Type: {kind}\r\nContent-Length: 99\r\n\r\n"
        raw = Raw(port).send(head.encode() + b"--x\r\n")
        raw.socket.shutdown(socket.SHUT_RDWR)
    lines = [record for record in caplog.records if record.name == "trigpoint.portal"]
    assert [line.exc_info for line in lines] == [None]
    assert "client disconnected: POST /invitations/…" in lines[0].getMessage()


def test_the_server_sends_the_paths_of_all_pages_to_the_portal() -> None:
    firsts = {path[1:].split("/", 1)[0] for handler in (give_asset, *PAGES) for path in handler.paths}
    assert firsts == PORTAL_PATHS
