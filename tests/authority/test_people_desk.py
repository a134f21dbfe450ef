"""The first account, invitations, members, passwords and resets; on both databases."""

import pytest

from authority.people_builders import PASSWORD, VISITOR, a_member, actor_of, team_of, the_first_person
from conftest import FixedClock
from trigpoint.authority.opening import Authority
from trigpoint.authority.people import accounts
from trigpoint.authority.people.passwords import check_password
from trigpoint.base.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from trigpoint.credentials.person import INVITATION_LIFETIME_S, SET_UP_LIFETIME_S, LinkKind
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.session import Passkey
from trigpoint.credentials.verdict import RefusedError


def test_the_first_account_is_account_holder_of_a_new_team(authority: Authority) -> None:
    assert authority.people.needs_set_up()
    person = the_first_person(authority)
    assert not authority.people.needs_set_up()
    team_id = team_of(authority, person)
    assert actor_of(authority, person).roles == {team_id: Role.ACCOUNT_HOLDER}
    kinds = [entry.kind for entry in authority.audit.events(Actor.as_operator("test"), team_id=team_id)]
    assert kinds == ["member.added", "team.created"]
    assert authority.audit.verify().holds


def test_the_first_account_can_take_over_a_team_created_on_the_command_line(
    authority: Authority, operator: Actor
) -> None:
    team = authority.teams.create(operator, "Made before")
    assert [one.team_id for one in authority.people.teams_to_take_over()] == [team.team_id]
    secret = authority.people.issue_set_up_link().secret
    person = authority.people.set_up(
        secret, name="Ada", email="ada@example.com", password=PASSWORD, team_name="", team_id=team.team_id
    )
    assert team_of(authority, person) == team.team_id
    assert authority.people.teams_to_take_over() == []


def test_a_set_up_link_works_once(authority: Authority) -> None:
    secret = authority.people.issue_set_up_link().secret
    authority.people.set_up(secret, name="Ada", email="ada@example.com", password=PASSWORD, team_name="My Company")
    with pytest.raises(NotFoundError, match="This link does not work"):
        authority.people.set_up(secret, name="Eve", email="eve@example.com", password=PASSWORD, team_name="Hers")
    with pytest.raises(ConflictError, match="The first account exists already"):
        authority.people.issue_set_up_link()


def test_a_set_up_link_works_for_thirty_minutes(authority: Authority, clock: FixedClock) -> None:
    secret = authority.people.issue_set_up_link().secret
    clock.now += SET_UP_LIFETIME_S - 1
    assert authority.people.find_link(secret, LinkKind.SET_UP).kind is LinkKind.SET_UP
    clock.now += 1
    with pytest.raises(NotFoundError, match="or has expired"):
        authority.people.find_link(secret, LinkKind.SET_UP)


def test_only_the_newest_set_up_link_is_valid(authority: Authority) -> None:
    first = authority.people.issue_set_up_link().secret
    authority.people.issue_set_up_link()
    with pytest.raises(NotFoundError, match="This link does not work"):
        authority.people.find_link(first, LinkKind.SET_UP)


def test_an_invitation_can_be_used_once(authority: Authority, clock: FixedClock) -> None:
    ada = the_first_person(authority)
    team_id = team_of(authority, ada)
    link = authority.members.invite(
        actor_of(authority, ada), team_id=team_id, role=Role.DEVELOPER, email="Bob@example.com"
    )
    assert link.secret not in repr(link)
    assert link.link.expires_at == (clock.now + INVITATION_LIFETIME_S) * 1000
    bob = authority.people.join(link.secret, name="Bob", password=PASSWORD)
    assert bob.email == "Bob@example.com"
    assert actor_of(authority, bob).roles == {team_id: Role.DEVELOPER}
    with pytest.raises(NotFoundError, match="This link does not work"):
        authority.people.join(link.secret, name="Bob", password=PASSWORD)


def test_an_invitation_for_one_address_is_not_for_another(authority: Authority, operator: Actor) -> None:
    ada = the_first_person(authority)
    other = authority.teams.create(operator, "Other")
    link = authority.members.invite(operator, team_id=other.team_id, role=Role.ADMIN, email="bob@example.com")
    with pytest.raises(ForbiddenError, match="This invitation is for another address"):
        authority.people.accept_invitation(link.secret, ada.person_id)
    again = authority.members.invite(operator, team_id=other.team_id, role=Role.ADMIN, email="ADA@example.com")
    assert authority.people.accept_invitation(again.secret, ada.person_id) == other.team_id
    assert actor_of(authority, ada).roles[other.team_id] is Role.ADMIN


