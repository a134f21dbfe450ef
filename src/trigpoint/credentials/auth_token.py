"""The auth token: the ES256 JWT that a developer signs with the private key (contract §2), read and written."""

import json
from dataclasses import dataclass, field

from trigpoint.base.ids import KeyId, TeamId, is_ten_character_id
from trigpoint.credentials.call import Call
from trigpoint.credentials.facts import KeyFacts
from trigpoint.credentials.jws import JsonObject, MalformedError, UnverifiedJws, encode_base64url, read_jws
from trigpoint.credentials.keypair import PrivateKey


@dataclass(slots=True)
class AuthTokenCase:
    """One auth token before the judge: what it says, and what is known of its key.

    `key` is None if no key with its `kid` is known. `signature_known` says that this very token was verified before
    with this very public key; `is_swapped`, that its `iss` is a Key ID and its `kid` the team of that key. The times
    are filled by the check of the times.
    """

    call: Call
    jws: UnverifiedJws | None
    malformed: MalformedError | None
    key: KeyFacts | None = None
    signature_known: bool = False
    header: JsonObject = field(init=False)
    payload: JsonObject = field(init=False)
    iat: float | None = None
    exp: float | None = None
    nbf: float | None = None
    raw_signature: bytes | None = None
    """The signature's 64 bytes, once its form was found to be right."""
    is_swapped: bool = False

    def __post_init__(self) -> None:
        """The decoded header and payload; both are empty if the form is wrong."""
        jws = self.jws
        self.header = jws.header if jws is not None else {}
        self.payload = jws.payload if jws is not None else {}

    @property
    def header_unread(self) -> bool:
        """Tell whether the token's form was wrong before or in its header."""
        return self.malformed is not None and not self.header

    @property
    def unverified_kid(self) -> KeyId | None:
        """The Key ID that the header names, if it has the form of one."""
        kid = self.header.get("kid")
        return KeyId(kid) if isinstance(kid, str) and is_ten_character_id(kid) else None


def open_case(token: str, call: Call) -> AuthTokenCase:
    """Read a token for judging; what is wrong with its form becomes a finding."""
    try:
        return AuthTokenCase(call, read_jws(token), None)
    except MalformedError as error:
        case = AuthTokenCase(call, None, error)
        case.header = error.header or {}
        return case


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
    """Make an auth token, members in the order of Apple's sample (contract §2.1). Times in seconds."""
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
