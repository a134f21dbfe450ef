"""The desk of people: the first account, accounts by invitation, passwords, names, and resets."""

from collections.abc import Sequence
from dataclasses import replace

from trigpoint.authority.once import remember_creation, require_first
from trigpoint.authority.people.leaving import end_other_ways_in, has_duplicate, remove_account
from trigpoint.authority.people.links import IssuedLink, find_link, issue_link
from trigpoint.authority.people.passwords import check_password, hash_password, is_password
from trigpoint.authority.people.secrets_in_links import new_id
from trigpoint.authority.people.throttle import FORGET_AFTER_S, require_patience, subjects_of
from trigpoint.authority.teams import find_team, new_team_id
from trigpoint.base.clock import Clock, Milliseconds, earlier, now_ms, to_ms
from trigpoint.base.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from trigpoint.base.ids import TeamId
from trigpoint.credentials.events import Details, Event, EventKind
from trigpoint.credentials.fingerprint import fingerprint
from trigpoint.credentials.once import Once
from trigpoint.credentials.person import (
    Link,
    LinkKind,
    Member,
    Membership,
    Person,
    PersonId,
    read_email,
    read_person_name,
)
from trigpoint.credentials.roles import OPERATOR_MARK, SYSTEM, Actor, Permission, Role
from trigpoint.credentials.team import Team, read_team_id, read_team_name
from trigpoint.store.opening import Store
from trigpoint.store.reader import Reader
from trigpoint.store.writer import Change


