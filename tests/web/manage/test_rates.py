"""The rate limit of API tokens, and its header fields."""

import pytest

from conftest import FixedClock
from trigpoint.authority.opening import Authority
from trigpoint.credentials.roles import Actor, Role
from trigpoint.web.manage.app import build_manage
from trigpoint.web.manage.holders import REMEMBERED, Rates
from web.manage.callers import World, a_world


@pytest.fixture
def world(authority: Authority, operator: Actor) -> World:
    return a_world(build_manage(authority, limit=2), authority, operator)


def test_requests_over_the_limit_are_429_until_the_window_ends(world: World, clock: FixedClock) -> None:
    caller = world.caller(Role.VIEWER)
    told = []
    for seconds in (0, 10, 10, 39.5, 0.5):
        clock.now += seconds
        answer = caller.get("me")
        told.append((answer.status_code, answer.headers["ratelimit"]))
        assert answer.headers["ratelimit-policy"] == '"default";q=2;w=60'
    assert told == [
        (200, '"default";r=1;t=60'),
        (200, '"default";r=0;t=50'),
        (429, '"default";r=0;t=40'),
        (429, '"default";r=0;t=1'),
        (200, '"default";r=1;t=60'),
    ]


def test_429_says_when_to_retry_and_other_tokens_are_not_affected(world: World) -> None:
    caller = world.caller(Role.VIEWER)
    answer = [caller.get("me") for _ in range(3)][-1]
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    assert answer.json()["type"] == "/manage/docs#problem-too-many-requests"
    assert answer.json()["detail"] == "More than 2 requests in 60 s. Try again in 60 s."
    assert world.caller(Role.VIEWER).get("me").status_code == 200


def test_ended_windows_are_removed() -> None:
    rates = Rates(5)
    for number in range(REMEMBERED):
        rates.spend(str(number), 0.0)
    rates.spend("late", 60.0)
    assert len(rates._windows) == 1


def test_a_clock_that_goes_back_begins_a_new_window() -> None:
    rates = Rates(1)
    assert rates.spend("a", 100.0).remaining == 0
    assert rates.spend("a", 100.0).remaining == -1
    assert rates.spend("a", 50.0).remaining == 0
