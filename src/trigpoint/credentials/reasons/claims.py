"""Why what a token says is refused: its claims, its key, its scope and origin; and access tokens."""

from trigpoint.credentials.reasons.reason import Reason

# The claims (RFC 7519 §4.1, contract §2.1).

ISS_MISSING = Reason(
    "ISS_MISSING",
    "The claim 'iss' is missing.",
    cause="The Team ID was not given to the code that signs.",
    hint="Put the ten-character Team ID into the payload as 'iss'.",
)
ISS_NOT_TEAM = Reason(
    "ISS_NOT_TEAM",
    "The claim 'iss' is not the Team ID of the key's team.",
    cause="The Team ID of another team was used, or a bundle ID or Maps ID.",
    hint="Set 'iss' to the Team ID of the team that the key belongs to.",
)
ISS_IS_KEY_ID = Reason(
    "ISS_IS_KEY_ID",
    "The claim 'iss' holds the Key ID; it must hold the Team ID.",
    cause="Key ID and Team ID look alike (ten characters), and were swapped.",
    hint="Put the Key ID into the header as 'kid', and the Team ID into the payload as 'iss'.",
)
IAT_MISSING = Reason(
    "IAT_MISSING",
    "The claim 'iat' is missing.",
    cause="The JWT library was not told to write the time of issue.",
    hint="Set 'iat' to the seconds since 1970-01-01T00:00:00Z.",
)
EXP_MISSING = Reason(
    "EXP_MISSING",
    "The claim 'exp' is missing.",
    cause="The token was signed without an expiry.",
    hint="Set 'exp' to the seconds since the epoch at which the token shall end.",
)
TIME_NOT_NUMBER = Reason(
    "TIME_NOT_NUMBER",
    "One of the claims 'iat', 'exp' and 'nbf' is not a finite number.",
    cause="A date was written as text (ISO 8601), as true or null, or as a number too large to be one.",
    hint="Write seconds since the epoch as a JSON number (RFC 7519 §2, NumericDate).",
)
TIME_IN_MILLISECONDS = Reason(
    "TIME_IN_MILLISECONDS",
    "One of the claims 'iat', 'exp' and 'nbf' is in milliseconds.",
    cause="Date.now() in JavaScript and currentTimeMillis() in Java count milliseconds.",
    hint="Divide by 1000: the claims are in seconds.",
)
IAT_IN_FUTURE = Reason(
    "IAT_IN_FUTURE",
    "The token was issued in the future.",
    cause="The clock of the machine that signed is fast by more than a minute, or a time zone was added to 'iat'.",
    hint="Set the clock (NTP), and take 'iat' in UTC.",
)
TOKEN_EXPIRED = Reason(
    "TOKEN_EXPIRED",
    "The token has expired.",
    cause="'exp' has passed: the token was kept longer than its lifetime.",
    hint="Sign a new token; sign shortly before use, and refresh it before 'exp'.",
)
EXP_BEFORE_IAT = Reason(
    "EXP_BEFORE_IAT",
    "The token expires before it was issued.",
    cause="'exp' was set to a duration instead of a time, or the two claims were swapped.",
    hint="Set 'exp' to 'iat' plus the lifetime in seconds.",
)
NBF_IN_FUTURE = Reason(
    "NBF_IN_FUTURE",
    "The token is not valid yet: its 'nbf' is in the future.",
    cause="The JWT library wrote a 'not before' claim, and the clocks differ.",
    hint="Leave 'nbf' out; Maps tokens do not need it.",
)

# The key.

KEY_UNKNOWN = Reason(
    "KEY_UNKNOWN",
    "No key with this Key ID is registered here.",
    cause="The key belongs to another installation (or to Apple's portal), or the Key ID has a typing error.",
    hint="List the keys with 'trigpoint key list', and use a Key ID from that list.",
)
KEY_REVOKED = Reason(
    "KEY_REVOKED",
    "The key has been revoked. Every token that it signed, and every access token got with one, is invalid.",
    cause="Somebody with the right to do so revoked it; the audit trail says who, when and why.",
    hint="Sign with another live key of the same Maps ID, or create one. A revocation cannot be undone.",
)
KEY_SUSPENDED = Reason(
    "KEY_SUSPENDED",
    "The key or token is suspended.",
    cause="Somebody reported it as leaked, so it is refused until its team has looked at it.",
    hint="Make a new one and revoke this one; resume it only if the report was wrong.",
)
KEY_EXPIRED = Reason(
    "KEY_EXPIRED",
    "The key's expiry date has passed.",
    cause="The key was created with an expiry date. Keys without one never expire.",
    hint="Create a new key for the same Maps ID and sign with that.",
)
KEY_LACKS_SERVICE = Reason(
    "KEY_LACKS_SERVICE",
    "The key is not enabled for this service.",
    cause="The key was registered with fewer services than 'MapKit JS' enables.",
    hint="Use a key with this service, or register one.",
)

# Scope and origin (contract §2.1, §2.2).

