"""Reports of usage: grouped, in pages, and as CSV."""

from typing import Any

import pytest

from conftest import NOON
from known_keys import known
from trigpoint.base.ids import KeyId
from trigpoint.credentials.call import Call
from trigpoint.credentials.roles import Role
from trigpoint.credentials.services import Service
from web.manage.callers import MAPS_ID, Caller, World

HOUR = 3600


@pytest.fixture
def busy(world: World) -> World:
    """Five calls of the key in two hours, one of them over a limit, and two refusals."""
    tally, key = world.authority._tally, KeyId(world.key)
    world.authority._memory.refresh()
    for origin, status, at in [
        ("https://a.example", 200, NOON),
        ("https://a.example", 200, NOON),
        ("https://b.example", 200, NOON - HOUR),
        ("=1+1", 404, NOON - HOUR),
        (None, 429, NOON),
    ]:
        tally.count(known(world.authority, key), Call(Service.SERVER_API, origin, at), status)
    tally.note_use(
        known(world.authority, key), Call(Service.SERVER_API, "https://a.example", NOON, address="192.0.2.7")
    )
    for code in ("TOKEN_EXPIRED", "KEY_REVOKED"):
        tally.count_refusal(known(world.authority, key), Call(Service.MAPKIT_JS, None, NOON), code)
    tally.flush()
    return world


def report(caller: Caller, path: str, **params: Any) -> list[dict[str, Any]]:
    answer = caller.get(path, params=params)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_calls_are_grouped_by_any_dimension(busy: World, admin: Caller) -> None:
    path = f"teams/{busy.team}/usage"
    assert report(admin, path) == [{"calls": 5}]
    assert report(admin, path, by="status") == [
        {"status": "200", "calls": 3},
        {"status": "404", "calls": 1},
        {"status": "429", "calls": 1},
    ]
    assert report(admin, path, by=["key", "mapsId", "service"]) == [
        {"key": busy.key, "mapsId": MAPS_ID, "service": "server_api", "calls": 5}
    ]
    assert report(admin, path, by="origin", per="hour") == [
        {"start": "2027-01-15T07:00Z", "origin": "=1+1", "calls": 1},
        {"start": "2027-01-15T07:00Z", "origin": "https://b.example", "calls": 1},
        {"start": "2027-01-15T08:00Z", "origin": "", "calls": 1},
        {"start": "2027-01-15T08:00Z", "origin": "https://a.example", "calls": 2},
    ]
    assert report(admin, path, by=["status", "status"]) == report(admin, path, by="status")


@pytest.mark.parametrize(
    ("only", "calls"),
    [
        ({"status": 200}, 3),
        ({"origin": "https://a.example"}, 2),
        ({"origin": ""}, 1),
        ({"service": "server_api"}, 5),
        ({"service": "mapkit_js"}, None),
        ({"mapsId": MAPS_ID, "status": 404}, 1),
        ({"key": "NOSUCHKEY0"}, None),
        ({"since": "2027-01-15T09:00:00+01:00"}, 3),
        ({"until": "2027-01-15T08:00:00Z"}, 2),
        ({"since": "2027-01-15T08:30:00Z"}, 3),
        ({"until": "2026-01-01T00:00:00Z"}, None),
    ],
)
def test_calls_are_filtered(busy: World, admin: Caller, only: dict[str, Any], calls: int | None) -> None:
    found = report(admin, f"teams/{busy.team}/usage", **only)
    assert found == ([] if calls is None else [{"calls": calls}])


@pytest.mark.parametrize(
    "wrong",
    [
        {"by": "colour"},
        {"per": "week"},
        {"status": "abc"},
        {"status": 1000},
        {"since": "2027-01-15T08:00:00"},
        {"since": "yesterday"},
        {"since": "2027-01-16T00:00:00Z"},
        {"service": "maps"},
        {"format": "xml"},
        {"cursor": "x"},
    ],
)
def test_an_invalid_report_is_refused(busy: World, admin: Caller, wrong: dict[str, Any]) -> None:
    answer = admin.get(f"teams/{busy.team}/usage", params={"by": "status"} | wrong)
    assert answer.status_code == 400
    assert next(iter(wrong)) in answer.json()["errors"][0]["name"]


