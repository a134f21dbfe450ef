"""Downloading a large file over HTTP: resumed after an interruption, and used only if its SHA-256 matches."""

import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx

from trigpoint.base.errors import InvalidError, UnavailableError
from trigpoint.base.hosts import is_own_machine
from trigpoint.engines.bundles import HEX, sha256_of

TRIES = 5
"""Highest number of consecutive failed connections without any new bytes."""
PAUSE_S = 1.0
TIMEOUT = httpx.Timeout(60.0, connect=15.0)
LONGEST_SUM = 4096

Tell = Callable[[float], None]
"""Called with the share of the file that was downloaded, from 0 to 1."""


def is_url(text: str) -> bool:
    """Tell whether a text is an http or https URL with a host, and a port that exists if it names one."""
    try:
        parts = urlsplit(text)
        httpx.URL(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except (ValueError, httpx.InvalidURL):
        return False


def shown(url: str) -> str:
    """Return a URL without its possibly secret parts: user, password, query."""
    parts = urlsplit(url)
    host = (parts.hostname or "") + (f":{parts.port}" if parts.port else "")
    return f"{parts.scheme}://{host}{parts.path}"


def find_sum(client: httpx.Client, url: str) -> str:
    """Fetch the SHA-256 of a file from URL.sha256; over https only, as it would prove nothing otherwise."""
    parts = urlsplit(url)
    beside = urlunsplit(parts._replace(path=parts.path + ".sha256"))
    remedy = "Give the SHA-256 of the bundle with --sha256."
    try:
        answer = client.get(beside)
    except httpx.HTTPError as error:
        raise UnavailableError(f"{shown(beside)} does not respond ({_name(error)}). {remedy}") from error
    for one in (*answer.history, answer):
        if one.url.scheme != "https" and not is_own_machine(one.url.host):
            raise InvalidError("SOURCE", "an https address", example="https://maps.example.com/region.zip", hint=remedy)
    text = answer.text[:LONGEST_SUM].split()
    if answer.status_code != HTTPStatus.OK or not text or HEX.fullmatch(text[0].lower()) is None:
        raise UnavailableError(f"There is no SHA-256 at {shown(beside)} (status {answer.status_code}). {remedy}")
    return text[0].lower()


def fetch(client: httpx.Client, url: str, target: Path, *, sha256: str, tell: Tell) -> None:
    """Download a file to `target`, resuming a partial download there if the server supports that.

    Raises UnavailableError if the download fails, and keeps the partial file; InvalidError if the SHA-256 does not
    match, and deletes the file.
    """
    fruitless = 0
    while True:
        before = _size(target)
        try:
            _fetch_rest(client, url, target, tell=tell)
            break
        except httpx.TransportError as error:
            fruitless = 0 if _size(target) > before else fruitless + 1
            if fruitless >= TRIES:
                raise UnavailableError(
                    f"The download of {shown(url)} failed ({_name(error)}) after {_size(target):,} bytes. Nothing was "
                    "changed. Repeat the command to resume it."
                ) from error
            time.sleep(PAUSE_S * fruitless)
    if sha256_of(target) != sha256:
        found = sha256_of(target)
        target.unlink()
        rule = f"the file with the SHA-256 {sha256}"
        raise InvalidError("SOURCE", rule, example=shown(url), received=found, hint="Nothing was changed.")


def _fetch_rest(client: httpx.Client, url: str, target: Path, *, tell: Tell) -> None:
    have = _size(target)
    headers = {"accept-encoding": "identity"} | ({"range": f"bytes={have}-"} if have else {})
    with client.stream("GET", url, headers=headers) as answer:
        status = answer.status_code
        if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:  # the file is complete, or the server has another one
            return
        if status == HTTPStatus.PARTIAL_CONTENT and answer.headers.get("content-range", "").startswith(
            f"bytes {have}-"
        ):
            mode = "ab"
        elif status == HTTPStatus.OK:
            mode, have = "wb", 0
        else:
            raise UnavailableError(f"{shown(url)} responded with status {status}. Nothing was changed.")
        total = have + int(answer.headers.get("content-length", "0"))
        with target.open(mode) as file:
            for chunk in answer.iter_raw():
                file.write(chunk)
                have += len(chunk)
                tell(min(1.0, have / max(total, have, 1)))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _name(error: Exception) -> str:
    return type(error).__name__
