"""API tokens, the credentials of the management API: their form, their permissions, and whether one is live.

The form is `tp_`, 33 characters for 192 random bits, and 6 for a checksum (CRC-32 of everything before it), both in base
62. By the checksum, a leak scanner recognises a real token without access to the database.
"""

import hashlib
import re
import string
import zlib
from dataclasses import dataclass

from trigpoint.base.clock import Milliseconds, days, to_iso, to_seconds
from trigpoint.base.errors import InvalidError, refuse_secret
from trigpoint.base.ids import TeamId, is_ten_character_id
from trigpoint.credentials.roles import Role

PREFIX = "tp_"
ENTROPY_BYTES = 24
SECRET_LENGTH = 33
CHECKSUM_LENGTH = 6
LENGTH = len(PREFIX) + SECRET_LENGTH + CHECKSUM_LENGTH
SHOWN_LENGTH = len(PREFIX) + 4
"""Characters of a token that lists show."""
NAME_LIMIT = 50
LONGEST_DAYS = 366
"""Longest lifetime of a token."""
FORM = re.compile(r"\btp_[0-9A-Za-z]{39}(?![0-9A-Za-z])", re.ASCII)
"""Finds candidates in a text; `is_api_token` then checks the checksum."""
_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase


@dataclass(frozen=True, slots=True)
class ApiToken:
    """The record of an API token; only its holder has the token itself. Times are in milliseconds.

    The token has the role `role` in the team `team_id`; both are None for a token of the installation, which acts as the
    operator. `owner` is the person of a personal token, which never has more permissions than that person has at the time
    of the call. `start` are the token's first characters, by which people recognise it. `digest` is its SHA-256.
    """

    token_id: str
    name: str
    team_id: TeamId | None
    role: Role | None
    owner: str | None
    start: str
    digest: bytes
    created_at: Milliseconds
    created_by: str
    expires_at: Milliseconds
    last_used_at: Milliseconds | None = None
    revoked_at: Milliseconds | None = None
    revoked_by: str | None = None

    def is_live(self, at: Milliseconds) -> bool:
        """Tell whether the token is valid at a time (milliseconds)."""
        return self.revoked_at is None and at < self.expires_at


def encode_token(entropy: bytes) -> str:
    """Write 24 random bytes as a token."""
    if len(entropy) != ENTROPY_BYTES:
        raise ValueError(f"An API token is made of {ENTROPY_BYTES} random bytes; got {len(entropy)}.")
    body = PREFIX + _base62(int.from_bytes(entropy), SECRET_LENGTH)
    return body + _checksum(body)


def is_api_token(text: str) -> bool:
    """Tell whether a text is an API token of this or another Trigpoint: its form and its checksum are right."""
    if len(text) != LENGTH or FORM.fullmatch(text) is None:
        return False
    return text[-CHECKSUM_LENGTH:] == _checksum(text[:-CHECKSUM_LENGTH])


def digest_of(token: str) -> bytes:
    """Hash a token (SHA-256) for storage. It has 192 random bits, so that the hash needs no salt."""
    return hashlib.sha256(token.encode("ascii", "replace")).digest()


def read_token_id(text: str) -> str:
    """Check the form of an API token's ID: ten upper-case letters and digits."""
    if not is_ten_character_id(text):
        raise InvalidError("apiTokenId", "ten upper-case letters and digits", example="7QJ8W2M5TC", received=text)
    return text


def read_token_name(text: str) -> str:
    """Check a name: 1 to 50 printable characters, and no secret; white space is collapsed."""
    refuse_secret("name", text)
    name = " ".join(text.split())
    if not 1 <= len(name) <= NAME_LIMIT or not name.isprintable():
        raise InvalidError("name", f"1 to {NAME_LIMIT} printable characters", example="Deployment", received=text)
    return name


def check_token_expiry(expires_at: Milliseconds, now: Milliseconds) -> None:
    """Raise InvalidError unless an expiry is in the future, at most 366 days from now. Times are in milliseconds."""
    if not now < expires_at <= now + days(LONGEST_DAYS):
        rule = f"in the future, at most {LONGEST_DAYS} days from now"
        raise InvalidError("expiresAt", rule, example="2030-01-01T00:00:00Z", received=to_iso(to_seconds(expires_at)))


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode("ascii")), CHECKSUM_LENGTH)


def _base62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
