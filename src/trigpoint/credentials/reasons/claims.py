"""Reasons to refuse a token for its claims, its key, its scope or origin, or its key's ceilings; and access tokens."""

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
    "The claim 'iss' contains the Key ID; it must be the Team ID.",
    cause="Key ID and Team ID look alike (ten characters), and were swapped.",
    hint="Put the Key ID into the header as 'kid', and the Team ID into the payload as 'iss'.",
)
IAT_MISSING = Reason(
    "IAT_MISSING",
    "The claim 'iat' is missing.",
    cause="The JWT library does not add the time of issue by itself.",
    hint="Set 'iat' to the seconds since 1970-01-01T00:00:00Z.",
)
EXP_MISSING = Reason(
    "EXP_MISSING",
    "The claim 'exp' is missing.",
    cause="The token was signed without an expiry.",
    hint="Set 'exp' to the time at which the token expires, in seconds since the epoch.",
)
TIME_NOT_NUMBER = Reason(
    "TIME_NOT_NUMBER",
    "One of the claims 'iat', 'exp' and 'nbf' is not a finite number.",
    cause="A date was written as text (ISO 8601), as true or null, or as a number that is too large.",
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
    hint="Sign a new token shortly before it is used, and replace it before 'exp'.",
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
    "The key has been revoked. All tokens that it signed, and their access tokens, are invalid.",
    cause="Somebody with the right to do so revoked it; the audit trail says who, when and why.",
    hint="Sign with another live key of the same Maps ID, or create one. A revocation cannot be undone.",
)
KEY_SUSPENDED = Reason(
    "KEY_SUSPENDED",
    "The key or token is suspended.",
    cause="Somebody reported it as leaked, so it is refused until its team has checked the report.",
    hint="Create a new one and revoke this one; resume it only if the report was wrong.",
)
KEY_EXPIRED = Reason(
    "KEY_EXPIRED",
    "The key's expiry date has passed.",
    cause="The key was given an expiry date. Keys without one never expire.",
    hint="Create a new key for the same Maps ID, and sign with that.",
)
KEY_LACKS_SERVICE = Reason(
    "KEY_LACKS_SERVICE",
    "The key is not enabled for this service.",
    cause="Not all services were chosen when the key was created.",
    hint="Use a key that is enabled for this service, or create one.",
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
    hint="Write one space between the words: 'server_api mapkit_js' (RFC 8693 §4.2).",
)
SCOPE_LACKS_SERVICE = Reason(
    "SCOPE_LACKS_SERVICE",
    "The token's 'scope' does not contain this service.",
    cause="The token was signed for another service.",
    hint="Add the service to 'scope', or leave 'scope' out to allow every service of the key.",
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
    cause="Every host of a large site was listed separately.",
    hint="Cover subdomains with one pattern (*.example.com), or sign a token for each site.",
)
ORIGIN_CHECK_FAILURE = Reason(
    "ORIGIN_CHECK_FAILURE",
    "The request's Origin is not one that the token allows.",
    cause="'example.com' does not cover its subdomains, '*.example.com' does not cover example.com itself, and a "
    "trailing slash matches nothing.",
    hint='Add the origin to the claim: "example.com,*.example.com" covers the host and its subdomains, "localhost" this machine.',
)
ORIGIN_MISSING = Reason(
    "ORIGIN_MISSING",
    "The token is restricted to origins, and the request names none.",
    cause="The call was made from a server, or a page suppressed the Origin and Referer headers.",
    hint="Use a token without 'origin' for calls from a server.",
)

CLAIMS_TOO_LONG = Reason(
    "CLAIMS_TOO_LONG",
    "The claims 'scope' and 'origin' are too long for the access token, which contains them, too.",
    cause="'origin' lists dozens of very long hosts; a character outside ASCII counts as six.",
    hint="Cover subdomains with one pattern (*.example.com), or sign a token for each site.",
)

# The ceilings of the key.

SCOPE_OVER_CEILING = Reason(
    "SCOPE_OVER_CEILING",
    "The token allows a service that the ceiling of its key does not allow.",
    cause="The key's team has restricted the scopes of its tokens; a token without a scope allows every service.",
    hint="Sign the token with a 'scope' of services that the key allows.",
)
LIFETIME_OVER_CEILING = Reason(
    "LIFETIME_OVER_CEILING",
    "The token's lifetime is longer than the ceiling of its key.",
    cause="The key's team has restricted the time between 'iat' and 'exp' in its tokens.",
    hint="Sign tokens with a shorter lifetime, and replace them before they expire.",
)
ORIGIN_OVER_CEILING = Reason(
    "ORIGIN_OVER_CEILING",
    "The token allows an origin that the ceiling of its key does not allow.",
    cause="The claim 'origin' is missing, or has an entry that no entry of the key's ceiling covers.",
    hint="Sign the token with an 'origin' whose entries the key allows.",
)

# Access tokens (contract §3).

AUTH_TOKEN_NOT_EXCHANGED = Reason(
    "AUTH_TOKEN_NOT_EXCHANGED",
    "This is an auth token; this call needs an access token.",
    cause="The token that was signed with the private key was sent to the API without an exchange.",
    hint="Exchange it first: GET /v1/token with this token returns an access token for 30 minutes.",
)
ACCESS_TOKEN_ALG = Reason(
    "ACCESS_TOKEN_ALG",
    "The token is not an access token of this server.",
    cause="A token of another system was sent, or 'alg' was changed.",
    hint="Send the accessToken from the response of GET /v1/token.",
)
ACCESS_TOKEN_FOREIGN = Reason(
    "ACCESS_TOKEN_FOREIGN",
    "The access token was not issued by this installation, or so long ago that its signing secret was deleted.",
    cause="It is from Apple or from another Trigpoint (a test server, say), or it expired long ago.",
    hint="Exchange an auth token at this server's /v1/token.",
)
ACCESS_TOKEN_INVALID = Reason(
    "ACCESS_TOKEN_INVALID",
    "The access token's signature is wrong: the token was changed after it was issued.",
    cause="The token was cut off or altered.",
    hint="Exchange an auth token at /v1/token again.",
)
ACCESS_TOKEN_EXPIRED = Reason(
    "ACCESS_TOKEN_EXPIRED",
    "The access token has expired.",
    cause="Access tokens are valid for 30 minutes.",
    hint="Exchange an auth token at /v1/token again, shortly before expiresInSeconds have passed.",
)
ACCESS_TOKEN_TOO_LONG = Reason(
    "ACCESS_TOKEN_TOO_LONG",
    "The access token has a longer lifetime than access tokens can have, or was issued in the future.",
    cause="This server issues no such token: somebody else has one of its signing secrets, or a clock was set back.",
    hint="Check the clocks (NTP). If they are right: 'trigpoint signing-secret rotate --end-tokens'.",
)
