"""The bootstrap of maps on pages (contract §7.2) and embedded maps (contract §6.6) in the OpenAPI document."""

from trigpoint.wire.embed import FARTHEST_M, MAX_ANNOTATIONS, NEAREST_M, Scheme

Schema = dict[str, object]

BOOTSTRAP, PLACE, MAP = "/ma/bootstrap", "/embed/v1/place", "/embed/v1/embed"
_TEXT: Schema = {"type": "string", "minLength": 1}
_LANG: tuple[Schema, str] = (_TEXT, "The language of names, a BCP 47 tag. By default that of Accept-Language.")
_LOOK: dict[str, tuple[Schema, str]] = {
    "cameraDistance": (
        {"type": "number", "minimum": NEAREST_M, "maximum": FARTHEST_M},
        "The distance of the camera, in metres.",
    ),
    "colorScheme": (
        {"type": "string", "enum": [scheme.value for scheme in Scheme], "default": Scheme.LIGHT.value},
        "The colours; `adaptive` follows the settings of the user's system.",
    ),
    "lang": _LANG,
}

EMBED: dict[str, dict[str, tuple[Schema, str]]] = {
    PLACE: {"place": (_TEXT, "A place ID, from a response of the Maps Server API."), **_LOOK},
    MAP: {
        "center": (_TEXT, "The middle, as `lat,lng`; without it the map shows all annotations."),
        "annotations": (
            _TEXT,
            f'At most {MAX_ANNOTATIONS}, as JSON: `[{{"place":"<place ID>","selected":1}}]`, or with `coordinate` and `title`.',
        ),
        **_LOOK,
    },
}
"""The parameters of each path, without `token`."""

PAGE: dict[str, tuple[Schema, str]] = {
    "countryCode": ({"type": "string", "pattern": "^[A-Z]{2}$"}, "The country that the page is for."),
    "lang": _LANG,
}
"""The parameters of `/ma/bootstrap`. MapKit JS also sends `apiVersion`, `mkjsVersion` and `poi`, which are ignored."""

SECURITY_SCHEMES: Schema = {
    "embedToken": {
        "type": "apiKey",
        "in": "query",
        "name": "token",
        "description": "A Maps auth token or Maps token for the Maps Embed API.",
    },
}


def describe_maps(refusals: dict[str, Schema]) -> Schema:
    """Describe the paths of maps on pages; `refusals` are the error responses by their status."""
    old = "X-Maps-Access-Token"
    kept = {"name": old, "in": "header", "required": False, "schema": _TEXT}
    description = "`Bearer` and the access token from the previous bootstrap: then no map view is counted."
    bootstrap: Schema = {
        "operationId": "bootstrap",
        "summary": "Initialize a map on a page, which is one map view, or refresh it",
        "security": [{"authToken": []}],
        "parameters": [*_parameters(PAGE), kept | {"description": description}],
        "responses": {
            "200": {
                "description": "Credentials, and the URLs of everything that a map needs.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/BootstrapResponse"}}},
            },
            **refusals,
        },
    }
    return {BOOTSTRAP: {"get": bootstrap}, **{path: {"get": _describe_embed(path, refusals)} for path in EMBED}}


def _describe_embed(path: str, refusals: dict[str, Schema]) -> Schema:
    page: Schema = {"text/html": {"schema": {"type": "string"}}}
    return {
        "operationId": "embedPlace" if path == PLACE else "embedMap",
        "summary": "A page for an iframe that shows " + ("one place" if path == PLACE else "a map with annotations"),
        "security": [{"embedToken": []}],
        "parameters": _parameters(EMBED[path]),
        "responses": {
            "200": {
                "description": "The page; its Content-Security-Policy says which sites may embed it.",
                "content": page,
            },
            **{status: {"description": one["description"], "content": page} for status, one in refusals.items()},
        },
    }


def _parameters(table: dict[str, tuple[Schema, str]]) -> list[Schema]:
    return [
        {"name": name, "in": "query", "required": name == "place", "description": meaning, "schema": schema}
        for name, (schema, meaning) in table.items()
    ]
