"""Accounts of people, their memberships in teams, and the links by which they join or reset a password."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from trigpoint.base.clock import DAY_S, Milliseconds
from trigpoint.base.errors import InvalidError, refuse_secret
from trigpoint.base.ids import TeamId
from trigpoint.credentials.roles import Role

PersonId = NewType("PersonId", str)

NAME_LIMIT = 100
EMAIL_LIMIT = 254
"""RFC 5321 §4.5.3.1.3, less the angle brackets."""
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@[^\s@<>\"(),:;\\\[\]/]+", re.UNICODE)

SET_UP_LIFETIME_S = 30 * 60
INVITATION_LIFETIME_S = 7 * DAY_S
RESET_LIFETIME_S = 60 * 60


@dataclass(frozen=True, slots=True)
class Person:
    """An account. `created_at` is in milliseconds since the epoch; `version` is incremented by each edit.

    With `second_factor`, signing in needs a passkey after the password. `is_operator` is the operator's mark: the person
    has the permissions `OPERATOR_MARK` in every team.
    """

    person_id: PersonId
    email: str
    name: str
    created_at: Milliseconds
    second_factor: bool = False
    is_operator: bool = False
    version: int = 1


@dataclass(frozen=True, slots=True)
class Membership:
    """The role of a person in a team, and since when (milliseconds)."""

    team_id: TeamId
    person_id: PersonId
    role: Role
    since: Milliseconds
    added_by: str
    version: int = 1


@dataclass(frozen=True, slots=True)
class Member:
    """A person and their membership in a team."""

    person: Person
    membership: Membership


class LinkKind(StrEnum):
    """What a link is for: the first account, joining a team, or setting a new password. A link works once."""

    SET_UP = "set_up"
    INVITATION = "invitation"
    RESET = "reset"


LINK_LIFETIMES_S = {
    LinkKind.SET_UP: SET_UP_LIFETIME_S,
    LinkKind.INVITATION: INVITATION_LIFETIME_S,
    LinkKind.RESET: RESET_LIFETIME_S,
}


@dataclass(frozen=True, slots=True)
class Link:
    """The record of a link that works once. `link_id` is not its secret. Times are in milliseconds.

    `team_id`, `role` and `email` are those of an invitation; `person_id` is the account whose password is reset.
    """

    link_id: str
    kind: LinkKind
    created_at: Milliseconds
    created_by: str
    expires_at: Milliseconds
    team_id: TeamId | None = None
    role: Role | None = None
    email: str | None = None
    person_id: PersonId | None = None


def read_email(text: str) -> str:
    """Check the form of an e-mail address; whether it exists is not checked. Raises InvalidError."""
    email = text.strip()
    local, _, domain = email.rpartition("@")
    well_formed = _EMAIL.fullmatch(email) is not None and email.isprintable()
    if not well_formed or len(email) > EMAIL_LIMIT or not local or domain.startswith(".") or domain.endswith("."):
        raise InvalidError("email", "an e-mail address", example="ada@example.com", received=text)
    return email


def same_email(email: str) -> str:
    """Give an e-mail address in the form in which addresses are compared: without its case."""
    return email.strip().casefold()


def read_person_name(text: str) -> str:
    """Check a person's name: 1 to 100 printable characters, and no secret; white space is collapsed."""
    refuse_secret("name", text)
    name = " ".join(text.split())
    if not 1 <= len(name) <= NAME_LIMIT or not name.isprintable():
        raise InvalidError("name", f"1 to {NAME_LIMIT} printable characters", example="Ada Lovelace", received=text)
    return name


def read_role(text: str) -> Role:
    """Read a role in any spelling: `account holder`, `account-holder`, `ACCOUNT_HOLDER`. Raises InvalidError."""
    plain = "_".join(text.lower().replace("-", " ").replace("_", " ").split())
    try:
        return Role(plain)
    except ValueError:
        rule = "one of account_holder, admin, developer, viewer"
        raise InvalidError("role", rule, example="developer", received=text) from None
