"""Quota alarms: one event a day when 50, 80 and 100 per cent of a limit are taken."""

from trigpoint.base.clock import Clock, now_ms
from trigpoint.base.ids import TeamId
from trigpoint.credentials.events import Details, Event, EventKind
from trigpoint.credentials.quota import Account, Period, alarm_at
from trigpoint.credentials.roles import SYSTEM
from trigpoint.store.opening import Store
from trigpoint.store.usage import Taken


class Alarms:
    """Writes warnings into the ledger."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def look_at(self, account: Account, team_id: TeamId, *, limit: int, window: int, taken: Taken) -> None:
        """Write an event if a daily limit has reached a percentage of `ALARMS`.

        The count includes whole reserved blocks, so it is a little ahead of the calls.
        """
        if account.period is not Period.DAY:
            return
        percent = 100 if not taken.calls else min(alarm_at(taken.total, limit), 80)
        if percent <= taken.alarmed:
            return
        with self._store.change() as change:
            if not change.mark_alarm(account, window=window, percent=percent):
                return  # another worker has written it
            kind = EventKind.QUOTA_USED_UP if percent == 100 else EventKind.QUOTA_ALARM
            details: Details = {"percent": percent, "daily": limit, "meter": account.meter.value}
            event = Event(kind, SYSTEM.name, team_id, account.subject, details)
            change.append(event, at=now_ms(self._clock))
