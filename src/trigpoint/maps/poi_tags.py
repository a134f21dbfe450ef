"""Apple's POI category for OpenStreetMap tags, by a table in which the first matching line wins.

A line is a category and its conditions, which must all hold: `key=a|b` (one of these values), `key=*` (any value but
`no`), `key!=a|b` (none of these); `~` stands for a space. Of several values in one tag (`sport=tennis;soccer`) the
first takes precedence. Objects that match no line have no category.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trigpoint.maps.categories import PoiCategory

TABLE = """
AirportGate aeroway=gate
AirportTerminal aeroway=terminal
Airport aeroway=aerodrome
ATM amenity=atm
EVCharger amenity=charging_station
GasStation amenity=fuel
Mailbox amenity=post_box
PostOffice amenity=post_office
Restroom amenity=toilets
Parking amenity=parking|motorcycle_parking
PublicTransport railway=station|halt|tram_stop|subway_entrance
PublicTransport public_transport=station|platform
PublicTransport highway=bus_stop
PublicTransport amenity=bus_station|ferry_terminal
PublicTransport aerialway=station
Bank amenity=bank
Pharmacy amenity=pharmacy
Pharmacy healthcare=pharmacy
Hospital amenity=hospital|clinic
Hospital healthcare=hospital|clinic
FireStation amenity=fire_station
Police amenity=police
Library amenity=library
University amenity=university|college
School amenity=school|kindergarten|language_school|music_school|driving_school|dancing_school|prep_school|childcare
AnimalService amenity=veterinary|animal_shelter|animal_boarding|animal_training
AnimalService shop=pet_grooming
Planetarium amenity=planetarium
MovieTheater amenity=cinema
MusicVenue amenity=music_venue|concert_hall
MusicVenue amenity=theatre theatre:type=concert_hall|opera_house
Theater amenity=theatre|arts_centre
ConventionCenter amenity=conference_centre|exhibition_centre
Fairground amenity=festival_grounds
CarRental amenity=car_rental
Aquarium tourism=aquarium
Zoo tourism=zoo
AmusementPark tourism=theme_park
AmusementPark leisure=water_park
Museum tourism=museum|gallery
RVPark tourism=caravan_site
Campground tourism=camp_site
Hotel tourism=hotel|motel|hostel|guest_house|chalet|apartment|alpine_hut
Hotel leisure=resort
Winery craft=winery
Distillery craft=distillery
Brewery craft=brewery
Brewery industrial=brewery
Brewery microbrewery=yes
Bakery shop=bakery|pastry
Bakery craft=bakery|confectionery
Cafe amenity=cafe|ice_cream
Cafe shop=ice_cream
Restaurant amenity=restaurant|fast_food|food_court
Nightlife amenity=bar|pub|nightclub|biergarten|casino|stripclub|hookah_lounge|karaoke_box
ReligiousSite amenity=place_of_worship|monastery
FoodMarket amenity=marketplace
FoodMarket shop=supermarket|convenience|greengrocer|butcher|deli|seafood|cheese|farm|frozen_food|health_food|dairy|spices|pasta
AutomotiveRepair shop=car_repair|tyres|motorcycle_repair
Laundry shop=laundry|dry_cleaning
Spa shop=massage
Beauty shop=hairdresser|beauty|cosmetics|perfumery|tattoo
Spa amenity=public_bath
Spa leisure=sauna
Stadium leisure=stadium
FitnessCenter leisure=fitness_centre|fitness_station
Bowling leisure=bowling_alley
MiniGolf leisure=miniature_golf
Golf leisure=golf_course
Golf golf=driving_range
Skating leisure=ice_rink
Marina leisure=marina
Playground leisure=playground
Fishing leisure=fishing
Beach natural=beach
Beach leisure=beach_resort
Skiing landuse=winter_sports
Skiing site=piste
Skiing route=piste
Hiking route=hiking|foot
Hiking highway=trailhead
Kayaking canoe=put_in
NationalMonument boundary=protected_area protection_title=National~Monument
NationalPark boundary=national_park
NationalPark boundary=protected_area protect_class=2
Fortress historic=fort
Fortress historic=castle castle_type=fortress
Castle historic=castle|manor
Store shop=*
FitnessCenter sport=fitness
Bowling sport=10pin|9pin
Tennis sport=tennis
Soccer sport=soccer
Basketball sport=basketball
Volleyball sport=volleyball|beachvolleyball
Baseball sport=baseball|softball
Golf sport=golf
GoKart sport=karting
SkatePark sport=skateboard
Skating sport=ice_skating|roller_skating|ice_hockey
RockClimbing sport=climbing
Surfing sport=surfing
Kayaking sport=canoe
Skiing sport=skiing
Swimming sport=swimming
Swimming leisure=swimming_pool|swimming_area|bathing_place
Park leisure=park|garden|nature_reserve|dog_park|common
ReligiousSite building=church|cathedral|chapel|mosque|synagogue|temple
NationalMonument protection_title=National~Monument
Landmark tourism=attraction|viewpoint|artwork
Landmark historic=monument|archaeological_site|ruins|city_gate
Landmark historic=memorial memorial!=plaque|blue_plaque|stolperstein|stone|bench
Landmark man_made=lighthouse
Landmark man_made=tower tower:type=observation
"""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a line. Without values, any value but `no` matches; `negated` inverts the condition."""

    key: str
    values: frozenset[str]
    negated: bool

    def holds(self, tags: Mapping[str, str]) -> bool:
        """Tell whether an object with these tags meets the condition."""
        value = tags.get(self.key)
        found = value is not None and any(
            part in self.values if self.values else part != "no" for part in split_values(value)
        )
        return found is not self.negated


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table."""

    category: PoiCategory
    conditions: tuple[Condition, ...]


def category_of(tags: Mapping[str, str]) -> PoiCategory | None:
    """Return the category of an object by its tags; None if no line matches."""
    best: tuple[int, int] | None = None
    for key in tags.keys() & _KEYS:
        for order, value in enumerate(split_values(tags[key])):
            for line in _LINES.get((key, value), ()) + (_ANY.get(key, ()) if value not in _SAYS_NOTHING else ()):
                if (best is None or (order, line) < best) and _matches(RULES[line], tags):
                    best = order, line
    return None if best is None else RULES[best[1]].category


def split_values(value: str) -> tuple[str, ...]:
    """Split `tennis;soccer` into its values."""
    return (value,) if ";" not in value else tuple(part.strip() for part in value.split(";"))


def _matches(rule: Rule, tags: Mapping[str, str]) -> bool:
    return all(condition.holds(tags) for condition in rule.conditions)


def _read_table() -> Iterator[Rule]:
    for line in TABLE.split("\n"):
        category, *conditions = line.split() or [""]
        if category:
            yield Rule(PoiCategory(category), tuple(_read_condition(text) for text in conditions))


def _read_condition(text: str) -> Condition:
    negated = "!=" in text
    key, _, choices = text.partition("!=" if negated else "=")
    values = frozenset() if choices == "*" else frozenset(value.replace("~", " ") for value in choices.split("|"))
    return Condition(key, values, negated)


RULES = tuple(_read_table())
_SAYS_NOTHING = frozenset({"no", "vacant"})
_KEYS = frozenset(rule.conditions[0].key for rule in RULES)
_ANY: dict[str, tuple[int, ...]] = {}
_LINES: dict[tuple[str, str], tuple[int, ...]] = {}
for _line, _rule in enumerate(RULES):
    _first = _rule.conditions[0]
    if not _first.values:
        _ANY[_first.key] = (*_ANY.get(_first.key, ()), _line)
    for _value in _first.values:
        _LINES[_first.key, _value] = (*_LINES.get((_first.key, _value), ()), _line)
