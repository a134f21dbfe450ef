"""Auth tokens, the ES256 JWTs that developers sign with their private keys (contract §2): reading and signing them."""

import json
from dataclasses import dataclass

from trigpoint.base.base64url import encode_base64url
from trigpoint.base.ids import KeyId, TeamId, is_ten_character_id
from trigpoint.credentials.call import Call
from trigpoint.credentials.facts import KeyFacts
from trigpoint.credentials.jws import JsonObject, MalformedError, UnverifiedJws, read_jws
from trigpoint.credentials.keypair import PrivateKey


@dataclass(slots=True)
class AuthTokenCase:
    """An auth token that is to be judged, with the data that the checks need.

    `header` is empty if it could not be parsed, and `payload` if the form is wrong.
    `key` is None if no key with its `kid` is known. `signature_known` tells that this token was verified before with this
    key; `is_swapped`, that its `iss` is a Key ID, and its `kid` the team of that key. `raw_signature` (64 bytes) and the
    times (seconds since the epoch) are set by the checks of their form.
    """

    call: Call
    jws: UnverifiedJws | None
    malformed: MalformedError | None
    header: JsonObject
    payload: JsonObject
    key: KeyFacts | None = None
    signature_known: bool = False
    iat: float | None = None
    exp: float | None = None
    nbf: float | None = None
    raw_signature: bytes | None = None
    is_swapped: bool = False

    @property
    def header_unread(self) -> bool:
        """Tell whether the header could not be parsed."""
        return self.malformed is not None and not self.header

    @property
    def unverified_kid(self) -> KeyId | None:
        """The Key ID in the header (`kid`); None if it has not the form of one."""
        kid = self.header.get("kid")
        return KeyId(kid) if isinstance(kid, str) and is_ten_character_id(kid) else None


def open_case(token: str, call: Call) -> AuthTokenCase:
    """Parse a token; an error of its form is recorded in the case, and becomes a finding."""
    try:
        jws = read_jws(token)
    except MalformedError as error:
        return AuthTokenCase(call, None, error, error.header or {}, {})
    return AuthTokenCase(call, jws, None, jws.header, jws.payload)


def sign(
    private_key: PrivateKey,
    *,
    key_id: KeyId,
    team_id: TeamId,
    issued_at: int,
    expires_at: int | None,
    scope: str | None = None,
    origin: str | None = None,
) -> str:
    """Sign an auth token, with members in the order of Apple's sample (contract §2.1). Times are in seconds."""
    header: JsonObject = {"alg": "ES256", "kid": key_id, "typ": "JWT"}
    claims: dict[str, object] = {"iss": team_id, "iat": issued_at}
    if expires_at is not None:
        claims["exp"] = expires_at
    if scope is not None:
        claims["scope"] = scope
    if origin is not None:
        claims["origin"] = origin
    return sign_claims(private_key, header, claims)


def sign_claims(private_key: PrivateKey, header: JsonObject, claims: JsonObject) -> str:
    """Sign any header and claims as a compact JWS."""
    parts = (json.dumps(part, separators=(",", ":")).encode("ascii") for part in (header, claims))
    signing_input = ".".join(encode_base64url(part) for part in parts)
    return f"{signing_input}.{encode_base64url(private_key.sign(signing_input.encode('ascii')))}"
