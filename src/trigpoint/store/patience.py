"""Patience with PostgreSQL: a server that has gone silent is hung up on, so that nobody waits for it for ever.

The server itself ends statements that run too long, and TCP ends connections to a host that is gone. What is left is
a peer that keeps the connection and says nothing.

A pooler in front of the server (PgBouncer, in transaction mode too) passes everything that is done here: no option is sent
at the start of a connection, and nothing is prepared in the server.
"""

from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout

CONNECT_TIMEOUT_S = 2
STATEMENT_TIMEOUT_MS = 5000
SILENCE_S = 6.0
"""Timeout of a connection, in seconds: longer than the statement timeout of the server."""

Answer = TypeVar("Answer")


class PatientConnection(psycopg.Connection[tuple[Any, ...]]):
    """A connection that is closed, with an outage for whoever waits, when the server is silent for too long."""

    is_patient = True
    """False while something is done that may take its time, such as a migration."""

    def wait(self, gen: PQGen[Answer], interval: float = 0.1, timeout: float | None = None) -> Answer:
        """Wait for an answer; `timeout` in seconds, None for `SILENCE_S`."""
        if timeout is not None or not self.is_patient:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, SILENCE_S)
        except _WaitTimeout:
            self.close()
            raise psycopg.OperationalError(f"the server said nothing for {SILENCE_S:.0f} seconds") from None


class PostgresLine:
    """Opens connections to one database. `address` is a URL as libpq reads it, with several hosts too."""

    def __init__(self, address: str) -> None:
        self._address = address

    def connect(self, *, autocommit: bool = False, timeout_ms: int = STATEMENT_TIMEOUT_MS) -> PatientConnection:
        """Open a connection; every statement on it ends after a few seconds (`timeout_ms`; 0: never)."""
        connection = PatientConnection.connect(
            self._address,
            autocommit=True,
            connect_timeout=CONNECT_TIMEOUT_S,
            keepalives_idle=5,
            keepalives_interval=2,
            keepalives_count=3,
            tcp_user_timeout=5000,
            application_name="trigpoint",
            prepare_threshold=None,
        )
        try:
            connection.is_patient = timeout_ms > 0
            connection.execute(f"SET statement_timeout = {timeout_ms}")
            connection.autocommit = autocommit
        except BaseException:
            connection.close()
            raise
        return connection
