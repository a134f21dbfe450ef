"""Parsing the text of each kind of setting: every function returns a value, or raises ValueError."""

import re
import zoneinfo
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from trigpoint.base.clock import HOUR_S
from trigpoint.store.addresses import read_postgres_address

LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?")
IMAGE_HOST = re.compile(r"\*|(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
"""Matches a host name, `*.` and a host name for all its subdomains, or `*` for every host."""
HOST_NAME = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?")
PARTS = ("places", "routes", "tiles")
"""Values of `TRIGPOINT_READY`."""


def read_boolean(text: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    try:
        return words[text.lower()]
    except KeyError:
        raise ValueError from None


def read_whole(lowest: int, highest: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= highest:
            raise ValueError
        return int(text)

    return read


def read_seconds(text: str) -> float:
    value = float(text)
    if not 0 < value <= HOUR_S:
        raise ValueError
    return value


def read_seconds_or_zero(text: str) -> float:
    return 0.0 if float(text) == 0 else read_seconds(text)


def read_text(text: str) -> str:
    if not text:
        raise ValueError
    return text


def read_zone(text: str) -> str:
    try:
        zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, OSError) as error:
        raise ValueError from error
    return text


def read_log_format(text: str) -> str:
    if text not in {"line", "json"}:
        raise ValueError
    return text


def read_http_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError
    return text.rstrip("/")


def read_languages(text: str) -> str:
    tags = [tag.strip() for tag in text.split(",")]
    if not all(LANGUAGE_TAG.fullmatch(tag) for tag in tags):
        raise ValueError
    return ",".join(tags)


def read_tiles(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        if not text.endswith((".pmtiles", ".mbtiles")):
            raise ValueError
        return str(Path(text).expanduser().absolute())
    placeholders = [name in text for name in ("{z}", "{x}", "{y}")]
    if not urlsplit(text).hostname or any(placeholders) is not all(placeholders):
        raise ValueError
    return text


def read_networks(text: str) -> str:
    for part in text.split(","):
        ip_network(part.strip())
    return text


def read_renderer(text: str) -> str:
    if text not in {"svg", "mapli"}:
        raise ValueError
    return text


def read_image_hosts(text: str) -> str:
    for part in (part.strip() for part in text.split(",")):
        if "/" in part:
            ip_network(part)
        elif not IMAGE_HOST.fullmatch(part):
            raise ValueError
    return text


def read_host(text: str) -> str:
    return read_text(text.removeprefix("[").removesuffix("]") if ":" in text else text)


def read_host_names(text: str) -> str:
    names = [name.strip().lower() for name in text.split(",")]
    if not all(HOST_NAME.fullmatch(name) for name in names):
        raise ValueError
    return ",".join(names)


def read_absolute_path(text: str) -> Path:
    path = Path(read_text(text)).expanduser()
    if not path.is_absolute():  # otherwise a token or URL that was given by mistake would become a file name
        raise ValueError
    return path


def read_parts(text: str) -> str:
    parts = [part.strip() for part in text.split(",")]
    if not set(parts) <= set(PARTS):
        raise ValueError
    return ",".join(parts)


def read_proxies(text: str) -> str:
    for part in text.split(","):
        if part.strip() != "unix":
            ip_network(part.strip())
    return text


def read_database_url(text: str) -> str:
    return read_postgres_address(text)
