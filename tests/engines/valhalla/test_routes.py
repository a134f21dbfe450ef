"""Routes and ETAs on a small network, compared with the bare engine."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from made_towns import EAST, ISLAND, WEST
from trigpoint.base.geo import Point
from trigpoint.engines.generations import folder_in_service
from trigpoint.engines.valhalla.answers import Manoeuvre, join_roundabouts, name_once, name_route
from trigpoint.engines.valhalla.engine import ValhallaRoutes
from trigpoint.engines.valhalla.languages import LANGUAGES
from trigpoint.engines.valhalla.opening import open_routes
from trigpoint.engines.valhalla.requests import write_route
from trigpoint.engines.valhalla.worker import Action, Outcome, open_engine
from trigpoint.maps.routes import Avoid, EtaQuery, Journey, Route, RouteQuery, Transport

T = TypeVar("T")
NOW = 1_795_449_600.0  # 2026-11-23T16:00:00Z
TOLLS = frozenset({Avoid.TOLLS})
HELSINKI = st.builds(Point, st.floats(60.1645, 60.1785), st.floats(24.936, 24.952))
WAYS = st.sampled_from([Transport.AUTOMOBILE, Transport.WALKING, Transport.CYCLING])
quietly = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


class Server:
    """An engine on its own event loop, called from other threads."""

    def __init__(self, folder: Path) -> None:
        engine = open_routes(folder, processes=2, clock=lambda: NOW)
        assert isinstance(engine, ValhallaRoutes)
        self.engine = engine
        self.runner = asyncio.Runner()

    def run(self, asked: Awaitable[T]) -> T:
        async def wait() -> T:
            return await asked

        return self.runner.run(wait())

    def routes(self, origin: Point, destination: Point, **changes: Any) -> tuple[Route, ...]:
        return self.run(self.engine.routes(RouteQuery(origin=origin, destination=destination, **changes)))

    def close(self) -> None:
        self.run(self.engine.close())
        self.runner.close()


@pytest.fixture(scope="module")
def towns(town_folder: Path) -> Iterator[Server]:
    server = Server(town_folder)
    yield server
    server.close()


@pytest.fixture(scope="module")
def helsinki(sample_folder: Path) -> Iterator[Server]:
    server = Server(sample_folder)
    yield server
    server.close()


@pytest.fixture(scope="module")
def bare(sample_folder: Path) -> Callable[[Action, bytes], Any]:
    """Give the bare engine on the sample."""
    network = folder_in_service(sample_folder)
    assert network is not None
    ask = open_engine(network)

    def wait(action: Action, question: bytes) -> Any:
        outcome, answer = ask(bytes([action]) + question)
        return json.loads(answer) if outcome is Outcome.ANSWERED else None

    return wait


# Routes


def test_each_step_says_what_to_do_at_its_end(towns: Server) -> None:
    (route,) = towns.routes(WEST, EAST)
    assert [step.instructions for step in route.steps] == [
        None,
        "Turn left onto East 0 Avenue",
        "Turn right onto East 6 Street",
        "You have arrived at your destination",
    ]
    assert route.name == "West 5 Street"
    assert route.steps[0].path == ((47.01, 9.01),)
    assert route.steps[-1].path[-1] == (47.012, 9.11)


@quietly
@given(origin=HELSINKI, destination=HELSINKI, transport=WAYS, alternates=st.booleans())
def test_totals_and_paths_agree_with_those_of_the_bare_engine(
    helsinki: Server,
    bare: Callable[[Action, bytes], Any],
    origin: Point,
    destination: Point,
    transport: Transport,
    alternates: bool,
) -> None:
    query = RouteQuery(
        origin=origin, destination=destination, journey=Journey(transport=transport), alternates=alternates
    )
    routes = helsinki.run(helsinki.engine.routes(query))
    told = bare(Action.ROUTE, write_route(query, lambda: NOW))
    if told is None:
        assert routes == ()
        return
    trips = [told["trip"], *(other["trip"] for other in told.get("alternates", []))]
    assert 1 <= len(routes) == len(trips) <= 3
    for route, trip in zip(routes, trips, strict=True):
        assert route.distance_m == round(trip["summary"]["length"] * 1000)
        assert route.duration_s == round(trip["summary"]["time"])
        assert sum(step.distance_m for step in route.steps) == route.distance_m
        assert sum(step.duration_s for step in route.steps) == route.duration_s
        first, *others = route.steps
        assert (first.distance_m, first.duration_s, len(first.path), first.instructions) == (0, 0, 1, None)
        assert all(step.instructions and len(step.path) > 1 for step in others)
        assert all(before.path[-1] == after.path[0] for before, after in pairwise(route.steps))
        for step, manoeuvre in zip(others, trip["legs"][0]["maneuvers"], strict=False):
            assert step.distance_m == pytest.approx(manoeuvre["length"] * 1000, abs=len(route.steps) + 1)
            assert step.duration_s == pytest.approx(manoeuvre["time"], abs=1.01)
        assert route.transport is transport


@quietly
@given(origin=HELSINKI, destination=HELSINKI)
def test_a_walk_back_is_about_as_long(helsinki: Server, origin: Point, destination: Point) -> None:
    walking = Journey(transport=Transport.WALKING)
    there = helsinki.routes(origin, destination, journey=walking)
    back = helsinki.routes(destination, origin, journey=walking)
    assert bool(there) == bool(back)
    if there:
        assert there[0].distance_m == pytest.approx(back[0].distance_m, rel=0.2, abs=80)


def test_the_length_of_steps_equals_that_of_their_paths(helsinki: Server) -> None:
    for step in helsinki.routes(Point(60.1665, 24.9375), Point(60.1765, 24.9505))[0].steps:
        points = [Point(*pair) for pair in step.path]
        length = sum(before.distance_to(after) for before, after in pairwise(points))
        assert length == pytest.approx(step.distance_m, rel=0.01, abs=2)


def test_alternate_routes_come_only_when_requested(helsinki: Server) -> None:
    ends = Point(60.1665, 24.9375), Point(60.1765, 24.9505)
    assert len(helsinki.routes(*ends)) == 1
    routes = helsinki.routes(*ends, alternates=True)
    assert 2 <= len(routes) <= 3
    assert len({tuple(step.path for step in route.steps) for route in routes}) == len(routes)


@pytest.mark.parametrize("alternates", [False, True])
@pytest.mark.parametrize("journey", [Journey(departure=NOW + 3600), Journey(arrival=NOW + 3600)])
def test_both_dates_find_a_way(helsinki: Server, journey: Journey, *, alternates: bool) -> None:
    ends = Point(60.1665, 24.9375), Point(60.1765, 24.9505)
    assert helsinki.routes(*ends, journey=journey, alternates=alternates)[0].distance_m > 1000


@pytest.mark.parametrize("moment", [-6e10, 0.0, 4e9, 2.5e11])
def test_a_date_of_any_age_finds_a_way(helsinki: Server, moment: float) -> None:
    ends = Point(60.1665, 24.9375), Point(60.1765, 24.9505)
    assert helsinki.routes(*ends, journey=Journey(departure=moment))
    assert helsinki.routes(*ends, journey=Journey(arrival=moment))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_supported_by_the_engine(bare: Callable[[Action, bytes], Any], language: str) -> None:
    ends = {"origin": Point(60.1665, 24.9375), "destination": Point(60.1765, 24.9505)}
    told = bare(Action.ROUTE, write_route(RouteQuery(**ends, lang=language), lambda: NOW))
    assert told["trip"]["language"] == language


def test_instructions_are_in_the_requested_language(helsinki: Server) -> None:
    route = helsinki.routes(Point(60.1665, 24.9375), Point(60.1765, 24.9505), lang="fi")[0]
    assert route.steps[-1].instructions == "Määränpääsi on oikealla"


def test_tolls_are_reported_and_avoided_where_another_way_exists(towns: Server) -> None:
    (paid,) = towns.routes(WEST, EAST)
    (free,) = towns.routes(WEST, EAST, avoid=TOLLS)
    assert (paid.has_tolls, free.has_tolls) == (True, False)
    assert free.distance_m > 5 * paid.distance_m
    assert free.name == "Long Way"


def test_without_a_free_way_the_toll_road_is_returned_and_reported(towns: Server) -> None:
    (route,) = towns.routes(Point(47.01, 9.06), EAST, avoid=TOLLS)  # the middle of the bridge
    assert route.has_tolls is True


def test_tolls_for_vehicles_are_unknown_for_walking_routes(towns: Server) -> None:
    (across,) = towns.routes(WEST, EAST, journey=Journey(transport=Transport.WALKING), avoid=TOLLS)
    (within,) = towns.routes(WEST, Point(47.012, 9.013), journey=Journey(transport=Transport.WALKING))
    assert (across.has_tolls, within.has_tolls) == (None, False)


@pytest.mark.parametrize("goal", [ISLAND, Point(47.01, 9.4), Point(-47.0, 9.0), Point(90.0, 0.0), Point(0.0, 180.0)])
@pytest.mark.parametrize("transport", [Transport.AUTOMOBILE, Transport.WALKING, Transport.CYCLING])
def test_no_way_is_no_route(towns: Server, goal: Point, transport: Transport) -> None:
    journey = Journey(transport=transport)
    assert towns.routes(WEST, goal, journey=journey) == ()
    assert towns.routes(goal, WEST, journey=journey) == ()


@pytest.mark.parametrize("goal", [Point(60.1645, 24.9375), Point(60.1713, 24.9414)])
def test_a_block_whose_streets_all_leave_the_extract_is_left_by_a_street_beside_it(
    helsinki: Server, goal: Point
) -> None:
    kiasma = Point(60.1720165, 24.9366718)
    assert helsinki.routes(kiasma, goal)
    (eta,) = helsinki.run(helsinki.engine.etas(EtaQuery(origin=kiasma, destinations=(goal,))))
    assert eta.expected_s is not None


def test_from_a_point_to_itself_is_a_route_of_no_length(towns: Server) -> None:
    (route,) = towns.routes(WEST, WEST)
    assert (route.distance_m, route.duration_s) == (0, 0)


@pytest.mark.parametrize("transport", [Transport.AUTOMOBILE, Transport.WALKING, Transport.CYCLING])
@pytest.mark.parametrize("longitude", [8.998, 8.997, 8.99, 8.95])  # 150 m, 230 m, 760 m and 3.8 km from the grid
def test_an_end_far_from_the_roads_has_the_same_route_as_the_road_near_it(
    towns: Server, transport: Transport, longitude: float
) -> None:
    journey, end, road = Journey(transport=transport), Point(47.01, longitude), Point(47.01, 9.0)
    (there,), (back,) = towns.routes(end, EAST, journey=journey), towns.routes(EAST, end, journey=journey)
    (at_road,), (to_road,) = towns.routes(road, EAST, journey=journey), towns.routes(EAST, road, journey=journey)
    assert (there.distance_m, back.distance_m) == (at_road.distance_m, to_road.distance_m)
    assert times(towns, end, EAST, WEST, journey=journey) == times(towns, road, EAST, WEST, journey=journey)
    assert times(towns, EAST, WEST, end, journey=journey) == times(towns, EAST, WEST, road, journey=journey)


# Times


def times(server: Server, origin: Point, *destinations: Point, journey: Journey | None = None) -> list[int | None]:
    query = EtaQuery(origin=origin, destinations=destinations, journey=journey or Journey())
    found = server.run(server.engine.etas(query))
    assert tuple(eta.destination for eta in found) == destinations
    assert all(eta.expected_s == eta.static_s for eta in found)
    return [eta.expected_s for eta in found]


@pytest.mark.parametrize("transport", [Transport.AUTOMOBILE, Transport.WALKING, Transport.CYCLING])
@pytest.mark.parametrize("moment", [{}, {"departure": NOW}, {"arrival": NOW}])
def test_etas_equal_the_times_of_the_routes(helsinki: Server, transport: Transport, moment: dict[str, float]) -> None:
    origin = Point(60.1665, 24.9375)
    goals = [Point(60.1765, 24.9505), Point(60.17, 24.94), Point(60.1725, 24.949)]
    journey = Journey(transport=transport, **moment)
    routes = [helsinki.routes(origin, goal, journey=journey)[0].duration_s for goal in goals]
    assert times(helsinki, origin, *goals, journey=journey) == pytest.approx(routes, abs=2, rel=0.02)


@pytest.mark.parametrize("spoiler", [ISLAND, Point(47.01, 9.4), Point(-47.0, 9.0)])
def test_an_unreachable_destination_does_not_affect_the_others(towns: Server, spoiler: Point) -> None:
    (seconds,) = times(towns, WEST, EAST)
    assert times(towns, WEST, EAST, spoiler, EAST) == [
        pytest.approx(seconds, abs=1),
        None,
        pytest.approx(seconds, abs=1),
    ]
    assert times(towns, WEST, spoiler) == [None]


def test_an_origin_far_from_any_road_reaches_nothing(towns: Server) -> None:
    assert times(towns, Point(-47.0, 9.0), EAST, WEST) == [None, None]


def test_transit_without_a_timetable_has_no_times_and_the_log_says_what_to_do(
    towns: Server, caplog: pytest.LogCaptureFixture
) -> None:
    assert times(towns, WEST, EAST, journey=Journey(transport=Transport.TRANSIT)) == [None]
    assert "Transit needs a timetable: " in caplog.text
    assert "--gtfs FEED.zip" in caplog.text


def test_status_names_the_data_and_its_licence(towns: Server) -> None:
    status = towns.run(towns.engine.status())
    assert status.ready
    assert [(source.name, source.attribution, source.licence) for source in status.sources] == [
        ("towns.osm.pbf", "© OpenStreetMap contributors", "ODbL 1.0")
    ]


def test_a_roundabout_is_one_step_and_gives_the_route_no_name() -> None:
    parts: dict[str, Any] = {"time": 10.0, "travel_mode": "drive"}
    road, circle, on, end = (
        Manoeuvre(
            said,
            length=metres / 1000,
            begin_shape_index=at,
            end_shape_index=at + 1,
            street_names=names,
            type=kind,
            **parts,
        )
        for said, metres, at, names, kind in (
            ("Drive on Postgass.", 70, 0, ["Postgass"], 1),
            ("Enter Adlerkreisel and take the 2nd exit onto Herrengasse.", 60, 1, ["Adlerkreisel"], 26),
            ("Exit the roundabout onto Herrengasse.", 3_000, 2, ["Herrengasse"], 27),
            ("You have arrived.", 0, 3, list[str](), 4),
        )
    )
    joined = join_roundabouts([road, circle, on, end])
    assert [one.instruction for one in joined] == [road.instruction, circle.instruction, end.instruction]
    assert (joined[1].time, joined[1].length, joined[1].end_shape_index) == (20.0, 3.06, 3)
    assert name_route([road, circle, on, end]) == "Herrengasse"


@pytest.mark.parametrize("field", ["street_names", "begin_street_names"])
def test_a_name_that_differs_in_case_only_is_said_once(field: str) -> None:
    said = "Turn left onto Elm Street/US 1/ELM STREET."
    parts: dict[str, Any] = {field: ["Elm Street", "US 1", "ELM STREET"], "travel_mode": "drive"}
    turn = Manoeuvre(said, time=1, length=1, begin_shape_index=0, end_shape_index=1, **parts)
    assert name_once(turn) == "Turn left onto Elm Street/US 1."


def test_an_origin_is_snapped_to_a_road_and_not_to_a_ferry_line() -> None:
    query = RouteQuery(origin=Point(47.14, 9.52), destination=Point(47.16, 9.51))
    asked = json.loads(write_route(query, lambda: NOW))
    assert [end["search_filter"] for end in asked["locations"]] == [{"exclude_ferry": True}] * 2
