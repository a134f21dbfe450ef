"""Timeouts of connections to PostgreSQL, so that no call waits forever for a server that does not respond.

The server cancels statements that run too long, and TCP keepalive closes connections to a host that is gone. The remaining
case is a peer that keeps the connection open and sends nothing: such a connection is closed here.

All of this works through a pooler (PgBouncer, also in transaction mode): no start-up options are sent, and no statements
are prepared on the server.
"""

import re
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import _WaitTimeout

from trigpoint.base.errors import InvalidError
from trigpoint.store.addresses import EXAMPLE, NAME

CONNECT_TIMEOUT_S = 2
STATEMENT_TIMEOUT_MS = 5000
SILENCE_S = 6.0
"""How long to wait for a response, in seconds; longer than the server's statement timeout."""

Answer = TypeVar("Answer")


class PatientConnection(psycopg.Connection[tuple[Any, ...]]):
    """A connection that is closed, and raises `OperationalError`, when the server sends nothing for `SILENCE_S`."""

    is_patient = True
    """False on a connection whose statements may run for long, such as migrations."""

    def wait(self, gen: PQGen[Answer], interval: float = 0.1, timeout: float | None = None) -> Answer:
        """Wait for a response; `timeout` in seconds, None for `SILENCE_S`."""
        if timeout is not None or not self.is_patient:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, SILENCE_S)
        except _WaitTimeout:
            self.close()
            raise psycopg.OperationalError(f"the server did not respond for {SILENCE_S:.0f} seconds") from None


class PostgresLine:
    """Opens connections to one database. `address` is a URL in libpq's syntax, with one host or several.

    Raises `InvalidError` for a URL that libpq does not read. Its own message is not shown, since it can contain the password.
    """

    def __init__(self, address: str) -> None:
        try:
            conninfo_to_dict(address)
        except psycopg.ProgrammingError as error:
            odd = re.search(r'invalid URI query parameter: "(\w{1,40})"$', str(error).strip())
            received = "a value not shown" if odd is None else f"the unknown parameter {odd[1]}"
            raise InvalidError(NAME, "a URL that libpq reads", example=EXAMPLE, received=received) from None
        self._address = address

    def connect(self, *, autocommit: bool = False, timeout_ms: int = STATEMENT_TIMEOUT_MS) -> PatientConnection:
        """Open a connection whose statements are cancelled after `timeout_ms` (milliseconds; 0: never)."""
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
