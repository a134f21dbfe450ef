"""Removing an account: everything that gives access to it ends, and the ledger agrees, also for one that was inserted."""

import pytest
from sqlalchemy import text

from authority.people_builders import VISITOR, a_member, actor_of, team_of, the_first_person
from authority.test_passkeys_desk import DOMAIN, ORIGIN, Authenticator
from trigpoint.authority.opening import Authority
from trigpoint.base.errors import ConflictError, ForbiddenError, NotFoundError
from trigpoint.credentials.roles import Actor, Role

INSERTED = (
    "INSERT INTO people (person_id, email, email_key, name, second_factor, is_operator, created_at, version) "
    "SELECT 'eve', {0}, 'eve@example.com', 'Eve', second_factor, (1 = 1), created_at, version FROM people"
)


def insert(authority: Authority, statement: str) -> None:
    with authority._store._engine.begin() as connection:
        connection.execute(text(statement))


def test_a_removed_account_has_no_way_in_any_more(authority: Authority, operator: Actor) -> None:
    ada = the_first_person(authority)
    team = team_of(authority, ada)
    jo = a_member(authority, team, Role.ADMIN, email="jo@example.com")
    authority.sessions.begin(jo.person_id, VISITOR, method="password")
    device = Authenticator()
    options = authority.passkeys.ask_for_new(jo.person_id, DOMAIN)
    authority.passkeys.add(jo.person_id, device.create(options), name="Laptop", domain=DOMAIN, origin=ORIGIN)
    own = authority.api_tokens.create(
        actor_of(authority, jo), name="Mine", team_id=team, role=Role.VIEWER, owner="jo@example.com"
    )
    authority.people.issue_reset_link(operator, "jo@example.com")
    authority.members.invite(actor_of(authority, jo), team_id=team, role=Role.ADMIN)
    assert authority.people.remove(operator, authority.people.find(operator, "JO@example.com").person_id) == jo
    assert [one.email for one in authority.people.list(operator)] == ["ada@example.com"]
    assert authority.api_tokens.get(operator, own.record.token_id).revoked_at is not None
    assert authority.members.invitations(operator, team_id=team) == []
    kinds = [entry.kind for entry in authority.audit.events(operator, limit=4)]
    assert kinds == ["person.removed", "api_token.revoked", "invitation.withdrawn", "member.removed"]
    assert authority.audit.verify().holds
    with pytest.raises(NotFoundError, match=r"There is no account with the address jo@example\.com"):
        authority.people.find(operator, "jo@example.com")


def test_the_address_of_a_removed_account_can_be_invited_again(authority: Authority, operator: Actor) -> None:
    team = team_of(authority, the_first_person(authority))
    jo = a_member(authority, team, Role.ADMIN, email="jo@example.com")
    authority.people.remove(operator, jo.person_id)
    assert a_member(authority, team, Role.VIEWER, email="jo@example.com").person_id != jo.person_id
    assert authority.audit.verify().holds


def test_an_account_holder_is_not_removed(authority: Authority, operator: Actor) -> None:
    ada = the_first_person(authority)
    team = team_of(authority, ada)
    with pytest.raises(ConflictError) as told:
        authority.people.remove(operator, ada.person_id)
    assert str(told.value) == (
        f"ada@example.com is the Account Holder of the team {team}. Make somebody else Account Holder first."
    )
    jo = a_member(authority, team, Role.ADMIN, email="jo@example.com")
    authority.members.change_role(operator, team_id=team, person_id=jo.person_id, role=Role.ACCOUNT_HOLDER)
    authority.people.remove(operator, ada.person_id)
    assert authority.audit.verify().holds


def test_only_the_operator_removes_accounts(authority: Authority) -> None:
    ada = the_first_person(authority)
    with pytest.raises(ForbiddenError, match=r"^Only the operator may remove an account"):
        authority.people.remove(actor_of(authority, ada), ada.person_id)
    with pytest.raises(ForbiddenError, match=r"^Only the operator may see all accounts"):
        authority.people.find(actor_of(authority, ada), "ada@example.com")


def test_an_inserted_account_is_removed_also_if_it_was_made_an_account_holder(
    authority: Authority, operator: Actor
) -> None:
    team = team_of(authority, the_first_person(authority))
    insert(authority, INSERTED.format("'eve@example.com'"))
    insert(authority, f"INSERT INTO memberships VALUES ('{team}', 'eve', 'account_holder', 1, 'eve', 1)")
    assert not authority.audit.verify().holds
    authority.people.remove(operator, authority.people.find(operator, "eve@example.com").person_id)
    assert authority.audit.verify().fault is None


def test_a_second_account_with_an_address_is_removed_by_its_id(authority: Authority, operator: Actor) -> None:
    """The other one stays, with all that the ledger says about it."""
    ada = the_first_person(authority)
    team = team_of(authority, ada)
    insert(authority, INSERTED.format("email"))
    insert(authority, f"INSERT INTO memberships VALUES ('{team}', 'eve', 'admin', 1, 'eve', 1)")
    with pytest.raises(ConflictError, match=r"There are several accounts with the address ada@example\.com"):
        authority.people.find(operator, "ada@example.com")
    authority.people.remove(operator, authority.people.find(operator, "eve").person_id)
    assert authority.people.list(operator) == [ada]
    assert authority.audit.verify().fault is None
    assert authority.people.actor(ada.person_id).roles == {team: Role.ACCOUNT_HOLDER}
