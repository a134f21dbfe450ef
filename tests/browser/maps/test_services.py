"""Requests of a page: services on /v1 with the bootstrap's access token, points of interest, and the user's location."""

import pytest

from browser.maps.conftest import Open

pytestmark = pytest.mark.xdist_group("maps")


def test_services_answer_by_promise_and_by_callback(open_page: Open) -> None:
    opened = open_page()
    found = opened.run("""async () => {
      const geocoder = new mapkit.Geocoder({ language: "en" });
      const found = {};
      const { results } = await geocoder.lookup("Mannerheimintie 5, Helsinki");
      found.geocode = [results[0].constructor === mapkit.Place, results[0].fullThoroughfare, results[0].countryCode, results[0].formattedAddress.includes("Helsinki")];
      found.reverse = (await geocoder.reverseLookup({ latitude: 60.1699, longitude: 24.9444 })).results.length > 0;
      const search = new mapkit.Search({ region: CENTRE, includeQueries: false });
      const { results: rows, query } = await search.autocomplete("Kiasm");
      found.rows = [query, rows[0].displayLines[0].includes("Kiasma")];
      const opened = await search.search(rows[0]);
      found.opened = [opened.places[0].name.includes("Kiasma"), opened.boundingRegion !== null, opened.places[0].pointOfInterestCategory];
      const cafes = await search.search("cafe", { pointOfInterestFilter: mapkit.PointOfInterestFilter.including(["Cafe"]) });
      found.cafes = cafes.places.length > 0 && cafes.places.every(place => place.pointOfInterestCategory === "Cafe");
      found.delegate = await new Promise(resolve => search.search("Ateneum", { searchDidComplete: ({ places }) => resolve(places[0].name), searchDidError: resolve }));
      const directions = new mapkit.Directions();
      const way = await directions.route({ origin: at(60.1699, 24.9444), destination: "Kiasma, Helsinki", transportType: mapkit.Directions.Transport.Walking });
      const [route] = way.routes;
      found.route = [route.distance > 100, route.expectedTravelTime > 60, route.transportType, route.polyline.points.length > 3, route.steps.length > 1,
        Boolean(way.destination.name), route.polyline.points[0] instanceof mapkit.Coordinate];
      const { etas } = await directions.eta({ origin: at(60.1699, 24.9444), destinations: [at(60.171, 24.94), at(60.168, 24.95)], transportType: "WALKING" });
      found.etas = [etas.length, etas[0].expectedTravelTime > 0, etas[0].transportType];
      const points = await new mapkit.PointsOfInterestSearch({ center: CENTRE.center, radius: 400, pointOfInterestFilter: mapkit.PointOfInterestFilter.including(["Museum"]) }).search();
      found.points = points.places.length > 0 && points.places.every(place => place.pointOfInterestCategory === "Museum");
      found.place = (await new mapkit.PlaceLookup().getPlace(opened.places[0].id)).name === opened.places[0].name;
      found.calledBack = await new Promise(resolve => { const id = geocoder.lookup("Helsinki", (error, data) => resolve([error, data.results.length > 0, Number(id) > 0])); });
      const cancelled = geocoder.lookup("Espoo", () => found.never = true);
      found.cancelled = [geocoder.cancel(cancelled), geocoder.cancel(cancelled), await cancelled.catch(error => error.name)];
      const abort = new AbortController();
      const stopped = geocoder.lookup("Espoo", { signal: abort.signal });
      abort.abort();
      found.aborted = await stopped.catch(error => error.name);
      found.wrong = await search.search("x", { limitToCountries: "nowhere" }).catch(error => [error.name, error.message]);
      return found;
    }""")
    assert found["geocode"] == [True, "Mannerheimintie 5", "FI", True]
    assert found["reverse"] is True
    assert found["rows"] == ["Kiasm", True]
    assert found["opened"][:2] == [True, True]
    assert found["opened"][2] == "Museum"
    assert found["cafes"] is True
    assert "Ateneum" in found["delegate"]
    assert found["route"] == [True, True, "WALKING", True, True, True, True]
    assert found["etas"] == [2, True, "WALKING"]
    assert found["points"] is True
    assert found["place"] is True
    assert found["calledBack"] == [None, True, True]
    assert found["cancelled"] == [True, False, "AbortError"]
    assert found["aborted"] == "AbortError"
    assert "never" not in found
    assert found["wrong"][0] == "RequestError"
    assert found["wrong"][1].startswith("HTTP error: 400. Message: ")
    assert "limitToCountries" in found["wrong"][1]


def test_services_report_an_error_when_the_page_was_refused(open_page: Open) -> None:
    opened = open_page(token="a.b.c")
    opened.wait("() => seen.length > 0")
    message = opened.run("new mapkit.Geocoder().lookup('Helsinki').catch(error => error.message)")
    assert message == "Unauthorized"


