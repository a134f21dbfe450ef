"""A webhook: where events are sent, which of them, how a message is signed, and when it is tried again.

Signed as the Standard Webhooks specification has it: HMAC-SHA-256 over `id.timestamp.body`, secrets as `whsec_…`.
"""

import base64
import hashlib
import hmac
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from trigpoint.base.clock import DAY_S, Milliseconds, to_iso, to_seconds
from trigpoint.base.errors import InvalidError, refuse_secret
from trigpoint.base.ids import TeamId
from trigpoint.credentials.events import EventKind
from trigpoint.credentials.ledger import Entry

SECRET_PREFIX = "whsec_"  # noqa: S105 (a prefix, not a secret)
SECRET_BYTES = 32
URL_LIMIT = 2000
DESCRIPTION_LIMIT = 200
WAITS_S = (5, 300, 1800, 7200, 18_000, 36_000, 36_000)
"""Seconds until the next attempt, after the first, the second, … failed one; after the last it is given up (30 h)."""
EVERYTHING = "*"
HASH_DIGITS = 8
"""How many digits of an event's hash are in the id of its messages."""
OVERLAP_S = DAY_S
"""How long messages are also signed with the old secret after a renewal."""
OLD_SECRETS = 5
"""Most old secrets that sign at once."""


class WebhookState(StrEnum):
    """Whether events are sent."""

    ACTIVE = "active"
    DISABLED = "disabled"


class DeliveryState(StrEnum):
    """The state of one message."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where events are sent. Without `team_id`, those of the whole installation. Times are in milliseconds.

    `events` are kinds or patterns (`key.*`); `since` is the sequence of the ledger after which events are sent. Until
    `old_secret_until` messages are signed with the secret before the last renewal, too.
    """

    webhook_id: str
    team_id: TeamId | None
    url: str
    events: tuple[str, ...]
    description: str
    created_at: Milliseconds
    created_by: str
    since: int
    state: WebhookState = WebhookState.ACTIVE
    disabled_because: str | None = None
    last_success_at: Milliseconds | None = None
    old_secret_until: Milliseconds | None = None

    @property
    def edition(self) -> str:
        """Give the edition of a webhook: it changes with every edit, so that a second editor notices the first."""
        words = json.dumps([self.url, self.events, self.description])
        return hashlib.sha256(words.encode()).hexdigest()[:16]

    def wants(self, entry: Entry) -> bool:
        """Tell whether an event of the ledger is sent here."""
        if entry.sequence <= self.since or (self.team_id is not None and entry.team_id != self.team_id):
            return False
        return any(fnmatchcase(entry.kind, pattern) for pattern in self.events)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one webhook. Times are in milliseconds; `delivery_id` is the message's `webhook-id`."""

    delivery_id: str
    webhook_id: str
    sequence: int
    kind: str
    created_at: Milliseconds
    next_at: Milliseconds
    state: DeliveryState = DeliveryState.WAITING
    attempts: int = 0
    last_at: Milliseconds | None = None
    last_status: int | None = None
    last_error: str | None = None


def read_url(text: str, *, plain_allowed: bool) -> str:
    """Check a webhook's address: https, no user, no fragment. `plain_allowed` lets http pass, for inner networks."""
    url = text.strip()
    schemes = ("https", "http") if plain_allowed else ("https",)
    try:
        parts = urlsplit(url)
        good = parts.port != 0 and parts.scheme in schemes and bool(parts.hostname) and len(url) <= URL_LIMIT
    except ValueError:
        good = False
    if not good or "@" in parts.netloc or parts.fragment or not url.isascii() or not url.isprintable() or " " in url:
        rule = f"an {' or '.join(schemes)} URL without user and fragment"
        raise InvalidError("url", rule, example="https://example.com/trigpoint", received=text)
    return url


def origin_of(url: str) -> str:
    """Give the part of a URL that may be shown: scheme, host and port.

    Path and query are often a secret of the receiver.
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def read_events(names: Sequence[str]) -> tuple[str, ...]:
    """Check the events that are asked for: kinds, or patterns that match at least one; none means all."""
    for name in names:
        if not any(fnmatchcase(kind.value, name) for kind in EventKind):
            rule = "a kind of event, or a pattern such as key.*"
            raise InvalidError("events", rule, example=EventKind.KEY_REVOKED, received=name)
    return tuple(dict.fromkeys(names)) or (EVERYTHING,)


def read_description(text: str) -> str:
    """Check a description: at most 200 printable characters."""
    refuse_secret("description", text)
    clean = " ".join(text.split())
    if len(clean) > DESCRIPTION_LIMIT or not clean.isprintable():
        rule = f"at most {DESCRIPTION_LIMIT} printable characters"
        raise InvalidError("description", rule, example="Pager", received=text)
    return clean


def message_id(webhook_id: str, entry: Entry) -> str:
    """Name a message: the same event to the same webhook has the same id, however often it is sent.

    No other event has it. A database that lost its last commits in a failover gives their sequences to other events, and a
    receiver that had a message of one of them would take the new one for a repetition: so the hash is in the id, too.
    """
    return f"msg_{webhook_id}{entry.sequence}{entry.hash[:HASH_DIGITS]}"


def without_secrets(entry: Entry) -> Entry:
    """Reduce the URL in an event to its origin: older entries contain it whole."""
    url = entry.details.get("url")
    if not entry.kind.startswith("webhook.") or not isinstance(url, str):
        return entry
    return replace(entry, details=entry.details | {"url": origin_of(url)})


def render_message(entry: Entry) -> bytes:
    """Write the body of a message: type, timestamp and data (Standard Webhooks, "Payload structure")."""
    body = {
        "type": entry.kind,
        "timestamp": to_iso(to_seconds(entry.at)),
        "data": {
            "sequence": entry.sequence,
            "teamId": entry.team_id,
            "subject": entry.subject,
            "actor": entry.actor,
            "details": without_secrets(entry).details,
        },
    }
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def sign_message(secrets: Sequence[str], *, message: str, at: int, body: bytes) -> Mapping[str, str]:
    """Give the headers of a message, signed with every secret (`whsec_…`). `at` is the time of this attempt, in seconds.

    Several signatures stand in one header with spaces between them; a receiver takes the one that its secret verifies
    (Standard Webhooks, "Signature scheme").
    """
    signed = f"{message}.{at}.".encode() + body
    signatures = []
    for secret in secrets:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
        digest = hmac.new(key, signed, hashlib.sha256).digest()
        signatures.append("v1," + base64.b64encode(digest).decode("ascii"))
    return {"webhook-id": message, "webhook-timestamp": str(at), "webhook-signature": " ".join(signatures)}


def spell_secret(entropy: bytes) -> str:
    """Spell a secret: `whsec_` and Base64."""
    return SECRET_PREFIX + base64.b64encode(entropy).decode("ascii")


_PER_MILLE = 1_000


def wait_after(attempts: int, delivery_id: str) -> int | None:
    """Give the seconds until the next attempt, with up to a tenth of jitter; None if all attempts are over."""
    if attempts > len(WAITS_S):
        return None
    wait = WAITS_S[attempts - 1]
    return wait + wait * (zlib.crc32(delivery_id.encode()) % 100) // _PER_MILLE
