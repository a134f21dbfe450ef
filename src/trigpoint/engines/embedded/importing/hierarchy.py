"""The hierarchy of areas around a point: country, state, county, town and quarter, with their names."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from trigpoint.engines.embedded.gazetteer.towns import american_states, load_towns
from trigpoint.engines.embedded.importing.admin_levels import level_of
from trigpoint.engines.embedded.importing.areas import (
    Area,
    Areas,
    Floats,
    Interests,
    Point,
    as_arrays,
)
from trigpoint.engines.embedded.importing.cutting import load_outlines
from trigpoint.engines.embedded.importing.features import SETTLEMENTS, Tags
from trigpoint.engines.embedded.importing.localities import Localities, Locality
from trigpoint.engines.embedded.importing.quarters import Quarters, tagged_quarter
from trigpoint.engines.embedded.importing.settlements import IN_REACH, Nearby, Settlements
from trigpoint.engines.embedded.importing.staging import Staging, StagingReader
from trigpoint.engines.embedded.importing.surroundings import Keys, News, NewSetting
from trigpoint.engines.embedded.index.memory import Memory
from trigpoint.engines.embedded.index.records import Level, Names, Vicinity

MOST_INTERESTS = 5
MOST_KNOWN = 20_000
NEARBY = 0.7
"""Share of the widest reach of a kind of settlement within which its names are words of a point's surroundings."""


@dataclass(frozen=True, slots=True)
class Found:
    """The areas of one point: the numbers of its setting and vicinity, and its postal code, if an area has one.

    `part` is the town, or the part of a large city, in which ways with one name are one street; "" outside of towns.
    `country` and `town` are those of the setting.
    """

    setting: int
    postcode: str | None
    areas: list[int] = field(default_factory=list)
    vicinity: int = 0
    part: str = ""
    country: str = ""
    town: str = ""


class _Known(NamedTuple):
    """The facts about a point: its country, the areas that contain it with their address levels, and its state with its code."""

    country: str
    roles: dict[Level, Area]
    state: tuple[Names, str | None]
    holding: list[int]
    interests: list[int]
    near: Nearby
    locality: Names
    part: str


