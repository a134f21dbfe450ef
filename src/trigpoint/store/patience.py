"""Patience with PostgreSQL: a server that has gone silent is hung up on, so that nobody waits for it for ever.

The server itself ends statements that run too long, and TCP ends connections to a host that is gone. What is left is
a peer that keeps the connection and says nothing.
"""

from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout
from sqlalchemy import URL

CONNECT_TIMEOUT_S = 2
STATEMENT_TIMEOUT_MS = 5000
SILENCE_S = 6.0
"""How long a connection waits for an answer, in seconds: longer than the server lets a statement run."""

Answer = TypeVar("Answer")


class PatientConnection(psycopg.Connection[tuple[Any, ...]]):
    """A connection that is closed, with an outage for whoever waits, when the server is silent for too long."""

    def wait(self, gen: PQGen[Answer], interval: float = 0.1, timeout: float | None = None) -> Answer:
        """Wait for an answer; `timeout` in seconds, None for `SILENCE_S`."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, SILENCE_S)
        except _WaitTimeout:
            self.close()
            raise psycopg.OperationalError(f"the server said nothing for {SILENCE_S:.0f} seconds") from None


class PostgresLine:
    """Opens connections to one database."""

    def __init__(self, address: URL) -> None:
        self._address = address.set(drivername="postgresql").render_as_string(hide_password=False)

    def connect(self, *, autocommit: bool = False) -> PatientConnection:
        """Open a connection; every statement on it ends after a few seconds."""
        return PatientConnection.connect(
            self._address,
            autocommit=autocommit,
            connect_timeout=CONNECT_TIMEOUT_S,
            options=f"-c statement_timeout={STATEMENT_TIMEOUT_MS}",
            keepalives_idle=5,
            keepalives_interval=2,
            keepalives_count=3,
            tcp_user_timeout=5000,
            application_name="trigpoint",
        )
