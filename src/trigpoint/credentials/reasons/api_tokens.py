"""Reasons to refuse an API token, the credential of the management API."""

from trigpoint.credentials.reasons.reason import Reason

API_TOKEN_MALFORMED = Reason(
    "API_TOKEN_MALFORMED",
    "This is not an API token: it does not have the form of one, or its checksum is wrong.",
    cause="The token was cut off or mistyped, or a Maps token was sent to the management API.",
    hint="Send the whole API token, from 'tp_' to its last character. Create one with 'trigpoint api-token create'.",
)
API_TOKEN_UNKNOWN = Reason(
    "API_TOKEN_UNKNOWN",
    "The API token is not known here.",
    cause="It belongs to another installation (a test server, say).",
    hint="Create one for this installation, in the portal or with 'trigpoint api-token create'.",
)
API_TOKEN_REVOKED = Reason(
    "API_TOKEN_REVOKED",
    "The API token was revoked.",
    cause="Somebody revoked it; the audit trail says who, and when.",
    hint="Create a new one, in the portal or with 'trigpoint api-token create'.",
)
API_TOKEN_EXPIRED = Reason(
    "API_TOKEN_EXPIRED",
    "The API token has expired.",
    cause="Every API token has an expiry, and this one's has passed.",
    hint="Create a new one, in the portal or with 'trigpoint api-token create'.",
)
API_TOKEN_OWNER_GONE = Reason(
    "API_TOKEN_OWNER_GONE",
    "The person that the API token acts for is no longer a member of its team.",
    cause="A personal token has the permissions of its owner, and its owner has left the team.",
    hint="Use a token that belongs to the team for programs that must not depend on one person's membership.",
)
