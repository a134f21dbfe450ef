"""Quotas: limits on the calls of a day or a minute (contract §5), which workers reserve in blocks."""

import math
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from trigpoint.base.clock import DAY_S, MINUTE_S, to_iso
from trigpoint.base.errors import TrigpointError
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials.maps_id import same_identifier


class Meter(StrEnum):
    """What a quota counts."""

    SERVICE_CALLS = "service_calls"
    MAP_VIEWS = "map_views"
    SNAPSHOTS = "snapshots"

    @property
    def words(self) -> str:
        """The name of the meter for people."""
        return self.value.replace("_", " ")


class Period(IntEnum):
    """The period of a limit, in seconds; a day begins at 00:00 UTC."""

    DAY = DAY_S
    MINUTE = MINUTE_S


METERS = tuple(meter.value for meter in Meter)
"""The meters of this version; limits on others, by a newer version on the same database, are ignored."""
DEFAULT_LIMITS = {Meter.SERVICE_CALLS: 25_000, Meter.MAP_VIEWS: 250_000, Meter.SNAPSHOTS: 25_000}
BLOCK = 5_000
"""Most calls of a limit that a worker reserves; it also never reserves more than a fiftieth of the limit."""
LAST_SHARES = 8
"""Near the end of a limit, a worker reserves at most this part (an eighth) of what is left: others need some, too."""
ALARMS = (50, 80, 100)
"""Percentages of a daily limit at which the ledger gets an event, and the portal shows a warning."""


@dataclass(frozen=True, slots=True)
class Account:
    """What a limit applies to: the calls of a team, a Maps ID or a key (`subject`), on a meter, in a period."""

    subject: str
    meter: Meter
    period: Period = Period.DAY

    @property
    def words(self) -> str:
        """The holder of the limit, for messages."""
        kind, _, name = self.subject.partition(":")
        return {"maps_id": f"the Maps ID '{name}'", "key": f"the key {name}"}.get(kind, "the team")


def team_subject(team_id: TeamId) -> str:
    """Give the subject for the limits of a team."""
    return f"team:{team_id}"


def maps_id_subject(identifier: str) -> str:
    """Give the subject for the limits of a Maps ID."""
    return f"maps_id:{same_identifier(identifier)}"


def key_subject(key_id: KeyId) -> str:
    """Give the subject for the limits of a key."""
    return f"key:{key_id}"


def team_account(team_id: TeamId, meter: Meter) -> Account:
    """Give the account of a team, by the day."""
    return Account(team_subject(team_id), meter)


def maps_id_account(identifier: str, meter: Meter) -> Account:
    """Give the account of a Maps ID, by the day; it is limited only if a limit was set."""
    return Account(maps_id_subject(identifier), meter)


def key_account(key_id: KeyId, meter: Meter, period: Period = Period.DAY) -> Account:
    """Give the account of a key; it is limited only if a limit was set."""
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
        """The RateLimit header: 0 calls are left, for `retry_after` seconds (IETF draft ratelimit-headers)."""
        return f'"{self.period.name.lower()}";r=0;t={self.retry_after}'

    @property
    def ratelimit_policy(self) -> str:
        """The RateLimit-Policy header: the limit, and its period in seconds."""
        return f'"{self.period.name.lower()}";q={self.limit};w={int(self.period)}'


def window_of(period: Period, at: float) -> int:
    """Give the number of the day or minute that contains a time, counted from the epoch."""
    return int(at // period)


def end_of(period: Period, at: float) -> float:
    """Give the end of the day or minute that contains a time. Both are in seconds since the epoch."""
    return (window_of(period, at) + 1) * float(period)


def block_size(limit: int) -> int:
    """Give the most calls that a worker may reserve: these are lost for the period if the worker is killed."""
    return max(1, min(BLOCK, limit // 50))


def share_of(left: int, *, wanted: int) -> int:
    """Give the calls that a worker gets of those that are `left`: all that it wants, but near the end of the limit fewer."""
    return max(0, min(wanted, left, max(1, left // LAST_SHARES)))


def alarm_at(taken: int, limit: int) -> int:
    """Give the highest alarm (per cent) that a count has reached; 0 for none. A limit of 0 is used up."""
    percent = 100 if limit <= 0 else taken * 100 // limit
    return max((alarm for alarm in ALARMS if percent >= alarm), default=0)