def test_an_invitation_can_be_withdrawn(authority: Authority) -> None:
    ada = the_first_person(authority)
    team_id, actor = team_of(authority, ada), actor_of(authority, ada)
    link = authority.members.invite(actor, team_id=team_id, role=Role.VIEWER)
    assert [one.link_id for one in authority.members.invitations(actor, team_id=team_id)] == [link.link.link_id]
    authority.members.withdraw(actor, team_id=team_id, link_id=link.link.link_id)
    with pytest.raises(NotFoundError, match="This link does not work"):
        authority.people.join(link.secret, name="Bob", email="bob@example.com", password=PASSWORD)
    with pytest.raises(NotFoundError, match="There is no such invitation"):
        authority.members.withdraw(actor, team_id=team_id, link_id=link.link.link_id)


@pytest.mark.parametrize("role", [Role.DEVELOPER, Role.VIEWER])
def test_members_without_the_right_cannot_change_members(authority: Authority, role: Role) -> None:
    ada = the_first_person(authority)
    team_id = team_of(authority, ada)
    low = actor_of(authority, a_member(authority, team_id, role))
    words = f"The role {role.words} may not invite, change or remove members"
    with pytest.raises(ForbiddenError, match=words):
        authority.members.invite(low, team_id=team_id, role=Role.VIEWER)
    with pytest.raises(ForbiddenError, match=words):
        authority.members.change_role(low, team_id=team_id, person_id=ada.person_id, role=Role.VIEWER)
    with pytest.raises(ForbiddenError, match=words):
        authority.members.remove(low, team_id=team_id, person_id=ada.person_id)
    with pytest.raises(ForbiddenError, match=words):
        authority.members.invitations(low, team_id=team_id)
    assert len(authority.members.list(low, team_id=team_id)) == 2


def test_a_person_outside_the_team_does_not_learn_that_it_exists(authority: Authority) -> None:
    team_id = team_of(authority, the_first_person(authority))
    with pytest.raises(NotFoundError, match="There is no team"):
        authority.members.list(Actor("eve@example.com"), team_id=team_id)


def test_a_team_has_one_account_holder(authority: Authority) -> None:
    ada = the_first_person(authority)
    team_id = team_of(authority, ada)
    bob = a_member(authority, team_id, Role.ADMIN)
    with pytest.raises(ForbiddenError, match="Only the Account Holder may hand the team over"):
        authority.members.change_role(
            actor_of(authority, bob), team_id=team_id, person_id=bob.person_id, role=Role.ACCOUNT_HOLDER
        )
    with pytest.raises(ConflictError, match="The Account Holder cannot be removed"):
        authority.members.remove(actor_of(authority, bob), team_id=team_id, person_id=ada.person_id)
    with pytest.raises(ConflictError, match="A team has one Account Holder"):
        authority.members.change_role(
            actor_of(authority, ada), team_id=team_id, person_id=ada.person_id, role=Role.ADMIN
        )
    authority.members.change_role(
        actor_of(authority, ada), team_id=team_id, person_id=bob.person_id, role=Role.ACCOUNT_HOLDER
    )
    assert actor_of(authority, ada).roles[team_id] is Role.ADMIN
    assert actor_of(authority, bob).roles[team_id] is Role.ACCOUNT_HOLDER


def test_not_even_the_operator_invites_a_second_account_holder(authority: Authority, operator: Actor) -> None:
    team = authority.teams.create(operator, "Made at the command line").team_id
    first, second = (authority.members.invite(operator, team_id=team, role=Role.ACCOUNT_HOLDER) for _ in range(2))
    ada = authority.people.join(first.secret, name="Ada", password=PASSWORD, email="ada@example.com")
    with pytest.raises(ConflictError, match="The team has an Account Holder already, and only one"):
        authority.people.join(second.secret, name="Eve", password=PASSWORD, email="eve@example.com")
    with pytest.raises(InvalidError, match="'role' must be below Account Holder: a team has one"):
        authority.members.invite(operator, team_id=team, role=Role.ACCOUNT_HOLDER)
    roles = {one.person.email: one.membership.role for one in authority.members.list(operator, team_id=team)}
    assert roles == {ada.email: Role.ACCOUNT_HOLDER}


