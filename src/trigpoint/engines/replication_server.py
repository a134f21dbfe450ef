"""A client for OpenStreetMap replication servers with limits: http and https only, and responses of bounded size."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

import httpx
from osmium.replication.server import OsmosisState, ReplicationServer

from trigpoint.base.errors import InvalidError, UnavailableError
from trigpoint.engines.fetching import is_url, shown

LONGEST_STATE = 64 << 10
LARGEST_DIFF = 256 << 20
"""Highest size of one compressed change file, in bytes; one day of the planet has about 100 MB."""
TIMEOUT = httpx.Timeout(60.0, connect=15.0)
MOST_REDIRECTS = 5


def check_server(url: str, *, field: str = "--server") -> str:
    """Return the URL of a replication server in normal form. Raises InvalidError for anything but http and https."""
    if not is_url(url) or httpx.URL(url).query or httpx.URL(url).fragment:
        example = "https://download.geofabrik.de/europe/monaco-updates"
        raise InvalidError(field, "the http or https URL of a replication server", example=example, received=url)
    return url.rstrip("/")


class _Answer:
    """A complete response, with the interface that pyosmium expects."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        del kind, error, at

    def raise_for_status(self) -> None:
        """Do nothing: this class is only used for responses with status 200."""

    def iter_lines(self) -> Iterator[bytes]:
        """Return the lines of the body."""
        return iter(self.content.splitlines())


class BoundedServer(ReplicationServer):
    """A replication server with bounded responses and two kinds of errors.

    FileNotFoundError is a file that does not exist on the server (pyosmium's search then tries another one);
    UnavailableError is any other failure.
    """

    def __init__(self, url: str, client: httpx.Client) -> None:
        super().__init__(url)
        self._client = client

    def open_url(self, url: Any) -> Any:
        """Fetch a URL of the server."""
        address = str(url.get_full_url())
        most = LARGEST_DIFF if address.endswith(".osc.gz") else LONGEST_STATE
        content = bytearray()
        try:
            with self._client.stream("GET", address, headers={"accept-encoding": "identity"}) as answer:
                if address.startswith("https:") and answer.url.scheme != "https":
                    raise UnavailableError(unchanged(f"{shown(address)} leads from https to http."))
                if answer.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
                    raise FileNotFoundError(address)
                if answer.status_code != HTTPStatus.OK:
                    raise UnavailableError(unchanged(f"{shown(address)} answers {answer.status_code}."))
                for chunk in answer.iter_raw():
                    content += chunk
                    if len(content) > most:
                        raise UnavailableError(unchanged(f"{shown(address)} is longer than {most:,} bytes."))
        except httpx.UnsupportedProtocol as error:
            raise UnavailableError(unchanged(f"{shown(address)} leads to what is neither http nor https.")) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            told = f"The replication server {shown(self.baseurl)} does not respond ({type(error).__name__})."
            raise UnavailableError(unchanged(told)) from error
        return _Answer(bytes(content))

    def state(self, sequence: int | None = None) -> OsmosisState | None:
        """Return the state of a change, or the newest; None if there is none. Raises UnavailableError for a bad file."""
        try:
            return self.get_state_info(sequence, retries=0)
        except ValueError as error:
            raise UnavailableError(unchanged(f"The state of {shown(self.baseurl)} cannot be read.")) from error


@contextmanager
def connected(url: str) -> Iterator[BoundedServer]:
    with httpx.Client(timeout=TIMEOUT, follow_redirects=True, max_redirects=MOST_REDIRECTS) as client:
        yield BoundedServer(url, client)


def unchanged(told: str) -> str:
    """Append "Nothing was changed." to a message."""
    return f"{told} Nothing was changed."
