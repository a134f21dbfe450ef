"""The dashboard counts in the database what the reports count row by row: spans, shares, filters."""

from datetime import datetime

import pytest

from conftest import NOON
from known_keys import known
from trigpoint.authority.opening import Authority
from trigpoint.base.errors import NotFoundError
from trigpoint.base.ids import TeamId
from trigpoint.credentials.call import Call
from trigpoint.credentials.key import Key
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.services import Service
from trigpoint.credentials.usage import Dimension, RefusalDimension
from trigpoint.credentials.usage_window import Reach, UsageWindow, latest_window

HOUR = 3600.0
WEBSITE, APP = "maps.com.my.website", "maps.com.my.app"


@pytest.fixture
def team(authority: Authority, operator: Actor) -> TeamId:
    return authority.teams.create(operator, "My Company").team_id


def a_key(authority: Authority, team: TeamId, maps_id: str) -> Key:
    operator = Actor.as_operator("test")
    authority.maps_ids.register(operator, team_id=team, identifier=maps_id, description="Mine")
    key = authority.keys.create(operator, team_id=team, name=maps_id.replace(".", " "), maps_id=maps_id)
    authority._memory.refresh()
    return key


def count(authority: Authority, key: Key, status: int, calls: int, *, at: float = NOON, origin: str = "") -> None:
    call = Call(Service.SERVER_API, origin or None, at)
    for _ in range(calls):
        authority._tally.count(known(authority, key.key_id), call, status)
    authority._tally.flush()


def refuse(authority: Authority, key: Key, reason: str, calls: int, *, at: float = NOON) -> None:
    for _ in range(calls):
        authority._tally.count_refusal(known(authority, key.key_id), Call(Service.SERVER_API, None, at), reason)
    authority._tally.flush()


def hours(at: float = NOON) -> UsageWindow:
    return latest_window(Reach.DAY, at)


def test_a_table_has_the_largest_values_and_the_rest(authority: Authority, operator: Actor, team: TeamId) -> None:
    key = a_key(authority, team, WEBSITE)
    count(authority, key, 200, 5)
    count(authority, key, 200, 2, at=NOON - 3 * HOUR)
    count(authority, key, 404, 3)
    count(authority, key, 400, 1, at=NOON - 3 * HOUR)
    table = authority.usage.dashboard(operator, team, hours(), by=Dimension.STATUS, only={}, most=2).table
    assert table.values == ("200", "404")
    assert (table.cells[-1], table.cells[-4]) == ((5, 3), (2, 0))
    assert (table.totals[-1], table.totals[-4], sum(table.totals)) == (8, 3, 11)
    assert (table.sums, table.rest, table.rests[-4], table.total) == ((7, 3), 1, 1, 11)
    everything = authority.usage.dashboard(operator, team, hours(), by=Dimension.STATUS, only={}, most=None).table
    assert (everything.values, everything.rest) == (("200", "404", "400"), 0)
    assert [(row.start, row.values["status"], row.calls) for row in everything.rows("status")] == [
        ("2027-01-15T05:00Z", "200", 2),
        ("2027-01-15T05:00Z", "400", 1),
        ("2027-01-15T08:00Z", "200", 5),
        ("2027-01-15T08:00Z", "404", 3),
    ]


@pytest.mark.parametrize(
    ("reach", "before", "first", "last", "after"),
    [
        (Reach.DAY, "2027-01-14T08", "2027-01-14T09", "2027-01-15T08", "2027-01-15T09"),
        (Reach.MONTH, "2026-12-16T23", "2026-12-17T00", "2027-01-15T23", "2027-01-16T00"),
        (Reach.YEAR, "2026-01-31T23", "2026-02-01T00", "2027-01-31T23", "2027-02-01T00"),
    ],
)
def test_a_window_includes_its_first_and_last_hour_and_none_beyond(
    authority: Authority, operator: Actor, team: TeamId, reach: Reach, before: str, first: str, last: str, after: str
) -> None:
    key = a_key(authority, team, WEBSITE)
    for status, hour in ((200, before), (201, first), (202, last), (203, after)):
        count(authority, key, status, 1, at=datetime.fromisoformat(f"{hour}:00Z").timestamp())
    table = authority.usage.dashboard(operator, team, latest_window(reach, NOON), by=Dimension.STATUS, only={}).table
    assert table.values == ("201", "202")
    assert (table.cells[0], table.cells[-1], table.total) == ((1, 0), (0, 1), 2)


def test_shares_are_of_the_filtered_calls(authority: Authority, operator: Actor, team: TeamId) -> None:
    website, app = a_key(authority, team, WEBSITE), a_key(authority, team, APP)
    count(authority, website, 200, 4, origin="https://a.example")
    count(authority, website, 404, 1)
    count(authority, app, 200, 2, origin="https://a.example")
    shown = authority.usage.dashboard(operator, team, hours(), by=Dimension.KEY, only={"mapsId": WEBSITE})
    assert shown.table.values == (website.key_id,)
    assert shown.calls["status"].named == (("200", 4), ("404", 1))
    assert shown.calls["mapsId"].named == ((WEBSITE, 5),)
    both = {"status": "200", "origin": "https://a.example"}
    assert authority.usage.dashboard(operator, team, hours(), by=Dimension.KEY, only=both).calls["key"].named == (
        (website.key_id, 4),
        (app.key_id, 2),
    )
    without_origin = authority.usage.dashboard(operator, team, hours(), by=Dimension.KEY, only={"origin": ""})
    assert without_origin.calls["key"].named == ((website.key_id, 1),)


def test_refusals_of_a_maps_id_are_those_of_its_keys(authority: Authority, operator: Actor, team: TeamId) -> None:
    website, app = a_key(authority, team, WEBSITE), a_key(authority, team, APP)
    refuse(authority, website, "TOKEN_EXPIRED", 3)
    refuse(authority, website, "KEY_REVOKED", 1, at=NOON - HOUR)
    refuse(authority, app, "TOKEN_EXPIRED", 2)

    def reasons(**only: str) -> tuple[tuple[str, int], ...]:
        shown = authority.usage.dashboard(operator, team, hours(), by=RefusalDimension.REASON, only=only)
        assert shown.refusals is not None
        assert shown.refusals["reason"].total == shown.table.total
        return shown.refusals["reason"].named

    assert reasons() == (("TOKEN_EXPIRED", 5), ("KEY_REVOKED", 1))
    assert reasons(mapsId=WEBSITE.upper()) == (("TOKEN_EXPIRED", 3), ("KEY_REVOKED", 1))
    assert reasons(mapsId=WEBSITE, key=app.key_id) == ()
    assert reasons(key=app.key_id) == (("TOKEN_EXPIRED", 2),)
    assert reasons(reason="KEY_REVOKED") == (("KEY_REVOKED", 1),)
    filtered = authority.usage.dashboard(operator, team, hours(), by=Dimension.STATUS, only={"status": "200"})
    assert filtered.refusals is None


def test_a_dashboard_counts_one_team_only(authority: Authority, operator: Actor, team: TeamId) -> None:
    count(authority, a_key(authority, team, WEBSITE), 200, 1)
    other = authority.teams.create(operator, "Others").team_id
    assert authority.usage.dashboard(operator, other, hours(), by=Dimension.KEY, only={}).table.total == 0
    stranger = Actor("eve@example.com", roles={other: Role.ADMIN})
    with pytest.raises(NotFoundError):
        authority.usage.dashboard(stranger, team, hours(), by=Dimension.KEY, only={})
