"""Quotas: how many calls may be made in a day or a minute (contract §5), handed out in blocks."""

import math
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from trigpoint.base.clock import DAY_S, MINUTE_S, to_iso
from trigpoint.base.errors import TrigpointError
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials.maps_id import same_identifier


class Meter(StrEnum):
    """What is counted."""

    SERVICE_CALLS = "service_calls"
    MAP_VIEWS = "map_views"
    SNAPSHOTS = "snapshots"

    @property
    def words(self) -> str:
        """The meter as a person reads it."""
        return self.value.replace("_", " ")


class Period(IntEnum):
    """How long a limit holds, in seconds; a day begins at 00:00 UTC."""

    DAY = DAY_S
    MINUTE = MINUTE_S


METERS = tuple(meter.value for meter in Meter)
"""What is limited here; a newer program on the same database may limit more, which is passed over."""
DEFAULT_LIMITS = {Meter.SERVICE_CALLS: 25_000, Meter.MAP_VIEWS: 250_000, Meter.SNAPSHOTS: 25_000}
BLOCK = 5_000
"""How many calls a worker holds at most; it never holds more than a fiftieth of a limit."""
LAST_SHARES = 8
"""Near the end of a limit a worker takes no more than an eighth of what is left, so that nobody sits on the rest."""
ALARMS = (50, 80, 100)
"""Percentages of a day's limit at which the ledger, the portal and webhooks say so."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whose calls are counted against a limit: `subject` names a team, a Maps ID or a key."""

    subject: str
    meter: Meter
    period: Period = Period.DAY

    @property
    def words(self) -> str:
        """Name the holder as a person reads it."""
        kind, _, name = self.subject.partition(":")
        return {"maps_id": f"the Maps ID '{name}'", "key": f"the key {name}"}.get(kind, "the team")


def team_subject(team_id: TeamId) -> str:
    """Name a team as the holder of limits."""
    return f"team:{team_id}"


def maps_id_subject(identifier: str) -> str:
    """Name a Maps ID as the holder of limits."""
    return f"maps_id:{same_identifier(identifier)}"


def key_subject(key_id: KeyId) -> str:
    """Name a key as the holder of limits."""
    return f"key:{key_id}"


def team_account(team_id: TeamId, meter: Meter) -> Account:
    """Name the account of a team."""
    return Account(team_subject(team_id), meter)


def maps_id_account(identifier: str, meter: Meter) -> Account:
    """Name the account of a Maps ID, which has a limit of its own only if one was set."""
    return Account(maps_id_subject(identifier), meter)


def key_account(key_id: KeyId, meter: Meter, period: Period = Period.DAY) -> Account:
    """Name the account of a key, which has a limit of its own only if one was set."""
    return Account(key_subject(key_id), meter, period)


class QuotaExceededError(TrigpointError):
    """A limit is used up (HTTP 429). `retry_after` is in seconds."""

    def __init__(
        self, meter: Meter, limit: int, at: float, *, holder: str = "the team", period: Period = Period.DAY
    ) -> None:
        self.meter = meter
        self.limit = limit
        self.period = period
        self.resets_at = end_of(period, at)
        self.retry_after = max(1, math.ceil(self.resets_at - at))
        super().__init__(
            f"{holder[0].upper()}{holder[1:]}'s {limit:,} {meter.words} a {period.name.lower()} are used up; "
            f"the count resets at {to_iso(self.resets_at)}."
        )

    @property
    def ratelimit(self) -> str:
        """The value of the RateLimit field: nothing is left, for so many seconds (IETF draft ratelimit-headers)."""
        return f'"{self.period.name.lower()}";r=0;t={self.retry_after}'

    @property
    def ratelimit_policy(self) -> str:
        """The value of the RateLimit-Policy field: how many calls in how many seconds."""
        return f'"{self.period.name.lower()}";q={self.limit};w={int(self.period)}'


def window_of(period: Period, at: float) -> int:
    """Number the day or minute that a time falls in, counted from the epoch."""
    return int(at // period)


def end_of(period: Period, at: float) -> float:
    """Give the end of the day or minute that a time falls in, in seconds since the epoch."""
    return (window_of(period, at) + 1) * float(period)


def block_size(limit: int) -> int:
    """Say how many calls a worker may hold: few enough that what a dead worker takes with it does not hurt."""
    return max(1, min(BLOCK, limit // 50))


def share_of(left: int, *, wanted: int) -> int:
    """Say how many of the calls that are left a worker gets that wants some: fewer and fewer towards the end."""
    return max(0, min(wanted, left, max(1, left // LAST_SHARES)))


def alarm_at(taken: int, limit: int) -> int:
    """Give the highest alarm (per cent) that a count has reached; 0 for none. An empty limit is used up."""
    percent = 100 if limit <= 0 else taken * 100 // limit
    return max((alarm for alarm in ALARMS if percent >= alarm), default=0)
