"""The operator's mark in the portal: it allows setting the limits of teams, and nothing else."""

import re
from collections.abc import Callable

import pytest

from authority.people_builders import PASSWORD, a_member
from conftest import NOON, FixedClock
from trigpoint.authority.opening import Authority
from trigpoint.base.ids import TeamId
from trigpoint.credentials.events import EventKind
from trigpoint.credentials.person import Person
from trigpoint.credentials.quota import Meter
from trigpoint.credentials.roles import Actor, Role
from web.portal.browsing import Browser, Page
from web.portal.conftest import sign_in


@pytest.fixture
def marked(authority: Authority, operator: Actor, person: Person) -> Person:
    """Ada, an operator."""
    return authority.people.mark_operator(operator, person.email, marked=True)


@pytest.fixture
def others(authority: Authority, operator: Actor) -> TeamId:
    """A team without Ada."""
    team = authority.teams.create(operator, "Others").team_id
    authority.maps_ids.register(operator, team_id=team, identifier="maps.com.others", description="Theirs")
    authority.quotas.set(operator, team, meter=Meter.SERVICE_CALLS, daily=7, maps_id="maps.com.others")
    return team


def own_limits(authority: Authority, operator: Actor, team_id: str) -> dict[str, int]:
    """The team's own limits that somebody set."""
    states = authority.quotas.show(operator, team_id)
    return {s.meter.value: s.most for s in states if s.account.subject.startswith("team:") and not s.is_default}


def set_limit(browser: Browser, page: Page, team_id: str, what: Meter, most: str) -> Page:
    """Fill in the form of one of the team's own limits, and send it."""
    address = f"/teams/{team_id}/quotas"
    form = next(form for form in page.forms if form.action == address and ("what", what.value) in form.fields)
    return browser.post(*form.fill({"most": most}))


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize("mine", [True, False])
def test_an_operator_sets_and_removes_the_limits_of_a_team(
    ada: Browser, authority: Authority, operator: Actor, team_id: TeamId, others: TeamId, *, mine: bool
) -> None:
    team = team_id if mine else others
    page = ada.open(f"/teams/{team}/quotas")
    assert "You set these limits as an operator of this installation" in page.text
    assert "Reset to the default" not in page.text
    page = set_limit(ada, page, team, Meter.SERVICE_CALLS, "100000")
    assert "The limit was set. It applies at once." in page.text
    page = set_limit(ada, page, team, Meter.MAP_VIEWS, "0")
    assert "0 of 100,000 used (0 %), 100,000 left" in page.text
    assert own_limits(authority, operator, team) == {"service_calls": 100_000, "map_views": 0}
    event = authority.audit.events(operator, team_id=team, kind=EventKind.QUOTA_SET.value, limit=1)[0]
    assert (event.actor, event.subject) == ("ada@example.com", f"team:{team}")
    assert "Reset to the default: 25,000 service calls per day" in page.text
    page = ada.press(page, f"/teams/{team}/quotas/remove", holder=f"team:{team}", what="service_calls")
    assert "The limit was reset to the default. This applies at once." in page.text
    assert own_limits(authority, operator, team) == {"map_views": 0}


@pytest.mark.parametrize("role", [None, Role.ADMIN, Role.DEVELOPER, Role.VIEWER])
def test_a_member_who_is_no_operator_sees_the_limits_and_who_changes_them(
    ada: Browser, base: str, authority: Authority, operator: Actor, team_id: TeamId,
    as_role: Callable[[Role], Browser], role: Role | None,
) -> None:  # fmt: skip
    member = ada if role is None else as_role(role)
    page = member.open(f"{base}/quotas")
    assert "Service calls per day the default 0 of 25,000 used" in page.text
    assert "Only an operator can change the limits of the team: on this page" in page.text
    assert not re.search(r'name="holder" value="team:', page.answer.text)
    for path in ("", "/remove"):
        fields = [*token_of(member), ("holder", f"team:{team_id}"), ("what", "service_calls"), ("most", "5")]
        refused = member.post(f"{base}/quotas{path}", fields)
        assert (refused.status, "may not change quotas" in refused.text) == (403, True)
    assert own_limits(authority, operator, team_id) == {}


def token_of(browser: Browser) -> list[tuple[str, str]]:
    """The hidden token of the forms of a session."""
    return [pair for pair in browser.open("/account").forms[0].fields if pair[0] == "form_token"]


def test_for_a_person_outside_the_team_its_limits_do_not_exist(
    ada: Browser, authority: Authority, operator: Actor, others: TeamId
) -> None:
    assert ada.open(f"/teams/{others}/quotas").status == 404
    for path in ("", "/remove"):
        fields = [*token_of(ada), ("holder", f"team:{others}"), ("what", "service_calls"), ("most", "5")]
        assert ada.post(f"/teams/{others}/quotas{path}", fields).status == 404
    assert own_limits(authority, operator, others) == {}