def test_points_of_interest_are_filtered_selected_and_looked_up(open_page: Open) -> None:
    opened = open_page("""const map = new mapkit.Map("map", { region: new CoordinateRegion(at(60.1702, 24.9444), new CoordinateSpan(0.003, 0.006)),
      selectableMapFeatures: [mapkit.MapFeatureType.PointOfInterest], showsMapTypeControl: false, showsZoomControl: false });
    const points = () => { const gl = map._stage.gl; const layers = gl.getStyle().layers.filter(l => l.metadata?.["trigpoint:role"] === "poi").map(l => l.id);
      return gl.queryRenderedFeatures(undefined, { layers }); };
    map.addEventListener("select", event => window.feature = event.annotation);""")
    opened.wait_until_drawn()
    opened.wait("() => points().length > 3")
    opened.run("map.pointOfInterestFilter = mapkit.PointOfInterestFilter.including(['Museum'])")
    opened.wait("() => points().length > 0 && points().every(f => f.properties.category === 'Museum')")
    point = opened.run("""() => { const f = points().map(f => map.convertCoordinateToPointOnPage(at(f.geometry.coordinates[1], f.geometry.coordinates[0])))
      .find(p => p.x > 30 && p.x < 610 && p.y > 30 && p.y < 390); return [f.x, f.y]; }""")
    opened.page.mouse.click(*point)
    opened.wait("() => window.feature")
    kind = opened.run(
        "[feature.featureType, feature.pointOfInterestCategory, feature.title.length > 0, map.annotations.length, feature.map === map]"
    )
    assert kind == ["PointOfInterest", "Museum", True, 0, True]
    place = opened.run("feature.fetchPlace().then(place => [place.name, place.id, feature.id])")
    assert place[0] == opened.run("feature.title")
    assert place[1] == place[2]
    opened.run("map.selectedAnnotation = null")
    assert opened.run("feature.map") is None
    opened.run("map.showsPointsOfInterest = false; map.pointOfInterestFilter = null")
    opened.wait("() => points().length === 0")
    card = opened.run("""async () => { const place = await new mapkit.PlaceLookup().getPlace(feature.id);
      const host = document.body.appendChild(document.createElement("div"));
      const detail = new mapkit.PlaceDetail(host, place, { displaysMap: false });
      const text = host.textContent; const count = mapkit.placeDetails.length; detail.destroy();
      const annotation = new mapkit.PlaceAnnotation(place, { selectionAccessory: new mapkit.PlaceSelectionAccessory() });
      map.addAnnotation(annotation); annotation.selected = true;
      await new Promise(resolve => setTimeout(resolve, 300));
      return [text, count, mapkit.placeDetails.length, map._stage.element.querySelector(".mk-card-name")?.textContent, annotation.title]; }""")
    assert card[0].startswith(place[0])
    assert card[1:] == [1, 0, place[0], place[0]]


def test_the_users_location_is_shown_and_followed(open_page: Open) -> None:
    here = {"latitude": 60.1651, "longitude": 24.951, "accuracy": 40}
    opened = open_page(
        """const map = new mapkit.Map("map", { region: CENTRE, showsUserLocationControl: true });
        map.addEventListener("user-location-change", ({ coordinate, timestamp, floorLevel }) => window.told = [coordinate.latitude, timestamp instanceof Date, floorLevel]);""",
        geolocation=here,
        permissions=["geolocation"],
    )
    opened.wait("() => map._stage.gl")
    opened.page.get_by_role("button", name="My location").click()
    opened.wait("() => window.told && map.userLocationAnnotation")
    assert opened.run("told") == [60.1651, True, None]
    opened.wait("() => Math.abs(map.center.latitude - 60.1651) < 1e-4 && !map._stage.gl.isMoving()")
    assert opened.run("[map.showsUserLocation, map.tracksUserLocation, map.annotations.length]") == [True, True, 0]
    opened.page.context.set_geolocation({**here, "latitude": 60.166})
    opened.wait("() => Math.abs(map.center.latitude - 60.166) < 1e-4")
    opened.run("map.showsUserLocation = map.tracksUserLocation = false")
    assert opened.run("map.userLocationAnnotation") is None


def test_look_around_says_that_there_is_no_imagery(open_page: Open) -> None:
    opened = open_page("""const view = new mapkit.LookAround(document.getElementById("map"), at(60.17, 24.94));
    view.addEventListener("error", event => window.heard = [event.detail.type, event.detail.message, view.readyState]);""")
    opened.wait("() => window.heard")
    assert opened.run("heard") == [
        "availability-error",
        "There is no Look Around imagery: OpenStreetMap has no pictures of streets.",
        "error",
    ]
