"""Counters: leases of quota, calls by the hour, last uses. They are no part of the ledger, and are written in batches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Engine, Table, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from trigpoint.base.clock import Milliseconds
from trigpoint.base.ids import KeyId
from trigpoint.credentials.quota import Account, Period, share_of
from trigpoint.credentials.usage import CallLine, LastUse, RefusalLine
from trigpoint.store import tables
from trigpoint.store.api_tokens import note_api_token_use
from trigpoint.store.outages import reporting_outages

KEPT_HOURS = 24 * 400
"""Retention of usage: thirteen months, in hours."""
KEPT_DAYS = 40
"""Retention of daily quota windows, in days. Windows of a minute are kept for an hour."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A lease: the calls that a worker got, the total now taken by all, and the last alarm that was written (per cent)."""

    calls: int
    total: int
    alarmed: int


class Usage:
    """The counters that all workers share."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert

    def take(self, account: Account, *, window: int, wanted: int, limit: int) -> Taken:
        """Take a lease on calls of a window (a day or a minute); the total of all leases never exceeds `limit`."""
        windows = tables.quota_windows
        here = window_row(account, window)
        with reporting_outages(), self._engine.begin() as connection:
            row = _account_row(account) | {"window": window, "taken": 0, "alarmed": 0}
            connection.execute(self._insert(windows).values(row).on_conflict_do_nothing())
            question = select(windows.c.taken, windows.c.alarmed).where(here).with_for_update()
            found = connection.execute(question).one()
            got = share_of(limit - found.taken, wanted=wanted)
            if got:
                connection.execute(windows.update().where(here).values(taken=found.taken + got))
            return Taken(got, found.taken + got, found.alarmed)

    def give_back(self, account: Account, *, window: int, calls: int) -> None:
        """Return the unspent calls of a lease."""
        windows = tables.quota_windows
        with reporting_outages(), self._engine.begin() as connection:
            less = windows.update().where(window_row(account, window)).values(taken=windows.c.taken - calls)
            connection.execute(less)

    def add(
        self,
        calls: Mapping[CallLine, int],
        refusals: Mapping[RefusalLine, int],
        last_uses: Mapping[KeyId, LastUse],
    ) -> None:
        """Add a batch in one transaction. The last use of a key is only replaced by a later one."""
        if not calls and not refusals and not last_uses:
            return
        call_rows = [_call_row(line) | {"calls": count} for line, count in sorted(calls.items())]
        refusal_rows = [_refusal_row(line) | {"calls": count} for line, count in sorted(refusals.items())]
        use_rows = [
            {"key_id": key_id, "last_used_at": use.at, "origin": use.origin, "network": use.network}
            for key_id, use in sorted(last_uses.items())
        ]
        with reporting_outages(), self._engine.begin() as connection:
            self._add_to(connection, tables.usage_hours, call_rows)
            self._add_to(connection, tables.refusal_hours, refusal_rows)
            if use_rows:
                uses = tables.key_uses
                row = self._insert(uses)
                newer = row.excluded.last_used_at >= uses.c.last_used_at
                latest = {
                    name: case((newer, row.excluded[name]), else_=uses.c[name])
                    for name in ("last_used_at", "origin", "network")
                }
                connection.execute(row.on_conflict_do_update(index_elements=[uses.c.key_id], set_=latest), use_rows)

    def _add_to(self, connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
        """Insert rows, or add their calls to existing rows with the same primary key."""
        if rows:
            row = self._insert(table)
            more = {"calls": table.c.calls + row.excluded.calls}
            connection.execute(row.on_conflict_do_update(index_elements=list(table.primary_key), set_=more), rows)

    def note_api_token_use(self, token_id: str, *, at: Milliseconds) -> None:
        """Write when an API token was last used."""
        with reporting_outages(), self._engine.begin() as connection:
            note_api_token_use(connection, token_id, at)

    def forget_old(self, *, hour: int) -> None:
        """Delete counters whose retention is over; `hour` is the current hour since the epoch."""
        windows = tables.quota_windows
        day, minute = windows.c.period == int(Period.DAY), windows.c.period == int(Period.MINUTE)
        old: tuple[tuple[Table, ColumnElement[bool]], ...] = (
            (tables.usage_hours, tables.usage_hours.c.hour < hour - KEPT_HOURS),
            (tables.refusal_hours, tables.refusal_hours.c.hour < hour - KEPT_HOURS),
            (windows, day & (windows.c.window < hour // 24 - KEPT_DAYS)),
            (windows, minute & (windows.c.window < (hour - 1) * 60)),
        )
        with reporting_outages(), self._engine.begin() as connection:
            for table, condition in old:
                connection.execute(delete(table).where(condition))


def window_row(account: Account, window: int) -> ColumnElement[bool]:
    """Return the condition that selects the row of an account and window (a day or a minute)."""
    windows = tables.quota_windows.c
    return (
        (windows.subject == account.subject)
        & (windows.meter == account.meter.value)
        & (windows.period == int(account.period))
        & (windows.window == window)
    )


def _account_row(account: Account) -> dict[str, object]:
    return {"subject": account.subject, "meter": account.meter.value, "period": int(account.period)}


def _call_row(line: CallLine) -> dict[str, object]:
    return {
        "hour": line.hour,
        "team_id": line.team_id,
        "key_id": line.key_id,
        "maps_id": line.maps_id,
        "service": str(line.used),
        "origin": line.origin,
        "status": line.status,
    }


def _refusal_row(line: RefusalLine) -> dict[str, object]:
    return {
        "hour": line.hour,
        "team_id": line.team_id,
        "key_id": line.key_id,
        "service": line.service.value,
        "reason": line.reason,
    }
