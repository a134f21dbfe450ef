"""The desk of members: the members of a team, their roles, and invitations."""

from collections.abc import Sequence
from dataclasses import replace

from trigpoint.authority.once import remember_creation, require_first
from trigpoint.authority.people.accounts import find_account_holder
from trigpoint.authority.people.leaving import withdraw, withdraw_invitations_by
from trigpoint.authority.people.links import IssuedLink, issue_link
from trigpoint.authority.teams import find_team
from trigpoint.base.clock import Clock, now_ms
from trigpoint.base.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, StaleError
from trigpoint.credentials.events import Details, Event, EventKind
from trigpoint.credentials.once import Once
from trigpoint.credentials.person import Link, LinkKind, Member, PersonId, read_email
from trigpoint.credentials.roles import ALLOWED, Actor, Permission, Role
from trigpoint.store.opening import Store
from trigpoint.store.reader import Reader


class Members:
    """Lists, invites, changes and removes members."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def list(self, actor: Actor, *, team_id: str) -> Sequence[Member]:
        """List the members of a team, by name."""
        with self._store.read() as reader:
            return reader.people.members(find_team(reader, actor, team_id).team_id)

    def get(self, actor: Actor, *, team_id: str, person_id: str) -> Member:
        """Find one member."""
        with self._store.read() as reader:
            return find_member(reader, actor, team_id, person_id)

    def invitations(self, actor: Actor, *, team_id: str) -> Sequence[Link]:
        """List the open invitations of a team."""
        at = now_ms(self._clock)
        with self._store.read() as reader:
            team = find_team(reader, actor, team_id)
            actor.require(Permission.CHANGE_MEMBERS, team.team_id)
            return [link for link in reader.people.invitations(team.team_id) if link.expires_at > at]

    def invite(
        self, actor: Actor, *, team_id: str, role: Role, email: str | None = None, once: Once | None = None
    ) -> IssuedLink:
        """Create an invitation: a link that makes somebody a member, once, within seven days.

        With `email`, only a person with that address can accept it; an earlier invitation for them stops working.
        """
        clean_email = read_email(email) if email else None
        at = now_ms(self._clock)
        with self._store.change() as change:
            team = find_team(change, actor, team_id)
            actor.require(Permission.CHANGE_MEMBERS, team.team_id)
            require_first(change, once)
            if role is Role.ACCOUNT_HOLDER and (not actor.operator or find_account_holder(change, team.team_id)):
                raise InvalidError("role", "below Account Holder: a team has one", example="admin", received=role)
            known = change.people.person_with_email(clean_email) if clean_email is not None else None
            if known is not None and change.people.membership(team.team_id, known.person_id) is not None:
                raise ConflictError(f"{clean_email} is a member of this team already.")
            for earlier in change.people.invitations(team.team_id):
                if clean_email is not None and (earlier.email or "").casefold() == clean_email.casefold():
                    withdraw(change, actor, team.team_id, earlier, at=at)  # the newest invitation counts
            issued = issue_link(
                change, LinkKind.INVITATION, by=actor.name, at=at, team_id=team.team_id, role=role, email=clean_email
            )
            remember_creation(change, once, issued.link.link_id, at=at)
            details: Details = {
                "role": role.value,
                "email": clean_email,
                "expiresAt": issued.link.expires_at,
                "fingerprint": issued.fingerprint,
            }
            event = Event(EventKind.INVITATION_MADE, actor.name, team.team_id, issued.link.link_id, details)
            change.append(event, at=at)
        return issued

    def withdraw(self, actor: Actor, *, team_id: str, link_id: str) -> None:
        """Withdraw an invitation that nobody accepted yet."""
        at = now_ms(self._clock)
        with self._store.change() as change:
            team = find_team(change, actor, team_id)
            actor.require(Permission.CHANGE_MEMBERS, team.team_id)
            link = next((one for one in change.people.invitations(team.team_id) if one.link_id == link_id), None)
            if link is None:
                raise NotFoundError("There is no such invitation (any more).")
            withdraw(change, actor, team.team_id, link, at=at)

    def change_role(
        self, actor: Actor, *, team_id: str, person_id: str, role: Role, version: int | None = None
    ) -> Member:
        """Change the role of a member. An Account Holder who names another becomes an Admin: a team has exactly one.

        Open invitations by somebody who may not invite any more are withdrawn. With `version`, raises `StaleError` if the
        membership was changed since that version.
        """
        at = now_ms(self._clock)
        with self._store.change() as change:
            member = find_member(change, actor, team_id, person_id)
            before = member.membership
            team = before.team_id
            actor.require(Permission.CHANGE_MEMBERS, team)
            if version is not None and version != before.version:
                raise StaleError(
                    f"The role of {member.person.name} was changed by somebody else meanwhile; read it again."
                )
            if role is before.role:
                return member
            holder = find_account_holder(change, team)
            if before.role is Role.ACCOUNT_HOLDER:
                raise ConflictError("A team has one Account Holder. Make somebody else Account Holder instead.")
            if role is Role.ACCOUNT_HOLDER and not actor.operator and actor.roles.get(team) is not Role.ACCOUNT_HOLDER:
                raise ForbiddenError("Only the Account Holder may hand the team over to another Account Holder.")
            changes = [(member, role)]
            if role is Role.ACCOUNT_HOLDER and holder is not None:
                changes.insert(0, (holder, Role.ADMIN))
            for one, new_role in changes:
                change.people.put_membership(replace(one.membership, role=new_role, version=one.membership.version + 1))
                details: Details = {"role": new_role.value, "before": one.membership.role.value}
                event = Event(EventKind.MEMBER_ROLE_CHANGED, actor.name, team, one.person.email, details)
                change.append(event, at=at)
                if Permission.CHANGE_MEMBERS not in ALLOWED[new_role]:
                    withdraw_invitations_by(change, actor, one.person, team, at=at)
            return replace(member, membership=replace(before, role=role, version=before.version + 1))

    def remove(self, actor: Actor, *, team_id: str, person_id: str) -> None:
        """Remove a member, and withdraw the invitations that they made; everybody may leave, except the Account Holder."""
        at = now_ms(self._clock)
        with self._store.change() as change:
            member = find_member(change, actor, team_id, person_id)
            team = member.membership.team_id
            if actor.name != member.person.email:
                actor.require(Permission.CHANGE_MEMBERS, team)
            if member.membership.role is Role.ACCOUNT_HOLDER:
                raise ConflictError("The Account Holder cannot be removed. Make somebody else Account Holder first.")
            change.people.remove_membership(team, member.person.person_id)
            details: Details = {"role": member.membership.role.value, "name": member.person.name}
            event = Event(EventKind.MEMBER_REMOVED, actor.name, team, member.person.email, details)
            change.append(event, at=at)
            withdraw_invitations_by(change, actor, member.person, team, at=at)


def find_member(reader: Reader, actor: Actor, team_id: str, person_id: str) -> Member:
    """Find a member of a team; raise NotFoundError if there is none, or if the actor may not see the team."""
    team = find_team(reader, actor, team_id).team_id
    wanted = PersonId(person_id)
    found = next((one for one in reader.people.members(team) if one.person.person_id == wanted), None)
    if found is None:
        raise NotFoundError("There is no such member in this team.")
    return found
