"""The usage page: callers, origins and refusals; chart, table and CSV have the same numbers."""

import csv
import io
import re
from collections.abc import Callable
from html import unescape

import pytest

from conftest import NOON, FixedClock
from known_keys import known
from trigpoint.authority.opening import Authority
from trigpoint.base.ids import TeamId
from trigpoint.credentials.call import Call
from trigpoint.credentials.key import Key
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.services import Service
from trigpoint.web.portal.usage.plot import scale_for
from web.portal.browsing import Browser
from web.portal.usage_pages import figures_of, table_of

HOUR = 3600.0
FORMULA = '=HYPERLINK("https://evil.example")'


@pytest.fixture
def key(authority: Authority, operator: Actor, team_id: TeamId) -> Key:
    return a_key(authority, operator, team_id, "Website")


def a_key(authority: Authority, operator: Actor, team_id: TeamId, name: str) -> Key:
    identifier = f"maps.com.example.{name.lower()}"
    authority.maps_ids.register(operator, team_id=team_id, identifier=identifier, description=name)
    key = authority.keys.create(operator, team_id=team_id, name=name, maps_id=identifier)
    authority._memory.refresh()
    return key


def count(authority: Authority, key: Key, status: int, calls: int, *, at: float = NOON, origin: str = "") -> None:
    call = Call(Service.SERVER_API, origin or None, at, "192.0.2.77")
    for _ in range(calls):
        authority._tally.count(known(authority, key.key_id), call, status)
    authority._tally.note_use(known(authority, key.key_id), call)
    authority._tally.flush()


def refuse(authority: Authority, key: Key, reason: str, calls: int, *, at: float = NOON) -> None:
    facts = known(authority, key.key_id)
    for _ in range(calls):
        authority._tally.count_refusal(facts, Call(Service.SERVER_API, None, at), reason)
    authority._tally.flush()


def csv_of(browser: Browser, base: str, query: str = "") -> list[list[str]]:
    answer = browser.open(f"{base}/usage/export/csv?{query}").answer
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(answer.text)))


def test_the_chart_the_table_and_the_csv_have_the_same_numbers(
    ada: Browser, base: str, authority: Authority, key: Key
) -> None:
    count(authority, key, 200, 1200)
    count(authority, key, 404, 3)
    count(authority, key, 200, 5, at=NOON - 3 * HOUR)
    refuse(authority, key, "TOKEN_EXPIRED", 2)
    page = ada.open(f"{base}/usage")
    assert page.status == 200
    rows = table_of(page)
    assert rows[0] == ["UTC", "200 OK", "404 not found", "Total"]
    assert len(rows) == 1 + 24 + 1
    assert rows[-2] == ["15 Jan, 08:00", "1,200", "3", "1,203"]
    assert rows[-5] == ["15 Jan, 05:00", "5", "0", "5"]
    assert rows[-1] == ["Total", "1,205", "3", "1,208"]
    assert csv_of(ada, base) == [
        ["start", "status", "calls"],
        ["2027-01-15T05:00Z", "200", "5"],
        ["2027-01-15T08:00Z", "200", "1200"],
        ["2027-01-15T08:00Z", "404", "3"],
    ]
    titles = re.findall(r'<g class="bar"><title>(.*?)</title>', page.answer.text, re.DOTALL)
    assert titles[-1] == "15 Jan, 08:00: 1,203\n200 OK: 1,200\n404 not found: 3"
    assert figures_of(page) == {
        "calls": "1,208",
        "successful": "1,205",
        "with an error": "3",
        "over a limit": "0",
        "refused tokens": "2",
    }
    assert 'role="img" aria-label="Calls by status, 14 January 2027, 09:00 to 15 January 2027, 09:00 UTC' in (
        page.answer.text
    )
    assert "As of 15 January 2027, 08:00:00 UTC; at most a second out of date." in page.text


def test_the_page_follows_its_own_content_security_policy(
    ada: Browser, base: str, authority: Authority, key: Key
) -> None:
    count(authority, key, 200, 1, origin="https://a.example")
    for path in (f"{base}/usage", f"{base}/quotas"):
        text = ada.open(path).answer.text
        assert not re.findall(r"\sstyle=|<style|\son[a-z]+=|<script(?! src=)", text)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("service", [["server_api", "6"]]),
        ("status", [["200", "5"], ["429", "1"]]),
        ("mapsId", [["maps.com.example.website", "4"], ["maps.com.example.app", "2"]]),
        ("origin", [["https://a.example", "3"], ["", "2"], ["https://b.example", "1"]]),
    ],
)
def test_calls_can_be_grouped_by_every_dimension(
    ada: Browser, base: str, authority: Authority, operator: Actor, team_id: TeamId, key: Key, by: str,
    expected: list[list[str]],
) -> None:  # fmt: skip
    app = a_key(authority, operator, team_id, "App")
    count(authority, key, 200, 3, origin="https://A.example")
    count(authority, key, 429, 1, origin="https://b.example")
    count(authority, app, 200, 2)
    assert [row[1:] for row in csv_of(ada, base, f"by={by}")[1:]] == expected
    by_key = csv_of(ada, base, "by=key&reach=year")[1:]
    assert by_key == [["2027-01", key.key_id, "4"], ["2027-01", app.key_id, "2"]]
    assert [row[0] for row in csv_of(ada, base, "by=key&reach=month")[1:]] == ["2027-01-15"] * 2


