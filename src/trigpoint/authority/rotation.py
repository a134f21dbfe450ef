"""The desk of rotation: successors of keys, the traffic of both, and keys and Maps tokens that expire soon."""

from collections.abc import Sequence
from dataclasses import dataclass

from trigpoint.authority.keys import Keys
from trigpoint.authority.succession import find_key
from trigpoint.authority.teams import find_team
from trigpoint.authority.usage import UsageDesk
from trigpoint.base.clock import Clock, Milliseconds, days, hours, now_ms, to_seconds, to_words
from trigpoint.base.ids import TeamId
from trigpoint.credentials.events import Details, Event, EventKind
from trigpoint.credentials.key import Key, KeyState
from trigpoint.credentials.once import Once
from trigpoint.credentials.roles import SYSTEM, Actor, Permission
from trigpoint.store.opening import Store

WARN_DAYS = (30, 7, 1)
"""Days before the expiry at which a warning is written."""
OLDEST_END_MS = days(WARN_DAYS[0])
QUIET_HOURS = 24
"""Hours without a call after which a key is safe to revoke."""


@dataclass(frozen=True, slots=True)
class KeyTraffic:
    """The traffic of a key: its calls in the last 24 hours, and their share of those of its Maps ID (per cent).

    `why` is a sentence that says why it is safe to revoke, or not.
    """

    key: Key
    calls: int
    share: float
    safe_to_revoke: bool
    why: str


@dataclass(frozen=True, slots=True)
class Ending:
    """A key or Maps token that expires soon, or has expired. `days` are whole days until the expiry, negative after it."""

    kind: str
    subject: str
    name: str
    team_id: TeamId
    expires_at: Milliseconds
    days: int

    @property
    def within(self) -> int | None:
        """The warning that is due (30, 7 or 1 days); None if there is none yet, and after the expiry."""
        return next((days for days in reversed(WARN_DAYS) if 0 <= self.days < days), None)


class Rotation:
    """Replaces keys without an outage."""

    def __init__(self, store: Store, keys: Keys, usage: UsageDesk, clock: Clock) -> None:
        self._store = store
        self._keys = keys
        self._usage = usage
        self._clock = clock

    def rotate(
        self,
        actor: Actor,
        key_id: str,
        *,
        name: str | None = None,
        revoke_at: Milliseconds | None = None,
        once: Once | None = None,
    ) -> Key:
        """Create the successor of a key, with the same Maps ID, services, ceilings and limits; the old key stays live.

        With `revoke_at` (milliseconds), the old key expires at that time.
        """
        wanted = name or self.next_name(actor, key_id)
        return self._keys.create_successor(actor, key_id, name=wanted, old_ends_at=revoke_at, once=once)

    def next_name(self, actor: Actor, key_id: str) -> str:
        """Suggest a name for the successor of a key: `Website 2` after `Website`, or the next free number."""
        old = self._keys.get(actor, key_id)
        taken = {key.name.casefold() for key in self._keys.list(actor, team_id=old.team_id)}
        stem, _, last = old.name.rpartition(" ")
        stem, number = (stem, int(last)) if stem and last.isdecimal() and len(last) < 6 else (old.name, 1)
        while f"{stem} {number + 1}".casefold() in taken:
            number += 1
        return f"{stem[:43]} {number + 1}"

    def traffic(self, actor: Actor, key_id: str) -> Sequence[KeyTraffic]:
        """Give the traffic of each live key of a key's Maps ID in the last 24 hours, the oldest key first."""
        with self._store.read() as reader:
            key = find_key(reader, actor, key_id)
            at = now_ms(self._clock)
            live = [one for one in reader.keys(maps_id=key.maps_id) if one.is_live(at) or one.key_id == key.key_id]
        calls = self._usage.traffic_shares(actor, key.maps_id, team_id=key.team_id, hours=QUIET_HOURS)
        total = sum(calls.get(one.key_id, 0) for one in live)
        return [_judge_traffic(one, calls.get(one.key_id, 0), total, at=at) for one in live]

    def endings(self, actor: Actor, *, team_id: str | None = None, within_days: int = WARN_DAYS[0]) -> Sequence[Ending]:
        """List the keys and Maps tokens that expire within some days, or expired in the last 30, in order of their expiry."""
        at = now_ms(self._clock)
        with self._store.read() as reader:
            team = find_team(reader, actor, team_id).team_id if team_id is not None else None
            found = [
                Ending("key", one.key_id, one.name, one.team_id, one.expires_at, (one.expires_at - at) // days(1))
                for one in reader.keys_ending(after=at - OLDEST_END_MS, before=at + days(within_days), team_id=team)
                if one.state is KeyState.ACTIVE and one.expires_at is not None
            ] + [
                Ending(
                    "maps_token",
                    one.token_id,
                    one.description,
                    one.team_id,
                    one.expires_at,
                    (one.expires_at - at) // days(1),
                )
                for one in reader.maps_tokens.ending(
                    after=at - OLDEST_END_MS, before=at + days(within_days), team_id=team
                )
                if one.state is KeyState.ACTIVE and one.expires_at is not None
            ]
        soon = [one for one in found if -WARN_DAYS[0] <= one.days < within_days]
        return sorted(
            (one for one in soon if actor.may(Permission.READ, one.team_id)),
            key=lambda one: (one.expires_at, one.subject),
        )

    def warn(self) -> int:
        """Write an event for each key and Maps token that expires in 30, 7 or 1 days, once; give the number of events."""
        written = 0
        for ending in self.endings(SYSTEM):
            step = ending.within
            if step is None:
                continue
            kind = EventKind.KEY_ENDS_SOON if ending.kind == "key" else EventKind.MAPS_TOKEN_ENDS_SOON
            with self._store.change() as change:
                before = change.entries(subject=ending.subject, kind=kind)
                if any(
                    entry.details.get("expiresAt") == ending.expires_at and entry.details.get("withinDays") == step
                    for entry in before
                ):
                    continue
                details: Details = {"withinDays": step, "expiresAt": ending.expires_at, "name": ending.name}
                event = Event(kind, SYSTEM.name, ending.team_id, ending.subject, details)
                change.append(event, at=now_ms(self._clock))
                written += 1
        return written


def _judge_traffic(key: Key, calls: int, total: int, *, at: Milliseconds) -> KeyTraffic:
    quiet = key.last_used_at is None or at - key.last_used_at >= hours(QUIET_HOURS)
    if key.revoked_at is not None:
        why = f"It was revoked on {to_words(to_seconds(key.revoked_at))}: its calls are refused."
    elif calls and calls == total:
        why = f"It made every call of its Maps ID in the last {QUIET_HOURS} hours: {calls:,}."
    elif calls:
        why = f"It made {calls:,} of the {total:,} calls of its Maps ID in the last {QUIET_HOURS} hours."
    elif key.last_used_at is None:
        why = "Nobody has used it yet."
    elif quiet:
        why = f"Nobody has used it for {QUIET_HOURS} hours."
    else:
        why = f"It was used within the last {QUIET_HOURS} hours, on {to_words(to_seconds(key.last_used_at))}."
    share = 100 * calls / total if total else 0.0
    return KeyTraffic(key, calls, share, safe_to_revoke=quiet and not calls and key.revoked_at is None, why=why)
