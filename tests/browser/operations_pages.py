"""What the pages of rotation, Maps tokens and webhooks show in pictures: made beside the running server."""

import time
from dataclasses import replace
from pathlib import Path

from known_keys import granted
from trigpoint.authority.opening import Authority, open_authority
from trigpoint.credentials.call import Call
from trigpoint.credentials.ceilings import read_ceilings
from trigpoint.credentials.key import Key
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.services import Service
from trigpoint.credentials.webhook import DeliveryState

ADA = Actor.as_operator("ada")
DAY_MS = 86_400_000
FOUND = "https://example.org/assets/app.js"


def fill_operations(home: Path, base: str) -> dict[str, str]:
    """Create keys in rotation, suspended credentials and webhooks for a team; return paths by name of the picture."""
    authority = open_authority(home=home, webhook_networks="127.0.0.0/8")
    try:
        team_id = base.rsplit("/", 1)[1]
        return {
            name: f"{base}/{path}"
            for name, path in (
                _rotate(authority, team_id) | _leak(authority, team_id) | _add_webhooks(authority, team_id)
            ).items()
        }
    finally:
        authority.close()


def _make_key(authority: Authority, team_id: str, name: str, maps_id: str) -> Key:
    authority.maps_ids.register(ADA, team_id=team_id, identifier=maps_id, description=name)
    return authority.keys.create(ADA, team_id=team_id, name=name, maps_id=maps_id)


def _rotate(authority: Authority, team_id: str) -> dict[str, str]:
    """Make a key whose successor carries most of the traffic already, and one that can be rotated."""
    old = _make_key(authority, team_id, "Shop 2026", "maps.com.mycompany.shop")
    scopes = frozenset({Service.MAPKIT_JS, Service.WEB_SNAPSHOTS})
    origins = "mycompany.com,*.mycompany.com,localhost,deploy-*--shop.example.app"
    ceilings = read_ceilings(scopes=scopes, lifetime_s=30 * 86_400, origins=origins)
    authority.keys.set_ceilings(ADA, old.key_id, ceilings)
    authority.quotas.set_calls_a_minute(ADA, old.key_id, most=600)
    ends = int(time.time() * 1000) + 5 * DAY_MS
    new = authority.rotation.rotate(ADA, old.key_id, revoke_at=ends)
    authority._memory.refresh()
    for key, origin, calls in (
        (old, "https://old.mycompany.com", 214),
        (old, None, 31),
        (new, "https://www.mycompany.com", 1755),
    ):
        for _ in range(calls):
            authority._tally.settle(
                granted(authority, key.key_id, Call(Service.MAPKIT_JS, origin, time.time(), "192.0.2.7")), 200
            )
    authority._tally.flush()
    single = _make_key(authority, team_id, "Partner", "maps.com.mycompany.partner")
    return {
        "key-rotating": f"keys/{old.key_id}",
        "key-successor": f"keys/{new.key_id}/registered",
        "key-in-use-revoke": f"keys/{old.key_id}/revoke",
        "key-ceilings": f"keys/{old.key_id}/ceilings",
        "key-rotate": f"keys/{single.key_id}/rotate",
        "key-rotate-full": f"keys/{old.key_id}/rotate",
    }


def _leak(authority: Authority, team_id: str) -> dict[str, str]:
    """Make a key and a Maps token that were reported as leaked, and tokens beside them."""
    authority.leaks.choose_for_keys(ADA, team_id, suspend=True)
    key = _make_key(authority, team_id, "App", "maps.com.mycompany.app")
    authority.leaks.report(ADA, authority.keys.download(ADA, key.key_id).pem.decode(), where=FOUND)
    lists = ("mycompany.com,*.mycompany.com", "localhost", "staging.mycompany.com:8443,deploy-*--shop.example.app")
    made = [
        authority.maps_tokens.create(
            ADA, team_id=team_id, service=Service.MAPKIT_JS, origins=origins, expires="90d", description=words
        )
        for origins, words in zip(lists, ("Shop", "Developers", "Previews"), strict=True)
    ]
    open_one = authority.maps_tokens.create(ADA, team_id=team_id, service=Service.SERVER_API, origins=None)
    authority.leaks.report(ADA, open_one.text, where=FOUND)
    shop, previews = made[0].record.token_id, made[2].record.token_id
    return {
        "key-suspended": f"keys/{key.key_id}",
        "maps-token": f"tokens/{previews}?page=https://deploy-41--shop.example.app/map",
        "maps-token-suspended": f"tokens/{open_one.record.token_id}",
        "maps-token-revoke": f"tokens/{shop}/revoke",
    }


def _add_webhooks(authority: Authority, team_id: str) -> dict[str, str]:
    """Add a webhook for few events, and a paused one with messages in every state."""
    desk = authority.webhooks
    desk.add(ADA, url="https://127.0.0.1:9/pager", team_id=team_id, events=["leak.*", "*.suspended"])
    noisy = desk.add(
        ADA,
        url="https://127.0.0.1:9/a/rather/long/address/of/an/archive",
        team_id=team_id,
        events=["maps_id.*"],
        description="Archive",
    ).record
    for name in ("one", "two", "three"):
        authority.maps_ids.register(ADA, team_id=team_id, identifier=f"maps.com.mycompany.{name}", description=name)
    desk.renew_secret(ADA, noisy.webhook_id)
    desk.pause(ADA, noisy.webhook_id)
    now = int(time.time() * 1000)
    after = (
        {"state": DeliveryState.DELIVERED, "attempts": 2, "last_status": 204},
        {
            "state": DeliveryState.FAILED,
            "attempts": 8,
            "last_status": 500,
            "last_error": "The answer was 500, not 2xx.",
        },
        {"attempts": 1, "last_error": "127.0.0.1 refused the connection."},
    )
    for message, became in zip(desk.deliveries(ADA, noisy.webhook_id), after, strict=True):
        authority._store.deliveries.note(replace(message, last_at=now, **became))  # type: ignore[arg-type]
    return {
        "webhooks": "webhooks",
        "webhook": f"webhooks/{noisy.webhook_id}",
        "webhook-edit": f"webhooks/{noisy.webhook_id}/edit",
        "webhook-renew": f"webhooks/{noisy.webhook_id}/renew",
        "webhook-remove": f"webhooks/{noisy.webhook_id}/remove",
    }
