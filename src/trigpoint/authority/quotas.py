"""The desk of quotas: the limits of a team, of its Maps IDs and of its keys, and how much of each is used."""

from collections import Counter
from dataclasses import dataclass

from trigpoint.authority.maps_ids import find_maps_id
from trigpoint.authority.succession import find_key
from trigpoint.authority.teams import no_such_team
from trigpoint.base.clock import Clock, now_ms
from trigpoint.base.errors import InvalidError, NotFoundError
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials.events import Details, Event, EventKind
from trigpoint.credentials.quota import (
    DEFAULT_LIMITS,
    Account,
    Meter,
    Period,
    alarm_at,
    end_of,
    key_account,
    maps_id_account,
    team_account,
    window_of,
)
from trigpoint.credentials.roles import Actor, Permission
from trigpoint.credentials.team import Team, read_team_id
from trigpoint.credentials.usage import Dimension, meter_of
from trigpoint.store.opening import Store
from trigpoint.store.reader import Reader

LARGEST = 10**12
"""Largest limit."""
HOURS_OF_A_DAY = 24
_OWN = Permission.CHANGE_LIMITS
"""The permission to change the limits of a whole team."""
OVER_QUOTA = "429"
"""The status with which calls over a limit are counted."""


@dataclass(frozen=True, slots=True)
class QuotaState:
    """One limit, of `most` calls. `resets_at` is in seconds since the epoch; `is_default` if it was not set.

    `used` is the number of calls today, at most a second old; None for a limit by the minute. `taken` is what the workers
    have reserved, in whole blocks: it is ahead of `used`, and never more than `most`.
    """

    team_id: TeamId
    account: Account
    most: int
    used: int | None
    taken: int
    resets_at: float
    is_default: bool = False

    @property
    def meter(self) -> Meter:
        """What the limit counts."""
        return self.account.meter

    @property
    def percent(self) -> int:
        """The share of the limit that is used (by the minute: reserved), in per cent, rounded down; 100 for a limit of 0."""
        return 100 if self.most == 0 else min(100, self._count * 100 // self.most)

    @property
    def left(self) -> int:
        """The calls that are left; 0 once all are reserved, even if a worker was killed before it used its lease."""
        return 0 if self.taken >= self.most else max(0, self.most - self._count)

    @property
    def alarm(self) -> int:
        """The highest alarm that is reached, 50, 80 or 100 per cent; 0 for none."""
        return 100 if self.left == 0 else alarm_at(self._count, self.most)

    @property
    def _count(self) -> int:
        return self.taken if self.used is None else self.used


class Quotas:
    """Shows and changes limits."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def show(self, actor: Actor, team_id: str) -> list[QuotaState]:
        """Give the present limits of a team: those of the whole team first, then those of its Maps IDs and keys.

        Somebody with the operator's mark who is not a member sees only the limits of the whole team.
        """
        at = self._clock()
        with self._store.read() as reader:
            team = find_team_of_limits(reader, actor, team_id).team_id
            limits = reader.limits_of_team(team)
            if not actor.may(Permission.READ, team):
                limits = {account: most for account, most in limits.items() if _is_own(account)}
            defaults = {team_account(team, meter): most for meter, most in DEFAULT_LIMITS.items()}
            used = _count_used(reader, team, at)
            return [
                QuotaState(
                    team,
                    account,
                    most,
                    used.get(account, 0) if account.period is Period.DAY else None,
                    reader.quota_taken(account, window_of(account.period, at)),
                    end_of(account.period, at),
                    is_default=account not in limits,
                )
                for account, most in (defaults | limits).items()
            ]

    def find_team(self, actor: Actor, team_id: str) -> Team:
        """Find a team whose limits the actor may see."""
        with self._store.read() as reader:
            return find_team_of_limits(reader, actor, team_id)

    def left_today(self) -> dict[Account, int]:
        """Give the calls that are left of each daily limit from which calls were reserved today, for monitoring."""
        with self._store.read() as reader:
            today = window_of(Period.DAY, self._clock())
            taken = reader.quotas_taken(Period.DAY, today)
            limits = reader.limits_that_count(Period.DAY, today)
        return {
            account: max(0, limits.get(account, DEFAULT_LIMITS[account.meter]) - count)
            for account, count in taken.items()
            if account in limits or account.subject.startswith("team:")
        }

    def set(
        self,
        actor: Actor,
        team_id: str,
        *,
        meter: Meter,
        daily: int | None,
        maps_id: str | None = None,
        key_id: str | None = None,
    ) -> None:
        """Set a daily limit of a team, or of one of its Maps IDs or keys; None removes it. Running servers apply it at once.

        Only the operator, or a person with the operator's mark, may set the limit of the whole team; the others are set by
        the team.
        """
        if maps_id is not None and key_id is not None:
            raise InvalidError("keyId", "given without a Maps ID", example="2X9R4HXF34", received=key_id)
        at = now_ms(self._clock)
        with self._store.change() as change:
            team = find_team_of_limits(change, actor, team_id).team_id
            account = team_account(team, meter)
            if maps_id is not None:
                account = maps_id_account(_require_own_maps_id(change, actor, team, maps_id), meter)
            if key_id is not None:
                key = find_key(change, actor, key_id)
                if key.team_id != team:
                    raise NotFoundError(
                        f"The team {team} has no key with the Key ID {key_id}.", noun="key", identifier=key_id
                    )
                account = key_account(key.key_id, meter)
            actor.require(_permission_for(account), team)
            before = change.limits_of_team(team).get(account)
            most = _read_most("daily", daily)
            change.put_limit(account, team, most)
            details: Details = {"meter": meter.value, "daily": most, "before": before}
            change.append(Event(EventKind.QUOTA_SET, actor.name, team, account.subject, details), at=at)

    def calls_a_minute(self, actor: Actor, key_id: str) -> int | None:
        """Give the limit on the calls of a key in a minute; None if there is none."""
        with self._store.read() as reader:
            key = find_key(reader, actor, key_id)
            limits = reader.limits_of_team(key.team_id)
        return limits.get(key_account(key.key_id, Meter.SERVICE_CALLS, Period.MINUTE))

    def set_calls_a_minute(self, actor: Actor, key_id: str, *, most: int | None) -> None:
        """Set the limit on the calls of a key in a minute; None removes it."""
        at = now_ms(self._clock)
        with self._store.change() as change:
            key = find_key(change, actor, key_id)
            actor.require(Permission.CHANGE_KEYS, key.team_id)
            account = key_account(key.key_id, Meter.SERVICE_CALLS, Period.MINUTE)
            before = change.limits_of_team(key.team_id).get(account)
            change.put_limit(account, key.team_id, _read_most("callsAMinute", most))
            details: Details = {"meter": account.meter.value, "aMinute": most, "before": before}
            change.append(Event(EventKind.QUOTA_SET, actor.name, key.team_id, account.subject, details), at=at)


def find_team_of_limits(reader: Reader, actor: Actor, team_id: str) -> Team:
    """Find a team whose limits the actor may see: as a member, or with the permission to change limits everywhere."""
    team = reader.team(read_team_id(team_id))
    if team is None or not (actor.may(Permission.READ, team.team_id) or actor.may(_OWN, team.team_id)):
        raise no_such_team(team_id)
    return team


def _count_used(reader: Reader, team_id: TeamId, at: float) -> dict[Account, int]:
    """Count the calls, map views and snapshots of a team, its Maps IDs and its keys today, without those over a limit (429)."""
    first = window_of(Period.DAY, at) * HOURS_OF_A_DAY
    counts = reader.usage.calls(
        (Dimension.KEY, Dimension.MAPS_ID, Dimension.STATUS, Dimension.SERVICE),
        team_id=team_id,
        first=first,
        last=first + HOURS_OF_A_DAY - 1,
        only={},
    )
    used: Counter[Account] = Counter()
    for _, (key_id, maps_id, status, what), calls in counts:
        if status == OVER_QUOTA:
            continue
        meter = meter_of(what)
        used[team_account(team_id, meter)] += calls
        used[key_account(KeyId(key_id), meter)] += calls
        if maps_id:
            used[maps_id_account(maps_id, meter)] += calls
    return used


def _permission_for(account: Account) -> Permission:
    if _is_own(account):
        return _OWN
    return Permission.CHANGE_KEYS if account.subject.startswith("key:") else Permission.CHANGE_IDENTIFIERS


def _is_own(account: Account) -> bool:
    """Tell whether it is a limit of the whole team."""
    return account.subject.startswith("team:")


def _require_own_maps_id(reader: Reader, actor: Actor, team: TeamId, identifier: str) -> str:
    maps_id = find_maps_id(reader, actor, identifier)
    if maps_id.team_id != team:
        raise NotFoundError(f"The team {team} has no Maps ID '{identifier}'.", noun="maps-id", identifier=identifier)
    return maps_id.identifier


def _read_most(name: str, most: int | None) -> int | None:
    if most is not None and not 0 <= most <= LARGEST:
        raise InvalidError(name, f"a number from 0 to {LARGEST:,}", example="25000", received=str(most))
    return most