class People:
    """Creates and changes accounts."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def needs_set_up(self) -> bool:
        """Tell whether nobody has an account yet."""
        with self._store.read() as reader:
            return reader.people.count() == 0

    def issue_set_up_link(self) -> IssuedLink:
        """Create the link for the first account: it works once, for 30 minutes; earlier links stop working."""
        at = now_ms(self._clock)
        with self._store.change() as change:
            _require_nobody(change)
            change.people.remove_links(LinkKind.SET_UP)
            return issue_link(change, LinkKind.SET_UP, by=SYSTEM.name, at=at)

    def find_link(self, secret: str, kind: LinkKind) -> Link:
        """Find a link by its secret; raise `NotFoundError` if it was used, withdrawn or has expired."""
        with self._store.read() as reader:
            return find_link(reader, secret, kind, at=now_ms(self._clock))

    def inviting_team(self, link: Link) -> Team | None:
        """Find the team of an invitation; None if it does not exist any more."""
        with self._store.read() as reader:
            return None if link.team_id is None else reader.team(link.team_id)

    def teams_to_take_over(self) -> Sequence[Team]:
        """List the teams without members, which the first account may take over."""
        with self._store.read() as reader:
            return reader.people.teams_without_members()

    def set_up(
        self, secret: str, *, name: str, email: str, password: str, team_name: str, team_id: str | None = None
    ) -> Person:
        """Create the first account, as the Account Holder of a new team, or of the team `team_id`, which has no members.

        Raises InvalidError for a name, address or password, NotFoundError for the link or the team.
        """
        clean_name, clean_email = read_person_name(name), read_email(email)
        clean_team = read_team_name(team_name) if team_id is None else ""
        check_password(password, about=(name, email))
        with self._store.read() as reader:  # before hashing, which is slow: anybody can send this form
            find_link(reader, secret, LinkKind.SET_UP, at=now_ms(self._clock))
            _require_nobody(reader)
        hashed = hash_password(password)
        at = now_ms(self._clock)
        with self._store.change() as change:
            link = find_link(change, secret, LinkKind.SET_UP, at=at)
            _require_nobody(change)
            change.people.remove_links(LinkKind.SET_UP)
            person = _new_person(clean_name, clean_email, at)
            change.people.add(person, password_hash=hashed)
            change.append(_created(person, hashed, by=link.created_by), at=at)
            if team_id is None:
                team = add_team(change, clean_team, person.email, at=at)
            else:
                wanted = read_team_id(team_id)
                found = [team for team in change.people.teams_without_members() if team.team_id == wanted]
                if not found:
                    raise NotFoundError(f"There is no team {team_id} without members.")
                team = found[0]
            add_member(change, team.team_id, person, Role.ACCOUNT_HOLDER, by=person.email, at=at)
        return person

    def create_team(self, person_id: PersonId, name: str, *, once: Once | None = None) -> Team:
        """Create a team with the person as its Account Holder; they must be Account Holder or Admin of another team."""
        clean_name = read_team_name(name)
        at = now_ms(self._clock)
        with self._store.change() as change:
            person = find_person(change, person_id)
            roles = change.people.roles(person_id).values()
            if not any(role in {Role.ACCOUNT_HOLDER, Role.ADMIN} for role in roles):
                raise ForbiddenError("Only an Account Holder or Admin of a team may create another team.")
            require_first(change, once)
            team = add_team(change, clean_name, person.email, at=at)
            add_member(change, team.team_id, person, Role.ACCOUNT_HOLDER, by=person.email, at=at)
            remember_creation(change, once, team.team_id, at=at)
        return team

    def rename_team(self, actor: Actor, team_id: str, *, name: str) -> Team:
        """Rename a team; its Team ID stays the same."""
        clean_name = read_team_name(name)
        at = now_ms(self._clock)
        with self._store.change() as change:
            team = find_team(change, actor, team_id)
            actor.require(Permission.CHANGE_TEAM, team.team_id)
            after = replace(team, name=clean_name)
            change.people.put_team_name(after)
            details = {"name": clean_name, "before": team.name}
            change.append(Event(EventKind.TEAM_RENAMED, actor.name, team.team_id, team.team_id, dict(details)), at=at)
        return after

    def join(self, secret: str, *, name: str, password: str, email: str | None = None) -> Person:
        """Accept an invitation with a new account. `email` is only used if the invitation is for no address."""
        clean_name = read_person_name(name)
        with self._store.read() as reader:
            invited = find_link(reader, secret, LinkKind.INVITATION, at=now_ms(self._clock))
        clean_email = read_email(invited.email or email or "")
        check_password(password, about=(name, clean_email))
        hashed = hash_password(password)
        at = now_ms(self._clock)
        with self._store.change() as change:
            link = find_link(change, secret, LinkKind.INVITATION, at=at)
            if change.people.person_with_email(clean_email) is not None:
                raise ConflictError("There is an account with this address already. Sign in, and open the link again.")
            person = _new_person(clean_name, clean_email, at)
            change.people.add(person, password_hash=hashed)
            change.append(_created(person, hashed, by=link.created_by), at=at)
            accept(change, link, person, at=at)
        return person

    def accept_invitation(self, secret: str, person_id: PersonId) -> TeamId:
        """Accept an invitation with an existing account, and give the team."""
        at = now_ms(self._clock)
        with self._store.change() as change:
            link = find_link(change, secret, LinkKind.INVITATION, at=at)
            return accept(change, link, find_person(change, person_id), at=at)

    def get(self, person_id: PersonId) -> Person:
        """Find one person."""
        with self._store.read() as reader:
            return find_person(reader, person_id)

    def list(self, actor: Actor) -> Sequence[Person]:
        """List all accounts, for the operator only."""
        if not actor.operator:
            raise ForbiddenError("Only the operator may list all accounts.")
        with self._store.read() as reader:
            return reader.people.everyone()

    def actor(self, person_id: PersonId) -> Actor:
        """Give the actor of a person, with their present roles."""
        with self._store.read() as reader:
            return actor_of(reader, find_person(reader, person_id))

    def mark_operator(self, actor: Actor, email: str, *, marked: bool) -> Person:
        """Give somebody the operator's mark, or remove it, from their next request on. Only the operator may."""
        if not actor.operator:
            raise ForbiddenError("Only the operator may make somebody an operator, at the command line.")
        at = now_ms(self._clock)
        with self._store.change() as change:
            person = find_person_with_email(change, email)
            if person.is_operator is marked:
                return person
            after = replace(person, is_operator=marked, version=person.version + 1)
            change.people.put(after)
            kind = EventKind.OPERATOR_ADDED if marked else EventKind.OPERATOR_REMOVED
            change.append(Event(kind, actor.name, None, person.email, {"name": person.name}), at=at)
        return after

    def find(self, actor: Actor, who: str) -> Person:
        """Find an account by its address or its ID, for the operator only.

        Raises `ConflictError` for the address of two accounts, one of which was inserted into the database.
        """
        if not actor.operator:
            raise ForbiddenError("Only the operator may see all accounts.")
        with self._store.read() as reader:
            known = reader.people.person(PersonId(who))
            if known is not None:
                return known
            person = find_person_with_email(reader, who)
            if has_duplicate(reader, person):
                raise ConflictError(
                    f"There are several accounts with the address {person.email}: somebody wrote to the database past "
                    "Trigpoint. Pass the account's ID, which trigpoint person list shows."
                )
            return person

    def remove(self, actor: Actor, person_id: PersonId) -> Person:
        """Remove an account, and give it; only the operator may. Raises `ConflictError` for the Account Holder of a team."""
        if not actor.operator:
            raise ForbiddenError("Only the operator may remove an account, at the command line.")
        at = now_ms(self._clock)
        with self._store.change() as change:
            person = find_person(change, person_id)
            remove_account(change, actor, person, at=at)
        return person

    def rename(self, person_id: PersonId, *, name: str) -> Person:
        """Change a person's own name."""
        clean_name = read_person_name(name)
        at = now_ms(self._clock)
        with self._store.change() as change:
            person = find_person(change, person_id)
            after = replace(person, name=clean_name, version=person.version + 1)
            change.people.put(after)
            details = {"name": clean_name, "before": person.name}
            event = Event(EventKind.PERSON_RENAMED, person.email, None, person.email, dict(details))
            change.append(event, at=at)
        return after

    def change_password(self, person_id: PersonId, *, current: str, new: str, keep: str, network: str) -> None:
        """Change a person's own password; all their sessions end except the one with the ID `keep`.

        Wrong current passwords are throttled like signing in: raises `ThrottledError` after too many from `network`.
        Raises `ConflictError` if the password was reset in the meantime.
        """
        with self._store.read() as reader:
            person = find_person(reader, person_id)
            subjects = subjects_of(person.email, network)
            require_patience(reader, subjects, at=self._clock())
            before = reader.people.password_hash(person_id)
        if before is not None and not is_password(current, before):
            failed_at = now_ms(self._clock)
            with self._store.change() as change:
                forget_before = earlier(failed_at, to_ms(FORGET_AFTER_S))
                change.sessions.note_failure(subjects.values(), at=failed_at, forget_before=forget_before)
            raise InvalidError("currentPassword", "your current password", example="…", received="another")
        check_password(new, about=(person.name, person.email))
        hashed = hash_password(new)
        at = now_ms(self._clock)
        with self._store.change() as change:
            if change.people.password_hash(person_id) != before:  # a reset came meanwhile, and must stand
                raise ConflictError("Your password was changed meanwhile. Sign in with the new one.")
            change.people.put_password(person_id, hashed)
            change.people.remove_links_of(person_id, LinkKind.RESET)
            change.sessions.remove_all(person_id, keep=keep)
            details: Details = {"kept": keep, "fingerprint": fingerprint(hashed)}
            change.append(Event(EventKind.PASSWORD_CHANGED, person.email, None, person.email, details), at=at)

    def issue_reset_link(self, actor: Actor, email: str) -> IssuedLink:
        """Create a link with which a person can set a new password; only the operator may, at the command line."""
        if not actor.operator:
            raise ForbiddenError("Only the operator may reset a password.")
        at = now_ms(self._clock)
        with self._store.change() as change:
            person = find_person_with_email(change, email)
            change.people.remove_links_of(person.person_id, LinkKind.RESET)
            issued = issue_link(change, LinkKind.RESET, by=actor.name, at=at, person_id=person.person_id)
            details: Details = {"expiresAt": issued.link.expires_at, "fingerprint": issued.fingerprint}
            event = Event(EventKind.PASSWORD_RESET_ISSUED, actor.name, None, person.email, details)
            change.append(event, at=at)
            return issued

    def reset_password(self, secret: str, *, password: str) -> Person:
        """Set a new password with a reset link. All other access to the account ends: sessions, passkeys, API tokens.

        The second factor is switched off, and other reset links stop working.
        """
        with self._store.read() as reader:
            link = find_link(reader, secret, LinkKind.RESET, at=now_ms(self._clock))
            person = find_person(reader, link.person_id or PersonId(""))
        check_password(password, about=(person.name, person.email))
        hashed = hash_password(password)
        at = now_ms(self._clock)
        with self._store.change() as change:
            used = find_link(change, secret, LinkKind.RESET, at=at)
            change.people.remove_links_of(person.person_id, LinkKind.RESET)
            end_other_ways_in(change, person, at=at)
            after = replace(find_person(change, person.person_id), second_factor=False, version=person.version + 1)
            change.people.put(after)
            change.people.put_password(person.person_id, hashed)
            change.sessions.remove_all(person.person_id)
            details: Details = {
                "by": "reset link",
                "linkFrom": used.created_by,
                "fingerprint": fingerprint(hashed),
            }
            event = Event(EventKind.PASSWORD_CHANGED, person.email, None, person.email, details)
            change.append(event, at=at)
        return after


