"""The operator's mark lets a person set the limits of every team, and nothing else; on both databases."""

import pytest

from authority.people_builders import VISITOR, a_member, actor_of, team_of, the_first_person
from conftest import FixedClock
from trigpoint.authority.opening import Authority
from trigpoint.base.errors import ForbiddenError, InvalidError, NotFoundError
from trigpoint.base.ids import TeamId
from trigpoint.credentials.events import EventKind
from trigpoint.credentials.person import Person
from trigpoint.credentials.quota import DEFAULT_LIMITS, Meter
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.session import AGE_LIMIT_S

CALLS = Meter.SERVICE_CALLS


@pytest.fixture
def ada(authority: Authority) -> Person:
    return the_first_person(authority)


@pytest.fixture
def others(authority: Authority, operator: Actor) -> TeamId:
    """A team that Ada is not a member of, with limits within it."""
    team = authority.teams.create(operator, "Others").team_id
    authority.maps_ids.register(operator, team_id=team, identifier="maps.com.others", description="Theirs")
    authority.quotas.set(operator, team, meter=CALLS, daily=9, maps_id="maps.com.others")
    return team


def limit_of(authority: Authority, actor: Actor, team_id: str) -> tuple[int, bool]:
    state = next(state for state in authority.quotas.show(actor, team_id) if state.meter is CALLS)
    return state.most, state.is_default


def test_giving_and_removing_the_mark_are_in_the_ledger(authority: Authority, operator: Actor, ada: Person) -> None:
    assert not ada.is_operator
    given = authority.people.mark_operator(operator, "ADA@example.com", marked=True)
    assert (given.is_operator, given.version) == (True, ada.version + 1)
    assert authority.people.get(ada.person_id) == given
    taken = authority.people.mark_operator(operator, ada.email, marked=False)
    assert authority.people.get(ada.person_id) == taken
    assert not taken.is_operator
    told = [entry for entry in authority.audit.events(operator) if entry.kind.startswith("operator.")]
    assert [(entry.kind, entry.actor, entry.subject, entry.team_id, entry.details) for entry in told] == [
        ("operator.removed", "operator:test", "ada@example.com", None, {"name": "Ada Lovelace"}),
        ("operator.added", "operator:test", "ada@example.com", None, {"name": "Ada Lovelace"}),
    ]
    assert authority.audit.verify().holds


@pytest.mark.parametrize("marked", [True, False])
def test_a_change_that_changes_nothing_is_no_event(
    authority: Authority, operator: Actor, ada: Person, *, marked: bool
) -> None:
    if marked:
        authority.people.mark_operator(operator, ada.email, marked=True)
    before = authority.audit.verify().head
    assert authority.people.mark_operator(operator, ada.email, marked=marked).is_operator is marked
    assert authority.audit.verify().head == before


def test_only_the_operator_gives_the_mark_and_a_person_with_it_may_not(
    authority: Authority, operator: Actor, ada: Person
) -> None:
    authority.people.mark_operator(operator, ada.email, marked=True)
    for actor in (actor_of(authority, ada), Actor("eve@example.com")):
        for marked in (True, False):
            with pytest.raises(ForbiddenError, match="Only the operator may make somebody an operator"):
                authority.people.mark_operator(actor, ada.email, marked=marked)
    assert authority.people.get(ada.person_id).is_operator


def test_the_mark_needs_an_existing_person(authority: Authority, operator: Actor) -> None:
    with pytest.raises(NotFoundError, match=r"There is no account with the address eve@example\.com"):
        authority.people.mark_operator(operator, "eve@example.com", marked=True)
    with pytest.raises(InvalidError, match="Parameter 'email' must be an e-mail address"):
        authority.people.mark_operator(operator, "eve", marked=True)


