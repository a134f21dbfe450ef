"""Checks of the proxy examples: validated by the proxy itself, then run in front of a real server."""

import contextlib
import datetime as dt
import functools
import gzip
import itertools
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from common import (
    ADDRESS,
    DEPLOY,
    START_S,
    TRIGPOINT,
    FailedError,
    Installation,
    Process,
    an_installation,
    fetch,
    find,
    free_port,
    replaced,
    require,
    run,
    running,
    scratch,
    settings,
    wait_for,
)
from visitor import HOST, ORIGIN, Visitor

PROXIES = DEPLOY / "proxies"
TILE = "/ti/osm/14/9327/4742.mvt"
"""A tile of the sample region's centre."""
LONG = "/v1/search?q=cafe"
PASSWORD = "a long walk over the hills 7"  # noqa: S105 (of an account that lives as long as the check)
EMAIL = "ada@example.com"
FREE_TRIES = 30


@dataclass(frozen=True)
class Files:
    """The certificate of the public name, its key, and a file with both."""

    certificate: Path
    key: Path
    both: Path


def check_nginx() -> str:
    """Check nginx's example."""
    program = find("nginx", install="the package 'nginx-light'")

    def write(folder: Path, files: Files, port: int, backend: int) -> list[str | Path]:
        text = replaced(
            (PROXIES / "nginx.conf").read_text(),
            {
                "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
                "listen 80;": f"listen 127.0.0.1:{free_port()};",
                "server 127.0.0.1:8060;": f"server 127.0.0.1:{backend};",
                "/etc/ssl/certs/maps.example.com.pem": str(files.certificate),
                "/etc/ssl/private/maps.example.com.key": str(files.key),
                "/var/log/nginx/access.log": str(folder / "access.log"),
            },
        )
        (folder / "trigpoint.conf").write_text(text)
        kept = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        paths = "".join(f"{name}_temp_path {folder / name};\n" for name in kept)
        main = f"pid {folder}/pid;\nerror_log stderr;\ndaemon off;\nevents {{}}\n"
        (folder / "nginx.conf").write_text(f"{main}http {{\naccess_log off;\n{paths}include trigpoint.conf;\n}}\n")
        command: list[str | Path] = [program, "-p", folder, "-c", folder / "nginx.conf"]
        run([*command, "-t"])
        return command

    return check(write)


def check_caddy() -> str:
    """Check Caddy's example."""
    program = find("caddy", install="caddy, or run 'make check-deploy', which brings it along")

    def write(folder: Path, files: Files, port: int, backend: int) -> list[str | Path]:
        example = (PROXIES / "Caddyfile").read_text()
        (folder / "Caddyfile").write_text(example)
        run([program, "validate", "--adapter", "caddyfile", "--config", folder / "Caddyfile"])
        text = replaced(
            example,
            {
                f"\n{HOST} {{": f"\n{HOST}:{port} {{\n\tbind 127.0.0.1\n\ttls {files.certificate} {files.key}",
                "127.0.0.1:8060": f"127.0.0.1:{backend}",
            },
        )
        alone = f"{{\n\tadmin off\n\tpersist_config off\n\tauto_https disable_redirects\n\tstorage file_system {folder}/kept\n}}\n"
        (folder / "Caddyfile").write_text(alone + text)
        return [program, "run", "--adapter", "caddyfile", "--config", folder / "Caddyfile"]

    return check(write)


def check_haproxy() -> str:
    """Check HAProxy's example."""
    program = find("haproxy", install="the package 'haproxy'")

    def write(folder: Path, files: Files, port: int, backend: int) -> list[str | Path]:
        text = replaced(
            (PROXIES / "haproxy.cfg").read_text(),
            {
                "bind :443": f"bind 127.0.0.1:{port}",
                "bind :80": f"bind 127.0.0.1:{free_port()}",
                "192.0.2.11:8060": f"127.0.0.1:{backend}",
                "192.0.2.12:8060": f"127.0.0.1:{backend}",
                "/etc/haproxy/maps.example.com.pem": str(files.both),
            },
        )
        path = folder / "haproxy.cfg"
        path.write_text(text)
        run([program, "-c", "-V", "-f", path])
        return [program, "-db", "-f", path]

    return check(write)


