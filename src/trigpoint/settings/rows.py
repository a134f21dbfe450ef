"""The table of settings: one row each."""

from collections.abc import Callable
from dataclasses import dataclass

from trigpoint.base.clock import DAY_S
from trigpoint.settings.values import (
    read_absolute_path,
    read_boolean,
    read_database_url,
    read_host,
    read_host_names,
    read_http_url,
    read_image_hosts,
    read_languages,
    read_log_format,
    read_networks,
    read_parts,
    read_proxies,
    read_renderer,
    read_seconds,
    read_seconds_or_none,
    read_text,
    read_tiles,
    read_whole,
    read_zone,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One setting: how its text is read, the rule and the example that an error shows, and what it does."""

    name: str
    read: Callable[[str], object]
    rule: str
    example: str
    purpose: str


ROWS = (
    Row(
        "data",
        read_absolute_path,
        "the absolute path of a folder",
        "/srv/trigpoint-data",
        "the map data, apart from the home: servers only read it, so it may be read-only and shared by many of them",
    ),
    Row(
        "ready",
        read_parts,
        "parts out of places, routes and tiles, separated by commas",
        "places,routes",
        "the map data that this server promises: `/readyz` is 503 without it; else credentials are enough",
    ),
    Row(
        "database_url",
        read_database_url,
        "the URL of a PostgreSQL database",
        "postgresql://maps@db.example.com/trigpoint",
        "where credentials are kept; without it SQLite in the home",
    ),
    Row(
        "master_key",
        read_text,
        "32 bytes in base64",
        "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        "seals private keys; without it the file `master.key` in the home",
    ),
    Row(
        "explain",
        read_boolean,
        "1 or 0",
        "1",
        "whether a refusal says why in its body; without it yes on loopback only",
    ),
    Row(
        "host",
        read_host,
        "a host name or an address",
        "127.0.0.1",
        "the address to listen on; `0.0.0.0` is all of IPv4, `::` all of both internets",
    ),
    Row("port", read_whole(0, 65535), "a port from 0 to 65535", "8060", "the port to listen on; 0 takes a free one"),
    Row(
        "uds",
        read_absolute_path,
        "the absolute path of a socket file",
        "/run/trigpoint/socket",
        "listen there instead of a port; its owner and its group may connect",
    ),
    Row("workers", read_whole(1, 256), "a number of processes from 1 to 256", "2", "worker processes"),
    Row(
        "import_processes",
        read_whole(1, 64),
        "a number of processes from 1 to 64",
        "4",
        "how many processes share an import of places; unset, as many as cores and free memory allow, up to 8",
    ),
    Row(
        "url",
        read_http_url,
        "the http or https URL that clients use",
        "https://maps.example.com",
        "the public URL, for links",
    ),
    Row(
        "valhalla_url",
        read_http_url,
        "the http or https URL of a Valhalla service",
        "http://valhalla.internal:8002",
        "routes from a Valhalla service in place of the embedded one",
    ),
    Row(
        "nominatim_url",
        read_http_url,
        "the http or https URL of a Nominatim service",
        "http://nominatim.internal:8080",
        "places from a Nominatim service, before those that were imported here",
    ),
    Row(
        "photon_url",
        read_http_url,
        "the http or https URL of a Photon service",
        "http://photon.internal:2322",
        "what is being typed, and what is misspelt, from a Photon service; all places if no Nominatim is set",
    ),
    Row(
        "stale_days",
        read_whole(0, 36_500),
        "a number of days from 0 to 36500",
        "30",
        "map data that is older is stale: `/readyz`, `/metrics` and the portal say so; with 0 it never is",
    ),
    Row(
        "gazetteer", read_boolean, "1 or 0", "1", "whether the towns of the world are known beyond the imported region"
    ),
    Row(
        "map_languages",
        read_languages,
        "BCP 47 tags, separated by commas",
        "fr,ja,zh-Hant",
        "languages whose names the map's tiles keep, beside English and those of the extract's countries",
    ),
    Row(
        "tiles",
        read_tiles,
        "a .pmtiles or .mbtiles file, a URL with {z}, {x} and {y}, or that of a TileJSON",
        "/srv/planet.pmtiles",
        "the map's tiles from a file or a tile server of yours, in place of those built here",
    ),
    Row(
        "imagery",
        read_tiles,
        "a .pmtiles or .mbtiles file, a URL with {z}, {x} and {y}, or that of a TileJSON",
        "https://imagery.example.com/{z}/{x}/{y}.jpg",
        "aerial or satellite pictures, for the map types hybrid and satellite",
    ),
    Row(
        "imagery_attribution",
        read_text,
        "text, or HTML with a link",
        '<a href="https://imagery.example.com">© Example</a>',
        "what the licence of the pictures wants shown on the map",
    ),
    Row(
        "snapshot_images",
        read_image_hosts,
        "hosts, '*' for all, and inner networks in CIDR notation, separated by commas",
        "images.example.com, *.example.org, 10.0.0.0/8",
        "from where snapshots fetch the images of their annotations; without it images come in data: URLs only",
    ),
    Row(
        "snapshot_renderer",
        read_renderer,
        "svg or mapli",
        "mapli",
        "who draws the map of snapshots: `svg`, our own painter, or `mapli`, MapLibre Native, where it is installed",
    ),
    Row(
        "metrics_token",
        read_text,
        "a secret text",
        "the output of: openssl rand -hex 16",
        "the bearer token for /metrics; without it only this machine may read them",
    ),
    Row(
        "time_zone",
        read_zone,
        "the name of a time zone",
        "Europe/Helsinki",
        "in which days end that people choose, for example the last day of a token",
    ),
    Row(
        "webhook_networks",
        read_networks,
        "networks in CIDR notation, separated by commas",
        "10.0.0.0/8",
        "inner networks that webhooks may call; without it public addresses only",
    ),
    Row(
        "keys_in_memory",
        read_whole(10, 10_000_000),
        "a number of keys from 10 to 10000000",
        "16000",
        "how many keys a worker remembers, at about 3.2 kB each; others are read from the database when they are used",
    ),
    Row(
        "embed_hosts",
        read_host_names,
        "host names, separated by commas",
        "embed.maps.example.com",
        "hosts of the Embed API: for them `/v1/place` and `/v1/embed` are embedded maps, which is Apple's address for them",
    ),
    Row(
        "drain_seconds",
        read_seconds_or_none,
        "seconds from 0 to 3600",
        "5",
        "how long a worker that was told to stop still takes connections, so that a balancer sees `/readyz` first",
    ),
    Row(
        "trusted_proxies",
        read_proxies,
        "addresses or networks in CIDR notation, or 'unix', separated by commas",
        "127.0.0.1, 10.0.0.0/8",
        "the proxies in front: their Forwarded or X-Forwarded-For is believed, and nobody else's",
    ),
    Row("log_format", read_log_format, "line or json", "json", "log lines for people, or one JSON object a line"),
    Row(
        "log_requests", read_boolean, "1 or 0", "0", "one log line for every request, not only for refusals and errors"
    ),
    Row(
        "max_connections",
        read_whole(1, 1_000_000),
        "a number of connections from 1 to 1000000",
        "1000",
        "open connections of one worker; more are answered 503",
    ),
    Row(
        "tile_cache_seconds",
        read_whole(0, DAY_S),
        "seconds from 0 to 86400",
        "0",
        "how long a browser may show a tile again without asking; with 0 it asks each time, so that a revocation holds",
    ),
    Row(
        "snapshot_cache_seconds",
        read_whole(0, DAY_S),
        "seconds from 0 to 86400",
        "0",
        "how long a browser may show a snapshot again without asking; with 0 it asks each time, so that a revocation holds",
    ),
    Row(
        "header_seconds",
        read_seconds,
        "seconds above 0, up to 3600",
        "10",
        "how long a client may take to send a request",
    ),
)
SECRETS = (
    "master_key",
    "database_url",
    "metrics_token",
    "tiles",
    "imagery",
    "valhalla_url",
    "nominatim_url",
    "photon_url",
)
"""What an error does not show: addresses of services often hold a key or a password."""
