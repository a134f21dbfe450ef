"""What ends with an account, or with a membership: other ways into the account, and invitations that somebody made."""

from dataclasses import replace

from trigpoint.base.clock import Milliseconds
from trigpoint.base.errors import ConflictError
from trigpoint.base.ids import TeamId
from trigpoint.credentials import standing
from trigpoint.credentials.events import Details, Event, EventKind
from trigpoint.credentials.fingerprint import fingerprint
from trigpoint.credentials.person import Link, Person
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.standing import standing_after
from trigpoint.store.reader import Reader
from trigpoint.store.writer import Change


def remove_account(change: Change, actor: Actor, person: Person, *, at: Milliseconds) -> None:
    """Remove an account with its memberships, and all that gives access to it, each with its event.

    Raises `ConflictError` for the Account Holder of a team, by the ledger: somebody else must become that first. What an
    inserted row says does not count. If a second account with the same address was inserted past the ledger, the events
    have `duplicate`: the ledger goes on speaking of the other account.
    """
    is_duplicate = has_duplicate(change, person)
    roles = change.people.roles(person.person_id)
    for team_id in sorted(roles):
        if not is_duplicate and _is_holder(change, person, team_id):
            raise ConflictError(
                f"{person.email} is the Account Holder of the team {team_id}. Make somebody else Account Holder first."
            )
    extra: Details = {"duplicate": True} if is_duplicate else {}
    for team_id, role in sorted(roles.items()):
        change.people.remove_membership(team_id, person.person_id)
        details: Details = {"role": role.value, "name": person.name, **extra}
        change.append(Event(EventKind.MEMBER_REMOVED, actor.name, team_id, person.email, details), at=at)
        if not is_duplicate:
            withdraw_invitations_by(change, actor, person, team_id, at=at)
    if not is_duplicate:
        revoke_own_tokens(change, actor, person, by="removal of the account", at=at)
    change.people.remove(person.person_id)
    event = Event(EventKind.PERSON_REMOVED, actor.name, None, person.email, {"name": person.name, **extra})
    change.append(event, at=at)


def has_duplicate(reader: Reader, person: Person) -> bool:
    """Tell whether another account has the same address, which only somebody who wrote to the database can have made."""
    return sum(one.email == person.email for one in reader.people.everyone()) > 1


def _is_holder(change: Change, person: Person, team_id: TeamId) -> bool:
    kinds = standing.MEMBER.kinds
    entries = [one for one in change.entries(team_id=team_id, subject=person.email) if one.kind in kinds]
    found = standing_after(standing.MEMBER, entries)
    return found.ended is None and found.values.get("role", (None, 0))[0] == Role.ACCOUNT_HOLDER.value


def withdraw_invitations_by(change: Change, actor: Actor, person: Person, team_id: TeamId, *, at: Milliseconds) -> None:
    """Withdraw the open invitations that a person, or a personal API token of theirs, made in the team.

    Otherwise an Admin who is removed could come back with a link that they had kept.
    """
    own_tokens = [token.token_id for token in change.api_tokens.all(team_id) if token.owner == person.email]
    makers = {person.email, *(f"api-token:{token_id}" for token_id in own_tokens)}
    for link in change.people.invitations(team_id):
        if link.created_by in makers:
            withdraw(change, actor, team_id, link, at=at)


def withdraw(change: Change, actor: Actor, team_id: TeamId, link: Link, *, at: Milliseconds) -> None:
    """Withdraw an invitation, with its event."""
    change.people.remove_link(link.link_id)
    event = Event(EventKind.INVITATION_WITHDRAWN, actor.name, team_id, link.link_id, {"email": link.email})
    change.append(event, at=at)


def end_other_ways_in(change: Change, person: Person, *, at: Milliseconds) -> None:
    """Remove the passkeys of a person whose password was reset, and revoke their personal API tokens."""
    for passkey in change.sessions.passkeys(person.person_id):
        change.sessions.remove_passkey(person.person_id, passkey.credential_id)
        details: Details = {
            "name": passkey.name,
            "by": "reset link",
            "fingerprint": fingerprint(passkey.credential_id, passkey.public_key),
        }
        change.append(Event(EventKind.PASSKEY_REMOVED, person.email, None, person.email, details), at=at)
    revoke_own_tokens(change, Actor(person.email), person, by="reset link", at=at)


def revoke_own_tokens(change: Change, actor: Actor, person: Person, *, by: str, at: Milliseconds) -> None:
    """Revoke the personal API tokens of a person; `by` is the reason, for the audit trail."""
    for token in change.api_tokens.all():
        if token.owner == person.email and token.revoked_at is None:
            change.api_tokens.put(replace(token, revoked_at=at, revoked_by=actor.name))
            details: Details = {"name": token.name, "by": by}
            event = Event(EventKind.API_TOKEN_REVOKED, actor.name, token.team_id, token.token_id, details)
            change.append(event, at=at)