SCOPE_MALFORMED = Reason(
    "SCOPE_MALFORMED",
    "The claim 'scope' is not a string of words separated by spaces.",
    cause="A list was written, as some other systems do.",
    hint='Write one string, for example "scope": "server_api" (RFC 8693 §4.2).',
)
SCOPE_WITH_COMMAS = Reason(
    "SCOPE_WITH_COMMAS",
    "The token's 'scope' has commas between its words.",
    cause="'scope' was written like 'origin', whose entries have commas between them.",
    hint="Write one blank between the words: 'server_api mapkit_js' (RFC 8693 §4.2).",
)
SCOPE_LACKS_SERVICE = Reason(
    "SCOPE_LACKS_SERVICE",
    "The token's 'scope' does not contain this service.",
    cause="The token was made for another framework.",
    hint="Add the service's word to 'scope', or leave 'scope' out to allow every service of the key.",
)
ORIGIN_MALFORMED = Reason(
    "ORIGIN_MALFORMED",
    "The claim 'origin' is not a string.",
    cause="A list of origins was written.",
    hint='Write one string with commas between the entries: "example.com,*.example.com".',
)
ORIGIN_TOO_MANY = Reason(
    "ORIGIN_TOO_MANY",
    "The claim 'origin' has more than 50 entries.",
    cause="Every host of a large site was listed by itself.",
    hint="Cover subdomains with one pattern (*.example.com), or sign a token for each site.",
)
ORIGIN_CHECK_FAILURE = Reason(
    "ORIGIN_CHECK_FAILURE",
    "The request's Origin is not one that the token allows.",
    cause="'example.com' does not cover its subdomains, '*.example.com' does not cover example.com itself, and a "
    "trailing slash matches nothing.",
    hint='Add the origin to the claim: "example.com,*.example.com" covers both.',
)
ORIGIN_MISSING = Reason(
    "ORIGIN_MISSING",
    "The token is restricted to origins, and the request names none.",
    cause="The call was made from a server, or a page suppressed the Origin and Referer headers.",
    hint="Use a token without 'origin' for calls from a server.",
)

CLAIMS_TOO_LONG = Reason(
    "CLAIMS_TOO_LONG",
    "The claims 'scope' and 'origin' are too long for the access token that has to carry them on.",
    cause="'origin' lists dozens of very long hosts; characters outside ASCII count six-fold.",
    hint="Cover subdomains with one pattern (*.example.com), or sign a token for each site.",
)

# Access tokens (contract §3).

SCOPE_OVER_CEILING = Reason(
    "SCOPE_OVER_CEILING",
    "The token asks for a service beyond the ceiling of its key.",
    cause="The key's team allowed fewer scopes than the token names; a token without a scope asks for all of them.",
    hint="Sign the token with a 'scope' that has only the words that the key allows.",
)
LIFETIME_OVER_CEILING = Reason(
    "LIFETIME_OVER_CEILING",
    "The token lives longer than the ceiling of its key.",
    cause="The time between 'iat' and 'exp' is longer than the key's team allowed.",
    hint="Sign tokens with a shorter life, and renew them in time.",
)
ORIGIN_OVER_CEILING = Reason(
    "ORIGIN_OVER_CEILING",
    "The token may be used from more places than the ceiling of its key allows.",
    cause="The claim 'origin' is missing, or has an entry that no entry of the key's ceiling covers.",
    hint="Sign the token with an 'origin' within what the key allows.",
)
AUTH_TOKEN_NOT_EXCHANGED = Reason(
    "AUTH_TOKEN_NOT_EXCHANGED",
    "This is an auth token; this call takes an access token.",
    cause="The token that was signed with the private key was sent to the API directly.",
    hint="Exchange it first: GET /v1/token with this token gives an access token for 30 minutes.",
)
ACCESS_TOKEN_ALG = Reason(
    "ACCESS_TOKEN_ALG",
    "The token is not an access token of this server.",
    cause="A token of another system was sent, or 'alg' was changed.",
    hint="Send the accessToken that GET /v1/token gave.",
)
ACCESS_TOKEN_FOREIGN = Reason(
    "ACCESS_TOKEN_FOREIGN",
    "The access token was not issued by this installation, or so long ago that its secret is gone.",
    cause="It came from Apple or from another Trigpoint (a test server, say), or it is far past its 30 minutes.",
    hint="Exchange an auth token at this server's /v1/token.",
)
ACCESS_TOKEN_INVALID = Reason(
    "ACCESS_TOKEN_INVALID",
    "The access token's signature is wrong: it was changed after it was issued.",
    cause="The token was cut off or altered on its way.",
    hint="Exchange an auth token at /v1/token again.",
)
ACCESS_TOKEN_EXPIRED = Reason(
    "ACCESS_TOKEN_EXPIRED",
    "The access token has expired.",
    cause="Access tokens last 30 minutes.",
    hint="Exchange an auth token at /v1/token again; do so a little before expiresInSeconds have passed.",
)
ACCESS_TOKEN_TOO_LONG = Reason(
    "ACCESS_TOKEN_TOO_LONG",
    "The access token says that it lives longer than access tokens do, or that it was issued in the future.",
    cause="This server writes no such token: somebody else has a signing secret of it, or a clock was set back.",
    hint="Look at the clocks (NTP). If they are right: 'trigpoint signing-secret rotate --end-tokens'.",
)