def test_a_report_comes_in_pages_without_gaps(busy: World, admin: Caller) -> None:
    path, params = f"teams/{busy.team}/usage", {"by": ["status", "origin"], "per": "hour"}
    whole = report(admin, path, **params)
    pages: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = admin.get(path, params=params | {"limit": 1} | cursor).json()
        pages += answer["items"]
        if "nextCursor" not in answer:
            break
        cursor = {"cursor": answer["nextCursor"]}
    assert pages == whole
    assert len(whole) == 4


@pytest.mark.parametrize("asked", [{"params": {"format": "csv"}}, {"headers": {"accept": "text/csv"}}])
def test_a_report_is_given_as_csv_without_formulas(busy: World, admin: Caller, asked: dict[str, Any]) -> None:
    params = {"by": "origin", "limit": 1} | asked.get("params", {})
    answer = admin.get(f"teams/{busy.team}/usage", params=params, headers=asked.get("headers", {}))
    assert answer.headers["content-type"] == "text/csv; header=present; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="usage.csv"'
    assert answer.text == "origin,calls\r\nhttps://a.example,2\r\n,1\r\n'=1+1,1\r\nhttps://b.example,1\r\n"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "application/json"),
        ("text/csv;q=0.1, application/json", "application/json"),
        ("text/csv, */*;q=0.1", "text/csv; header=present; charset=utf-8"),
        ("image/png", "application/json"),
    ],
)
def test_the_form_is_negotiated(busy: World, admin: Caller, accept: str, kind: str) -> None:
    answer = admin.get(f"teams/{busy.team}/usage", headers={"accept": accept})
    assert (answer.headers["content-type"], answer.headers["vary"]) == (kind, "Accept")
    forced = admin.get(f"teams/{busy.team}/usage", params={"format": "json"}, headers={"accept": accept})
    assert forced.headers["content-type"] == "application/json"


def test_an_empty_report_has_its_columns(world: World, admin: Caller) -> None:
    params = {"format": "csv", "per": "day", "by": "key"}
    assert admin.get(f"teams/{world.team}/usage", params=params).text == "start,key,calls\r\n"


def test_refusals_are_grouped_by_reason_by_default(busy: World, admin: Caller) -> None:
    path = f"teams/{busy.team}/usage/refusals"
    assert report(admin, path) == [{"reason": "KEY_REVOKED", "calls": 1}, {"reason": "TOKEN_EXPIRED", "calls": 1}]
    assert report(admin, path, by=["key", "service"], per="month") == [
        {"start": "2027-01", "key": busy.key, "service": "mapkit_js", "calls": 2}
    ]
    assert report(admin, path, reason="KEY_REVOKED", by="key") == [{"key": busy.key, "calls": 1}]
    assert admin.get(path, params={"format": "csv"}).text.splitlines()[0] == "reason,calls"


def test_the_installation_sees_the_sum_of_all_teams(busy: World) -> None:
    installation = busy.installation()
    assert report(installation, "usage", by="status", status=200) == [{"status": "200", "calls": 3}]
    assert sum(row["calls"] for row in report(installation, "usage/refusals")) == 2
    stranger = busy.caller(Role.VIEWER, team=busy.other_team)
    assert report(stranger, f"teams/{busy.other_team}/usage") == []


def test_last_uses_have_time_origin_and_network(busy: World, admin: Caller) -> None:
    rows = {row["kind"]: row for row in report(admin, f"teams/{busy.team}/usage/last-uses")}
    use = {"lastUsedAt": "2027-01-15T08:00:00Z", "origin": "https://a.example", "network": "192.0.2.0/24"}
    assert rows["key"] == {"kind": "key", "subject": busy.key} | use
    assert rows["mapsId"] == {"kind": "mapsId", "subject": MAPS_ID} | use
    first = admin.get(f"teams/{busy.team}/usage/last-uses", params={"limit": 1}).json()
    assert first["items"] == [rows["key"]]
    assert "nextCursor" in first
