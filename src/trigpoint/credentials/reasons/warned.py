"""Reasons for warnings; the token is accepted."""

from trigpoint.credentials.reasons.reason import Reason

# Warnings: the token is accepted.

TIME_IS_STRING = Reason(
    "TIME_IS_STRING",
    "A time claim is a string of digits; RFC 7519 requires a number.",
    cause="The code that signs the token writes the time as text, as some public clients do.",
    hint="Write the number without quotation marks; other servers refuse the string.",
)
LIFETIME_OVER_A_YEAR = Reason(
    "LIFETIME_OVER_A_YEAR",
    "The token is valid for longer than a year.",
    cause="A long lifetime was chosen so that the token need not be renewed. MapKit JS warns about it too.",
    hint="Prefer short lifetimes: a leaked token can only be ended by revoking its key.",
)
NO_ORIGIN = Reason(
    "NO_ORIGIN",
    "The token has no 'origin': whoever copies it can use it anywhere.",
    cause="'origin' was left out. Apple requires it for mapkit_js, web_snapshots and embed_api.",
    hint="Set 'origin' in every token that is sent to a browser.",
)
SCOPE_UNKNOWN_WORD = Reason(
    "SCOPE_UNKNOWN_WORD",
    "The token's 'scope' contains a word that is not a service.",
    cause="A typing error, or a scope of another system.",
    hint="The words are embed_api, mapkit_js, server_api and web_snapshots.",
)
