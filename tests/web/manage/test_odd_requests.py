"""Malformed requests get a 4xx problem with a reason, and no traceback in the log."""

import logging

import pytest

from trigpoint.web.manage.paging import write_cursor
from web.manage.callers import Caller, World


@pytest.mark.parametrize(
    "body", [b"[" * 60_000, b'{"text":' * 30_000, b"\xff", b'{"text": 1e999}', b'{"text": "\\ud800"}']
)
def test_a_body_that_cannot_be_read_is_400(admin: Caller, caplog: pytest.LogCaptureFixture, body: bytes) -> None:
    answer = admin.post("leaks", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("invalid")
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("number", [10**23, -(10**30), 2**63, -(2**63) - 1])
def test_a_cursor_with_a_huge_number_is_handled(world: World, admin: Caller, number: int) -> None:
    for path in (f"teams/{world.team}/ledger", f"webhooks/{world.webhook}/messages", f"teams/{world.team}/members"):
        assert admin.get(path, params={"cursor": write_cursor((number,))}).status_code in {200, 400}, path
