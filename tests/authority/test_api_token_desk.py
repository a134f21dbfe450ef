"""API tokens and idempotency keys, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from conftest import NOON, FixedClock
from trigpoint.authority.opening import Authority
from trigpoint.base.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, StaleError
from trigpoint.base.ids import TeamId
from trigpoint.credentials.api_token import is_api_token
from trigpoint.credentials.key import Key
from trigpoint.credentials.once import KeyReusedError, Once, RepeatedError
from trigpoint.credentials.person import Membership, Person, PersonId
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.team import Team
from trigpoint.credentials.verdict import RefusedError

MAPS_ID = "maps.com.mycompany.mywebsite"
ONCE = Once("api-token:1", "key-1", "hash-1")


@pytest.fixture
def team(authority: Authority, operator: Actor) -> Team:
    return authority.teams.create(operator, "My Company")


def member(team: Team, role: Role, name: str = "person:1") -> Actor:
    return Actor(name, roles={team.team_id: role})


def reason_of(authority: Authority, token: str) -> str:
    with pytest.raises(RefusedError) as refused:
        authority.api_tokens.authenticate(token)
    return refused.value.reason.code


def test_a_token_acts_in_its_team_with_its_role(authority: Authority, operator: Actor, team: Team) -> None:
    issued = authority.api_tokens.create(operator, name="Deploy", team_id=team.team_id, role=Role.ADMIN)
    assert is_api_token(issued.token)
    assert issued.token not in repr(issued)
    holder = authority.api_tokens.authenticate(issued.token)
    assert holder.actor == Actor(f"api-token:{issued.record.token_id}", roles={team.team_id: Role.ADMIN})
    assert issued.record.expires_at == (NOON + 90 * 86_400) * 1000


def test_the_token_itself_is_not_stored(authority: Authority, operator: Actor, team: Team) -> None:
    issued = authority.api_tokens.create(operator, name="Deploy", team_id=team.team_id, role=Role.ADMIN)
    with authority._store.read() as reader:
        kept = repr(reader.api_tokens.find(issued.record.token_id)) + repr(list(reader.entries()))
    assert issued.token not in kept
    assert issued.record.start == issued.token[:7]


def test_a_revoked_or_expired_token_is_refused(
    authority: Authority, operator: Actor, team: Team, clock: FixedClock
) -> None:
    tokens = [authority.api_tokens.create(operator, name=name, team_id=team.team_id, role=Role.VIEWER) for name in "AB"]
    revoked = authority.api_tokens.revoke(operator, tokens[0].record.token_id)
    assert (revoked.revoked_at, revoked.revoked_by) == (NOON * 1000, "operator:test")
    assert reason_of(authority, tokens[0].token) == "API_TOKEN_REVOKED"
    with pytest.raises(ConflictError, match="was revoked already on 15 January 2027"):
        authority.api_tokens.revoke(operator, tokens[0].record.token_id)
    clock.now += 90 * 86_400 - 0.001
    authority.api_tokens.authenticate(tokens[1].token)
    clock.now += 0.001
    assert reason_of(authority, tokens[1].token) == "API_TOKEN_EXPIRED"
    assert reason_of(authority, "tp_" + "0" * 33 + "0PUU43") == "API_TOKEN_UNKNOWN"
    assert reason_of(authority, tokens[1].token[:-1]) == "API_TOKEN_MALFORMED"


def test_the_last_use_is_recorded_once_a_minute(
    authority: Authority, operator: Actor, team: Team, clock: FixedClock
) -> None:
    issued = authority.api_tokens.create(operator, name="Deploy", team_id=team.team_id, role=Role.ADMIN)
    uses = []
    for seconds in (0.0, 59.999, 0.001):
        clock.now += seconds
        authority.api_tokens.authenticate(issued.token)
        uses.append(authority.api_tokens.get(operator, issued.record.token_id).last_used_at)
    assert uses == [NOON * 1000, NOON * 1000, (NOON + 60) * 1000]


def test_only_the_operator_creates_a_token_of_the_installation(
    authority: Authority, operator: Actor, team: Team
) -> None:
    issued = authority.api_tokens.create(operator, name="Terraform", team_id=None, role=None)
    assert authority.api_tokens.authenticate(issued.token).actor.operator
    with pytest.raises(ForbiddenError, match="Only the operator may create an API token of the whole installation"):
        authority.api_tokens.create(member(team, Role.ACCOUNT_HOLDER), name="Mine", team_id=None, role=None)
    with pytest.raises(InvalidError, match="'role' must be given if a team is given, and only then"):
        authority.api_tokens.create(operator, name="Half", team_id=team.team_id, role=None)


@pytest.mark.parametrize("role", [Role.DEVELOPER, Role.VIEWER])
def test_only_admins_make_service_tokens(authority: Authority, team: Team, role: Role) -> None:
    with pytest.raises(ForbiddenError, match=f"The role {role.words} may not create or revoke the team's API tokens"):
        authority.api_tokens.create(member(team, role), name="Mine", team_id=team.team_id, role=Role.VIEWER)


def test_nobody_creates_a_token_with_a_higher_role_than_their_own(authority: Authority, team: Team) -> None:
    admin = member(team, Role.ADMIN)
    authority.api_tokens.create(admin, name="Same", team_id=team.team_id, role=Role.ADMIN)
    with pytest.raises(ForbiddenError, match="The role Admin may not give an API token the role Account Holder"):
        authority.api_tokens.create(admin, name="More", team_id=team.team_id, role=Role.ACCOUNT_HOLDER)


def test_a_personal_token_is_made_by_its_owner(authority: Authority, operator: Actor, team: Team) -> None:
    viewer = member(team, Role.VIEWER)
    issued = authority.api_tokens.create(viewer, name="Mine", team_id=team.team_id, role=Role.VIEWER, owner="person:1")
    assert authority.api_tokens.list(viewer) == [issued.record]
    assert authority.api_tokens.list(member(team, Role.DEVELOPER, "person:2")) == []
    assert authority.api_tokens.list(member(team, Role.ADMIN, "person:3")) == [issued.record]
    for actor, owner in ((operator, "person:1"), (viewer, "person:2")):
        with pytest.raises(ForbiddenError, match="Only its owner may create a personal API token"):
            authority.api_tokens.create(actor, name="Not", team_id=team.team_id, role=Role.VIEWER, owner=owner)


def test_a_personal_token_follows_its_owners_membership(authority: Authority, team: Team) -> None:
    ada = PersonId("ADA0000001")
    with authority._store.change() as change:
        change.people.add(Person(ada, "ada@example.com", "Ada", 0), password_hash=None)
        change.people.add_membership(Membership(team.team_id, ada, Role.ADMIN, 0, "system"))
    admin = member(team, Role.ADMIN, "ada@example.com")
    issued = authority.api_tokens.create(
        admin, name="Mine", team_id=team.team_id, role=Role.ADMIN, owner="ada@example.com"
    )
    assert authority.api_tokens.authenticate(issued.token).actor.roles == {team.team_id: Role.ADMIN}
    with authority._store.change() as change:
        change.people.put_membership(Membership(team.team_id, ada, Role.VIEWER, 0, "system", 2))
    assert authority.api_tokens.authenticate(issued.token).actor.roles == {team.team_id: Role.VIEWER}
    with authority._store.change() as change:
        change.people.remove_membership(team.team_id, ada)
    assert reason_of(authority, issued.token) == "API_TOKEN_OWNER_GONE"


def test_a_token_that_the_actor_may_not_see_is_not_found(authority: Authority, operator: Actor, team: Team) -> None:
    issued = authority.api_tokens.create(operator, name="Deploy", team_id=team.team_id, role=Role.VIEWER)
    strangers = (
        Actor("person:9", roles={TeamId("OTHERTEAM1"): Role.ACCOUNT_HOLDER}),
        member(team, Role.DEVELOPER),
        member(team, Role.VIEWER),
    )
    for stranger in strangers:
        with pytest.raises(NotFoundError, match="There is no API token with the ID"):
            authority.api_tokens.revoke(stranger, issued.record.token_id)
    authority.api_tokens.revoke(member(team, Role.ADMIN), issued.record.token_id)


def test_creation_and_revocation_are_in_the_ledger(authority: Authority, operator: Actor, team: Team) -> None:
    issued = authority.api_tokens.create(operator, name="Deploy", team_id=team.team_id, role=Role.VIEWER)
    authority.api_tokens.revoke(operator, issued.record.token_id)
    entries = authority.audit.events(operator, subject=issued.record.token_id)
    assert [entry.kind for entry in entries] == ["api_token.revoked", "api_token.created"]
    assert entries[1].details["role"] == "viewer"
    assert authority.audit.verify().holds


def create_key(authority: Authority, operator: Actor, team: Team, once: Once, name: str = "Website") -> Key:
    return authority.keys.create(operator, team_id=team.team_id, name=name, maps_id=MAPS_ID, once=once)


def test_two_requests_with_one_idempotency_key_create_one_object(
    authority: Authority, operator: Actor, team: Team, clock: FixedClock
) -> None:
    authority.maps_ids.register(operator, team_id=team.team_id, identifier=MAPS_ID, description="Site")
    key = create_key(authority, operator, team, ONCE)
    with pytest.raises(RepeatedError, match=f"has created {key.key_id}") as repeated:
        create_key(authority, operator, team, ONCE)
    assert repeated.value.subject == key.key_id
    with pytest.raises(KeyReusedError, match="'key-1' was used before, for another request"):
        create_key(authority, operator, team, replace(ONCE, fingerprint="hash-2"), "Other")
    create_key(authority, operator, team, replace(ONCE, actor="api-token:2"), "Other")
    assert len(authority.keys.list(operator)) == 2
    clock.now += 86_400.001
    authority.maps_ids.register(
        operator, team_id=team.team_id, identifier="maps.com.second", description="Two", once=replace(ONCE, key="key-2")
    )
    authority.teams.create(operator, "Another", once=ONCE)


def test_a_failed_creation_can_be_repeated_with_its_idempotency_key(
    authority: Authority, operator: Actor, team: Team
) -> None:
    with pytest.raises(ConflictError, match="the team has no Maps ID"):
        create_key(authority, operator, team, ONCE)
    authority.maps_ids.register(operator, team_id=team.team_id, identifier=MAPS_ID, description="Site")
    assert create_key(authority, operator, team, ONCE).name == "Website"


def test_many_simultaneous_repetitions_create_one_key(authority: Authority, operator: Actor, team: Team) -> None:
    authority.maps_ids.register(operator, team_id=team.team_id, identifier=MAPS_ID, description="Site")

    def create(_: int) -> str:
        try:
            return create_key(authority, operator, team, ONCE).key_id
        except RepeatedError as error:
            return error.subject

    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(create, range(16)))
    assert made == {key.key_id for key in authority.keys.list(operator)}
    assert len(made) == 1


def test_an_edit_of_an_older_version_is_refused_as_stale(authority: Authority, operator: Actor, team: Team) -> None:
    authority.maps_ids.register(operator, team_id=team.team_id, identifier=MAPS_ID, description="Site")
    authority.maps_ids.edit(operator, MAPS_ID, description="One", version=1)
    with pytest.raises(StaleError, match="was changed by somebody else meanwhile"):
        authority.maps_ids.edit(operator, MAPS_ID, description="Two", version=1)
