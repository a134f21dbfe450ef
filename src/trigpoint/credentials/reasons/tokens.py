"""Reasons to refuse a token for the Authorization header, its form, its header, or its signature."""

from trigpoint.credentials.reasons.reason import Reason

# The Authorization header (RFC 6750).

AUTHORIZATION_MISSING = Reason(
    "AUTHORIZATION_MISSING",
    "The request has no Authorization header.",
    cause="The client sent no credential, or a proxy removed the header.",
    hint="Send 'Authorization: Bearer <token>'.",
)
AUTHORIZATION_NOT_BEARER = Reason(
    "AUTHORIZATION_NOT_BEARER",
    "The Authorization header is not of the form 'Bearer <token>'.",
    cause="Another scheme was used, 'Bearer' is missing, two tokens were sent, or a page gave MapKit JS a text that is no token.",
    hint="Send the word 'Bearer', one space, and the token, and nothing else; a page gives done() the token alone.",
)
BEARER_IS_ANSWER = Reason(
    "BEARER_IS_ANSWER",
    "The whole JSON response of /v1/token was sent instead of the token in it.",
    cause="The program stores the response itself, instead of its member 'accessToken'.",
    hint="Send only the value of 'accessToken', without quotation marks.",
)
BEARER_EMPTY = Reason(
    "BEARER_EMPTY",
    "The Authorization header has 'Bearer', but no token.",
    cause="The variable for the token was empty when the request was made.",
    hint="Send a token: an auth token to GET /v1/token and from pages with MapKit JS, else the access token from /v1/token.",
)

# The form of a compact JWS (RFC 7515 §7.1, RFC 7519).

TOKEN_UNSET = Reason(
    "TOKEN_UNSET",
    "A placeholder was sent instead of a token.",
    cause="The variable for the token was not set, or an example was copied without inserting a token.",
    hint="Check where the program or the page gets its token from; in JavaScript, whether it waits for the token's text.",
)
TOKEN_IN_MARKS = Reason(
    "TOKEN_IN_MARKS",
    "The token is enclosed in quotation marks or brackets.",
    cause="They were copied with the token from JSON or from code, or added by the language that printed it (b'…').",
    hint="Send only the token: it begins with 'eyJ', and has no quotation marks or brackets.",
)

TOKEN_TOO_LONG = Reason(
    "TOKEN_TOO_LONG",
    "The token is longer than 8,192 characters.",
    cause="Something other than a Maps token was sent, or a token with large additional claims.",
    hint="A Maps auth token has about 300 characters. Use only the claims iss, iat, exp, scope and origin.",
)
TOKEN_NOT_THREE_PARTS = Reason(
    "TOKEN_NOT_THREE_PARTS",
    "The token does not have three parts separated by dots.",
    cause="The token was cut off when it was copied, or it is not a compact JWS (an encrypted JWT has five parts).",
    hint="Send the whole token: header, payload and signature with a dot between them.",
)
TOKEN_PADDED = Reason(
    "TOKEN_PADDED",
    "A part of the token ends with '=' padding.",
    cause="The part was encoded with ordinary Base64 instead of base64url without padding (RFC 7515 §2).",
    hint="Strip the '=' characters after encoding, before the token is signed.",
)
TOKEN_NOT_BASE64URL = Reason(
    "TOKEN_NOT_BASE64URL",
    "A part of the token has characters or a length that base64url does not allow.",
    cause="Ordinary Base64 ('+' and '/') was used, or the token contains white space or a line break.",
    hint="Encode each part with base64url (A-Z a-z 0-9 '-' '_') without padding, and copy it without line breaks.",
)
TOKEN_NOT_CANONICAL = Reason(
    "TOKEN_NOT_CANONICAL",
    "A part of the token is base64url, but its last character has unused bits that are not zero.",
    cause="The token was altered by hand, or written by an encoder that leaves unused bits set (RFC 4648 §3.5).",
    hint="Sign the token again, with a JWT library.",
)


