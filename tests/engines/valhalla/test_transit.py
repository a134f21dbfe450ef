"""Timetables: a bus over the bridge every twenty minutes, from five in the morning until eleven at night."""

import asyncio
import zipfile
from pathlib import Path

import pytest

from made_towns import EAST, ISLAND, WEST
from trigpoint.base.geo import Point
from trigpoint.engines.valhalla.build import build_routes
from trigpoint.engines.valhalla.extracts import BuildError
from trigpoint.engines.valhalla.generations import find_current, read_network
from trigpoint.engines.valhalla.opening import open_routes
from trigpoint.maps.routes import Eta, EtaQuery, Journey, Transport

NOW = 1_795_449_600.0  # 2026-11-23T16:00:00Z, 17:00 in Zurich
MIDNIGHT = 1_795_388_400.0  # 00:00 in Zurich on that day
TABLES = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\nA,Bridge Lines,http://example.com,Europe/Zurich\n",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\nw,West,47.0101,9.0121\ne,East,47.0121,9.1121\n",
    "routes.txt": "route_id,agency_id,route_short_name,route_long_name,route_type\nR,A,1,Bridge Bus,3\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "S,1,1,1,1,1,1,1,20260101,20301231\n",
}


def write_timetable(file: Path, *, without: str = "") -> Path:
    departures = [(hour, minute) for hour in range(5, 23) for minute in (0, 20, 40)]
    trips = [f"R,S,t{number}" for number in range(len(departures))]
    times = [
        f"t{number},{hour:02}:{minute + ride:02}:00,{hour:02}:{minute + ride:02}:00,{stop},{place}"
        for number, (hour, minute) in enumerate(departures)
        for place, (stop, ride) in enumerate([("w", 0), ("e", 10)], 1)
    ]
    tables = TABLES | {
        "trips.txt": "\n".join(["route_id,service_id,trip_id", *trips]),
        "stop_times.txt": "\n".join(["trip_id,arrival_time,departure_time,stop_id,stop_sequence", *times]),
    }
    with zipfile.ZipFile(file, "w") as archive:
        for name, table in tables.items():
            if name != without:
                archive.writestr(name, table)
    return file


@pytest.fixture(scope="module")
def folder(town_file: Path, tmp_path_factory: pytest.TempPathFactory, valhalla: None) -> Path:
    del valhalla
    room = tmp_path_factory.mktemp("transit")
    build_routes(room / "routes", [town_file], timetables=[write_timetable(room / "bus.zip")], now=NOW)
    return room / "routes"


def ask(folder: Path, *destinations: Point, **when: float) -> tuple[Eta, ...]:
    async def run() -> tuple[Eta, ...]:
        engine = open_routes(folder, processes=1, clock=lambda: NOW)
        journey = Journey(transport=Transport.TRANSIT, **when)
        try:
            return await engine.etas(EtaQuery(origin=WEST, destinations=destinations, journey=journey))
        finally:
            await engine.close()

    return asyncio.run(run())


def at(hour: int, minute: int) -> float:
    return MIDNIGHT + hour * 3600 + minute * 60


def test_the_network_names_its_timetables(folder: Path) -> None:
    current = find_current(folder)
    assert current is not None
    assert read_network(current).timetables == ("bus.zip",)


def test_a_journey_waits_for_its_bus_by_the_clock_of_the_place(folder: Path) -> None:
    (eta,) = ask(folder, EAST, departure=at(7, 5))
    assert eta.transport is Transport.TRANSIT
    assert eta.expected_s == eta.static_s == pytest.approx((7 * 60 + 30 - 7 * 60 - 5) * 60, abs=180)
    assert ask(folder, EAST, departure=at(7, 12))[0].expected_s == pytest.approx(eta.expected_s - 7 * 60, abs=2)


def test_without_a_date_the_departure_is_now(folder: Path) -> None:
    assert ask(folder, EAST) == ask(folder, EAST, departure=NOW)


def test_an_arrival_date_uses_the_last_bus_in_time(folder: Path) -> None:
    (eta,) = ask(folder, EAST, arrival=at(12, 0))
    assert eta.expected_s is not None
    assert 15 * 60 < eta.expected_s < 20 * 60  # a walk, ten minutes on the bus, a walk; hardly any waiting


def test_after_the_last_bus_there_is_no_way_and_other_destinations_are_not_affected(folder: Path) -> None:
    near = Point(47.012, 9.013)
    late, island, walked = ask(folder, EAST, ISLAND, near, departure=at(23, 30))
    assert (late.expected_s, island.expected_s) == (None, None)
    assert walked.expected_s is not None


def test_an_arrival_late_at_night_uses_the_last_bus_of_the_day(folder: Path) -> None:
    (eta,) = ask(folder, EAST, arrival=at(23, 50))
    assert eta.expected_s is not None


@pytest.mark.parametrize("name", ["stops.txt", "stop_times.txt", "agency.txt"])
def test_a_feed_that_lacks_a_table_is_refused(tmp_path: Path, town_file: Path, name: str) -> None:
    feed = write_timetable(tmp_path / "bus.zip", without=name)
    with pytest.raises(BuildError, match=rf"'bus.zip' is not a GTFS feed: it lacks {name}\."):
        build_routes(tmp_path / "routes", [town_file], timetables=[feed], now=NOW)


def test_a_feed_without_days_is_refused(tmp_path: Path, town_file: Path) -> None:
    feed = write_timetable(tmp_path / "bus.zip", without="calendar.txt")
    with pytest.raises(BuildError, match=r"it lacks calendar\.txt or calendar_dates\.txt\."):
        build_routes(tmp_path / "routes", [town_file], timetables=[feed], now=NOW)


def test_a_feed_that_is_no_zip_file_is_refused(tmp_path: Path, town_file: Path) -> None:
    (tmp_path / "bus.zip").write_text("a bus")
    with pytest.raises(BuildError, match=r"'bus\.zip' is not a GTFS feed: it is not a zip file"):
        build_routes(tmp_path / "routes", [town_file], timetables=[tmp_path / "bus.zip"], now=NOW)


def test_a_missing_feed_is_named(tmp_path: Path, town_file: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"bus\.zip"):
        build_routes(tmp_path / "routes", [town_file], timetables=[tmp_path / "bus.zip"], now=NOW)


def test_a_feed_without_a_single_stop_on_a_trip_gives_no_timetable(
    tmp_path: Path, town_file: Path, folder: Path
) -> None:
    del folder  # skips without the engine
    feed = tmp_path / "feed"
    with zipfile.ZipFile(write_timetable(tmp_path / "bus.zip")) as archive:
        archive.extractall(feed)
    (feed / "stop_times.txt").write_text("trip_id,arrival_time,departure_time,stop_id,stop_sequence\n")
    with pytest.raises(BuildError, match="'feed' gave no timetable"):
        build_routes(tmp_path / "routes", [town_file], timetables=[feed], now=NOW)
