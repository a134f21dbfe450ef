"""Finding credentials in any text: private keys in every clothing, Maps tokens, access tokens, API tokens."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from trigpoint.base.errors import InvalidError
from trigpoint.base.ids import is_ten_character_id
from trigpoint.credentials.api_token import FORM, is_api_token
from trigpoint.credentials.jws import MalformedError, UnverifiedJws, read_jws
from trigpoint.credentials.keypair import PrivateKey, read_private_key


class SecretKind(StrEnum):
    """What was found."""

    PRIVATE_KEY = "private key"
    MAPS_TOKEN = "Maps token"  # noqa: S105 (a name)
    ACCESS_TOKEN = "access token"  # noqa: S105 (a name)
    API_TOKEN = "API token"  # noqa: S105 (a name)


@dataclass(frozen=True, slots=True)
class Secret:
    """One credential in a text. `line` counts from 1; `text` is the credential itself and is never shown.

    `is_public` holds for a Maps token that is restricted to origins: it is made to stand in web pages.
    """

    kind: SecretKind
    line: int
    text: str = field(repr=False)
    private_key: PrivateKey | None = field(default=None, repr=False)
    jws: UnverifiedJws | None = field(default=None, repr=False)
    is_public: bool = False

    @property
    def expires_at(self) -> float | None:
        """When it ends, in seconds, if it says so itself."""
        exp = None if self.jws is None else self.jws.payload.get("exp")
        return float(exp) if isinstance(exp, int | float) and not isinstance(exp, bool) else None

    @property
    def kid(self) -> str | None:
        """The Key ID or token ID that it names."""
        kid = None if self.jws is None else self.jws.header.get("kid")
        return kid if isinstance(kid, str) else None


_PEM = re.compile(
    r"-----BEGIN (?:EC )?PRIVATE KEY-----(?P<body>.{60,600}?)-----END (?:EC )?PRIVATE KEY-----", re.DOTALL
)
_PEM_IN_BASE64 = re.compile(r"LS0tLS1CRUdJTi(?:BQUklWQVRFIEtFWS|BFQyBQUklWQVRFIEtFWS)[A-Za-z0-9+/\s\\]{60,900}={0,2}")
_BARE = re.compile(
    r"(?<![A-Za-z0-9+/])M(?:IGTAgEAMBMGByqGSM49|IGHAgEAMBMGByqGSM49|HcCAQEEI)[A-Za-z0-9+/]{60,260}={0,2}"
)
_JWT = re.compile(r"eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{40,200}")


def find_secrets(text: str) -> Iterator[Secret]:
    """Find every credential in a text, in the order of kinds; each only once."""
    seen: set[object] = set()
    for secret in (*_find_private_keys(text), *_find_tokens(text), *_find_api_tokens(text)):
        mark = secret.text if secret.private_key is None else secret.private_key.public.der()
        if mark not in seen:
            seen.add(mark)
            yield secret


def _find_private_keys(text: str) -> Iterator[Secret]:
    for pattern in (_PEM, _PEM_IN_BASE64, _BARE):
        for match in pattern.finditer(text):
            try:
                key = read_private_key(_unwrap(match[0]) if pattern is _PEM_IN_BASE64 else match[0])
            except (InvalidError, binascii.Error):
                continue  # an example that was cut, or the key of another curve
            yield Secret(SecretKind.PRIVATE_KEY, _line(text, match.start()), match[0], private_key=key)


def _unwrap(encoded: str) -> bytes:
    plain = re.sub(r"\\[nr]|[\s\\=]", "", encoded)
    return base64.b64decode(plain + "=" * (-len(plain) % 4))


def _find_tokens(text: str) -> Iterator[Secret]:
    for match in _JWT.finditer(text):
        try:
            jws = read_jws(match[0])
        except MalformedError:
            continue
        header, payload = jws.header, jws.payload
        line = _line(text, match.start())
        if (
            header.get("alg") == "ES256"
            and is_ten_character_id(header.get("kid"))
            and is_ten_character_id(payload.get("iss"))
        ):
            yield Secret(SecretKind.MAPS_TOKEN, line, match[0], jws=jws, is_public=bool(payload.get("origin")))
        elif header.get("alg") == "HS512" and payload.get("iss") == "mapsapi":
            yield Secret(SecretKind.ACCESS_TOKEN, line, match[0], jws=jws)


def _find_api_tokens(text: str) -> Iterator[Secret]:
    for match in FORM.finditer(text):
        if is_api_token(match[0]):
            yield Secret(SecretKind.API_TOKEN, _line(text, match.start()), match[0])


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
