"""What is set for an installation, and what follows from it."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from trigpoint.base.hosts import is_own_machine
from trigpoint.settings.rows import ROWS, SECRETS

PREFIX = "TRIGPOINT_"


@dataclass(frozen=True, slots=True)
class Settings:
    """All that can be set. `None` means: decided from the rest, as the property of the same subject says."""

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
        """Where the map data is: indexes of places, routes, tiles and the gazetteer. Servers only read what is there."""
        return self.home if self.data is None else self.data

    @property
    def promised(self) -> frozenset[str]:
        """The parts without which this server is not ready, beside credentials."""
        return frozenset() if self.ready is None else frozenset(self.ready.split(","))

    @property
    def embed_host_names(self) -> frozenset[bytes]:
        """The Host headers, in lower case, under which Apple's bare paths are embedded maps."""
        return frozenset() if self.embed_hosts is None else frozenset(self.embed_hosts.encode("ascii").split(b","))

    @property
    def explains(self) -> bool:
        """Whether a refusal says why in its body: as set, else only when nobody outside can connect."""
        return self.explain if self.explain is not None else is_own_machine(self.host) and self.is_local

    @property
    def is_local(self) -> bool:
        """Whether this machine is not told to serve others: the public URL, where it is set, is its own."""
        return self.url is None or is_own_machine(urlsplit(self.url).hostname or "")

    @property
    def is_behind_tls(self) -> bool:
        """Whether something in front ends TLS: the public URL is https, and this server speaks plain HTTP."""
        return self.url is not None and urlsplit(self.url).scheme == "https"

    @property
    def base_url(self) -> str:
        """The URL under which clients reach this server, without a slash at its end."""
        return self.listening_url if self.url is None else self.url.rstrip("/")

    @property
    def listening_url(self) -> str:
        """The URL under which this machine reaches the server itself, whatever stands in front of it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 (compared, not bound)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    def to_environment(self) -> dict[str, str]:
        """Write the settings as environment variables, so that worker processes read the same.

        Secrets are left out: each process reads them where this one did, so that none is in an environment for that.
        """
        given = {row.name: getattr(self, row.name) for row in ROWS if row.name not in SECRETS}
        return {
            PREFIX + name.upper(): str(int(value)) if isinstance(value, bool) else str(value)
            for name, value in {"home": self.home, **given}.items()
            if value is not None
        }
