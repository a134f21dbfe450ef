"""An installation with a key, a file for its backup, and an empty place to restore it in."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import FixedClock
from services import new_database
from trigpoint.authority.opening import Authority, open_authority
from trigpoint.authority.restoring import Restored, restore_backup
from trigpoint.credentials.key import Key
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.team import Team

MAPS_ID = "maps.com.my.site"
Restore = Callable[..., Restored]


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


@pytest.fixture
def empty(tmp_path: Path, database_url: str | None, request: pytest.FixtureRequest) -> dict[str, object]:
    """An empty place on the same kind of database."""
    url = None if database_url is None else new_database(request.getfixturevalue("postgres"))
    return {"home": tmp_path / "empty", "database_url": url}


@pytest.fixture
def open_there(empty: dict[str, object], clock: FixedClock) -> Iterator[Callable[[], Authority]]:
    opened: list[Authority] = []

    def run() -> Authority:
        opened.append(open_authority(**empty, clock=clock))  # type: ignore[arg-type]
        return opened[-1]

    yield run
    for one in opened:
        one.close()
