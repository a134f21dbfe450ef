"""Teams, Maps IDs, quotas and the audit trail, on both databases."""

import pytest
from sqlalchemy import text

from conftest import NOON
from trigpoint.authority.opening import Authority
from trigpoint.base.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from trigpoint.credentials.key import RevocationReason
from trigpoint.credentials.ledger import Fault, Head
from trigpoint.credentials.quota import Meter
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.team import Team

MAPS_ID = "maps.com.mycompany.mywebsite"


@pytest.fixture
def team(authority: Authority, operator: Actor) -> Team:
    return authority.teams.create(operator, "My Company")


def register(authority: Authority, actor: Actor, team: Team, identifier: str = MAPS_ID) -> str:
    return authority.maps_ids.register(
        actor, team_id=team.team_id, identifier=identifier, description="My website"
    ).identifier


def test_a_team_has_an_id_of_ten_characters(team: Team) -> None:
    assert len(team.team_id) == 10
    assert team.created_at == NOON * 1000


def test_an_existing_team_id_can_be_taken_over_once(authority: Authority, operator: Actor) -> None:
    assert authority.teams.create(operator, "Mine", team_id="K5GNLXS2QT").team_id == "K5GNLXS2QT"
    with pytest.raises(ConflictError, match="K5GNLXS2QT exists already"):
        authority.teams.create(operator, "Again", team_id="K5GNLXS2QT")


def test_an_identifier_is_unique_in_the_installation_whatever_its_case(
    authority: Authority, operator: Actor, team: Team
) -> None:
    register(authority, operator, team)
    with pytest.raises(ConflictError, match=f"'{MAPS_ID}' is registered already, by your team"):
        register(authority, operator, team, MAPS_ID.replace("com", "COM"))
    other = authority.teams.create(operator, "Other")
    with pytest.raises(ConflictError, match="by another team"):
        register(authority, operator, other)


def test_a_description_is_edited_and_the_identifier_stays(authority: Authority, operator: Actor, team: Team) -> None:
    register(authority, operator, team)
    edited = authority.maps_ids.edit(operator, MAPS_ID.upper().replace("MAPS", "maps"), description="Shop", version=1)
    assert (edited.identifier, edited.description, edited.version) == (MAPS_ID, "Shop", 2)
    with pytest.raises(ConflictError, match="changed by somebody else meanwhile"):
        authority.maps_ids.edit(operator, MAPS_ID, description="Blog", version=1)


def test_a_description_is_required(authority: Authority, operator: Actor, team: Team) -> None:
    with pytest.raises(InvalidError, match="Parameter 'description' must be 1 to 200 printable characters"):
        authority.maps_ids.register(operator, team_id=team.team_id, identifier=MAPS_ID, description="  ")


def test_removal_is_refused_while_a_live_key_uses_it(authority: Authority, operator: Actor, team: Team) -> None:
    register(authority, operator, team)
    key = authority.keys.create(operator, team_id=team.team_id, name="Website", maps_id=MAPS_ID)
    with pytest.raises(ConflictError, match=f"in use by the live key {key.key_id} \\('Website'\\). Revoke it first"):
        authority.maps_ids.remove(operator, MAPS_ID)
    authority.keys.revoke(operator, key.key_id, reason=RevocationReason.NO_LONGER_NEEDED)
    authority.maps_ids.remove(operator, MAPS_ID)
    with pytest.raises(NotFoundError, match=f"There is no Maps ID '{MAPS_ID}'"):
        authority.maps_ids.get(operator, MAPS_ID)


def test_a_developer_sees_and_does_not_change_identifiers(authority: Authority, operator: Actor, team: Team) -> None:
    register(authority, operator, team)
    developer = Actor("person:1", roles={team.team_id: Role.DEVELOPER})
    assert [found.identifier for found in authority.maps_ids.list(developer)] == [MAPS_ID]
    with pytest.raises(ForbiddenError, match="The role Developer may not register, edit or remove Maps IDs"):
        authority.maps_ids.edit(developer, MAPS_ID, description="Mine now")


