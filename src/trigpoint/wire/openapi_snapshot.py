"""Web Snapshots (contract §6) in the OpenAPI document. Their credential is in the query."""

from trigpoint.maps.snapshots.queries import (
    DEFAULT_SIZE,
    DEFAULT_ZOOM,
    MAX_SCALE,
    MAX_ZOOM,
    MIN_ZOOM,
    ColorScheme,
    MapType,
)

Schema = dict[str, object]

PATH = "/api/v1/snapshot"
_LIST = "a JSON array, percent-encoded"
_WORDS = "A name of CSS or hexadecimal digits"
_TEN: Schema = {"type": "string", "pattern": "^[A-Z0-9]{10}$"}
_TEXT: Schema = {"type": "string", "minLength": 1}

PICTURE: dict[str, tuple[Schema, str]] = {
    "center": (_TEXT, "`lat,lng`, an address, or `auto`, which fits the annotations and overlays."),
    "z": (
        {"type": "number", "minimum": MIN_ZOOM, "maximum": MAX_ZOOM, "default": DEFAULT_ZOOM},
        "The zoom. Not used with `spn` or `center=auto`.",
    ),
    "spn": ({"type": "string"}, "The area to show, as `latitudeDelta,longitudeDelta` in degrees."),
    "size": (
        {"type": "string", "pattern": "^[0-9]+x[0-9]+$", "default": "{}x{}".format(*DEFAULT_SIZE)},
        "Width and height in CSS pixels, each from 50 to 640.",
    ),
    "scale": (
        {"type": "integer", "minimum": 1, "maximum": MAX_SCALE, "default": 1},
        "Pixels of the picture for each CSS pixel.",
    ),
    "t": ({"type": "string", "enum": [one.value for one in MapType], "default": "standard"}, "The kind of map."),
    "colorScheme": (
        {"type": "string", "enum": [one.value for one in ColorScheme], "default": "light"},
        "Light or dark; ignored for satellite and hybrid.",
    ),
    "poi": ({"type": "string", "enum": ["0", "1"], "default": "1"}, "Whether points of interest are shown."),
    "hideLabels": ({"type": "string", "enum": ["0", "1"], "default": "0"}, "Whether names are left out."),
    "lang": ({"type": "string", "default": "en-US"}, "The language of names, a BCP 47 tag."),
    "annotations": (_TEXT, f"Markers: {_LIST}. {_WORDS} is a colour."),
    "overlays": (_TEXT, f"Lines, areas and circles: {_LIST}."),
    "overlayStyles": (_TEXT, f"Styles that overlays share: {_LIST}."),
    "imgs": (_TEXT, f"At most ten images for markers: {_LIST}."),
}
"""The parameters of the picture."""

CREDENTIAL: dict[str, tuple[Schema, str]] = {
    "teamId": (_TEN, "The Team ID of the key that signed."),
    "keyId": (_TEN, "The Key ID of the key that signed."),
    "expires": ({"type": "integer", "format": "int64"}, "The last second in which the URL is valid, since the epoch."),
    "referer": (_TEXT, "The only Referer with which the picture may be requested."),
}
"""The signed parameters of the credential."""

SECURITY_SCHEMES: Schema = {
    "snapshotSignature": {
        "type": "apiKey",
        "in": "query",
        "name": "signature",
        "description": "An ES256 signature over path and query as sent: 86 characters of base64url, as the last parameter.",
    },
    "snapshotToken": {
        "type": "apiKey",
        "in": "query",
        "name": "token",
        "description": "A Maps auth token or Maps token for Web Snapshots, instead of a signature.",
    },
}


def describe_snapshot(refusals: dict[str, Schema]) -> Schema:
    """Describe the path; `refusals` are the error responses by their status."""
    return {
        "operationId": "snapshot",
        "summary": "Get a picture of the map",
        "security": [{"snapshotSignature": []}, {"snapshotToken": []}],
        "parameters": [
            {"name": name, "in": "query", "required": name == "center", "description": meaning, "schema": schema}
            for name, (schema, meaning) in (PICTURE | CREDENTIAL).items()
        ],
        "responses": {
            "200": {
                "description": "The picture.",
                "content": {"image/png": {"schema": {"type": "string", "contentMediaType": "image/png"}}},
            },
            "304": {"description": "The picture has not changed (If-None-Match)."},
            **refusals,
        },
    }
