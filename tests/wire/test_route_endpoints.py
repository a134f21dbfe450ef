"""Contract §4.6 and §4.7: every parameter reaches the engine, every field reaches the client."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from places_fakes import GRIMALDI, FakePlaces, a_place
from routes_fakes import CORNER, GOAL, START, FakeRoutes, a_route
from trigpoint.base.errors import InvalidError, UnavailableError
from trigpoint.base.geo import Box, Point
from trigpoint.maps.atlas import Atlas
from trigpoint.maps.places import Place
from trigpoint.maps.queries import GeocodeQuery, Hints, SearchQuery
from trigpoint.maps.routes import Avoid, EtaQuery, Journey, RouteQuery, Step, Transport
from trigpoint.web.v1.endpoints import DIRECTIONS, ETAS, Endpoint
from trigpoint.wire.parameters import Parameters

ENDS = {"origin": "37.7857,-122.4011", "destination": "37.7754,-122.3931"}
TIMES = {"origin": "37.331423,-122.030503", "destinations": "37.32556561130194,-121.94635203581443"}
NOON = 1_681_576_920.0  # 2023-04-15T16:42:00Z
NEVER = "2023-04-15T16:42:00Z"


def answer(
    endpoint: Endpoint[Any, Any],
    parameters: Mapping[str, str],
    *,
    routes: FakeRoutes | None = None,
    places: FakePlaces | None = None,
) -> Any:
    """Take a request through a row, without HTTP around it; give the decoded body."""
    atlas = Atlas(places=places or FakePlaces(), routes=routes or FakeRoutes())
    query = endpoint.parse(Parameters({name: [value] for name, value in parameters.items()}))

    async def ask() -> Any:
        return await endpoint.ask(atlas, query)

    body = endpoint.render(asyncio.run(ask()))
    assert b'":null' not in body  # a text may say null
    return json.loads(body)


def asked(endpoint: Endpoint[Any, Any], parameters: Mapping[str, str]) -> Any:
    """Give what the route engine was asked."""
    routes = FakeRoutes()
    answer(endpoint, parameters, routes=routes)
    return routes.asked[-1]


# /v1/directions: what is asked


def test_directions_need_only_two_ends() -> None:
    assert asked(DIRECTIONS, ENDS) == RouteQuery(
        origin=Point(37.7857, -122.4011), destination=Point(37.7754, -122.3931), journey=Journey(), lang="en-US"
    )


def test_directions_pass_every_parameter_on() -> None:
    query = asked(
        DIRECTIONS,
        ENDS
        | {
            "departureDate": "2023-04-15T16:42:00Z",
            "avoid": "Tolls",
            "lang": "fi-fi",
            "requestsAlternateRoutes": "true",
            "transportType": "cycling",
        },
    )
    assert query == RouteQuery(
        origin=Point(37.7857, -122.4011),
        destination=Point(37.7754, -122.3931),
        journey=Journey(transport=Transport.CYCLING, departure=NOON),
        avoid=frozenset({Avoid.TOLLS}),
        alternates=True,
        lang="fi-FI",
    )


def test_directions_take_an_arrival_date_instead() -> None:
    assert asked(DIRECTIONS, ENDS | {"arrivalDate": NEVER}).journey == Journey(arrival=NOON)


def test_an_origin_given_as_text_is_geocoded_with_the_hints() -> None:
    places = FakePlaces()
    hints = {"searchLocation": "43.7,7.4", "userLocation": "43.8,7.5", "searchRegion": "44,8,43,7"}
    routes = FakeRoutes()
    answer(DIRECTIONS, ENDS | hints | {"destination": "12 Rue Grimaldi", "lang": "fr"}, routes=routes, places=places)
    read = Hints(
        search_location=Point(43.7, 7.4),
        user_location=Point(43.8, 7.5),
        search_region=Box(south=43, west=7, north=44, east=8),
    )
    assert places.asked == [GeocodeQuery(text="12 Rue Grimaldi", hints=read, lang="fr")]
    assert routes.asked[0].destination == GRIMALDI


def test_without_hints_an_end_given_as_text_is_geocoded_near_the_other_end() -> None:
    places = FakePlaces()
    answer(DIRECTIONS, ENDS | {"destination": "12 Rue Grimaldi"}, places=places)
    answer(DIRECTIONS, ENDS | {"origin": "12 Rue Grimaldi"}, places=places)
    answer(DIRECTIONS, {"origin": "12 Rue Grimaldi", "destination": "Rue de Millo"}, places=places)
    near = [query.hints.search_location for query in places.asked]
    assert near == [Point(37.7857, -122.4011), Point(37.7754, -122.3931), None, GRIMALDI]


def test_an_origin_that_is_no_address_is_searched_by_name() -> None:
    class NamesOnly(FakePlaces):
        async def geocode(self, query: GeocodeQuery) -> tuple[Place, ...]:
            self.asked.append(query)
            return ()

    places = NamesOnly()
    found = answer(DIRECTIONS, ENDS | {"destination": "Kiasma"}, places=places)
    assert [type(query) for query in places.asked] == [GeocodeQuery, SearchQuery]
    assert found["destination"]["name"] == "12 Rue Grimaldi"


@pytest.mark.parametrize("end", ["91,0", "0,181", "1..2,3", "..,1"])
def test_an_invalid_coordinate_is_not_searched_as_a_name(end: str) -> None:
    with pytest.raises(InvalidError, match=r"Parameter 'origin' must be 'latitude,longitude' in degrees"):
        answer(DIRECTIONS, ENDS | {"origin": end})


@pytest.mark.parametrize("end", ["geo:37.7857,-122.4011", "37.7857 N, 122.4011 W", "N 37° 47.142' W 122° 24.066'"])
def test_an_origin_may_be_any_notation_of_a_coordinate(end: str) -> None:
    origin = asked(DIRECTIONS, ENDS | {"origin": end}).origin
    assert origin.distance_to(Point(37.7857, -122.4011)) < 1


@pytest.mark.parametrize("missing", ["origin", "destination"])
def test_origin_and_destination_are_required(missing: str) -> None:
    with pytest.raises(
        InvalidError, match=rf"Parameter '{missing}' must be given, for example '37.7857,-122.4011'; it is missing\."
    ):
        answer(DIRECTIONS, ENDS | {missing: " "})


@pytest.mark.parametrize("endpoint", [DIRECTIONS, ETAS])
def test_departure_and_arrival_date_exclude_each_other(endpoint: Endpoint[Any, Any]) -> None:
    with pytest.raises(InvalidError, match=r"'arrivalDate' must be left out if 'departureDate' is given"):
        answer(endpoint, ENDS | TIMES | {"departureDate": NEVER, "arrivalDate": NEVER})


def test_directions_refuse_transit() -> None:
    rule = r"'transportType' must be one of 'Automobile', 'Walking', 'Cycling', for example .*; got 'Transit'\."
    with pytest.raises(InvalidError, match=rule):
        answer(DIRECTIONS, ENDS | {"transportType": "Transit"})


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"requestsAlternateRoutes": "yes"}, "'requestsAlternateRoutes' must be 'true' or 'false'"),
        ({"departureDate": "tomorrow"}, "'departureDate' must be a date and time in ISO 8601, in UTC"),
        ({"arrivalDate": "2023-04-15"}, "'arrivalDate' must be a date and time in ISO 8601, in UTC"),
        ({"searchRegion": "1,2,3"}, "'searchRegion' must be"),
    ],
)
def test_directions_say_what_is_wrong_with_a_parameter(parameters: dict[str, str], said: str) -> None:
    with pytest.raises(InvalidError) as error:
        answer(DIRECTIONS, ENDS | parameters)
    assert said in str(error.value)


def test_unknown_parameters_of_directions_are_ignored() -> None:
    assert asked(DIRECTIONS, ENDS | {"mode": "fast", "limitToCountries": "nonsense"}) == asked(DIRECTIONS, ENDS)


# /v1/directions: what is answered


def test_directions_have_the_shape_of_the_contract() -> None:
    assert answer(DIRECTIONS, ENDS) == {
        "routes": [
            {
                "name": "4th St",
                "distanceMeters": 2033,
                "durationSeconds": 506,
                "transportType": "Automobile",
                "stepIndexes": [0, 1, 2],
                "hasTolls": True,
            }
        ],
        "steps": [
            {"stepPathIndex": 0, "distanceMeters": 0, "durationSeconds": 0},
            {
                "stepPathIndex": 1,
                "distanceMeters": 37,
                "durationSeconds": 11,
                "instructions": "Turn right onto Minna St",
            },
            {
                "stepPathIndex": 2,
                "distanceMeters": 1996,
                "durationSeconds": 495,
                "instructions": "The destination is on your right",
            },
        ],
        "stepPaths": [
            [{"latitude": point[0], "longitude": point[1]} for point in path]
            for path in ([START], [START, CORNER], [CORNER, GOAL])
        ],
    }


def test_steps_of_all_routes_are_one_flat_list() -> None:
    found = answer(DIRECTIONS, ENDS, routes=FakeRoutes(found=(a_route(), a_route(name="5th St"))))
    assert [route["stepIndexes"] for route in found["routes"]] == [[0, 1, 2], [3, 4, 5]]
    assert [step["stepPathIndex"] for step in found["steps"]] == [0, 1, 2, 3, 4, 5]
    assert len(found["stepPaths"]) == 6


def test_origin_and_destination_appear_only_if_given_as_text() -> None:
    assert answer(DIRECTIONS, ENDS).keys() == {"routes", "steps", "stepPaths"}
    found = answer(DIRECTIONS, ENDS | {"origin": "12 Rue Grimaldi"})
    assert list(found) == ["origin", "routes", "steps", "stepPaths"]


def test_an_origin_has_both_names_of_its_coordinate_and_its_routing_points() -> None:
    library = a_place(telephone="+14153552838", urls=("https://sfpl.org/locations/mission-bay",))
    found = answer(DIRECTIONS, ENDS | {"destination": "library"}, places=FakePlaces(places=(library,)))
    destination = found["destination"]
    assert destination["center"] == destination["coordinate"] == {"latitude": 43.7338, "longitude": 7.4208}
    assert destination["telephone"] == "+14153552838"
    assert destination["urls"] == ["https://sfpl.org/locations/mission-bay"]


@pytest.mark.parametrize("transport", ["Automobile", "Walking", "Cycling"])
def test_the_transport_type_has_the_documented_values(transport: str) -> None:
    routes = FakeRoutes(found=(a_route(transport=Transport(transport)),))
    assert answer(DIRECTIONS, ENDS, routes=routes)["routes"][0]["transportType"] == transport


def test_a_step_has_a_transport_type_only_if_it_differs_from_the_routes() -> None:
    walk = Step(path=(CORNER, GOAL), distance_m=1, duration_s=1, instructions="Walk", transport=Transport.WALKING)
    steps = answer(DIRECTIONS, ENDS, routes=FakeRoutes(found=(a_route(steps=(*a_route().steps, walk)),)))["steps"]
    assert [step.get("transportType") for step in steps] == [None, None, None, "Walking"]


def test_absent_members_of_a_route_are_left_out() -> None:
    routes = FakeRoutes(found=(replace(a_route(), name=None, has_tolls=None),))
    route = answer(DIRECTIONS, ENDS, routes=routes)["routes"][0]
    assert route.keys() == {"distanceMeters", "durationSeconds", "transportType", "stepIndexes"}


def test_a_route_without_tolls_says_so() -> None:
    assert answer(DIRECTIONS, ENDS, routes=FakeRoutes(found=(a_route(has_tolls=False),)))["routes"][0]["hasTolls"] is (
        False
    )


def test_without_a_way_the_response_has_no_routes() -> None:
    empty = {"routes": [], "steps": [], "stepPaths": []}
    assert answer(DIRECTIONS, ENDS, routes=FakeRoutes(found=())) == empty


def test_an_origin_that_is_not_found_gives_a_response_without_routes_and_without_it() -> None:
    routes = FakeRoutes()
    found = answer(DIRECTIONS, ENDS | {"origin": "Atlantis"}, routes=routes, places=FakePlaces(places=()))
    assert found == {"routes": [], "steps": [], "stepPaths": []}
    assert routes.asked == []


def test_without_a_route_engine_directions_say_what_to_do() -> None:
    query = DIRECTIONS.parse(Parameters({name: [value] for name, value in ENDS.items()}))

    async def ask() -> None:
        await DIRECTIONS.ask(Atlas(), query)

    with pytest.raises(UnavailableError, match="trigpoint routes build FILE"):
        asyncio.run(ask())


# /v1/etas


def test_etas_need_only_an_origin_and_a_destination() -> None:
    assert asked(ETAS, TIMES) == EtaQuery(
        origin=Point(37.331423, -122.030503), destinations=(Point(37.32556561130194, -121.94635203581443),)
    )


@pytest.mark.parametrize("transport", ["Automobile", "Transit", "Walking", "Cycling"])
def test_etas_pass_every_parameter_on(transport: str) -> None:
    query = asked(ETAS, TIMES | {"transportType": transport.lower(), "departureDate": NEVER})
    assert query.journey == Journey(transport=Transport(transport), departure=NOON)
    assert asked(ETAS, TIMES | {"arrivalDate": NEVER}).journey == Journey(arrival=NOON)


def test_etas_have_the_shape_of_the_contract() -> None:
    assert answer(ETAS, TIMES) == {
        "etas": [
            {
                "destination": {"latitude": 37.32556561130194, "longitude": -121.94635203581443},
                "transportType": "Automobile",
                "distanceMeters": 9550,
                "expectedTravelTimeSeconds": 975,
                "staticTravelTimeSeconds": 540,
            }
        ]
    }


def test_etas_of_ten_destinations_come_in_the_requested_order() -> None:
    found = answer(ETAS, TIMES | {"destinations": "|".join(f"{number},1" for number in range(10))})
    assert [eta["destination"]["latitude"] for eta in found["etas"]] == list(range(10))


def test_an_unreachable_destination_keeps_its_position_without_times() -> None:
    found = answer(ETAS, TIMES, routes=FakeRoutes(reachable=False))
    assert found["etas"] == [
        {
            "destination": {"latitude": 37.32556561130194, "longitude": -121.94635203581443},
            "transportType": "Automobile",
        }
    ]


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"destinations": "|".join(["1,1"] * 11)}, "one to 10 coordinates with '|' between them"),
        ({"destinations": "|"}, "'destinations' must be one to 10 coordinates"),
        ({"destinations": "1,1|somewhere"}, "'destinations' must be 'latitude,longitude' in degrees"),
        ({"origin": "12 Rue Grimaldi"}, "'origin' must be 'latitude,longitude' in degrees"),
        ({"origin": ""}, "it is missing"),
        ({"transportType": "Boat"}, "one of 'Automobile', 'Transit', 'Walking', 'Cycling'"),
    ],
)
def test_etas_say_what_is_wrong_with_a_parameter(parameters: dict[str, str], said: str) -> None:
    with pytest.raises(InvalidError) as error:
        answer(ETAS, TIMES | parameters)
    assert said in str(error.value)
