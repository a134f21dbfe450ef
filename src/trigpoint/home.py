"""The paths of all files of an installation: in its data folder, and in the folder of its map data.

Nothing here reads the disk.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """The data folder, `TRIGPOINT_HOME`: credentials, settings, and the map data unless that has a folder of its own."""

    path: Path

    @property
    def settings_file(self) -> Path:
        """The settings file; the environment overrides it."""
        return self.path / "trigpoint.toml"

    @property
    def database(self) -> Path:
        """The SQLite database of credentials; unused with PostgreSQL."""
        return self.path / "trigpoint.db"

    @property
    def reserve(self) -> Path:
        """The file that keeps disk space for revocations; unused with PostgreSQL."""
        return self.path / "reserve"

    @property
    def migration_lock(self) -> Path:
        """The lock that is held while the database is migrated."""
        return self.path / "migration.lock"

    @property
    def sequence(self) -> Path:
        """The sequence of the last event in the ledger, mapped into the memory of every worker."""
        return self.path / "sequence"

    @property
    def master_key(self) -> Path:
        """The key that encrypts secrets in the database; unused with `TRIGPOINT_MASTER_KEY`."""
        return self.path / "master.key"

    @property
    def restored_master_key(self) -> Path:
        """The master key from a backup, until the restore has written the database."""
        return self.path / ".master.key.restoring"

    @property
    def data_keys(self) -> Path:
        """The folder of data keys: one file for each private half that was not downloaded yet."""
        return self.path / "data-keys"

    @property
    def metrics(self) -> Path:
        """The folder of metrics: one file for each worker of this machine."""
        return self.path / "metrics"


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The folder of the map data: `TRIGPOINT_DATA`, else the data folder. Servers only read it."""

    path: Path

    @property
    def places(self) -> Path:
        """The shelf of places that were imported without the name of a region."""
        return self.path / "places"

    @property
    def regions(self) -> Path:
        """The folder of regions that were imported under a name: one folder for each."""
        return self.path / "regions"

    @property
    def gazetteer(self) -> Path:
        """The shelf of the gazetteer."""
        return self.path / "gazetteer"

    @property
    def routes(self) -> Path:
        """The shelf of road networks."""
        return self.path / "routes"

    @property
    def tiles(self) -> Path:
        """The shelf of map tiles."""
        return self.path / "tiles"

    @property
    def fetched(self) -> Path:
        """The record of the bundle that was fetched last."""
        return self.path / "fetched.json"

    @property
    def fetch_lock(self) -> Path:
        """The lock that is held while a bundle is fetched."""
        return self.path / "fetch.lock"

    def places_of(self, region: str) -> Path:
        """Give the shelf of the places of a region."""
        return self.regions / region / self.places.name

    def shelf(self, part: str) -> Path:
        """Give the shelf of a part of a bundle: "places", "gazetteer", "routes", "tiles", or "regions/NAME"."""
        folder, _, region = part.partition("/")
        if region and folder == self.regions.name:
            return self.places_of(region)
        shelves = {"places": self.places, "gazetteer": self.gazetteer, "routes": self.routes, "tiles": self.tiles}
        return shelves[part]