def find_person(reader: Reader, person_id: PersonId) -> Person:
    """Find a person by their ID."""
    person = reader.people.person(person_id)
    if person is None:
        raise NotFoundError("This account does not exist (any more).")
    return person


def find_person_with_email(reader: Reader, email: str) -> Person:
    """Find a person by their e-mail address, whose case does not matter."""
    person = reader.people.person_with_email(read_email(email))
    if person is None:
        raise NotFoundError(f"There is no account with the address {email}.")
    return person


def actor_of(reader: Reader, person: Person) -> Actor:
    """Give the actor of a person, with their present roles, and the operator's mark."""
    everywhere = OPERATOR_MARK if person.is_operator else frozenset()
    return Actor(person.email, roles=reader.people.roles(person.person_id), everywhere=everywhere)


def find_account_holder(reader: Reader, team_id: TeamId) -> Member | None:
    """Find the Account Holder of a team; None if nobody has joined it yet."""
    return next((one for one in reader.people.members(team_id) if one.membership.role is Role.ACCOUNT_HOLDER), None)


def accept(change: Change, link: Link, person: Person, *, at: Milliseconds) -> TeamId:
    """Make a person a member by an invitation, which is removed then; give the team."""
    if link.team_id is None or link.role is None:
        raise NotFoundError("This link is not an invitation.")
    if link.email is not None and link.email.casefold() != person.email.casefold():
        raise ForbiddenError("This invitation is for another address; sign in with that, or ask for a new invitation.")
    if change.people.membership(link.team_id, person.person_id) is not None:
        raise ConflictError("You are a member of this team already.")
    if link.role is Role.ACCOUNT_HOLDER and find_account_holder(change, link.team_id) is not None:
        raise ConflictError("The team has an Account Holder already, and only one; ask for another invitation.")
    change.people.remove_link(link.link_id)
    add_member(change, link.team_id, person, link.role, by=link.created_by, at=at, invitation=link.link_id)
    return link.team_id


