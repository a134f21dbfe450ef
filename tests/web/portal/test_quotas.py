"""The quotas page: used and remaining calls, alarms, and who may set a limit."""

import re
from collections.abc import Callable

import pytest

from authority.people_builders import PASSWORD
from conftest import NOON, FixedClock
from known_keys import known
from trigpoint.authority.opening import Authority
from trigpoint.base.ids import TeamId
from trigpoint.credentials.call import Call
from trigpoint.credentials.events import EventKind
from trigpoint.credentials.key import Key
from trigpoint.credentials.quota import Meter, Period, key_account, team_account
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.services import Service
from web.portal.browsing import Browser

MAPS_ID = "maps.com.Example.site"


@pytest.fixture
def key(authority: Authority, operator: Actor, team_id: TeamId) -> Key:
    authority.maps_ids.register(operator, team_id=team_id, identifier=MAPS_ID, description="Site")
    key = authority.keys.create(operator, team_id=team_id, name="Website", maps_id=MAPS_ID)
    authority._memory.refresh()
    return key


def count(authority: Authority, key: Key, calls: int, status: int = 200) -> None:
    for _ in range(calls):
        authority._tally.count(known(authority, key.key_id), Call(Service.SERVER_API, None, NOON), status)
    authority._tally.flush()


def limits(authority: Authority, operator: Actor, team_id: TeamId) -> dict[str, int]:
    states = authority.quotas.show(operator, team_id)
    return {
        f"{state.account.subject} {state.meter.value} {state.account.period.name}": state.most
        for state in states
        if not state.is_default
    }


def test_used_and_remaining_calls_of_each_limit_are_shown(
    ada: Browser, base: str, authority: Authority, operator: Actor, team_id: TeamId, key: Key
) -> None:
    authority.quotas.set(operator, team_id, meter=Meter.SERVICE_CALLS, daily=1_000, maps_id=MAPS_ID)
    authority.quotas.set_calls_a_minute(operator, key.key_id, most=60)
    count(authority, key, 300)
    count(authority, key, 9, status=429)  # they spent nothing
    page = ada.open(f"{base}/quotas")
    assert "Service calls per day the default 300 of 25,000 used (1 %), 24,700 left" in page.text
    assert "Map views per day the default 0 of 250,000 used (0 %), 250,000 left" in page.text
    assert f"Maps ID {MAPS_ID} 1,000 service calls per day 300 (30 %) 700 Show calls" in page.text
    assert f"Website {key.key_id} 60 service calls per minute 0 (0 %) reserved in this minute 60" in page.text
    assert "Daily limits reset at 00:00 UTC." in page.text
    assert f'href="{base}/usage?mapsId={MAPS_ID}"' in page.answer.text
    assert f"trigpoint quota set --team {team_id} --service-calls" in page.text


@pytest.mark.parametrize(
    ("calls", "said", "colour"),
    [
        (49, "", "calm"),
        (50, "50 % used: 50 of 100 service calls per day of the key Website", "half"),
        (79, "79 % used: 79 of 100", "half"),
        (80, "80 % used: 80 of 100", "high"),
        (99, "99 % used: 99 of 100", "high"),
        (100, "Used up: 100 of 100", "out"),
    ],
)
def test_alarms_at_50_80_and_100_percent_are_shown_on_the_relevant_pages(
    ada: Browser, base: str, authority: Authority, operator: Actor, team_id: TeamId, key: Key, calls: int, said: str,
    colour: str,
) -> None:  # fmt: skip
    authority.quotas.set(operator, team_id, meter=Meter.SERVICE_CALLS, daily=100, key_id=key.key_id)
    count(authority, key, calls)
    for path in ("", "/usage", "/quotas"):
        page = ada.open(base + path)
        assert ('role="status"><strong>' in page.answer.text) == bool(said)
        assert said in page.text
    assert f'<rect class="{colour}"' in ada.open(f"{base}/quotas").answer.text
    assert "Further calls get status 429 until 00:00 UTC." in ada.open(base).text or calls < 100


