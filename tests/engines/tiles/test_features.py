"""Every feature of the Shortbread schema 1.0, and of ours, from one drawn map: its layer, kind, geometry, first zoom."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drawn_tiles import Drawn, build
from small_map import At, SmallMap
from trigpoint.engines.tiles.importing.writers import find_tippecanoe

pytestmark = pytest.mark.xdist_group("tiles")
needs_tippecanoe = pytest.mark.skipif(
    find_tippecanoe() is None, reason="needs tippecanoe: pip install cubao-tippecanoe"
)

AREAS = """
water_polygons 4 natural=glacier:glacier natural=water:water natural=water;water=river:river waterway=riverbank:river
water_polygons 4 landuse=reservoir:reservoir landuse=basin:basin
water_polygons 10 waterway=dock:dock waterway=canal:canal
dam_polygons 12 waterway=dam:dam
pier_polygons 12 man_made=pier:pier man_made=breakwater:breakwater man_made=groyne:groyne
land 7 landuse=forest:forest natural=wood:forest
land 10 natural=sand:sand natural=beach:beach landuse=residential:residential landuse=industrial:industrial
land 10 landuse=commercial:commercial landuse=garages:garages landuse=retail:retail landuse=railway:railway
land 10 landuse=landfill:landfill landuse=brownfield:brownfield landuse=greenfield:greenfield
land 10 landuse=farmyard:farmyard landuse=farmland:farmland
land 11 landuse=grass:grass landuse=meadow:meadow landuse=orchard:orchard landuse=vineyard:vineyard
land 11 landuse=allotments:allotments landuse=village_green:village_green
land 11 landuse=recreation_ground:recreation_ground landuse=greenhouse_horticulture:greenhouse_horticulture
land 11 landuse=plant_nursery:plant_nursery landuse=quarry:quarry natural=heath:heath natural=scrub:scrub
land 11 natural=grassland:grassland natural=bare_rock:bare_rock natural=scree:scree natural=shingle:shingle
land 11 wetland=swamp:swamp wetland=bog:bog wetland=string_bog:string_bog wetland=wet_meadow:wet_meadow
land 11 wetland=marsh:marsh leisure=golf_course:golf_course leisure=park:park leisure=garden:garden
land 11 leisure=playground:playground leisure=miniature_golf:miniature_golf
land 13 landuse=cemetery:cemetery amenity=grave_yard:grave_yard
sites 14 military=danger_area:danger_area leisure=sports_centre:sports_center amenity=university:university
sites 14 amenity=college:college amenity=school:school amenity=hospital:hospital amenity=prison:prison
sites 14 amenity=parking:parking amenity=bicycle_parking:bicycle_parking landuse=construction:construction
bridges 12 man_made=bridge:bridge
street_polygons 14 highway=pedestrian;area=yes:pedestrian highway=service;area=yes:service
street_polygons 11 aeroway=runway;area=yes:runway area:aeroway=runway:runway
street_polygons 13 aeroway=taxiway;area=yes:taxiway
"""
LINES = """
water_lines 9 waterway=river:river waterway=canal:canal
water_lines 14 waterway=stream:stream waterway=ditch:ditch
dam_lines 12 waterway=dam:dam
pier_lines 12 man_made=pier:pier man_made=breakwater:breakwater man_made=groyne:groyne
streets 5 highway=motorway:motorway highway=motorway_link:motorway
streets 6 highway=trunk:trunk
streets 8 highway=primary:primary railway=rail:rail railway=narrow_gauge:narrow_gauge
streets 9 highway=secondary:secondary
streets 10 highway=tertiary:tertiary railway=tram:tram railway=light_rail:light_rail railway=funicular:funicular
streets 10 railway=subway:subway railway=monorail:monorail
streets 11 aeroway=runway:runway
streets 12 highway=unclassified:unclassified highway=residential:residential highway=busway:busway
streets 12 highway=bus_guideway:bus_guideway
streets 13 highway=living_street:living_street highway=service:service highway=pedestrian:pedestrian
streets 13 highway=track:track highway=footway:footway highway=steps:steps highway=path:path
streets 13 highway=cycleway:cycleway aeroway=taxiway:taxiway
street_labels 10 highway=motorway;name=A:motorway railway=rail;name=B:rail railway=tram;name=C:tram
street_labels 11 aeroway=runway;ref=09/27:runway
street_labels 12 highway=trunk;ref=1:trunk highway=primary;name=D:primary
street_labels 13 highway=motorway_link;name=E:motorway_link highway=secondary;name=F:secondary
street_labels 13 highway=tertiary;name=G:tertiary aeroway=taxiway;name=H:taxiway
street_labels 14 highway=tertiary_link;name=I:tertiary_link highway=residential;name=J:residential
street_labels 14 highway=footway;name=K:footway highway=service;name=L:service
water_lines_labels 12 waterway=river;name=M:river waterway=canal;name=N:canal
water_lines_labels 14 waterway=stream;name=O:stream waterway=ditch;name=P:ditch
aerialways 12 aerialway=cable_car:cable_car aerialway=gondola:gondola aerialway=goods:goods
aerialways 12 aerialway=chair_lift:chair_lift aerialway=drag_lift:drag_lift aerialway=t-bar:t-bar
aerialways 12 aerialway=j-bar:j-bar aerialway=platter:platter aerialway=rope_tow:rope-tow
ferries 10 route=ferry:ferry
"""
POINTS = """
place_labels 4 place=city;name=A;capital=yes:capital place=town;name=B;capital=4:state_capital
place_labels 6 place=city;name=C:city
place_labels 7 place=town;name=D:town
place_labels 10 place=village;name=E:village place=hamlet;name=F:hamlet place=suburb;name=G:suburb
place_labels 10 place=quarter;name=H:quarter place=neighbourhood;name=I:neighbourhood
place_labels 10 place=isolated_dwelling;name=J:isolated_dwelling place=farm;name=K:farm place=island;name=L:island
place_labels 10 place=locality;name=M:locality
street_labels_points 12 highway=motorway_junction;ref=7:motorway_junction
public_transport 11 aeroway=aerodrome;name=A;iata=XYZ:aerodrome
public_transport 12 amenity=ferry_terminal:ferry_terminal
public_transport 13 aeroway=helipad:helipad railway=station:station railway=halt:halt amenity=bus_station:bus_station
public_transport 13 aerialway=station:aerialway_station
public_transport 14 railway=tram_stop:tram_stop highway=bus_stop:bus_stop
natural_labels 11 natural=peak;name=A;ele=2105.4:peak natural=volcano;name=B:volcano
natural_labels 12 natural=bay;name=C:bay natural=cape;name=D:cape
natural_labels 13 natural=saddle;name=E:saddle
natural_labels 14 natural=spring;name=F:spring natural=cave_entrance;name=G:cave_entrance
"""
POIS = """
amenity police fire_station post_box post_office telephone library townhall courthouse prison embassy community_centre
amenity nursing_home arts_centre grave_yard marketplace recycling university school college public_building pharmacy
amenity hospital clinic doctors dentist veterinary theatre nightclub cinema restaurant fast_food cafe pub bar food_court
amenity biergarten shelter car_rental car_wash car_sharing bicycle_rental vending_machine bank atm toilets bench
amenity drinking_water fountain hunting_stand waste_basket place_of_worship playground dog_park
leisure sports_centre pitch swimming_pool water_park golf_course stadium ice_rink
tourism hotel motel bed_and_breakfast guest_house hostel chalet camp_site alpine_hut caravan_site information
tourism picnic_site viewpoint zoo theme_park
shop supermarket bakery kiosk mall department_store general convenience clothes florist chemist books butcher shoes
shop alcohol beverages optician jewelry gift sports stationery outdoor mobile_phone toys newsagent greengrocer beauty
shop video car bicycle doityourself hardware furniture computer garden_centre hairdresser travel_agency laundry
shop dry_cleaning
man_made surveillance tower windmill lighthouse wastewater_plant water_well watermill water_works
historic monument memorial artwork castle ruins archaeological_site wayside_cross wayside_shrine battlefield fort
emergency phone fire_hydrant defibrillator
highway emergency_access_point
office diplomatic
"""
ORIGIN: At = (47.0, 9.0)
STEP = 0.02
WIDE = 12
"""Number of columns of the map's grid; areas nearly fill their cell."""