def test_a_filter_stays_in_every_link_of_the_page(
    ada: Browser, base: str, authority: Authority, operator: Actor, team_id: TeamId, key: Key
) -> None:
    app = a_key(authority, operator, team_id, "App")
    count(authority, key, 200, 3, origin="https://a.example")
    count(authority, key, 200, 4)
    count(authority, app, 404, 2, at=NOON - 26 * HOUR)
    page = ada.open(f"{base}/usage?key={key.key_id}&origin=https://A.example")
    assert table_of(page)[-1] == ["Total", "3", "3"]
    links = [unescape(link) for link in re.findall(rf'href="({base}/usage[^"]*)"', page.answer.text)]
    earlier = next(link for link in links if "until=2027-01-14T09" in link)
    assert f"key={key.key_id}" in earlier
    assert "origin=https%3A%2F%2Fa.example" in earlier
    assert ada.open(earlier).text.count("No calls in this period") == 1
    none = ada.open(f"{base}/usage?origin=(none)")
    assert table_of(none)[-1] == ["Total", "4", "4"]
    assert "Origin: no Origin header" in none.text
    before = ada.open(f"{base}/usage?until=2027-01-14T09:00Z")
    assert table_of(before)[-1] == ["Total", "2", "2"]
    assert "Later →" in before.text
    assert "Later →" not in page.text


def test_a_month_links_to_its_days(ada: Browser, base: str, authority: Authority, key: Key) -> None:
    count(authority, key, 200, 3, at=NOON - 48 * HOUR)
    page = ada.open(f"{base}/usage?reach=month&by=key")
    (day,) = re.findall(r'<th scope="row"><a href="([^"]*)">13 Jan</a>', page.answer.text)
    rows = table_of(ada.open(unescape(day)))
    assert rows[1][0] == "13 Jan, 00:00"
    assert rows[9] == ["13 Jan, 08:00", "3", "3"]
    year = ada.open(f"{base}/usage?reach=year")
    (month,) = re.findall(r'<th scope="row"><a href="([^"]*)">Jan 2027</a>', year.answer.text)
    assert "reach=month" in month


def test_refusals_have_a_reason_and_a_fix(ada: Browser, base: str, authority: Authority, key: Key) -> None:
    refuse(authority, key, "TOKEN_EXPIRED", 3)
    refuse(authority, key, "SIGNATURE_INVALID", 1, at=NOON - HOUR)
    page = ada.open(f"{base}/usage?show=refusals&status=200")  # by status refusals are not counted
    assert table_of(page)[-1] == ["Total", "3", "1", "4"]
    assert "The token has expired (TOKEN_EXPIRED)" in page.text
    assert '<a href="/docs/refusals#TOKEN_EXPIRED">What to do</a>' in page.answer.text
    assert csv_of(ada, base, "show=refusals&by=key")[1:] == [
        ["2027-01-15T07:00Z", key.key_id, "1"],
        ["2027-01-15T08:00Z", key.key_id, "3"],
    ]
    assert csv_of(ada, base, f"show=refusals&mapsId={key.maps_id}&reason=TOKEN_EXPIRED")[1:] == [
        ["2027-01-15T08:00Z", "TOKEN_EXPIRED", "3"]
    ]
    filtered = ada.open(f"{base}/usage?status=200")
    assert "Refusals are not counted by status or origin." in filtered.text


def test_values_beyond_the_columns_are_summed_on_the_page_and_listed_in_the_csv(
    ada: Browser, base: str, authority: Authority, key: Key
) -> None:
    for number in range(9):
        count(authority, key, 200, number + 1, origin=f"https://{number}.example")
    rows = table_of(ada.open(f"{base}/usage?by=origin"))
    assert rows[0][-2:] == ["all others", "Total"]
    assert rows[-1][-2:] == ["3", "45"]
    assert sum(int(row[2]) for row in csv_of(ada, base, "by=origin")[1:]) == 45
    assert len(csv_of(ada, base, "by=origin")) == 10


