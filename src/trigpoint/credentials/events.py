"""Events, which the ledger records: what happened, to what, and who did it."""

from dataclasses import dataclass
from enum import StrEnum

from trigpoint.base.ids import TeamId

JsonScalar = str | int | bool | None
Details = dict[str, JsonScalar]


class EventKind(StrEnum):
    """The kind of an event: a noun, and what happened to it."""

    TEAM_CREATED = "team.created"
    TEAM_RENAMED = "team.renamed"
    MAPS_ID_REGISTERED = "maps_id.registered"
    MAPS_ID_EDITED = "maps_id.edited"
    MAPS_ID_REMOVED = "maps_id.removed"
    KEY_CREATED = "key.created"
    KEY_REGISTERED = "key.registered"
    KEY_DOWNLOADED = "key.downloaded"
    KEY_RENAMED = "key.renamed"
    KEY_REVOKED = "key.revoked"
    KEY_CEILINGS_SET = "key.ceilings_set"
    KEY_SUSPENDED = "key.suspended"
    KEY_RESUMED = "key.resumed"
    KEY_EXPIRY_SET = "key.expiry_set"
    KEY_ENDS_SOON = "key.ends_soon"
    KEY_HALF_DESTROYED = "key.half_destroyed"
    LEAK_REPORTED = "leak.reported"
    LEAK_CHOICE_SET = "leak.choice_set"
    MAPS_TOKEN_CREATED = "maps_token.created"  # noqa: S105 (a name, as are those below)
    MAPS_TOKEN_REVOKED = "maps_token.revoked"  # noqa: S105 (a name)
    MAPS_TOKEN_SUSPENDED = "maps_token.suspended"  # noqa: S105 (a name)
    MAPS_TOKEN_ENDS_SOON = "maps_token.ends_soon"  # noqa: S105 (a name)
    MAPS_TOKEN_RESUMED = "maps_token.resumed"  # noqa: S105 (a name)
    PERSON_CREATED = "person.created"
    PERSON_SIGNED_IN = "person.signed_in"
    PERSON_RENAMED = "person.renamed"
    PERSON_REMOVED = "person.removed"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105 (a name, not a secret)
    PASSWORD_RESET_ISSUED = "password.reset_issued"  # noqa: S105 (a name, not a secret)
    PASSKEY_ADDED = "passkey.added"
    PASSKEY_REMOVED = "passkey.removed"
    SECOND_FACTOR_SET = "second_factor.set"
    OPERATOR_ADDED = "operator.added"
    OPERATOR_REMOVED = "operator.removed"
    SESSION_ENDED = "session.ended"
    INVITATION_MADE = "invitation.made"
    INVITATION_WITHDRAWN = "invitation.withdrawn"
    MEMBER_ADDED = "member.added"
    MEMBER_ROLE_CHANGED = "member.role_changed"
    MEMBER_REMOVED = "member.removed"
    API_TOKEN_CREATED = "api_token.created"  # noqa: S105 (a name, not a secret)
    API_TOKEN_REVOKED = "api_token.revoked"  # noqa: S105 (a name, not a secret)
    QUOTA_SET = "quota.set"
    QUOTA_ALARM = "quota.alarm"
    QUOTA_USED_UP = "quota.used_up"
    WEBHOOK_ADDED = "webhook.added"
    WEBHOOK_EDITED = "webhook.edited"
    WEBHOOK_SECRET_RENEWED = "webhook.secret_renewed"  # noqa: S105 (a name, not a secret)
    WEBHOOK_REMOVED = "webhook.removed"
    WEBHOOK_DISABLED = "webhook.disabled"
    WEBHOOK_PAUSED = "webhook.paused"
    WEBHOOK_RESUMED = "webhook.resumed"
    WEBHOOK_REPLAYED = "webhook.replayed"
    WEBHOOK_TESTED = "webhook.tested"
    BACKUP_RESTORED = "backup.restored"
    SIGNING_SECRET_ROTATED = "signing_secret.rotated"  # noqa: S105 (a name, not a secret)
    SIGNING_SECRET_FORGOTTEN = "signing_secret.forgotten"  # noqa: S105 (a name, not a secret)


@dataclass(frozen=True, slots=True)
class Event:
    """An event that is not in the ledger yet.

    `actor` is who did it, for example `operator:alice` or `system`; `subject` is the ID of the changed object; `details`
    are values for the reader of the audit trail, and never a secret.
    """

    kind: EventKind
    actor: str
    team_id: TeamId | None
    subject: str
    details: Details
