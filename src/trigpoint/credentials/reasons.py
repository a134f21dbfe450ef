"""Every reason to refuse or to warn, as data: a code, a sentence, how it comes about, and what to do.

`docs/refusals.md` is written from this file (`python tools/write_refusals.py`), and a test holds the two together.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a credential is refused or draws a warning.

    `code` is stable and may be matched by programs; `sentence` says what is wrong, `cause` how that usually comes
    about, `hint` what to do.
    """

    code: str
    sentence: str
    cause: str
    hint: str


REASONS: dict[str, Reason] = {}


def _reason(code: str, sentence: str, *, cause: str, hint: str) -> Reason:
    reason = Reason(code, sentence, cause, hint)
    if REASONS.setdefault(code, reason) is not reason:
        raise ValueError(f"The reason {code} is defined twice.")
    return reason


# The Authorization header (RFC 6750).

AUTHORIZATION_MISSING = _reason(
    "AUTHORIZATION_MISSING",
    "The request has no Authorization header.",
    cause="The client sent no credential, or a proxy in between removed the header.",
    hint="Send 'Authorization: Bearer <token>'.",
)
AUTHORIZATION_NOT_BEARER = _reason(
    "AUTHORIZATION_NOT_BEARER",
    "The Authorization header is not of the form 'Bearer <token>'.",
    cause="Another scheme was used, 'Bearer' was left out, or two tokens were sent.",
    hint="Write the word 'Bearer', one space, and the token, and nothing else.",
)
BEARER_IS_ANSWER = _reason(
    "BEARER_IS_ANSWER",
    "The whole JSON answer of /v1/token was sent instead of the token in it.",
    cause="The answer was kept as it came, without taking 'accessToken' out of it.",
    hint="Send the value of 'accessToken' alone, without its quotation marks.",
)
BEARER_EMPTY = _reason(
    "BEARER_EMPTY",
    "The Authorization header says 'Bearer' but carries no token.",
    cause="The variable that should hold the token was empty when the request was made.",
    hint="Exchange an auth token at GET /v1/token first, and send the access token that comes back.",
)

# The form of a compact JWS (RFC 7515 §7.1, RFC 7519).

TOKEN_UNSET = _reason(
    "TOKEN_UNSET",
    "What was sent is not a token, but what stands for one that is missing.",
    cause="The variable that should hold the token was not set, or the example was copied as it stands.",
    hint="Look where the program takes its token from. Exchange an auth token at GET /v1/token first.",
)
TOKEN_IN_MARKS = _reason(
    "TOKEN_IN_MARKS",
    "The token stands between quotation marks or brackets.",
    cause="It was copied from JSON or from code with its marks, or printed by a language that adds them (b'…').",
    hint="Send the token alone: it begins with 'eyJ' and has neither marks nor brackets.",
)

TOKEN_TOO_LONG = _reason(
    "TOKEN_TOO_LONG",
    "The token is longer than 8,192 characters.",
    cause="Something other than a Maps token was sent, or a token with large additional claims.",
    hint="A Maps auth token has about 300 characters: keep to the claims iss, iat, exp, scope and origin.",
)
TOKEN_NOT_THREE_PARTS = _reason(
    "TOKEN_NOT_THREE_PARTS",
    "The token does not have three parts separated by dots.",
    cause="The token was cut off when it was copied, or it is not a compact JWS (an encrypted JWT has five parts).",
    hint="Send the whole token: header, payload and signature with a dot between them.",
)
TOKEN_PADDED = _reason(
    "TOKEN_PADDED",
    "A part of the token ends with '=' padding.",
    cause="The part was encoded with ordinary Base64 instead of base64url without padding (RFC 7515 §2).",
    hint="Strip the '=' characters after encoding, before the token is signed.",
)
TOKEN_NOT_BASE64URL = _reason(
    "TOKEN_NOT_BASE64URL",
    "A part of the token has characters or a length that base64url does not allow.",
    cause="Ordinary Base64 ('+' and '/') was used, or white space or a line break got into the token.",
    hint="Encode each part with base64url (A-Z a-z 0-9 '-' '_') without padding, and copy it without line breaks.",
)
TOKEN_NOT_CANONICAL = _reason(
    "TOKEN_NOT_CANONICAL",
    "A part of the token is base64url whose last character carries bits that mean nothing.",
    cause="The token was altered by hand, or written by an encoder that leaves unused bits set (RFC 4648 §3.5).",
    hint="Sign the token anew with a JWT library.",
)