def test_an_origin_is_escaped_in_html_and_csv(ada: Browser, base: str, authority: Authority, key: Key) -> None:
    count(authority, key, 200, 1, origin=FORMULA)
    count(authority, key, 200, 1, origin="<script>alert(1)</script>")
    assert {row[1] for row in csv_of(ada, base, "by=origin")[1:]} == {
        f"'{FORMULA.lower()}",
        "<script>alert(1)</script>",
    }
    assert "<script>alert" not in ada.open(f"{base}/usage?by=origin").answer.text


def test_an_empty_page_says_what_to_do(ada: Browser, base: str, authority: Authority, operator: Actor, team_id: TeamId) -> None:  # fmt: skip
    empty = ada.open(f"{base}/usage")
    assert "No calls in this period Calls need a key: create one" in empty.text
    assert "No Maps ID, key or Maps token yet." in empty.text
    a_key(authority, operator, team_id, "Website")
    assert "Sign a token with Website and make a call" in ada.open(f"{base}/usage").text
    assert "Nothing matches the filter." in ada.open(f"{base}/usage?status=404").text
    assert "No refusals in this period" in ada.open(f"{base}/usage?show=refusals").text
    assert csv_of(ada, base) == [["start", "status", "calls"]]


def test_last_uses_of_keys_maps_ids_and_maps_tokens_are_shown(
    ada: Browser, base: str, authority: Authority, operator: Actor, team_id: TeamId, key: Key, clock: FixedClock
) -> None:
    authority.maps_tokens.create(
        operator, team_id=team_id, service=Service.SERVER_API, origins="example.com", description="Contact page"
    )
    count(authority, key, 200, 1, origin="https://a.example")
    clock.now = NOON + 2 * HOUR
    page = ada.open(f"{base}/usage")
    assert "Website " + key.key_id + " live 15 January 2027, 08:00:00 UTC 2 hours ago" in page.text
    assert "https://a.example 192.0.2.0/24" in page.text
    assert "Maps token: Contact page" in page.text
    assert "live never" in page.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("reach=week", "Parameter 'reach' must be one of day, month, year, for example 'day'; got 'week'."),
        ("by=colour", "Parameter 'by' must be one of service, status, key, mapsId, origin, for example 'status'"),
        ("show=refusals&by=origin", "Parameter 'by' must be one of reason, service, key, for example 'reason'"),
        ("show=all", "Parameter 'show' must be 'calls' or 'refusals', for example 'refusals'; got 'all'."),
        (
            "until=yesterday",
            "Parameter 'until' must be a whole hour of UTC, in a year from 2000 to 9000, for example '2026-11-23T16:00Z'",
        ),
        ("status=ok", "Parameter 'status' must be a status code of three digits, for example '429'; got 'ok'."),
        ("status=٢٠٠", "Parameter 'status' must be a status code of three digits"),
        ("service=maps", "Parameter 'service' must be one of mapkit_js"),
        ("key=%00", "Parameter 'key' must be up to 200 printable characters"),
        ("origin=" + "a" * 201, "Parameter 'origin' must be up to 200 printable characters"),
    ],
)
def test_an_invalid_parameter_is_explained(ada: Browser, base: str, query: str, said: str) -> None:
    for path in ("usage", "usage/export/csv"):
        page = ada.open(f"{base}/{path}?{query}")
        assert page.status == 400
        assert said in page.text


@pytest.mark.parametrize("query", ["until=2001-01-01T00:00Z&reach=year", "until=9000-01-01T00:00Z", "key=X&key=Y", "%ff=%fe"])  # fmt: skip
def test_an_unusual_but_valid_query_is_answered(ada: Browser, base: str, query: str) -> None:
    assert ada.open(f"{base}/usage?{query}").status == 200


def test_everyone_in_the_team_sees_its_usage_and_nobody_else(
    ada: Browser, base: str, authority: Authority, operator: Actor, as_role: Callable[[Role], Browser]
) -> None:
    other = authority.teams.create(operator, "Others").team_id
    viewer = as_role(Role.VIEWER)
    for path in ("usage", "usage/export/csv", "quotas"):
        assert viewer.open(f"{base}/{path}").status == 200
        assert viewer.open(f"/teams/{other}/{path}").status == 404
        assert ada.open(f"/teams/{other}/{path}").status == 404
        signed_out = Browser(authority).open(f"{base}/{path}?by=key", follow=False)
        assert signed_out.answer.headers["location"].startswith("/sign-in?next=")


@pytest.mark.parametrize(
    ("most", "step", "top"),
    [(0, 1, 1), (1, 1, 1), (4, 1, 4), (5, 2, 6), (8, 2, 8), (9, 5, 10), (20, 5, 20), (21, 10, 30), (1203, 500, 1500)],
)
def test_the_grid_lines_of_a_chart_are_round_numbers(most: int, step: int, top: int) -> None:
    assert scale_for(most) == (step, top)