def test_a_person_outside_the_team_sees_nothing(authority: Authority, operator: Actor, team: Team) -> None:
    register(authority, operator, team)
    outsider = Actor("person:2")
    assert authority.teams.list(outsider) == []
    assert authority.maps_ids.list(outsider) == []
    with pytest.raises(NotFoundError, match=f"There is no team with the Team ID {team.team_id}"):
        authority.maps_ids.list(outsider, team_id=team.team_id)


def test_every_change_is_in_the_ledger_with_its_actor(authority: Authority, operator: Actor, team: Team) -> None:
    register(authority, operator, team)
    authority.maps_ids.edit(operator, MAPS_ID, description="Shop")
    entries = authority.audit.events(operator, team_id=team.team_id)
    assert [(entry.kind, entry.subject) for entry in entries] == [
        ("maps_id.edited", MAPS_ID),
        ("maps_id.registered", MAPS_ID),
        ("team.created", team.team_id),
    ]
    assert {entry.actor for entry in entries} == {"operator:test"}
    assert entries[0].details == {"description": "Shop", "before": "My website"}


def test_a_refused_change_leaves_no_event(authority: Authority, operator: Actor, team: Team) -> None:
    register(authority, operator, team)
    before = authority.audit.verify().head
    with pytest.raises(ConflictError):
        register(authority, operator, team)
    assert authority.audit.verify().head == before


def test_only_the_operator_sees_the_trail_of_the_whole_installation(authority: Authority, team: Team) -> None:
    holder = Actor("person:1", roles={team.team_id: Role.ACCOUNT_HOLDER})
    with pytest.raises(ForbiddenError, match="Only the operator"):
        authority.audit.events(holder)


@pytest.mark.parametrize(
    ("damage", "fault", "sequence"),
    [
        ("UPDATE ledger SET actor = 'operator:mallory' WHERE sequence = 3", Fault.ALTERED, 3),
        ("DELETE FROM ledger WHERE sequence = 2", Fault.MISSING, 2),
        ("DELETE FROM ledger WHERE sequence = 4", Fault.MISSING, 4),
        ("UPDATE ledger_head SET hash = 'x'", Fault.ALTERED, 4),
    ],
)
def test_verify_finds_the_first_damage(
    authority: Authority, operator: Actor, team: Team, damage: str, fault: Fault, sequence: int
) -> None:
    register(authority, operator, team)
    authority.maps_ids.edit(operator, MAPS_ID, description="Shop")
    assert authority.audit.verify().holds
    with authority._store._engine.begin() as connection:
        connection.execute(text(damage))
    found = authority.audit.verify().fault
    assert found is not None
    assert (found.fault, found.sequence) == (fault, sequence)


def test_verifying_against_an_earlier_head_reveals_a_rewritten_chain(
    authority: Authority, operator: Actor, team: Team
) -> None:
    kept = authority.audit.verify().head
    register(authority, operator, team)
    assert authority.audit.verify(expected=kept).holds
    found = authority.audit.verify(expected=Head(kept.sequence, "f" * 64)).fault
    assert found is not None
    assert found.sequence == kept.sequence


def test_a_limit_is_set_by_the_operator_alone(authority: Authority, operator: Actor, team: Team) -> None:
    authority.quotas.set(operator, team.team_id, meter=Meter.SERVICE_CALLS, daily=10)
    shown = {state.meter: state.most for state in authority.quotas.show(operator, team.team_id)}
    assert shown == {Meter.SERVICE_CALLS: 10, Meter.MAP_VIEWS: 250_000, Meter.SNAPSHOTS: 25_000}
    holder = Actor("person:1", roles={team.team_id: Role.ACCOUNT_HOLDER})
    with pytest.raises(ForbiddenError, match="may not change quotas"):
        authority.quotas.set(holder, team.team_id, meter=Meter.SERVICE_CALLS, daily=11)
