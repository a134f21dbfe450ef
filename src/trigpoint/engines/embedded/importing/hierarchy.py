"""In which country, state, county, town and quarter a point lies, and how those are called."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from trigpoint.engines.embedded.gazetteer.towns import american_states, load_towns
from trigpoint.engines.embedded.importing.admin_levels import level_of
from trigpoint.engines.embedded.importing.areas import Area, Areas, Point, as_arrays
from trigpoint.engines.embedded.importing.features import SETTLEMENTS, Tags, spellings_of
from trigpoint.engines.embedded.importing.localities import Localities
from trigpoint.engines.embedded.importing.quarters import Quarters
from trigpoint.engines.embedded.importing.settlements import Nearby, Settlements
from trigpoint.engines.embedded.index.data_writer import DataWriter
from trigpoint.engines.embedded.index.records import Level, Names, Setting, Vicinity
from trigpoint.engines.embedded.text.normalize import split, variants

WORD_LANGS = (
    "", "en", "de", "fr", "es", "it", "pt", "nl", "ru", "uk", "zh", "ja", "ko", "ar", "fi", "sv", "pl", "tr", "ca", "el",
)  # fmt: skip
MOST_WORDS = 48
MOST_INTERESTS = 5
NEARBY = 0.7
"""Settlements within this share of the widest reach of their kind give words to what lies near them."""


@dataclass(slots=True)
class Found:
    """Where one point lies: the rows of its setting and of its vicinity, and its postal code if an area gives one.

    `part` is its town, or the part of a large city, in which streets of one name are one street; empty outside of towns.
    """

    setting: int
    postcode: str | None
    areas: list[int] = field(default_factory=list)
    vicinity: int = 0
    part: str = ""


class Hierarchy:
    """Answers for many points at once; every distinct answer is written to the data file once."""

    def __init__(self, areas: Areas, interests: Areas, settlements: Settlements, writer: DataWriter) -> None:
        self.areas = areas
        self.interests = interests
        self.settlements = settlements
        self._writer = writer
        self._settings: dict[object, int] = {}
        self._vicinities: dict[object, int] = {}
        self._known_roles: dict[object, dict[Level, Area]] = {}
        self.kept: dict[int, Setting] = {}
        self._area_country = [self._country_of_area(area) for area in areas.areas]
        self._localities = Localities(areas, settlements)
        self._quarters = Quarters(areas, self._area_country, settlements)

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

    def country_of(self, area: int) -> str:
        """Name the country of an area, or give an empty text."""
        return self._area_country[area]

    def settle(self, points: Sequence[Point], tags: Sequence[Tags]) -> list[Found]:
        """Find where points lie (latitude, longitude); `tags` are those of the things that lie there."""
        if not points:
            return []
        longitudes, latitudes = as_arrays(points)
        holding = self.areas.holding(longitudes, latitudes)
        interests = self.interests.holding(longitudes, latitudes)
        near = self.settlements.nearest(points)
        return [self._settle_one(*each) for each in zip(points, tags, holding, interests, near, strict=True)]

    def _settle_one(self, point: Point, own: Tags, holding: list[int], interests: list[int], near: Nearby) -> Found:
        postcode = next((area.postcode for at in holding if (area := self.areas.areas[at]).postcode), None)
        country = self._country(point, own, holding)
        roles = self._roles(country, holding)
        locality, part = self._localities.of(point, own, holding, roles, near)
        quarters = self._quarters.of(own, roles.get(Level.SUB_LOCALITY), holding, near, locality)
        quarter = quarters.main
        state, state_code = self._state(point, own, country, roles)
        county = _names(roles.get(Level.SUB_ADMINISTRATIVE_AREA))
        outer = tuple(at for at in holding if self.areas.areas[at].postcode is None)
        named = (state, county, locality, quarter)
        known = {"", *map(_key, named)}
        nearby = [name for item, share in near.values() if share < NEARBY and (name := _key(item.names)) not in known]
        key = (country, state_code, *map(_whole, named), outer, *nearby)
        setting_id = self._settings.get(key)
        if setting_id is None:
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
        return Found(setting_id, postcode, holding, self._vicinity(quarters.all, interests), part)

    def _vicinity(self, quarters: list[Names], interests: list[int]) -> int:
        """Give the row of what lies around, written once."""
        if not quarters and not interests:
            return 0
        key = (*map(_key, quarters), None, *interests)
        found = self._vicinities.get(key)
        if found is None:
            names = [self.interests.areas[at].names for at in interests[:MOST_INTERESTS]]
            found = self._vicinities[key] = self._writer.add_vicinity(Vicinity(quarters, names))
        return found

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
        """Say which of the areas is what in an address; worked out once for all points in the same areas."""
        key = (country, *holding)
        if key not in self._known_roles:
            self._known_roles[key] = self._find_roles(country, holding)
        return self._known_roles[key]

    def _find_roles(self, country: str, holding: list[int]) -> dict[Level, Area]:
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

    def _words(
        self, parts: list[Names], state_code: str | None, outer: tuple[int, ...], nearby: list[str]
    ) -> list[str]:
        """List the words by which a question may name what lies around, the most likely first."""
        texts = [names[lang] for lang in WORD_LANGS for names in parts if lang in names]
        for at in outer:
            area = self.areas.areas[at]
            if area.admin_level != 2:
                texts += spellings_of(area.tags, {lang: area.names[lang] for lang in WORD_LANGS if lang in area.names})
        texts += nearby
        words: dict[str, None] = {}
        if state_code:
            words[state_code.lower()] = None
        for text in texts:
            own = split(text)
            words.update(dict.fromkeys(own + variants(own, text)))
        return list(words)[:MOST_WORDS]


def _names(area: Area | None) -> Names:
    return area.names if area is not None else {}


def _whole(names: Names) -> tuple[tuple[str, str], ...]:
    return tuple(names.items())


def _key(names: Names) -> str:
    return names.get("", "")
