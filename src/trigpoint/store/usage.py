"""Counters: quota blocks and last uses. They are no part of the ledger, and are written off the request's way."""

from collections.abc import Mapping

from sqlalchemy import Engine, case, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials.quota import Meter
from trigpoint.store import schema
from trigpoint.store.api_tokens import note_api_token_use
from trigpoint.store.outages import reporting_outages


class Usage:
    """The counters of all workers together."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert

    def take(self, team_id: TeamId, meter: Meter, *, day: int, block: int, limit: int) -> int:
        """Take a block of a team's day, or what is left of it; 0 if nothing is. Never more than `limit` in all."""
        days = schema.quota_days
        here = (days.c.team_id == team_id) & (days.c.meter == meter.value) & (days.c.day == day)
        with reporting_outages(), self._engine.begin() as connection:
            row = {"team_id": team_id, "meter": meter.value, "day": day, "taken": 0}
            connection.execute(self._insert(days).values(row).on_conflict_do_nothing())
            before = int(connection.execute(select(days.c.taken).where(here).with_for_update()).scalar_one())
            got = max(0, min(block, limit - before))
            if got:
                connection.execute(days.update().where(here).values(taken=before + got))
            return got

    def note_uses(self, last_used_at: Mapping[KeyId, int]) -> None:
        """Write when keys were last used (milliseconds); a later time never gives way to an earlier one."""
        if not last_used_at:
            return
        uses = schema.key_uses
        with reporting_outages(), self._engine.begin() as connection:
            for key_id, at in last_used_at.items():
                later = case((uses.c.last_used_at > at, uses.c.last_used_at), else_=literal(at))
                row = self._insert(uses).values(key_id=key_id, last_used_at=at)
                connection.execute(
                    row.on_conflict_do_update(index_elements=[uses.c.key_id], set_={"last_used_at": later})
                )

    def note_api_token_use(self, token_id: str, *, at: int) -> None:
        """Write when an API token was last used (milliseconds)."""
        with reporting_outages(), self._engine.begin() as connection:
            note_api_token_use(connection, token_id, at)