def test_a_limit_whose_blocks_are_all_taken_has_nothing_left(
    ada: Browser, base: str, authority: Authority, team_id: TeamId, key: Key
) -> None:
    account = team_account(team_id, Meter.SERVICE_CALLS)
    authority._store.usage.take(account, window=int(NOON // 86_400), wanted=500, limit=25_000)
    count(authority, key, 20)
    assert "20 of 25,000 used (0 %), 24,980 left Servers have reserved another 480" in ada.open(f"{base}/quotas").text
    minute = key_account(key.key_id, Meter.SERVICE_CALLS, Period.MINUTE)
    authority.quotas.set_calls_a_minute(Actor.as_operator("test"), key.key_id, most=2)
    for _ in range(2):
        authority._store.usage.take(minute, window=int(NOON // 60), wanted=1, limit=2)
    assert "2 (100 %) reserved in this minute 0" in ada.open(f"{base}/quotas").text


def test_limits_are_set_and_removed(
    ada: Browser, base: str, authority: Authority, operator: Actor, team_id: TeamId, key: Key
) -> None:
    def set_limit(holder: str, what: str, most: str) -> str:
        page = ada.press(ada.open(f"{base}/quotas"), f"{base}/quotas", holder=holder, what=what, most=most)
        assert page.status == 200, page.text
        return page.text

    assert "The limit was set. It applies at once." in set_limit(f"maps_id:{MAPS_ID}", "service_calls", "500")
    set_limit(f"key:{key.key_id}", "map_views", "0")
    set_limit(f"key:{key.key_id}", "calls_a_minute", "60")
    subject = f"maps_id:{MAPS_ID.lower()}"
    assert limits(authority, operator, team_id) == {
        f"{subject} service_calls DAY": 500,
        f"key:{key.key_id} map_views DAY": 0,
        f"key:{key.key_id} service_calls MINUTE": 60,
    }
    event = authority.audit.events(operator, team_id=team_id, kind=EventKind.QUOTA_SET.value, limit=1)[0]
    assert event.actor == "ada@example.com"
    for holder, what in ((f"maps_id:{MAPS_ID}", "service_calls"), (f"key:{key.key_id}", "calls_a_minute")):
        page = ada.press(ada.open(f"{base}/quotas"), f"{base}/quotas/remove", holder=holder, what=what)
        assert "The limit was removed." in page.text
    assert limits(authority, operator, team_id) == {f"key:{key.key_id} map_views DAY": 0}


@pytest.mark.parametrize(
    ("holder", "what", "most", "said"),
    [
        ("key:{key}", "service_calls", "", "It must be a number of calls"),
        ("key:{key}", "service_calls", "-5", "It must be a number of calls"),
        ("key:{key}", "service_calls", "9999999999999999", "It must be a number of calls"),
        ("key:{key}", "service_calls", "999999999999999", "It must be a number from 0 to 1,000,000,000,000."),
        ("key:{key}", "colours", "5", "Choose what is limited."),
        ("", "service_calls", "5", "Choose a Maps ID or a key."),
        (f"maps_id:{MAPS_ID}", "calls_a_minute", "5", "Only keys have a limit per minute"),
    ],
)
def test_an_invalid_limit_is_explained_at_its_field(
    ada: Browser, base: str, authority: Authority, operator: Actor, team_id: TeamId, key: Key, holder: str, what: str,
    most: str, said: str,
) -> None:  # fmt: skip
    named = holder.format(key=key.key_id)
    page = ada.press(ada.open(f"{base}/quotas"), f"{base}/quotas", holder=named, what=what, most=most)
    assert page.status == 400
    assert said in page.text
    assert f'value="{most}"' in page.answer.text
    assert limits(authority, operator, team_id) == {}


@pytest.mark.parametrize("holder", ["key:AAAAAAAAAA", "key:", "maps_id:maps.com.nobody", "key:{other}", "maps_id:maps.com.others"])  # fmt: skip
@pytest.mark.parametrize("path", ["", "/remove"])
@pytest.mark.usefixtures("key")
def test_a_limit_cannot_be_set_for_another_teams_key(
    ada: Browser, base: str, authority: Authority, operator: Actor, holder: str, path: str
) -> None:
    others = authority.teams.create(operator, "Others").team_id
    authority.maps_ids.register(operator, team_id=others, identifier="maps.com.others", description="Theirs")
    other = authority.keys.create(operator, team_id=others, name="Theirs", maps_id="maps.com.others")
    for what in ("service_calls", "calls_a_minute") if holder.startswith("key:") else ("service_calls",):
        fields = {"holder": holder.format(other=other.key_id), "what": what, "most": "5"}
        page = ada.post(f"{base}/quotas{path}", [*token_of(ada, base), *fields.items()])
        assert page.status == 404, page.text
    assert limits(authority, operator, others) == {}


def token_of(browser: Browser, base: str) -> list[tuple[str, str]]:
    """The hidden token of a form."""
    return [pair for pair in browser.open(f"{base}/quotas").forms[0].fields if pair[0] == "form_token"]


@pytest.mark.parametrize("role", [Role.DEVELOPER, Role.VIEWER])
def test_only_admins_set_and_remove_limits(
    base: str, authority: Authority, operator: Actor, team_id: TeamId, key: Key, as_role: Callable[[Role], Browser],
    role: Role,
) -> None:  # fmt: skip
    authority.quotas.set(operator, team_id, meter=Meter.SERVICE_CALLS, daily=7, key_id=key.key_id)
    member = as_role(role)
    page = member.open(f"{base}/quotas")
    assert "An Admin of the team can set limits" in page.text
    assert not re.search(rf'action="{base}/quotas', page.answer.text)
    for path, holder in (("", f"key:{key.key_id}"), ("/remove", f"key:{key.key_id}"), ("", f"maps_id:{MAPS_ID}")):
        fields = [*token_of(member, base), ("holder", holder), ("what", "service_calls"), ("most", "5")]
        assert member.post(f"{base}/quotas{path}", fields).status == 403
    assert limits(authority, operator, team_id) == {f"key:{key.key_id} service_calls DAY": 7}


def test_setting_a_limit_needs_a_recent_confirmation_of_identity(
    ada: Browser, base: str, authority: Authority, operator: Actor, team_id: TeamId, key: Key, clock: FixedClock
) -> None:
    page = ada.open(f"{base}/quotas")
    clock.now = NOON + 601
    asked = ada.press(page, f"{base}/quotas", holder=f"key:{key.key_id}", what="service_calls", most="5")
    assert "Confirm your identity" in asked.text
    assert limits(authority, operator, team_id) == {}
    form = next(form for form in asked.forms if ("most", "5") in form.fields)
    done = ada.press(asked, form.action, password_again=PASSWORD)
    assert "The limit was set." in done.text
    assert limits(authority, operator, team_id) == {f"key:{key.key_id} service_calls DAY": 5}
