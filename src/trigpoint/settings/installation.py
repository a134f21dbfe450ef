"""The settings of an installation, and the values that are derived from them."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from trigpoint.base.hosts import is_own_machine
from trigpoint.settings.rows import ROWS, SECRETS

PREFIX = "TRIGPOINT_"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, with their defaults. `docs/settings.md` says what each does, and what None means for it."""

    home: Path
    database_url: str | None = field(default=None, repr=False)
    master_key: str | None = field(default=None, repr=False)
    explain: bool | None = None
    host: str = "127.0.0.1"
    port: int = 8060
    workers: int = 1
    import_processes: int | None = None
    url: str | None = None
    valhalla_url: str | None = field(default=None, repr=False)
    nominatim_url: str | None = field(default=None, repr=False)
    photon_url: str | None = field(default=None, repr=False)
    gazetteer: bool = True
    stale_days: int = 30
    map_languages: str | None = None
    tiles: str | None = field(default=None, repr=False)
    imagery: str | None = field(default=None, repr=False)
    imagery_attribution: str | None = None
    snapshot_images: str | None = None
    snapshot_renderer: str = "svg"
    metrics_token: str | None = field(default=None, repr=False)
    time_zone: str = "UTC"
    webhook_networks: str | None = None
    keys_in_memory: int = 16_000
    log_requests: bool = False
    log_format: str = "line"
    max_connections: int = 1000
    header_seconds: float = 10.0
    tile_cache_seconds: int = 0
    snapshot_cache_seconds: int = 0
    trusted_proxies: str | None = None
    uds: Path | None = None
    drain_seconds: float = 0.0
    data: Path | None = None
    ready: str | None = None
    embed_hosts: str | None = None

    @property
    def data_folder(self) -> Path:
        """The folder of the map data: places, routes, tiles and the gazetteer. Servers only read it."""
        return self.home if self.data is None else self.data

    @property
    def promised(self) -> frozenset[str]:
        """The engines without whose data this server is not ready."""
        return frozenset() if self.ready is None else frozenset(self.ready.split(","))

    @property
    def embed_host_names(self) -> frozenset[bytes]:
        """Host headers, in lower case, for which `/v1/place` and `/v1/embed` are the Embed API."""
        return frozenset() if self.embed_hosts is None else frozenset(self.embed_hosts.encode("ascii").split(b","))

    @property
    def explains(self) -> bool:
        """Whether responses explain refusals: as set, else only if no other machine can connect."""
        return self.explain if self.explain is not None else is_own_machine(self.host) and self.is_local

    @property
    def is_local(self) -> bool:
        """Whether the server is for this machine only, by its public URL: that is unset, or on loopback."""
        return self.url is None or is_own_machine(urlsplit(self.url).hostname or "")

    @property
    def is_behind_tls(self) -> bool:
        """Whether a proxy in front terminates TLS: the public URL is https, and this server itself speaks plain HTTP."""
        return self.url is not None and urlsplit(self.url).scheme == "https"

    @property
    def base_url(self) -> str:
        """The URL at which clients reach this server, without a slash at the end."""
        return self.listening_url if self.url is None else self.url.rstrip("/")

    @property
    def listening_url(self) -> str:
        """The URL at which this machine reaches the server directly, without a proxy."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 (compared, not bound)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    def to_environment(self) -> dict[str, str]:
        """Write the settings as environment variables, for worker processes.

        Secrets are left out: each worker reads them from where this process read them.
        """
        given = {row.name: getattr(self, row.name) for row in ROWS if row.name not in SECRETS}
        return {
            PREFIX + name.upper(): str(int(value)) if isinstance(value, bool) else str(value)
            for name, value in {"home": self.home, **given}.items()
            if value is not None
        }
