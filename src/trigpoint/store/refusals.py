"""Recent refusals: written in batches after the response, and deleted after a day."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, Engine, delete, insert, select

from trigpoint.base.clock import to_ms
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials.refusal import KEPT_AT_MOST, KEPT_S, RecentRefusal
from trigpoint.store import tables
from trigpoint.store.outages import reporting_outages


class Refusals:
    """The recent refusals of all workers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, refusals: Sequence[RecentRefusal]) -> None:
        """Write a batch. Deletes refusals whose retention is over, and the oldest beyond `KEPT_AT_MOST`."""
        if not refusals:
            return
        table = tables.recent_refusals
        with reporting_outages(), self._engine.begin() as connection:
            connection.execute(insert(table), [asdict(refusal) for refusal in refusals])
            oldest = max(refusal.at for refusal in refusals) - to_ms(KEPT_S)
            one_too_many = connection.execute(
                select(table.c.at).order_by(table.c.at.desc()).offset(KEPT_AT_MOST).limit(1)
            ).scalar_one_or_none()
            connection.execute(delete(table).where(table.c.at < max(oldest, one_too_many or 0)))


def find_refusal(connection: Connection, request_id: str) -> RecentRefusal | None:
    """Find the refusal of a request; None if there is none."""
    table = tables.recent_refusals
    row = connection.execute(select(table).where(table.c.request_id == request_id)).mappings().first()
    if row is None:
        return None
    team, key = row["team_id"], row["key_id"]
    return RecentRefusal(
        **{
            **row,
            "team_id": None if team is None else TeamId(team),
            "key_id": None if key is None else KeyId(key),
        }
    )
