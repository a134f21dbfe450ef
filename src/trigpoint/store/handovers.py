"""Handovers: on PostgreSQL, one machine asks another for a data key through short-lived rows."""

from typing import NamedTuple

from sqlalchemy import Engine, delete, insert, select, text, update

from trigpoint.base.clock import Milliseconds
from trigpoint.base.ids import KeyId
from trigpoint.store.confirming import CHANNEL
from trigpoint.store.outages import reporting_outages
from trigpoint.store.tables import handovers

KEPT_MS = 60_000
"""Retention of rows that the asking machine did not delete, in milliseconds."""


class Handover(NamedTuple):
    """A request for the data key of `key_id`, to be sealed for the asking machine's X25519 `public_key`.

    `mac` proves that the asking machine has the master key.
    """

    request_id: str
    key_id: KeyId
    public_key: bytes
    mac: bytes


class Handovers:
    """Queries and changes of handovers. They are no part of the ledger."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ask(self, request: Handover, *, at: Milliseconds) -> None:
        """Write a request, and notify all machines. Deletes rows whose retention is over."""
        with reporting_outages(), self._engine.begin() as connection:
            connection.execute(delete(handovers).where(handovers.c.created_at < at - KEPT_MS))
            connection.execute(insert(handovers), request._asdict() | {"created_at": at})
            connection.execute(text(f"NOTIFY {CHANNEL}"))

    def unanswered(self) -> list[Handover]:
        """List the requests that have no answer yet."""
        wanted = handovers.c.request_id, handovers.c.key_id, handovers.c.public_key, handovers.c.mac
        with reporting_outages(), self._engine.begin() as connection:
            rows = connection.execute(select(*wanted).where(handovers.c.answer.is_(None)))
            return [Handover(row.request_id, KeyId(row.key_id), bytes(row.public_key), bytes(row.mac)) for row in rows]

    def answer(self, request_id: str, sealed: bytes) -> None:
        """Write the answer to a request; a second answer is ignored."""
        here = (handovers.c.request_id == request_id) & handovers.c.answer.is_(None)
        with reporting_outages(), self._engine.begin() as connection:
            connection.execute(update(handovers).where(here).values(answer=sealed))

    def answer_to(self, request_id: str) -> bytes | None:
        """Return the answer to a request; None while there is none."""
        question = select(handovers.c.answer).where(handovers.c.request_id == request_id)
        with reporting_outages(), self._engine.begin() as connection:
            found = connection.execute(question).scalar_one_or_none()
        return None if found is None else bytes(found)

    def forget(self, request_id: str) -> None:
        """Delete a request and its answer."""
        with reporting_outages(), self._engine.begin() as connection:
            connection.execute(delete(handovers).where(handovers.c.request_id == request_id))
