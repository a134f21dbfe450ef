"""Requests to URLs that users chose never reach a private network, whatever the name resolves to."""

import contextlib
import errno
import http.client
import os
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address

import pytest

from patience import PATIENCE_S
from trigpoint.authority.outside import (
    Outside,
    PrivateAddressError,
    UnreachableError,
    explain,
)
from trigpoint.base.errors import InvalidError
from trigpoint.base.networks import is_public, read_networks

LOOPBACK = read_networks("127.0.0.0/8")


@contextmanager
def a_peer(answer: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Listen on loopback, take one connection, keep what it sends, answer, and keep the connection."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)

        def serve() -> None:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(10)
                text = b""
                while not text.endswith(b"BODY"):
                    text += connection.recv(65536)
                heard.append(text)
                with contextlib.suppress(ConnectionError):  # hung up on
                    connection.sendall(answer)
                    while connection.recv(65536):
                        pass

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1], heard
        finally:
            listener.close()
            thread.join(PATIENCE_S)


def test_a_connection_on_which_tls_cannot_begin_is_closed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        outside = Outside(LOOPBACK, resolve=lambda _host, _port: ["127.0.0.1"])
        with pytest.raises(UnreachableError, match="did not respond"):
            outside.post(f"https://.example.com:{listener.getsockname()[1]}/", b"BODY", {})
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(10)
            assert connection.recv(1) == b""


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "168.63.129.16",
        "::ffff:168.63.129.16",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "fec0::1",
        "3fff::1",
        "3fff:fff:ffff::1",
        "2001:db8::1",
        "5f00::1",
        "64:ff9b:1::808:808",
        "::7f00:1",
        "100::1",
        "4000::1",
        "192.88.99.1",
    ],
)
def test_private_addresses_are_not_public(text: str) -> None:
    assert not is_public(ip_address(text))
    with pytest.raises(PrivateAddressError, match="which is not public"):
        Outside(read_networks(None), resolve=lambda _host, _port: [text]).post("https://example.com/", b"", {})


@pytest.mark.parametrize("text", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_of_the_internet_are_public(text: str) -> None:
    assert is_public(ip_address(text))


def test_one_private_address_among_public_ones_is_refused() -> None:
    outside = Outside(read_networks(None), resolve=lambda _host, _port: ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(PrivateAddressError, match=r"The host example\.com has the address 10\.0\.0\.1"):
        outside.check("https://example.com/")


def test_the_operator_allows_networks_one_by_one() -> None:
    outside = Outside(read_networks("10.0.0.0/8, fd00::/8"), resolve=lambda host, _port: [host])
    assert outside.check("https://10.9.9.9/")
    with pytest.raises(PrivateAddressError):
        outside.check("https://192.168.0.1/")
    with pytest.raises(InvalidError, match="must be networks in CIDR notation"):
        read_networks("10.0.0.0/8,inside")


def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    """The name is looked up once, so a second answer (DNS rebinding) is never asked for."""
    asked: list[str] = []

    def resolve(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    with a_peer(b"HTTP/1.1 204 No Content\r\n\r\n") as (port, heard):
        url = f"http://no-such-name.invalid:{port}/hook?a=b"
        assert Outside(LOOPBACK, resolve=resolve).post(url, b"BODY", {"webhook-id": "msg_1"}) == 204
    assert asked == ["no-such-name.invalid"]
    lines = heard[0].split(b"\r\n")
    assert lines[0] == b"POST /hook?a=b HTTP/1.1"
    assert f"host: no-such-name.invalid:{port}".encode() in lines
    assert b"webhook-id: msg_1" in lines


def test_another_address_of_the_host_is_tried_if_the_first_does_not_accept() -> None:
    with a_peer(b"HTTP/1.1 204 No Content\r\n\r\n") as (port, heard):
        outside = Outside(
            LOOPBACK, resolve=lambda _host, _port: ["127.0.0.99", "127.0.0.98", "127.0.0.1", "127.0.0.97"]
        )
        assert outside.post(f"http://example.com:{port}/", b"BODY", {}) == 204
    assert len(heard) == 1
    with pytest.raises(
        UnreachableError, match=r"^example.com \(127.0.0.97\) did not respond: the connection was refused"
    ):
        Outside(LOOPBACK, resolve=lambda _host, _port: ["127.0.0.99", "127.0.0.97"]).post(
            f"http://example.com:{port}/", b"BODY", {}
        )


def test_a_redirect_is_not_followed() -> None:
    answer = b"HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n"
    with a_peer(answer) as (port, _):
        assert Outside(LOOPBACK).post(f"http://127.0.0.1:{port}/", b"BODY", {}) == 302


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200", b"HTTP/1.1 200 OK\r\nX: "])
def test_a_peer_that_does_not_finish_its_response_is_disconnected(answer: bytes) -> None:
    with a_peer(answer) as (port, _), pytest.raises(UnreachableError, match="did not respond"):
        Outside(LOOPBACK, deadline_s=0.2).post(f"http://127.0.0.1:{port}/", b"BODY", {})


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"SSH-2.0-Inner\x1b]0;pwned\x07\r\n", "the response is not HTTP"),
        (b"HTTP/1.1 SECRET\r\n\r\n", "the response is not HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: SECRET\r\n" * 300, "the response is not HTTP"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"SECRET" * 20_000, "the response is not HTTP"),
        (b"SECRET" * 20_000, "the response is not HTTP"),
    ],
)
def test_messages_repeat_nothing_that_a_peer_sent(answer: bytes, words: str) -> None:
    with a_peer(answer) as (port, _), pytest.raises(UnreachableError) as caught:
        Outside(LOOPBACK, deadline_s=5).post(f"http://127.0.0.1:{port}/", b"BODY", {})
    assert str(caught.value) == f"127.0.0.1 (127.0.0.1) did not respond: {words}."


def test_connection_errors_are_reported_in_our_own_words() -> None:
    assert explain(TimeoutError("SECRET")) == "it took too long"
    assert explain(ConnectionRefusedError(111, "SECRET")) == "the connection was refused"
    assert explain(http.client.RemoteDisconnected("SECRET")) == "the connection was closed before there was an answer"
    assert explain(OSError(errno.EHOSTUNREACH, "SECRET")) == os.strerror(errno.EHOSTUNREACH)
    assert explain(ssl.SSLError(1, "SECRET")) == "TLS failed (no reason)"
    assert explain(OSError("SECRET")) == "the connection failed"
    assert explain(ValueError("SECRET")) == "the response is not HTTP"


def test_a_host_without_an_address_is_unreachable() -> None:
    def resolve(_host: str, _port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(UnreachableError, match=r"The host example\.com has no address"):
        Outside(LOOPBACK, resolve=resolve).check("https://example.com/")
