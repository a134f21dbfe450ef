"""Settings: the environment over `$TRIGPOINT_HOME/trigpoint.toml`, turned into one frozen dataclass.

Every setting is one row of `ROWS`: `TRIGPOINT_PORT` in the environment is `port` in the file.
"""

import difflib
import os
import re
import sys
import tomllib
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from trigpoint.base.errors import InvalidError
from trigpoint.base.hosts import is_own_machine
from trigpoint.home import Home
from trigpoint.secret_files import SUFFIX, read_secret_file
from trigpoint.store.addresses import read_postgres_address

PREFIX = "TRIGPOINT_"
SERVICE_LINK = re.compile(r"SERVICE_(HOST|PORT).*|PORT_\d+_.*")
"""Kubernetes sets these, and `TRIGPOINT_PORT=tcp://…`, in every pod beside a Service that is named `trigpoint`."""
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?")
IMAGE_HOST = re.compile(r"\*|(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
"""A host, `*.` before one for all below it, or `*` for all."""
HOST_NAME = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?")
PARTS = ("places", "routes", "tiles")
"""What `TRIGPOINT_READY` may promise."""
NO_SETTINGS = ("API_TOKEN",)
"""What examples call an API token in the shell of whoever calls the management API."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All that can be set. `None` means: decided from the rest, as the property of the same subject says."""

    home: Path
    database_url: str | None = field(default=None, repr=False)
    master_key: str | None = field(default=None, repr=False)
    explain: bool | None = None
    host: str = "127.0.0.1"
    port: int = 8060
    workers: int = 1
    url: str | None = None
    valhalla_url: str | None = None
    gazetteer: bool = True
    map_languages: str | None = None
    tiles: str | None = field(default=None, repr=False)
    imagery: str | None = field(default=None, repr=False)
    imagery_attribution: str | None = None
    snapshot_images: str | None = None
    snapshot_renderer: str = "svg"
    metrics_token: str | None = field(default=None, repr=False)
    time_zone: str = "UTC"
    webhook_networks: str | None = None
    log_requests: bool = False
    log_format: str = "line"
    max_connections: int = 1000
    header_seconds: float = 10.0
    tile_cache_seconds: int = 0
    snapshot_cache_seconds: int = 0
    trusted_proxies: str | None = None
    uds: Path | None = None
    drain_seconds: float = 0.0
    data: Path | None = None
    ready: str | None = None
    embed_hosts: str | None = None

    @property
    def data_folder(self) -> Path:
        """Where the map data is: indexes of places, routes, tiles and the gazetteer. Servers only read what is there."""
        return self.home if self.data is None else self.data

    @property
    def promised(self) -> frozenset[str]:
        """The parts without which this server is not ready, beside credentials."""
        return frozenset() if self.ready is None else frozenset(self.ready.split(","))

    @property
    def embed_host_names(self) -> frozenset[bytes]:
        """The Host headers, in lower case, under which Apple's bare paths are embedded maps."""
        return frozenset() if self.embed_hosts is None else frozenset(self.embed_hosts.encode("ascii").split(b","))

    @property
    def explains(self) -> bool:
        """Whether a refusal says why in its body: as set, else only when nobody outside can connect."""
        return self.explain if self.explain is not None else is_own_machine(self.host) and self.is_local

    @property
    def is_local(self) -> bool:
        """Whether this machine is not told to serve others: the public URL, where it is set, is its own."""
        return self.url is None or is_own_machine(urlsplit(self.url).hostname or "")

    @property
    def is_behind_tls(self) -> bool:
        """Whether something in front ends TLS: the public URL is https, and this server speaks plain HTTP."""
        return self.url is not None and urlsplit(self.url).scheme == "https"

    @property
    def base_url(self) -> str:
        """The URL under which clients reach this server, without a slash at its end."""
        return self.listening_url if self.url is None else self.url.rstrip("/")

    @property
    def listening_url(self) -> str:
        """The URL under which this machine reaches the server itself, whatever stands in front of it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 (compared, not bound)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    def to_environment(self) -> dict[str, str]:
        """Write the settings as environment variables, so that worker processes read the same.

        Secrets are left out: each process reads them where this one did, so that none is in an environment for that.
        """
        written = {row.name: getattr(self, row.name) for row in ROWS if row.name not in SECRETS}
        return {
            PREFIX + name.upper(): str(int(value)) if isinstance(value, bool) else str(value)
            for name, value in {"home": self.home, **written}.items()
            if value is not None
        }


@dataclass(frozen=True, slots=True)
class Row:
    """One setting: how its text is read, the rule and the example that an error shows, and what it does."""

    name: str
    read: Callable[[str], object]
    rule: str
    example: str
    purpose: str


def read_settings(environ: Mapping[str, str] | None = None, **changes: object) -> Settings:
    """Read the settings: `changes` (options of a command) over the environment over the file over the defaults."""
    environment = os.environ if environ is None else environ
    home = Path(environment.get(PREFIX + "HOME") or default_home(environment)).expanduser().absolute()
    texts = read_file(Home(home).settings_file)
    texts |= {
        row.name: (PREFIX + row.name.upper(), environment[PREFIX + row.name.upper()])
        for row in ROWS
        if environment.get(PREFIX + row.name.upper()) and not _is_service_link(row.name, environment)
    }
    for name in SECRETS:
        variable = PREFIX + name.upper()
        found = read_secret_file(variable, environment, is_private=name == "master_key")
        if found is not None:
            texts[name] = (variable + SUFFIX, found)
    values: dict[str, object] = {}
    for row in ROWS:
        if row.name in texts:
            label, text = texts[row.name]
            values[row.name] = read_value(row, text, label=label)
    given = {name: value for name, value in changes.items() if value is not None}
    for row in ROWS:
        if row.name in given:
            given[row.name] = read_value(row, str(given[row.name]), label=f"--{row.name.replace('_', '-')}")
    defaults = Settings(home)
    unknown = given.keys() - {item.name for item in fields(Settings)}
    if unknown:
        raise TypeError(f"no such settings: {sorted(unknown)}")
    return replace(defaults, **(values | given))  # type: ignore[arg-type]  # each row reads its own field's type


def warn_of_unknown(environ: Mapping[str, str] | None = None) -> list[str]:
    """Say which variables look like settings and are none, with the nearest name: a slip of the pen changes nothing."""
    known = ["HOME", *(row.name.upper() for row in ROWS), *(name.upper() + SUFFIX for name in SECRETS)]
    sentences = []
    for name in sorted(os.environ if environ is None else environ):
        rest = name.removeprefix(PREFIX)
        if rest != name and rest not in {*known, *NO_SETTINGS} and not SERVICE_LINK.fullmatch(rest):
            near = difflib.get_close_matches(rest, known, n=1)
            meant = f"; did you mean {PREFIX}{near[0]}?" if near else "."
            sentences.append(f"The environment has {name}, which is no setting{meant}")
    return sentences


def read_file(path: Path) -> dict[str, tuple[str, str]]:
    """Read the file into name → (label for errors, text). An absent file has no settings."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidError(str(path), "TOML", example="port = 8060", received=str(error)) from error
    names = [row.name for row in ROWS]
    texts: dict[str, tuple[str, str]] = {}
    for name, value in found.items():
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1) or ["port"]
            raise InvalidError(f"{path.name}", "made of known settings", example=near[0], received=name)
        if not isinstance(value, (str, int, float)):
            raise InvalidError(
                f"{path.name}: {name}", "text, a number or a boolean", example="8060", received=repr(value)
            )
        texts[name] = (f"{path.name}: {name}", str(value).lower() if isinstance(value, bool) else str(value))
    return texts


