"""The desk of quotas: the limits of a team, and how much of the day is taken."""

from dataclasses import dataclass

from trigpoint.authority.teams import find_team
from trigpoint.base.clock import Clock
from trigpoint.base.errors import InvalidError
from trigpoint.base.ids import TeamId
from trigpoint.credentials.events import Event, EventKind
from trigpoint.credentials.quota import DEFAULT_LIMITS, Meter, day_of, end_of_day
from trigpoint.credentials.roles import Actor, Permission
from trigpoint.store.opening import Store

LARGEST = 10**12


@dataclass(frozen=True, slots=True)
class QuotaState:
    """One meter of one team. `taken` counts whole blocks of the workers; `resets_at` is in seconds."""

    team_id: TeamId
    meter: Meter
    daily: int
    taken: int
    resets_at: float


class Quotas:
    """Shows and changes limits."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def show(self, actor: Actor, team_id: str) -> list[QuotaState]:
        """Give every meter of a team, as of now."""
        at = self._clock()
        with self._store.read() as reader:
            team = find_team(reader, actor, team_id)
            limits = reader.quota_limits()
            return [
                QuotaState(
                    team.team_id,
                    meter,
                    limits.get((team.team_id, meter), default),
                    reader.quota_taken(team.team_id, meter, day_of(at)),
                    end_of_day(at),
                )
                for meter, default in DEFAULT_LIMITS.items()
            ]

    def set(self, actor: Actor, team_id: str, *, meter: Meter, daily: int) -> None:
        """Set a limit a day; running servers follow at once."""
        if not 0 <= daily <= LARGEST:
            raise InvalidError("daily", f"a number from 0 to {LARGEST:,}", example="25000", received=str(daily))
        at = int(self._clock() * 1000)
        with self._store.change() as change:
            team = find_team(change, actor, team_id)
            actor.require(Permission.CHANGE_LIMITS, team.team_id)
            before = change.quota_limits().get((team.team_id, meter), DEFAULT_LIMITS[meter])
            change.put_quota_limit(team.team_id, meter, daily)
            event = Event(
                EventKind.QUOTA_SET, actor.name, team.team_id, meter.value, {"daily": daily, "before": before}
            )
            change.append(event, at=at)