def test_a_person_with_the_mark_sets_and_removes_the_limits_of_a_team(
    authority: Authority, operator: Actor, ada: Person, others: TeamId
) -> None:
    authority.people.mark_operator(operator, ada.email, marked=True)
    marked = actor_of(authority, ada)
    for team in (team_of(authority, ada), others):
        authority.quotas.set(marked, team, meter=CALLS, daily=1_000)
        assert limit_of(authority, marked, team) == (1_000, False)
        event = authority.audit.events(operator, team_id=team, kind=EventKind.QUOTA_SET.value, limit=1)[0]
        assert (event.actor, event.subject, event.details) == (
            "ada@example.com", f"team:{team}", {"meter": "service_calls", "daily": 1_000, "before": None}
        )  # fmt: skip
        authority.quotas.set(marked, team, meter=CALLS, daily=None)
        assert limit_of(authority, marked, team) == (DEFAULT_LIMITS[CALLS], True)


def test_of_other_teams_they_see_only_the_limits_of_the_team(
    authority: Authority, operator: Actor, ada: Person, others: TeamId
) -> None:
    authority.people.mark_operator(operator, ada.email, marked=True)
    marked = actor_of(authority, ada)
    assert authority.quotas.find_team(marked, others).name == "Others"
    assert [state.account.subject for state in authority.quotas.show(marked, others)] == [f"team:{others}"] * len(Meter)
    assert len(authority.quotas.show(operator, others)) == len(Meter) + 1
    assert [team.team_id for team in authority.teams.list(marked)] == [team_of(authority, ada)]
    for ask in (
        lambda: authority.teams.get(marked, others),
        lambda: authority.keys.list(marked, team_id=others),
        lambda: authority.audit.events(marked, team_id=others),
        lambda: authority.quotas.set(marked, others, meter=CALLS, daily=1, maps_id="maps.com.others"),
        lambda: authority.quotas.find_team(marked, "NOBODYSONE"),
    ):
        with pytest.raises(NotFoundError, match="There is no "):
            ask()
    with pytest.raises(ForbiddenError, match="Only the operator may list all accounts"):
        authority.people.list(marked)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.DEVELOPER, Role.VIEWER])
def test_a_member_without_the_mark_changes_no_limit_of_the_team(authority: Authority, ada: Person, role: Role) -> None:
    team = team_of(authority, ada)
    member = actor_of(authority, a_member(authority, team, role))
    assert limit_of(authority, member, team) == (DEFAULT_LIMITS[CALLS], True)
    with pytest.raises(ForbiddenError, match=f"The role {role.words} may not change quotas"):
        authority.quotas.set(member, team, meter=CALLS, daily=1)


def test_a_person_without_the_mark_does_not_learn_that_a_team_exists(
    authority: Authority, ada: Person, others: TeamId
) -> None:
    for ask in (authority.quotas.show, authority.quotas.find_team):
        with pytest.raises(NotFoundError, match=f"There is no team with the Team ID {others}"):
            ask(actor_of(authority, ada), others)


def test_a_change_of_the_mark_applies_to_running_sessions(authority: Authority, operator: Actor, ada: Person) -> None:
    session = authority.sessions.begin(ada.person_id, VISITOR, method="password")

    def may() -> bool:
        found = authority.sessions.find(session.secret)
        assert found is not None
        return found.actor.everywhere != frozenset()

    assert not may()
    authority.people.mark_operator(operator, ada.email, marked=True)
    assert may()
    authority.people.rename(ada.person_id, name="Ada King")  # another edit keeps it
    assert may()
    authority.people.mark_operator(operator, ada.email, marked=False)
    assert not may()


def test_a_personal_api_token_does_not_have_the_mark_of_its_owner(
    authority: Authority, operator: Actor, ada: Person, clock: FixedClock
) -> None:
    authority.people.mark_operator(operator, ada.email, marked=True)
    team, marked = team_of(authority, ada), actor_of(authority, ada)
    issued = authority.api_tokens.create(
        marked,
        name="Mine",
        team_id=team,
        role=Role.ADMIN,
        owner=ada.email,
        expires_at=int(clock.now + AGE_LIMIT_S) * 1000,
    )
    with pytest.raises(ForbiddenError, match="The role Admin may not change quotas"):
        authority.quotas.set(authority.api_tokens.authenticate(issued.token).actor, team, meter=CALLS, daily=1)
    with pytest.raises(ForbiddenError, match="Only the operator may create an API token of the whole installation"):
        authority.api_tokens.create(marked, name="All", team_id=None, role=None)
