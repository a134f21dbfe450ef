"""Recent refusals, on both databases: found by request ID; the oldest are deleted when there are too many."""

import pytest

from conftest import NOON
from trigpoint.authority.opening import Authority
from trigpoint.authority.refusals import WAITING_AT_MOST
from trigpoint.base.errors import InvalidError, NotFoundError
from trigpoint.credentials.call import Call
from trigpoint.credentials.reasons import TOKEN_EXPIRED
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.services import Service
from trigpoint.credentials.verdict import refuse
from trigpoint.store import refusals


def request_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def note(authority: Authority, number: int, at: float = NOON) -> None:
    call = Call(Service.SERVER_API, "https://example.com", at)
    authority.refusals.note(request_id(number), call, refuse("The token has not expired", TOKEN_EXPIRED))


def test_a_refusal_is_found_by_its_request_id(authority: Authority) -> None:
    note(authority, 1)
    found = authority.refusals.find(Actor("eve@example.com"), request_id(1))
    assert (found.code, found.at, found.origin) == ("TOKEN_EXPIRED", NOON * 1000, "https://example.com")
    assert (found.team_id, found.key_id) == (None, None)
    with pytest.raises(NotFoundError, match="No call with this request ID"):
        authority.refusals.find(Actor("eve@example.com"), request_id(2))
    with pytest.raises(InvalidError, match=r"'requestId' must be a request ID"):
        authority.refusals.find(Actor("eve@example.com"), "'; --")


def test_the_newest_are_kept_when_there_are_too_many(
    authority: Authority, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "KEPT_AT_MOST", 3)
    for number in range(5):
        note(authority, number, at=NOON + number)
    authority.refusals.flush()
    note(authority, 5, at=NOON + 5)
    assert authority.refusals.find(operator, request_id(5)).code == "TOKEN_EXPIRED"
    with pytest.raises(NotFoundError):
        authority.refusals.find(operator, request_id(0))


def test_a_flood_of_refusals_uses_bounded_memory(authority: Authority) -> None:
    for number in range(WAITING_AT_MOST * 2):
        note(authority, number)
    assert len(authority.refusals._waiting) == WAITING_AT_MOST