def _json_reasons(part: str, word: str) -> tuple[Reason, ...]:
    name = word.capitalize()
    return (
        Reason(
            f"{part}_NOT_UTF8",
            f"The token's {word} is not valid UTF-8.",
            cause="The JSON was encoded with another character set, or contains half of a surrogate pair.",
            hint="Encode the JSON as UTF-8 before base64url (RFC 7515 §4, RFC 7519 §7.1).",
        ),
        Reason(
            f"{part}_HAS_BOM",
            f"The token's {word} begins with a byte order mark.",
            cause="The JSON was written by a tool that adds U+FEFF before UTF-8 text.",
            hint="Write the JSON without a byte order mark (RFC 8259 §8.1).",
        ),
        Reason(
            f"{part}_NOT_JSON",
            f"The token's {word} is not JSON.",
            cause="Single quotes, trailing commas, NaN or Infinity were used, or the part was encoded twice.",
            hint=f"Serialize the {word} with a JSON library.",
        ),
        Reason(
            f"{part}_NOT_OBJECT",
            f"The token's {word} is JSON, but not an object.",
            cause="A string, a list or a number was encoded instead of an object with members.",
            hint=f"{name}s are JSON objects: {{…}} (RFC 7519 §7.2).",
        ),
        Reason(
            f"{part}_TOO_DEEP",
            f"The token's {word} is nested more than 16 levels deep.",
            cause="The token was made to exhaust a parser.",
            hint="Maps tokens are flat objects.",
        ),
        Reason(
            f"{part}_TOO_MANY_PARTS",
            f"The token's {word} has more than 128 brackets, 128 commas or 1,000 backslashes.",
            cause="The token was made to exhaust a parser, or contains a long list.",
            hint="Maps tokens are flat objects with a few members.",
        ),
        Reason(
            f"{part}_DUPLICATE_MEMBER",
            f"The token's {word} has the same member twice.",
            cause="The JSON was not written by a JSON library. Apple refuses two 'kid' members, for example.",
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

ALG_NOT_ES256 = Reason(
    "ALG_NOT_ES256",
    "The token is not signed with ES256.",
    cause="The JWT library's default algorithm was used (often HS256), or 'alg' is missing or 'none'.",
    hint="Set the header's 'alg' to 'ES256' and sign with the P-256 private key.",
)
ACCESS_TOKEN_SENT = Reason(
    "ACCESS_TOKEN_SENT",
    "This is an access token; this call needs an auth token.",
    cause="The access token from /v1/token was sent to /v1/token again. Apple's API has no refresh tokens.",
    hint="Sign a new auth token with your private key, and exchange that.",
)
TYP_NOT_JWT = Reason(
    "TYP_NOT_JWT",
    "The header's 'typ' is not 'JWT'.",
    cause="'typ' is 'at+jwt', 'JWS' or the like.",
    hint="Set the header's 'typ' to 'JWT'.",
)
TYP_MISSING = Reason(
    "TYP_MISSING",
    "The header has no 'typ'.",
    cause="Some JWT libraries omit 'typ' by default (jose for Node, ruby-jwt, jwcrypto).",
    hint="Set the header's 'typ' to 'JWT': Apple documents it as required.",
)
KID_MISSING = Reason(
    "KID_MISSING",
    "The header has no 'kid', so it is unknown which key signed the token.",
    cause="The Key ID was not passed to the JWT library, or is in the payload.",
    hint="Put the ten-character Key ID into the header as 'kid'.",
)
KID_MALFORMED = Reason(
    "KID_MALFORMED",
    "The header's 'kid' is not a Key ID of ten upper-case letters and digits.",
    cause="The key's name or its file name was used (AuthKey_….p8) instead of its Key ID.",
    hint="The Key ID is the part between 'AuthKey_' and '.p8' in the file's name.",
)
CRIT_NOT_SUPPORTED = Reason(
    "CRIT_NOT_SUPPORTED",
    "The header has 'crit': it requires extensions that this server does not support.",
    cause="The token was made for another system (RFC 7515 §4.1.11).",
    hint="Leave 'crit' out.",
)
KEY_EMBEDDED = Reason(
    "KEY_EMBEDDED",
    "The header contains or names a key ('jwk', 'jku', 'x5c' or 'x5u').",
    cause="With a key that the token itself names, anybody could sign tokens.",
    hint="Send only 'kid': the key is the one that is registered with this Key ID.",
)

# The signature (RFC 7518 §3.4).

SIGNATURE_MISSING = Reason(
    "SIGNATURE_MISSING",
    "The token's signature is empty.",
    cause="An unsigned token ('alg': 'none') was made, or the last part was cut off.",
    hint="Sign the token with the private key.",
)
SIGNATURE_DER = Reason(
    "SIGNATURE_DER",
    "The signature is in DER; ES256 needs the 64 raw bytes r and s.",
    cause="The output of openssl or of a cryptography library was used unchanged. If a page initializes a map with it, it is "
    "accepted with this warning, as at Apple; everywhere else it is refused.",
    hint="Convert it: r and s, each left-padded with zeros to 32 bytes, one after the other (RFC 7518 §3.4).",
)
SIGNATURE_LENGTH = Reason(
    "SIGNATURE_LENGTH",
    "The signature does not have 64 bytes.",
    cause="r or s was not padded to 32 bytes (which only fails now and then), or another curve was used.",
    hint="Left-pad r and s with zeros to 32 bytes each.",
)
SIGNATURE_OUT_OF_RANGE = Reason(
    "SIGNATURE_OUT_OF_RANGE",
    "The signature's r or s is zero, or not below the order of P-256.",
    cause="The token was forged (CVE-2022-21449), or r and s were computed for another curve.",
    hint="Sign the token with a P-256 private key.",
)
SIGNATURE_INVALID = Reason(
    "SIGNATURE_INVALID",
    "The signature does not verify with the key that 'kid' names.",
    cause="Another private key signed the token (the wrong .p8 file for this Key ID), or it was changed after signing.",
    hint="Check with 'trigpoint token inspect' and --private-key whether the .p8 file is the one of this Key ID.",
)
