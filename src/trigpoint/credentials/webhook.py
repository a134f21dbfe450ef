"""Webhooks: the URL and the events of each, the signature of a message, and the times of its attempts.

Messages are signed by the Standard Webhooks specification: HMAC-SHA-256 over `id.timestamp.body`, with secrets `whsec_…`.
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
"""Seconds from the first, second, … failed attempt to the next; after the last, about 30 hours on, a message has failed."""
EVERYTHING = "*"
HASH_DIGITS = 8
"""Digits of an event's hash in the ID of its messages."""
OVERLAP_S = DAY_S
"""Seconds for which messages are also signed with the old secret, after a renewal."""
OLD_SECRETS = 5
"""Most old secrets that sign at the same time."""


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
    """A webhook of a team, or, if `team_id` is None, of the whole installation. Times are in milliseconds.

    `events` are kinds of events, or patterns (`key.*`); only events after the sequence `since` of the ledger are sent.
    Until `old_secret_until`, messages are also signed with the secret before the last renewal.
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
        """A fingerprint of what can be edited: an edit is refused if it is for an older edition than the current one."""
        words = json.dumps([self.url, self.events, self.description])
        return hashlib.sha256(words.encode()).hexdigest()[:16]

    def wants(self, entry: Entry) -> bool:
        """Tell whether an event of the ledger is sent to this webhook."""
        if entry.sequence <= self.since or (self.team_id is not None and entry.team_id != self.team_id):
            return False
        return any(fnmatchcase(entry.kind, pattern) for pattern in self.events)


@dataclass(frozen=True, slots=True)
class Delivery:
    """The delivery of one event to one webhook. Times are in milliseconds; `delivery_id` is the header `webhook-id`.

    `next_at` is the time of the next attempt; `last_at`, `last_status` and `last_error` are about the last one.
    """

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
    """Check the URL of a webhook: https, without user and fragment. With `plain_allowed`, http is allowed, too.

    Raises InvalidError.
    """
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
    """Give scheme, host and port of a URL, for display: its path and query often contain a secret of the receiver."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def read_events(names: Sequence[str]) -> tuple[str, ...]:
    """Check kinds of events, or patterns that match at least one kind; no names at all mean all events."""
    for name in names:
        if not any(fnmatchcase(kind.value, name) for kind in EventKind):
            rule = "a kind of event, or a pattern such as key.*"
            raise InvalidError("events", rule, example=EventKind.KEY_REVOKED, received=name)
    return tuple(dict.fromkeys(names)) or (EVERYTHING,)


def read_description(text: str) -> str:
    """Check a description: at most 200 printable characters, and no secret; white space is collapsed."""
    refuse_secret("description", text)
    clean = " ".join(text.split())
    if len(clean) > DESCRIPTION_LIMIT or not clean.isprintable():
        rule = f"at most {DESCRIPTION_LIMIT} printable characters"
        raise InvalidError("description", rule, example="Pager", received=text)
    return clean


def message_id(webhook_id: str, entry: Entry) -> str:
    """Give the ID of a message: the same for each attempt to send an event to a webhook, and different for any other event.

    The sequence of the event is not enough: a database that lost its last commits in a failover gives their sequences to
    other events, and the receiver would take their messages for repetitions. So the ID contains a part of the hash.
    """
    return f"msg_{webhook_id}{entry.sequence}{entry.hash[:HASH_DIGITS]}"


def without_secrets(entry: Entry) -> Entry:
    """Shorten the URL in an event of a webhook to its origin, and leave out the fingerprint of the URL, which can be short.

    Entries of earlier versions contain the whole URL.
    """
    url = entry.details.get("url")
    if not entry.kind.startswith("webhook.") or not isinstance(url, str):
        return entry
    details = {name: value for name, value in entry.details.items() if name != "fingerprint"}
    return replace(entry, details=details | {"url": origin_of(url)})


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
    """Give the headers of a message with the ID `message`, signed with each secret (`whsec_…`). `at` is now, in seconds.

    The signatures are in one header, with spaces between them; the receiver's secret verifies one of them (Standard
    Webhooks, "Signature scheme").
    """
    signed = f"{message}.{at}.".encode() + body
    signatures = []
    for secret in secrets:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
        digest = hmac.new(key, signed, hashlib.sha256).digest()
        signatures.append("v1," + base64.b64encode(digest).decode("ascii"))
    return {"webhook-id": message, "webhook-timestamp": str(at), "webhook-signature": " ".join(signatures)}


def encode_secret(entropy: bytes) -> str:
    """Write a secret as text: `whsec_` and Base64."""
    return SECRET_PREFIX + base64.b64encode(entropy).decode("ascii")


_PER_MILLE = 1_000


def wait_after(attempts: int, delivery_id: str) -> int | None:
    """Give the seconds until the next attempt, after `attempts` failed ones (1 or more); None if that was the last one.

    Up to a tenth is added, by the message's ID, so that messages do not come all at once.
    """
    if attempts > len(WAITS_S):
        return None
    wait = WAITS_S[attempts - 1]
    return wait + wait * (zlib.crc32(delivery_id.encode()) % 100) // _PER_MILLE