def _json_reasons(part: str, word: str) -> tuple[Reason, ...]:
    name = word.capitalize()
    return (
        _reason(
            f"{part}_NOT_UTF8",
            f"The token's {word} is not valid UTF-8.",
            cause="The JSON was encoded with another character set, or holds half of a surrogate pair.",
            hint="Encode the JSON as UTF-8 before base64url (RFC 7515 §4, RFC 7519 §7.1).",
        ),
        _reason(
            f"{part}_HAS_BOM",
            f"The token's {word} begins with a byte order mark.",
            cause="The JSON was written by a tool that puts U+FEFF before UTF-8 text.",
            hint="Write the JSON without a byte order mark (RFC 8259 §8.1).",
        ),
        _reason(
            f"{part}_NOT_JSON",
            f"The token's {word} is not JSON.",
            cause="Single quotes, trailing commas, NaN or Infinity were used, or the part was encoded twice.",
            hint=f"Serialize the {word} with a JSON library.",
        ),
        _reason(
            f"{part}_NOT_OBJECT",
            f"The token's {word} is JSON, but not an object.",
            cause="A string, a list or a number was encoded instead of an object with members.",
            hint=f"{name}s are JSON objects: {{…}} (RFC 7519 §7.2).",
        ),
        _reason(
            f"{part}_TOO_DEEP",
            f"The token's {word} is nested more than 16 levels deep.",
            cause="The token was made to exhaust a parser.",
            hint="Maps tokens are flat objects.",
        ),
        _reason(
            f"{part}_TOO_MANY_PARTS",
            f"The token's {word} has more than 128 brackets, 128 commas or 1,000 backslashes.",
            cause="The token was made to exhaust a parser, or carries a long list.",
            hint="Maps tokens are flat objects of a few members.",
        ),
        _reason(
            f"{part}_DUPLICATE_MEMBER",
            f"The token's {word} has the same member twice.",
            cause="The JSON was put together by hand; Apple refuses two 'kid' members, for example.",
            hint="Write each member once (RFC 7515 §4).",
        ),
    )


(
    HEADER_NOT_UTF8,
    HEADER_HAS_BOM,
    HEADER_NOT_JSON,
    HEADER_NOT_OBJECT,
    HEADER_TOO_DEEP,
    HEADER_TOO_MANY_PARTS,
    HEADER_DUPLICATE_MEMBER,
) = _json_reasons("HEADER", "header")
(
    PAYLOAD_NOT_UTF8,
    PAYLOAD_HAS_BOM,
    PAYLOAD_NOT_JSON,
    PAYLOAD_NOT_OBJECT,
    PAYLOAD_TOO_DEEP,
    PAYLOAD_TOO_MANY_PARTS,
    PAYLOAD_DUPLICATE_MEMBER,
) = _json_reasons("PAYLOAD", "payload")

# The header of an auth token (contract §2.1).

