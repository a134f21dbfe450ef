"""Roles and permissions in a team (contract §1.2: Account Holder and Admin create, edit, revoke and download keys)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from trigpoint.base.errors import ForbiddenError
from trigpoint.base.ids import TeamId


class Role(StrEnum):
    """A member's role in one team, the highest first."""

    ACCOUNT_HOLDER = "account_holder"
    ADMIN = "admin"
    DEVELOPER = "developer"
    VIEWER = "viewer"

    @property
    def words(self) -> str:
        """The name of the role for people."""
        return self.value.replace("_", " ").title()

    def covers(self, other: "Role") -> bool:
        """Tell whether this role has every permission of the other role."""
        return ALLOWED[other] <= ALLOWED[self]


class Permission(StrEnum):
    """A permission in a team; its value completes "… may not …"."""

    READ = "see this team"
    CREATE_TOKENS = "create tokens"
    CHANGE_IDENTIFIERS = "register, edit or remove Maps IDs"
    CHANGE_KEYS = "create, download, rename or revoke keys"
    CHANGE_MAPS_TOKENS = "create or revoke Maps tokens"
    CHANGE_MEMBERS = "invite, change or remove members"
    CHANGE_API_TOKENS = "create or revoke the team's API tokens"
    CHANGE_WEBHOOKS = "see, add or remove webhooks"
    CHANGE_LIMITS = "change quotas"
    CHANGE_TEAM = "rename the team"


ALLOWED: Mapping[Role, frozenset[Permission]] = {
    Role.ACCOUNT_HOLDER: frozenset(Permission) - {Permission.CHANGE_LIMITS},
    Role.ADMIN: frozenset(Permission) - {Permission.CHANGE_LIMITS, Permission.CHANGE_TEAM},
    Role.DEVELOPER: frozenset({Permission.READ, Permission.CREATE_TOKENS}),
    Role.VIEWER: frozenset({Permission.READ}),
}


OPERATOR_MARK = frozenset({Permission.CHANGE_LIMITS})
"""The permissions that a person with the operator's mark has in every team, also without being a member."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a request; `name` is what the audit trail calls them.

    `operator` is true for a command on the server's machine, which may do everything; `roles` are the roles in teams;
    `everywhere` are permissions in every team, beside those of the roles.
    """

    name: str
    operator: bool = False
    roles: Mapping[TeamId, Role] = field(default_factory=dict)
    everywhere: frozenset[Permission] = frozenset()

    @classmethod
    def as_operator(cls, name: str) -> "Actor":
        """Give the actor of the operator: somebody with a shell on the server's machine."""
        return cls(f"operator:{name}", operator=True)

    def may(self, permission: Permission, team_id: TeamId) -> bool:
        """Tell whether the actor has a permission in a team."""
        role = self.roles.get(team_id)
        return self.operator or permission in self.everywhere or (role is not None and permission in ALLOWED[role])

    def require(self, permission: Permission, team_id: TeamId) -> None:
        """Raise `ForbiddenError` unless the actor has a permission in a team."""
        if self.may(permission, team_id):
            return
        role = self.roles.get(team_id)
        who = f"The role {role.words}" if role is not None else "Someone who is not a member of the team"
        raise ForbiddenError(f"{who} may not {permission.value}.")


SYSTEM = Actor("system", operator=True)
"""The installation itself: the actor of events without a request."""
