"""What draws a warning, and is accepted."""

from trigpoint.credentials.reasons.reason import Reason

# Warnings: the token is accepted.

TIME_IS_STRING = Reason(
    "TIME_IS_STRING",
    "A time claim is a string of digits; RFC 7519 wants a number.",
    cause="The code that signs turned the time into text. Some public clients do.",
    hint="Write the number without quotation marks; other servers refuse the string.",
)
LIFETIME_OVER_A_YEAR = Reason(
    "LIFETIME_OVER_A_YEAR",
    "The token lives longer than a year.",
    cause="A long-lived token was made to avoid refreshing. MapKit JS warns about it too.",
    hint="Prefer short tokens: a leaked one can only be ended by revoking its key.",
)
NO_ORIGIN = Reason(
    "NO_ORIGIN",
    "The token has no 'origin': whoever copies it can use it anywhere.",
    cause="'origin' was left out. Apple requires it for mapkit_js, web_snapshots and embed_api.",
    hint="Set 'origin' for every token that reaches a browser.",
)
SCOPE_UNKNOWN_WORD = Reason(
    "SCOPE_UNKNOWN_WORD",
    "The token's 'scope' has a word that names no service.",
    cause="A typing error, or a scope of another system.",
    hint="The words are embed_api, mapkit_js, server_api and web_snapshots.",
)
