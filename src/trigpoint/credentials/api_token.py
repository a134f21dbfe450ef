"""An API token: what opens the management API. Its form, its reach, and whether it is live.

The form is `tp_`, 33 characters of 192 random bits, and 6 of a checksum (CRC-32 of all before it), both in base 62: a
leak scanner can tell a real token from a look-alike without asking a database.
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
NAME_LIMIT = 50
LONGEST_DAYS = 366
FORM = re.compile(r"\btp_[0-9A-Za-z]{39}(?![0-9A-Za-z])", re.ASCII)
"""Finds candidates in any text; `is_api_token` then tells by the checksum."""
_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase


@dataclass(frozen=True, slots=True)
class ApiToken:
    """An API token's record. The token itself is known to its holder only; times are in milliseconds.

    `team_id` and `role` say how far it reaches; both are None for a token of the installation, which acts as the
    operator. `owner` is the person that a personal token acts for: it never may more than that person may now. `start`
    are its first characters, so that people can tell tokens apart. `digest` is the SHA-256 of the whole.
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
        """Tell whether it opens anything at a time (milliseconds)."""
        return self.revoked_at is None and at < self.expires_at


def spell(entropy: bytes) -> str:
    """Spell 24 random bytes as a token."""
    if len(entropy) != ENTROPY_BYTES:
        raise ValueError(f"An API token is made of {ENTROPY_BYTES} random bytes; got {len(entropy)}.")
    body = PREFIX + _base62(int.from_bytes(entropy), SECRET_LENGTH)
    return body + _checksum(body)


def is_api_token(text: str) -> bool:
    """Tell whether a text is a token that was made here or by another Trigpoint: form and checksum are right."""
    if len(text) != LENGTH or FORM.fullmatch(text) is None:
        return False
    return text[-CHECKSUM_LENGTH:] == _checksum(text[:-CHECKSUM_LENGTH])


def digest_of(token: str) -> bytes:
    """Hash a token for keeping. It has 192 random bits, so a plain SHA-256 cannot be guessed back."""
    return hashlib.sha256(token.encode("ascii", "replace")).digest()


def read_token_id(text: str) -> str:
    """Check the form of an API token's id: ten upper-case letters and digits."""
    if not is_ten_character_id(text):
        raise InvalidError("apiTokenId", "ten upper-case letters and digits", example="7QJ8W2M5TC", received=text)
    return text


def read_token_name(text: str) -> str:
    """Check a name: 1 to 50 printable characters."""
    refuse_secret("name", text)
    name = " ".join(text.split())
    if not 1 <= len(name) <= NAME_LIMIT or not name.isprintable():
        raise InvalidError("name", f"1 to {NAME_LIMIT} printable characters", example="Deployment", received=text)
    return name


def check_token_expiry(expires_at: Milliseconds, now: Milliseconds) -> None:
    """Refuse an expiry that is not in the future, or further away than 366 days (milliseconds)."""
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
