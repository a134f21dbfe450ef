"""Reasons to refuse a map on a page, or a picture: the Embed API, access keys, and URLs of Web Snapshots."""

from trigpoint.credentials.reasons.reason import Reason

# The Embed API (contract §6.6), and access keys, the credentials for the tiles of a map (contract §7.2).

EMBED_TOKEN_MISSING = Reason(
    "EMBED_TOKEN_MISSING",
    "The URL of the embedded map has no token.",
    cause="The parameter 'token' is missing or empty, for example because a template had no value for it.",
    hint="Add '&token=' and an auth token or Maps token for the Maps Embed API to the 'src' of the iframe.",
)
ACCESS_KEY_MISSING = Reason(
    "ACCESS_KEY_MISSING",
    "The URL has no 'accessKey'.",
    cause="A tile, style, font or icon was requested without initializing a map first, or a proxy removed the query.",
    hint="Initialize the map: GET /ma/bootstrap returns the access key, and URLs that contain it.",
)
ACCESS_KEY_MALFORMED = Reason(
    "ACCESS_KEY_MALFORMED",
    "The 'accessKey' does not have the form of an access key.",
    cause="It was cut off, or another token was sent instead.",
    hint="Use the accessKey from the latest response of /ma/bootstrap, unchanged.",
)
ACCESS_KEY_FOREIGN = Reason(
    "ACCESS_KEY_FOREIGN",
    "The access key was not issued by this installation, or so long ago that its signing secret was deleted.",
    cause="It is from another Trigpoint (a test server, say), or it expired long ago.",
    hint="Initialize the map at this server: GET /ma/bootstrap.",
)
ACCESS_KEY_INVALID = Reason(
    "ACCESS_KEY_INVALID",
    "The access key was changed after it was issued.",
    cause="It was altered, or somebody invented it.",
    hint="Use the accessKey from the latest response of /ma/bootstrap, unchanged.",
)
ACCESS_KEY_EXPIRED = Reason(
    "ACCESS_KEY_EXPIRED",
    "The access key has expired.",
    cause="An access key is valid for 30 to 60 minutes; mapkit.js gets a new one in time, unless the page was suspended.",
    hint="Initialize the map again: GET /ma/bootstrap, with the old access token as X-Maps-Access-Token.",
)
ACCESS_KEY_TOO_LONG = Reason(
    "ACCESS_KEY_TOO_LONG",
    "The access key has a longer lifetime than access keys can have.",
    cause="This server issues no such key: somebody else has one of its signing secrets, or a clock was set back.",
    hint="Check the clocks (NTP). If they are right: 'trigpoint signing-secret rotate --end-tokens'.",
)

# URLs of Web Snapshots (contract §6.4, §6.5).