def read_value(row: Row, text: str, *, label: str) -> object:
    """Read one text by its row; an error names the place that the text came from."""
    try:
        return row.read(text.strip())
    except (ValueError, RuntimeError):  # the latter from a path with ~ for a user who has no home
        received = None if row.name in SECRETS else text
        shown = "a value not shown" if received is None and text else received or ""
        raise InvalidError(label, row.rule, example=row.example, received=shown) from None


def _is_service_link(name: str, environment: Mapping[str, str]) -> bool:
    return name == "port" and environment[PREFIX + "PORT"].startswith("tcp://")


def default_home(environment: Mapping[str, str]) -> str:
    """Give the user's data folder of the platform (XDG Base Directory; Apple's and Microsoft's own places)."""
    try:
        user = environment.get("HOME") or str(Path.home())
    except RuntimeError:
        rule = "set where this user has no home of its own (no HOME, and no entry in the list of users)"
        raise InvalidError(PREFIX + "HOME", rule, example="/var/lib/trigpoint") from None
    if sys.platform == "darwin":
        return f"{user}/Library/Application Support/Trigpoint"
    if sys.platform == "win32":
        return environment.get("LOCALAPPDATA", user) + "\\Trigpoint"
    return (environment.get("XDG_DATA_HOME") or f"{user}/.local/share") + "/trigpoint"


