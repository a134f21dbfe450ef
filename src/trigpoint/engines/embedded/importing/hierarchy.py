"""In which country, state, county, town and quarter a point lies, and how those are called."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely

from trigpoint.engines.embedded.gazetteer.towns import american_states, load_towns
from trigpoint.engines.embedded.importing.admin_levels import level_of
from trigpoint.engines.embedded.importing.areas import Area, Areas, as_arrays
from trigpoint.engines.embedded.importing.features import SETTLEMENTS, Tags, names_of, spellings_of
from trigpoint.engines.embedded.importing.staging import Staging, decode_tags
from trigpoint.engines.embedded.index.datafile import DataWriter
from trigpoint.engines.embedded.index.records import Level, Names, Setting
from trigpoint.engines.embedded.text.normalize import split, variants

REACH_KM = {
    "city": 12.0, "town": 5.0, "municipality": 5.0, "village": 2.5, "hamlet": 1.2, "borough": 3.0, "suburb": 2.0,
    "quarter": 1.2, "neighbourhood": 0.8,
}  # fmt: skip
"""How far a settlement without an outline reaches, in kilometres."""

WORD_LANGS = (
    "", "en", "de", "fr", "es", "it", "pt", "nl", "ru", "uk", "zh", "ja", "ko", "ar", "fi", "sv", "pl", "tr", "ca", "el",
)  # fmt: skip
MOST_WORDS = 48
TAGGED_REACH_KM = 30.0
"""How far from an address the town may lie that it names."""

MOST_INITIALS = 3
FIRST_LETTER = re.compile(r"(?:^|(?<=[\s-]))\w|(?<=['’])\w(?!\b)")  # noqa: RUF001
"""The first letter of each word: of "l'aldosa" two, of "king's lynn" no S."""

KM_PER_DEGREE = 111.32

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Settlement:
    """A settlement that is a point in the data."""

    ref: int
    names: Names
    tags: Tags
    at: Point
    place: str
    words: frozenset[str]


@dataclass(slots=True)
class _Ring:
    """The settlements of one kind, ready to be asked for the nearest."""

    settlements: list[Settlement]
    tree: shapely.STRtree
    stretch: float


@dataclass(slots=True)
class Found:
    """Where one point lies: the row of its setting, and its postal code if an area gives one."""

    setting: int
    postcode: str | None
    areas: list[int] = field(default_factory=list)


class Hierarchy:
    """Answers for many points at once; every distinct answer is written to the data file once."""

    def __init__(self, areas: Areas, staging: Staging, writer: DataWriter) -> None:
        self.areas = areas
        self._writer = writer
        self._settings: dict[object, int] = {}
        self._tagged: dict[tuple[str, float, float], Names] = {}
        self.kept: dict[int, Setting] = {}
        self._rings = self._load_settlements(staging)
        self._by_words: dict[tuple[str, ...], list[Settlement]] = {}
        for ring in self._rings.values():
            for settlement in ring.settlements:
                for text in spellings_of(settlement.tags, settlement.names):
                    self._by_words.setdefault(tuple(split(text)), []).append(settlement)
        self._area_words = [
            {tuple(split(text)) for text in spellings_of(area.tags, area.names)} for area in areas.areas
        ]
        self._area_country = [self._country_of_area(area) for area in areas.areas]

    def _load_settlements(self, staging: Staging) -> dict[str, _Ring]:
        kinds: dict[str, list[Settlement]] = {}
        rows = staging.rows("SELECT ref, lat, lng, tags FROM named WHERE south IS NULL")
        for ref, latitude, longitude, packed in rows:
            if b"place" not in packed:
                continue
            tags = decode_tags(packed)
            place = tags.get("place", "")
            if place in REACH_KM:
                words = frozenset(word for text in spellings_of(tags, names_of(tags)) for word in split(text))
                settlement = Settlement(ref, names_of(tags), tags, (latitude, longitude), place, words)
                kinds.setdefault(place, []).append(settlement)
        rings = {}
        for place, settlements in kinds.items():
            stretch = math.cos(math.radians(float(np.mean([settlement.at[0] for settlement in settlements]))))
            points = shapely.points([(item.at[1] * stretch, item.at[0]) for item in settlements])
            rings[place] = _Ring(settlements, shapely.STRtree(points), stretch)
        return rings

    def _country_of_area(self, area: Area) -> str:
        """Name the country of an area: by its own tags, else by the nearest town to its middle."""
        if area.admin_level == 2:
            code = area.tags.get("ISO3166-1:alpha2") or area.tags.get("ISO3166-1") or area.tags.get("country_code", "")
            if len(code) == 2:
                return code.upper()
        subdivision = area.tags.get("ISO3166-2", "")
        if len(subdivision) > 3 and subdivision[2] == "-":
            return subdivision[:2]
        if area.admin_level < 3:
            return ""
        longitudes, latitudes = as_arrays([area.centre])
        for outer in self.areas.holding(longitudes, latitudes)[0]:
            if self.areas.areas[outer].admin_level == 2 and self.areas.areas[outer] is not area:
                return self._country_of_area(self.areas.areas[outer])
        return load_towns().nearest(longitudes, latitudes)[0].country_code

    def named(self, words: tuple[str, ...]) -> list[Settlement]:
        """List the settlements that go by these words."""
        return self._by_words.get(words, [])

    def country_of(self, area: int) -> str:
        """Name the country of an area, or give an empty text."""
        return self._area_country[area]

    def settle(self, points: Sequence[Point], tags: Sequence[Tags]) -> list[Found]:
        """Find where points lie (latitude, longitude); `tags` are those of the things that lie there."""
        if not points:
            return []
        longitudes, latitudes = as_arrays(points)
        holding = self.areas.holding(longitudes, latitudes)
        near = self._nearest_settlements(points)
        return [
            self._settle_one(point, own, areas, settlements)
            for point, own, areas, settlements in zip(points, tags, holding, near, strict=True)
        ]

    def _nearest_settlements(self, points: Sequence[Point]) -> list[dict[str, tuple[Settlement, float]]]:
        """Give, for each point, the nearest settlement of each kind with its distance as a share of its reach."""
        found: list[dict[str, tuple[Settlement, float]]] = [{} for _ in points]
        for place, ring in self._rings.items():
            reach = REACH_KM[place] / KM_PER_DEGREE * 1.5
            asked = shapely.points([(point[1] * ring.stretch, point[0]) for point in points])
            (rows, columns), distances = ring.tree.query_nearest(
                asked, max_distance=reach, return_distance=True, all_matches=False
            )
            for row, column, distance in zip(rows.tolist(), columns.tolist(), distances.tolist(), strict=True):
                found[row][place] = (ring.settlements[column], distance / reach)
        return found

    def _settle_one(
        self, point: Point, own: Tags, holding: list[int], near: dict[str, tuple[Settlement, float]]
    ) -> Found:
        postcode = next((area.postcode for at in holding if (area := self.areas.areas[at]).postcode), None)
        country = self._country(point, own, holding)
        roles = self._roles(country, holding)
        locality = self._locality(point, own, holding, roles, near)
        quarter = self._quarter(own, roles, near, locality)
        state, state_code = self._state(point, own, country, roles)
        county = self._names(roles.get(Level.SUB_ADMINISTRATIVE_AREA))
        outer = tuple(at for at in holding if self.areas.areas[at].postcode is None)
        key = (country, state_code, _key(state), _key(county), _key(locality), _key(quarter), outer)
        setting_id = self._settings.get(key)
        if setting_id is None:
            nearby = [item for item, share in near.values() if share < 0.7]
            setting = Setting(
                country_code=country,
                administrative_area=state,
                administrative_area_code=state_code,
                sub_administrative_area=county,
                locality=locality,
                sub_locality=quarter,
                words=self._words([locality, quarter, state, county], state_code, outer, nearby),
            )
            setting_id = self._writer.add_setting(setting)
            self._settings[key] = setting_id
            self.kept[setting_id] = setting
        return Found(setting_id, postcode, holding)

    def _country(self, point: Point, own: Tags, holding: list[int]) -> str:
        for at in reversed(holding):
            if self.areas.areas[at].admin_level == 2 and self._area_country[at]:
                return self._area_country[at]
        tagged = own.get("addr:country", "")
        if len(tagged) == 2 and tagged.isalpha():
            return tagged.upper()
        for at in holding:
            if self._area_country[at]:
                return self._area_country[at]
        longitudes, latitudes = as_arrays([point])
        return load_towns().nearest(longitudes, latitudes)[0].country_code

    def _roles(self, country: str, holding: list[int]) -> dict[Level, Area]:
        roles: dict[Level, Area] = {}
        for at in holding:
            area = self.areas.areas[at]
            level = level_of(country, area.admin_level) if area.admin_level else Level.NONE
            if area.admin_level == 0 and area.place in SETTLEMENTS:
                level = SETTLEMENTS[area.place][0]
            if level is not Level.NONE:
                roles.setdefault(level, area)
        for level in (Level.ADMINISTRATIVE_AREA, Level.SUB_ADMINISTRATIVE_AREA):
            area_of_city = roles.get(level)
            if Level.LOCALITY not in roles and area_of_city and area_of_city.place in {"city", "town"}:
                roles[Level.LOCALITY] = area_of_city
        return roles

    def _locality(
        self,
        point: Point,
        own: Tags,
        holding: list[int],
        roles: dict[Level, Area],
        near: dict[str, tuple[Settlement, float]],
    ) -> Names:
        tagged = own.get("addr:city") or own.get("addr:village") or own.get("addr:hamlet")
        if tagged:
            city = tagged.partition(",")[0].strip() or tagged  # "Columbus, OH"
            words = tuple(split(city))
            for at in holding:
                if words in self._area_words[at]:
                    return self.areas.areas[at].names
            for settlement in self._by_words.get(words, ()):
                if _km(settlement.at, point) < 20:
                    return settlement.names
            return self._tagged_town(_written(city), point)
        if Level.LOCALITY in roles:
            return roles[Level.LOCALITY].names
        reached = [
            (share, settlement)
            for place, (settlement, share) in near.items()
            if SETTLEMENTS[place][0] is Level.LOCALITY
        ]
        if reached:
            return min(reached, key=lambda pair: pair[0])[1].names
        longitudes, latitudes = as_arrays([point])
        town = load_towns().nearest(longitudes, latitudes)[0]
        reach = 4 + math.sqrt(town.population) / 60
        return town.names if _km((town.latitude, town.longitude), point) < reach else {}

    def _tagged_town(self, city: str, point: Point) -> Names:
        """Give the names of a town that addresses name and the data lacks: as they write it, and in Latin."""
        where = (city, round(point[0], 1), round(point[1], 1))
        names = self._tagged.get(where)
        if names is None:
            town = load_towns().called(city, where[2], where[1], reach_km=TAGGED_REACH_KM)
            names = self._tagged[where] = ({} if town is None else {"en": town.name}) | {"": city}
        return names

    def _quarter(
        self, own: Tags, roles: dict[Level, Area], near: dict[str, tuple[Settlement, float]], locality: Names
    ) -> Names:
        tagged = own.get("addr:suburb") or own.get("addr:district") or own.get("addr:quarter")
        area = roles.get(Level.SUB_LOCALITY)
        reached = [
            (share, settlement.names)
            for place, (settlement, share) in near.items()
            if share < 0.67 and SETTLEMENTS[place][0] is Level.SUB_LOCALITY
        ]
        found = area.names if area else min(reached, key=lambda pair: pair[0])[1] if reached else {}
        if tagged and tagged not in found.values():
            found = {"": tagged}
        return {} if found.get("") == locality.get("") else found

    def _state(self, point: Point, own: Tags, country: str, roles: dict[Level, Area]) -> tuple[Names, str | None]:
        area = roles.get(Level.ADMINISTRATIVE_AREA)
        if area is not None:
            code = area.tags.get("ISO3166-2", "").partition("-")[2]
            return area.names, code if code and not code.isdigit() else None
        if country == "US":
            states = american_states()
            code = own.get("addr:state", "").upper()
            if code not in states:
                longitudes, latitudes = as_arrays([point])
                code = load_towns().nearest(longitudes, latitudes)[0].state
            return ({"": states[code], "en": states[code]}, code) if code in states else ({}, None)
        return ({"": own["addr:state"]}, None) if own.get("addr:state") else ({}, None)

    def _names(self, area: Area | None) -> Names:
        return area.names if area is not None else {}

    def _words(
        self, parts: list[Names], state_code: str | None, outer: tuple[int, ...], nearby: list[Settlement]
    ) -> list[str]:
        """List the words by which a question may name what lies around, the most likely first."""
        texts = [names[lang] for lang in WORD_LANGS for names in parts if lang in names]
        for at in outer:
            area = self.areas.areas[at]
            if area.admin_level != 2:
                texts += spellings_of(area.tags, {lang: area.names[lang] for lang in WORD_LANGS if lang in area.names})
        texts += [item.names[""] for item in nearby if item.names.get("")]
        words: dict[str, None] = {}
        if state_code:
            words[state_code.lower()] = None
        for text in texts:
            own = split(text)
            words.update(dict.fromkeys(own + variants(own, text)))
        return list(words)[:MOST_WORDS]


def _written(city: str) -> str:
    """Write a town as towns are written, if it is in small or capital letters only: "columbus", "SAINT-DENIS"."""
    is_plain = city.islower() or (city.isupper() and len(city) > MOST_INITIALS)
    return FIRST_LETTER.sub(lambda letter: letter[0].upper(), city.lower()) if is_plain else city


def _key(names: Names) -> str:
    return names.get("", "")


def _km(first: Point, second: Point) -> float:
    north = (first[0] - second[0]) * KM_PER_DEGREE
    east = (first[1] - second[1]) * KM_PER_DEGREE * math.cos(math.radians(first[0]))
    return math.hypot(north, east)