ALG_NOT_ES256 = _reason(
    "ALG_NOT_ES256",
    "The token is not signed with ES256.",
    cause="The JWT library's default algorithm was used (often HS256), or 'alg' is missing or 'none'.",
    hint="Set the header's 'alg' to 'ES256' and sign with the P-256 private key.",
)
ACCESS_TOKEN_SENT = _reason(
    "ACCESS_TOKEN_SENT",
    "This is an access token; this call takes an auth token.",
    cause="The answer of /v1/token was sent to /v1/token again. There is no refresh token in Apple's scheme.",
    hint="Sign a new auth token with your private key, and exchange that.",
)
TYP_NOT_JWT = _reason(
    "TYP_NOT_JWT",
    "The header's 'typ' is not 'JWT'.",
    cause="'typ' says 'at+jwt', 'JWS' or the like.",
    hint="Set the header's 'typ' to 'JWT'.",
)
TYP_MISSING = _reason(
    "TYP_MISSING",
    "The header has no 'typ'.",
    cause="The JWT library leaves 'typ' out unless it is told (jose of Node, ruby-jwt, jwcrypto).",
    hint="Set the header's 'typ' to 'JWT': Apple documents it as required.",
)
KID_MISSING = _reason(
    "KID_MISSING",
    "The header has no 'kid', so that nobody can tell which key signed the token.",
    cause="The JWT library was not told the Key ID, or it was put into the payload.",
    hint="Put the ten-character Key ID into the header as 'kid'.",
)
KID_MALFORMED = _reason(
    "KID_MALFORMED",
    "The header's 'kid' is not a Key ID of ten upper-case letters and digits.",
    cause="The key's name or its file name was used (AuthKey_….p8) instead of its Key ID.",
    hint="The Key ID is the part between 'AuthKey_' and '.p8' in the file's name.",
)
CRIT_NOT_SUPPORTED = _reason(
    "CRIT_NOT_SUPPORTED",
    "The header has 'crit': it demands extensions that are not understood here.",
    cause="The token was made for another system (RFC 7515 §4.1.11).",
    hint="Leave 'crit' out.",
)
KEY_EMBEDDED = _reason(
    "KEY_EMBEDDED",
    "The header carries or names a key of its own ('jwk', 'jku', 'x5c' or 'x5u').",
    cause="The token asks to be verified with a key that it brings along, which would let anyone sign.",
    hint="Send 'kid' only; the key is the one that was registered under it.",
)

# The signature (RFC 7518 §3.4).

SIGNATURE_MISSING = _reason(
    "SIGNATURE_MISSING",
    "The token's signature is empty.",
    cause="An unsigned token ('alg': 'none') was made, or the last part was cut off.",
    hint="Sign the token with the private key.",
)
SIGNATURE_DER = _reason(
    "SIGNATURE_DER",
    "The signature is DER; ES256 takes the 64 raw bytes r and s.",
    cause="The output of openssl or of a cryptography library was used as it is. Where a page initializes a map it is "
    "accepted with this warning, as at Apple; nowhere else.",
    hint="Convert it: r and s, each left-padded with zeros to 32 bytes, one after the other (RFC 7518 §3.4).",
)
SIGNATURE_LENGTH = _reason(
    "SIGNATURE_LENGTH",
    "The signature does not have 64 bytes.",
    cause="r or s was not padded to 32 bytes (which fails now and then only), or another curve was used.",
    hint="Left-pad r and s with zeros to 32 bytes each.",
)
SIGNATURE_OUT_OF_RANGE = _reason(
    "SIGNATURE_OUT_OF_RANGE",
    "The signature's r or s is zero, or not below the order of P-256.",
    cause="The token was forged (CVE-2022-21449), or r and s were computed for another curve.",
    hint="Sign the token with a P-256 private key.",
)
SIGNATURE_INVALID = _reason(
    "SIGNATURE_INVALID",
    "The signature does not verify with the key that 'kid' names.",
    cause="Another private key signed the token (a wrong .p8 for this Key ID), or it was changed after signing.",
    hint="Check that the .p8 file is the one of this Key ID: 'trigpoint token inspect' with --private-key tells.",
)

# The claims (RFC 7519 §4.1, contract §2.1).