def rows(table: str) -> Iterator[tuple[str, int, dict[str, str], str]]:
    """Give layer, first zoom, tags and kind of each row."""
    for line in table.strip().split("\n"):
        layer, zoom, *features = line.split()
        for feature in features:
            written, _, kind = feature.rpartition(":")
            tags = dict(tag.split("=") for tag in written.split(";"))
            yield layer, int(zoom), {key.replace(":", "__"): value for key, value in tags.items()}, kind


def pois() -> list[tuple[str, str]]:
    return [(line.split()[0], value) for line in POIS.strip().split("\n") for value in line.split()[1:]]


class Grid:
    """Places on the map, one after the other."""

    def __init__(self) -> None:
        self.count = 0

    def next(self, size: float = STEP) -> At:
        row, column = divmod(self.count, WIDE)
        self.count += 1
        return ORIGIN[0] + row * size, ORIGIN[1] + column * size


@pytest.fixture(scope="module", params=[pytest.param("tippecanoe", marks=needs_tippecanoe), "trigpoint"])
def seen(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Give the features of the map by layer and kind, each with the first zoom at which it is drawn."""
    drawn = SmallMap()
    grid = Grid()
    for _, zoom, tags, _ in rows(AREAS):
        if zoom > 4:
            drawn.square(grid.next(), 0.009, **tags)
    for layer, _, tags, _ in rows(LINES):
        at = grid.next()
        drawn.way([at, (at[0] + 0.004, at[1] + 0.01), (at[0], at[1] + 0.018)], ref__test=layer, **tags)
    for _, _, tags, _ in rows(POINTS):
        drawn.node(grid.next(), **tags)
    for number, (_, zoom, tags, _) in enumerate(rows(AREAS)):
        if zoom == 4:
            drawn.square((48.0, 9.0 + number * 0.3), 0.1, **tags)
    for number, (key, value) in enumerate(pois()):
        drawn.node((47.5 + number // 20 * 0.001, 9.0 + number % 20 * 0.001), name=f"{key}={value}", **{key: value})
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "trigpoint":
            patch.setattr("trigpoint.engines.tiles.importing.writers.find_tippecanoe", lambda: None)
        return features_of(build(tmp_path_factory.mktemp("features") / "home", drawn))


def features_of(drawn: Drawn) -> dict[tuple[str, str], list[dict[str, Any]]]:
    found: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for zoom in range(15):
        for tile in drawn.tiles(zoom):
            for layer, content in tile.items():
                for feature in content["features"]:
                    told = feature["properties"]
                    told["geometry"] = feature["geometry"]["type"].removeprefix("Multi")
                    kinds = found.setdefault((layer, str(told.get("kind", ""))), {})
                    kinds.setdefault(repr(sorted(told.items())), told | {"zoom": zoom})
    return {key: list(features.values()) for key, features in found.items()}


@pytest.mark.parametrize(
    ("geometry", "layer", "zoom", "kind", "tags"),
    [
        (geometry, layer, zoom, kind, tags)
        for geometry, table in (("Polygon", AREAS), ("LineString", LINES), ("Point", POINTS))
        for layer, zoom, tags, kind in rows(table)
    ],
)
def test_a_feature_is_drawn(
    seen: dict[tuple[str, str], list[dict[str, Any]]],
    geometry: str,
    layer: str,
    zoom: int,
    kind: str,
    tags: dict[str, str],
) -> None:
    named = {"name": tags["name"]} if "name" in tags else {}
    found = [told for told in seen.get((layer, kind), ()) if named.items() <= told.items()]
    assert found, f"{kind} is not in {layer}"
    assert {told["geometry"] for told in found} == {geometry}
    assert min(told["zoom"] for told in found) == zoom


@pytest.mark.parametrize(("key", "value"), pois())
def test_a_point_of_interest_is_drawn(seen: dict[tuple[str, str], list[dict[str, Any]]], key: str, value: str) -> None:
    found = [told for told in seen["pois", ""] if told.get("name") == f"{key}={value}"]
    assert len(found) == 1
    assert (found[0][key], found[0]["zoom"], found[0]["geometry"]) == (value, 14, "Point")


def test_every_drawn_feature_is_documented(
    seen: dict[tuple[str, str], list[dict[str, Any]]],
) -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "map.md").read_text(encoding="utf-8")
    lines = {
        name: line for line in page.split("\n") if line.startswith("| ") for name in line.split("|")[1].split("`")[1::2]
    }
    for layer, kind in seen:
        assert layer in lines, f"docs/map.md does not name the layer {layer}"
        assert not kind or f"`{kind}`" in lines[layer] or "as above" in lines[layer], f"{kind} of {layer}"


def draw_one(home: Path, layer: str, *, zoom: int = 14, **tags: str) -> list[dict[str, Any]]:
    drawn = SmallMap()
    drawn.way([(47.1, 9.5), (47.1, 9.51)], **tags)
    return build(home, drawn).features(zoom, layer)


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        ({"oneway": "yes"}, {"oneway": True}),
        ({"oneway": "-1"}, {"oneway": True, "oneway_reverse": True}),
        ({"oneway": "no"}, {}),
        ({"tunnel": "building_passage"}, {"tunnel": True}),
        ({"bridge": "viaduct", "surface": "asphalt", "bicycle": "no"},
         {"bridge": True, "surface": "asphalt", "bicycle": "no"}),
    ],
)  # fmt: skip
def test_a_street_has_its_attributes(home: Path, tags: dict[str, str], told: dict[str, Any]) -> None:
    (street,) = draw_one(home, "streets", highway="residential", **tags)
    assert street == {"kind": "residential", "geometry": "LineString"} | told


def test_a_ramp_is_a_link_and_a_siding_begins_at_a_higher_zoom(home: Path) -> None:
    drawn = SmallMap()
    drawn.way([(47.1, 9.5), (47.1, 9.52)], highway="primary_link")
    drawn.way([(47.2, 9.5), (47.2, 9.52)], railway="rail", service="siding")
    found = build(home, drawn)
    assert found.first_zoom("streets", kind="primary", link=True) == 8
    assert found.first_zoom("streets", kind="rail", rail=True, service="siding") == 10


def test_a_street_has_its_road_numbers_one_a_line(home: Path) -> None:
    (label,) = draw_one(home, "street_labels", highway="primary", ref="16; E 43", name="Landstrasse")
    assert (label["ref"], label["ref_rows"], label["ref_cols"]) == ("16\nE 43", 2, 4)


def test_a_ferry_without_cars_begins_at_a_higher_zoom(home: Path) -> None:
    drawn = SmallMap()
    drawn.way([(47.1, 9.5), (47.2, 9.6)], route="ferry", motor_vehicle="no", name="Boat")
    assert build(home, drawn).first_zoom("ferries", kind="ferry", name="Boat") == 12


def test_borders_have_their_level_and_whether_they_are_disputed_or_at_sea(home: Path) -> None:
    drawn = SmallMap()
    shared = drawn.way([(47.1, 9.5), (47.1, 9.6)])
    sea = drawn.way([(47.2, 9.5), (47.2, 9.6)], maritime="yes")
    state = drawn.way([(47.3, 9.5), (47.3, 9.6)], boundary="administrative")
    border = {"type": "boundary", "boundary": "administrative"}
    drawn.relation([("way", shared, "outer"), ("way", sea, "outer")], admin_level="2", name="A", **border)
    drawn.relation([("way", shared, "outer"), ("way", state, "outer")], admin_level="4", name="B", **border)
    drawn.relation([("way", shared, "")], type="boundary", boundary="disputed")
    found = build(home, drawn)
    told = sorted(found.features(14, "boundaries"), key=repr)
    assert [one | {"geometry": ""} for one in told] == [
        {"admin_level": 2, "disputed": True, "geometry": ""},
        {"admin_level": 2, "maritime": True, "geometry": ""},
        {"admin_level": 4, "geometry": ""},
    ]
    assert found.first_zoom("boundaries", admin_level=2) == 0
    assert found.first_zoom("boundaries", admin_level=4) == 7


def test_a_country_and_a_state_are_named_from_the_zoom_of_their_size(home: Path) -> None:
    drawn = SmallMap()
    drawn.boundary((47.0, 9.5), 0.3, 2, name="Small", name__en="Little")
    drawn.boundary((47.0, 9.5), 0.1, 4, name="State")
    found = build(home, drawn)
    assert found.first_zoom("boundary_labels", admin_level=2, name="Small", name_en="Little") == 5
    assert found.first_zoom("boundary_labels", admin_level=4, name="State") == 5
    (label,) = [one for one in found.features(8, "boundary_labels") if one["admin_level"] == 2]
    assert label["way_area"] == pytest.approx(655_000, rel=0.05)


def test_a_lake_is_named_from_the_zoom_of_its_size_and_a_pond_at_the_last(home: Path) -> None:
    drawn = SmallMap()
    drawn.square((47.0, 9.5), 0.02, natural="water", name="Lake")
    drawn.square((47.1, 9.5), 0.0005, natural="water", name="Pond")
    found = build(home, drawn)
    assert found.first_zoom("water_polygons_labels", name="Lake") == 9
    assert found.first_zoom("water_polygons_labels", name="Pond") == 14
    assert found.first_zoom("water_polygons", kind="water") == 5, "a square of 0.04 degrees is a pixel there"
    (pond,) = [one for one in found.features(14, "water_polygons_labels") if one["name"] == "Pond"]
    assert pond["way_area"] == pytest.approx(18_200, rel=0.05)


def test_buildings_have_their_height_and_building_no_is_not_drawn(home: Path) -> None:
    drawn = SmallMap()
    for number, tags in enumerate(({"height": "12.5 m"}, {"building__levels": "4"}, {"height": "tall"})):
        drawn.square((47.0 + number * 0.001, 9.5), 0.0002, building="yes", **tags)
    drawn.square((47.1, 9.5), 0.0002, building="no")
    found = build(home, drawn).features(14, "buildings")
    assert sorted(one.get("height", 0) for one in found) == [0, 12, 12.5]


def test_a_point_of_interest_carries_apples_category_and_where_its_place_id_comes_from(home: Path) -> None:
    drawn = SmallMap()
    node = drawn.node((47.1, 9.5), amenity="restaurant", name="Löwen", cuisine="pizza", addr__housenumber="7")
    way = drawn.square((47.11, 9.5), 0.001, tourism="museum", name="Museum", wikidata="Q1")
    bench = drawn.node((47.12, 9.5), amenity="bench")
    drawn.node((47.13, 9.5), amenity="parking", access="private")
    found = {one.get("name", next(iter(one.values()))): one for one in build(home, drawn).features(14, "pois")}
    restaurant, museum = found["Löwen"], found["Museum"]
    assert {
        "category": "Restaurant",
        "group": "food",
        "ref": f"n{node}",
        "cuisine": "pizza",
    }.items() <= restaurant.items()
    assert restaurant["housenumber"] == "7"
    assert {"category": "Museum", "group": "culture", "ref": f"w{way}"}.items() <= museum.items()
    assert isinstance(museum["icon"], str)
    assert museum["rank"] < restaurant["rank"]
    assert found["bench"] == {"amenity": "bench", "geometry": "Point"}
    assert found["parking"].get("category") is None, "a private car park is for nobody who looks at a map"
    assert bench


def test_an_address_is_in_one_layer_alone(home: Path) -> None:
    drawn = SmallMap()
    drawn.node((47.1, 9.5), addr__housenumber="5", addr__street="Landstrasse")
    drawn.square((47.11, 9.5), 0.0003, building="yes", addr__housename="Villa")
    drawn.node((47.12, 9.5), addr__housenumber="6", shop="bakery", name="Brot")
    found = build(home, drawn).features(14, "addresses")
    assert sorted(one.get("housenumber", one.get("housename")) for one in found) == ["5", "Villa"]


def test_a_multipolygon_keeps_its_hole(home: Path) -> None:
    drawn = SmallMap()
    members = [("way", drawn.square((47.1, 9.5), 0.01), "outer"), ("way", drawn.square((47.1, 9.5), 0.005), "inner")]
    drawn.relation(members, type="multipolygon", natural="water", name="Ring")
    found = build(home, drawn)
    (water,) = found.features(14, "water_polygons_labels")
    (polygon,) = {one["way_area"] for one in found.features(14, "water_polygons")}
    whole = 0.02 * 0.02 * 111_320**2 / 0.6807
    assert polygon == water["way_area"] == pytest.approx(0.75 * whole, rel=0.02)
