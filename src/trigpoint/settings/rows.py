"""The table of settings: one row for each."""

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
    read_seconds_or_zero,
    read_text,
    read_tiles,
    read_whole,
    read_zone,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One setting.

    `read` parses its text, and raises ValueError for a wrong one; `rule` completes "… must be …" in that error, and
    `example` is a valid value; `purpose` says in `docs/settings.md` what the setting does.
    """

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
        "the folder of the map data; servers only read it, so it may be read-only and shared by many servers. Unset: `TRIGPOINT_HOME`",
    ),
    Row(
        "ready",
        read_parts,
        "one or more of places, routes and tiles, separated by commas",
        "places,routes",
        "the map data that this server needs: `/readyz` responds with 503 while it is missing. Unset: only credentials are needed",
    ),
    Row(
        "database_url",
        read_database_url,
        "the URL of a PostgreSQL database",
        "postgresql://maps@db.example.com/trigpoint",
        "the PostgreSQL database for credentials. Unset: SQLite in `TRIGPOINT_HOME`",
    ),
    Row(
        "master_key",
        read_text,
        "32 bytes in Base64",
        "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        "the key that encrypts secrets in the database. Unset: the file `master.key` in `TRIGPOINT_HOME`",
    ),
    Row(
        "explain",
        read_boolean,
        "1 or 0",
        "1",
        "whether responses explain why a call was refused. Unset: only if the server listens on loopback and `TRIGPOINT_URL` is not public",
    ),
    Row(
        "host",
        read_host,
        "a host name or an address",
        "127.0.0.1",
        "the address to listen on; `0.0.0.0` for every IPv4 address, `::` for every address",
    ),
    Row("port", read_whole(0, 65535), "a port from 0 to 65535", "8060", "the port to listen on; 0 chooses a free one"),
    Row(
        "uds",
        read_absolute_path,
        "the absolute path of a socket file",
        "/run/trigpoint/socket",
        "a Unix domain socket to listen on instead of a port; its owner and its group may connect",
    ),
    Row(
        "workers",
        read_whole(1, 256),
        "a number of processes from 1 to 256",
        "2",
        "how many worker processes handle requests",
    ),
    Row(
        "import_processes",
        read_whole(1, 64),
        "a number of processes from 1 to 64",
        "4",
        "how many processes share an import of places. Unset: as many as cores and free memory allow, up to 8",
    ),
    Row(
        "url",
        read_http_url,
        "the http or https URL that clients use",
        "https://maps.example.com",
        "the public URL of this server, for links, cookies and passkeys. Unset: its local address",
    ),
    Row(
        "valhalla_url",
        read_http_url,
        "the http or https URL of a Valhalla service",
        "http://valhalla.internal:8002",
        "a Valhalla service for routes, instead of the embedded Valhalla",
    ),
    Row(
        "nominatim_url",
        read_http_url,
        "the http or https URL of a Nominatim service",
        "http://nominatim.internal:8080",
        "a Nominatim service for places; its results come before those of imported data",
    ),
    Row(
        "photon_url",
        read_http_url,
        "the http or https URL of a Photon service",
        "http://photon.internal:2322",
        "a Photon service for autocomplete and misspelled queries, and for all places if there is no Nominatim",
    ),
    Row(
        "stale_days",
        read_whole(0, 36_500),
        "a number of days from 0 to 36500",
        "30",
        "the age in days from which map data is reported as stale in `/readyz`, `/metrics` and the portal; 0 for never",
    ),
    Row(
        "gazetteer",
        read_boolean,
        "1 or 0",
        "1",
        "whether towns of the whole world are found, also outside the imported data",
    ),
    Row(
        "map_languages",
        read_languages,
        "BCP 47 tags, separated by commas",
        "fr,ja,zh-Hant",
        "languages of the names in map tiles, besides English and the languages of the imported countries",
    ),
    Row(
        "tiles",
        read_tiles,
        "a .pmtiles or .mbtiles file, a URL with {z}, {x} and {y}, or that of a TileJSON",
        "/srv/planet.pmtiles",
        "your own file or tile server for the map, instead of tiles built by an import",
    ),
    Row(
        "imagery",
        read_tiles,
        "a .pmtiles or .mbtiles file, a URL with {z}, {x} and {y}, or that of a TileJSON",
        "https://imagery.example.com/{z}/{x}/{y}.jpg",
        "aerial or satellite images, for the map types hybrid and satellite",
    ),
    Row(
        "imagery_attribution",
        read_text,
        "text, or HTML with a link",
        '<a href="https://imagery.example.com">© Example</a>',
        "the attribution that the licence of these images requires on the map",
    ),
    Row(
        "snapshot_images",
        read_image_hosts,
        "hosts, '*' for all, and private networks in CIDR notation, separated by commas",
        "images.example.com, *.example.org, 10.0.0.0/8",
        "hosts from which snapshots may load images for annotations. Unset: only images in `data:` URLs",
    ),
    Row(
        "snapshot_renderer",
        read_renderer,
        "svg or mapli",
        "mapli",
        "what draws the map of snapshots: `svg` (our own renderer) or `mapli` (MapLibre Native, if it is installed)",
    ),
    Row(
        "metrics_token",
        read_text,
        "a secret text",
        "the output of: openssl rand -hex 16",
        "the bearer token for `/metrics`. Unset: only this machine may read `/metrics`",
    ),
    Row(
        "time_zone",
        read_zone,
        "the name of a time zone",
        "Europe/Helsinki",
        "the time zone of dates that people choose, for example the last day of a token",
    ),
    Row(
        "webhook_networks",
        read_networks,
        "networks in CIDR notation, separated by commas",
        "10.0.0.0/8",
        "private networks that webhooks may call. Unset: only public addresses",
    ),
    Row(
        "keys_in_memory",
        read_whole(10, 10_000_000),
        "a number of keys from 10 to 10000000",
        "16000",
        "how many keys each worker caches, at about 3.2 kB each; others are read from the database on use",
    ),
    Row(
        "embed_hosts",
        read_host_names,
        "host names, separated by commas",
        "embed.maps.example.com",
        "host names on which `/v1/place` and `/v1/embed` are the Embed API, as on Apple's host for it",
    ),
    Row(
        "drain_seconds",
        read_seconds_or_zero,
        "seconds from 0 to 3600",
        "5",
        "how long a stopping worker still accepts connections, in seconds, so that a load balancer notices `/readyz` first",
    ),
    Row(
        "trusted_proxies",
        read_proxies,
        "addresses or networks in CIDR notation, or 'unix', separated by commas",
        "127.0.0.1, 10.0.0.0/8",
        "the proxies in front of this server: only their Forwarded or X-Forwarded-For headers are trusted",
    ),
    Row(
        "log_format",
        read_log_format,
        "line or json",
        "json",
        "the format of the log: lines for people, or one JSON object per line",
    ),
    Row(
        "log_requests", read_boolean, "1 or 0", "0", "whether every request is logged, and not only refusals and errors"
    ),
    Row(
        "max_connections",
        read_whole(1, 1_000_000),
        "a number of connections from 1 to 1000000",
        "1000",
        "the most open connections of each worker; further ones get 503",
    ),
    Row(
        "tile_cache_seconds",
        read_whole(0, DAY_S),
        "seconds from 0 to 86400",
        "0",
        "how long a browser may cache a tile, in seconds; with 0 it asks the server each time, so that a revocation takes effect at once",
    ),
    Row(
        "snapshot_cache_seconds",
        read_whole(0, DAY_S),
        "seconds from 0 to 86400",
        "0",
        "how long a browser may cache a snapshot, in seconds; with 0 it asks the server each time, so that a revocation takes effect at once",
    ),
    Row(
        "header_seconds",
        read_seconds,
        "seconds above 0, up to 3600",
        "10",
        "how long a client may take to send a request, in seconds",
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
"""Settings whose value no error shows, and that may come as a file: a URL of a service often contains a password."""
