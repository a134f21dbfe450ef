"""A rolling upgrade: a newer version has migrated the database, and servers of this one go on, die, and come back."""

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

from journeys.conftest import Installer
from machines import open_lines, wait_until, write_request
from served import a_server
from trigpoint.store.tables import REVISION

CALL = "/v1/geocode?q="
"""A call that is admitted and breaks a rule after that (400): it needs no engine."""
MIGRATED = (
    "ALTER TABLE keys ADD COLUMN colour TEXT",
    "ALTER TABLE teams ADD COLUMN plan TEXT NOT NULL DEFAULT 'free'",
    "UPDATE alembic_version SET version_num = '9999'",
    f"UPDATE compatibility SET oldest = '{REVISION}'",
)


def test_a_worker_that_is_killed_after_a_newer_version_has_migrated_comes_back(tmp_path: Path) -> None:
    with a_server(tmp_path / "home", "--workers", "2", "--no-sample") as server:
        key = Installer(server).key(tmp_path)
        access = server.get("/v1/token", key.signer.auth_token()).json()["accessToken"]
        request = write_request(CALL, access)
        with open_lines([server], each=1) as lines:
            assert all(line.call(request) for line in lines)
            with closing(sqlite3.connect(server.home / "trigpoint.db", timeout=30)) as connection, connection:
                for statement in MIGRATED:
                    connection.execute(statement)
            assert all(line.call(request) for line in lines)
            victim = lines[0].worker
            os.kill(victim, signal.SIGKILL)
            assert all(lines[1].call(request) for _ in range(50))
            assert {answer.status for line in lines for answer in line.answers} == {400}
        wait_until(lambda: len(set(server.workers()) - {victim}) == 2, "the worker is not replaced")
        assert server.get("/v1/token", key.signer.auth_token()).status_code == 200
        assert server.trigpoint("team", "list", "--json").returncode == 0
        assert "A newer version has migrated the database to 9999" in server.trigpoint("migrate", "--check").stderr
        with open_lines([server], each=1) as lines:
            for line in lines:
                assert line.call(request)
            assert {line.answers[0].status for line in lines} == {400}
