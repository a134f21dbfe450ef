"""Finding credentials in any text: private keys in every clothing, Maps tokens, access tokens, API tokens."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote

from trigpoint.base.ids import is_ten_character_id
from trigpoint.credentials.api_token import FORM, is_api_token
from trigpoint.credentials.jws import MalformedError, UnverifiedJws, read_jws
from trigpoint.credentials.keypair import PrivateKey, read_found_private_key


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


_SPACE = r"(?: |\+|%20)"
_PEM = re.compile(
    rf"-----BEGIN{_SPACE}(?:EC{_SPACE})?PRIVATE{_SPACE}KEY-----(?P<body>.{{60,2000}}?)"
    rf"-----END{_SPACE}(?:EC{_SPACE})?PRIVATE{_SPACE}KEY-----",
    re.DOTALL,
)
_PEM_IN_BASE64 = re.compile(
    r"LS0tLS1CRUdJTi(?:BQUklWQVRFIEtFWS|BFQyBQUklWQVRFIEtFWS)[A-Za-z0-9+/_\-\s\\]{60,900}={0,2}"
)
_BARE = re.compile(
    r"(?<![A-Za-z0-9+/])M(?:IGTAgEAMBMGByqGSM49|IGHAgEAMBMGByqGSM49|HcCAQEEI)[A-Za-z0-9+/_-]{60,260}={0,2}"
)
_HEXADECIMAL = re.compile(r"(?i)30(?:81(?:87|93)0201003013|770201010420)[0-9a-f]{220,290}")
_DER = re.compile("0\x81(?P<length>[\x87\x93])\x02\x01\x000\x13\x06\x07\\*\x86H\xce=\x02\x01")
"""PKCS#8 as it is in a file of bytes, each byte read as one character (Latin-1)."""
_DRESS = (
    (re.compile(r"&#?\w{1,8};|<[^<>]{1,20}>"), "\n"),  # HTML
    (re.compile(r"\\+[nrt]"), "\n"),  # a string, and a string in a string
    (re.compile(r"[\"'`]\s*\+\s*[\"'`]"), ""),  # strings that a program puts together
    (re.compile(r"(?m)^\s*(?://+|--)\s"), ""),  # a comment; other signs of it are no Base64 anyway
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
    for start, found, der in _find_candidates(text):
        key = read_found_private_key(der)
        if key is not None:  # else an example that was cut, or the key of another curve
            yield Secret(SecretKind.PRIVATE_KEY, _line(text, start), found, private_key=key)


def _find_candidates(text: str) -> Iterator[tuple[int, str, bytes]]:
    """Find what may be a private key: where it begins, the text of it, and what may be its DER."""
    for match in _PEM.finditer(text):
        for body in _undress(match["body"]):
            yield match.start(), match[0], _decode(body)
    for match in _PEM_IN_BASE64.finditer(text):
        inner = _PEM.search(_decode(re.sub(r"\\+[nr]", "", match[0])).decode("latin-1"))
        if inner is not None:
            yield match.start(), match[0], _decode(inner["body"])
    for match in _BARE.finditer(text):
        yield match.start(), match[0], _decode(match[0])
    for match in _HEXADECIMAL.finditer(text):
        yield match.start(), match[0], bytes.fromhex(match[0][: len(match[0]) // 2 * 2])
    for match in _DER.finditer(text):
        found = text[match.start() : match.start() + 3 + ord(match["length"])]
        yield match.start(), found, found.encode("latin-1", "replace")


def _undress(body: str) -> Iterator[str]:
    """Take the Base64 of a PEM out of what it stands in: an address, HTML, source code, comments, a patch."""
    for pattern, instead in _DRESS:
        body = pattern.sub(instead, unquote(body))
    yield body
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    if lines and all(line.startswith("+") for line in lines):
        yield "\n".join(line[1:] for line in lines)


def _decode(encoded: str) -> bytes:
    """Decode Base64 of either alphabet; what is none of it is passed over."""
    plain = re.sub(r"[^A-Za-z0-9+/]", "", encoded.replace("-", "+").replace("_", "/"))
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4))
    except binascii.Error:
        return b""


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