@pytest.mark.usefixtures("marked")
def test_the_mark_gives_access_to_no_other_page_of_a_team(ada: Browser, base: str, others: TeamId) -> None:
    page = ada.open(f"/teams/{others}/quotas")
    assert (page.status, "Quotas of Others" in page.text) == (200, True)
    assert "You are not a member of this team, and can see nothing else of it." in page.text
    assert "maps.com.others" not in page.answer.text
    links = set(re.findall(rf'href="(/teams/{others}[^"]*)"', page.answer.text))
    assert links == set()
    pages = re.findall(rf'<a href="{base}(/[\w-]*)"', ada.open(base).answer.text)
    assert {"/keys", "/usage", "/activity", "/webhooks", "/members"} <= set(pages)
    for path in ("", *pages):
        assert ada.open(f"/teams/{others}{path}").status == 404, path
    assert ada.open("/teams/NOBODYSONE/quotas").status == 404


@pytest.mark.usefixtures("marked")
def test_within_a_team_the_mark_changes_nothing(
    ada: Browser, authority: Authority, operator: Actor, base: str, team_id: TeamId, others: TeamId
) -> None:
    viewer = a_member(authority, team_id, Role.VIEWER)
    authority.people.mark_operator(operator, viewer.email, marked=True)
    authority.maps_ids.register(operator, team_id=team_id, identifier="maps.com.mine", description="Mine")
    page = sign_in(browser := Browser(authority), viewer.email).open(f"{base}/quotas")
    assert "An Admin of the team can set limits of Maps IDs and keys." in page.text
    fields = [*token_of(browser), ("what", "service_calls"), ("most", "5")]
    mine = browser.post(f"{base}/quotas", [*fields, ("holder", "maps_id:maps.com.mine")])
    assert (mine.status, "The role Viewer may not register, edit or remove Maps IDs" in mine.text) == (403, True)
    theirs = ada.post(f"/teams/{others}/quotas", [*token_of(ada), *fields[1:], ("holder", "maps_id:maps.com.others")])
    assert (theirs.status, "not a member of the team may not" in theirs.text) == (403, True)


@pytest.mark.usefixtures("marked")
def test_a_removed_mark_is_ineffective_from_the_next_request_on(
    ada: Browser, authority: Authority, operator: Actor, person: Person, team_id: TeamId, others: TeamId
) -> None:
    pages = {team: ada.open(f"/teams/{team}/quotas") for team in (team_id, others)}
    authority.people.mark_operator(operator, person.email, marked=False)
    statuses = [set_limit(ada, page, team, Meter.SERVICE_CALLS, "5").status for team, page in pages.items()]
    assert statuses == [403, 404]
    assert own_limits(authority, operator, team_id) == own_limits(authority, operator, others) == {}


@pytest.mark.usefixtures("marked")
def test_an_operator_sets_a_limit_after_recently_confirming_their_identity(
    ada: Browser, authority: Authority, operator: Actor, others: TeamId, clock: FixedClock
) -> None:
    page = ada.open(f"/teams/{others}/quotas")
    clock.now = NOON + 601
    asked = set_limit(ada, page, others, Meter.SERVICE_CALLS, "5")
    assert "Confirm your identity" in asked.text
    assert own_limits(authority, operator, others) == {}
    form = next(form for form in asked.forms if ("most", "5") in form.fields)
    done = ada.press(asked, form.action, password_again=PASSWORD)
    assert "The limit was set." in done.text
    clock.now += 601
    again = ada.press(done, f"/teams/{others}/quotas/remove", holder=f"team:{others}", what="service_calls")
    assert "Confirm your identity" in again.text
    assert own_limits(authority, operator, others) == {"service_calls": 5}


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize(
    ("most", "said"),
    [
        ("", "It must be a number of calls"),
        ("-5", "It must be a number of calls"),
        ("1000000000001", "It must be a number from 0 to 1,000,000,000,000."),
    ],
)
def test_an_invalid_number_is_explained_at_its_field(
    ada: Browser, base: str, authority: Authority, operator: Actor, team_id: TeamId, most: str, said: str
) -> None:
    page = set_limit(ada, ada.open(f"{base}/quotas"), team_id, Meter.MAP_VIEWS, most)
    assert page.status == 400
    assert re.search(rf'value="{most}" aria-invalid="true" aria-describedby="most-map_views-wrong"', page.answer.text)
    assert page.answer.text.count('role="alert"') == 1
    assert said in page.text
    assert own_limits(authority, operator, team_id) == {}


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize("path", ["", "/remove"])
@pytest.mark.parametrize(("holder", "what", "status"), [("team:OTHERTEAM1", "service_calls", 404), ("team:", "map_views", 404), ("own", "calls_a_minute", 400), ("own", "colours", 400)])  # fmt: skip
def test_a_limit_that_no_team_has_is_refused(
    ada: Browser, base: str, authority: Authority, operator: Actor, team_id: TeamId, path: str, holder: str, what: str,
    status: int,
) -> None:  # fmt: skip
    named = f"team:{team_id}" if holder == "own" else holder
    fields = [*token_of(ada), ("holder", named), ("what", what), ("most", "5")]
    assert ada.post(f"{base}/quotas{path}", fields).status == status
    assert own_limits(authority, operator, team_id) == {}


def test_the_account_page_shows_the_operators_mark(
    ada: Browser, authority: Authority, operator: Actor, person: Person
) -> None:
    words = "You are an operator of this installation"
    assert words not in ada.open("/account").text
    authority.people.mark_operator(operator, person.email, marked=True)
    assert words in ada.open("/account").text