@pytest.mark.parametrize("end", ["removed", "a viewer"])
def test_invitations_end_when_the_inviter_loses_the_right_to_invite(
    authority: Authority, operator: Actor, end: str
) -> None:
    """Otherwise somebody who is removed comes back with a link that they kept."""
    ada = the_first_person(authority)
    team_id, holder = team_of(authority, ada), actor_of(authority, ada)
    bob = a_member(authority, team_id, Role.ADMIN)
    admin = actor_of(authority, bob)
    token = authority.api_tokens.create(admin, name="Mine", team_id=team_id, role=Role.ADMIN, owner=bob.email)
    with_token = authority.api_tokens.authenticate(token.token).actor
    own = [authority.members.invite(actor, team_id=team_id, role=Role.ADMIN) for actor in (admin, with_token)]
    others = authority.members.invite(holder, team_id=team_id, role=Role.VIEWER)
    if end == "removed":
        authority.members.remove(holder, team_id=team_id, person_id=bob.person_id)
    else:
        authority.members.change_role(holder, team_id=team_id, person_id=bob.person_id, role=Role.VIEWER)
    assert authority.members.invitations(holder, team_id=team_id) == [others.link]
    for link in own:
        with pytest.raises(NotFoundError, match="This link does not work"):
            authority.people.join(link.secret, name="Bob", password=PASSWORD, email="bob@elsewhere.example")
    kinds = [entry.kind for entry in authority.audit.events(operator, team_id=team_id, limit=2)]
    assert kinds == ["invitation.withdrawn", "invitation.withdrawn"]


def test_a_former_account_holder_is_an_admin_and_keeps_their_invitations(authority: Authority) -> None:
    ada = the_first_person(authority)
    team_id, holder = team_of(authority, ada), actor_of(authority, ada)
    bob = a_member(authority, team_id, Role.ADMIN)
    link = authority.members.invite(holder, team_id=team_id, role=Role.VIEWER).link
    authority.members.change_role(holder, team_id=team_id, person_id=bob.person_id, role=Role.ACCOUNT_HOLDER)
    assert authority.members.invitations(actor_of(authority, bob), team_id=team_id) == [link]


def test_concurrent_changes_of_one_member_are_refused_instead_of_lost(authority: Authority) -> None:
    ada = the_first_person(authority)
    team_id, actor = team_of(authority, ada), actor_of(authority, ada)
    bob = a_member(authority, team_id, Role.VIEWER)
    seen = authority.members.get(actor, team_id=team_id, person_id=bob.person_id).membership.version
    authority.members.change_role(actor, team_id=team_id, person_id=bob.person_id, role=Role.DEVELOPER, version=seen)
    with pytest.raises(ConflictError, match="was changed by somebody else meanwhile"):
        authority.members.change_role(actor, team_id=team_id, person_id=bob.person_id, role=Role.ADMIN, version=seen)


def test_members_may_leave_a_team(authority: Authority) -> None:
    team_id = team_of(authority, the_first_person(authority))
    bob = a_member(authority, team_id, Role.VIEWER)
    authority.members.remove(actor_of(authority, bob), team_id=team_id, person_id=bob.person_id)
    assert actor_of(authority, bob).roles == {}


def test_a_reset_link_sets_a_password_and_ends_every_session(authority: Authority, operator: Actor) -> None:
    ada = the_first_person(authority)
    session = authority.sessions.begin(ada.person_id, VISITOR, method="password")
    with pytest.raises(ForbiddenError, match="Only the operator may reset"):
        authority.people.issue_reset_link(actor_of(authority, ada), ada.email)
    secret = authority.people.issue_reset_link(operator, "ADA@example.com").secret
    authority.people.reset_password(secret, password="a kingfisher came by 8")
    assert authority.sessions.find(session.secret) is None
    assert authority.sessions.check_password(ada.email, "a kingfisher came by 8", VISITOR).person_id == ada.person_id
    with pytest.raises(NotFoundError, match="This link does not work"):
        authority.people.reset_password(secret, password="a kingfisher came by 9")


