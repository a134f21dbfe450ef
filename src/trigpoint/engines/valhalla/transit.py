"""Timetables: GTFS feeds are unpacked and converted to transit tiles, which the tile builder connects to the roads."""

import shutil
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from trigpoint.engines.valhalla.extracts import BuildError

REQUIRED = ("agency.txt", "stops.txt", "routes.txt", "trips.txt", "stop_times.txt")
CALENDARS = ("calendar.txt", "calendar_dates.txt")

Run = Callable[[str], None]
"""Runs one of Valhalla's builders by name."""


def check_timetable(feed: Path) -> None:
    """Check a GTFS feed (zip file or folder). Raises FileNotFoundError, or BuildError that names what is missing."""
    if not feed.exists():
        raise FileNotFoundError(2, "No such file", str(feed))
    if feed.is_dir():
        names = {member.name for member in feed.iterdir()}
    else:
        try:
            with zipfile.ZipFile(feed) as archive:
                names = set(archive.namelist())
        except zipfile.BadZipFile as error:
            raise BuildError(f"'{feed.name}' is not a GTFS feed: it is not a zip file ({error}).") from error
    missing = [name for name in REQUIRED if name not in names]
    if not missing and not names.intersection(CALENDARS):
        missing = [" or ".join(CALENDARS)]
    if missing:
        raise BuildError(f"'{feed.name}' is not a GTFS feed: it lacks {', '.join(missing)}.")


def ingest(feeds: Sequence[Path], room: Path, run: Run) -> None:
    """Convert feeds to transit tiles below `room`. Raises BuildError if there are none."""
    (room / "transit").mkdir(exist_ok=True)
    for number, feed in enumerate(feeds):
        target = room / "feeds" / f"{number}-{feed.stem}"
        shutil.rmtree(target, ignore_errors=True)
        unpack(feed, target)
    run("valhalla_ingest_transit")
    if any(part.is_file() for part in (room / "transit").rglob("*")):
        run("valhalla_convert_transit")
    if not any((room / "transit").rglob("*.gph")):
        names = ", ".join(f"'{feed.name}'" for feed in feeds)
        raise BuildError(f"{names} gave no timetable: no trip in it serves a stop.")


def unpack(feed: Path, target: Path) -> None:
    """Copy the tables of a feed into a folder; only `.txt` files at the top level are copied."""
    target.mkdir(parents=True)
    if feed.is_dir():
        for table in feed.glob("*.txt"):
            shutil.copyfile(table, target / table.name)
        return
    with zipfile.ZipFile(feed) as archive:
        for member in archive.infolist():
            if member.filename.endswith(".txt") and "/" not in member.filename and "\\" not in member.filename:
                with archive.open(member) as source, (target / member.filename).open("wb") as copy:
                    shutil.copyfileobj(source, copy)