SNAPSHOT_CREDENTIAL_MISSING = Reason(
    "SNAPSHOT_CREDENTIAL_MISSING",
    "The URL has neither a signature nor a token.",
    cause="The URL was copied before it was signed, or its end was cut off (some chat programs stop at a blank or a quote).",
    hint="Sign it ('trigpoint snapshot sign URL --private-key AuthKey_….p8'), or add a token for Web Snapshots as 'token='.",
)
SNAPSHOT_TWO_CREDENTIALS = Reason(
    "SNAPSHOT_TWO_CREDENTIALS",
    "The URL has a signature and a token; it must have one of them.",
    cause="A token was added to a signed URL, or a signature to a URL with a token.",
    hint="Send either 'teamId', 'keyId' and 'signature', or 'token'.",
)
SNAPSHOT_HTML_ESCAPED = Reason(
    "SNAPSHOT_HTML_ESCAPED",
    "The parameters of the URL are separated by '&amp;' instead of '&'.",
    cause="The URL was copied from the source of a page, or escaped twice by a template.",
    hint="Write '&' in the URL itself; a template escapes it once, and the browser undoes that.",
)
SNAPSHOT_PARAMETER_TWICE = Reason(
    "SNAPSHOT_PARAMETER_TWICE",
    "A parameter of the credential occurs twice in the URL.",
    cause="The URL was signed again, and the old parameters were not removed.",
    hint="Write each of 'teamId', 'keyId', 'referer', 'expires', 'token' and 'signature' at most once.",
)
SNAPSHOT_SIGNATURE_NOT_LAST = Reason(
    "SNAPSHOT_SIGNATURE_NOT_LAST",
    "'signature' is not the last parameter of the URL.",
    cause="A parameter was added after signing ('utm_source', 'fbclid' or a number to bypass caches), an HTTP library "
    "sorted the parameters, or the URL ends in '&'.",
    hint="Send the signed URL as it is, with '&signature=' and its 86 characters at the very end.",
)
SNAPSHOT_SIGNATURE_DER = Reason(
    "SNAPSHOT_SIGNATURE_DER",
    "The signature is in DER; a snapshot's URL needs the 64 raw bytes r and s.",
    cause="The output of openssl or of a cryptography library was used unchanged.",
    hint="Convert it: r and s, each left-padded with zeros to 32 bytes, one after the other; then base64url.",
)
SNAPSHOT_SIGNATURE_FORM = Reason(
    "SNAPSHOT_SIGNATURE_FORM",
    "The signature is not 86 characters of base64url.",
    cause="It is ordinary Base64 ('+', '/' or '=') or hexadecimal, r or s was not padded to 32 bytes (which only fails now "
    "and then), or the signature was cut off.",
    hint="Write the 64 bytes r and s as base64url (A-Z a-z 0-9 '-' '_') without padding: always 86 characters.",
)
SNAPSHOT_TEAM_ID = Reason(
    "SNAPSHOT_TEAM_ID",
    "The URL has no 'teamId', or it is not a Team ID of ten upper-case letters and digits.",
    cause="The parameter is missing, or has another spelling ('teamID', 'team_id').",
    hint="Add 'teamId=' with the ten-character Team ID before the URL is signed.",
)
SNAPSHOT_KEY_ID = Reason(
    "SNAPSHOT_KEY_ID",
    "The URL has no 'keyId', or it is not a Key ID of ten upper-case letters and digits.",
    cause="The parameter is missing, or the key's name or its file name was used (AuthKey_….p8).",
    hint="Add 'keyId=' with the part between 'AuthKey_' and '.p8' of the file's name before the URL is signed.",
)
SNAPSHOT_IDS_SWAPPED = Reason(
    "SNAPSHOT_IDS_SWAPPED",
    "'teamId' contains the Key ID.",
    cause="Key ID and Team ID look alike (ten characters), and were swapped.",
    hint="Put the Team ID into 'teamId' and the Key ID into 'keyId', and sign the URL again.",
)
SNAPSHOT_OTHER_TEAM = Reason(
    "SNAPSHOT_OTHER_TEAM",
    "'teamId' is not the Team ID of the key's team.",
    cause="The Team ID of another team was used.",
    hint="Set 'teamId' to the Team ID of the team that the key belongs to.",
)
SNAPSHOT_SIGNATURE_INVALID = Reason(
    "SNAPSHOT_SIGNATURE_INVALID",
    "The signature does not verify over the URL as it was sent.",
    cause="The URL was changed after signing: a parameter was added, removed or moved, or a library encoded it again ('%20' "
    "as '+', ',' as '%2C'). Or other bytes were signed (with the host, without the path), or with another private key.",
    hint="Sign '/api/v1/snapshot?' and the query exactly as it is sent, and do not encode the URL again. 'trigpoint "
    "snapshot check URL --private-key AuthKey_….p8' says which of these it is.",
)
SNAPSHOT_EXPIRES_MALFORMED = Reason(
    "SNAPSHOT_EXPIRES_MALFORMED",
    "'expires' is not a whole number of seconds since the epoch.",
    cause="A date was written as text (ISO 8601), or the time has a fraction.",
    hint="Write the seconds since 1970-01-01T00:00:00Z as decimal digits, for example 'expires=1798761600'.",
)
SNAPSHOT_EXPIRES_IN_MILLISECONDS = Reason(
    "SNAPSHOT_EXPIRES_IN_MILLISECONDS",
    "'expires' is in milliseconds.",
    cause="Date.now() in JavaScript and currentTimeMillis() in Java count milliseconds.",
    hint="Divide by 1000, and sign the URL again.",
)
SNAPSHOT_EXPIRED = Reason(
    "SNAPSHOT_EXPIRED",
    "The URL has expired.",
    cause="'expires' has passed, but the URL is still used in a page, e-mail or document.",
    hint="Sign a new URL. For a picture that must stay, leave 'expires' out, or store the picture itself.",
)
SNAPSHOT_REFERER_MISSING = Reason(
    "SNAPSHOT_REFERER_MISSING",
    "The URL is signed for a 'referer', and the request has no Referer header.",
    cause="The page has 'Referrer-Policy: no-referrer', or the picture was requested by an e-mail program or a server.",
    hint="Let the page send its Referer (Referrer-Policy: strict-origin-when-cross-origin), or sign without 'referer'.",
)
SNAPSHOT_REFERER_MISMATCH = Reason(
    "SNAPSHOT_REFERER_MISMATCH",
    "The request's Referer is not the one that the URL is signed for.",
    cause="To another site, browsers send 'https://example.com/', not the whole URL of the page; or another site shows the "
    "picture.",
    hint="Sign with the 'referer' that the browser sends, which is the origin with a slash: 'https://example.com/'.",
)