ISS_MISSING = _reason(
    "ISS_MISSING",
    "The claim 'iss' is missing.",
    cause="The Team ID was not given to the code that signs.",
    hint="Put the ten-character Team ID into the payload as 'iss'.",
)
ISS_NOT_TEAM = _reason(
    "ISS_NOT_TEAM",
    "The claim 'iss' is not the Team ID of the key's team.",
    cause="The Team ID of another team was used, or a bundle ID or Maps ID.",
    hint="Set 'iss' to the Team ID of the team that the key belongs to.",
)
ISS_IS_KEY_ID = _reason(
    "ISS_IS_KEY_ID",
    "The claim 'iss' holds the Key ID; it must hold the Team ID.",
    cause="Key ID and Team ID look alike (ten characters), and were swapped.",
    hint="Put the Key ID into the header as 'kid', and the Team ID into the payload as 'iss'.",
)
IAT_MISSING = _reason(
    "IAT_MISSING",
    "The claim 'iat' is missing.",
    cause="The JWT library was not told to write the time of issue.",
    hint="Set 'iat' to the seconds since 1970-01-01T00:00:00Z.",
)
EXP_MISSING = _reason(
    "EXP_MISSING",
    "The claim 'exp' is missing.",
    cause="The token was signed without an expiry.",
    hint="Set 'exp' to the seconds since the epoch at which the token shall end.",
)
TIME_NOT_NUMBER = _reason(
    "TIME_NOT_NUMBER",
    "One of the claims 'iat', 'exp' and 'nbf' is not a finite number.",
    cause="A date was written as text (ISO 8601), as true or null, or as a number too large to be one.",
    hint="Write seconds since the epoch as a JSON number (RFC 7519 §2, NumericDate).",
)
TIME_IN_MILLISECONDS = _reason(
    "TIME_IN_MILLISECONDS",
    "One of the claims 'iat', 'exp' and 'nbf' is in milliseconds.",
    cause="Date.now() in JavaScript and currentTimeMillis() in Java count milliseconds.",
    hint="Divide by 1000: the claims are in seconds.",
)
IAT_IN_FUTURE = _reason(
    "IAT_IN_FUTURE",
    "The token was issued in the future.",
    cause="The clock of the machine that signed is fast by more than a minute, or a time zone was added to 'iat'.",
    hint="Set the clock (NTP), and take 'iat' in UTC.",
)
TOKEN_EXPIRED = _reason(
    "TOKEN_EXPIRED",
    "The token has expired.",
    cause="'exp' has passed: the token was kept longer than its lifetime.",
    hint="Sign a new token; sign shortly before use, and refresh it before 'exp'.",
)
EXP_BEFORE_IAT = _reason(
    "EXP_BEFORE_IAT",
    "The token expires before it was issued.",
    cause="'exp' was set to a duration instead of a time, or the two claims were swapped.",
    hint="Set 'exp' to 'iat' plus the lifetime in seconds.",
)
NBF_IN_FUTURE = _reason(
    "NBF_IN_FUTURE",
    "The token is not valid yet: its 'nbf' is in the future.",
    cause="The JWT library wrote a 'not before' claim, and the clocks differ.",
    hint="Leave 'nbf' out; Maps tokens do not need it.",
)

# The key.

KEY_UNKNOWN = _reason(
    "KEY_UNKNOWN",
    "No key with this Key ID is registered here.",
    cause="The key belongs to another installation (or to Apple's portal), or the Key ID has a typing error.",
    hint="List the keys with 'trigpoint key list', and use a Key ID from that list.",
)
KEY_REVOKED = _reason(
    "KEY_REVOKED",
    "The key has been revoked. Every token that it signed, and every access token got with one, is invalid.",
    cause="Somebody with the right to do so revoked it; the audit trail says who, when and why.",
    hint="Sign with another live key of the same Maps ID, or create one. A revocation cannot be undone.",
)
KEY_SUSPENDED = _reason(
    "KEY_SUSPENDED",
    "The key or token is suspended.",
    cause="Somebody reported it as leaked, so it is refused until its team has looked at it.",
    hint="Make a new one and revoke this one; resume it only if the report was wrong.",
)
KEY_EXPIRED = _reason(
    "KEY_EXPIRED",
    "The key's expiry date has passed.",
    cause="The key was created with an expiry date. Keys without one never expire.",
    hint="Create a new key for the same Maps ID and sign with that.",
)
KEY_LACKS_SERVICE = _reason(
    "KEY_LACKS_SERVICE",
    "The key is not enabled for this service.",
    cause="The key was registered with fewer services than 'MapKit JS' enables.",
    hint="Use a key with this service, or register one.",
)

# Scope and origin (contract §2.1, §2.2).