class Hierarchy:
    """Finds the areas of many points at once. Distinct settings and vicinities are numbered, and reported by `take_news`."""

    def __init__(self, areas: Areas, interests: Interests, settlements: Settlements) -> None:
        self.areas = areas
        self.interests = interests
        self.settlements = settlements
        self._keys = Keys()
        self._settings: dict[bytes, int] = {}
        self._vicinities: dict[object, int] = {}
        self._news = News([], [])
        self._known: Memory[object, Found] = Memory(MOST_KNOWN)
        self._known_roles: Memory[object, dict[Level, Area]] = Memory(MOST_KNOWN)
        self._postal = {at: area.postcode for at, area in enumerate(areas.areas) if area.postcode is not None}
        self._area_country = [self._country_of_area(area) for area in areas.areas]
        self._localities = Localities(areas, settlements)
        self._quarters = Quarters(areas, self._area_country, settlements)

    def _country_of_area(self, area: Area) -> str:
        """Return the country of an area: from its tags, else that of the town nearest to its centre."""
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
        return load_towns().nearest_cities(longitudes, latitudes)[0].countrycode

    def country_of(self, area: int) -> str:
        """Return the country code of an area, or ""."""
        return self._area_country[area]

    def settle(self, points: Sequence[Point], tags: Sequence[Tags]) -> list[Found]:
        """Find the areas of points (latitude, longitude); `tags` are those of the objects there."""
        if not points:
            return []
        longitudes, latitudes = as_arrays(points)
        holding = self.areas.holding(longitudes, latitudes)
        countries = self._countries(longitudes, latitudes, tags, holding)
        roles = [self._roles(country, held) for country, held in zip(countries, holding, strict=True)]
        states = self._states(longitudes, latitudes, tags, countries, roles)
        interests = self.interests.holding(longitudes, latitudes)
        near = self.settlements.nearest(longitudes, latitudes)
        known = self._localities.known_towns(points, tags, roles, near)
        each = zip(points, tags, countries, roles, states, holding, interests, near, known, strict=True)
        return [self._settle_one(*one) for one in each]

    def take_news(self) -> News:
        """Return the settings and vicinities that were numbered since the last call."""
        news, self._news = self._news, News([], [])
        return news

    def _settle_one(  # noqa: PLR0917 (what is known of one point, from one zip)
        self,
        point: Point,
        own: Tags,
        country: str,
        roles: dict[Level, Area],
        told: tuple[Names, str | None],
        holding: list[int],
        interests: list[int],
        near: Nearby,
        town: Locality | None,
    ) -> Found:
        """Return the areas of one point; computed once for all points with the same facts."""
        locality, part = self._localities.of(point, own, holding, roles, near, town)
        close = [(share, one.ref) for one, share in near.values() if share < NEARBY]
        number = self._keys.number
        key = (
            country, told[1], number(told[0]), number(locality), part, tagged_quarter(own), *holding, None, *interests, None,
            *(ref for _, ref in close), None, *(ref for share, ref in sorted(close) if share <= IN_REACH),
        )  # fmt: skip
        found = self._known.get(key)
        if found is None:
            known = _Known(country, roles, told, holding, interests, near, locality, part)
            found = self._known[key] = self._place(own, known)
        return found

    def _place(self, own: Tags, known: "_Known") -> Found:
        quarters = self._quarters.of(
            own, known.roles.get(Level.SUB_LOCALITY), known.holding, known.near, known.locality
        )
        state, state_code = known.state
        county = _names(known.roles.get(Level.SUB_ADMINISTRATIVE_AREA))
        town = _key(known.locality)
        told = {"", _key(state), _key(county), town, _key(quarters.main)}
        near = known.near.values()
        nearby = [name for item, share in near if share < NEARBY and (name := _key(item.names)) not in told]
        outer = tuple([at for at in known.holding if at not in self._postal])
        new = NewSetting(known.country, state, state_code, county, known.locality, quarters.main, outer, tuple(nearby))
        key = self._keys.key(new)
        setting = self._settings.get(key)
        if setting is None:
            setting = self._settings[key] = len(self._settings)
            self._news.settings.append(new)
        vicinity = self._vicinity(quarters.all, known.interests) if quarters.all or known.interests else 0
        postcode = next((self._postal[at] for at in known.holding if at in self._postal), None)
        return Found(setting, postcode, known.holding, vicinity, known.part, known.country, town)

    def _vicinity(self, quarters: list[Names], interests: list[int]) -> int:
        """Return the number of a vicinity."""
        key = (*map(self._keys.number, quarters), None, *interests)
        found = self._vicinities.get(key)
        if found is None:
            names = [self.interests.names_of(at) for at in interests[:MOST_INTERESTS]]
            found = self._vicinities[key] = len(self._vicinities) + 1
            self._news.vicinities.append(Vicinity(quarters, names))
        return found

    def _countries(
        self, longitudes: Floats, latitudes: Floats, tags: Sequence[Tags], holding: Sequence[list[int]]
    ) -> list[str]:
        """Return the country of each point: by outline, by its tags, by other areas around it, else by the nearest town."""
        countries = [self._told_country(own, held) for own, held in zip(tags, holding, strict=True)]
        unknown = [at for at, country in enumerate(countries) if not country]
        for at, city in zip(unknown, load_towns().nearest_cities(longitudes[unknown], latitudes[unknown]), strict=True):
            countries[at] = city.countrycode
        return countries

    def _told_country(self, own: Tags, holding: list[int]) -> str:
        for at in reversed(holding):
            if self.areas.areas[at].admin_level == 2 and self._area_country[at]:
                return self._area_country[at]
        tagged = own.get("addr:country", "")
        if len(tagged) == 2 and tagged.isalpha():
            return tagged.upper()
        return next((self._area_country[at] for at in holding if self._area_country[at]), "")

    def _roles(self, country: str, holding: list[int]) -> dict[Level, Area]:
        """Return the areas by their levels in an address; computed once for all points in the same areas."""
        key = (country, *holding)
        roles = self._known_roles.get(key)
        if roles is None:
            roles = self._known_roles[key] = self._find_roles(country, holding)
        return roles

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

    def _states(
        self,
        longitudes: Floats,
        latitudes: Floats,
        tags: Sequence[Tags],
        countries: Sequence[str],
        roles: Sequence[dict[Level, Area]],
    ) -> list[tuple[Names, str | None]]:
        """Return the state of each point, with its code: by outline, by its tags, or in the US by the nearest town."""
        states = [_told_state(*one) for one in zip(tags, countries, roles, strict=True)]
        unknown = [at for at, state in enumerate(states) if state is None]
        for at, city in zip(unknown, load_towns().nearest_cities(longitudes[unknown], latitudes[unknown]), strict=True):
            states[at] = _american_state(city.admin1code)
        return [state or ({}, None) for state in states]


def _told_state(own: Tags, country: str, roles: dict[Level, Area]) -> tuple[Names, str | None] | None:
    area = roles.get(Level.ADMINISTRATIVE_AREA)
    if area is not None:
        code = area.tags.get("ISO3166-2", "").partition("-")[2]
        return area.names, code if code and not code.isdigit() else None
    tagged = own.get("addr:state", "")
    if country == "US":
        return _american_state(tagged.upper())
    return ({"": tagged} if tagged else {}, None)


def _american_state(code: str) -> tuple[Names, str | None] | None:
    name = american_states().get(code)
    return ({"": name, "en": name}, code) if name else None


def load_hierarchy(staging: Staging | StagingReader) -> Hierarchy:
    """Load the outlines, which must have been cut (`cutting`), and read settlements from the staging tables."""
    return Hierarchy(*load_outlines(staging.path.parent), Settlements(staging))


def _names(area: Area | None) -> Names:
    return area.names if area is not None else {}


def _key(names: Names) -> str:
    return names.get("", "")
