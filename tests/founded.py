"""A founded installation that tests copy: to found one takes as long as all else of opening it.

It has a master key, a ledger with its first entries, and fresh signing secrets, as `open_authority` leaves a new one.
"""

import atexit
import functools
import shutil
import tempfile
from pathlib import Path

from reused import give_back, read_rows, replace_rows, take_database
from trigpoint.authority.opening import open_authority
from trigpoint.base.clock import Clock


def put_founded(home: Path, database_url: str | None, clock: Clock) -> None:
    """Put an installation that was founded at this time into a data folder that is not there yet, and into its empty database."""
    if home.exists():
        return
    server = None if database_url is None else database_url.rpartition("/")[0]
    template, rows = _found(server, clock())
    shutil.copytree(template, home)
    if database_url is not None:
        replace_rows(database_url, rows)


@functools.cache
def _found(server: str | None, at: float) -> tuple[Path, dict[str, bytes]]:
    folder = tempfile.TemporaryDirectory(prefix="trigpoint-founded-")
    atexit.register(folder.cleanup)
    home = Path(folder.name) / "home"
    database = None if server is None else take_database(server)
    open_authority(home=home, database_url=database, clock=lambda: at).close()
    if server is None or database is None:
        return home, {}
    rows = read_rows(database)
    give_back(server, database)
    return home, rows