SCOPE_MALFORMED = _reason(
    "SCOPE_MALFORMED",
    "The claim 'scope' is not a string of words separated by spaces.",
    cause="A list was written, as some other systems do.",
    hint='Write one string, for example "scope": "server_api" (RFC 8693 §4.2).',
)
SCOPE_WITH_COMMAS = _reason(
    "SCOPE_WITH_COMMAS",
    "The token's 'scope' has commas between its words.",
    cause="'scope' was written like 'origin', whose entries have commas between them.",
    hint="Write one blank between the words: 'server_api mapkit_js' (RFC 8693 §4.2).",
)
SCOPE_LACKS_SERVICE = _reason(
    "SCOPE_LACKS_SERVICE",
    "The token's 'scope' does not contain this service.",
    cause="The token was made for another framework.",
    hint="Add the service's word to 'scope', or leave 'scope' out to allow every service of the key.",
)
ORIGIN_MALFORMED = _reason(
    "ORIGIN_MALFORMED",
    "The claim 'origin' is not a string.",
    cause="A list of origins was written.",
    hint='Write one string with commas between the entries: "example.com,*.example.com".',
)
ORIGIN_TOO_MANY = _reason(
    "ORIGIN_TOO_MANY",
    "The claim 'origin' has more than 50 entries.",
    cause="Every host of a large site was listed by itself.",
    hint="Cover subdomains with one pattern (*.example.com), or sign a token for each site.",
)
ORIGIN_CHECK_FAILURE = _reason(
    "ORIGIN_CHECK_FAILURE",
    "The request's Origin is not one that the token allows.",
    cause="'example.com' does not cover its subdomains, '*.example.com' does not cover example.com itself, and a "
    "trailing slash matches nothing.",
    hint='Add the origin to the claim: "example.com,*.example.com" covers both.',
)
ORIGIN_MISSING = _reason(
    "ORIGIN_MISSING",
    "The token is restricted to origins, and the request names none.",
    cause="The call was made from a server, or a page suppressed the Origin and Referer headers.",
    hint="Use a token without 'origin' for calls from a server.",
)

CLAIMS_TOO_LONG = _reason(
    "CLAIMS_TOO_LONG",
    "The claims 'scope' and 'origin' are too long for the access token that has to carry them on.",
    cause="'origin' lists dozens of very long hosts; characters outside ASCII count six-fold.",
    hint="Cover subdomains with one pattern (*.example.com), or sign a token for each site.",
)

# Access tokens (contract §3).

SCOPE_OVER_CEILING = _reason(
    "SCOPE_OVER_CEILING",
    "The token asks for a service beyond the ceiling of its key.",
    cause="The key's team allowed fewer scopes than the token names; a token without a scope asks for all of them.",
    hint="Sign the token with a 'scope' that has only the words that the key allows.",
)
LIFETIME_OVER_CEILING = _reason(
    "LIFETIME_OVER_CEILING",
    "The token lives longer than the ceiling of its key.",
    cause="The time between 'iat' and 'exp' is longer than the key's team allowed.",
    hint="Sign tokens with a shorter life, and renew them in time.",
)
ORIGIN_OVER_CEILING = _reason(
    "ORIGIN_OVER_CEILING",
    "The token may be used from more places than the ceiling of its key allows.",
    cause="The claim 'origin' is missing, or has an entry that no entry of the key's ceiling covers.",
    hint="Sign the token with an 'origin' within what the key allows.",
)
AUTH_TOKEN_NOT_EXCHANGED = _reason(
    "AUTH_TOKEN_NOT_EXCHANGED",
    "This is an auth token; this call takes an access token.",
    cause="The token that was signed with the private key was sent to the API directly.",
    hint="Exchange it first: GET /v1/token with this token gives an access token for 30 minutes.",
)
ACCESS_TOKEN_ALG = _reason(
    "ACCESS_TOKEN_ALG",
    "The token is not an access token of this server.",
    cause="A token of another system was sent, or 'alg' was changed.",
    hint="Send the accessToken that GET /v1/token gave.",
)
ACCESS_TOKEN_FOREIGN = _reason(
    "ACCESS_TOKEN_FOREIGN",
    "The access token was not issued by this installation, or so long ago that its secret is gone.",
    cause="It came from Apple or from another Trigpoint (a test server, say), or it is far past its 30 minutes.",
    hint="Exchange an auth token at this server's /v1/token.",
)
ACCESS_TOKEN_INVALID = _reason(
    "ACCESS_TOKEN_INVALID",
    "The access token's signature is wrong: it was changed after it was issued.",
    cause="The token was cut off or altered on its way.",
    hint="Exchange an auth token at /v1/token again.",
)
ACCESS_TOKEN_EXPIRED = _reason(
    "ACCESS_TOKEN_EXPIRED",
    "The access token has expired.",
    cause="Access tokens last 30 minutes.",
    hint="Exchange an auth token at /v1/token again; do so a little before expiresInSeconds have passed.",
)
ACCESS_TOKEN_TOO_LONG = _reason(
    "ACCESS_TOKEN_TOO_LONG",
    "The access token says that it lives longer than access tokens do, or that it was issued in the future.",
    cause="This server writes no such token: somebody else has a signing secret of it, or a clock was set back.",
    hint="Look at the clocks (NTP). If they are right: 'trigpoint signing-secret rotate --end-tokens'.",
)

