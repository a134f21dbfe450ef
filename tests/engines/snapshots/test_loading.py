"""Images come from data: URLs, or from hosts that the operator allows and whose addresses were checked; else they are None."""

import asyncio
import base64
import http.server
import logging
import threading
from collections.abc import Iterator, Sequence
from urllib.parse import quote_from_bytes

import pytest

from snapshots_fakes import PNG
from trigpoint.engines.snapshots import loading
from trigpoint.engines.snapshots.images import MOST_PIXELS, prepare, read_size
from trigpoint.engines.snapshots.loading import AllowedHosts, ImageLoader
from trigpoint.maps.snapshots.pictures import LoadedImage
from trigpoint.maps.snapshots.queries import ImageSource

GIF = b"GIF89a\x02\0\x03\0\x80\0\0\xff\0\0\0\0\0,\0\0\0\0\x02\0\x03\0\0\x02\x03\x84\x7f\x05\0;"
JPEG_HEAD = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\0" * 9 + b"\xff\xc0\0\x11\x08\0\x20\0\x10\x03" + b"\0" * 9
LOOPBACK = "127.0.0.0/8"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        bodies = {"/pin.png": PNG, "/page.html": b"<html>", "/large.png": PNG + bytes(loading.MOST_BYTES)}
        if self.path == "/elsewhere.png":
            self.send_response(302)
            self.send_header("location", "/pin.png")
            self.send_header("content-length", "0")
            self.end_headers()
            return
        if self.path == "/slow.png":
            self.server.hold.wait(10)  # type: ignore[attr-defined]  # set by the fixture
        body = bodies.get(self.path, PNG)
        self.send_response(404 if self.path == "/none.png" else 200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except ConnectionError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.hold = threading.Event()  # type: ignore[attr-defined]  # for the slow answer
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.hold.set()  # type: ignore[attr-defined]  # the same
    server.shutdown()
    thread.join()
    server.server_close()


def load(
    *urls: str, allowed: str | None = None, addresses: Sequence[str] = ("127.0.0.1",), seconds: float = 3.0
) -> list[bytes | None]:
    """Load images of 20 by 30 pixels; every host has the same addresses."""

    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return addresses

    async def ask() -> tuple[LoadedImage | None, ...]:
        loader = ImageLoader(AllowedHosts(allowed), resolve=resolve, seconds=seconds)
        try:
            return await loader.load([ImageSource(url, 20, 30) for url in urls])
        finally:
            await loader.close()

    found = asyncio.run(ask())
    assert all((one.width, one.height) == (20, 30) for one in found if one is not None)
    return [None if one is None else one.unverified_data for one in found]


def test_an_image_in_the_url_itself_is_taken() -> None:
    encoded = base64.b64encode(PNG).decode()
    assert load(f"data:image/png;base64,{encoded}") == [PNG]
    assert load(f"DATA:;base64,{encoded.rstrip('=')}") == [PNG]
    assert load(f"data:image/png,{quote_from_bytes(PNG)}") == [PNG]
    assert load("data:image/gif;base64," + base64.urlsafe_b64encode(GIF).decode()) == [GIF]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("data:image/png;base64", "its data: URL has no comma"),
        ("data:image/png;base64,####A", "its data: URL is no Base64"),
        ("data:image/svg+xml,<svg/>", "it is no PNG, JPEG or GIF"),
        ("https://example.com/a.png", "its host is not one of TRIGPOINT_SNAPSHOT_IMAGES"),
        ("https://[::1/a.png", "its address cannot be read"),
    ],
)
def test_a_text_that_is_no_image_or_not_allowed_is_none_and_logged(
    caplog: pytest.LogCaptureFixture, url: str, told: str
) -> None:
    with caplog.at_level(logging.WARNING):
        assert load(url) == [None]
    assert told in caplog.text


def test_an_image_is_fetched_from_an_allowed_host_once(port: int) -> None:
    url = f"http://images.test:{port}/pin.png"
    assert load(url, url, allowed=f"images.test, {LOOPBACK}") == [PNG, PNG]
    assert load(url, allowed=f"*.test,{LOOPBACK}") == [PNG]
    assert load(url, allowed=f"*,{LOOPBACK}") == [PNG]
    assert load(url, allowed=f"other.test,{LOOPBACK}") == [None]
    assert load(f"http://test:{port}/pin.png", allowed=f"*.test,{LOOPBACK}") == [None]


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["93.184.216.34", "10.0.0.1"],
        [],
    ],
)
def test_an_allowed_host_with_a_private_address_is_not_called(
    port: int, caplog: pytest.LogCaptureFixture, addresses: list[str]
) -> None:
    with caplog.at_level(logging.WARNING):
        assert load(f"http://images.test:{port}/secret.png", allowed="*", addresses=addresses) == [None]
    assert "not public; TRIGPOINT_SNAPSHOT_IMAGES" in caplog.text or "has no address" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("none.png", "its host answered 404"),
        ("elsewhere.png", "its host answered 302"),
        ("page.html", "it is no PNG, JPEG or GIF"),
        ("large.png", "it is larger than 1 MB"),
    ],
)
def test_responses_of_hosts_are_checked(port: int, caplog: pytest.LogCaptureFixture, path: str, told: str) -> None:
    with caplog.at_level(logging.WARNING):
        assert load(f"http://images.test:{port}/{path}", allowed=f"*,{LOOPBACK}") == [None]
    assert told in caplog.text


def test_a_slow_host_does_not_delay_the_others(port: int, caplog: pytest.LogCaptureFixture) -> None:
    slow, quick = (f"http://images.test:{port}/{name}.png" for name in ("slow", "pin"))
    with caplog.at_level(logging.WARNING):
        assert load(slow, quick, allowed=f"*,{LOOPBACK}", seconds=0.5) == [None, PNG]
    assert "it took too long" in caplog.text or "did not respond" in caplog.text


def test_a_host_that_refuses_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert load("http://images.test:9/pin.png", allowed=f"*,{LOOPBACK}") == [None]
    assert "its host did not respond (ConnectError)" in caplog.text


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (PNG, ("image/png", 1, 1)),
        (GIF, ("image/gif", 2, 3)),
        (JPEG_HEAD, ("image/jpeg", 16, 32)),
        (b"\xff\xd8\xff", None),
        (b"\xff\xd8\xff\xe0\0\0" * 3, None),
        (b"", None),
        (b"RIFF\0\0\0\0WEBP", None),
    ],
)
def test_type_and_size_are_read_from_the_first_bytes(data: bytes, size: tuple[str, int, int] | None) -> None:
    assert read_size(data) == size


def test_an_image_of_too_many_dots_is_not_decoded() -> None:
    def claiming(width: int, height: int) -> LoadedImage:
        head = width.to_bytes(4) + height.to_bytes(4)
        return LoadedImage(PNG.replace(b"\0\0\0\1\0\0\0\1", head), 20, 20)

    assert prepare(claiming(MOST_PIXELS + 1, 1)) is None
    assert prepare(claiming(1, 0)) is None
    assert prepare(LoadedImage(GIF, 20, 30)) is not None
    assert prepare(LoadedImage(PNG, 20, 20)) is not None
