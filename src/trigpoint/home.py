"""Where each file of an installation is: below its home, and below the folder of its map data.

Nothing here looks at the disk: these are names, each in one place.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """The folder that `TRIGPOINT_HOME` names: credentials, settings, and the map data where that has no other folder."""

    path: Path

    @property
    def settings_file(self) -> Path:
        """Settings that the environment does not give."""
        return self.path / "trigpoint.toml"

    @property
    def database(self) -> Path:
        """The database of credentials, unless they are kept in PostgreSQL."""
        return self.path / "trigpoint.db"

    @property
    def migration_lock(self) -> Path:
        """Held while the schema of the database is brought up to date."""
        return self.path / "migration.lock"

    @property
    def sequence(self) -> Path:
        """The number of the last event in the ledger, mapped into the memory of every worker."""
        return self.path / "sequence"

    @property
    def master_key(self) -> Path:
        """The key that seals what rests in the database, unless `TRIGPOINT_MASTER_KEY` gives it."""
        return self.path / "master.key"

    @property
    def restored_master_key(self) -> Path:
        """The master key of a backup, until what it opens is there."""
        return self.path / ".master.key.restoring"

    @property
    def data_keys(self) -> Path:
        """The data key of each private half that waits for its download."""
        return self.path / "data-keys"

    @property
    def metrics(self) -> Path:
        """What each worker of this machine has counted."""
        return self.path / "metrics"


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The folder of the map data: `TRIGPOINT_DATA`, else the home. Servers only read what is there."""

    path: Path

    @property
    def places(self) -> Path:
        """Generations of the places that were imported without a region's name."""
        return self.path / "places"

    @property
    def regions(self) -> Path:
        """A folder for each region that was imported under a name."""
        return self.path / "regions"

    @property
    def gazetteer(self) -> Path:
        """Generations of the world's towns."""
        return self.path / "gazetteer"

    @property
    def routes(self) -> Path:
        """Generations of the network of roads."""
        return self.path / "routes"

    @property
    def tiles(self) -> Path:
        """Generations of the map's tiles."""
        return self.path / "tiles"

    @property
    def fetched(self) -> Path:
        """Which bundle was fetched last."""
        return self.path / "fetched.json"

    @property
    def fetch_lock(self) -> Path:
        """Held while a bundle is fetched."""
        return self.path / "fetch.lock"

    def places_of(self, region: str) -> Path:
        """Generations of the places of a region."""
        return self.regions / region / self.places.name

    def shelf(self, part: str) -> Path:
        """Give the folder of a part of a bundle: "places", "gazetteer", "routes", "tiles", or "regions/NAME"."""
        folder, _, region = part.partition("/")
        if region and folder == self.regions.name:
            return self.places_of(region)
        shelves = {"places": self.places, "gazetteer": self.gazetteer, "routes": self.routes, "tiles": self.tiles}
        return shelves[part]