# The Embed API (contract §6.6), and access keys, which open the tiles of a map (contract §7.2).

EMBED_TOKEN_MISSING = _reason(
    "EMBED_TOKEN_MISSING",
    "The address of the embedded map has no token.",
    cause="The parameter 'token' is missing or empty, or a template wrote it without its value.",
    hint="Write '&token=' and an auth token or Maps token for the Maps Embed API into the iframe's 'src'.",
)
ACCESS_KEY_MISSING = _reason(
    "ACCESS_KEY_MISSING",
    "The address has no 'accessKey'.",
    cause="A tile, a style, a font or an icon was asked for without initializing a map first, or a proxy cut the query off.",
    hint="Initialize the map: GET /ma/bootstrap gives the access key, and addresses that have it.",
)
ACCESS_KEY_MALFORMED = _reason(
    "ACCESS_KEY_MALFORMED",
    "The 'accessKey' does not have the form of an access key.",
    cause="It was cut off, or another token was put in its place.",
    hint="Use the accessKey of the latest answer of /ma/bootstrap as it stands there.",
)
ACCESS_KEY_FOREIGN = _reason(
    "ACCESS_KEY_FOREIGN",
    "The access key was not issued by this installation, or so long ago that its secret is gone.",
    cause="It came from another Trigpoint (a test server, say), or it is far past its end.",
    hint="Initialize the map at this server: GET /ma/bootstrap.",
)
ACCESS_KEY_INVALID = _reason(
    "ACCESS_KEY_INVALID",
    "The access key was changed after it was issued.",
    cause="It was altered on its way, or somebody made it up.",
    hint="Use the accessKey of the latest answer of /ma/bootstrap as it stands there.",
)
ACCESS_KEY_EXPIRED = _reason(
    "ACCESS_KEY_EXPIRED",
    "The access key has expired.",
    cause="An access key lasts 30 to 60 minutes; mapkit.js gets a new one in time, unless the page slept.",
    hint="Initialize the map again: GET /ma/bootstrap, with the old access token as X-Maps-Access-Token.",
)
ACCESS_KEY_TOO_LONG = _reason(
    "ACCESS_KEY_TOO_LONG",
    "The access key says that it lives longer than access keys do.",
    cause="This server writes no such key: somebody else has a signing secret of it, or a clock was set back.",
    hint="Look at the clocks (NTP). If they are right: 'trigpoint signing-secret rotate --end-tokens'.",
)

# URLs of Web Snapshots (contract §6.4, §6.5).

