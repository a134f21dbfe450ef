"""An installation with a key, a file for its backup, and an empty place to restore it in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from authority.backups.altering import give_master_key
from conftest import FixedClock
from reused import give_back, take_database
from trigpoint.authority.opening import Authority, open_authority
from trigpoint.authority.restoring import Restored, restore_backup
from trigpoint.credentials.key import Key
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.team import Team

MAPS_ID = "maps.com.my.site"
Restore = Callable[..., Restored]


@pytest.fixture(autouse=True)
def _trusted(trusted_for_a_second: None) -> None:
    """A restore waits for the workers of the database that it fills, as there may be some."""


@pytest.fixture
def team(authority: Authority, operator: Actor) -> Team:
    team = authority.teams.create(operator, "My Company")
    authority.maps_ids.register(operator, team_id=team.team_id, identifier=MAPS_ID, description="Mine")
    return team


@pytest.fixture
def key(authority: Authority, operator: Actor, team: Team) -> Key:
    return authority.keys.create(operator, team_id=team.team_id, name="Website", maps_id=MAPS_ID)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backup.tpb"


@pytest.fixture
def restore(operator: Actor, home: Path, database_url: str | None, clock: FixedClock, file: Path) -> Restore:
    """Restore over the running installation, unless another place is named."""

    def run(**place: object) -> Restored:
        chosen = {"home": home, "database_url": database_url} | place
        return restore_backup(operator, file, clock=clock, **chosen)  # type: ignore[arg-type]

    return run


@dataclass
class Elsewhere:
    """An empty place on the same kind of database, for a restore. A database has its tables already, but no rows."""

    home: Path
    database_url: str | None
    clock: FixedClock
    from_home: Path
    from_file: Callable[..., Restored]
    opened: list[Authority] = field(default_factory=list)

    def take_master_key(self) -> None:
        """Bring the master key of the installation that the backup is of."""
        give_master_key(self.from_home, self.home)

    def restore(self, **more: object) -> Restored:
        """Restore the backup here."""
        return self.from_file(home=self.home, database_url=self.database_url, **more)

    def open(self) -> Authority:
        """Open the installation in this place."""
        self.opened.append(open_authority(home=self.home, database_url=self.database_url, clock=self.clock))
        return self.opened[-1]


@pytest.fixture
def elsewhere(
    tmp_path: Path,
    database_url: str | None,
    request: pytest.FixtureRequest,
    clock: FixedClock,
    home: Path,
    restore: Restore,
) -> Iterator[Elsewhere]:
    server = None if database_url is None else request.getfixturevalue("postgres")
    url = None if server is None else take_database(server)
    place = Elsewhere(tmp_path / "empty", url, clock, home, restore)
    yield place
    for one in place.opened:
        one.close()
    if url is not None:
        give_back(server, url)