def test_a_reset_ends_all_other_ways_into_the_account(authority: Authority, operator: Actor) -> None:
    """A reset is for an account that somebody else may be in: what they left there goes, too."""
    ada = the_first_person(authority)
    team = team_of(authority, ada)
    me = actor_of(authority, ada)
    with authority._store.change() as change:
        change.sessions.add_passkey(Passkey("credential", ada.person_id, b"key", 0, "A thief's", 1, None))
    token = authority.api_tokens.create(me, name="Mine", team_id=team, role=Role.VIEWER, owner=ada.email)
    of_team = authority.api_tokens.create(me, name="CI", team_id=team, role=Role.VIEWER)
    earlier = authority.people.issue_reset_link(operator, ada.email).secret
    latest = authority.people.issue_reset_link(operator, ada.email).secret
    with pytest.raises(NotFoundError, match="This link does not work"):
        authority.people.reset_password(earlier, password="a kingfisher came by 8")
    authority.people.reset_password(latest, password="a kingfisher came by 8")
    assert authority.passkeys.list(ada.person_id) == []
    assert authority.api_tokens.authenticate(of_team.token)
    with pytest.raises(RefusedError, match="was revoked"):
        authority.api_tokens.authenticate(token.token)
    kinds = [entry.kind for entry in authority.audit.events(operator, limit=6)]
    assert kinds[:3] == ["password.changed", "api_token.revoked", "passkey.removed"]
    assert kinds[3:5] == ["password.reset_issued", "password.reset_issued"]


def test_a_reset_wins_over_a_change_of_the_password_that_began_before(
    authority: Authority, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thief who knows the old password changes it in the very moment in which its owner resets it."""
    ada = the_first_person(authority)
    session = authority.sessions.begin(ada.person_id, VISITOR, method="password").session
    link = authority.people.issue_reset_link(operator, ada.email).secret
    hash_password = accounts.hash_password

    def reset_meanwhile(password: str) -> str:
        monkeypatch.setattr(accounts, "hash_password", hash_password)
        authority.people.reset_password(link, password="a kingfisher came by 8")
        return hash_password(password)

    monkeypatch.setattr(accounts, "hash_password", reset_meanwhile)
    with pytest.raises(ConflictError, match="Your password was changed meanwhile"):
        authority.people.change_password(
            ada.person_id, current=PASSWORD, new="a thief was here 9", keep=session.session_id, network=VISITOR.network
        )
    assert authority.sessions.check_password(ada.email, "a kingfisher came by 8", VISITOR).person_id == ada.person_id


def test_only_account_holders_and_admins_create_another_team(authority: Authority) -> None:
    ada = the_first_person(authority)
    viewer = a_member(authority, team_of(authority, ada), Role.VIEWER)
    team = authority.people.create_team(ada.person_id, "Second")
    assert actor_of(authority, ada).roles[team.team_id] is Role.ACCOUNT_HOLDER
    with pytest.raises(ForbiddenError, match="Only an Account Holder or Admin"):
        authority.people.create_team(viewer.person_id, "Third")


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("short pas", "10 to 200 characters long"),
        ("x" * 201, "10 to 200 characters long"),
        ("aaaaaaaaaaaa", "more than a repetition"),
        ("abababababab", "more than a repetition"),
        ("abcdefghijkl", "a sequence"),
        ("1234567890qwertyuiop", "a sequence"),
        ("Password123!", "known from breaches"),
        ("P@ssw0rd2026", "known from breaches"),
        ("sunshine2024!", "known from breaches"),
        ("dragondragon", "known from breaches"),
        ("ada.lovelace1", "your name"),
        ("trigpoint-12", "your name"),
    ],
)
def test_weak_passwords_are_refused(password: str, rule: str) -> None:
    with pytest.raises(InvalidError, match=rule) as told:
        check_password(password, about=("Ada Lovelace", "ada.lovelace@example.com"))
    assert password not in str(told.value)


@pytest.mark.parametrize("password", [PASSWORD, "heron-pylon-attic", "x4!Kq0-zL9", "ünüsüal wörds höre"])
def test_other_passwords_are_taken(password: str) -> None:
    check_password(password, about=("Ada Lovelace", "ada@example.com"))


def test_the_password_of_the_first_account_is_hashed_only_with_a_valid_link(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    monkeypatch.setattr(accounts, "hash_password", lambda password: hashed.append(password) or "hash")

    def set_up(secret: str) -> None:
        authority.people.set_up(secret, name="Ada", email="a@b.example", password=PASSWORD, team_name="My Company")

    with pytest.raises(NotFoundError, match="This link does not work"):
        set_up("anything")
    assert hashed == []
    set_up(authority.people.issue_set_up_link().secret)
    assert hashed == [PASSWORD]
    with pytest.raises(NotFoundError):
        set_up("anything")
    assert hashed == [PASSWORD]
