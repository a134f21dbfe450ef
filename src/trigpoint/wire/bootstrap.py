"""`/ma/bootstrap`: what initializes a map on a page (contract §7.2), and the members that mapkit.js of our own needs."""

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
"""The map types, and the tile sets that each is drawn from; without imagery the last two are the standard map."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BootstrapQuery:
    """What a page reports: its country, if it knows it, and the language of its reader."""

    country: str | None
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bootstrap:
    """The response: the tokens of the page, and the URLs of everything. `base_url` has no slash at its end."""

    base_url: str
    team_id: str
    access_token: str
    access_key: str
    expires_in_seconds: int
    sets: Sequence[TileSet]
    version: str


class AuthInfo(msgspec.Struct):
    """The token for the calls of `/v1/*`, and whose it is."""

    access_token: str
    team_id: str


class TileSource(msgspec.Struct, rename="camel", kw_only=True):
    """Where the tiles of one set are: `{z}`, `{x}` and `{y}` stand in the path."""

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
    """One tile set of a map type, and the one under it."""

    tile_source: str
    low_res_tile_source: str


class Mode(msgspec.Struct):
    """A map type."""

    layers: Sequence[Layer]


class Link(msgspec.Struct):
    """An attribution that a licence requires, and its page."""

    name: str
    url: str


class Attributions(msgspec.Struct, rename="camel"):
    """The attributions of a tile set, for every region of the map."""

    attribution_id: str
    global_: Sequence[Link] = msgspec.field(name="global")


class Analytics(msgspec.Struct):
    """Empty: pages report nothing."""


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
    """Read the report of a page. `apiVersion`, `mkjsVersion` and `poi` change nothing; odd values are ignored."""
    country = (parameters.text("countryCode") or "").upper()
    return BootstrapQuery(
        country=country if country in country_codes() else None, language=parameters.lang() or DEFAULT_LANG
    )


def render(query: BootstrapQuery, found: Bootstrap) -> bytes:
    """Write the answer."""
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
    """Give the sets that a map type is drawn from; where one is missing, those of the standard map, or the world."""
    names = [one.name for one in sets]
    found = [name for name in MODES[mode] if name in names] if IMAGERY in names else []
    found = found or [name for name in MODES["standard"] if name in names] or [name for name in names if name == WORLD]
    low = WORLD if WORLD in names else ""
    return [Layer(name, low if low and name == OSM else name) for name in found]


def _attributions(one: TileSet) -> Attributions:
    return Attributions(one.name, [Link(each.text, each.url) for each in one.attributions])