def add_team(change: Change, name: str, by: str, *, at: Milliseconds) -> Team:
    """Write a new team with its event."""
    team = Team(new_team_id(), name, at)
    change.add_team(team)
    change.append(Event(EventKind.TEAM_CREATED, by, team.team_id, team.team_id, {"name": name}), at=at)
    return team


def add_member(
    change: Change,
    team_id: TeamId,
    person: Person,
    role: Role,
    *,
    by: str,
    at: Milliseconds,
    invitation: str | None = None,
) -> Membership:
    """Write a new membership with its event, which names the invitation that was used."""
    membership = Membership(team_id, person.person_id, role, at, by)
    change.people.add_membership(membership)
    details: Details = {"role": role.value, "name": person.name}
    if invitation is not None:
        details["invitation"] = invitation
    change.append(Event(EventKind.MEMBER_ADDED, by, team_id, person.email, details), at=at)
    return membership


def _created(person: Person, password_hash: str, *, by: str) -> Event:
    details: Details = {"name": person.name, "fingerprint": fingerprint(password_hash)}
    return Event(EventKind.PERSON_CREATED, by, None, person.email, details)


def _new_person(name: str, email: str, at: Milliseconds) -> Person:
    return Person(PersonId(new_id()), email, name, at)


def _require_nobody(reader: Reader) -> None:
    if reader.people.count():
        raise ConflictError("The first account exists already; others join by invitation.")
