"""Signing auth tokens and snapshot URLs with a private key, for Trigpoint and for Apple's own service."""

import os
import re
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from trigpoint.base.clock import Clock
from trigpoint.base.errors import InvalidError
from trigpoint.base.ids import KeyId
from trigpoint.base.secrecy import RANDOM, name_secret
from trigpoint.credentials import auth_token
from trigpoint.credentials.key import read_key_id
from trigpoint.credentials.keypair import PrivateKey, read_private_key
from trigpoint.credentials.services import Service
from trigpoint.credentials.team import read_team_id

RENEW_S = 60
"""Seconds before its expiry at which an auth token is replaced, so that none expires on the way to the server."""
DEFAULT_LIFETIME_S = 1800
_FILE_NAME = re.compile(r"AuthKey_([A-Z0-9]{10})(?![A-Za-z0-9]).*", re.DOTALL)
"""Also matches names that browsers and editors make: `AuthKey_2X9R4HXF34 (1).p8`, `AuthKey_2X9R4HXF34.p8.txt`."""


@dataclass(slots=True)
class Signer:
    """Signs auth tokens, and reuses each until shortly before it expires. It can be shared between threads.

    `scope` has services with blanks between them, None for all of the key's; `origin` is the claim with the allowed
    origins; `lifetime_s` is the lifetime of each token, in seconds. A wrong field raises InvalidError.
    """

    private_key: PrivateKey
    key_id: str
    team_id: str
    scope: str | None = None
    origin: str | None = None
    lifetime_s: int = DEFAULT_LIFETIME_S
    clock: Clock = time.time
    _token: str = field(default="", init=False, repr=False)
    _until: float = field(default=0.0, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        """Check the fields as far as it needs no server; raise InvalidError."""
        read_key_id(self.key_id)
        read_team_id(self.team_id)
        if self.scope is not None:
            self.scope = read_scope(self.scope.split())
        if self.lifetime_s <= 0:
            raise InvalidError("expiresIn", "longer than 0 seconds", example="30m", received=str(self.lifetime_s))

    @classmethod
    def from_file(
        cls, path: str | Path, *, team_id: str, key_id: str | None = None, **more: str | int | None
    ) -> "Signer":
        """Read the private key from a `.p8` file; without `key_id`, the Key ID is read from the file's name.

        `more` are further fields. Raises InvalidError, and OSError for a file that cannot be read. If `path` is the text of
        a key by mistake, InvalidError does not repeat it; `from_text` reads such a text.
        """
        check_path(path)
        file = Path(path)
        private_key = read_private_key(file.read_bytes())
        found = key_id or find_key_id(file.name)
        if found is None:
            rule = "given, because the name of the file does not contain it"
            raise InvalidError("keyId", rule, example="2X9R4HXF34 (as in AuthKey_2X9R4HXF34.p8)")
        return cls(private_key, found, team_id, **more)  # type: ignore[arg-type]  # the fields of the class

    @classmethod
    def from_text(cls, text: str, *, key_id: str, team_id: str, **more: str | int | None) -> "Signer":
        """Read the private key from the text of a `.p8` file, for example from an environment variable.

        `more` are further fields. Raises InvalidError.
        """
        return cls(read_private_key(text), key_id, team_id, **more)  # type: ignore[arg-type]  # the fields of the class

    def sign(self) -> str:
        """Sign a new auth token that is valid from now on, for `lifetime_s` seconds."""
        now = int(self.clock())
        return auth_token.sign(
            self.private_key,
            key_id=KeyId(self.key_id),
            team_id=read_team_id(self.team_id),
            issued_at=now,
            expires_at=now + self.lifetime_s,
            scope=self.scope,
            origin=self.origin,
        )

    def sign_snapshot(self, url: str, *, expires_in_s: int | None = None, referer: str | None = None) -> str:
        """Sign the URL of a Web Snapshot (contract §6.4); any later change makes the signature invalid.

        `expires_in_s` is the lifetime of the URL, in seconds; `referer` is the Referer that a browser sends from the one
        page that may show the picture, such as `https://example.com/`. Raises InvalidError if `url` is no snapshot's URL.

            signer.sign_snapshot("https://maps.example.com/api/v1/snapshot?center=60.17,24.94&size=600x400")
        """
        from trigpoint.credentials.snapshot_signature import sign_url

        if expires_in_s is not None and expires_in_s <= 0:
            raise InvalidError("expiresIn", "longer than 0 seconds", example="30m", received=str(expires_in_s))
        return sign_url(
            self.private_key,
            url,
            team_id=read_team_id(self.team_id),
            key_id=KeyId(self.key_id),
            expires=None if expires_in_s is None else int(self.clock()) + expires_in_s,
            referer=referer,
        )

    def auth_token(self) -> str:
        """Give the current auth token; a new one is signed shortly before it expires."""
        with self._lock:
            if self.clock() >= self._until - min(RENEW_S, self.lifetime_s / 2):
                self._token = self.sign()
                self._until = int(self.clock()) + self.lifetime_s
            return self._token


def check_path(path: str | Path) -> None:
    """Raise InvalidError if a path is really the text of a key or token, which an error of the file system would repeat."""
    found = name_secret(str(path))
    if found is not None and not (found == RANDOM and os.path.exists(path)):  # noqa: PTH110 (a Path raises for a long one)
        rule = "the path of a .p8 file (the text of a key is read by Signer.from_text)"
        raise InvalidError("path", rule, example="AuthKey_2X9R4HXF34.p8", received=found)


def find_key_id(file_name: str) -> str | None:
    """Read the Key ID from a file name such as `AuthKey_2X9R4HXF34.p8`; None for any other name."""
    match = _FILE_NAME.fullmatch(file_name)
    return match[1] if match else None


def read_scope(words: Iterable[str]) -> str:
    """Check the services of a scope, and join them with blanks; raise InvalidError for an unknown one, or for none."""
    known = [service.value for service in Service]
    chosen = list(dict.fromkeys(words))
    for word in chosen:
        if word not in known:
            raise InvalidError("scope", "made of " + ", ".join(known), example="server_api", received=word)
    if not chosen:
        raise InvalidError("scope", "at least one of " + ", ".join(known), example="server_api")
    return " ".join(chosen)
