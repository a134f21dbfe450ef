"""URLs of Web Snapshots: what the picture shows, and the signature or token that authorizes it (contract §6)."""

import json
from collections.abc import Mapping, Sequence
from typing import TypedDict
from urllib.parse import quote

from trigpoint.base.errors import InvalidError
from trigpoint.client.answers import Coordinate
from trigpoint.client.exchange import ApiError, JsonObject, check_base_url, read_answer
from trigpoint.client.parameters import Point, to_query
from trigpoint.client.signing import Signer
from trigpoint.credentials.snapshot_url import PATH

APPLE_SNAPSHOTS = "https://snapshot.apple-mapkit.com"
"""Base URL of Apple's snapshots, which differs from that of its Server API."""
PNG = b"\x89PNG\r\n\x1a\n"


class SnapshotOptions(TypedDict, total=False):
    """What a picture shows: the parameters of the API in Python's spelling.

    `size` is width and height in CSS pixels, `scale` 1 to 3, `spn` degrees of latitude and longitude. Annotations, overlays,
    their styles and images are lists of dictionaries with the members that the API documents.
    """

    z: float
    spn: tuple[float, float]
    size: tuple[int, int] | str
    scale: int
    t: str
    color_scheme: str
    poi: bool
    lang: str
    annotations: Sequence[Mapping[str, object]]
    overlays: Sequence[Mapping[str, object]]
    overlay_styles: Sequence[Mapping[str, object]]
    imgs: Sequence[Mapping[str, object]]


def make_url(
    credential: Signer | str,
    base_url: str,
    center: str | Point,
    options: Mapping[str, object],
    *,
    expires_in_s: int | None,
    referer: str | None,
) -> str:
    """Write the URL of a picture: signed by a Signer, or with the token. Raises InvalidError."""
    url = f"{base_url.rstrip('/')}{PATH}?{to_snapshot_query(center, options)}"
    if isinstance(credential, Signer):
        return credential.sign_snapshot(url, expires_in_s=expires_in_s, referer=referer)
    if expires_in_s is not None or referer is not None:
        name = "referer" if expires_in_s is None else "expires_in_s"
        raise InvalidError(name, "left out, because the credential is a token, which has its own expiry and origins", example="MapsClient(signer)")  # fmt: skip
    return f"{url}&token={quote(credential, safe='')}"


def to_snapshot_query(center: str | Point, options: Mapping[str, object]) -> str:
    """Write a query in which every value is percent-encoded, so that nothing on the way needs to encode it again."""
    size = options.get("size")
    chosen = dict(options) | ({"size": f"{size[0]}x{size[1]}"} if isinstance(size, tuple) else {})
    texts = {name: _to_json(value) if _is_json(value) else value for name, value in chosen.items() if value is not None}
    poi = texts.pop("poi", None)
    fields = to_query({"center": center, **texts}) | ({} if poi is None else {"poi": "1" if poi else "0"})
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in fields.items())


def choose_base_url(base_url: str, apple: str) -> str:
    """Give the base URL of the snapshots that belong to the base URL of a Server API; Apple has another host for them."""
    return APPLE_SNAPSHOTS if base_url.rstrip("/") == apple else check_base_url(base_url)


def read_picture(status: int, body: bytes, headers: Mapping[str, str]) -> bytes:
    """Give the PNG of a response; raise ApiError for an error, and for a response that is no PNG."""
    if status == 200 and body.startswith(PNG):
        return body
    answer: JsonObject = read_answer(status, body, headers)
    raise ApiError(status, f"the response is not an image, but a JSON object of {len(answer)} members", (), headers)


def _is_json(value: object) -> bool:
    """Tell whether a value is written as JSON: a list of dictionaries."""
    return isinstance(value, (list, tuple)) and all(isinstance(item, Mapping) for item in value)


def _to_json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), default=_write_coordinate)


def _write_coordinate(value: object) -> str:
    if isinstance(value, Coordinate):
        return f"{value.latitude},{value.longitude}"
    raise InvalidError("annotations", "made of texts, numbers and coordinates", example='[{"point":"center"}]')