def check(write: Callable[[Path, Files, int, int], list[str | Path]]) -> str:
    """Run the proxy whose configuration `write` makes in front of a server, and visit it."""
    backend, installation, number = a_shared_server()
    with scratch() as folder:
        files = certify(folder)
        port = free_port()
        with running(write(folder, files, port, backend), log=folder / "proxy.log") as proxy:
            visitor = Visitor(port, files.certificate)
            wait_until_it_answers(visitor, proxy)
            return visit(visitor, installation, backend, number)


def wait_until_it_answers(visitor: Visitor, proxy: Process) -> None:
    """Wait until the proxy passes a request on."""
    deadline = time.monotonic() + START_S
    last: object = "nothing"
    while time.monotonic() < deadline:
        proxy.must_live()
        try:
            last = visitor.get("/healthz").status
        except OSError as error:
            last = error
        if last == 200:
            return
        time.sleep(0.1)
    raise FailedError(f"the proxy passes nothing on ({last}):\n{proxy.said()}")


def visit(visitor: Visitor, installation: Installation, backend: int, number: int) -> str:
    """Do what clients and people do, through the proxy."""
    for path in ("/metrics", "/readyz", "//metrics", "/%6detrics", "///readyz", "/%72eadyz", "/%2freadyz"):
        require(visitor.get(path).status == 404, f"strangers see {path}")
    auth_token = installation.auth_token()
    told = visitor.get("/v1/token", authorization=f"Bearer {auth_token}")
    require(told.status == 200, f"the exchange was answered with {told.status}: {told.text}")
    access = json.loads(told.body)["accessToken"]
    found = visitor.get(ADDRESS, authorization=f"Bearer {access}")
    require(found.status == 200 and json.loads(found.body)["results"], f"the address: {found.status} {found.text}")
    size = get_compressed(visitor, f"Bearer {access}")
    tile = get_a_tile(visitor, installation, backend)
    sign_in(visitor, installation, is_first=number == 1)
    keep_addresses_apart(visitor, number)
    return f"a token, an address, {size} bytes for {LONG}, a tile of {tile} bytes, a sign-in, addresses of clients kept apart"


def get_compressed(visitor: Visitor, authorization: str) -> int:
    """Load a long response of the API, which must be compressed if the client can read that, and a page, which must not be."""
    plain = visitor.get(LONG, authorization=authorization)
    short = visitor.get(LONG, authorization=authorization, accept_encoding="gzip")
    require("content-encoding" not in plain.headers, "a client that has not asked for it got a compressed response")
    require(short.headers.get("content-encoding") == "gzip", f"{LONG} is not compressed: {dict(short.headers)}")
    require(gzip.decompress(short.body) == plain.body, "the compressed response is another one")
    page = visitor.get("/sign-in", accept_encoding="gzip")
    require("content-encoding" not in page.headers, "a page of the portal is compressed")
    return len(short.body)


def get_a_tile(visitor: Visitor, installation: Installation, backend: int) -> int:
    """Load a map's tile: it must be the same as without the proxy, compressed once, and cacheable by its ETag."""
    token = installation.auth_token("--scope", "mapkit_js", "--origin", "a.example")
    opened = visitor.get(
        "/ma/bootstrap?apiVersion=2&mkjsVersion=5.78.1&poi=1",
        authorization=f"Bearer {token}",
        origin="https://a.example",
    )
    require(opened.status == 200, f"the map was answered with {opened.status}: {opened.text}")
    require(f"{ORIGIN}/" in json.loads(opened.body)["apiBaseUrl"], "the map's addresses are not the public URL's")
    path = f"{TILE}?accessKey={json.loads(opened.body)['accessKey']}"
    tile = visitor.get(path, accept_encoding="gzip")
    require((tile.status, tile.headers.get("content-encoding")) == (200, "gzip"), f"the tile: {tile.status}")
    _, direct = fetch(f"http://127.0.0.1:{backend}{path}", **{"Host": HOST, "Accept-Encoding": "gzip"})
    require(tile.body == direct, "the proxy changed the tile")
    again = visitor.get(path, accept_encoding="gzip", if_none_match=tile.headers["etag"])
    require(again.status == 304, f"the tile by its ETag: {again.status}")
    return len(tile.body)