def _boolean(text: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    try:
        return words[text.lower()]
    except KeyError:
        raise ValueError from None


def _whole(lowest: int, highest: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= highest:
            raise ValueError
        return int(text)

    return read


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value <= 3600:
        raise ValueError
    return value


def _seconds_or_none(text: str) -> float:
    return 0.0 if float(text) == 0 else _seconds(text)


def _text(text: str) -> str:
    if not text:
        raise ValueError
    return text


def _zone(text: str) -> str:
    try:
        zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, OSError) as error:
        raise ValueError from error
    return text


def _log_format(text: str) -> str:
    if text not in {"line", "json"}:
        raise ValueError
    return text


def _http_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError
    return text.rstrip("/")


def _languages(text: str) -> str:
    tags = [tag.strip() for tag in text.split(",")]
    if not all(LANGUAGE_TAG.fullmatch(tag) for tag in tags):
        raise ValueError
    return ",".join(tags)


def _tiles(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        if not text.endswith((".pmtiles", ".mbtiles")):
            raise ValueError
        return str(Path(text).expanduser().absolute())
    placeholders = [name in text for name in ("{z}", "{x}", "{y}")]
    if not urlsplit(text).hostname or any(placeholders) is not all(placeholders):
        raise ValueError
    return text


def _networks(text: str) -> str:
    for part in text.split(","):
        ip_network(part.strip())
    return text


def _renderer(text: str) -> str:
    if text not in {"svg", "mapli"}:
        raise ValueError
    return text


def _image_hosts(text: str) -> str:
    for part in (part.strip() for part in text.split(",")):
        if "/" in part:
            ip_network(part)
        elif not IMAGE_HOST.fullmatch(part):
            raise ValueError
    return text


def _host(text: str) -> str:
    return _text(text.removeprefix("[").removesuffix("]") if ":" in text else text)


def _host_names(text: str) -> str:
    names = [name.strip().lower() for name in text.split(",")]
    if not all(HOST_NAME.fullmatch(name) for name in names):
        raise ValueError
    return ",".join(names)


def _absolute_path(text: str) -> Path:
    path = Path(_text(text)).expanduser()
    if not path.is_absolute():  # a token or an address that was given by mistake would else become a file's name
        raise ValueError
    return path


def _parts(text: str) -> str:
    parts = [part.strip() for part in text.split(",")]
    if not set(parts) <= set(PARTS):
        raise ValueError
    return ",".join(parts)


def _proxies(text: str) -> str:
    for part in text.split(","):
        if part.strip() != "unix":
            ip_network(part.strip())
    return text


def _database_url(text: str) -> str:
    return read_postgres_address(text)


ROWS = (
    Row(
        "data",
        _absolute_path,
        "the absolute path of a folder",
        "/srv/trigpoint-data",
        "the map data, apart from the home: servers only read it, so it may be read-only and shared by many of them",
    ),
    Row(
        "ready",
        _parts,
        "parts out of places, routes and tiles, separated by commas",
        "places,routes",
        "the map data that this server promises: `/readyz` is 503 without it; else credentials are enough",
    ),
    Row(
        "database_url",
        _database_url,
        "the URL of a PostgreSQL database",
        "postgresql://maps@db.example.com/trigpoint",
        "where credentials are kept; without it SQLite in the home",
    ),
    Row(
        "master_key",
        _text,
        "32 bytes in base64",
        "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        "seals private keys; without it the file `master.key` in the home",
    ),
    Row("explain", _boolean, "1 or 0", "1", "whether a refusal says why in its body; without it yes on loopback only"),
    Row(
        "host",
        _host,
        "a host name or an address",
        "127.0.0.1",
        "the address to listen on; `0.0.0.0` is all of IPv4, `::` all of both internets",
    ),
    Row("port", _whole(0, 65535), "a port from 0 to 65535", "8060", "the port to listen on; 0 takes a free one"),
    Row(
        "uds",
        _absolute_path,
        "the absolute path of a socket file",
        "/run/trigpoint/socket",
        "listen there instead of a port; its owner and its group may connect",
    ),
    Row("workers", _whole(1, 256), "a number of processes from 1 to 256", "2", "worker processes"),
    Row(
        "url",
        _http_url,
        "the http or https URL that clients use",
        "https://maps.example.com",
        "the public URL, for links",
    ),
    Row(
        "valhalla_url",
        _http_url,
        "the http or https URL of a Valhalla service",
        "http://valhalla.internal:8002",
        "routes from a Valhalla service in place of the embedded one",
    ),
    Row("gazetteer", _boolean, "1 or 0", "1", "whether the towns of the world are known beyond the imported region"),
    Row(
        "map_languages",
        _languages,
        "BCP 47 tags, separated by commas",
        "fr,ja,zh-Hant",
        "languages whose names the map's tiles keep, beside English and those of the extract's countries",
    ),
    Row(
        "tiles",
        _tiles,
        "a .pmtiles or .mbtiles file, a URL with {z}, {x} and {y}, or that of a TileJSON",
        "/srv/planet.pmtiles",
        "the map's tiles from a file or a tile server of yours, in place of those built here",
    ),
    Row(
        "imagery",
        _tiles,
        "a .pmtiles or .mbtiles file, a URL with {z}, {x} and {y}, or that of a TileJSON",
        "https://imagery.example.com/{z}/{x}/{y}.jpg",
        "aerial or satellite pictures, for the map types hybrid and satellite",
    ),
    Row(
        "imagery_attribution",
        _text,
        "text, or HTML with a link",
        '<a href="https://imagery.example.com">© Example</a>',
        "what the licence of the pictures wants shown on the map",
    ),
    Row(
        "snapshot_images",
        _image_hosts,
        "hosts, '*' for all, and inner networks in CIDR notation, separated by commas",
        "images.example.com, *.example.org, 10.0.0.0/8",
        "from where snapshots fetch the images of their annotations; without it images come in data: URLs only",
    ),
    Row(
        "snapshot_renderer",
        _renderer,
        "svg or mapli",
        "mapli",
        "who draws the map of snapshots: `svg`, our own painter, or `mapli`, MapLibre Native, where it is installed",
    ),
    Row(
        "metrics_token",
        _text,
        "a secret text",
        "the output of: openssl rand -hex 16",
        "the bearer token for /metrics; without it only this machine may read them",
    ),
    Row(
        "time_zone",
        _zone,
        "the name of a time zone",
        "Europe/Helsinki",
        "in which days end that people choose, for example the last day of a token",
    ),
    Row(
        "webhook_networks",
        _networks,
        "networks in CIDR notation, separated by commas",
        "10.0.0.0/8",
        "inner networks that webhooks may call; without it public addresses only",
    ),
    Row(
        "embed_hosts",
        _host_names,
        "host names, separated by commas",
        "embed.maps.example.com",
        "hosts of the Embed API: for them `/v1/place` and `/v1/embed` are embedded maps, which is Apple's address for them",
    ),
    Row(
        "drain_seconds",
        _seconds_or_none,
        "seconds from 0 to 3600",
        "5",
        "how long a worker that was told to stop still takes connections, so that a balancer sees `/readyz` first",
    ),
    Row(
        "trusted_proxies",
        _proxies,
        "addresses or networks in CIDR notation, or 'unix', separated by commas",
        "127.0.0.1, 10.0.0.0/8",
        "the proxies in front: their Forwarded or X-Forwarded-For is believed, and nobody else's",
    ),
    Row("log_format", _log_format, "line or json", "json", "log lines for people, or one JSON object a line"),
    Row("log_requests", _boolean, "1 or 0", "0", "one log line for every request, not only for refusals and errors"),
    Row(
        "max_connections",
        _whole(1, 1_000_000),
        "a number of connections from 1 to 1000000",
        "1000",
        "open connections of one worker; more are answered 503",
    ),
    Row(
        "tile_cache_seconds",
        _whole(0, 86_400),
        "seconds from 0 to 86400",
        "0",
        "how long a browser may show a tile again without asking; with 0 it asks each time, so that a revocation holds",
    ),
    Row(
        "snapshot_cache_seconds",
        _whole(0, 86_400),
        "seconds from 0 to 86400",
        "0",
        "how long a browser may show a snapshot again without asking; with 0 it asks each time, so that a revocation holds",
    ),
    Row(
        "header_seconds", _seconds, "seconds above 0, up to 3600", "10", "how long a client may take to send a request"
    ),
)
SECRETS = ("master_key", "database_url", "metrics_token", "tiles", "imagery")
"""What an error does not show: addresses of tile servers often hold a key."""
