"""Finding credentials in any text: private keys in every usual encoding, Maps tokens, access tokens and API tokens."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from trigpoint.base.ids import is_ten_character_id
from trigpoint.credentials.api_token import FORM, is_api_token
from trigpoint.credentials.jws import MalformedError, UnverifiedJws, read_jws
from trigpoint.credentials.keypair import PrivateKey, read_found_private_key
from trigpoint.credentials.leak_forms import find_ders


class SecretKind(StrEnum):
    """The kinds of credentials that are found."""

    PRIVATE_KEY = "private key"
    MAPS_TOKEN = "Maps token"  # noqa: S105 (a name)
    ACCESS_TOKEN = "access token"  # noqa: S105 (a name)
    API_TOKEN = "API token"  # noqa: S105 (a name)


FAR_S = 10**11
"""The year 5138, in seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A credential in a text. `line` counts from 1; `text` is the credential itself, and must never be shown.

    `is_public` is true for a Maps token that is restricted to origins: such a token is meant for web pages.
    """

    kind: SecretKind
    line: int
    text: str = field(repr=False)
    private_key: PrivateKey | None = field(default=None, repr=False)
    jws: UnverifiedJws | None = field(default=None, repr=False)
    is_public: bool = False

    @property
    def expires_at(self) -> float | None:
        """The expiry that the credential itself names, in seconds since the epoch; None if it names none.

        The token may be anybody's: a number too large for a date is cut to `FAR_S`.
        """
        exp = None if self.jws is None else self.jws.payload.get("exp")
        if not isinstance(exp, int | float) or isinstance(exp, bool):
            return None
        return float(max(-FAR_S, min(exp, FAR_S)))

    @property
    def kid(self) -> str | None:
        """The Key ID or token ID in the header of a token."""
        kid = None if self.jws is None else self.jws.header.get("kid")
        return kid if isinstance(kid, str) else None


_JWT = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]++\.eyJ[A-Za-z0-9_-]{10,4000}+\.[A-Za-z0-9_-]{40,200}")
"""Matches each run of characters once, from its start, so that the time is linear in the length of the text."""
_HEADERS = 4
"""Most positions of a run at which the header of a token may start: something such as `%20` may precede it."""


def find_secrets(text: str) -> Iterator[Secret]:
    """Find every credential in a text, each once: first private keys, then other tokens, then API tokens."""
    seen: set[object] = set()
    for secret in (*_find_private_keys(text), *_find_tokens(text), *_find_api_tokens(text)):
        mark = secret.text if secret.private_key is None else secret.private_key.public.der()
        if mark not in seen:
            seen.add(mark)
            yield secret


def _find_private_keys(text: str) -> Iterator[Secret]:
    known: dict[bytes, PrivateKey | None] = {}

    def accept(der: bytes) -> bool:
        if der not in known:
            known[der] = read_found_private_key(der)
        return known[der] is not None  # None: an example that was cut off, or a key of another curve

    lines = _Lines(text)
    for found in find_ders(text, accept):
        key = known[found.der]
        if key is not None:
            pem = key.pem().decode("ascii")
            yield Secret(SecretKind.PRIVATE_KEY, lines.number_at(found.start), pem, private_key=key)


def _find_tokens(text: str) -> Iterator[Secret]:
    lines = _Lines(text)
    for match in _JWT.finditer(text):
        token = _read_token(match[0])
        if token is None:
            continue
        text, jws = token
        header, payload = jws.header, jws.payload
        line = lines.number_at(match.start())
        if (
            header.get("alg") == "ES256"
            and is_ten_character_id(header.get("kid"))
            and is_ten_character_id(payload.get("iss"))
        ):
            yield Secret(SecretKind.MAPS_TOKEN, line, text, jws=jws, is_public=bool(payload.get("origin")))
        elif header.get("alg") == "HS512" and payload.get("iss") == "mapsapi":
            yield Secret(SecretKind.ACCESS_TOKEN, line, text, jws=jws)


def _read_token(run: str) -> tuple[str, UnverifiedJws] | None:
    """Read the token in a run of characters, which may have other characters before it."""
    start = -1
    for _ in range(_HEADERS):
        start = run.find("eyJ", start + 1, run.index("."))
        if start < 0:
            return None
        try:
            return run[start:], read_jws(run[start:])
        except MalformedError:
            continue
    return None


def _find_api_tokens(text: str) -> Iterator[Secret]:
    lines = _Lines(text)
    for match in FORM.finditer(text):
        if is_api_token(match[0]):
            yield Secret(SecretKind.API_TOKEN, lines.number_at(match.start()), match[0])


class _Lines:
    """Gives line numbers. It counts from the previous position on, so that a text is not counted from its start each time."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._number = 1

    def number_at(self, position: int) -> int:
        """Give the number of the line at a position, from 1."""
        if position < self._position:
            self._number -= self._text.count("\n", position, self._position)
        else:
            self._number += self._text.count("\n", self._position, position)
        self._position = position
        return self._number
