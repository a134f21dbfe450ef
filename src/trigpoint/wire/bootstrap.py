"""`/ma/bootstrap`, the response that initializes a map on a page (contract §7.2), with additions for our own mapkit.js."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import msgspec

from trigpoint.maps.countries import country_codes
from trigpoint.maps.queries import DEFAULT_LANG
from trigpoint.maps.tiles import IMAGERY, OSM, WORLD, TileSet
from trigpoint.wire.parameters import Parameters

ENVIRONMENT = "prod"
UNKNOWN_COUNTRY = "unknown"
RESOLUTIONS = (1, 2, 3)
MODES: dict[str, tuple[str, ...]] = {
    "standard": (OSM,),
    "mutedStandard": (OSM,),
    "hybrid": (IMAGERY, OSM),
    "satellite": (IMAGERY,),
}
"""The tile sets from which each map type is drawn; without imagery, the last two are drawn as the standard map."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BootstrapQuery:
    """The parameters of the request: the country of the page, None if unknown, and the language of its user."""

    country: str | None
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bootstrap:
    """The contents of the response: credentials, and the tile sets. `base_url` has no slash at the end."""

    base_url: str
    team_id: str
    access_token: str
    access_key: str
    expires_in_seconds: int
    sets: Sequence[TileSet]
    version: str


class AuthInfo(msgspec.Struct):
    """The access token for `/v1/*`, and its team."""

    access_token: str
    team_id: str


class TileSource(msgspec.Struct, rename="camel", kw_only=True):
    """The location of the tiles of one set; `path` contains `{z}`, `{x}` and `{y}`."""

    tile_source: str
    path: str
    domains: Sequence[str]
    protocol: str
    attribution_id: str
    min_zoom_level: int
    max_zoom_level: int
    supported_sizes: Sequence[int]
    supported_resolutions: Sequence[int] = RESOLUTIONS
    show_privacy_link: bool = False
    show_terms_of_use_link: bool = False
    needs_location_shift: bool = False


class Layer(msgspec.Struct, rename="camel"):
    """A tile set of a map type, and the tile set that is shown below it at low zooms."""

    tile_source: str
    low_res_tile_source: str


class Mode(msgspec.Struct):
    """A map type."""

    layers: Sequence[Layer]


class Link(msgspec.Struct):
    """An attribution that a licence requires, with a link."""

    name: str
    url: str


class Attributions(msgspec.Struct, rename="camel"):
    """The attributions of a tile set, for every region of the map."""

    attribution_id: str
    global_: Sequence[Link] = msgspec.field(name="global")


class Analytics(msgspec.Struct):
    """Always empty: pages send no analytics."""


class BootstrapResponse(msgspec.Struct, rename="camel", kw_only=True):
    """The whole response."""

    api_base_url: str
    auth_info: AuthInfo
    access_key: str
    expires_in_seconds: int
    country_code: str
    environment: str = ENVIRONMENT
    accept_language: str
    tile_sources: Sequence[TileSource]
    modes: dict[str, Mode]
    attributions: Sequence[Attributions]
    analytics: Analytics
    madaba_domains: Sequence[str] = ()
    disable_csr: bool = True
    style_url: str
    version: str


def parse(parameters: Parameters) -> BootstrapQuery:
    """Read the parameters. `apiVersion`, `mkjsVersion` and `poi` are ignored, and so is an unknown country."""
    country = (parameters.text("countryCode") or "").upper()
    return BootstrapQuery(
        country=country if country in country_codes() else None, language=parameters.lang() or DEFAULT_LANG
    )


def render(query: BootstrapQuery, found: Bootstrap) -> bytes:
    """Write the response as JSON."""
    key = quote(found.access_key)
    return msgspec.json.encode(
        BootstrapResponse(
            api_base_url=f"{found.base_url}/v1/",
            auth_info=AuthInfo(found.access_token, found.team_id),
            access_key=found.access_key,
            expires_in_seconds=found.expires_in_seconds,
            country_code=query.country or UNKNOWN_COUNTRY,
            accept_language=query.language,
            tile_sources=[_source(one, found.base_url, key) for one in found.sets],
            modes={name: Mode(_layers(name, found.sets)) for name in MODES},
            attributions=[_attributions(one) for one in found.sets],
            analytics=Analytics(),
            style_url=f"{found.base_url}/ti/style/{{style}}-{{scheme}}.json?lang={{lang}}&accessKey={key}",
            version=found.version,
        )
    )


def _source(one: TileSet, base_url: str, key: str) -> TileSource:
    parts = urlsplit(base_url)
    return TileSource(
        tile_source=one.name,
        path=f"{parts.path}/ti/{one.name}/{{z}}/{{x}}/{{y}}.{one.suffix}?v={quote(one.version)}&accessKey={key}",
        domains=(parts.netloc,),
        protocol=parts.scheme,
        attribution_id=one.name,
        min_zoom_level=one.min_zoom,
        max_zoom_level=one.max_zoom,
        supported_sizes=(one.tile_size,),
    )


def _layers(mode: str, sets: Sequence[TileSet]) -> list[Layer]:
    """Give the tile sets of a map type; if they are missing, those of the standard map, else the world map."""
    names = [one.name for one in sets]
    found = [name for name in MODES[mode] if name in names] if IMAGERY in names else []
    found = found or [name for name in MODES["standard"] if name in names] or [name for name in names if name == WORLD]
    low = WORLD if WORLD in names else ""
    return [Layer(name, low if low and name == OSM else name) for name in found]


def _attributions(one: TileSet) -> Attributions:
    return Attributions(one.name, [Link(each.text, each.url) for each in one.attributions])