SNAPSHOT_CREDENTIAL_MISSING = _reason(
    "SNAPSHOT_CREDENTIAL_MISSING",
    "The URL has neither a signature nor a token.",
    cause="The URL was copied before it was signed, or its end was cut off (some chat programs stop at a blank or a quote).",
    hint="Sign it ('trigpoint snapshot sign URL --private-key AuthKey_….p8'), or add a token for Web Snapshots as 'token='.",
)
SNAPSHOT_TWO_CREDENTIALS = _reason(
    "SNAPSHOT_TWO_CREDENTIALS",
    "The URL has a signature and a token: only one of them can open it.",
    cause="A signed URL was given a token as well, or the other way round.",
    hint="Send either 'teamId', 'keyId' and 'signature', or 'token'.",
)
SNAPSHOT_HTML_ESCAPED = _reason(
    "SNAPSHOT_HTML_ESCAPED",
    "The parameters of the URL are parted by '&amp;' and not by '&'.",
    cause="The URL was copied out of the source of a page, or escaped twice by a template.",
    hint="Write '&' in the URL itself; a template escapes it once, and the browser takes that back.",
)
SNAPSHOT_PARAMETER_TWICE = _reason(
    "SNAPSHOT_PARAMETER_TWICE",
    "A parameter of the credential stands in the URL twice.",
    cause="The URL was signed again without the old parameters being taken out.",
    hint="Write 'teamId', 'keyId', 'referer', 'expires', 'token' and 'signature' once at most.",
)
SNAPSHOT_SIGNATURE_NOT_LAST = _reason(
    "SNAPSHOT_SIGNATURE_NOT_LAST",
    "'signature' is not the last parameter of the URL.",
    cause="A parameter was added after signing ('utm_source', 'fbclid' or a counter against caches), an HTTP library sorted "
    "the parameters, or the URL ends in '&'.",
    hint="Send the signed URL as it is, with '&signature=' and its 86 characters at the very end.",
)
SNAPSHOT_SIGNATURE_DER = _reason(
    "SNAPSHOT_SIGNATURE_DER",
    "The signature is DER; a snapshot's URL takes the 64 raw bytes r and s.",
    cause="The output of openssl or of a cryptography library was used as it is.",
    hint="Convert it: r and s, each left-padded with zeros to 32 bytes, one after the other; then base64url.",
)
SNAPSHOT_SIGNATURE_FORM = _reason(
    "SNAPSHOT_SIGNATURE_FORM",
    "The signature is not 86 characters of base64url.",
    cause="Ordinary Base64 ('+', '/' or '=') or hexadecimal was written, r or s was not padded to 32 bytes (which fails now "
    "and then only), or the signature was cut off.",
    hint="Write the 64 bytes r and s as base64url (A-Z a-z 0-9 '-' '_') without padding: always 86 characters.",
)
SNAPSHOT_TEAM_ID = _reason(
    "SNAPSHOT_TEAM_ID",
    "The URL has no 'teamId', or it is not a Team ID of ten upper-case letters and digits.",
    cause="The parameter was left out, or written in another way ('teamID', 'team_id').",
    hint="Add 'teamId=' with the ten-character Team ID before the URL is signed.",
)
SNAPSHOT_KEY_ID = _reason(
    "SNAPSHOT_KEY_ID",
    "The URL has no 'keyId', or it is not a Key ID of ten upper-case letters and digits.",
    cause="The parameter was left out, or the key's name or its file name was used (AuthKey_….p8).",
    hint="Add 'keyId=' with the part between 'AuthKey_' and '.p8' of the file's name before the URL is signed.",
)
SNAPSHOT_IDS_SWAPPED = _reason(
    "SNAPSHOT_IDS_SWAPPED",
    "'teamId' holds the Key ID.",
    cause="Key ID and Team ID look alike (ten characters), and were swapped.",
    hint="Put the Team ID into 'teamId' and the Key ID into 'keyId', and sign the URL again.",
)
SNAPSHOT_OTHER_TEAM = _reason(
    "SNAPSHOT_OTHER_TEAM",
    "'teamId' is not the Team ID of the key's team.",
    cause="The Team ID of another team was used.",
    hint="Set 'teamId' to the Team ID of the team that the key belongs to.",
)
SNAPSHOT_SIGNATURE_INVALID = _reason(
    "SNAPSHOT_SIGNATURE_INVALID",
    "The signature does not verify over the URL as it was sent.",
    cause="The URL was changed after signing: a parameter was added, taken out or moved, or a library encoded it anew ('%20' "
    "as '+', ',' as '%2C'). Or other bytes were signed (with the host, without the path), or by another private key.",
    hint="Sign '/api/v1/snapshot?' and the query exactly as it is sent, and let nothing encode the URL again. 'trigpoint "
    "snapshot check URL --private-key AuthKey_….p8' says which of these it is.",
)
SNAPSHOT_EXPIRES_MALFORMED = _reason(
    "SNAPSHOT_EXPIRES_MALFORMED",
    "'expires' is not a whole number of seconds since the epoch.",
    cause="A date was written as text (ISO 8601), or the time with a fraction.",
    hint="Write the seconds since 1970-01-01T00:00:00Z as decimal digits, for example 'expires=1798761600'.",
)
SNAPSHOT_EXPIRES_IN_MILLISECONDS = _reason(
    "SNAPSHOT_EXPIRES_IN_MILLISECONDS",
    "'expires' is in milliseconds.",
    cause="Date.now() in JavaScript and currentTimeMillis() in Java count milliseconds.",
    hint="Divide by 1000, and sign the URL again.",
)
SNAPSHOT_EXPIRED = _reason(
    "SNAPSHOT_EXPIRED",
    "The URL has expired.",
    cause="'expires' has passed: the page, e-mail or document that has the URL is older than it.",
    hint="Sign a new URL. Where a picture shall stay, leave 'expires' out, or keep the picture itself.",
)
SNAPSHOT_REFERER_MISSING = _reason(
    "SNAPSHOT_REFERER_MISSING",
    "The URL is signed for a 'referer', and the request names none.",
    cause="The page has 'Referrer-Policy: no-referrer', or the picture was asked for by an e-mail program or a server.",
    hint="Let the page send its Referer (Referrer-Policy: strict-origin-when-cross-origin), or sign without 'referer'.",
)
SNAPSHOT_REFERER_MISMATCH = _reason(
    "SNAPSHOT_REFERER_MISMATCH",
    "The request's Referer is not the one that the URL is signed for.",
    cause="Browsers send other sites 'https://example.com/' and not the page's whole address; or another site shows the picture.",
    hint="Sign with the 'referer' that the browser sends, which is the origin with a slash: 'https://example.com/'.",
)

