"""What both clients share: the credential, the headers of a call, and the cached access token."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Unpack

import httpx

from trigpoint.base.clock import Clock
from trigpoint.client.exchange import AccessTokenCache, check_base_url, check_header
from trigpoint.client.parameters import Point
from trigpoint.client.signing import Signer
from trigpoint.client.snapshots import SnapshotOptions, choose_base_url, make_url

APPLE = "https://maps-api.apple.com"
TIMEOUT_S = 10.0


class Caller:
    """The part of a client that makes no calls."""

    def __init__(self, credential: Signer | str, *, base_url: str, origin: str | None, clock: Clock) -> None:
        """Check credential, base URL and origin as far as it needs no server; raise InvalidError."""
        if isinstance(credential, str):
            rule = "a Signer or an auth token, which has three parts with dots between them"
            credential = check_header("credential", credential, rule=rule, example="eyJhbGciOi…")
        self._credential = credential
        rule = "what browsers send as Origin"
        self._origin = origin and check_header("origin", origin, rule=rule, example="https://example.com")
        self._base_url = check_base_url(base_url)
        self._clock = clock
        self._cache = AccessTokenCache()

    def snapshot_url(
        self,
        center: str | Point,
        *,
        expires_in_s: int | None = None,
        referer: str | None = None,
        **options: Unpack[SnapshotOptions],
    ) -> str:
        """Write the URL of a Web Snapshot, for a page, an e-mail or a document, without calling the server.

        The URL is signed if the credential is a Signer; else it contains the token, which every reader of the page can
        copy. `expires_in_s` (seconds) and `referer` restrict a signed URL; with a token they raise InvalidError. `center` is a point, an address, or `auto`, which fits the annotations and overlays. Options: `z` or `spn`,
        `size`, `scale`, `t`, `color_scheme`, `poi`, `lang`, `annotations`, `overlays`, `overlay_styles`, `imgs`.

            maps.snapshot_url((60.1699, 24.9384), z=14, size=(600, 400), annotations=[{"point": "center"}])
        """
        base_url = choose_base_url(self._base_url, APPLE)
        return make_url(self._credential, base_url, center, options, expires_in_s=expires_in_s, referer=referer)

    def _headers(self, token: str) -> dict[str, str]:
        headers = {"authorization": f"Bearer {token}"}
        return headers if self._origin is None else headers | {"origin": self._origin}

    @contextmanager
    def _naming_the_server(self) -> Iterator[None]:
        """Name the server in an error of the connection, and leave out the number in what httpx says: `[Errno 111] Connection refused`."""
        try:
            yield
        except httpx.TransportError as error:
            url = httpx.URL(self._base_url)  # its netloc is without user and password
            why = re.sub(r"^\[Errno -?\d+\] ", "", str(error)) or type(error).__name__
            error.args = (f"No response from {url.scheme}://{url.netloc.decode('ascii')}: {why}",)
            raise

    def _auth_token(self) -> str:
        return self._credential.auth_token() if isinstance(self._credential, Signer) else self._credential
