"""Every table of the installation's database; importing this package defines them all."""

from trigpoint.store.tables.core import (
    api_tokens,
    compatibility,
    creations,
    handovers,
    installation,
    key_uses,
    keys,
    ledger,
    ledger_head,
    maps_ids,
    signing_secrets,
    teams,
    vault,
    workers,
)
from trigpoint.store.tables.counters import quota_windows, quotas, refusal_hours, usage_hours
from trigpoint.store.tables.maps_tokens import maps_tokens
from trigpoint.store.tables.metadata import REVISION, metadata
from trigpoint.store.tables.people import (
    challenges,
    failures,
    links,
    memberships,
    passkeys,
    people,
    recent_refusals,
    sessions,
)
from trigpoint.store.tables.webhooks import deliveries, feed, old_secrets, webhooks

__all__ = [
    "REVISION",
    "api_tokens",
    "challenges",
    "compatibility",
    "creations",
    "deliveries",
    "failures",
    "feed",
    "handovers",
    "installation",
    "key_uses",
    "keys",
    "ledger",
    "ledger_head",
    "links",
    "maps_ids",
    "maps_tokens",
    "memberships",
    "metadata",
    "old_secrets",
    "passkeys",
    "people",
    "quota_windows",
    "quotas",
    "recent_refusals",
    "refusal_hours",
    "sessions",
    "signing_secrets",
    "teams",
    "usage_hours",
    "vault",
    "webhooks",
    "workers",
]