# API tokens, which open the management API.

API_TOKEN_MALFORMED = _reason(
    "API_TOKEN_MALFORMED",
    "This is not an API token: it does not have the form of one, or its checksum is wrong.",
    cause="The token was cut off or mistyped, or a Maps token was sent to the management API.",
    hint="Send the whole API token, from 'tp_' to its last character. Make one with 'trigpoint api-token create'.",
)
API_TOKEN_UNKNOWN = _reason(
    "API_TOKEN_UNKNOWN",
    "The API token is not known here.",
    cause="It belongs to another installation (a test server, say).",
    hint="Make one for this installation, in the portal or with 'trigpoint api-token create'.",
)
API_TOKEN_REVOKED = _reason(
    "API_TOKEN_REVOKED",
    "The API token was revoked.",
    cause="Somebody ended it; the audit trail says who, and when.",
    hint="Make a new one, in the portal or with 'trigpoint api-token create'.",
)
API_TOKEN_EXPIRED = _reason(
    "API_TOKEN_EXPIRED",
    "The API token has expired.",
    cause="Every API token has an end; this one's has passed.",
    hint="Make a new one, in the portal or with 'trigpoint api-token create'.",
)
API_TOKEN_OWNER_GONE = _reason(
    "API_TOKEN_OWNER_GONE",
    "The person that the API token acts for is no longer a member of its team.",
    cause="A personal token may no more than its owner may, and its owner left the team.",
    hint="Use a service token for programs that outlive a membership.",
)

# Warnings: the token is accepted.

TIME_IS_STRING = _reason(
    "TIME_IS_STRING",
    "A time claim is a string of digits; RFC 7519 wants a number.",
    cause="The code that signs turned the time into text. Some public clients do.",
    hint="Write the number without quotation marks; other servers refuse the string.",
)
LIFETIME_OVER_A_YEAR = _reason(
    "LIFETIME_OVER_A_YEAR",
    "The token lives longer than a year.",
    cause="A long-lived token was made to avoid refreshing. MapKit JS warns about it too.",
    hint="Prefer short tokens: a leaked one can only be ended by revoking its key.",
)
NO_ORIGIN = _reason(
    "NO_ORIGIN",
    "The token has no 'origin': whoever copies it can use it anywhere.",
    cause="'origin' was left out. Apple requires it for mapkit_js, web_snapshots and embed_api.",
    hint="Set 'origin' for every token that reaches a browser.",
)
SCOPE_UNKNOWN_WORD = _reason(
    "SCOPE_UNKNOWN_WORD",
    "The token's 'scope' has a word that names no service.",
    cause="A typing error, or a scope of another system.",
    hint="The words are embed_api, mapkit_js, server_api and web_snapshots.",
)