def sign_in(visitor: Visitor, installation: Installation, *, is_first: bool) -> None:
    """Make the first account with the link, and sign out; then sign in."""
    if is_first:
        told = installation.trigpoint("person", "set-up-link", TRIGPOINT_URL=ORIGIN)
        require(f"{ORIGIN}/set-up/" in told, f"the link is not under the public URL: {told}")
        path = next(word for word in told.split() if word.startswith(ORIGIN)).removeprefix(ORIGIN)
        made = visitor.press(visitor.get(path), path, name="Ada", email=EMAIL, password=PASSWORD, team_name="Mine")
        require(made.status == 303, f"the first account: {made.status} {made.text[:800]}")
        require("__Host-trigpoint" in visitor.cookies, "the session's cookie is not bound to TLS and the host")
        require(made.headers["location"].startswith("/"), f"it went to {made.headers['location']}")
        require(visitor.press(visitor.get("/account"), "/sign-out").status == 303, "signing out failed")
    signed = visitor.press(visitor.get("/sign-in"), "/sign-in", email=EMAIL, password=PASSWORD)
    require(signed.status == 303, f"signing in: {signed.status} {signed.text[:800]}")
    account = visitor.get("/account")
    require((account.status, EMAIL in account.text) == (200, True), f"the account: {account.status}")
    visitor.cookies.clear()


def keep_addresses_apart(visitor: Visitor, number: int) -> None:
    """Check that a client that tries too often does not slow down others, whatever headers it sends."""
    bad = Visitor(visitor.port, visitor.certificate, source=f"127.1.{number}.9")
    other = Visitor(visitor.port, visitor.certificate, source=f"127.2.{number}.9")
    lies = {"x_forwarded_for": "198.51.100.7", "forwarded": "for=198.51.100.8", "x_forwarded_host": "evil.example"}
    statuses = [bad.send("POST", "/passkeys/options", b"", **lies).status for _ in range(FREE_TRIES + 1)]
    require(statuses == [200] * FREE_TRIES + [429], f"the visitor who tries too often: {statuses}")
    require(other.send("POST", "/passkeys/options", b"").status == 200, "another visitor waits, too")


_shared = contextlib.ExitStack()
_numbers = itertools.count(1)


@functools.cache
def _serve_once() -> tuple[int, Installation]:
    return _shared.enter_context(served())


def a_shared_server() -> tuple[int, Installation, int]:
    """Give the port and the installation of one server for all proxies, and a number for each caller."""
    return *_serve_once(), next(_numbers)


def stop_shared_server() -> None:
    """Stop it, when all checks are over."""
    _shared.close()


@contextlib.contextmanager
def served() -> Iterator[tuple[int, Installation]]:
    """Run a server as the examples want it; give its port and its installation."""
    with an_installation() as installation:
        port = free_port()
        environment = settings(
            installation.home,
            TRIGPOINT_PORT=str(port),
            TRIGPOINT_URL=ORIGIN,
            TRIGPOINT_TRUSTED_PROXIES="127.0.0.1",
            TRIGPOINT_DRAIN_SECONDS="0",
        )
        log = installation.home.parent / "server.log"
        with running([TRIGPOINT, "serve"], log=log, environment=environment) as process:
            wait_for(f"http://127.0.0.1:{port}/readyz", process)
            yield port, installation


def certify(folder: Path) -> Files:
    """Make a certificate of the public name that signs itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = Files(folder / "certificate.pem", folder / "key.pem", folder / "both.pem")
    pem = serialization.Encoding.PEM
    files.certificate.write_bytes(certificate.public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    files.key.write_bytes(private)
    files.both.write_bytes(files.certificate.read_bytes() + private)
    return files
