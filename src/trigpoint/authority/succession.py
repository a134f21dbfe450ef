"""Successors of keys: what a new key takes over from its predecessor, and the expiry of the predecessor."""

from dataclasses import dataclass, replace

from trigpoint.base.clock import Milliseconds
from trigpoint.base.errors import ConflictError, NotFoundError
from trigpoint.base.ids import KeyId
from trigpoint.credentials.ceilings import NO_CEILINGS
from trigpoint.credentials.events import Details, Event, EventKind
from trigpoint.credentials.key import Key, KeyState, read_key_id
from trigpoint.credentials.quota import Period, key_account
from trigpoint.credentials.roles import Actor, Permission
from trigpoint.store.reader import Reader
from trigpoint.store.writer import Change


@dataclass(frozen=True, slots=True)
class Predecessor:
    """The key that a new one replaces, and when it expires (milliseconds); None leaves its expiry unchanged."""

    key_id: KeyId
    ends_at: Milliseconds | None


def find_key(reader: Reader, actor: Actor, key_id: str) -> Key:
    """Find a key; raise NotFoundError if there is none, or if the actor may not see it."""
    key = reader.key(read_key_id(key_id))
    if key is None or not actor.may(Permission.READ, key.team_id):
        raise NotFoundError(f"There is no key with the Key ID {key_id}.", noun="key", identifier=key_id)
    return key


def find_predecessor(reader: Reader, actor: Actor, follows: Predecessor | None, *, maps_id: str) -> Key | None:
    """Find the predecessor of a new key, which must be active and have the same Maps ID; None if there is none."""
    if follows is None:
        return None
    old = find_key(reader, actor, follows.key_id)
    if old.state is not KeyState.ACTIVE:
        raise ConflictError(f"The key {old.key_id} is {old.state.value}; create a new key instead.")
    if old.maps_id != maps_id:
        raise ConflictError(
            f"The key {old.key_id} is for the Maps ID '{old.maps_id}', and its successor must be for the same one."
        )
    return old


def hand_over(
    change: Change, actor: Actor, old: Key, new: Key, *, old_ends_at: Milliseconds | None, at: Milliseconds
) -> None:
    """Record the ceilings of a successor, copy the limits of the old key, and set the old key's expiry.

    Times are in milliseconds.
    """
    if new.ceilings != NO_CEILINGS:
        change.append(ceilings_event(actor, new), at=at)
    for account, most in change.limits_of_team(old.team_id).items():
        if account == key_account(old.key_id, account.meter, account.period):
            own = key_account(new.key_id, account.meter, account.period)
            change.put_limit(own, new.team_id, most)
            unit = "daily" if account.period is Period.DAY else "aMinute"
            details: Details = {"meter": own.meter.value, unit: most, "before": None}
            change.append(Event(EventKind.QUOTA_SET, actor.name, new.team_id, own.subject, details), at=at)
    if old_ends_at is not None:
        put_expiry(change, actor, old, old_ends_at, at=at)


def put_expiry(change: Change, actor: Actor, key: Key, expires_at: Milliseconds | None, *, at: Milliseconds) -> Key:
    """Set the expiry of a key (milliseconds; None for never), with its event, and give the changed key."""
    after = replace(key, expires_at=expires_at, version=key.version + 1)
    change.put_key(after)
    details: Details = {"expiresAt": expires_at, "before": key.expires_at}
    change.append(Event(EventKind.KEY_EXPIRY_SET, actor.name, key.team_id, key.key_id, details), at=at)
    return after


def ceilings_event(actor: Actor, key: Key) -> Event:
    """Make the event with the present ceilings of a key."""
    ceilings = key.ceilings
    details: Details = {
        "scopes": None if ceilings.scopes is None else " ".join(sorted(ceilings.scopes)),
        "lifetime": ceilings.lifetime_s,
        "origins": ceilings.origins,
    }
    return Event(EventKind.KEY_CEILINGS_SET, actor.name, key.team_id, key.key_id, details)
